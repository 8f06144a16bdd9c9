/** Critical extensions: RFC 5280 §6.1.4 (o), §6.1.5 (f). One that no check here processes refuses the certificate. */
import { extensionOid } from "../../x509/index.ts";
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

/** Extensions that the checks of this folder process. */
const processed: ReadonlySet<string> = new Set([
  extensionOid.basicConstraints,
  extensionOid.keyUsage,
  extensionOid.extendedKeyUsage,
  extensionOid.subjectAltName,
  extensionOid.nameConstraints,
  extensionOid.certificatePolicies,
  extensionOid.policyMappings,
  extensionOid.policyConstraints,
  extensionOid.inhibitAnyPolicy,
  extensionOid.crlDistributionPoints,
]);

/** Extensions that RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.2.1 and §4.2.2.2 forbid to be critical. */
const neverCritical: ReadonlySet<string> = new Set([
  extensionOid.authorityKeyIdentifier,
  extensionOid.subjectKeyIdentifier,
  extensionOid.authorityInfoAccess,
  extensionOid.subjectInfoAccess,
]);

export function checkCriticalExtensions(context: CertificateContext): Rejection | undefined {
  const { certificate, profile, reject } = context;
  for (const { oid, name, critical } of certificate.extensions.all) {
    if (!critical || processed.has(oid)) continue;
    if (!neverCritical.has(oid)) return reject("unknown-critical-extension", context, { oid });
    return reject("irregular-certificate", context, {
      rule: `its ${name} is critical`,
      authority: "RFC 5280 §4.2",
      profile: profile.name,
    });
  }
  return undefined;
}
