/**
 * The names of TLS alerts: RFC 8446 §6 and the IANA registry, with the old ones RFC 8446 lists as reserved
 * under the names TLS 1.0 to 1.2 (RFC 5246 §7.2) gave them. SSLv3's `no_certificate` is among them.
 */

const names: ReadonlyMap<number, string> = new Map([
  [0, "close_notify"],
  [10, "unexpected_message"],
  [20, "bad_record_mac"],
  [21, "decryption_failed"],
  [22, "record_overflow"],
  [30, "decompression_failure"],
  [40, "handshake_failure"],
  [41, "no_certificate"],
  [42, "bad_certificate"],
  [43, "unsupported_certificate"],
  [44, "certificate_revoked"],
  [45, "certificate_expired"],
  [46, "certificate_unknown"],
  [47, "illegal_parameter"],
  [48, "unknown_ca"],
  [49, "access_denied"],
  [50, "decode_error"],
  [51, "decrypt_error"],
  [60, "export_restriction"],
  [70, "protocol_version"],
  [71, "insufficient_security"],
  [80, "internal_error"],
  [86, "inappropriate_fallback"],
  [90, "user_canceled"],
  [100, "no_renegotiation"],
  [109, "missing_extension"],
  [110, "unsupported_extension"],
  [111, "certificate_unobtainable"],
  [112, "unrecognized_name"],
  [113, "bad_certificate_status_response"],
  [114, "bad_certificate_hash_value"],
  [115, "unknown_psk_identity"],
  [116, "certificate_required"],
  [117, "general_error"],
  [120, "no_application_protocol"],
  [121, "ech_required"],
]);

/** The name of an alert by its number, as RFC 8446 §6 writes it; `undefined` for a number nobody has assigned. */
export function alertName(number: number): string | undefined {
  return names.get(number);
}

/** The number of an alert by a name in another spelling, as rustls writes it: `HandshakeFailure`, `UnrecognisedName`. */
export function alertNumber(name: string): number | undefined {
  return numbers.get(plainName(name));
}

const numbers: ReadonlyMap<string, number> = new Map(
  [...names].map(([number, name]) => [plainName(name), number]),
);

/** Without what spellings differ in. */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll("_", "").replace("unrecognised", "unrecognized");
}
