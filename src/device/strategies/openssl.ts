/**
 * OpenSSL 3: build_chain and verify_chain of x509_vfy.c, with the defaults of a TLS client.
 *
 * At each certificate the trust store is asked first, then what the server sent, in any order; there is no way back.
 * A path has to end in a self-signed anchor unless partial chains are allowed. Checks follow in a fixed order, and the
 * first fault counts.
 */
import { equalBytes, type Own } from "../../core/index.ts";
import type { TrustAnchor, TrustPorts } from "../../trust/index.ts";
import { type Certificate, equalNames, extensionOid, purposeOid } from "../../x509/index.ts";
import { findForbiddenName } from "../name-constraints.ts";
import { matchesName, type NameRules } from "../names.ts";
import { type DeviceRequest, deviceTime, hashOf, isSignedBy } from "../request.ts";
import { type DeviceVerdict, refuse, type Refusal } from "../verdict.ts";
import { checkStrictly } from "./openssl-strict.ts";

export interface OpensslOptions {
  /** X509_V_FLAG_PARTIAL_CHAIN. */
  readonly partialChain: boolean;
  /** X509_V_FLAG_X509_STRICT. */
  readonly strict: boolean;
  /** 1: 80 bits, 2: 112 bits. */
  readonly securityLevel: 1 | 2;
  readonly names: NameRules;
}

/** Extensions that may be critical: X509_supported_extension. */
const understood: readonly string[] = [
  "2.16.840.1.113730.1.1",
  extensionOid.keyUsage,
  extensionOid.subjectAltName,
  extensionOid.basicConstraints,
  extensionOid.certificatePolicies,
  extensionOid.crlDistributionPoints,
  extensionOid.extendedKeyUsage,
  extensionOid.policyConstraints,
  extensionOid.nameConstraints,
  extensionOid.policyMappings,
  extensionOid.inhibitAnyPolicy,
];

/** The verify depth of a TLS context, unless a program sets it (X509_VERIFY_PARAM, default). */
const maxDepth = 100;

/** A path as it was built: the first `untrusted` come from the server, the rest from the store. */
export interface BuiltPath {
  readonly certificates: readonly Certificate[];
  readonly untrusted: number;
  readonly anchor: TrustAnchor | undefined;
}

export function verifyOpenssl(
  request: Own<DeviceRequest>,
  options: OpensslOptions,
  ports: TrustPorts,
): DeviceVerdict {
  const at = deviceTime(request);
  const built = buildChain(request, options, at);
  if (built.refusal !== undefined) return refuse(built.refusal);
  const { path } = built;
  const refusal =
    checkExtensions(path, options) ??
    (options.strict ? checkStrictly(path.certificates) : undefined) ??
    checkStrength(path, options) ??
    checkLeafName(path, request, options) ??
    checkSignatures(path, at, ports) ??
    checkConstraints(path);
  if (refusal !== undefined) return refuse(refusal);
  return { accepts: true, path: path.certificates.slice(0, path.untrusted), anchor: path.anchor };
}

type Built =
  | { readonly path: BuiltPath; readonly refusal?: undefined }
  | { readonly path?: undefined; readonly refusal: Refusal };

function buildChain(
  { chain, anchors }: Own<DeviceRequest>,
  { partialChain }: OpensslOptions,
  at: number,
): Built {
  const [leaf] = chain;
  if (leaf === undefined) return { refusal: { code: "not-trusted", library: "no peer certificate" } };
  const path: Certificate[] = [leaf];
  const left = chain.slice(1);
  let untrusted = 1;
  for (;;) {
    const top = path.at(-1) ?? leaf;
    const isTopSelfSigned = isSelfSigned(top);
    const anchor = findAnchor(top, anchors, at);
    if (
      anchor?.certificate !== undefined &&
      (!isTopSelfSigned || equalBytes(anchor.certificate.der, top.der))
    ) {
      if (isTopSelfSigned) path.pop();
      const trustedFrom = path.length;
      return climbStore({ path, untrusted: trustedFrom, anchors, at, partialChain }, anchor);
    }
    const issuer = isTopSelfSigned
      ? undefined
      : pickIssuer(
          top,
          left.filter((one) => !path.includes(one)),
          at,
        );
    if (issuer === undefined) break;
    if (untrusted > maxDepth) {
      const library = "X509_V_ERR_CERT_CHAIN_TOO_LONG (22)";
      return { refusal: { code: "chain-too-long", value: `${maxDepth} issuers at most`, library } };
    }
    path.push(issuer);
    untrusted++;
  }
  const same = anchors.find(
    ({ certificate }) => certificate !== undefined && equalBytes(certificate.der, leaf.der),
  );
  if (partialChain && same !== undefined)
    return { path: { certificates: [leaf], untrusted: 0, anchor: same } };
  return { refusal: unfinished(path, untrusted) };
}

