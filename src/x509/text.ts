/** Text of the ASN.1 string types that names and alternative names use (X.690 §8.23, RFC 5280 §4.1.2.4). */
import { tag } from "../der/index.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** ASCII text, or `undefined` where a byte is above 127. */
export function decodeAscii(bytes: Uint8Array): string | undefined {
  for (const byte of bytes) if (byte >= 0x80) return undefined;
  return decodeLatin1(bytes);
}

/** The text of a string type, or `undefined` where the bytes are none, or the type is not a string. */
export function decodeString(type: number, bytes: Uint8Array): string | undefined {
  switch (type) {
    case tag.utf8String:
      return decodeAscii(bytes) ?? decodeUtf8(bytes);
    case tag.printableString:
    case tag.ia5String:
    case tag.visibleString:
      return decodeAscii(bytes);
    // T.61 in name, Latin-1 in every certificate seen.
    case tag.teletexString:
      return decodeLatin1(bytes);
    case tag.bmpString:
      return decodeUnits(bytes, 2);
    case tag.universalString:
      return decodeUnits(bytes, 4);
    default:
      return undefined;
  }
}

const block = 0x2000; // Few enough arguments for one call.

function decodeLatin1(bytes: Uint8Array): string {
  if (bytes.length <= block) return join(bytes);
  let text = "";
  for (let at = 0; at < bytes.length; at += block) text += join(bytes.subarray(at, at + block));
  return text;
}

function join(bytes: Uint8Array): string {
  // A typed array serves as a list of arguments, and is several times faster than spreading it.
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeUnits(bytes: Uint8Array, size: 2 | 4): string | undefined {
  if (bytes.length % size !== 0) return undefined;
  let text = "";
  for (let at = 0; at < bytes.length; at += size) {
    let unit = 0;
    for (let i = 0; i < size; i++) unit = unit * 256 + (bytes[at + i] ?? 0);
    if (unit > 0x10ffff || (unit >= 0xd800 && unit <= 0xdfff)) return undefined;
    text += String.fromCodePoint(unit);
  }
  return text;
}

/** Text made safe for one line: controls, bidirectional marks and lone surrogates as `\` and their hexadecimal. */
export function escapeControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\${code.toString(16).toUpperCase().padStart(2, "0")}`;
  });
}
