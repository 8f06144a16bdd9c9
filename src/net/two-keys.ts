/**
 * Two keys to every connection (no exceptions but the caller's stated one): OpenSSL's verdict and the engine's.
 * The engine can refuse what OpenSSL took, never admit what it refused.
 *
 * A chain that verified is remembered per policy for as long as every date on its path allows, so that connections
 * after the first, resumed ones too, pay a hash and a look-up.
 */
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { HttpsError, RecentMap, type CertificateFacts } from "../core/index.ts";
import {
  peerNameOf,
  TrustReport,
  verify,
  type OpensslWord,
  type Rejection,
  type TrustFacts,
  type Verdict,
} from "../trust/index.ts";
import {
  fingerprint,
  parseCertificate,
  parseOcspResponse,
  spkiPin,
  type Certificate,
} from "../x509/index.ts";
import { sha256, trustPorts } from "./crypto-ports.ts";
import { netLimits } from "./limits.ts";
import type { TrustPolicy } from "./policy.ts";

/** What a connection has to be judged by. */
export interface Evidence {
  /** The name the certificate has to carry. */
  readonly name: string;
  /** DER of each certificate as sent, leaf first. */
  readonly sent: readonly Uint8Array[];
  readonly staple: Uint8Array | undefined;
  readonly openssl: OpensslWord;
  readonly resumed: boolean;
}

interface Judged {
  readonly chain: readonly Certificate[];
  readonly verdict: Verdict | undefined;
  /** Why the leaf could not be read, so that there is no verdict. */
  readonly malformation?: string;
  /** For how long the same question has the same answer. */
  readonly validFromAt: number;
  readonly validUntilAt: number;
}

const verdicts = new WeakMap<TrustPolicy, RecentMap<string, Judged>>();

/**
 * The report of a connection that may be used.
 * @throws HttpsError with the code of the rule that was broken; its `trust` is the report
 */
export function admit(evidence: Evidence, policy: TrustPolicy): TrustReport {
  const { facts, refusal } = decide(evidence, policy);
  const report = new TrustReport(facts);
  if (refusal === undefined) return report;
  const { openssl } = evidence;
  const cause = openssl.accepted
    ? undefined
    : Object.assign(new Error(openssl.reason), { code: openssl.code });
  throw refusal(report, cause);
}

/** The same for a socket, which is closed when it is not admitted. */
export function admitOrClose(evidence: Evidence, policy: TrustPolicy, socket: Socket): TrustReport {
  try {
    return admit(evidence, policy);
  } catch (error) {
    socket.on("error", () => {}); // What comes after the outcome changes nothing.
    socket.destroy();
    throw error;
  }
}

/** Whether evidence kept from an earlier connection would still be admitted. */
export function wouldAdmit(evidence: Evidence, policy: TrustPolicy): boolean {
  return decide(evidence, policy).refusal === undefined;
}

type Refusal = (trust: TrustReport, cause: Error | undefined) => HttpsError;

function decide(
  evidence: Evidence,
  policy: TrustPolicy,
): { readonly facts: TrustFacts; readonly refusal: Refusal | undefined } {
  const decidedAt = Date.now();
  const at = policy.at ?? decidedAt;
  const judged = judge(evidence, policy, at);
  const pin = matchPin(evidence.name, judged, policy);
  const refusal = policy.insecure === undefined ? findRefusal(evidence, judged, pin) : undefined;
  const accepted = pin.kind === "matched" ? "pinned" : "verified";
  const facts: TrustFacts = {
    kind: refusal !== undefined ? "refused" : policy.insecure === undefined ? accepted : "unverified",
    host: evidence.name,
    chain: judged.chain,
    verdict: judged.verdict,
    openssl: evidence.openssl,
    decidedAt,
    at,
    basis: evidence.resumed ? "resumed-session" : "handshake",
    pin: pin.kind === "matched" ? pin.pin : undefined,
    insecureReason: policy.insecure?.reason,
    stapled: evidence.staple !== undefined,
    notes: policy.notes,
  };
  return { facts, refusal };
}

function judge(evidence: Evidence, policy: TrustPolicy, at: number): Judged {
  const cache = verdictsOf(policy);
  const key = keyOf(evidence);
  const known = cache.get(key);
  if (known !== undefined && at >= known.validFromAt && at <= known.validUntilAt) return known;
  const judged = askEngine(evidence, policy, at);
  if (judged.verdict?.trusted === true) cache.set(key, judged);
  return judged;
}

function verdictsOf(policy: TrustPolicy): RecentMap<string, Judged> {
  let cache = verdicts.get(policy);
  if (cache === undefined) verdicts.set(policy, (cache = new RecentMap(netLimits.verdicts.value)));
  return cache;
}

function keyOf({ name, sent, staple }: Evidence): string {
  const hash = createHash("sha256").update(name);
  for (const der of sent) hash.update(`:${der.length}:`).update(der);
  if (staple !== undefined) hash.update(`;${staple.length};`).update(staple);
  return hash.digest("base64");
}

