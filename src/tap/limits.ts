/** The limits of the wire tap: what it keeps of a connection, and how far it reads. */
import type { Limit } from "../core/index.ts";

/** The bounds of one tap. */
export interface TapLimits {
  /** Bytes of records kept, each way. Beyond it records are counted and only small ones kept. */
  readonly recordedBytes: number;
  /** Records kept, each way. */
  readonly records: number;
  /** Payload of a record small enough to be kept beyond the bounds above. */
  readonly smallRecordBytes: number;
  /** Small records kept beyond the bounds above, each way: the last ones. */
  readonly lateRecords: number;
  /** One handshake message, put together from its records. */
  readonly handshakeMessageBytes: number;
  /** Handshake messages listed, each way. */
  readonly messages: number;
  /** Alerts listed, each way. */
  readonly alerts: number;
  /** Certificates of one Certificate message. */
  readonly certificates: number;
  /** Entries of one list: extensions, cipher suites, groups, protocols. */
  readonly listed: number;
  /** Certification authorities of one CertificateRequest. */
  readonly authorities: number;
}

/** The limits of `TapLimits`, by name; each is the default of the option of that name. */
export const tapLimits: Readonly<Record<keyof TapLimits, Limit>> = {
  recordedBytes: {
    value: 262_144,
    unit: "bytes",
    why: "Twice the largest handshake message read, so that the longest handshake fits with an answer behind it.",
  },
  records: {
    value: 8_192,
    unit: "count",
    why: "What a handshake of 8 KiB makes when a peer sends it in records of one byte; stops a flood of empty ones.",
  },
  smallRecordBytes: {
    value: 64,
    unit: "bytes",
    why: "An alert takes at most 2 bytes and 40 of protection (RFC 5246 §6.2.3), a KeyUpdate 22: both are seen after any download.",
  },
  lateRecords: {
    value: 32,
    unit: "count",
    why: "The end of a connection is a handful of records; the rest is answer.",
  },
  handshakeMessageBytes: {
    value: 131_072,
    unit: "bytes",
    why: "OpenSSL takes a certificate message of up to 100 KiB (SSL_MAX_CERT_LIST_DEFAULT); a longer one failed already.",
  },
  messages: {
    value: 256,
    unit: "count",
    why: "A handshake has about twelve; a server may send session tickets for as long as it likes.",
  },
  alerts: {
    value: 32,
    unit: "count",
    why: "OpenSSL gives up after 5 warnings in a row (MAX_WARN_ALERT_COUNT).",
  },
  certificates: {
    value: 64,
    unit: "count",
    why: "Far above the 10 intermediates webpki and Go search; the longest chains of the web have six.",
  },
  listed: {
    value: 512,
    unit: "count",
    why: "More than the whole registry of cipher suites holds; an extension block of 64 KiB could list 16,000.",
  },
  authorities: {
    value: 1_024,
    unit: "count",
    why: "Servers that list every CA of a store name about 150; a message of 64 KiB has room for some 700 names.",
  },
};

/** The default bounds, those of `limits` in their place. */
export function tapLimitsWith(limits: Partial<TapLimits>): TapLimits {
  return {
    recordedBytes: limits.recordedBytes ?? tapLimits.recordedBytes.value,
    records: limits.records ?? tapLimits.records.value,
    smallRecordBytes: limits.smallRecordBytes ?? tapLimits.smallRecordBytes.value,
    lateRecords: limits.lateRecords ?? tapLimits.lateRecords.value,
    handshakeMessageBytes: limits.handshakeMessageBytes ?? tapLimits.handshakeMessageBytes.value,
    messages: limits.messages ?? tapLimits.messages.value,
    alerts: limits.alerts ?? tapLimits.alerts.value,
    certificates: limits.certificates ?? tapLimits.certificates.value,
    listed: limits.listed ?? tapLimits.listed.value,
    authorities: limits.authorities ?? tapLimits.authorities.value,
  };
}
