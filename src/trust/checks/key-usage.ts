/** Key usage: RFC 5280 §6.1.4 (n), §4.2.1.3, §4.2.1.9. */
import type { KeyUsage } from "../../x509/index.ts";
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

/** RFC 5280 §4.2.1.12, RFC 8446 §4.4.2.2: what a TLS key does: sign, or with TLS 1.2 and RSA decrypt, or agree. */
const tlsUsages: readonly KeyUsage[] = ["digitalSignature", "keyEncipherment", "keyAgreement"];

export function checkKeyUsage(context: CertificateContext): Rejection | undefined {
  const { certificate, role, profile, reject } = context;
  const { extensions } = certificate;
  const usages = extensions.value("keyUsage");
  const constraints = extensions.value("basicConstraints");
  if (usages === undefined) return undefined;
  const refuse = (needed: string): Rejection => reject("key-usage", context, { needed, usages });
  // §4.2.1.3: "at least one of the bits MUST be set".
  if (usages.length === 0) return refuse("at least one usage");
  const isCa = constraints?.isCa === true;
  if (role !== "leaf") return usages.includes("keyCertSign") ? undefined : refuse("keyCertSign");
  // §4.2.1.9: without cA, "the keyCertSign bit in the key usage extension MUST NOT be asserted". A rule of form.
  if (profile.checksForm && !isCa && usages.includes("keyCertSign"))
    return refuse("anything but keyCertSign, since it is not a CA");
  // A CA certificate in the place of the leaf keeps its CA's usages; whether that is allowed is for ca.ts.
  if (!isCa && !tlsUsages.some((usage) => usages.includes(usage))) return refuse("digitalSignature");
  for (const needed of context.request.keyUsages ?? []) if (!usages.includes(needed)) return refuse(needed);
  return undefined;
}
