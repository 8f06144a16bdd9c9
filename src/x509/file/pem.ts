/**
 * PEM: RFC 7468. Several blocks in a file, and everything a strict reader would stumble over, with its line.
 *
 * Nothing is refused here: blocks that can be read are given, and what is odd is said. Every line is looked at once.
 */
import { parseBase64, renderBase64 } from "../../core/index.ts";
import { maxPemBytes } from "../limits.ts";
import { escapeControls } from "../text.ts";
import type { PemComplaint, PemComplaintKind } from "./complaint.ts";
import { decodeText } from "./decode-text.ts";

/** One block of a PEM file, decoded (RFC 7468). */
export interface PemBlock {
  /** `CERTIFICATE` */
  readonly label: string;
  /** Line of the BEGIN boundary, from 1. */
  readonly line: number;
  /** Line of the END boundary. */
  readonly endLine: number;
  readonly bytes: Uint8Array;
}

/** A PEM file: its blocks in their order, and what is wrong with the rest. */
export interface PemFile {
  readonly blocks: readonly PemBlock[];
  readonly complaints: readonly PemComplaint[];
}

interface OpenBlock {
  readonly label: string;
  readonly line: number;
  readonly body: string[];
  /** What was said of it already. */
  readonly said: Set<PemComplaintKind>;
  hasHeaders: boolean;
  /** Whether it stands in quotes or escapes, as in source code or in JSON. */
  isDressed: boolean;
  /** PGP's armour (RFC 9580 §6.2): headers, Base64 and a checksum that are nobody's business here. */
  readonly isArmour: boolean;
}

/** Labels of RFC 7468 §5 and of OpenSSL under which a certificate stands. */
const opensslLabels: readonly string[] = ["X509 CERTIFICATE", "TRUSTED CERTIFICATE"];
/** RFC 7468 §8 and §9, and OpenSSL's older name. */
const pkcs7Labels: readonly string[] = ["PKCS7", "CMS", "PKCS #7 SIGNED DATA"];

export const isCertificateLabel = (label: string): boolean =>
  label === "CERTIFICATE" || opensslLabels.includes(label);
export const isPkcs7Label = (label: string): boolean => pkcs7Labels.includes(label);

/** Reads PEM. `expected` labels are not complained of. Never throws. */
export function parsePem(input: string | Uint8Array, expected: readonly string[] = ["CERTIFICATE"]): PemFile {
  if (input.length > maxPemBytes.value) {
    return { blocks: [], complaints: [{ kind: "too-long", line: 1, text: `${input.length} bytes` }] };
  }
  const { lines, oddities } = decodeText(input);
  const reading = new PemReading(expected);
  for (const { kind, line } of oddities) reading.complain(kind, line);
  for (const [i, line] of lines.entries()) reading.takeLine(line, i + 1);
  return reading.finish(lines.length);
}

/** A label has no two hyphens in a row, so that a search for boundaries goes over a line once. */
const boundary = /-----((?:BEGIN|END) [^-]{1,64}(?:-[^-]{1,64})*)-----/;
const wholeBoundary = new RegExp(`^${boundary.source}$`);
/** One that somebody typed: more hyphens than five, on one side or both. */
const longBoundary = /^-{5,12}((?:BEGIN|END) [A-Z0-9 ]{1,64})-{5,12}$/;
/** Too few, so that nobody takes it for one. */
const shortBoundary = /^\s{0,8}-{1,12} ?(?:BEGIN|END) [A-Z0-9 ]{0,40}CERTIFICATE ?-{1,12}\s{0,8}$/;

/** In letters of which some may be small. */
const anyCase = /^-----((?:BEGIN|END) (?:X509 |TRUSTED )?CERTIFICATE)-----$/i;

/**
 * Blanks and joiners of Unicode (in UTF-8, each octet a character) that are not the first sign of a line: before BEGIN
 * they are text like other text.
 */
const unseen =
  /(?<=.)(?:\u00C2\u00A0|\u00E2\u0080[\u008B-\u008F\u00A8\u00AF]|\u00EF\u00BB\u00BF|[\u00A0\u200B-\u200F\u202F\uFEFF])/g;

/** One of them may stand for the blank behind BEGIN. */
function dropUnseen(line: string): string {
  const plain = line.replaceAll(unseen, "");
  return plain === line ? line : plain.replaceAll(/(?<=-----)(BEGIN|END)(?=[A-Z])/g, "$1 ");
}

