/** Version: RFC 5280 §4.1.2.1. Extensions need version 3, and a path cannot do without extensions. */
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

export function checkVersion(context: CertificateContext): Rejection | undefined {
  const { certificate, profile, reject } = context;
  if (certificate.version === 3) return undefined;
  return reject("irregular-certificate", context, {
    rule: `it is of version ${certificate.version}, not 3`,
    authority: profile.name === "webpki" ? "CA/B Forum BR 7.1.1" : "RFC 5280 §4.1.2.1",
    profile: profile.name,
  });
}
