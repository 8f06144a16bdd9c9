/**
 * mbedTLS: x509_crt_verify_chain of x509_crt.c, and what ssl_tls.c adds.
 *
 * Greedy: for each certificate a parent is looked for among the anchors, then among the certificates sent *after* it,
 * and the first that fits is kept; there is no way back. Every fault is a flag, collected over the whole chain.
 */
import { equalBytes, type Own, ownValue } from "../../core/index.ts";
import type { TrustAnchor, TrustPorts } from "../../trust/index.ts";
import { type Certificate, type Name, parseIpAddress, purposeOid } from "../../x509/index.ts";
import { matchesName, type NameRules } from "../names.ts";
import { checkAnchorReadable, checkReadable, isSignatureKnown } from "./mbedtls-parse.ts";
import { type DeviceRequest, deviceTime, hashOf, isSignedBy } from "../request.ts";
import { type DeviceVerdict, refuse, type Refusal, type RefusalCode } from "../verdict.ts";

export interface MbedtlsOptions {
  /** MBEDTLS_HAVE_TIME_DATE: whether dates count, those of anchors too. */
  readonly dates: boolean;
  /** Hashes of the certificate profile. */
  readonly hashes: readonly string[];
  readonly minRsaBits: number;
  readonly curves: readonly string[];
  /** Curves on which no key is parsed. */
  readonly unparsedCurves: readonly string[];
  /** Extensions that may be critical, by identifier. */
  readonly understood: readonly string[];
  readonly names: NameRules;
  /** MBEDTLS_X509_MAX_INTERMEDIATE_CA. */
  readonly maxIntermediates: number;
  /** MBEDTLS_SSL_IN_CONTENT_LEN: a handshake message has to fit whole. */
  readonly maxMessageBytes: number;
  /** The error for one that does not: MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE, or MBEDTLS_ERR_SSL_BAD_INPUT_DATA. */
  readonly tooLong: string;
}

/** MBEDTLS_X509_BADCERT_* of x509.h. */
export const mbedtlsFlag = {
  expired: 0x01,
  wrongName: 0x04,
  notTrusted: 0x08,
  future: 0x0200,
  keyUsage: 0x0800,
  purpose: 0x1000,
  badHash: 0x4000,
  badKeyKind: 0x8000,
  badKey: 0x01_0000,
} as const;

/** One certificate of the chain as it was walked, with its own flags. */
export interface Link {
  readonly certificate: Certificate;
  flags: number;
  /** The parent, where its key is the one that is bad: the flag is the child's. */
  weakSigner?: Parent;
}

/** A parent: an anchor, or a certificate that was sent. */
interface Parent {
  readonly subject: Name;
  readonly spki: Certificate["spki"];
  readonly certificate: Certificate | undefined;
  readonly anchor: TrustAnchor | undefined;
  /** Where it stands in what was sent; anchors stand nowhere. */
  readonly index: number;
  readonly isSignatureGood: boolean;
}

export interface Walk {
  readonly links: readonly Link[];
  /** The anchor that the walk ended in. */
  readonly anchor: TrustAnchor | undefined;
  /** A fault that ends everything at once. */
  readonly fatal?: Refusal;
}

/** The verdict of mbedTLS. */
export function verifyMbedtls(
  request: Own<DeviceRequest>,
  options: MbedtlsOptions,
  ports: TrustPorts,
): DeviceVerdict {
  // mbedtls_ssl_parse_certificate_verify: MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED.
  const anchors = request.anchors.filter(({ certificate }) => !isUnparsed(certificate, options));
  if (anchors.length === 0) return refuse({ code: "no-anchors", library: "-0x7680" });
  const { chain, refusal } = readSent(request.chain, options);
  if (refusal !== undefined) return refuse(refusal);
  const walk = walkMbedtls({ ...request, chain, anchors }, options, ports);
  const fatal = ownValue(walk, "fatal");
  const verdict = fatal === undefined ? concludeMbedtls({ ...request, chain }, walk, options) : refuse(fatal);
  return withoutLeaf(request, verdict, options);
}

