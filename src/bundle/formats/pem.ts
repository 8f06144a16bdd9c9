/**
 * PEM files: RFC 7468, and the tighter form that Mongoose OS reads.
 *
 * Mongoose OS scans its CA file on disk: lines of at most 126 characters, and a last line without a newline does not
 * count, so that the last certificate is lost (its fork of mbedTLS, x509_crt.c). What is written here keeps both
 * rules for everybody: 64 characters, a final newline, LF alone, and nothing but certificates.
 */
import { type Certificate, certificatesIn, parseCertificate, parsePem, writePem } from "../../x509/index.ts";
import type { Bundle, BundleEntry, Placed, Remark } from "../bundle.ts";
import { maxBundleEntries, maxBundleRemarks } from "../limits.ts";
import { encodeText, type Format } from "./format.ts";

/** The longest line that Mongoose OS's scanner takes. */
export const mongooseOsLineLength = 126;

export const pemFormat: Format = pemFile({ name: "pem", title: "PEM file", path: "ca.pem" });

export const mongooseOsFormat: Format = pemFile({
  name: "mongoose-os",
  title: "Mongoose OS file system, fs/ca.pem",
  path: "fs/ca.pem",
});

function pemFile({ name, title, path }: Pick<Format, "name" | "title"> & { readonly path: string }): Format {
  return {
    name,
    title,
    write: (certificates) => ({ files: [{ path, bytes: encodeText(renderPem(certificates)) }], omitted: [] }),
    sizeOf: (certificate) => writePem("CERTIFICATE", certificate.der).length,
    refuse: () => undefined,
  };
}

/** The certificates as PEM text, one after the other. */
export function renderPem(certificates: readonly Certificate[]): string {
  return certificates.map(({ der }) => writePem("CERTIFICATE", der)).join("");
}

/** Reads a PEM file; everything odd about it is a remark. */
export function readPemBundle(bytes: Uint8Array): Bundle {
  const { blocks, complaints } = parsePem(bytes);
  const told = complaints.slice(0, maxBundleRemarks.value);
  const remarks: Remark[] = told.map(({ line, ...rest }) => ({ ...rest, ...at(line) }));
  if (told.length < complaints.length) {
    const text = `${complaints.length} oddities, of which the first ${told.length} are told`;
    remarks.push({ kind: "too-many", place: "file", text });
  }
  for (const { line, length } of findLongLines(bytes, blocks)) {
    remarks.push({ kind: "long-line", ...at(line), text: `${length} characters` });
  }
  const entries: BundleEntry[] = [];
  for (const block of blocks) {
    const certificates = certificatesIn(block);
    if (certificates.length === 0) continue;
    if (entries.length + certificates.length > maxBundleEntries.value) {
      remarks.push({
        kind: "too-many",
        ...at(block.line),
        text: `more than ${maxBundleEntries.value} entries`,
      });
      break;
    }
    for (const der of certificates) entries.push({ ...readEntry(der, ""), ...at(block.line) });
  }
  return { format: "pem", bytes: bytes.length, entries, remarks, texts: [{ bytes, linesBefore: 0 }] };
}

function at(line: number): Placed {
  return { place: `line ${line}`, line };
}

/** One certificate as an entry. */
export function readEntry(der: Uint8Array, place: string): BundleEntry {
  const parsed = parseCertificate(der);
  return parsed.ok
    ? { kind: "certificate", place, certificate: parsed.certificate }
    : { kind: "unreadable", place, reason: parsed.malformation.reason };
}

interface LongLine {
  readonly line: number;
  readonly length: number;
}

/** Lines that Mongoose OS would not read as one: the first of each block, which is then lost whatever follows. */
function findLongLines(bytes: Uint8Array, blocks: readonly { readonly line: number }[]): readonly LongLine[] {
  const found = new Map<number, LongLine>();
  let start = 0;
  let line = 1;
  let block = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    while ((blocks[block]?.line ?? Infinity) <= line) block++;
    if (end - start > mongooseOsLineLength && !found.has(block)) {
      found.set(block, { line, length: end - start });
    }
    start = end + 1;
    line++;
  }
  return [...found.values()];
}
