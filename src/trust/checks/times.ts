/** The form of times: RFC 5280 §4.1.2.5, UTCTime through 2049. Anchors are exempt: a root in every store breaks it. */
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

export function checkTimes(context: CertificateContext): Rejection | undefined {
  const { certificate, role, profile, reject } = context;
  if (role === "root" || certificate.timesConform) return undefined;
  return reject("irregular-certificate", context, {
    rule: "a time before 2050 is written as GeneralizedTime",
    authority: "RFC 5280 §4.1.2.5",
    profile: profile.name,
  });
}
