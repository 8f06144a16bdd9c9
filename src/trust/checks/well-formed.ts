/**
 * What parsing leaves open: extensions whose content cannot be read, and fields that contradict each other.
 *
 * DEVIATION: RFC 5280 §6 does not look at extensions that it does not process. Here one that is known and malformed refuses
 * its certificate under every profile, also where nothing else would look at it: what cannot be read cannot be said to
 * allow anything.
 */
import { extensionNames } from "../../x509/index.ts";
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

export function checkWellFormed(context: CertificateContext): Rejection | undefined {
  const { certificate, reject } = context;
  for (const name of extensionNames) {
    const reason = certificate.extensions.get(name)?.malformation?.reason;
    if (reason !== undefined) return reject("malformed-certificate", context, { reason });
  }
  // RFC 5280 §4.1.1.2: the two fields "MUST contain the same algorithm identifier".
  if (!certificate.algorithmsAgree) {
    return reject("malformed-certificate", context, { reason: "its two signature algorithm fields differ" });
  }
  return undefined;
}