/**
 * Where the server's own certificate was passed over, the one behind it is taken for it: what is said is about that one,
 * and were it good, the server could not sign with its key. Where none is behind it, an empty one is.
 */
export function withoutLeaf(
  { chain, name }: Own<DeviceRequest>,
  verdict: DeviceVerdict,
  options: MbedtlsOptions,
): DeviceVerdict {
  const [leaf] = chain;
  if (leaf === undefined || isSignatureKnown(leaf)) return verdict;
  const said = verdict.accepts ? "-0x4E00" : verdict.refusal.library;
  return refuse({
    code: "unsupported-signature",
    certificate: leaf,
    value: leaf.signatureAlgorithm.name,
    library: chain.some(isSignatureKnown)
      ? said
      : `-0x2700, flags 0x${flagsOfNothing(name, options).toString(16)}`,
  });
}

/** The flags of a certificate that is all zeros: it ended long ago, and has no key, no signature and no name. */
function flagsOfNothing(name: string, { dates, names }: MbedtlsOptions): number {
  const { notTrusted, badHash, badKeyKind, badKey, wrongName, expired } = mbedtlsFlag;
  const isCompared = !names.skipsAddresses || parseIpAddress(name) === undefined;
  return notTrusted | badHash | badKeyKind | badKey | (isCompared ? wrongName : 0) | (dates ? expired : 0);
}

/** What it has of a chain once that is read, and why it does not go on with it. */
export function readSent(
  sent: readonly Certificate[],
  options: MbedtlsOptions,
): { readonly chain: readonly Certificate[]; readonly refusal: Refusal | undefined } {
  const chain = sent.filter(isSignatureKnown);
  return { chain, refusal: checkMessage(sent, options) ?? checkReadable(chain, options) };
}

/** A CA that cannot be parsed is not there: mbedtls_x509_crt_parse passes over it. */
function isUnparsed(certificate: Certificate | undefined, options: MbedtlsOptions): boolean {
  return certificate !== undefined && checkAnchorReadable(certificate, options) !== undefined;
}

/** Adds what is checked of the leaf alone, and makes the flags a verdict. */
export function concludeMbedtls(
  { chain, name }: Own<DeviceRequest>,
  { links, anchor }: Walk,
  options: MbedtlsOptions,
): DeviceVerdict {
  const [leaf] = chain;
  if (leaf === undefined) return refuse({ code: "not-trusted", library: "-0x7A00" });
  let own = 0;
  if (!matchesName(leaf, name, options.names)) own |= mbedtlsFlag.wrongName;
  if (isBadKey(leaf.spki, options)) own |= mbedtlsFlag.badKey;
  // ssl_check_cert_usage: cipher suites with (EC)DHE sign with the leaf's key.
  const usages = leaf.extensions.value("keyUsage");
  if (usages?.includes("digitalSignature") === false) own |= mbedtlsFlag.keyUsage;
  if (!allowsServers(leaf)) own |= mbedtlsFlag.purpose;
  const all = links.reduce((flags, link) => flags | link.flags, own);
  if (all === 0) return { accepts: true, path: links.map(({ certificate }) => certificate), anchor };
  return refuse(refusalOf({ all, own, leaf, links, name }));
}