function askEngine({ name, sent, staple }: Evidence, policy: TrustPolicy, at: number): Judged {
  const chain: Certificate[] = [];
  for (const der of sent) {
    const parsed = parseCertificate(der);
    // What cannot be parsed can be no part of a path; a leaf like that leaves nothing to judge.
    if (parsed.ok) chain.push(parsed.certificate);
    else if (chain.length === 0) {
      const { reason, offset } = parsed.malformation;
      return {
        chain,
        verdict: undefined,
        malformation: `${reason} (byte ${offset})`,
        validFromAt: at,
        validUntilAt: at,
      };
    }
  }
  const [leaf, ...intermediates] = chain;
  if (leaf === undefined) return { chain, verdict: undefined, validFromAt: at, validUntilAt: at };
  const ocsp =
    policy.revocation === "stapled" && staple !== undefined ? parseOcspResponse(staple) : undefined;
  const verdict = verify(
    {
      leaf,
      intermediates,
      anchors: policy.anchors,
      names: [peerNameOf(name)],
      at,
      profile: policy.profile,
      stapleRequested: policy.revocation === "stapled",
      ...(ocsp?.ok === true ? { ocsp: ocsp.response } : {}),
      ...(policy.crls.length > 0 ? { crls: policy.crls } : {}),
    },
    trustPorts,
  );
  return { chain, verdict, ...validityOf(verdict, at, staple !== undefined || policy.crls.length > 0) };
}

const revocationRecheckMs = 600_000; // Ten minutes: far below any nextUpdate, far above the time between requests.

function validityOf(
  verdict: Verdict,
  at: number,
  revocable: boolean,
): { readonly validFromAt: number; readonly validUntilAt: number } {
  if (!verdict.trusted) return { validFromAt: at, validUntilAt: at };
  const { certificates, anchor } = verdict.path;
  const dated = anchor.certificate === undefined ? certificates : [...certificates, anchor.certificate];
  const until = Math.min(...dated.map(({ notAfterAt }) => notAfterAt));
  return {
    validFromAt: revocable ? at : Math.max(...dated.map(({ notBeforeAt }) => notBeforeAt)),
    validUntilAt: revocable ? Math.min(until, at + revocationRecheckMs) : until,
  };
}

type PinMatch =
  | { readonly kind: "no-pins" }
  | { readonly kind: "matched"; readonly pin: string }
  | { readonly kind: "none-matched"; readonly expected: readonly string[]; readonly seen: readonly string[] };

/** RFC 7469 §2.6: one of the pinned keys has to be on the path that verified. */
function matchPin(name: string, { verdict, chain }: Judged, policy: TrustPolicy): PinMatch {
  const expected = policy.pins[name.toLowerCase()];
  if (expected === undefined) return { kind: "no-pins" };
  const seen =
    verdict?.trusted === true
      ? [...verdict.path.certificates, verdict.path.anchor].map((holder) => spkiPin(holder, sha256))
      : chain.map((certificate) => spkiPin(certificate, sha256));
  const pin = verdict?.trusted === true ? expected.find((candidate) => seen.includes(candidate)) : undefined;
  return pin === undefined ? { kind: "none-matched", expected, seen } : { kind: "matched", pin };
}

function findRefusal(evidence: Evidence, judged: Judged, pin: PinMatch): Refusal | undefined {
  const { openssl, name } = evidence;
  const { verdict } = judged;
  if (verdict?.trusted === false) return refuseFor(verdict.primary);
  if (judged.malformation !== undefined) return refuseUnreadable(judged.malformation);
  if (!openssl.accepted || verdict === undefined) return refuseForOpenssl(openssl, judged.chain[0]);
  if (pin.kind !== "none-matched") return undefined;
  const { expected, seen } = pin;
  return (trust) =>
    new HttpsError("pin-mismatch", { ...leafFacts(judged.chain[0]), host: name, expected, seen }, { trust });
}

function refuseFor({ code, detail }: Rejection): Refusal {
  return (trust, cause) => new HttpsError(code, detail, { trust, cause });
}

function refuseUnreadable(reason: string): Refusal {
  return (trust, cause) =>
    new HttpsError("malformed-certificate", { ...leafFacts(undefined), reason }, { trust, cause });
}

function refuseForOpenssl(openssl: OpensslWord, leaf: Certificate | undefined): Refusal {
  const word = openssl.accepted
    ? { opensslCode: "none", reason: "the server's certificate could not be read" }
    : { opensslCode: openssl.code, reason: openssl.reason };
  return (trust, cause) =>
    new HttpsError("certificate-refused", { ...leafFacts(leaf), ...word }, { trust, cause });
}

function leafFacts(leaf: Certificate | undefined): CertificateFacts {
  return {
    subject: leaf?.subject.display ?? "(no certificate)",
    issuer: leaf?.issuer.display ?? "(no certificate)",
    fingerprint: leaf === undefined ? "" : fingerprint(leaf, sha256),
    role: "leaf",
  };
}
