/** Being a CA: RFC 5280 §6.1.4 (k), §4.2.1.9. And not being one: BR 7.1.2.7.8. */
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

export function checkCa(context: CertificateContext): Rejection | undefined {
  const { certificate, role, profile, reject } = context;
  const constraints = certificate.extensions.get("basicConstraints");
  if (role === "leaf") {
    const isCa = constraints?.value?.isCa === true;
    return isCa && !profile.caAsLeaf ? reject("ca-as-leaf", context, {}) : undefined;
  }
  return constraints?.value?.isCa === true ? undefined : reject("not-a-ca", context, {});
}

export function checkCaForm(context: CertificateContext): Rejection | undefined {
  const { certificate, role, profile, reject } = context;
  const constraints = certificate.extensions.get("basicConstraints");
  if (role === "leaf" || constraints === undefined || constraints.critical) return undefined;
  // §4.2.1.9: "MUST mark the extension as critical" in certificates whose keys verify other certificates.
  return reject("irregular-certificate", context, {
    rule: "its basicConstraints is not critical",
    authority: "RFC 5280 §4.2.1.9",
    profile: profile.name,
  });
}
