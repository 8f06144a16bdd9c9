/** Byte strings: comparison, joining, and the two text forms (hexadecimal and base64) that reports use. */

const hexDigits: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

/** Whether two byte strings are equal. Not constant-time: nothing secret is compared with it. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Order of two byte strings: negative, zero or positive; a prefix sorts before what it begins. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The parts joined into one new byte string. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Lower-case hexadecimal, two digits a byte, with `separator` between bytes. */
export function renderHex(bytes: Uint8Array, separator = ""): string {
  const digits: string[] = [];
  for (const byte of bytes) digits.push(hexDigits[byte] ?? "");
  return digits.join(separator);
}

/** Base64 with padding and no line breaks (RFC 4648 §4). */
export function renderBase64(bytes: Uint8Array): string {
  const blockBytes = 0x6000; // A multiple of three, and few enough arguments for one call.
  let text = "";
  for (let at = 0; at < bytes.length; at += blockBytes) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + blockBytes)));
  }
  return text;
}

/** The bytes of base64 text (RFC 4648 §4; white space between digits is passed over), or `undefined`. */
export function parseBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const digits = text.replace(/[\t\n\f\r ]+/g, "");
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return undefined;
  const binary = atob(digits);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
