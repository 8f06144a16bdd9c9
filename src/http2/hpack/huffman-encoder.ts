/** Text to Huffman-coded octets: RFC 7541 §5.2. */
import { codeLengths, codes } from "./huffman-code.ts";

/** Codes of more bits would not fit behind what is pending of the last octet. */
const halvedFrom = 25;

/** Octets that the text takes when it is coded; NaN if it holds a character that is not an octet. */
export function huffmanOctets(text: string): number {
  let bits = 7;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    bits += code < 256 ? (codeLengths[code] as number) : NaN;
  }
  return bits === bits ? bits >>> 3 : NaN;
}

/** Writes the coded text, padded with the beginning of EOS, and gives the place behind it. There must be room. */
export function writeHuffman(text: string, bytes: Uint8Array, start: number): number {
  let at = start;
  let pending = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i);
    const code = codes[symbol] as number;
    let length = codeLengths[symbol] as number;
    if (length >= halvedFrom) {
      length -= 16;
      pending = (pending << length) | (code >>> 16);
      for (bits += length; bits >= 8; bits -= 8) bytes[at++] = pending >>> (bits - 8);
      length = 16;
    }
    pending = (pending << length) | (length === 16 ? code & 0xffff : code);
    for (bits += length; bits >= 8; bits -= 8) bytes[at++] = pending >>> (bits - 8);
  }
  if (bits > 0) bytes[at++] = (pending << (8 - bits)) | (0xff >>> bits);
  return at;
}