interface Climb {
  readonly path: Certificate[];
  readonly untrusted: number;
  readonly anchors: readonly TrustAnchor[];
  readonly at: number;
  readonly partialChain: boolean;
}

/** From the first trusted certificate upwards, within the store, until one is self-signed. */
function climbStore({ path, untrusted, anchors, at, partialChain }: Climb, first: TrustAnchor): Built {
  let anchor: TrustAnchor | undefined = first;
  let last = first;
  while (anchor?.certificate !== undefined && !path.includes(anchor.certificate)) {
    path.push(anchor.certificate);
    last = anchor;
    if (isSelfSigned(anchor.certificate) || partialChain) {
      return { path: { certificates: path, untrusted, anchor } };
    }
    anchor = findAnchor(anchor.certificate, anchors, at);
  }
  const certificate = last.certificate;
  const library = "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT (2)";
  return { refusal: { code: "not-trusted", ...(certificate && { certificate }), library } };
}

function unfinished(path: readonly Certificate[], untrusted: number): Refusal {
  const top = path.at(-1);
  const about = top === undefined ? {} : { certificate: top };
  if (top !== undefined && isSelfSigned(top)) {
    const library =
      untrusted === 1
        ? "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT (18)"
        : "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN (19)";
    return { code: "not-trusted", ...about, library };
  }
  return { code: "not-trusted", ...about, library: "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY (20)" };
}

/** EXFLAG_SS: it may have issued itself; the signature is not looked at. */
function isSelfSigned(certificate: Certificate): boolean {
  return certificate.isSelfIssued && couldHaveIssued(certificate, certificate);
}

/** X509_check_issued: names, the authority key identifier, and the right to sign certificates. */
function couldHaveIssued(issuer: Certificate, subject: Certificate): boolean {
  if (!equalNames(issuer.subject, subject.issuer)) return false;
  const wanted = subject.extensions.value("authorityKeyIdentifier");
  const keyId = issuer.extensions.value("subjectKeyIdentifier");
  if (wanted?.keyId !== undefined && keyId !== undefined && wanted.keyId !== keyId) return false;
  if (wanted?.serial !== undefined && wanted.serial !== issuer.serial) return false;
  return issuer.extensions.value("keyUsage")?.includes("keyCertSign") !== false || issuer === subject;
}

function isCurrent({ notBeforeAt, notAfterAt }: Certificate, at: number): boolean {
  return at >= notBeforeAt && at <= notAfterAt;
}

/** The first that is current; else the one that ended last. */
function pickIssuer(
  subject: Certificate,
  candidates: readonly Certificate[],
  at: number,
): Certificate | undefined {
  const able = candidates.filter((candidate) => couldHaveIssued(candidate, subject));
  const latest = able.toSorted((a, b) => b.notAfterAt - a.notAfterAt)[0];
  return able.find((candidate) => isCurrent(candidate, at)) ?? latest;
}

function findAnchor(
  subject: Certificate,
  anchors: readonly TrustAnchor[],
  at: number,
): TrustAnchor | undefined {
  const picked = pickIssuer(
    subject,
    anchors.flatMap(({ certificate }) => certificate ?? []),
    at,
  );
  return picked === undefined ? undefined : anchors.find(({ certificate }) => certificate === picked);
}

/** check_extensions: what is critical, who is a CA, purposes on the whole path, path lengths. */
function checkExtensions({ certificates }: BuiltPath, options: OpensslOptions): Refusal | undefined {
  let below = 0;
  for (const [i, certificate] of certificates.entries()) {
    const unknown = certificate.extensions.all.find(
      ({ oid, critical }) => critical && !understood.includes(oid),
    );
    if (unknown !== undefined) {
      const library = "X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION (34)";
      return { code: "critical-extension", certificate, value: unknown.name, library };
    }
    const isTop = i === certificates.length - 1;
    if (i > 0 && !isCa(certificate, isTop && !options.strict))
      return { code: "not-a-ca", certificate, library: "X509_V_ERR_INVALID_CA (79)" };
    const purpose = checkPurpose(certificate, i);
    if (purpose !== undefined) return purpose;
    const limit = certificate.extensions.value("basicConstraints")?.pathLength;
    if (i > 1 && limit !== undefined && below > limit) {
      const library = "X509_V_ERR_PATH_LENGTH_EXCEEDED (25)";
      return { code: "path-length", certificate, value: String(limit), library };
    }
    if (i > 0 && !certificate.isSelfIssued) below++;
    if (certificate.spki.key.kind === "ec" && certificate.spki.key.curve === "explicit" && options.strict) {
      const library = "X509_V_ERR_EC_KEY_EXPLICIT_PARAMS (94)";
      return { code: "unsupported-key", certificate, value: certificate.spki.text, library };
    }
  }
  return undefined;
}

