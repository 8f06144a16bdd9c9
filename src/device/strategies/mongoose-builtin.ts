/**
 * The TLS that Mongoose 7 brings itself: src/tls_builtin.c, as of 7.22.
 *
 * Read, not run. The chain in the order sent, at most seven; each next must be a CA and have signed the one before. With
 * one CA certificate, all of it is walked, and the last one sent has to be signed by that CA; of several, the first that
 * has the common name of an issuer ends the walk. Dates count from 7.22 on, those of CA certificates too, and so does
 * their key usage. No path length, purpose or name constraints.
 */
import type { Own } from "../../core/index.ts";
import type { TrustAnchor, TrustPorts } from "../../trust/index.ts";
import { attributeValues, type Certificate, commonNameOid } from "../../x509/index.ts";
import { matchesName, type NameRules } from "../names.ts";
import { type DeviceRequest, deviceTime, isSignedBy } from "../request.ts";
import { type DeviceVerdict, refuse, type Refusal } from "../verdict.ts";

export interface MongooseBuiltinOptions {
  readonly names: NameRules;
  readonly maxCertificates: number;
  readonly maxRsaBits: number;
}

export function verifyMongooseBuiltin(
  request: Own<DeviceRequest>,
  options: MongooseBuiltinOptions,
  ports: TrustPorts,
): DeviceVerdict {
  const { chain, anchors, name } = request;
  const [leaf] = chain;
  if (leaf === undefined) return refuse({ code: "not-trusted", library: "no certificate" });
  if (anchors.length === 0) return { accepts: true, path: chain, anchor: undefined };
  if (chain.length > options.maxCertificates) {
    return refuse({
      code: "chain-too-long",
      value: `${options.maxCertificates} certificates`,
      library: "too many certs",
    });
  }
  if (!matchesName(leaf, name, options.names)) {
    return refuse({
      code: "wrong-name",
      certificate: leaf,
      value: name,
      library: "failed to verify hostname",
    });
  }
  const at = deviceTime(request);
  for (const [i, certificate] of chain.entries()) {
    const refusal =
      checkDates(certificate, at) ??
      checkKey(certificate, options) ??
      checkLink(certificate, chain[i - 1], ports);
    if (refusal !== undefined) return refuse(refusal);
    if (anchors.length === 1 && i < chain.length - 1) continue;
    const anchor = findAnchor(certificate, anchors, ports);
    const unfit =
      anchor?.certificate === undefined ? undefined : checkAnchor(anchor.certificate, at, options);
    if (unfit !== undefined) return refuse(unfit);
    if (anchor !== undefined) return { accepts: true, path: chain.slice(0, i + 1), anchor };
  }
  const certificate = chain.at(-1) ?? leaf;
  return refuse({ code: "not-trusted", certificate, library: "failed to verify CA" });
}

/** mg_tls_parse_cert_der reads the device's own as it reads what was sent. */
function checkAnchor(
  certificate: Certificate,
  at: number,
  options: MongooseBuiltinOptions,
): Refusal | undefined {
  return checkDates(certificate, at) ?? checkKey(certificate, options) ?? checkUsage(certificate);
}

function checkUsage(certificate: Certificate): Refusal | undefined {
  const usages = certificate.extensions.value("keyUsage");
  if (usages === undefined || usages.includes("keyCertSign")) return undefined;
  return { code: "key-usage", certificate, value: "keyCertSign", library: "failed to verify CA" };
}

function checkDates(certificate: Certificate, at: number): Refusal | undefined {
  if (at < certificate.notBeforeAt) {
    return { code: "not-yet-valid", certificate, library: "cert is not yet valid" };
  }
  return at > certificate.notAfterAt
    ? { code: "expired", certificate, library: "cert has expired" }
    : undefined;
}

function checkKey(certificate: Certificate, { maxRsaBits }: MongooseBuiltinOptions): Refusal | undefined {
  const { key, text } = certificate.spki;
  const isKnown =
    (key.kind === "rsa" && key.modulusBits <= maxRsaBits) ||
    (key.kind === "ec" && (key.curve === "P-256" || key.curve === "P-384"));
  return isKnown
    ? undefined
    : { code: "unsupported-key", certificate, value: text, library: "unsupported key" };
}

function checkLink(
  certificate: Certificate,
  below: Certificate | undefined,
  ports: TrustPorts,
): Refusal | undefined {
  if (below === undefined) return undefined;
  if (certificate.extensions.value("basicConstraints")?.isCa !== true) {
    return { code: "not-a-ca", certificate, library: "not a CA" };
  }
  const unfit = checkUsage(certificate);
  if (unfit !== undefined) return unfit;
  if (isSignedBy(below, certificate, ports)) return undefined;
  return { code: "out-of-order", certificate, library: "failed to verify certificate chain" };
}

/** Anchors are looked up by the text of their common name: of several that have it, the first. */
function findAnchor(
  certificate: Certificate,
  anchors: readonly TrustAnchor[],
  ports: TrustPorts,
): TrustAnchor | undefined {
  const wanted = attributeValues(certificate.issuer, commonNameOid).at(-1);
  const [anchor] =
    anchors.length === 1
      ? anchors
      : anchors.filter(({ subject }) => attributeValues(subject, commonNameOid).at(-1) === wanted);
  return anchor !== undefined && isSignedBy(certificate, anchor, ports) ? anchor : undefined;
}
