/**
 * Serial numbers: RFC 5280 §4.1.2.2. Positive, and at most 20 octets.
 *
 * Anchors are exempt: roots in every store have the serial number 0. The octet that only carries the sign is not
 * counted, as CAs that make 20 random octets forget it.
 */
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

const maxOctets = 20;

export function checkSerial(context: CertificateContext): Rejection | undefined {
  const { certificate, role, profile, reject } = context;
  const rule = role === "root" ? undefined : serialFault(certificate.serial);
  if (rule === undefined) return undefined;
  return reject("irregular-certificate", context, {
    rule,
    authority: "RFC 5280 §4.1.2.2",
    profile: profile.name,
  });
}

function serialFault(serial: string): string | undefined {
  if (serial.startsWith("-")) return "its serial number is negative";
  if (/^0+$/.test(serial)) return "its serial number is zero";
  return serial.length > maxOctets * 2 ? `its serial number is longer than ${maxOctets} octets` : undefined;
}
