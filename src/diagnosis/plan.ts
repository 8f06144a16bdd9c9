/**
 * Decides which experiments are wanted next: only those whose result can change what is said. Asked again after each
 * batch, until it wants none. Those of one batch do not depend on each other.
 */
import type { Code, Details } from "../core/index.ts";
import type { Experiment, HandshakeChange, RootStoreName } from "./experiment.ts";
import { endedBeforeTls, maybeBehindStartTls, worthTrying } from "./findings/before-tls.ts";
import { findBrowserCheck } from "./findings/browser-check.ts";
import { interceptionIn } from "./findings/interception.ts";
import { loopCookie } from "./findings/redirects.ts";
import { reductionOf, versionStatuses } from "./findings/reduced.ts";
import { serverClock } from "./findings/clock.ts";
import { isLateCertificate } from "./findings/client-certificate.ts";
import { otherKeyExperiment } from "./findings/other-key.ts";
import { completingChanges } from "./findings/handshake-cause.ts";
import { clockCauseMs } from "./limits.ts";
import type { Evidence } from "./evidence.ts";
import type { AttemptSeen, Ended, RequestGave } from "./observation.ts";
import { isOfVersion, otherVersion, overVersion } from "./http-version.ts";
import { isAboutLoad } from "./reduction.ts";
import type { RequestChange } from "./request-change.ts";
import { handshakeWith, isDone, resultsOf } from "./results.ts";

/** The experiments wanted now; empty when what is known is all that can be known. */
export function wantExperiments(evidence: Evidence): readonly Experiment[] {
  const attempt = evidence.attempts.at(-1);
  if (!evidence.mayExperiment || attempt === undefined) return [];
  const wanted = chooseExperiments(evidence, attempt);
  return wanted.filter((experiment) => !isDone(evidence, experiment));
}

function chooseExperiments(evidence: Evidence, attempt: AttemptSeen): readonly Experiment[] {
  const { ended } = attempt;
  if (ended === undefined)
    return attempt.endpoint === undefined ? forAnswer(evidence, attempt) : forServer(attempt);
  if (endedBeforeTls(ended)) return forWords(attempt, ended);
  switch (ended.stage) {
    case "tls":
      return attempt.exchange === undefined ? forHandshake(evidence, attempt, ended) : [];
    case "trust":
      return forTrust(evidence, attempt, ended);
    case "http":
    case "body":
      return forExchange(evidence, attempt, ended);
    case "timeout":
      if (ended.code === "tls-timeout") return forHandshake(evidence, attempt, ended);
      if (ended.code === "body-timeout" && otherVersion(attempt) !== undefined)
        return forExchange(evidence, attempt, ended);
      return ended.code === "head-timeout" ? forExchange(evidence, attempt, ended) : [];
    case "url":
    case "dns":
    case "tcp":
    case "proxy":
      return [];
  }
}

const handshakes = (changes: readonly HandshakeChange[]): readonly Experiment[] =>
  changes.map((change) => ({ kind: "handshake", change }));

/** What could let a handshake complete that did not, by how it ended. */
const allVariants: readonly HandshakeChange[] = [
  "none",
  "no-server-name",
  "tls-1.2",
  "tls-1.3",
  "no-alpn",
  "http1",
  "http2",
  "x25519",
  "everything",
];
const variantsByCode: Partial<Readonly<Record<Code, readonly HandshakeChange[]>>> = {
  "tls-version": ["none", "tls-1.2", "tls-1.3", "everything"],
  "alpn-mismatch": ["http1", "http2", "no-alpn"],
  "tls-alert": allVariants,
  "tls-failed": allVariants,
  "handshake-closed": allVariants,
  "handshake-reset": allVariants,
  "tls-timeout": allVariants,
};

/** Whether there is something to leave out, or somebody who could take it: h2 is the web's. */
function canDiffer(change: HandshakeChange, { sni, tls, endpoint }: AttemptSeen): boolean {
  if (change === "no-server-name") return sni !== undefined;
  const { alpn = [] } = tls?.offered ?? {};
  // One of the two was not offered, or was offered beside the other.
  if (change === "http2") return endpoint === undefined && !alpn.includes("h2");
  if (change === "http1") return endpoint === undefined && alpn.includes("h2");
  return change !== "no-alpn" || endpoint === undefined || alpn.length > 0;
}

/** Before TLS: whether it begins at once after all. Who named its protocol does not begin with TLS. */
function forWords({ endpoint, reach }: AttemptSeen, { code }: Ended): readonly Experiment[] {
  const isOpen = code === "starttls-malformed" || code === "starttls-timeout";
  const others = otherAddresses(reach);
  return isOpen && endpoint?.startTls !== undefined ? [...handshakes(["at-once"]), ...others] : others;
}

/** A server that is well, as far as TLS goes. */
function forServer(attempt: AttemptSeen): readonly Experiment[] {
  return [...forRevocation(attempt), ...otherAddresses(attempt.reach), ...otherKeyExperiment(attempt)];
}

