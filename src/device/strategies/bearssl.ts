/**
 * BearSSL's minimal engine: x509_minimal.t0.
 *
 * The chain is read once, in the order sent. Each certificate must be the issuer of the one before it; the first whose
 * issuer is an anchor ends the reading, and what follows does not count. Anchors are a name and a key.
 */
import { equalBytes, type Own } from "../../core/index.ts";
import { bearsslKey, maxBearsslRsaBits } from "../../bundle/index.ts";
import type { TrustAnchor, TrustPorts } from "../../trust/index.ts";
import { type Certificate, extensionOid } from "../../x509/index.ts";
import { matchesName, type NameRules } from "../names.ts";
import { type DeviceRequest, deviceTime, isSignedBy } from "../request.ts";
import { type DeviceVerdict, refuse, type Refusal } from "../verdict.ts";

export interface BearsslOptions {
  readonly names: NameRules;
  /** Whether of several anchors with one name only the first is tried (CertStore). */
  readonly firstOfName: boolean;
}

/** Read for their content, or passed over even when critical. */
const understood: readonly string[] = [
  extensionOid.basicConstraints,
  extensionOid.keyUsage,
  extensionOid.subjectAltName,
  extensionOid.certificatePolicies,
  extensionOid.authorityKeyIdentifier,
  extensionOid.subjectKeyIdentifier,
  extensionOid.issuerAltName,
  "2.5.29.9",
  extensionOid.crlDistributionPoints,
  extensionOid.freshestCrl,
  extensionOid.authorityInfoAccess,
  extensionOid.subjectInfoAccess,
];

export function verifyBearssl(
  request: Own<DeviceRequest>,
  options: BearsslOptions,
  ports: TrustPorts,
): DeviceVerdict {
  if (request.anchors.length === 0)
    return refuse({ code: "no-anchors", library: "BR_ERR_X509_NOT_TRUSTED (62)" });
  if (request.clockSet === false)
    return refuse({ code: "clock-unset", library: "BR_ERR_X509_TIME_UNKNOWN (53)" });
  const { chain } = request;
  for (const [i, certificate] of chain.entries()) {
    const place: Place = { certificate, index: i, previous: chain[i - 1] };
    const refusal = checkCertificate(place, { request, options, ports });
    if (refusal !== undefined) return refuse(refusal);
    const anchor = findAnchor(place, request.anchors, { options, ports });
    if (anchor !== undefined) return conclude(chain.slice(0, i + 1), anchor);
  }
  const certificate = chain.at(-1);
  return refuse({
    code: "not-trusted",
    ...(certificate && { certificate }),
    library: "BR_ERR_X509_NOT_TRUSTED (62)",
  });
}

/** The TLS engine wants the leaf's key to sign (br_ssl_client with ECDHE suites): BR_ERR_WRONG_KEY_USAGE. */
function conclude(path: readonly Certificate[], anchor: TrustAnchor): DeviceVerdict {
  const [leaf] = path;
  const usages = leaf?.extensions.value("keyUsage");
  if (
    leaf !== undefined &&
    usages !== undefined &&
    !usages.some((usage) => usage === "digitalSignature" || usage === "contentCommitment")
  ) {
    return refuse({
      code: "key-usage",
      certificate: leaf,
      value: "digitalSignature",
      library: "BR_ERR_WRONG_KEY_USAGE (28)",
    });
  }
  return { accepts: true, path, anchor };
}

interface Place {
  readonly certificate: Certificate;
  readonly index: number;
  readonly previous: Certificate | undefined;
}

interface Setting {
  readonly request: Own<DeviceRequest>;
  readonly options: BearsslOptions;
  readonly ports: TrustPorts;
}

/** What decode-certificate decides, in its order: the first fault ends it. */
function checkCertificate(place: Place, setting: Setting): Refusal | undefined {
  return (
    checkDates(place, setting.request) ??
    checkLink(place) ??
    checkKey(place.certificate) ??
    checkPrevious(place, setting.ports) ??
    checkExtensions(place) ??
    checkLeafName(place, setting) ??
    checkIsCa(place) ??
    checkAlgorithm(place.certificate)
  );
}

function checkDates({ certificate }: Place, request: Own<DeviceRequest>): Refusal | undefined {
  const at = deviceTime(request);
  const library = "BR_ERR_X509_EXPIRED (54)";
  if (at > certificate.notAfterAt) return { code: "expired", certificate, library };
  if (at < certificate.notBeforeAt) return { code: "not-yet-valid", certificate, library };
  return undefined;
}

/** Names are compared byte by byte, by their hashes. */
function checkLink({ certificate, previous }: Place): Refusal | undefined {
  if (previous === undefined || equalBytes(previous.issuer.der, certificate.subject.der)) return undefined;
  return { code: "out-of-order", certificate, library: "BR_ERR_X509_DN_MISMATCH (55)" };
}

