/**
 * The ESP certificate bundle: subject names and public keys, sorted by the name's DER for a binary search.
 *
 * Two layouts (esp_crt_bundle.c and gen_crt_bundle.py of ESP-IDF). Through 5.3: a big-endian count, then entries one
 * after the other with big-endian lengths. From 5.4 (commit d8e31eb6): a table of little-endian offsets, whose first
 * also tells the count, and little-endian lengths. Neither keeps dates or constraints.
 */
import { renderCount, compareBytes, concatBytes } from "../../core/index.ts";
import { DerReader, tag } from "../../der/index.ts";
import { type Certificate, readName, readSubjectPublicKeyInfo } from "../../x509/index.ts";
import type { Bundle, BundleEntry, Remark } from "../bundle.ts";
import { maxBundleEntries } from "../limits.ts";
import type { Format } from "./format.ts";

const maxLength = 0xffff;

/** ESP-IDF 5.4 and later. */
export const espBundleFormat: Format = {
  name: "esp-bundle",
  title: "ESP certificate bundle (ESP-IDF 5.4 and later)",
  write: (certificates) => ({
    files: [{ path: "x509_crt_bundle", bytes: writeWithTable(certificates) }],
    omitted: [],
  }),
  sizeOf: (certificate) => 8 + contentBytes(certificate),
  refuse: refuseLong,
};

/** ESP-IDF through 5.3. */
export const oldEspBundleFormat: Format = {
  name: "esp-bundle-5.3",
  title: "ESP certificate bundle (ESP-IDF through 5.3)",
  write: (certificates) => ({
    files: [{ path: "x509_crt_bundle", bytes: writeWithCount(certificates) }],
    omitted: [],
  }),
  sizeOf: (certificate) => 4 + contentBytes(certificate),
  refuse: refuseLong,
};

function contentBytes({ subject, spki }: Certificate): number {
  return subject.der.length + spki.der.length;
}

function refuseLong({ subject, spki }: Certificate): string | undefined {
  return subject.der.length > maxLength || spki.der.length > maxLength
    ? "its name or key is longer than the bundle's 16-bit lengths can say"
    : undefined;
}

/** Sorted, since the device searches by halves; a second entry under one name would never be found. */
function sortBySubject(certificates: readonly Certificate[]): readonly Certificate[] {
  return certificates.toSorted((a, b) => compareBytes(a.subject.der, b.subject.der));
}

function writeWithTable(certificates: readonly Certificate[]): Uint8Array {
  const sorted = sortBySubject(certificates);
  const table = new DataView(new ArrayBuffer(sorted.length * 4));
  const parts: Uint8Array[] = [new Uint8Array(table.buffer)];
  let offset = table.byteLength;
  for (const [i, { subject, spki }] of sorted.entries()) {
    table.setUint32(i * 4, offset, true);
    parts.push(writeLengths(subject.der, spki.der, true), subject.der, spki.der);
    offset += 4 + subject.der.length + spki.der.length;
  }
  return concatBytes(parts);
}

function writeWithCount(certificates: readonly Certificate[]): Uint8Array {
  const sorted = sortBySubject(certificates);
  const parts: Uint8Array[] = [Uint8Array.of(sorted.length >> 8, sorted.length & 0xff)];
  for (const { subject, spki } of sorted) {
    parts.push(writeLengths(subject.der, spki.der, false), subject.der, spki.der);
  }
  return concatBytes(parts);
}

function writeLengths(name: Uint8Array, key: Uint8Array, isLittleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, name.length, isLittleEndian);
  view.setUint16(2, key.length, isLittleEndian);
  return new Uint8Array(view.buffer);
}

/** Reads either layout; `undefined` where the bytes have the shape of neither. */
export function readEspBundle(bytes: Uint8Array): Bundle | undefined {
  const withTable = readLayout(bytes, findInTable(bytes), true);
  if (withTable !== undefined) return { format: "esp-bundle", bytes: bytes.length, ...withTable, texts: [] };
  const withCount = readLayout(bytes, findInSequence(bytes), false);
  if (withCount !== undefined)
    return { format: "esp-bundle-5.3", bytes: bytes.length, ...withCount, texts: [] };
  return undefined;
}

/**
 * What is wrong with bytes that begin as an ESP certificate bundle does, with its first names where they have to be;
 * `undefined` where they do not. Devices take none of it (ESP_ERR_INVALID_ARG, 0x102).
 */
