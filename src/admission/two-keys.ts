/**
 * Two keys to every connection (no exceptions but the caller's stated one): OpenSSL's verdict and the engine's.
 * The engine can refuse what OpenSSL took, never admit what it refused.
 *
 * A chain that verified is remembered per policy for as long as every date on its path allows, so that connections
 * after the first, resumed ones too, pay a hash and a look-up.
 */
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import {
  assert,
  canonicalHost,
  HttpsError,
  ownValue,
  RecentMap,
  type CertificateFacts,
} from "../core/index.ts";
import {
  findObstacle,
  peerNameOf,
  TrustReport,
  verify,
  wholePath,
  type ObstacleRequest,
  type OpensslWord,
  type Rejection,
  type TrustFacts,
  type TrustKind,
  type Verdict,
  type VerifiedPath,
} from "../trust/index.ts";
import { unseenOn } from "../runtime/index.ts";
import {
  fingerprint,
  parseCertificate,
  parseOcspResponse,
  spkiPin,
  type Certificate,
} from "../x509/index.ts";
import { sha256, trustPorts } from "./crypto-ports.ts";
import { admissionLimits } from "./limits.ts";
import type { TrustPolicy } from "./policy.ts";

/** What a connection has to be judged by. */
export interface Evidence {
  /** The host that was asked for. */
  readonly host: string;
  /** The name the certificate has to carry. */
  readonly name: string;
  /** DER of each certificate as sent, leaf first. */
  readonly sent: readonly Uint8Array[];
  /** Parses one of these, for who has parsed them already; `parseCertificate` when left out. */
  readonly parse?: typeof parseCertificate;
  readonly staple: Uint8Array | undefined;
  readonly openssl: OpensslWord;
  readonly resumed: boolean;
}

interface Judged {
  readonly chain: readonly Certificate[];
  readonly verdict: Verdict | undefined;
  /** Why the leaf could not be read, so that there is no verdict. */
  readonly malformation: string | undefined;
  /** For how long the same question has the same answer. */
  readonly validFromAt: number;
  readonly validUntilAt: number;
}

const verdicts = new WeakMap<TrustPolicy, RecentMap<string, Judged>>();

/** What lets a connection be used. A path only `trust` can make; a pin or a reason only the caller can give. */
export type Proof =
  | { readonly by: "path"; readonly path: VerifiedPath }
  | { readonly by: "pin"; readonly pin: string }
  | { readonly by: "caller"; readonly reason: string };

/** A connection that may be used, and the report on why. */
export interface Admission {
  readonly proof: Proof;
  readonly report: TrustReport;
}

/** @throws HttpsError with the code of the rule that was broken; its `trust` is the report */
export function admit(evidence: Evidence, policy: TrustPolicy): Admission {
  const decidedAt = Date.now();
  const at = policy.at ?? decidedAt;
  const judged = judge(evidence, policy, at);
  const pin = matchPin(evidence, judged, policy);
  const decision = decide({ evidence, judged, pin }, policy);
  const report = new TrustReport({
    kind: decision.ok ? kindOf(decision.proof, pin) : "refused",
    host: evidence.name,
    chain: judged.chain,
    verdict: judged.verdict,
    openssl: evidence.openssl,
    decidedAt,
    at,
    basis: evidence.resumed ? "resumed-session" : "handshake",
    pin: pin.kind === "matched" ? pin.pin : undefined,
    insecureReason: policy.insecure?.reason,
    ...sightOf(policy, evidence.staple),
    notes: policy.notes.map(({ sentence }) => sentence),
  });
  if (decision.ok) return { proof: decision.proof, report };
  throw decision.refusal(report);
}

/** Whose TLS it was, and what a report cannot tell of it. */
export function sightOf(
  { runtime }: TrustPolicy,
  staple: Uint8Array | undefined,
): Pick<TrustFacts, "library" | "unseen" | "stapled"> {
  const stapled = runtime.shows.staple ? staple !== undefined : undefined;
  return { library: runtime.library, unseen: unseenOn(runtime), stapled };
}

/** The same for a socket, which is closed when it is not admitted. */
export function admitOrClose(evidence: Evidence, policy: TrustPolicy, socket: Socket): Admission {
  try {
    return admit(evidence, policy);
  } catch (error) {
    socket.on("error", () => {}); // What comes after the outcome changes nothing.
    socket.destroy();
    throw error;
  }
}