function forHandshake(evidence: Evidence, attempt: AttemptSeen, { code }: Ended): readonly Experiment[] {
  const { tls, reach } = attempt;
  const protocol =
    maybeBehindStartTls.includes(code) && tls?.chosen === undefined ? worthTrying(attempt) : undefined;
  if (protocol !== undefined) {
    const behind: Experiment = { kind: "handshake", change: "behind-starttls", protocol };
    // The other changes are wanted only where it is not that.
    if (!isDone(evidence, behind)) return [behind];
    if (handshakeWith(evidence, "behind-starttls")?.completed === true) return [];
  }
  const others = otherAddresses(reach);
  // A client certificate was asked for: nothing that is offered makes up for it.
  if (tls?.peer.kind === "not-tls" || (tls?.clientCertificate !== undefined && code !== "tls-timeout"))
    return others;
  const changes = variantsByCode[code] ?? [];
  const variants = handshakes(changes.filter((change) => canDiffer(change, attempt)));
  const first = [...others, ...variants];
  // One change that helps may have helped by chance: it is tried again, and so is the handshake without it.
  const [helped, ...more] = completingChanges(evidence);
  const isFirst = handshakeWith(evidence, "none")?.completed === false;
  if (helped === undefined || more.length > 0 || !isFirst) return first;
  const again = ["none", helped].map((change) => ({ kind: "handshake", change, again: true }) as const);
  // An offer of TLS 1.2 alone is shorter, too: one that is not tells which of the two it was.
  const apart = helped === "tls-1.2" ? handshakes(["tls-1.2-long"]) : [];
  return [...first, ...(again as readonly Experiment[]), ...apart];
}

/** Rejections that another root could take away. */
const issuerCodes: readonly Code[] = [
  "missing-intermediate",
  "untrusted-root",
  "self-signed",
  "bad-signature",
  "expired",
];

function forTrust(evidence: Evidence, attempt: AttemptSeen, { code }: Ended): readonly Experiment[] {
  const verdict = attempt.trust?.verdict;
  const { reach } = attempt;
  const wanted: Experiment[] = otherAddresses(reach).slice();
  // A question of HTTP's: whether it answers a client that does not verify. Nothing is said in others' words to a stranger.
  if (attempt.endpoint === undefined) wanted.unshift({ kind: "unverified" });
  // The same address again: several servers may stand behind it.
  if (reach?.proxy === undefined && reach?.connected !== undefined)
    wanted.push({ kind: "reach", address: reach.connected });
  if (issuerCodes.includes(code) && !isAnchored(attempt))
    for (const store of otherStores(evidence))
      wanted.push({ kind: "judge", change: { kind: "store", store } });
  if (verdict?.trusted === false && verdict.needs.some(({ urls }) => urls.length > 0))
    wanted.push({ kind: "fetch-issuer" });
  // Whoever makes certificates as they are asked for makes one for a name that nobody can have, too.
  if (interceptionIn(attempt)?.isPublicName === true) wanted.push(...handshakes(["nobodys-name"]));
  if (code === "wrong-host" || code === "no-names") {
    wanted.push({ kind: "judge", change: { kind: "any-name" } });
    if (attempt.sni !== undefined) wanted.push({ kind: "handshake", change: "no-server-name" });
  }
  if (code === "expired" || code === "not-yet-valid") {
    const clock = serverClock(evidence);
    if (clock !== undefined && Math.abs(clock.skewMs) >= clockCauseMs.value)
      wanted.push({ kind: "judge", change: { kind: "clock", at: clock.at } });
  }
  return [...wanted, ...otherKeyExperiment(attempt)];
}

/** A root in force was reached and what failed lies below it: no other root changes a date or a signature there. */
function isAnchored({ trust, ended }: AttemptSeen): boolean {
  if (ended?.code !== "expired" && ended?.code !== "bad-signature") return false;
  const { role, signer } = ended.detail as Partial<Details["expired"] & Details["bad-signature"]>;
  const { verdict } = trust ?? {};
  if (role === "root" || verdict?.trusted !== false) return false;
  // A root whose own key did not make the signature may be another one of the same name.
  return verdict.tried.some(
    ({ anchor, rejection }) =>
      anchor !== undefined && rejection.code === ended.code && anchor.subject.display !== signer,
  );
}

function otherStores({ question, local }: Evidence): readonly RootStoreName[] {
  const stores: RootStoreName[] = ["system"];
  if (question.ownRoots) stores.unshift("mozilla");
  if (local.extraRoots?.state === "overridden") stores.push("NODE_EXTRA_CA_CERTS");
  if (local.mkcertRoot !== undefined) stores.push("mkcert");
  return stores;
}

/** Statuses with which fronts and sites refuse requests for their fields; 999 is LinkedIn's. */
const refusals: readonly number[] = [400, 403, 404, 405, 406, 409, 412, 418, 500, 999];
const busy: readonly number[] = [502, 503, 504];

