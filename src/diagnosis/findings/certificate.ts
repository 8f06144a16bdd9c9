/** Findings about a chain that was refused: the rule that was broken, and what would have made the difference. */
import {
  bare,
  avoidObstacle,
  bracketed,
  explainObstacle,
  mendObstacle,
  renderInstant,
  type Code,
  type Details,
} from "../../core/index.ts";
import { renderAnchorSource } from "../../trust/index.ts";
import { explainUndone, listOf, storeNames } from "../experiment.ts";
import { findingOf, makeFinding, type DraftFinding, type FindingParts } from "../finding.ts";
import { faultsBeside } from "./beside.ts";
import { clockFindings } from "./clock.ts";
import { explainDates } from "./dates.ts";
import { interceptionFinding } from "./interception.ts";
import { adviseStore, explainMissing, explainUnknownIssuer, missingRoot } from "./missing-issuer.ts";
import { makerFindings } from "./maker.ts";
import { handshakeWith, judgementWith, resultsOf, sentenceCase } from "../results.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, Ended, TrustSeen } from "../observation.ts";

export function certificateFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  const { trust } = attempt;
  if (trust === undefined) return [findingOf(ended)];
  const all = { attempt, trust, ended };
  return [
    ...clockFindings(evidence, trust, ended),
    ...chainFindings(evidence, all),
    ...makerFindings(trust, ended),
  ];
}

/** What ended it, and who stood in between, where something speaks for that: the cause that matters first. */
function chainFindings(evidence: Evidence, all: Case): readonly DraftFinding[] {
  const { attempt, ended } = all;
  const between = interceptionFinding(evidence, attempt, ended);
  if (between === undefined) return [headlineOf(evidence, all)];
  const { finding, isCause } = between;
  if (!isCause) return [headlineOf(evidence, all), finding];
  const found = [...finding.evidence, ...chainEvidence(evidence, all)];
  const { client = finding.remedy.client } = bare(adviseStore(evidence));
  return [{ ...finding, evidence: found, remedy: { client } }, findingOf(ended, { client, server: null })];
}

interface Case {
  readonly attempt: AttemptSeen;
  readonly trust: TrustSeen;
  readonly ended: Ended;
}

function headlineOf(evidence: Evidence, { attempt, trust, ended }: Case): DraftFinding {
  // Without a prototype: what it leaves out is not to be read from there.
  const special = bare(explainByCode[ended.code]?.(evidence, attempt, trust) ?? {});
  const known = chainEvidence(evidence, { attempt, trust, ended }, special.evidence);
  const beside = besideOf(trust, ended);
  const root = ended.code === "missing-intermediate" ? missingRoot(evidence, attempt) : undefined;
  const own = { evidence: known, ...(beside.length === 0 ? {} : { client: notEnough(beside) }) };
  if (root === undefined) return findingOf(ended, { ...special, ...own });
  return makeFinding("untrusted-root", { ...special, ...root, ...own, server: undefined });
}

/** Refusals for want of an issuer: the certificate itself was not looked at further. */
const issuerCodes: readonly Code[] = ["missing-intermediate", "untrusted-root", "self-signed"];

function besideOf(trust: TrustSeen, { code }: Ended): readonly string[] {
  return issuerCodes.includes(code) ? faultsBeside(trust) : [];
}

function notEnough(beside: readonly string[]): string {
  return `None that is safe: a root alone would not be enough for the server's certificate: ${listOf(beside)}.`;
}

/** How it is known that the chain was refused, and what would have come of it elsewhere. */
function chainEvidence(
  evidence: Evidence,
  { attempt, trust, ended }: Case,
  special: readonly string[] = [],
): readonly string[] {
  const beside = besideOf(trust, ended);
  return [
    ...chainSentences(attempt, trust),
    ...keySentences(trust),
    ...special,
    ...(beside.length === 0
      ? []
      : [`That is not all that is wrong with the certificate: ${listOf(beside)}.`]),
    ...whatIfSentences(evidence),
    ...unverifiedSentences(evidence),
  ];
}

type Explain = (evidence: Evidence, attempt: AttemptSeen, trust: TrustSeen) => Partial<FindingParts>;