/** Whether evidence kept from an earlier connection would be admitted now. */
export function wouldAdmit(evidence: Evidence, policy: TrustPolicy): boolean {
  const judged = judge(evidence, policy, policy.at ?? Date.now());
  return decide({ evidence, judged, pin: matchPin(evidence, judged, policy) }, policy).ok;
}

type Refusal = (trust: TrustReport) => HttpsError;

type Decision =
  { readonly ok: true; readonly proof: Proof } | { readonly ok: false; readonly refusal: Refusal };

/** Everything a decision rests on. */
interface Case {
  readonly evidence: Evidence;
  readonly judged: Judged;
  readonly pin: PinMatch;
}

function kindOf(proof: Proof, pin: PinMatch): TrustKind {
  if (proof.by === "caller") return "unverified";
  return pin.kind === "matched" ? "pinned" : "verified";
}

function decide(facts: Case, policy: TrustPolicy): Decision {
  const { evidence, judged, pin } = facts;
  const { openssl } = evidence;
  const { verdict } = judged;
  const leaf = judged.chain[0];
  if (pin.kind === "none-matched" && (policy.insecure !== undefined || verdict?.trusted === true)) {
    return { ok: false, refusal: refusePin(evidence.name, leaf, pin) };
  }
  if (policy.insecure !== undefined) {
    const { reason } = policy.insecure;
    return {
      ok: true,
      proof: pin.kind === "matched" ? { by: "pin", pin: pin.pin } : { by: "caller", reason },
    };
  }
  const cause = openssl.accepted
    ? undefined
    : Object.assign(new Error(openssl.reason), { code: openssl.code });
  if (judged.malformation !== undefined)
    return { ok: false, refusal: refuseUnreadable(judged.malformation, cause) };
  if (verdict?.trusted === false) return { ok: false, refusal: refuseFor(verdict.primary, cause) };
  if (verdict === undefined) return { ok: false, refusal: refuseWithoutCertificate(facts, policy, cause) };
  if (!openssl.accepted) {
    if (openssl.unseen === true) return { ok: false, refusal: refuseWithoutVerdict(evidence, policy) };
    const question = { path: verdict.path, sent: judged.chain, anchors: policy.anchors };
    return {
      ok: false,
      refusal: refuseForLibrary(openssl, { ...question, library: policy.runtime.library }, cause),
    };
  }
  return { ok: true, proof: { by: "path", path: verdict.path } };
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
  if (cache === undefined) verdicts.set(policy, (cache = new RecentMap(admissionLimits.verdicts.value)));
  return cache;
}

function keyOf({ name, sent, staple }: Evidence): string {
  const hash = createHash("sha256").update(name);
  for (const der of sent) hash.update(`:${der.length}:`).update(der);
  if (staple !== undefined) hash.update(`;${staple.length};`).update(staple);
  return hash.digest("base64");
}

function askEngine(evidence: Evidence, policy: TrustPolicy, at: number): Judged {
  const { name, sent, staple } = evidence;
  const parse = ownValue(evidence, "parse") ?? parseCertificate;
  const chain: Certificate[] = [];
  for (const der of sent) {
    const parsed = parse(der);
    assert(!parsed.ok || parsed.certificate.der === der, "what is judged is what was sent");
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
  if (leaf === undefined)
    return { chain, verdict: undefined, malformation: undefined, validFromAt: at, validUntilAt: at };
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
      stapleUnseen: !policy.runtime.shows.staple,
      ...(ocsp?.ok === true ? { ocsp: ocsp.response } : {}),
      ...(policy.crls.length > 0 ? { crls: policy.crls } : {}),
    },
    trustPorts,
  );
  return {
    chain,
    verdict,
    malformation: undefined,
    ...validityOf(verdict, at, staple !== undefined || policy.crls.length > 0),
  };
}

const revocationRecheckMs = 600_000; // Ten minutes: far below any nextUpdate, far above the time between requests.

function validityOf(
  verdict: Verdict,
  at: number,
  revocable: boolean,
): { readonly validFromAt: number; readonly validUntilAt: number } {
  if (!verdict.trusted) return { validFromAt: at, validUntilAt: at };
  const dated = wholePath(verdict.path);
  const until = Math.min(...dated.map(({ notAfterAt }) => notAfterAt));
  return {
    validFromAt: at,
    validUntilAt: revocable ? Math.min(until, at + revocationRecheckMs) : until,
  };
}

type PinMatch =
  | { readonly kind: "no-pins" }
  | { readonly kind: "matched"; readonly pin: string }
  | { readonly kind: "none-matched"; readonly expected: readonly string[]; readonly seen: readonly string[] };

