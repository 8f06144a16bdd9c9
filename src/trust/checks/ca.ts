/**
 * Being a CA: RFC 5280 §6.1.4 (k), §4.2.1.9. And not being one: BR 7.1.2.7.8.
 *
 * DEVIATION: an anchor is a name and a key (RFC 5280 §6.1.1 (d)), and §6.1.4 (k) asks cA of the certificates below it
 * alone. An anchor of version 3 that is not marked as a CA, by cA or, without basicConstraints, by the key usage
 * keyCertSign, vouches for itself here and for nobody else: OpenSSL holds it to that too, mbedTLS and Go to cA, and GnuTLS
 * where it has basicConstraints, since whoever issued it said that it is a server's. One of version 1 has no place to say so.
 */
import type { Certificate } from "../../x509/index.ts";
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

export function checkCa(context: CertificateContext): Rejection | undefined {
  const { certificate, role, profile, reject } = context;
  const constraints = certificate.extensions.get("basicConstraints");
  if (role === "leaf") {
    const isCa = constraints?.value?.isCa === true;
    return isCa && !profile.caAsLeaf ? reject("ca-as-leaf", context, {}) : undefined;
  }
  const isNameAndKey = role === "root" && !profile.checksForm && saysNothingElse(certificate);
  return isNameAndKey || constraints?.value?.isCa === true ? undefined : reject("not-a-ca", context, {});
}

/** Whether a root without basicConstraints is a CA by all that it says. */
function saysNothingElse({ version, extensions }: Certificate): boolean {
  if (version !== 3) return true;
  return (
    extensions.get("basicConstraints") === undefined &&
    extensions.value("keyUsage")?.includes("keyCertSign") === true
  );
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
