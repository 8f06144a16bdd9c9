/**
 * OpenSSL: PEM_read_bio of pem_lib.c, line by line, over EVP_DecodeUpdate; X509_load_cert_crl_file takes all of what it
 * reads or nothing, and Node one certificate after the other, as far as it comes.
 *
 * A line is at most 254 octets; what is behind its last sign of ASCII does not count. BEGIN has a line of its own, and
 * so has END, with the same label. Before a blank line stands a header, which a certificate may not have; behind one,
 * lines are of 64 digits but for the last. A hyphen ends the Base64, and what is left of the block is passed over.
 */
import { constructedTag, DerReader, tag } from "../../der/index.ts";
import { parseCertificate } from "../../x509/index.ts";
import {
  Base64Digits,
  decodeOctets,
  firstElement,
  type PemReader,
  type PemReading,
  type ReadBlock,
  type ReadFault,
  readNothing,
} from "./pem-reading.ts";

/** LINESIZE of pem_lib.c, less the NUL. */
const lineOctets = 254;
const begin = "-----BEGIN ";
const end = "-----END ";
const tail = "-----";
/** Three octets as they are decoded here, each by itself. */
const byteOrderMark = "\u00ef\u00bb\u00bf";

const trustedLabel = "TRUSTED CERTIFICATE";
const certificateLabels: ReadonlySet<string> = new Set(["CERTIFICATE", "X509 CERTIFICATE", trustedLabel]);
/** What PEM_X509_INFO_read_bio decodes too. */
const decodedLabels: ReadonlySet<string> = new Set([
  "X509 CRL",
  "RSA PRIVATE KEY",
  "DSA PRIVATE KEY",
  "EC PRIVATE KEY",
]);

export const readAsOpenssl: PemReader = (bytes) =>
  wholeOrNothing(readBlocks(bytes, { decodesOthers: true, isMemory: false }));

/** PEM_X509_INFO_read_bio over memory, as Mongoose 7 calls it. */
export const readAsMongoose7Openssl: PemReader = (bytes) =>
  wholeOrNothing(readBlocks(bytes, { decodesOthers: true, isMemory: true }));

export const readAsNode: PemReader = (bytes) =>
  readBlocks(bytes, { decodesOthers: false, isMemory: true }).reading;

function wholeOrNothing({ reading, isWhole }: Read): PemReading {
  if (isWhole) return reading;
  const { line, why } = reading.faults.at(-1) ?? { line: 1, why: "a block is bad" };
  return readNothing(line, `${why}, and OpenSSL takes no certificate of such a file`);
}

interface Source {
  /** PEM_X509_INFO_read_bio: keys and revocation lists are decoded too. Else PEM_read_bio_X509_AUX. */
  readonly decodesOthers: boolean;
  /** In memory a line may hold a NUL; in a file it ends there, and where it begins with one so does the file. */
  readonly isMemory: boolean;
}

interface Read {
  readonly reading: PemReading;
  readonly isWhole: boolean;
}

/** What was read up to the end, or up to the first block that is bad. */
function readBlocks(bytes: Uint8Array, { decodesOthers, isMemory }: Source): Read {
  const source = new LineSource(decodeOctets(bytes, false), isMemory);
  const blocks: ReadBlock[] = [];
  const faults: ReadFault[] = [];
  for (;;) {
    const label = findBegin(source);
    if (label === undefined) return { reading: { blocks, faults, broken: 0 }, isWhole: true };
    const { line } = source;
    const block = readBlock(source, label);
    const stopAt = (why: string): Read => ({
      reading: { blocks, faults: [...faults, { line, why }], broken: 0 },
      isWhole: false,
    });
    if (typeof block === "string") return stopAt(block);
    if (block.swallowed !== undefined) faults.push({ line: block.swallowed, why: swallowedWhy });
    const isCertificate = certificateLabels.has(label);
    if (!isCertificate && !(decodesOthers && decodedLabels.has(label))) continue;
    const der = firstElement(block.data);
    const isHeaderFit = block.header === "" || (!isCertificate && block.header.startsWith("Proc-Type: 4,"));
    if (!isHeaderFit) return stopAt("it has header lines");
    // The octets of an encrypted key are not DER.
    if (block.header === "" && der === undefined) return stopAt(`its base64 is not a ${label} in DER`);
    if (!isCertificate || der === undefined) continue;
    if (!parseCertificate(der).ok) return stopAt("it decodes to no certificate");
    const rest = block.data.subarray(der.length);
    const isTrusted = !decodesOthers || label === trustedLabel;
    if (isTrusted && rest.length > 0 && !areSettings(rest))
      return stopAt("other bytes follow the certificate");
    blocks.push({ line, der });
  }
}

