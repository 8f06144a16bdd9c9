/**
 * Moddable's TLS: CertificateManager.verify of modules/crypt/ssl/ssl_cert.js.
 *
 * Read (commit bd9c20baf375), not run. Dates and signatures of what was sent, in its order; anchors are found by the authority key
 * identifier of the certificate below. No basicConstraints, key usage, purpose or name constraints. A fault below
 * the top only sends the device on to the next certificate: what the last one leads to decides.
 */
import type { Own } from "../../core/index.ts";
import type { TrustAnchor, TrustPorts } from "../../trust/index.ts";
import type { Certificate } from "../../x509/index.ts";
import { matchesName, type NameRules } from "../names.ts";
import { type DeviceRequest, deviceTime, isSignedBy } from "../request.ts";
import { type DeviceVerdict, refuse, type Refusal } from "../verdict.ts";

export interface ModdableOptions {
  readonly names: NameRules;
}

export function verifyModdable(
  request: Own<DeviceRequest>,
  { names }: ModdableOptions,
  ports: TrustPorts,
): DeviceVerdict {
  const [leaf] = request.chain;
  if (leaf === undefined) return refuse({ code: "not-trusted", library: "no certificate" });
  if (request.anchors.length === 0)
    return refuse({ code: "no-anchors", library: "resource not found: ca.ski" });
  if (request.clockSet === false) return refuse({ code: "clock-unset", library: "date validation failed" });
  const at = deviceTime(request);
  const trusted = findTrusted(request, at, ports);
  if (trusted.refusal !== undefined) return refuse(trusted.refusal);
  if (!matchesName(leaf, request.name, names)) {
    return refuse({ code: "wrong-name", certificate: leaf, value: request.name, library: "name mismatch" });
  }
  return { accepts: true, path: trusted.path, anchor: trusted.anchor };
}

type Found =
  | { readonly refusal: Refusal }
  | { readonly refusal?: undefined; readonly path: readonly Certificate[]; readonly anchor: TrustAnchor };

function findTrusted({ chain, anchors }: Own<DeviceRequest>, at: number, ports: TrustPorts): Found {
  let fault: Refusal | undefined;
  for (const [i, certificate] of chain.entries()) {
    const next = chain[i + 1];
    const dated = checkDates(certificate, at);
    if (next === undefined) {
      if (dated !== undefined) return { refusal: dated };
      const anchor = findAnchor(certificate, anchors, at, ports);
      return anchor === undefined
        ? { refusal: fault ?? whyNone(certificate, anchors, at) }
        : { path: chain, anchor };
    }
    if (dated !== undefined) {
      fault ??= dated;
      continue;
    }
    if (!isSignedBy(certificate, next, ports)) {
      fault ??= { code: "out-of-order", certificate: next, library: "certificate verification failed" };
      continue;
    }
    const anchor = findAnchor(next, anchors, at, ports);
    if (anchor !== undefined) return { path: chain.slice(0, i + 2), anchor };
  }
  return { refusal: fault ?? { code: "not-trusted", library: "certificate verification failed" } };
}

/** No anchor: none with that key identifier, or one whose dates are over. */
function whyNone(certificate: Certificate, anchors: readonly TrustAnchor[], at: number): Refusal {
  const found = findNamed(certificate, anchors)?.certificate;
  const dated = found === undefined ? undefined : checkDates(found, at);
  return dated ?? { code: "not-trusted", certificate, library: "certificate verification failed" };
}

function checkDates(certificate: Certificate, at: number): Refusal | undefined {
  const library = "date validation failed";
  if (at >= certificate.notAfterAt) return { code: "expired", certificate, library };
  if (at <= certificate.notBeforeAt) return { code: "not-yet-valid", certificate, library };
  return undefined;
}

/** findCert: the first anchor with the wanted key identifier, if its dates are good and it made the signature. */
function findAnchor(
  certificate: Certificate,
  anchors: readonly TrustAnchor[],
  at: number,
  ports: TrustPorts,
): TrustAnchor | undefined {
  const anchor = findNamed(certificate, anchors);
  if (anchor?.certificate === undefined || checkDates(anchor.certificate, at) !== undefined) return undefined;
  return isSignedBy(certificate, anchor, ports) ? anchor : undefined;
}

function findNamed(certificate: Certificate, anchors: readonly TrustAnchor[]): TrustAnchor | undefined {
  const wanted = certificate.extensions.value("authorityKeyIdentifier")?.keyId;
  if (wanted === undefined) return undefined;
  return anchors.find((one) => one.certificate?.extensions.value("subjectKeyIdentifier") === wanted);
}
