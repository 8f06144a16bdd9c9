/**
 * BearSSL: pemdec.t0, and what the ESP8266 core does with it (decode_pem of BearSSLHelpers.cpp).
 *
 * BEGIN stands at the beginning of its line, in letters of either case, and what follows it up to the end of the line,
 * without the hyphens there, is the label, if there is one and it is not too long. Within a block a line is groups of
 * four digits, with blanks and controls between them; one that begins with a hyphen has to be END, and behind padding
 * nothing but line ends stands before it. Any other sign, and an end of the text within a block, lose everything.
 * Certificates in PEM are a C string.
 */
import { concatBytes } from "../../core/index.ts";
import {
  Base64Digits,
  decodeOctets,
  type PemReader,
  type PemReading,
  type ReadBlock,
  type ReadFault,
  readNothing,
} from "./pem-reading.ts";

const begin = "-----BEGIN ";
const end = "-----END ";
/** A label that does not fit begins nothing: the buffer of br_pem_decoder_context, less the NUL and one. */
const longestLabel = 126;
const certificateLabels: ReadonlySet<string> = new Set(["CERTIFICATE", "X509 CERTIFICATE"]);
const nul = "\0";

export const readAsBearssl: PemReader = (bytes) => {
  const text = decodeOctets(bytes, true);
  const blocks: ReadBlock[] = [];
  const faults: ReadFault[] = [];
  let open: { readonly line: number; readonly isCertificate: boolean } | undefined;
  let body: Uint8Array[] = [];
  let isPadded = false;
  const label = new Label();
  for (const [i, line] of text.split("\n").entries()) {
    const upper = line.slice(0, begin.length).toUpperCase();
    if (open === undefined) {
      if (upper !== begin || !label.take(line.slice(begin.length))) continue;
      open = { line: i + 1, isCertificate: certificateLabels.has(label.text) };
      body = [];
      isPadded = false;
    } else if (line.startsWith("-")) {
      if (!upper.startsWith(end)) return takesNone(i + 1, "the line begins with a hyphen and is not END");
      if (open.isCertificate) blocks.push({ line: open.line, der: concatBytes(body) });
      if (line.toUpperCase().includes(begin))
        faults.push({ line: i + 1, why: "BEGIN stands behind END on its line" });
      open = undefined;
    } else if (isPadded) {
      if (line !== "") return takesNone(i + 1, "the base64 goes on behind its padding");
    } else {
      isPadded = line.includes("=");
      const decoded = decodeLine(line);
      if (decoded === undefined) return takesNone(i + 1, "the line is not groups of four digits of base64");
      body.push(decoded);
    }
  }
  if (open !== undefined) return takesNone(open.line, "no END line follows it");
  if (blocks.length === 0 && text.length < bytes.length)
    return readNothing(1, "a NUL ends the text, and no certificate stands before it");
  return { blocks, faults, broken: 0 };
};

/** What it keeps of a label: a CR leaves in its place what was there of the label before. */
class Label {
  readonly #signs: string[] = [];

  /** Whether there is one, and it fits. */
  take(given: string): boolean {
    if (given === "") return false;
    for (const [i, sign] of given
      .slice(0, longestLabel + 1)
      .split("")
      .entries()) {
      this.#signs[i] = sign === "\r" ? (this.#signs[i] ?? nul) : sign.toUpperCase();
    }
    if (given.length > longestLabel) return false;
    let { length } = given;
    while (length > 0 && this.#signs[length - 1] === "-") length--;
    this.#signs[length] = nul;
    return true;
  }

  get text(): string {
    return this.#signs.slice(0, this.#signs.indexOf(nul)).join("");
  }
}

function takesNone(line: number, why: string): PemReading {
  return readNothing(line, `${why}, and BearSSL takes no certificate of such a file`);
}

function decodeLine(line: string): Uint8Array | undefined {
  const digits = new Base64Digits();
  for (const sign of line) if (sign > " " && !digits.take(sign)) return undefined;
  const { length, padding, lastValue } = digits;
  // What is left over of the last digit before padding has to be zero.
  const left = lastValue & (padding === 2 ? 15 : 3);
  const isExact = padding === 0 || (left === 0 && length > padding);
  return length % 4 === 0 && isExact ? digits.join() : undefined;
}