/** The chain from the leaf up, with the flags of each certificate. */
export function walkMbedtls(
  { chain, anchors, ...request }: Own<DeviceRequest>,
  options: MbedtlsOptions,
  ports: TrustPorts,
): Walk {
  const at = deviceTime({ chain, anchors, ...request });
  const links: Link[] = [];
  let [current] = chain;
  let index = 0;
  let selfIssued = 0;
  while (current !== undefined) {
    const link: Link = { certificate: current, flags: options.dates ? dateFlags(current, at) : 0 };
    links.push(link);
    if (!options.hashes.includes(hashOf(current) ?? "")) link.flags |= mbedtlsFlag.badHash;
    if (links.length === 1 && isLocallyTrusted(current, anchors))
      return { links, anchor: findSame(current, anchors) };
    const search = { child: current, below: links.length - 1, selfIssued, at };
    const parent =
      findParent(
        anchors.map((anchor) => ({ ...anchor, certificate: anchor.certificate, anchor, index: -1 })),
        search,
        options,
        ports,
      ) ??
      findParent(
        chain.slice(index + 1).map((certificate, i) => ({
          ...certificate,
          certificate,
          anchor: undefined,
          index: index + 1 + i,
        })),
        search,
        options,
        ports,
      );
    if (parent === undefined) {
      link.flags |= mbedtlsFlag.notTrusted;
      return { links, anchor: undefined };
    }
    if (links.length !== 1 && current.isSelfIssued) selfIssued++;
    if (parent.anchor === undefined && links.length > options.maxIntermediates) {
      const value = `${options.maxIntermediates} intermediates at most`;
      return { links, anchor: undefined, fatal: { code: "chain-too-long", value, library: "-0x3000" } };
    }
    if (!parent.isSignatureGood) link.flags |= mbedtlsFlag.notTrusted;
    if (isBadKey(parent.spki, options)) {
      link.flags |= mbedtlsFlag.badKey;
      link.weakSigner = parent;
    }
    if (parent.anchor !== undefined) return endInAnchor(links, parent.anchor, at, options);
    current = parent.certificate;
    index = parent.index;
  }
  return { links, anchor: undefined };
}

/** The anchor's own dates are the last thing that is looked at. */
function endInAnchor(links: Link[], anchor: TrustAnchor, at: number, { dates }: MbedtlsOptions): Walk {
  if (dates && anchor.certificate !== undefined) {
    const flags = dateFlags(anchor.certificate, at);
    if (flags !== 0) links.push({ certificate: anchor.certificate, flags });
  }
  return { links, anchor };
}

interface Search {
  readonly child: Certificate;
  /** How many certificates were passed before the child. */
  readonly below: number;
  readonly selfIssued: number;
  readonly at: number;
}

type Candidate = Omit<Parent, "isSignatureGood">;

/** x509_crt_find_parent_in: the first that fits; one outside its dates only where no other does. */
function findParent(
  candidates: readonly Candidate[],
  { child, below, selfIssued, at }: Search,
  { dates }: MbedtlsOptions,
  ports: TrustPorts,
): Parent | undefined {
  let fallback: Parent | undefined;
  for (const candidate of candidates) {
    if (!canBeParent(child, candidate)) continue;
    const pathLength = candidate.certificate?.extensions.value("basicConstraints")?.pathLength;
    if (pathLength !== undefined && pathLength < below - selfIssued) continue;
    const isSignatureGood = isSignedBy(child, candidate, ports);
    if (candidate.anchor !== undefined && !isSignatureGood) continue;
    const parent = { ...candidate, isSignatureGood };
    if (!dates || candidate.certificate === undefined || dateFlags(candidate.certificate, at) === 0)
      return parent;
    fallback ??= parent;
  }
  return fallback;
}

/** x509_crt_check_parent: the name, the CA bit, the key's usage. Anchors of versions 1 and 2 need no CA bit. */
function canBeParent(child: Certificate, { subject, certificate, anchor }: Candidate): boolean {
  if (!areNamesEqual(child.issuer, subject)) return false;
  if (certificate === undefined || (anchor !== undefined && certificate.version < 3)) return true;
  if (certificate.extensions.value("basicConstraints")?.isCa !== true) return false;
  return certificate.extensions.value("keyUsage")?.includes("keyCertSign") !== false;
}

/** x509_name_cmp: attribute by attribute; two kinds of string without regard to case, everything else byte by byte. */
export function areNamesEqual(a: Name, b: Name): boolean {
  const [left, right] = [a.relativeNames, b.relativeNames];
  if (left.length !== right.length) return false;
  return left.every((attributes, i) => {
    const others = right[i] ?? [];
    return (
      attributes.length === others.length &&
      attributes.every((attribute, j) => {
        const other = others[j];
        if (other?.oid !== attribute.oid) return false;
        if (attribute.type === other.type && equalBytes(attribute.bytes, other.bytes)) return true;
        const foldable = [attribute.type, other.type].every((type) => type === 0x0c || type === 0x13);
        return foldable && foldCase(attribute.bytes) === foldCase(other.bytes);
      })
    );
  });
}