/**
 * RFC 7469 §2.6: one of the pinned keys has to be on the path that verified. Where the caller wants no path, the pin
 * stands in its place, and it has to be the leaf's own: the only key that the handshake proved.
 */
function matchPin(evidence: Evidence, { verdict, chain }: Judged, policy: TrustPolicy): PinMatch {
  const expected = findPins(evidence, policy);
  if (expected === undefined) return { kind: "no-pins" };
  const pinOf = (holder: Pick<Certificate, "spki">): string => spkiPin(holder, sha256);
  const trusted = verdict?.trusted === true ? [...verdict.path.certificates, verdict.path.anchor] : [];
  const counted = policy.insecure === undefined ? trusted : chain.slice(0, 1);
  const keys = counted.map(pinOf);
  const pin = expected.find((candidate) => keys.includes(candidate));
  if (pin !== undefined) return { kind: "matched", pin };
  return { kind: "none-matched", expected, seen: trusted.length > 0 ? trusted.map(pinOf) : chain.map(pinOf) };
}

/** Pins of the host that was asked for, and of the name that is checked in its place; a key has to suit both. */
function findPins({ host, name }: Evidence, { pins }: TrustPolicy): readonly string[] | undefined {
  const ofHost = pins.get(canonicalHost(host) ?? host);
  const ofName = pins.get(canonicalHost(name) ?? name);
  if (ofHost === undefined || ofName === undefined) return ofHost ?? ofName;
  return ofHost.filter((pin) => ofName.includes(pin));
}

function refusePin(
  host: string,
  leaf: Certificate | undefined,
  { expected, seen }: { readonly expected: readonly string[]; readonly seen: readonly string[] },
): Refusal {
  return (trust) => new HttpsError("pin-mismatch", { ...leafFacts(leaf), host, expected, seen }, { trust });
}

function refuseFor({ code, detail }: Rejection, cause: Error | undefined): Refusal {
  return (trust) => new HttpsError(code, detail, { trust, cause });
}

function refuseUnreadable(reason: string, cause: Error | undefined): Refusal {
  return (trust) =>
    new HttpsError("malformed-certificate", { ...leafFacts(undefined), reason }, { trust, cause });
}

/** RFC 8446 §4.4.2: no chain came; or it came, was refused, and is not shown. */
function refuseWithoutCertificate(
  { evidence: { name, openssl } }: Case,
  { runtime }: TrustPolicy,
  cause: Error | undefined,
): Refusal {
  if (!openssl.accepted && !runtime.shows.refusedChain) {
    const { code: libraryCode, reason } = openssl;
    const detail = { host: name, runtime: runtime.name, library: runtime.library, libraryCode, reason };
    return (trust) => new HttpsError("chain-not-shown", detail, { trust, cause });
  }
  const reason = openssl.accepted ? "the chain is empty" : openssl.reason;
  return (trust) => new HttpsError("no-certificate", { name, reason }, { trust, cause });
}

/** Without the first key's word there is no first key. */
function refuseWithoutVerdict({ name: host }: Evidence, { runtime }: TrustPolicy): Refusal {
  const detail = { host, runtime: runtime.name, library: runtime.library };
  return (trust) => new HttpsError("verdict-not-shown", detail, { trust });
}

function refuseForLibrary(
  { code, reason }: Extract<OpensslWord, { readonly accepted: false }>,
  { library, ...question }: Omit<ObstacleRequest, "at"> & { readonly library: string },
  cause: Error | undefined,
): Refusal {
  return (trust) => {
    const { certificates, anchor } = question.path;
    const own = { opensslCode: code, reason, anchor: anchor.subject.display };
    if (library !== "OpenSSL") {
      const word = { ...own, library };
      return new HttpsError("keys-disagree", { ...leafFacts(certificates[0]), ...word }, { trust, cause });
    }
    // OpenSSL judges by this machine's clock, whatever moment was asked for.
    const obstacle = findObstacle({ ...question, at: Date.now() }, trustPorts);
    const word = { ...own, obstacle };
    return new HttpsError("keys-disagree", { ...leafFacts(certificates[0]), ...word }, { trust, cause });
  };
}

function leafFacts(leaf: Certificate | undefined): CertificateFacts {
  return {
    subject: leaf?.subject.display ?? "",
    issuer: leaf?.issuer.display ?? "",
    fingerprint: leaf === undefined ? "" : fingerprint(leaf, sha256),
    role: "leaf",
  };
}