export function explainBrokenBundle(bytes: Uint8Array): string | undefined {
  if (bytes.length < 12) return undefined;
  const view = viewOf(bytes);
  const first = view.getUint32(0, true);
  const isTable = first >= 4 && first % 4 === 0 && first / 4 <= maxBundleEntries.value;
  if (isTable && isEntryAt(bytes, first, true)) {
    for (let at = 0, expected = first; at < first; at += 4) {
      const offset = view.getUint32(at, true);
      const which = `entry ${at / 4 + 1} of ${first / 4}`;
      if (offset !== expected) return `its table of offsets is wrong at ${which}`;
      if (offset + 4 > bytes.length) return `it is cut off before ${which}`;
      expected = offset + 4 + view.getUint16(offset, true) + view.getUint16(offset + 2, true);
      if (expected > bytes.length) return `it is cut off in ${which}`;
    }
  }
  const count = view.getUint16(0);
  if (count > 0 && count <= maxBundleEntries.value && isEntryAt(bytes, 2, false))
    return `it is cut off, or has fewer than the ${count} entries that it says it has`;
  return undefined;
}

/** Whether lengths and a name stand there: a SEQUENCE of that length. */
function isEntryAt(bytes: Uint8Array, offset: number, isLittleEndian: boolean): boolean {
  if (offset + 8 > bytes.length) return false;
  const length = viewOf(bytes).getUint16(offset, isLittleEndian);
  const name = DerReader.over(bytes.subarray(offset + 4, offset + 4 + length));
  return length > 2 && bytes[offset + 4] === tag.sequence && name.skip() && name.isDone;
}

/** Offsets of the entries by the table (the checks are esp_crt_check_bundle's), or `undefined`. */
function findInTable(bytes: Uint8Array): readonly number[] | undefined {
  const view = viewOf(bytes);
  if (bytes.length < 8) return undefined;
  const first = view.getUint32(0, true);
  if (first === 0 || first % 4 !== 0 || first / 4 > maxBundleEntries.value || first >= bytes.length) {
    return undefined;
  }
  const offsets: number[] = [];
  let expected = first;
  for (let at = 0; at < first; at += 4) {
    const offset = view.getUint32(at, true);
    if (offset !== expected || offset + 4 > bytes.length) return undefined;
    offsets.push(offset);
    expected = offset + 4 + view.getUint16(offset, true) + view.getUint16(offset + 2, true);
  }
  return expected <= bytes.length ? offsets : undefined;
}

/** Offsets of the entries by walking them, or `undefined`. */
function findInSequence(bytes: Uint8Array): readonly number[] | undefined {
  if (bytes.length < 6) return undefined;
  const view = viewOf(bytes);
  const count = view.getUint16(0);
  if (count === 0 || count > maxBundleEntries.value) return undefined;
  const offsets: number[] = [];
  let offset = 2;
  for (let i = 0; i < count; i++) {
    if (offset + 4 > bytes.length) return undefined;
    offsets.push(offset);
    offset += 4 + view.getUint16(offset) + view.getUint16(offset + 2);
  }
  return offset <= bytes.length ? offsets : undefined;
}

function readLayout(
  bytes: Uint8Array,
  offsets: readonly number[] | undefined,
  isLittleEndian: boolean,
): Pick<Bundle, "entries" | "remarks"> | undefined {
  if (offsets === undefined) return undefined;
  const view = viewOf(bytes);
  const entries: BundleEntry[] = [];
  const remarks: Remark[] = [];
  let end = 0;
  let previous: Uint8Array | undefined;
  for (const [i, offset] of offsets.entries()) {
    const place = `entry ${i + 1}`;
    const keyAt = offset + 4 + view.getUint16(offset, isLittleEndian);
    end = keyAt + view.getUint16(offset + 2, isLittleEndian);
    const name = bytes.subarray(offset + 4, keyAt);
    entries.push(readNameAndKey(name, bytes.subarray(keyAt, end), place));
    if (previous !== undefined && compareBytes(previous, name) > 0) {
      remarks.push({ kind: "unsorted", place, text: "its name sorts before the one above it" });
    }
    previous = name;
  }
  // Flash behind the bundle, erased or never written, is nothing.
  const rest = bytes.subarray(end);
  if (!isFilling(rest)) {
    remarks.push({
      kind: "trailing-bytes",
      place: `byte ${end}`,
      text: renderCount(bytes.length - end, "byte"),
    });
  }
  return entries.some(({ kind }) => kind === "name-and-key") ? { entries, remarks } : undefined;
}

function isFilling(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff) || bytes.every((byte) => byte === 0);
}

/** An entry of a format that keeps the name and the key alone. */
export function readNameAndKey(name: Uint8Array, key: Uint8Array, place: string): BundleEntry {
  const nameReader = DerReader.over(name);
  const subject = readName(nameReader);
  nameReader.finish();
  const keyReader = DerReader.over(key);
  const spki = readSubjectPublicKeyInfo(keyReader);
  keyReader.finish();
  const fault = nameReader.malformation ?? keyReader.malformation;
  return fault === undefined
    ? { kind: "name-and-key", place, subject, key: spki }
    : { kind: "unreadable", place, reason: fault.reason };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