/** d2i_X509_CERT_AUX: behind a trusted certificate stand what it is trusted for, a name, a key identifier; or nothing. */
function areSettings(rest: Uint8Array): boolean {
  const settings = firstElement(rest);
  if (settings === undefined) return false;
  const outer = DerReader.over(settings);
  const inner = outer.enterSequence();
  for (const expected of settingsTags) if (inner.peekTag() === expected) inner.skip();
  inner.finish();
  return outer.malformation === undefined;
}

/** X509_CERT_AUX: trusted for, rejected for, alias, key identifier, others; each may be left out. */
const settingsTags = [tag.sequence, constructedTag(0), tag.utf8String, tag.octetString, constructedTag(1)];

/** Lines as fgets gives them: in pieces where they are long, and of a file cut off at a NUL. */
class LineSource {
  readonly #text: string;
  readonly #isMemory: boolean;
  #at = 0;
  #newlines = 0;
  /** The line that the last piece is of, from 1. */
  line = 1;
  /** Whether the last piece is not the end of its line. */
  isPartial = false;

  constructor(text: string, isMemory: boolean) {
    this.#text = text;
    this.#isMemory = isMemory;
  }

  /** `undefined` at the end, and where a NUL stands first. */
  next(): string | undefined {
    const start = this.#at;
    if (start >= this.#text.length) return undefined;
    this.line = this.#newlines + 1;
    const newline = this.#text.slice(start, start + lineOctets).indexOf("\n");
    this.#at = Math.min(newline < 0 ? start + lineOctets : start + newline + 1, this.#text.length);
    if (newline >= 0) this.#newlines++;
    this.isPartial = newline < 0 && this.#at - start === lineOctets;
    const given = this.#text.slice(start, this.#at);
    const [piece = ""] = this.#isMemory ? [given] : given.split("\0");
    return piece === "" ? undefined : piece;
  }
}

/** Signs that are no printable ASCII are taken off a line's end: `char` is signed where this matters. */
function trimEnd(line: string): string {
  let length = line.length;
  while (length > 0 && !isPrintable(line.charCodeAt(length - 1))) length--;
  return line.slice(0, length);
}

/** What is kept of a line is kept as a C string. */
function untilNul(line: string): string {
  const nul = line.indexOf("\0");
  return nul < 0 ? line : line.slice(0, nul);
}

function isPrintable(code: number): boolean {
  return code > 0x20 && code < 0x80;
}

function findBegin(source: LineSource): string | undefined {
  for (let isFirst = true; ; isFirst = false) {
    const given = source.next();
    if (given === undefined) return undefined;
    const line = trimEnd(isFirst && given.startsWith(byteOrderMark) ? given.slice(3) : given);
    if (line.startsWith(begin) && line.endsWith(tail) && line.length >= begin.length + tail.length) {
      return untilNul(line.slice(begin.length, -tail.length));
    }
  }
}

interface Block {
  readonly header: string;
  /** The line of a BEGIN that stands in it, where it has one. */
  readonly swallowed: number | undefined;
  readonly data: Uint8Array;
}

/** The block, or why it is bad. */
function readBlock(source: LineSource, label: string): Block | string {
  const before: string[] = [];
  const behind: string[] = [];
  let header: "maybe" | "in" | "over" = "maybe";
  let isShort = false;
  let swallowed: number | undefined;
  for (let wasPartial = false; ; wasPartial = source.isPartial) {
    const given = source.next();
    if (given === undefined) return "no END line follows it";
    if (header === "maybe" && given.includes(":")) header = "in";
    const line = trimEnd(given);
    if (line === "") {
      if (wasPartial) continue;
      if (header === "over") return "a blank line stands within it";
      header = "over";
      continue;
    }
    if (line.startsWith(end)) {
      if (line !== `${end}${label}${tail}`) return "its END line is not END and its own label alone";
      break;
    }
    if (line.startsWith(begin)) swallowed ??= source.line;
    if (isShort) return shortLine;
    (header === "over" ? behind : before).push(untilNul(line));
    if (header !== "over") continue;
    if (line.length > 64) return shortLine;
    isShort = line.length < 64;
  }
  const data = decodeBase64((header === "maybe" ? before : behind).join("\n"));
  if (data === undefined || data.length === 0) return "its base64 is broken, or there is none";
  return { header: header === "maybe" ? "" : before.join("\n"), data, swallowed };
}

const swallowedWhy = "the block above it has not ended, and hides it";
const shortLine = "behind a blank line, a line of its base64 is not of 64 digits";

function decodeBase64(text: string): Uint8Array | undefined {
  const digits = new Base64Digits();
  for (const sign of text) {
    if (sign === "-") break;
    if (sign === " " || sign === "\t" || sign === "\n" || sign === "\r") continue;
    if (!digits.take(sign)) return undefined;
  }
  return digits.length % 4 === 0 ? digits.join() : undefined;
}