function forAnswer(evidence: Evidence, attempt: AttemptSeen): readonly Experiment[] {
  const answer = attempt.exchange?.answer;
  if (answer === undefined) return [];
  const { status, fields } = answer;
  const has = (name: string): boolean => fields.some(([other]) => other.toLowerCase() === name);
  if (status === 429 || has("retry-after") || findBrowserCheck(answer) !== undefined) return [];
  if (isLateCertificate(answer)) return handshakes(["tls-1.2"]);
  const isOfItsVersion = versionStatuses.includes(status) && otherVersion(attempt) !== undefined;
  if (refusals.includes(status) || isOfItsVersion) return forRefusal(evidence, attempt);
  if (busy.includes(status)) {
    const again: Experiment = { kind: "request", changes: [] };
    return isDone(evidence, again) ? [asItWas] : [again];
  }
  if (status >= 400) return [];
  return forHealthy(evidence, attempt);
}

/** Whether something below the surface is wrong with a site that answers. */
function forHealthy(evidence: Evidence, attempt: AttemptSeen): readonly Experiment[] {
  const { scheme, reach, exchange } = attempt;
  const { question } = evidence;
  const wanted: Experiment[] = [];
  if (scheme === "https") wanted.push(...forRevocation(attempt));
  // What goes on for ever is not begun a second time.
  const isWhole = exchange?.answer?.completeness !== "part";
  if (isWhole && question.fields.some(([name]) => name.toLowerCase() === "user-agent"))
    wanted.push({ kind: "request", changes: [withoutUserAgent] });
  // Many programs, and most devices, speak HTTP/1.1 alone.
  if (isWhole && exchange?.version.spoken === "h2")
    wanted.push({ kind: "request", changes: [overVersion("http/1.1")] });
  // Whatever came of it may have come of being asked once more.
  if (refusedWithoutAgent(evidence) !== undefined || refusedOverHttp1(evidence) !== undefined)
    wanted.push(asItWas);
  return [...wanted, ...otherAddresses(reach), ...otherKeyExperiment(attempt)];
}

function forRevocation({ trust }: AttemptSeen): readonly Experiment[] {
  if (trust?.verdict?.trusted !== true) return [];
  return trust.verdict.path.revocation.slice(0, 1).includes("ocsp") ? [] : [{ kind: "revocation" }];
}

/** As many as a name has in practice; more would look like a scan. */
const addressesTried = 4;

/** A connection to every address that had not been tried. */
function otherAddresses(reach: AttemptSeen["reach"]): readonly Experiment[] {
  if (reach === undefined || reach.proxy !== undefined) return [];
  const tried = [reach.connected, ...reach.lost.map(({ address }) => address)];
  return reach.addresses
    .filter((address) => !tried.includes(address))
    .slice(0, addressesTried)
    .map((address) => ({ kind: "reach", address }));
}

/** The request as it was, after all others. */
const asItWas: Experiment = { kind: "request", changes: [], again: true };

/** The question of programs that send none: is that what they are refused for? */
export const withoutUserAgent = {
  kind: "remove",
  id: "without user-agent",
  name: "User-Agent",
  says: "without a User-Agent field",
} as const;

/** What a request without a User-Agent got, where that is a refusal every time and no word on load. */
export function refusedWithoutAgent(evidence: Evidence): readonly RequestGave[] | undefined {
  return refusedWith(evidence, (changes) => changes.length === 1 && changes[0]?.id === withoutUserAgent.id);
}

/** The same of a request over HTTP/1.1, to a site that answered over HTTP/2. */
export function refusedOverHttp1(evidence: Evidence): readonly RequestGave[] | undefined {
  return refusedWith(evidence, isOfVersion);
}

function refusedWith(
  evidence: Evidence,
  isMeant: (changes: readonly RequestChange[]) => boolean,
): readonly RequestGave[] | undefined {
  const isRefusal = (one: RequestGave): boolean =>
    one.isPassing !== true &&
    (one.status === undefined ? isByHttp(one) : one.status >= 400 && !isAboutLoad(one));
  return resultsOf(evidence, "request")
    .filter(({ experiment }) => isMeant(experiment.changes))
    .map(({ gave = [] }) => gave)
    .find((gave) => gave.length > 0 && gave.every(isRefusal));
}

/** Whether a request that got no answer had a connection to be sent over, and the server ended it. */
function isByHttp({ ended }: RequestGave): boolean {
  return ended?.stage === "http" || ended?.stage === "body";
}

function forRefusal(evidence: Evidence, attempt: AttemptSeen): readonly Experiment[] {
  const reduction = reductionOf(evidence, attempt);
  if (reduction.kind === "confirm") return [asItWas];
  return reduction.kind === "open" ? reduction.arms.map((changes) => ({ kind: "request", changes })) : [];
}

function forExchange(evidence: Evidence, attempt: AttemptSeen, { code }: Ended): readonly Experiment[] {
  // A port that does not answer plain HTTP may be one that speaks TLS.
  if (attempt.scheme === "http")
    return [
      ...handshakes(["none"]),
      ...(otherVersion(attempt) === undefined ? [] : forRefusal(evidence, attempt)),
    ];
  const loop = loopCookie(evidence, attempt);
  if (loop !== undefined) return [{ kind: "request", changes: [loop] }];
  if (code.startsWith("redirect") || code === "too-many-redirects") return [];
  return forRefusal(evidence, attempt);
}