/** What is more exact than the catalogue's own words, by code. */
const explainByCode: Partial<Readonly<Record<Code, Explain>>> = {
  "missing-intermediate": explainMissing,
  "untrusted-root": explainUnknownIssuer,
  "self-signed": explainUnknownIssuer,
  "bad-signature": explainSignature,
  "path-too-long": explainLength,
  expired: explainDates,
  "not-yet-valid": explainDates,
  "wrong-host": explainNames,
  "no-names": explainNames,
  "keys-disagree": explainDisagreement,
  "revocation-unknown": (_evidence, _attempt, { stapled }) => ({
    client: "None that is safe: what the server staples is for its operator to mend.",
    ...(stapled !== false
      ? {}
      : { server: "Turn OCSP stapling on, or use a certificate without must-staple." }),
  }),
};

/** A root of the caller's that has the signer's name and another key is likely an older one. */
function explainSignature(
  evidence: Evidence,
  attempt: AttemptSeen,
  { verdict, chain }: TrustSeen,
): Partial<FindingParts> {
  const { signer } = (attempt.ended?.detail ?? {}) as Partial<Details["bad-signature"]>;
  const tried = verdict?.trusted === false ? verdict.tried : [];
  const anchor = tried.find((one) => one.anchor?.subject.display === signer)?.anchor;
  const isSent = chain.some(({ certificate }) => certificate.subject.display === signer);
  if (anchor === undefined || isSent || !evidence.question.ownRoots)
    return explainUnknownIssuer(evidence, attempt);
  const from = renderAnchorSource(anchor.source);
  return {
    fault: "caller",
    evidence: [
      `The key is that of "${signer ?? ""}" from ${from}; the server sent no certificate of that name.`,
    ],
    client: ({ root }) =>
      `Likely "${signer ?? ""}" from ${from} is an older CA of the same name: give the current one${bracketed(root)}. If it is the current one, treat the connection as unsafe.`,
    server: null,
    ...explainUnknownIssuer(evidence, attempt),
  };
}

/** A limit that stands in a certificate is not the caller's to raise. */
function explainLength(
  _evidence: Evidence,
  { ended }: AttemptSeen,
  { chain }: TrustSeen,
): Partial<FindingParts> {
  const { limitedBy } = (ended?.detail ?? {}) as Partial<Details["path-too-long"]>;
  if (!chain.some(({ certificate }) => certificate.subject.display === limitedBy)) return {};
  return {
    client: "None that is safe: the limit stands in the CA's own certificate.",
    server: `Have the certificate issued by "${limitedBy ?? ""}" itself, or by a CA that may certify others.`,
  };
}

/** What stands in OpenSSL's way to the path that there is, where that could be told. */
function explainDisagreement(_evidence: Evidence, { ended }: AttemptSeen): Partial<FindingParts> {
  const { obstacle } = (ended?.detail ?? {}) as Partial<Details["keys-disagree"]>;
  if (obstacle === undefined) return {};
  const server = mendObstacle(obstacle) ?? null;
  return {
    evidence: [explainObstacle(obstacle)],
    client: (names) => avoidObstacle(obstacle, names),
    server,
    fault: server === null ? "caller" : undefined,
  };
}

function explainNames(
  evidence: Evidence,
  { sni, host }: AttemptSeen,
  trust: TrustSeen,
): Partial<FindingParts> {
  const bare = handshakeWith(evidence, "no-server-name");
  const lines: string[] = [];
  const ours = trust.chain[0]?.fingerprint;
  if (sni === undefined) lines.push("No server name was sent: RFC 6066 §3 has none for an address.");
  else if (bare?.leaf !== undefined && ours !== undefined && namesIn(trust).length > 0) {
    lines.push(
      bare.leaf.fingerprint === ours
        ? `Without a server name the same certificate comes: likely the server's default, because it has none for "${sni}".`
        : `Without a server name another certificate comes (for ${bare.leaf.names.slice(0, 3).join(", ")}): the server does tell names apart.`,
    );
  }
  const any = judgementWith(evidence, ({ kind }) => kind === "any-name");
  if (any !== undefined)
    lines.push(
      any.trusted
        ? "But for the name the chain is in order: it was judged once more for any name."
        : `The name is not all: judged for any name, it is refused as ${any.rejection?.code ?? "well"}.`,
    );
  const names = namesIn(trust);
  if (sni === undefined && names.includes(host))
    return {
      evidence: [
        ...lines,
        `The address stands in it as a DNS name, which no address is compared with (RFC 9525 §6.3).`,
      ],
      server: "Issue the certificate again with the address as an IP name, not as a DNS name.",
    };
  const near = names.find((name) => isNear(name.toLowerCase(), host));
  return {
    evidence: lines,
    ...(near === undefined
      ? {}
      : { client: `The certificate is for "${near}": use that name if it is the same site.` }),
  };
}

