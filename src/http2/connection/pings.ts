/** The two PING frames that are sent from here, told apart by what they carry (RFC 9113 §6.7). */

/** "meerkat" and a number. */
export const bandwidthPing: Uint8Array = Uint8Array.of(0x6d, 0x65, 0x65, 0x72, 0x6b, 0x61, 0x74, 1);
export const livenessPing: Uint8Array = Uint8Array.of(0x6d, 0x65, 0x65, 0x72, 0x6b, 0x61, 0x74, 2);

/** Whether the eight octets from `start` are that one's. */
export function isPing(bytes: Uint8Array, start: number, ping: Uint8Array): boolean {
  return ping.every((octet, at) => bytes[start + at] === octet);
}
