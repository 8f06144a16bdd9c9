/**
 * OpenSSL 3: verify_chain of x509_vfy.c over the chain that it builds, with the defaults of a TLS client. Checks follow
 * in a fixed order, and the first fault counts.
 */
import type { Own } from "../../core/index.ts";
import {
  buildOpensslChain,
  findForbiddenMailbox,
  opensslMaxDepth,
  opensslPurposeFault,
  type OpensslChain,
  type OpensslEnd,
  type TrustPorts,
} from "../../trust/index.ts";
import { type Certificate, extensionOid, parseIpAddress } from "../../x509/index.ts";
import { findForbiddenName } from "./name-constraints.ts";
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

export function verifyOpenssl(
  request: Own<DeviceRequest>,
  options: OpensslOptions,
  ports: TrustPorts,
): DeviceVerdict {
  const at = deviceTime(request);
  const { chain, anchors } = request;
  const path = buildOpensslChain({ chain, anchors, partialChain: options.partialChain, at });
  if (path === undefined) return refuse({ code: "not-trusted", library: "no peer certificate" });
  // X509_verify_cert looks at the leaf's key before it builds the chain.
  const weak = checkKey(path.certificates[0], options, "X509_V_ERR_EE_KEY_TOO_SMALL (66)");
  if (weak !== undefined) return refuse(weak);
  if (path.end !== undefined) return refuse(unfinished(path, path.end));
  const refusal =
    checkExtensions(path, options) ??
    checkStrength(path, options) ??
    checkLeafName(path, request, options) ??
    checkSignatures(path, at, ports) ??
    checkConstraints(path);
  if (refusal !== undefined) return refuse(refusal);
  return { accepts: true, path: path.certificates.slice(0, path.untrusted), anchor: path.anchor };
}

/** X509_V_ERR_ numbers, which people meet in logs. */
const endNumbers: Readonly<Record<OpensslEnd, number>> = {
  UNABLE_TO_GET_ISSUER_CERT: 2,
  DEPTH_ZERO_SELF_SIGNED_CERT: 18,
  SELF_SIGNED_CERT_IN_CHAIN: 19,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 20,
  CERT_CHAIN_TOO_LONG: 22,
};

function unfinished({ certificates }: OpensslChain, end: OpensslEnd): Refusal {
  const library = `X509_V_ERR_${end} (${endNumbers[end]})`;
  if (end === "CERT_CHAIN_TOO_LONG")
    return { code: "chain-too-long", value: `${opensslMaxDepth} issuers at most`, library };
  const certificate = certificates.at(-1);
  return { code: "not-trusted", ...(certificate && { certificate }), library };
}

/** check_ca of v3_purp.c: a key that may not sign certificates makes no CA either. */
function refuseCa(certificate: Certificate): Refusal {
  const library = "X509_V_ERR_INVALID_CA (79)";
  return certificate.extensions.value("basicConstraints")?.isCa === true
    ? { code: "key-usage", certificate, value: "keyCertSign", library }
    : { code: "not-a-ca", certificate, library };
}

/** check_extensions: what is critical, who is a CA, purposes on the whole path, path lengths. */
function checkExtensions({ certificates }: OpensslChain, options: OpensslOptions): Refusal | undefined {
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
    if (i > 0 && !isCa(certificate, isTop && !options.strict)) return refuseCa(certificate);
    if (i === 0 && options.strict && isCa(certificate, true) && !isCa(certificate, false))
      return refuseCa(certificate);
    const irregular = certificates.length > 1 ? checkForm(certificate, isTop, options) : undefined;
    if (irregular !== undefined) return irregular;
    const purpose = checkPurpose(certificate, i);
    if (purpose !== undefined) return purpose;
    const limit = certificate.extensions.value("basicConstraints")?.pathLength;
    if (i > 1 && limit !== undefined && below > limit) {
      const library = "X509_V_ERR_PATH_LENGTH_EXCEEDED (25)";
      return { code: "path-length", certificate, value: String(limit), library };
    }
    if (i > 0 && !certificate.isSelfIssued) below++;
  }
  return undefined;
}