/** The DNS names that the leaf carries. */
function namesIn({ chain }: TrustSeen): readonly string[] {
  const names = chain[0]?.certificate.extensions.value("subjectAltName") ?? [];
  return names.flatMap((name) => (name.kind === "dns" ? [name.value] : []));
}

/** The same name with a www. more or less. */
function isNear(name: string, host: string): boolean {
  return name === `www.${host}` || `www.${name}` === host;
}

function chainSentences({ tls }: AttemptSeen, { chain, stapled, asSent }: TrustSeen): string[] {
  if (chain.length === 0) return ["No certificate of the chain could be read."];
  const links = chain
    .slice(0, 6)
    .map(
      ({ certificate }) =>
        `${certificate.subject.display || "(no name)"} (issued by ${certificate.issuer.display})`,
    );
  const more = chain.length > 6 ? ` and ${chain.length - 6} more` : "";
  const version = tls?.chosen === undefined ? "" : `, over ${tls.chosen.version}`;
  return [
    `The chain ${asSent ? "exactly as sent" : "as the runtime shows it, completed from the roots"}${version}: ${links.join("; ")}${more}.`,
    ...(stapled === true ? ["The server stapled an OCSP response."] : []),
  ];
}

/** What each of the two keys says, and every path that was tried. */
function keySentences({ openssl, library, verdict, disagreement }: TrustSeen): string[] {
  const lines: string[] = [];
  // Where the two differ, the disagreement says what OpenSSL said.
  if (openssl !== undefined && disagreement === undefined)
    lines.push(
      openssl.accepted ? `${library} accepted the chain.` : `${library} refused it too: ${openssl.code}.`,
    );
  if (verdict?.trusted === false && verdict.tried.length > 1)
    lines.push(`${verdict.tried.length + verdict.omitted} paths were tried; each ended.`);
  if (disagreement !== undefined) lines.push(disagreement);
  return lines;
}

/** What other stores say. */
function whatIfSentences(evidence: Evidence): string[] {
  return resultsOf(evidence, "judge").flatMap(({ experiment: { change }, gave, undone }) => {
    if (change.kind !== "store") return [];
    const store = storeNames[change.store];
    if (gave === undefined) {
      if (undone === undefined) return [];
      const why = undone.kind === "failed" ? undone.ended.sentence : `${explainUndone(undone)}.`;
      return [`${sentenceCase(store)}: ${why}`];
    }
    return [
      gave.trusted
        ? `Judged by ${store}, the chain is verified, by ${gave.anchor?.subject ?? "a root"} (${gave.anchor?.source ?? ""}).`
        : `Judged by ${store}, it is refused too (${gave.rejection?.code ?? "no path"}).`,
    ];
  });
}

/** The thread's question: what happens when nobody verifies. */
function unverifiedSentences(evidence: Evidence): string[] {
  const gave = resultsOf(evidence, "unverified").find(({ gave }) => gave !== undefined)?.gave;
  if (gave === undefined) return [];
  const status = gave.exchange?.answer?.status;
  return status === undefined
    ? []
    : [
        `A request for /, verifying nothing, was answered (${status}): the server cannot tell whether a client verifies. The decision is the client's alone.`,
      ];
}

/** Revocation that only asking brought to light. */
export function revocationFindings(evidence: Evidence, attempt: AttemptSeen): readonly DraftFinding[] {
  const answers = resultsOf(evidence, "revocation").flatMap(({ gave }) => gave ?? []);
  const revoked = answers.find(({ says }) => says === "revoked");
  if (revoked?.rejection === undefined) return [];
  const detail = revoked.rejection.detail as Details["revoked"];
  const [leaf] = attempt.trust?.chain ?? [];
  return [
    makeFinding("revoked", {
      certainty: "certain",
      sentence: `The certificate of ${detail.subject} was revoked on ${renderInstant(detail.revokedAt)} (${detail.reason}), says the CA's ${revoked.source}; most clients do not ask, and connect.`,
      evidence: [
        `Asked at ${revoked.url}, as the certificate has it; the answer is signed by the CA, and that was checked.`,
        "Nothing was stapled that would have said so in the handshake.",
        ...(leaf === undefined ? [] : [`The certificate's serial number is ${leaf.certificate.serial}.`]),
      ],
    }),
  ];
}
