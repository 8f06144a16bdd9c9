/**
 * The chain that OpenSSL 3 builds: build_chain of x509_vfy.c, with the defaults of a TLS client. Not whether it holds.
 *
 * At each certificate the trust store is asked first, then what the peer sent, in any order; the first that fits is
 * taken, and there is no way back. A chain has to end in a self-signed anchor unless partial chains are allowed.
 */
import { equalBytes } from "../../core/index.ts";
import { type Certificate, equalNames, purposeOid } from "../../x509/index.ts";
import type { TrustAnchor } from "../anchor.ts";
import { isMadeBy } from "../signatures.ts";

/** What OpenSSL is given. */
export interface OpensslQuestion {
  /** As sent, the peer's own first. */
  readonly chain: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  /** X509_V_FLAG_PARTIAL_CHAIN. */
  readonly partialChain: boolean;
  readonly at: number;
}

/** Where a chain ends that comes to no anchor: OpenSSL's names, without X509_V_ERR_. */
export type OpensslEnd =
  | "DEPTH_ZERO_SELF_SIGNED_CERT"
  | "SELF_SIGNED_CERT_IN_CHAIN"
  | "UNABLE_TO_GET_ISSUER_CERT"
  | "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"
  | "CERT_CHAIN_TOO_LONG";

/** A chain as it was built: the first `untrusted` come from the peer, the rest are trusted. */
export interface OpensslChain {
  readonly certificates: Readonly<Climbed>;
  readonly untrusted: number;
  /** Where it comes to no anchor, `end` says why. */
  readonly anchor: TrustAnchor | undefined;
  readonly end: OpensslEnd | undefined;
}

/** At least one certificate, the peer's own first. */
type Climbed = [...Certificate[], Certificate];

/** The verify depth of a TLS context, unless a program sets it (X509_VERIFY_PARAM, default). */
export const opensslMaxDepth = 100;

