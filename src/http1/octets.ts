/** Octet classes of the HTTP grammar (RFC 9110 §5.6), octets to text and back, and comma-separated lists. */

/** `tchar`: what names, methods and codings are made of (RFC 9110 §5.6.2). */
export const TOKEN = 1;
/** What a field value or reason may hold: HTAB, SP, VCHAR, obs-text (RFC 9110 §5.5). */
export const TEXT = 2;
/** SP and HTAB: `OWS` is made of them (RFC 9110 §5.6.3). */
export const WHITE = 4;
/** CTL other than NUL, CR, LF and HTAB. */
export const CONTROL = 8;

export const NUL = 0;
export const HTAB = 9;
export const LF = 10;
export const CR = 13;
export const SP = 32;
export const QUOTE = 34;
export const COLON = 58;
export const SEMICOLON = 59;
export const EQUALS = 61;
export const BACKSLASH = 92;

/** The classes of each octet, as bits. */
export const octetClasses: Uint8Array = classifyOctets();

/** The value of each octet as a hexadecimal digit, or -1. */
export const hexValues: Int8Array = hexDigitValues();

function classifyOctets(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let octet = 0; octet < 256; octet++) classes[octet] = classOf(octet);
  return classes;
}

function classOf(octet: number): number {
  if (octet === HTAB || octet === SP) return TEXT | WHITE;
  if (octet === NUL || octet === CR || octet === LF) return 0;
  if (octet < SP || octet === 0x7f) return CONTROL;
  return isToken(String.fromCharCode(octet)) ? TEXT | TOKEN : TEXT;
}

function hexDigitValues(): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (let digit = 0; digit < 16; digit++) {
    const character = digit.toString(16);
    values[character.charCodeAt(0)] = digit;
    values[character.toUpperCase().charCodeAt(0)] = digit;
  }
  return values;
}

/** One octet one character (ISO 8859-1). The machine's own, given by `net`, is several times faster. */
export type DecodeLatin1 = (bytes: Uint8Array, start: number, end: number) => string;

/** `DecodeLatin1` in plain JavaScript. */
export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  const blockBytes = 4_096; // Few enough arguments for one call in every engine.
  let text = "";
  for (let at = start; at < end; at += blockBytes) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + blockBytes)));
  }
  return text;
}

/** Bytes for a person: printable ASCII as it is, `\r`, `\n`, `\t`, and `\xNN` for the rest. */
export function renderOctets(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += renderOctet(byte);
  return text;
}

function renderOctet(byte: number): string {
  if (byte === CR) return String.raw`\r`;
  if (byte === LF) return String.raw`\n`;
  if (byte === HTAB) return String.raw`\t`;
  if (byte >= SP && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** The end of what lies from `start` to `end`, without the white space behind it. */
export function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && ((octetClasses[bytes[at - 1] as number] as number) & WHITE) !== 0) at--;
  return at;
}

/** Bytes shown in an excerpt: enough to find the place, too few to leak a page. */
export const excerptBytes = 32;

/** Whether `text` is a token (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}

/** `text` without the optional white space around it (OWS: SP and HTAB alone, RFC 9110 §5.6.3). */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (isWhite(text.charCodeAt(start))) start++;
  while (isWhite(text.charCodeAt(end - 1))) end--;
  // Where all of it is white, the ends have passed each other, and nothing lies between.
  return text.slice(start, end);
}

function isWhite(code: number): boolean {
  return code === SP || code === HTAB;
}

/**
 * The elements of a comma-separated list, trimmed; empty ones are passed over (RFC 9110 §5.6.1.2).
 * For lists of tokens only: a comma inside a quoted string would split it.
 */
export function splitTokenList(value: string): string[] {
  const elements: string[] = [];
  for (const part of value.split(",")) {
    const element = trimOws(part);
    if (element !== "") elements.push(element);
  }
  return elements;
}
