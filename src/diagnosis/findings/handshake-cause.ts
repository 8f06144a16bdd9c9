/** Why a handshake failed, as far as anything speaks for it: which change lets it complete, and what the server takes. */
import { listOf, nameExperiment, type HandshakeChange, type HandshakeGave } from "../experiment.ts";
import type { Cause } from "../cause.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, Ended } from "../observation.ts";
import { handshakeWith, resultsOf } from "../results.ts";
import { alertCause } from "./alert-words.ts";
import { askForHttp1, askForHttp2 } from "./version.ts";
import { behindStartTls } from "./before-tls.ts";

export function findHandshakeCause(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): Cause | undefined {
  return (
    behindStartTls(evidence, attempt) ??
    versionCause(evidence, attempt, ended) ??
    alpnCause(evidence, ended) ??
    choiceCause(attempt, ended) ??
    changeCause(evidence, attempt) ??
    parameterCause(evidence, attempt, ended) ??
    nameCause(evidence, attempt) ??
    alertCause(attempt, ended) ??
    silenceCause(evidence, attempt, ended)
  );
}

function versionCause(evidence: Evidence, attempt: AttemptSeen, { code }: Ended): Cause | undefined {
  if (code !== "tls-version") return undefined;
  const old = handshakeWith(evidence, "everything");
  if (old?.version !== undefined)
    return { certainty: "certain", sentence: `Offered everything, it chose ${old.version}.` };
  // It may speak one of them, and refuse that another one is offered beside it.
  return changeCause(evidence, attempt);
}

function alpnCause(evidence: Evidence, { code }: Ended): Cause | undefined {
  if (code !== "alpn-mismatch") return undefined;
  if (handshakeWith(evidence, "http2")?.alpn === "h2")
    return {
      certainty: "certain",
      sentence: "Offered h2, it takes that: the server speaks HTTP/2 alone.",
      client: askForHttp2,
    };
  if (handshakeWith(evidence, "http1")?.alpn !== "http/1.1") return undefined;
  return {
    certainty: "certain",
    sentence: "Offered http/1.1, it takes that: the server does not speak HTTP/2.",
    client: askForHttp1,
  };
}

/** What the server chose or sent cannot be gone on with. */
function choiceCause({ tls }: AttemptSeen, { code }: Ended): Cause | undefined {
  if (code !== "tls-failed" || tls?.chosen === undefined) return undefined;
  const { cipher } = tls.chosen;
  if (tls.offered.ciphers.length > 0 && !tls.offered.ciphers.includes(cipher))
    return {
      certainty: "certain",
      sentence: `It chose ${cipher}, which had not been offered.`,
      server:
        "Choose among the cipher suites that the client offers (RFC 8446 §4.1.3), and turn off old ones.",
    };
  if (tls.leafReadable === false)
    return {
      certainty: "certain",
      sentence: "What it sent as its certificate cannot be read as one.",
      server: "Look at the server's certificate file: it has to hold certificates, in PEM or DER.",
    };
  return undefined;
}

type SingleChange = Exclude<
  HandshakeChange,
  "none" | "everything" | "tls-1.2-long" | "nobodys-name" | "at-once" | "behind-starttls"
>;

/** What it is, as words that finish "It is ...", and what each side can do. */
interface Described extends Omit<Cause, "certainty" | "sentence"> {
  readonly itIs: string;
}

type Describe = (attempt: AttemptSeen, gave: HandshakeGave) => Described;

