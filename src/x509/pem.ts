/**
 * PEM: RFC 7468. Several blocks in a file, and everything a strict reader would stumble over, with its line.
 *
 * Nothing is refused here: blocks that can be read are given, and what is odd is said.
 */
import { parseBase64, renderBase64 } from "../core/index.ts";
import { maxPemBytes } from "./limits.ts";
import { escapeControls } from "./text.ts";

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

export type PemComplaintKind =
  | "byte-order-mark"
  | "crlf"
  | "no-final-newline"
  | "stray-text"
  | "unexpected-label"
  | "private-key"
  | "header-lines"
  | "bad-base64"
  | "missing-end"
  | "missing-begin"
  | "wrong-end"
  | "too-long";

/** Something in a PEM file that is odd or cannot be read, and the line where it stands. */
export interface PemComplaint {
  readonly kind: PemComplaintKind;
  readonly line: number;
  /** The label or the beginning of the text that is meant; never the content of a key. */
  readonly text: string;
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
  hasHeaders: boolean;
}

/** Labels of RFC 7468 §5 that hold certificates; the second and third are old or OpenSSL's own. */
const certificateLabels: readonly string[] = ["CERTIFICATE", "X509 CERTIFICATE"];

/** Reads PEM. `expected` labels are not complained of. Never throws. */
export function parsePem(
  input: string | Uint8Array,
  expected: readonly string[] = certificateLabels,
): PemFile {
  if (input.length > maxPemBytes.value) {
    return { blocks: [], complaints: [{ kind: "too-long", line: 1, text: `${input.length} bytes` }] };
  }
  const text = typeof input === "string" ? input : new TextDecoder("latin1").decode(input);
  const reading = new PemReading(expected);
  const body = text.replace(/^(\uFEFF|\u00EF\u00BB\u00BF)/, "");
  if (body.length !== text.length) reading.complain("byte-order-mark", 1);
  const lines = body.split("\n");
  if (lines.at(-1) === "") lines.pop();
  else if (body !== "") reading.complain("no-final-newline", lines.length);
  let hasCarriageReturns = false;
  for (const [i, line] of lines.entries()) {
    if (line.endsWith("\r") && !hasCarriageReturns) {
      hasCarriageReturns = true;
      reading.complain("crlf", i + 1);
    }
    reading.takeLine(line.trimEnd(), i + 1);
  }
  return reading.finish(lines.length);
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

  takeLine(line: string, number: number): void {
    const boundary = /^-----(BEGIN|END) ([^-]{1,64}(?:-[^-]{1,64})*)-----$/.exec(line.trimStart());
    if (boundary === null) {
      this.#takeText(line, number);
      return;
    }
    this.#inStray = false;
    const label = boundary[2] ?? "";
    if (boundary[1] === "BEGIN") this.#begin(label, number);
    else this.#end(label, number);
  }

  finish(lastLine: number): PemFile {
    if (this.#open !== undefined) this.complain("missing-end", lastLine, this.#open.label);
    return { blocks: this.#blocks, complaints: this.#complaints.sort((a, b) => a.line - b.line) };
  }

  #takeText(line: string, number: number): void {
    const open = this.#open;
    if (open !== undefined) {
      // RFC 1421 §4.6 headers, as in encrypted keys; RFC 7468 §2 has none.
      if (/^[A-Za-z0-9-]+:/.test(line)) open.hasHeaders = true;
      else open.body.push(line);
      return;
    }
    if (line.trim() === "") return;
    // A run of stray lines is one complaint.
    if (!this.#inStray) this.complain("stray-text", number, line);
    this.#inStray = true;
  }

  #begin(label: string, line: number): void {
    if (this.#open !== undefined) this.complain("missing-end", line, this.#open.label);
    this.#open = { label, line, body: [], hasHeaders: false };
    if (/(^| )PRIVATE KEY$/.test(label)) this.complain("private-key", line, label);
    else if (!this.#expected.includes(label)) this.complain("unexpected-label", line, label);
  }

  #end(label: string, endLine: number): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) {
      this.complain("missing-begin", endLine, label);
      return;
    }
    if (open.label !== label) this.complain("wrong-end", endLine, label);
    if (open.hasHeaders) this.complain("header-lines", open.line, open.label);
    const bytes = parseBase64(open.body.join("\n"));
    if (bytes === undefined || bytes.length === 0) this.complain("bad-base64", open.line, open.label);
    else this.#blocks.push({ label: open.label, line: open.line, endLine, bytes });
  }
}

/** One PEM block, 64 characters a line, with a final newline (RFC 7468 §2). */
export function writePem(label: string, bytes: Uint8Array): string {
  const lines = renderBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
