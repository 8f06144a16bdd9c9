/** DER: one file for each certificate; read one, or several that stand one after the other. */
import { renderCount } from "../../core/index.ts";
import { DerReader, tag } from "../../der/index.ts";
import type { Bundle, BundleEntry, Remark } from "../bundle.ts";
import { maxBundleEntries } from "../limits.ts";
import { type Format, renderNumber } from "./format.ts";
import { readEntry } from "./pem.ts";

export const derFormat: Format = {
  name: "der",
  title: "DER files",
  write: (certificates) => ({
    files: certificates.map(({ der }, i) => ({
      path: certificates.length === 1 ? "ca.der" : `ca-${renderNumber(i, certificates.length)}.der`,
      bytes: der,
    })),
    omitted: [],
  }),
  sizeOf: ({ der }) => der.length,
  refuse: () => undefined,
};

/** Reads DER certificates, one after the other. */
export function readDerBundle(bytes: Uint8Array): Bundle {
  const { entries, remarks } = readElements(bytes);
  const [first, second] = entries;
  if (second !== undefined) {
    remarks.push({ kind: "concatenated", place: second.place, text: `${entries.length} certificates` });
  }
  return {
    format: "der",
    bytes: bytes.length,
    entries: entries.map((entry) => ({
      ...entry,
      inDer: entry !== first ? "further" : remarks.length > 0 ? "first" : "alone",
    })),
    remarks,
    texts: [],
  };
}

function readElements(bytes: Uint8Array): { readonly entries: BundleEntry[]; readonly remarks: Remark[] } {
  const entries: BundleEntry[] = [];
  const remarks: Remark[] = [];
  const reader = DerReader.over(bytes);
  while (!reader.isDone && entries.length < maxBundleEntries.value) {
    const { offset } = reader;
    // Memory behind the last certificate: no element of DER begins so.
    if (entries.length > 0 && bytes[offset] !== tag.sequence) {
      const text = renderCount(bytes.length - offset, "byte");
      remarks.push({ kind: "trailing-bytes", place: `byte ${offset}`, text });
      return { entries, remarks };
    }
    const element = reader.readElement();
    const fault = reader.malformation;
    if (fault !== undefined) {
      const place = `byte ${offset}`;
      if (entries.length === 0) entries.push({ kind: "unreadable", place, reason: fault.reason });
      else remarks.push({ kind: "trailing-bytes", place, text: renderCount(bytes.length - offset, "byte") });
      break;
    }
    entries.push(readEntry(element.bytes, `byte ${offset}`));
  }
  if (!reader.isDone) {
    const text = `more than ${maxBundleEntries.value} entries`;
    remarks.push({ kind: "too-many", place: `byte ${reader.offset}`, text });
  }
  return { entries, remarks };
}