/** One change, and the handshake completes. */
const causes: Readonly<Record<SingleChange, Describe>> = {
  "no-server-name": ({ sni }, gave) => ({
    itIs: `the server name: without "${sni ?? ""}" in the ClientHello the handshake completes, with a certificate for ${namesOf(gave)}.`,
    client:
      "Check the host name; if it is right, try from another network: a box in between may block the name.",
    server: "Look whether this name is set up, and at whatever filters by server name before the server.",
  }),
  "tls-1.2": () => ({
    itIs: "the offer of TLS 1.3: offered TLS 1.2 alone, the server answers.",
    client: "Limit this one host to TLS 1.2 until it is fixed.",
    server: "Update the server, or the box before it: RFC 8446 §4.2.1 has unknown versions ignored.",
  }),
  "tls-1.3": () => ({
    itIs: "the offer of TLS 1.2: offered TLS 1.3 alone, the server answers.",
    server: "Ignore versions that are not wanted, as RFC 8446 §4.2.1 has it.",
  }),
  "no-alpn": () => ({
    itIs: "ALPN: without that extension in the ClientHello the handshake completes.",
    server: "Update the server, or the box before it: unknown extensions are to be ignored (RFC 8446 §4.2).",
  }),
  http2: () => ({
    itIs: "ALPN: offered h2 alone, the handshake completes.",
    client: askForHttp2,
    server: "Allow http/1.1 in ALPN.",
  }),
  http1: () => ({
    itIs: "the offer of h2: offered http/1.1 alone by ALPN, the handshake completes.",
    client: askForHttp1,
    server:
      "Update the server, or the box before it: a protocol that it does not know is passed over in ALPN (RFC 7301 §3.2).",
  }),
  x25519: () => ({
    itIs: "the size of the ClientHello, or a group in it: offered fewer groups, the server answers.",
    server:
      "Update the server, or the box before it: a ClientHello may span several segments and name unknown groups.",
  }),
};

/** The changes with which the handshake completed the first time. */
export function completingChanges(evidence: Pick<Evidence, "results">): readonly SingleChange[] {
  return (Object.keys(causes) as SingleChange[]).filter((change) => {
    const gave = handshakeWith(evidence, change);
    // Without ALPN there is no offer of h2 either.
    if (change === "no-alpn" && handshakeWith(evidence, "http1")?.completed === true) return false;
    // Without a name another site of the same server may answer: that says nothing of this one.
    if (change === "no-server-name" && gave?.leaf?.namesHost !== true) return false;
    return gave?.completed === true;
  });
}

function changeCause(evidence: Evidence, attempt: AttemptSeen): Cause | undefined {
  const outcomes = (change: HandshakeChange): readonly boolean[] =>
    resultsOf(evidence, "handshake").flatMap(({ experiment, gave }) =>
      experiment.change === change && gave !== undefined ? [gave.completed] : [],
    );
  const completing = completingChanges(evidence);
  // What completes once and fails once, with nothing changed in between, is decided by something else.
  if (outcomes("none").includes(true) || completing.some((change) => outcomes(change).includes(false)))
    return {
      certainty: "certain",
      sentence: "The same handshake completes at another time: it fails now and then.",
      client: "Try again.",
      server: "Look at the load, and for one of several servers that differs.",
    };
  const [change, ...others] = completing;
  if (change === undefined) return undefined;
  if (others.length > 0)
    return {
      certainty: "likely",
      sentence: `It completes with each of these: ${listOf(completing.map((one) => nameExperiment({ kind: "handshake", change: one })))}. Likely it is the size of the ClientHello, or something that each of them leaves out.`,
      server: "Look at the server, and at the boxes before it, for what they do with a longer ClientHello.",
    };
  const gave = handshakeWith(evidence, change);
  if (gave === undefined) return undefined;
  const { itIs, ...cause } =
    change === "tls-1.2" ? versionOrSize(evidence, attempt, gave) : causes[change](attempt, gave);
  const isConfirmed = outcomes(change).length > 1 && outcomes("none").length > 1;
  // One change that changes two things rules out neither.
  const isOneThing = change !== "tls-1.2" || handshakeWith(evidence, "tls-1.2-long")?.completed === true;
  return isConfirmed && isOneThing
    ? { certainty: "certain", ...cause, sentence: `It is ${itIs}` }
    : { certainty: "likely", ...cause, sentence: `Likely it is ${itIs}` };
}