function checkKey(certificate: Certificate): Refusal | undefined {
  const key = bearsslKey(certificate.spki);
  const value = certificate.spki.text;
  if (key === undefined) {
    return { code: "unsupported-key", certificate, value, library: "BR_ERR_X509_UNSUPPORTED (49)" };
  }
  if (key.kind !== "rsa") return undefined;
  if (key.modulus.length + key.exponent.length > maxBearsslRsaBits / 8 + 8) {
    return { code: "weak-key", certificate, value, library: "BR_ERR_X509_LIMIT_EXCEEDED (50)" };
  }
  // min_rsa_size is 128 bytes unless set: keys from 1017 bits.
  if (key.modulus.length >= 128) return undefined;
  return { code: "weak-key", certificate, value, library: "BR_ERR_X509_WEAK_PUBLIC_KEY (60)" };
}

function checkPrevious({ certificate, previous }: Place, ports: TrustPorts): Refusal | undefined {
  if (previous === undefined || isSignedBy(previous, certificate, ports)) return undefined;
  const { kind } = previous.signatureAlgorithm.scheme;
  if ((kind === "ecdsa") !== (certificate.spki.key.kind === "ec"))
    return { code: "bad-signature", certificate: previous, library: "BR_ERR_X509_WRONG_KEY_TYPE (51)" };
  return { code: "bad-signature", certificate: previous, library: "BR_ERR_X509_BAD_SIGNATURE (52)" };
}

/** In the order in which the certificate has them. */
function checkExtensions(place: Place): Refusal | undefined {
  const { certificate, index } = place;
  for (const { oid, critical, name } of certificate.extensions.all) {
    if (critical && !understood.includes(oid)) {
      return {
        code: "critical-extension",
        certificate,
        value: name,
        library: "BR_ERR_X509_CRITICAL_EXTENSION (57)",
      };
    }
    if (index === 0) continue;
    if (oid === extensionOid.basicConstraints) {
      const refusal = checkBasicConstraints(place);
      if (refusal !== undefined) return refusal;
    }
    if (
      oid === extensionOid.keyUsage &&
      certificate.extensions.value("keyUsage")?.includes("keyCertSign") !== true
    ) {
      return {
        code: "key-usage",
        certificate,
        value: "keyCertSign",
        library: "BR_ERR_X509_FORBIDDEN_KEY_USAGE (59)",
      };
    }
  }
  return undefined;
}

function checkBasicConstraints({ certificate, index }: Place): Refusal | undefined {
  const value = certificate.extensions.value("basicConstraints");
  const library = "BR_ERR_X509_NOT_CA (58)";
  if (value?.isCa !== true) return { code: "not-a-ca", certificate, library };
  if (value.pathLength === undefined || value.pathLength >= index - 1) return undefined;
  return { code: "path-length", certificate, value: String(value.pathLength), library };
}

function checkLeafName({ certificate, index }: Place, { request, options }: Setting): Refusal | undefined {
  if (index > 0 || matchesName(certificate, request.name, options.names)) return undefined;
  return {
    code: "wrong-name",
    certificate,
    value: request.name,
    library: "BR_ERR_X509_BAD_SERVER_NAME (56)",
  };
}

function checkIsCa({ certificate, index }: Place): Refusal | undefined {
  if (index === 0 || certificate.extensions.find(extensionOid.basicConstraints) !== undefined)
    return undefined;
  return { code: "not-a-ca", certificate, library: "BR_ERR_X509_NOT_CA (58)" };
}

/** RSA PKCS#1 and ECDSA with SHA-1 and the SHA-2 family; no MD5, no PSS. */
function checkAlgorithm(certificate: Certificate): Refusal | undefined {
  const { scheme, name } = certificate.signatureAlgorithm;
  const isKnown = (scheme.kind === "rsa-pkcs1" || scheme.kind === "ecdsa") && !scheme.hash.startsWith("md");
  if (!isKnown) {
    return {
      code: "unsupported-signature",
      certificate,
      value: name,
      library: "BR_ERR_X509_UNSUPPORTED (49)",
    };
  }
  if (certificate.signature.length * 8 <= maxBearsslRsaBits) return undefined;
  return { code: "weak-key", certificate, value: name, library: "BR_ERR_X509_LIMIT_EXCEEDED (50)" };
}

/** Anchors that are CAs, by the name of the issuer; or the leaf itself, as an anchor that is none. */
function findAnchor(
  { certificate, index }: Place,
  anchors: readonly TrustAnchor[],
  { options, ports }: Pick<Setting, "options" | "ports">,
): TrustAnchor | undefined {
  const own =
    index > 0 ? undefined : anchors.find((anchor) => !isCaAnchor(anchor) && isSameKey(anchor, certificate));
  if (own !== undefined) return own;
  // X509List and the tools leave out what has a key that BearSSL does not know.
  const named = anchors.filter(
    ({ subject, spki }) => bearsslKey(spki) !== undefined && equalBytes(subject.der, certificate.issuer.der),
  );
  const tried = options.firstOfName ? named.slice(0, 1) : named;
  return tried.find((anchor) => isCaAnchor(anchor) && isSignedBy(certificate, anchor, ports));
}

/** X509List sets BR_X509_TA_CA by basicConstraints alone; anchors written as C source always have it. */
function isCaAnchor({ certificate }: TrustAnchor): boolean {
  return certificate === undefined || certificate.extensions.value("basicConstraints")?.isCa === true;
}

function isSameKey(anchor: TrustAnchor, leaf: Certificate): boolean {
  return equalBytes(anchor.subject.der, leaf.subject.der) && equalBytes(anchor.spki.der, leaf.spki.der);
}
