/**
 * A status line up to its reason, `HTTP/1.x SP 3DIGIT SP` (RFC 9112 §2.3, §4), in two ways: all at once as almost every
 * server writes it, and octet by octet, which alone decides what is accepted.
 */
import { CR, LF, SP } from "./octets.ts";

/** "HTTP/" */
const httpName: readonly number[] = [72, 84, 84, 80, 47];

const DOT = 0x2e;

/** Octets before the reason: `HTTP/1.1 200 `. */
export const ordinaryStatusBytes = 13;

/** What an octet of a status line breaks: a rule, the name `HTTP/`, or a major version other than 1. */
export type StatusLineFault =
  | { readonly kind: "rule"; readonly rule: string }
  | { readonly kind: "not-http" }
  | { readonly kind: "version"; readonly version: string };

const versionRule: StatusLineFault = { kind: "rule", rule: "a version is a digit, a dot and a digit" };
const versionSpaceRule: StatusLineFault = { kind: "rule", rule: "one space follows the version" };
const codeRule: StatusLineFault = {
  kind: "rule",
  rule: "a status code has three digits, and is 100 or more",
};
const codeEndRule: StatusLineFault = {
  kind: "rule",
  rule: "a space or the line's end follows the three digits of a status code",
};

/** Takes the octets before the reason, one at a time. */
export class StatusLineScanner {
  status = 0;
  minorVersion = 0;
  /** How many octets were taken. */
  length = 0;
  #majorVersion = 0;

  begin(): void {
    this.status = 0;
    this.length = 0;
  }

  /** Whether the next octet ends the status code: a space, or, as four parsers have it too, the line's end. */
  get isAtEnd(): boolean {
    return this.length === ordinaryStatusBytes - 1;
  }

  /** A fault, where the octet cannot stand here. */
  take(octet: number): StatusLineFault | undefined {
    const at = this.length++;
    if (at < httpName.length) return octet === httpName[at] ? undefined : { kind: "not-http" };
    return at < 9 ? this.#takeVersion(octet, at) : this.#takeCode(octet, at);
  }

  #takeVersion(octet: number, at: number): StatusLineFault | undefined {
    const digit = digitOf(octet);
    if (at === 5) this.#majorVersion = digit;
    if (at === 7) this.minorVersion = digit;
    if (at === 5 || at === 7) return digit < 0 ? versionRule : undefined;
    if (at === 6 && octet === SP) return { kind: "version", version: String(this.#majorVersion) };
    if (at === 6) return octet === DOT ? undefined : versionRule;
    if (octet !== SP) return versionSpaceRule;
    if (this.#majorVersion === 1) return undefined;
    return { kind: "version", version: `${this.#majorVersion}.${this.minorVersion}` };
  }

  #takeCode(octet: number, at: number): StatusLineFault | undefined {
    if (at === ordinaryStatusBytes - 1)
      return octet === SP || octet === CR || octet === LF ? undefined : codeEndRule;
    const digit = digitOf(octet);
    if (digit < 0 || (at === 9 && digit === 0)) return codeRule;
    this.status = this.status * 10 + digit;
    return undefined;
  }
}

/** 1000 times the minor version plus the status code; -1 when the line is not whole, or is written otherwise. */
export function findOrdinaryStatus(bytes: Uint8Array, at: number, end: number): number {
  if (at + ordinaryStatusBytes > end || bytes[at + 5] !== 0x31 || bytes[at + 6] !== DOT) return -1;
  for (let i = 0; i < httpName.length; i++) if (bytes[at + i] !== httpName[i]) return -1;
  if (bytes[at + 8] !== SP || bytes[at + 12] !== SP) return -1;
  const minor = digitOf(bytes[at + 7] as number);
  const hundreds = digitOf(bytes[at + 9] as number);
  const tens = digitOf(bytes[at + 10] as number);
  const units = digitOf(bytes[at + 11] as number);
  if (minor < 0 || hundreds < 1 || tens < 0 || units < 0) return -1;
  return minor * 1000 + hundreds * 100 + tens * 10 + units;
}

/** The value of a digit; below zero for every other octet. */
function digitOf(octet: number): number {
  const digit = octet - 48;
  return digit <= 9 ? digit : -1;
}