/** ASCII letters in lower case, as mbedTLS folds them; other bytes stay. */
function foldCase(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)).join();
}

function dateFlags({ notBeforeAt, notAfterAt }: Certificate, at: number): number {
  return (at > notAfterAt ? mbedtlsFlag.expired : 0) | (at < notBeforeAt ? mbedtlsFlag.future : 0);
}

/** x509_crt_check_ee_locally_trusted: self-issued, and byte for byte an anchor. */
function isLocallyTrusted(leaf: Certificate, anchors: readonly TrustAnchor[]): boolean {
  return leaf.isSelfIssued && findSame(leaf, anchors) !== undefined;
}

function findSame(leaf: Certificate, anchors: readonly TrustAnchor[]): TrustAnchor | undefined {
  return anchors.find(
    ({ certificate }) => certificate !== undefined && equalBytes(certificate.der, leaf.der),
  );
}

function isBadKey({ key }: Certificate["spki"], { minRsaBits, curves }: MbedtlsOptions): boolean {
  if (key.kind === "rsa") return key.modulusBits < minRsaBits;
  return key.kind !== "ec" || !curves.includes(key.curve);
}

function allowsServers(leaf: Certificate): boolean {
  const purposes = leaf.extensions.value("extendedKeyUsage");
  return (
    purposes === undefined || purposes.includes(purposeOid.serverAuth) || purposes.includes(purposeOid.any)
  );
}

/** The Certificate message (RFC 5246 §7.4.2) with its header: one that does not fit ends the handshake. */
function checkMessage(
  chain: readonly Certificate[],
  { maxMessageBytes, tooLong }: MbedtlsOptions,
): Refusal | undefined {
  const bytes = chain.reduce((sum, { der }) => sum + 3 + der.length, 4 + 3);
  if (bytes <= maxMessageBytes) return undefined;
  return {
    code: "chain-too-long",
    value: `${maxMessageBytes} bytes; the server sends ${bytes}`,
    library: tooLong,
  };
}

interface Faults {
  readonly all: number;
  /** Flags of the leaf that only the leaf can have. */
  readonly own: number;
  readonly leaf: Certificate;
  readonly links: readonly Link[];
  readonly name: string;
}

/** The flag that says most, as a refusal. */
function refusalOf({ all, own, leaf, links, name }: Faults): Refusal {
  const ranked: readonly (readonly [
    flag: number,
    code: RefusalCode,
    value: (about: Certificate) => string,
  ])[] = [
    [mbedtlsFlag.notTrusted, "not-trusted", () => ""],
    [mbedtlsFlag.expired, "expired", () => ""],
    [mbedtlsFlag.future, "not-yet-valid", () => ""],
    [mbedtlsFlag.badHash, "weak-hash", (about) => hashOf(about) ?? about.signatureAlgorithm.name],
    [mbedtlsFlag.badKey, "weak-key", (about) => about.spki.text],
    [mbedtlsFlag.wrongName, "wrong-name", () => name],
    [mbedtlsFlag.keyUsage, "key-usage", () => "digitalSignature"],
    [mbedtlsFlag.purpose, "purpose", () => "extendedKeyUsage"],
  ];
  const [flag, code, value] = ranked.find(([bit]) => (all & bit) !== 0) ?? [0, "not-trusted", () => ""];
  const faulty = (own & flag) === 0 ? links.find((link) => (link.flags & flag) !== 0) : undefined;
  const signer = flag === mbedtlsFlag.badKey ? faulty?.weakSigner : undefined;
  const about = signer?.certificate ?? faulty?.certificate ?? leaf;
  // A fault of usage alone is found after the chain's, and has a code of its own (MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE).
  const isUsageAlone = (all & ~(mbedtlsFlag.keyUsage | mbedtlsFlag.purpose)) === 0;
  const library = isUsageAlone ? "-0x7A00" : `-0x2700, flags 0x${all.toString(16)}`;
  return { code, certificate: about, value: signer?.spki.text ?? value(about), library };
}