/** What a file has given so far. */
class PemReading {
  readonly #expected: readonly string[];
  readonly #blocks: PemBlock[] = [];
  readonly #complaints: PemComplaint[] = [];
  #open: OpenBlock | undefined;
  #inStray = false;

  constructor(expected: readonly string[]) {
    this.#expected = expected;
  }

  complain(kind: PemComplaintKind, line: number, text = ""): void {
    this.#complaints.push({ kind, line, text: escapeControls(text.slice(0, 64)) });
  }

  takeLine(given: string, number: number): void {
    if (given === "") return this.#takeBlank(number);
    const whole = this.#open === undefined && !given.includes("-----") ? given : dropUnseen(given);
    const line = whole.trimEnd();
    if (!line.includes("-----")) {
      if (whole !== given) this.#complainOnce("invisible", number);
      this.#takeText(line, number);
      return;
    }
    const bare = line.trimStart();
    const inCapitals = anyCase.exec(bare)?.[1]?.toUpperCase();
    if (inCapitals !== undefined && !bare.includes(inCapitals))
      return this.#takeTyped(inCapitals, "small-letters", number);
    const alone = wholeBoundary.exec(bare);
    if (alone !== null) {
      const text = alone[1] ?? "";
      // A block is one complaint, which its END has to find open.
      if (bare !== line && text.startsWith("END")) this.#complainOnce("indented", number);
      this.#takeBoundary(text, number);
      if (!text.startsWith("BEGIN")) return;
      if (bare !== line) this.#complainOnce("indented", number);
      // mbedTLS passes over one space.
      if (!/^ ?\r*$/.test(whole.slice(line.length))) this.#complainOnce("blanks-behind-begin", number);
      if (whole !== given) this.#complainOnce("invisible", number);
      return;
    }
    const long = longBoundary.exec(bare)?.[1];
    if (long !== undefined) return this.#takeTyped(long, "hyphens", number);
    const pieces = bare.split(boundary);
    if (pieces.length === 1) this.#takeText(line, number);
    else this.#takePieces(pieces, number);
  }

