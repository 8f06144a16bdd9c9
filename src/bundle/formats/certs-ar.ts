/**
 * `certs.ar`: the CertStore of Arduino's ESP8266 core, a Unix ar archive of DER certificates.
 *
 * The device (CertStoreBearSSL.cpp) reads the magic, then 60-byte headers of which only the length counts, and skips
 * a member whose name begins with `//`. It makes its own index, which answers a name with the first certificate
 * under it alone.
 */
import { renderCount, concatBytes } from "../../core/index.ts";
import type { Bundle, BundleEntry, Remark } from "../bundle.ts";
import { maxBundleEntries } from "../limits.ts";
import { encodeText, type Format, renderNumber } from "./format.ts";
import { readEntry } from "./pem.ts";
import { refuseForBearssl } from "./bearssl-key.ts";

const magic = "!<arch>\n";
const headerBytes = 60;

export const certsArFormat: Format = {
  name: "certs-ar",
  title: "CertStore archive of the ESP8266 core, data/certs.ar",
  write: (certificates) => {
    const parts: Uint8Array[] = [encodeText(magic)];
    for (const [i, { der }] of certificates.entries()) {
      parts.push(writeHeader(`ca_${renderNumber(i, certificates.length)}.der`, der.length), der);
      if (der.length % 2 === 1) parts.push(encodeText("\n"));
    }
    return { files: [{ path: "data/certs.ar", bytes: concatBytes(parts) }], omitted: [] };
  },
  sizeOf: ({ der }) => headerBytes + der.length + (der.length % 2),
  refuse: refuseForBearssl,
};

/** The common header (ar(5)): name, time, owner, group, mode, length; no time, so that the same set is the same file. */
function writeHeader(name: string, length: number): Uint8Array {
  const fields = [
    [name, 16],
    ["0", 12],
    ["0", 6],
    ["0", 6],
    ["100644", 8],
    [String(length), 10],
  ] as const;
  return encodeText(`${fields.map(([text, width]) => text.padEnd(width)).join("")}\`\n`);
}

/** Whether the bytes begin as an ar archive does. */
export function isArchive(bytes: Uint8Array): boolean {
  return renderAscii(bytes.subarray(0, magic.length)) === magic;
}

/** Reads the archive as the device does. */
export function readCertsAr(bytes: Uint8Array): Bundle {
  const entries: BundleEntry[] = [];
  const remarks: Remark[] = [];
  let offset = magic.length;
  while (offset + headerBytes <= bytes.length) {
    const header = renderAscii(bytes.subarray(offset, offset + headerBytes));
    const name = header.slice(0, 16).trimEnd();
    const place = `member ${name.replace(/\/$/, "")}`;
    const length = Number(/^\s*([0-9]{1,9})/.exec(header.slice(48, 58))?.[1] ?? 0);
    const start = offset + headerBytes;
    if (length === 0 || start + length > bytes.length) {
      entries.push({ kind: "unreadable", place, reason: "the archive ends inside this member" });
      return { format: "certs-ar", bytes: bytes.length, entries, remarks, texts: [] };
    }
    if (entries.length === maxBundleEntries.value) {
      remarks.push({ kind: "too-many", place, text: `more than ${maxBundleEntries.value} entries` });
      return { format: "certs-ar", bytes: bytes.length, entries, remarks, texts: [] };
    }
    if (!name.startsWith("//")) entries.push(readEntry(bytes.subarray(start, start + length), place));
    offset = start + length + (length % 2);
  }
  if (offset < bytes.length) {
    const text = renderCount(bytes.length - offset, "byte");
    remarks.push({ kind: "trailing-bytes", place: `byte ${offset}`, text });
  }
  return { format: "certs-ar", bytes: bytes.length, entries, remarks, texts: [] };
}

function renderAscii(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    (byte >= 0x20 && byte < 0x7f) || byte === 0x0a ? String.fromCharCode(byte) : "?",
  ).join("");
}