/** What is asked of the certificates of a path that are not alone on it. */
function checkForm(
  certificate: Certificate,
  isTop: boolean,
  { strict }: OpensslOptions,
): Refusal | undefined {
  const { key, text } = certificate.spki;
  if (key.kind === "ec" && key.curve === "explicit") {
    const library = "X509_V_ERR_EC_KEY_EXPLICIT_PARAMS (94)";
    return { code: "unsupported-key", certificate, value: text, library };
  }
  return strict ? checkStrictly(certificate, isTop) : undefined;
}

/** check_ca: basicConstraints, the key's usage. The top alone may be of version 1, or have key usage instead. */
function isCa({ extensions, version, isSelfIssued }: Certificate, isLenient: boolean): boolean {
  if (extensions.value("keyUsage")?.includes("keyCertSign") === false) return false;
  const constraints = extensions.value("basicConstraints");
  if (constraints !== undefined) return constraints.isCa;
  return isLenient && ((version === 1 && isSelfIssued) || extensions.value("keyUsage") !== undefined);
}

function checkPurpose(certificate: Certificate, depth: number): Refusal | undefined {
  const library = "X509_V_ERR_INVALID_PURPOSE (26)";
  const fault = opensslPurposeFault(certificate, depth);
  switch (fault) {
    case "extendedKeyUsage":
    case "netscapeCertType":
      return { code: "purpose", certificate, value: fault, library };
    case "keyUsage":
      return { code: "key-usage", certificate, value: "digitalSignature", library };
    case undefined:
      return undefined;
  }
}

/** check_auth_level: keys of the whole path, signatures of all but the top. */
function checkStrength({ certificates }: OpensslChain, options: OpensslOptions): Refusal | undefined {
  for (const [i, certificate] of certificates.entries()) {
    const weak = checkKey(certificate, options, "X509_V_ERR_CA_KEY_TOO_SMALL (67)");
    if (weak !== undefined) return weak;
    const hash = hashOf(certificate);
    if (i < certificates.length - 1 && (hash === "sha1" || hash === "md5" || hash === "md2")) {
      return { code: "weak-hash", certificate, value: hash, library: "X509_V_ERR_CA_MD_TOO_WEAK (68)" };
    }
  }
  return undefined;
}

/** check_key_level. */
function checkKey(
  certificate: Certificate | undefined,
  { securityLevel }: OpensslOptions,
  library: string,
): Refusal | undefined {
  if (certificate === undefined) return undefined;
  const { key, text } = certificate.spki;
  const minRsaBits = securityLevel === 2 ? 2048 : 1024;
  if (key.kind !== "rsa" || key.modulusBits >= minRsaBits) return undefined;
  return { code: "weak-key", certificate, value: text, library };
}

function checkLeafName(
  { certificates }: OpensslChain,
  { name }: Own<DeviceRequest>,
  { names }: OpensslOptions,
): Refusal | undefined {
  const [certificate] = certificates;
  if (certificate === undefined || matchesName(certificate, name, names)) return undefined;
  const library =
    parseIpAddress(name) === undefined
      ? "X509_V_ERR_HOSTNAME_MISMATCH (62)"
      : "X509_V_ERR_IP_ADDRESS_MISMATCH (64)";
  return { code: "wrong-name", certificate, value: name, library };
}

/** internal_verify: from the top down, signature and then dates; a self-signed top is not checked against itself. */
function checkSignatures({ certificates }: OpensslChain, at: number, ports: TrustPorts): Refusal | undefined {
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
    if (at >= certificate.notAfterAt) {
      return { code: "expired", certificate, library: "X509_V_ERR_CERT_HAS_EXPIRED (10)" };
    }
  }
  return undefined;
}

function checkConstraints({ certificates }: OpensslChain): Refusal | undefined {
  const [leaf, ...above] = certificates;
  if (leaf === undefined) return undefined;
  const library = "X509_V_ERR_PERMITTED_VIOLATION (47)";
  const found = findForbiddenName(leaf, above);
  if (found !== undefined)
    return {
      code: "name-constraint",
      certificate: found.certificate,
      value: found.name,
      library: found.isExcluded ? "X509_V_ERR_EXCLUDED_VIOLATION (48)" : library,
    };
  const mailbox = findForbiddenMailbox(leaf, above);
  return (
    mailbox && {
      code: "name-constraint",
      certificate: mailbox.constrainedBy,
      value: mailbox.mailbox,
      library,
    }
  );
}