  finish(lastLine: number): PemFile {
    if (this.#open !== undefined) this.complain("missing-end", lastLine, this.#open.label);
    return { blocks: this.#blocks, complaints: this.#complaints.sort((a, b) => a.line - b.line) };
  }

  /** A block is one complaint, which its BEGIN opens and its END has to find open. */
  #takeTyped(text: string, kind: PemComplaintKind, number: number): void {
    const isBegin = text.startsWith("BEGIN");
    if (!isBegin) this.#complainOnce(kind, number);
    this.#takeBoundary(text, number);
    if (isBegin) this.#complainOnce(kind, number);
  }

  /** Text and boundaries that share a line, by turns. */
  #takePieces(pieces: readonly string[], number: number): void {
    for (let i = 0; i < pieces.length; i += 2) {
      const text = (pieces[i] ?? "").trim();
      const [before, after] = [pieces[i - 1], pieces[i + 1]];
      if (this.#open !== undefined) this.#takeDressed(text, number, before === undefined);
      else if (text !== "" && before === undefined) this.complain("text-before-begin", number);
      // Escapes between two blocks were told of with the block.
      else if (text !== "" && !text.startsWith("\\")) this.complain("text-after-end", number);
      else if (text === "" && before !== undefined && after !== undefined) this.complain("glued", number);
      if (after === undefined) continue;
      this.#takeBoundary(after, number);
      if (text !== "" && this.#open !== undefined) this.#open.isDressed = true;
    }
  }

  /** Text on the line of the block's BEGIN or END. */
  #takeDressed(text: string, number: number, isBeforeEnd: boolean): void {
    const open = this.#open;
    if (open === undefined || text === "") return;
    open.isDressed = true;
    open.body.push(undress(text));
    if (/\\[nr]/.test(text)) this.#complainOnce("escaped-newlines", number);
    else if (/["']/.test(text) && !open.said.has("escaped-newlines")) this.#complainOnce("quoted", number);
    else if (!isBeforeEnd) this.#complainOnce("lost-newlines", number);
    else if (open.said.size === 0) this.#complainOnce("text-after-end", number);
  }

  #complainOnce(kind: PemComplaintKind, line: number): void {
    if (this.#open?.said.has(kind) === true) return;
    this.#open?.said.add(kind);
    this.complain(kind, line);
  }

  #takeBlank(number: number): void {
    const open = this.#open;
    if (open === undefined) return;
    // OpenSSL takes the first line, where it is blank, for the end of a header that is not there.
    const mayBeBlank = open.isArmour || number === open.line + 1 || open.hasHeaders || open.isDressed;
    if (!mayBeBlank) this.#complainOnce("blank-line", number);
  }

  #takeText(line: string, number: number): void {
    if (line === "") return this.#takeBlank(number);
    const open = this.#open;
    if (shortBoundary.test(line)) this.#complainOnce("hyphens", number);
    if (open !== undefined) {
      // RFC 1421 §4.6 headers, as in encrypted keys; RFC 7468 §2 has none.
      if (/^[A-Za-z0-9-]+:/.test(line)) open.hasHeaders = true;
      else open.body.push(open.isDressed ? undress(line) : line);
      if ((open.isDressed ? /^[ \t]+[\w+/=]+$/ : /^[ \t]+\S/).test(line))
        this.#complainOnce("indented-base64", number);
      return;
    }
    if (line.trim() === "") return;
    // A run of stray lines is one complaint.
    if (!this.#inStray) this.complain("stray-text", number);
    this.#inStray = true;
  }

  #takeBoundary(text: string, number: number): void {
    this.#inStray = false;
    const label = text.slice(text.indexOf(" ") + 1);
    if (text.startsWith("BEGIN")) this.#begin(label, number);
    else this.#end(label, number);
  }

  #begin(label: string, line: number): void {
    if (this.#open !== undefined) this.complain("missing-end", line, this.#open.label);
    const isArmour = label.startsWith("PGP ");
    if (isArmour) this.complain("pgp", line, label);
    // What is signed stands in clear behind it, up to the signature, and has no END of its own.
    this.#open =
      label === "PGP SIGNED MESSAGE"
        ? undefined
        : { label, line, body: [], said: new Set(), hasHeaders: false, isDressed: false, isArmour };
    if (isArmour) return;
    if (/(^| )PRIVATE KEY$/.test(label)) this.complain("private-key", line, label);
    else if (this.#expected.includes(label)) return;
    else if (label === "TRUSTED CERTIFICATE") this.complain("trusted-label", line, label);
    else if (opensslLabels.includes(label)) this.complain("openssl-label", line, label);
    else if (isPkcs7Label(label)) this.complain("pkcs7", line, label);
    else this.complain("unexpected-label", line, label);
  }

  #end(label: string, endLine: number): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) {
      this.complain("missing-begin", endLine, label);
      return;
    }
    if (open.label !== label) this.complain("wrong-end", endLine, label);
    if (open.isArmour) return;
    if (open.hasHeaders) this.complain("header-lines", open.line, open.label);
    const bytes = parseBase64(open.body.join("\n"));
    if (bytes === undefined || bytes.length === 0) this.complain("bad-base64", open.line, open.label);
    else this.#blocks.push({ label: open.label, line: open.line, endLine, bytes });
  }
}

/** Base64 without the escapes, quotes and signs of the language that it stands in. */
function undress(text: string): string {
  const unescaped = text.replaceAll(/\\[nrt]/g, "\n");
  return (/["']/.test(unescaped) ? unjoin(unescaped) : unescaped).replaceAll(/["'\\,;]/g, " ");
}

/** Strings without what stands before the quotes, and what joins two of them. */
function unjoin(text: string): string {
  return (
    text
      // Python's b"...", C's u8"..."
      .replaceAll(/(?<![\w+/=])(?:[bBrRuU]{1,2}|u8|L)(?=["'])/g, " ")
      // What joins two strings stands between quotes, or at an end of the line; in a string, + is a sign of Base64.
      .replaceAll(/["'][ \t]{0,16}[+.][ \t]{0,16}(?=["'\r\n]|$)|^[+.][ \t]{0,16}(?=["'])/g, " ")
  );
}

/** One PEM block, 64 characters a line, with a final newline (RFC 7468 §2). */
export function writePem(label: string, bytes: Uint8Array): string {
  const lines = renderBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