/** TLS 1.2 alone makes a shorter ClientHello as well; one that is as long as the first tells the two apart. */
function versionOrSize(evidence: Evidence, attempt: AttemptSeen, gave: HandshakeGave): Described {
  const long = handshakeWith(evidence, "tls-1.2-long");
  if (long?.completed === true) return causes["tls-1.2"](attempt, gave);
  const sizes = `${gave.helloBytes ?? "fewer"} bytes are answered, ${attempt.tls?.offered.bytes ?? "more"} are not`;
  const server =
    "Look at the server, and at the boxes before it, for what they do with a longer ClientHello and with versions that they do not know (RFC 8446 §4.2.1).";
  return long === undefined
    ? {
        itIs: `the offer of TLS 1.3, or the size of the ClientHello (${sizes}): offered TLS 1.2 alone, which is shorter too, the server answers.`,
        server,
      }
    : {
        itIs: `the size of the ClientHello (${sizes}): offered TLS 1.2 alone the server answers, and made as long as the first it does not.`,
        server,
      };
}

/** Nothing of the usual lets it complete; what the server takes when all is offered says what it wants. */
function parameterCause(evidence: Evidence, { tls }: AttemptSeen, { code }: Ended): Cause | undefined {
  if (code === "weak-parameters" && tls?.chosen?.primeBits !== undefined)
    return {
      certainty: "certain",
      sentence: `Its Diffie-Hellman prime has ${tls.chosen.primeBits} bits; fewer than 2,048 are too few (RFC 9325 §4.1).`,
    };
  // A server that had made its choice did not fail for want of one.
  if (tls?.chosen !== undefined || (code !== "tls-alert" && code !== "tls-failed")) return undefined;
  const all = handshakeWith(evidence, "everything");
  if (all?.version === undefined || all.cipher === undefined) return undefined;
  const chosen = [all.version, all.cipher, all.group].filter((part) => part !== undefined).join(", ");
  return {
    certainty: "certain",
    sentence: `Offered every old version, cipher, group and signature, it chooses ${chosen}: something of that is not offered any more.`,
    server: "Turn on current cipher suites and groups: ECDHE with AES-GCM, X25519 or P-256.",
  };
}

/** Without a name somebody else answers on the same port. */
function nameCause(evidence: Evidence, { sni }: AttemptSeen): Cause | undefined {
  const bare = handshakeWith(evidence, "no-server-name");
  if (bare?.completed !== true) return undefined;
  return {
    certainty: "likely",
    sentence: `Likely it is this name's own setting: without "${sni ?? ""}" as the server name the handshake completes, with a certificate for ${namesOf(bare)}.`,
    client: "Check the host name: the server is there, and speaks TLS for others.",
    server: "Look at how this name is set up, and at whatever filters by server name before the server.",
  };
}

/** Every variant ended like the first. */
function silenceCause(evidence: Evidence, { tls }: AttemptSeen, { code }: Ended): Cause | undefined {
  const tried = resultsOf(evidence, "handshake").filter(({ gave }) => gave !== undefined);
  const silent = tls?.bytesReceived === 0;
  if (tried.length === 0 || !silent || tried.some(({ gave }) => gave?.completed === true || gave?.version))
    return undefined;
  if (code === "tls-timeout")
    return {
      certainty: "likely",
      sentence:
        "Not a byte came back: it is slow to begin TLS, does not speak it on this port, or a filter is in between.",
    };
  if (code !== "handshake-closed" && code !== "handshake-reset") return undefined;
  return {
    certainty: "likely",
    sentence:
      "Likely not TLS at all on this port, or a filter before it: not a byte came back, whatever was offered.",
    client:
      "Check that TLS is spoken on this port. If it is, try from another network: if it works there, something in between cuts the connection.",
  };
}

function namesOf({ leaf }: HandshakeGave): string {
  if (leaf === undefined || leaf.names.length === 0) return "no name at all";
  const shown = leaf.names.slice(0, 3).join(", ");
  return leaf.names.length > 3 ? `${shown} and ${leaf.names.length - 3} more` : shown;
}
