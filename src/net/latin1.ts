/** Text of octets, one character each: Buffer's own is several times faster than any other. */
export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.prototype.latin1Slice.call(bytes, start, end);
}