/** The chain that OpenSSL builds from a leaf; `undefined` without a certificate. */
export function buildOpensslChain(question: OpensslQuestion): OpensslChain | undefined {
  const { chain, anchors, partialChain, at } = question;
  const [leaf, ...left] = chain;
  if (leaf === undefined) return undefined;
  const path: Climbed = [leaf];
  let top = leaf;
  while (!isTooLong(path)) {
    const isTopSelfSigned = isTakenForSelfSigned(top);
    const trusted = pickIssuer(top, certificatesOf(anchors), at);
    if (trusted !== undefined && (!isTopSelfSigned || equalBytes(trusted.der, top.der)))
      return climbStore(question, isTopSelfSigned ? path.slice(0, -1) : path, trusted);
    const others = isTopSelfSigned ? [] : left.filter((one) => !path.includes(one));
    const issuer = pickIssuer(top, others, at);
    if (issuer === undefined) break;
    path.push(issuer);
    top = issuer;
  }
  if (isTooLong(path)) return unfinished(path, "CERT_CHAIN_TOO_LONG");
  const same = anchors.find(({ certificate }) => certificate && equalBytes(certificate.der, leaf.der));
  if (partialChain && same !== undefined)
    return { certificates: path, untrusted: 0, anchor: same, end: undefined };
  if (!isTakenForSelfSigned(top)) return unfinished(path, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY");
  return unfinished(path, path.length === 1 ? "DEPTH_ZERO_SELF_SIGNED_CERT" : "SELF_SIGNED_CERT_IN_CHAIN");
}

/** From the first trusted certificate upwards, within the store, until one is self-signed. */
function climbStore(
  { anchors, at, partialChain }: OpensslQuestion,
  sent: readonly Certificate[],
  first: Certificate,
): OpensslChain {
  const untrusted = sent.length;
  const path: Climbed = [...sent, first];
  let top = first;
  const isEnd = (): boolean => partialChain || isTakenForSelfSigned(top);
  while (!isEnd()) {
    if (isTooLong(path)) return unfinished(path, "CERT_CHAIN_TOO_LONG", untrusted);
    const issuer = pickIssuer(top, certificatesOf(anchors), at);
    if (issuer === undefined) return unfinished(path, "UNABLE_TO_GET_ISSUER_CERT", untrusted);
    path.push(issuer);
    top = issuer;
  }
  const anchor = anchors.find(({ certificate }) => certificate === top);
  return { certificates: path, untrusted, anchor, end: undefined };
}

function unfinished(certificates: Climbed, end: OpensslEnd, untrusted = certificates.length): OpensslChain {
  return { certificates, untrusted, anchor: undefined, end };
}

/** Chains are built one longer than the limit allows, and then refused. */
function isTooLong(path: Climbed): boolean {
  return path.length > opensslMaxDepth + 1;
}

function certificatesOf(anchors: readonly TrustAnchor[]): readonly Certificate[] {
  return anchors.flatMap(({ certificate }) => certificate ?? []);
}

/** EXFLAG_SS: it may have issued itself, by its names, identifiers and kind of key; the signature is not looked at. */
export function isTakenForSelfSigned(certificate: Certificate): boolean {
  return mayHaveIssued(certificate, certificate);
}

/** ossl_x509_likely_issued: the names, what the authority key identifier says, and the kind of key. */
function mayHaveIssued(issuer: Certificate, subject: Certificate): boolean {
  return (
    equalNames(issuer.subject, subject.issuer) &&
    contradictionOf(issuer, subject) === undefined &&
    isMadeBy(subject.signatureAlgorithm.scheme, issuer.spki.key) === true
  );
}

/** X509_check_akid: in what an authority key identifier contradicts an issuer of the name. */
export function contradictionOf(
  issuer: Certificate,
  subject: Certificate,
): "key identifier" | "serial number" | "issuer" | undefined {
  const wanted = subject.extensions.value("authorityKeyIdentifier");
  const keyId = issuer.extensions.value("subjectKeyIdentifier");
  if (wanted?.keyId !== undefined && keyId !== undefined && wanted.keyId !== keyId) return "key identifier";
  if (wanted?.serial !== undefined && wanted.serial !== issuer.serial) return "serial number";
  // Of several names only the first directory name counts.
  const named = wanted?.issuer?.find((name) => name.kind === "directory");
  const isOther = named?.kind === "directory" && !equalNames(named.name, issuer.issuer);
  return isOther ? "issuer" : undefined;
}

/**
 * Whether OpenSSL calls it current. To X509_cmp_time, the second of its end is over already, which to RFC 5280 §4.1.2.5 is
 * the last that counts.
 */
export function isCurrent({ notBeforeAt, notAfterAt }: Certificate, at: number): boolean {
  return at >= notBeforeAt && at < notAfterAt;
}

/** The first that is current; else the one that ended last. */
function pickIssuer(
  subject: Certificate,
  candidates: readonly Certificate[],
  at: number,
): Certificate | undefined {
  const able = candidates.filter((candidate) => mayHaveIssued(candidate, subject));
  const latest = able.toSorted((a, b) => b.notAfterAt - a.notAfterAt)[0];
  return able.find((candidate) => isCurrent(candidate, at)) ?? latest;
}

/** What OpenSSL takes beside serverAuth: Netscape's and Microsoft's "server gated cryptography" of old. */
const gatedPurposes: readonly string[] = ["2.16.840.1.113730.4.1", "1.3.6.1.4.1.311.10.3.3"];
const netscapeCertTypeOid = "2.16.840.1.113730.1.1";

/** check_purpose_ssl_server, for CAs too: which extension forbids a TLS server. anyExtendedKeyUsage does not count. */
export function opensslPurposeFault(
  { extensions }: Certificate,
  depth: number,
): "extendedKeyUsage" | "netscapeCertType" | "keyUsage" | undefined {
  const purposes = extensions.value("extendedKeyUsage");
  const isForServers = (purpose: string): boolean =>
    purpose === purposeOid.serverAuth || gatedPurposes.includes(purpose);
  if (purposes?.some(isForServers) === false) return "extendedKeyUsage";
  // A BIT STRING whose second bit says "SSL server".
  const kinds = extensions.all.find(({ oid }) => oid === netscapeCertTypeOid)?.bytes;
  if (depth === 0 && kinds?.[0] === 0x03 && ((kinds[3] ?? 0) & 0x40) === 0) return "netscapeCertType";
  const usages = extensions.value("keyUsage");
  const forTls = ["digitalSignature", "keyEncipherment", "keyAgreement"] as const;
  if (depth > 0 || usages === undefined) return undefined;
  return forTls.some((usage) => usages.includes(usage)) ? undefined : "keyUsage";
}