/** check_ca: basicConstraints, the key's usage. The top alone may be of version 1, or have key usage instead. */
function isCa({ extensions, version, isSelfIssued }: Certificate, isLenient: boolean): boolean {
  if (extensions.value("keyUsage")?.includes("keyCertSign") === false) return false;
  const constraints = extensions.value("basicConstraints");
  if (constraints !== undefined) return constraints.isCa;
  return isLenient && ((version === 1 && isSelfIssued) || extensions.value("keyUsage") !== undefined);
}

/** check_purpose_ssl_server, for CAs too; anyExtendedKeyUsage does not count. */
function checkPurpose(certificate: Certificate, depth: number): Refusal | undefined {
  const library = "X509_V_ERR_INVALID_PURPOSE (26)";
  const purposes = certificate.extensions.value("extendedKeyUsage");
  if (purposes?.includes(purposeOid.serverAuth) === false) {
    return { code: "purpose", certificate, value: "extendedKeyUsage", library };
  }
  const usages = certificate.extensions.value("keyUsage");
  const forTls = ["digitalSignature", "keyEncipherment", "keyAgreement"] as const;
  if (depth > 0 || usages === undefined || forTls.some((usage) => usages.includes(usage))) return undefined;
  return { code: "key-usage", certificate, value: "digitalSignature", library };
}

/** check_auth_level: keys of the whole path, signatures of all but the top. */
function checkStrength({ certificates }: BuiltPath, { securityLevel }: OpensslOptions): Refusal | undefined {
  const minRsaBits = securityLevel === 2 ? 2048 : 1024;
  for (const [i, certificate] of certificates.entries()) {
    const { key, text } = certificate.spki;
    if (key.kind === "rsa" && key.modulusBits < minRsaBits) {
      const library = i === 0 ? "X509_V_ERR_EE_KEY_TOO_SMALL (66)" : "X509_V_ERR_CA_KEY_TOO_SMALL (67)";
      return { code: "weak-key", certificate, value: text, library };
    }
    const hash = hashOf(certificate);
    if (i < certificates.length - 1 && (hash === "sha1" || hash === "md5" || hash === "md2")) {
      return { code: "weak-hash", certificate, value: hash, library: "X509_V_ERR_CA_MD_TOO_WEAK (68)" };
    }
  }
  return undefined;
}

function checkLeafName(
  { certificates }: BuiltPath,
  { name }: Own<DeviceRequest>,
  { names }: OpensslOptions,
): Refusal | undefined {
  const [certificate] = certificates;
  if (certificate === undefined || matchesName(certificate, name, names)) return undefined;
  return { code: "wrong-name", certificate, value: name, library: "X509_V_ERR_HOSTNAME_MISMATCH (62)" };
}

/** internal_verify: from the top down, signature and then dates; a self-signed top is not checked against itself. */
function checkSignatures({ certificates }: BuiltPath, at: number, ports: TrustPorts): Refusal | undefined {
  for (let i = certificates.length - 1; i >= 0; i--) {
    const certificate = certificates[i];
    const issuer = certificates[i + 1];
    if (certificate === undefined) continue;
    if (issuer !== undefined && !isSignedBy(certificate, issuer, ports)) {
      return { code: "bad-signature", certificate, library: "X509_V_ERR_CERT_SIGNATURE_FAILURE (7)" };
    }
    if (at < certificate.notBeforeAt) {
      return { code: "not-yet-valid", certificate, library: "X509_V_ERR_CERT_NOT_YET_VALID (9)" };
    }
    if (at > certificate.notAfterAt) {
      return { code: "expired", certificate, library: "X509_V_ERR_CERT_HAS_EXPIRED (10)" };
    }
  }
  return undefined;
}

function checkConstraints({ certificates }: BuiltPath): Refusal | undefined {
  const [leaf, ...above] = certificates;
  const forbidden = leaf === undefined ? undefined : findForbiddenName(leaf, above);
  if (forbidden === undefined || leaf === undefined) return undefined;
  const certificate =
    above.find(({ extensions }) => extensions.value("nameConstraints") !== undefined) ?? leaf;
  return {
    code: "name-constraint",
    certificate,
    value: forbidden,
    library: "X509_V_ERR_PERMITTED_VIOLATION (47)",
  };
}
