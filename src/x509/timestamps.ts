/** Signed certificate timestamps as certificates and OCSP responses carry them: RFC 6962 §3.2, §3.3. */
import { renderHex } from "../core/index.ts";
import type { DerReader } from "../der/index.ts";

export interface SignedCertificateTimestamp {
  readonly version: number;
  /** SHA-256 of the log's key, lower-case hexadecimal. */
  readonly logId: string;
  /** Epoch milliseconds. */
  readonly timestampAt: number;
}

/** Takes the OCTET STRING with a TLS-encoded list; every length must fit. */
export function readSignedCertificateTimestamps(reader: DerReader): readonly SignedCertificateTimestamp[] {
  const list = reader.readOctetString();
  const timestamps: SignedCertificateTimestamp[] = [];
  let at = 2;
  if (uint16(list, 0) !== list.length - 2) reader.fail("the list of timestamps has a wrong length");
  while (at < list.length && reader.malformation === undefined) {
    const end = at + 2 + uint16(list, at);
    // Version, log, time, no extensions, hash, signature algorithm, signature's length.
    if (end > list.length || end - at < 2 + 1 + 32 + 8 + 2 + 4) {
      reader.fail("a timestamp has a wrong length");
      break;
    }
    const time = list.subarray(at + 35, at + 43);
    timestamps.push({
      version: list[at + 2] ?? 0,
      logId: renderHex(list.subarray(at + 3, at + 35)),
      timestampAt: time.reduce((sum, byte) => sum * 256 + byte, 0),
    });
    at = end;
  }
  return timestamps;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
