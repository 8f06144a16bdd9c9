/**
 * Moddable's certificate store: `ca0.der`, `ca1.der`, ... and `ca.ski`, twenty bytes for each in the same order.
 *
 * A device (modules/crypt/ssl/ssl_cert.js) looks for the subject key identifier that the certificate below names as
 * its issuer's, so an anchor without one of 20 bytes can never be found.
 */
import { renderCount, concatBytes, renderHex } from "../../core/index.ts";
import type { Certificate } from "../../x509/index.ts";
import type { Bundle, BundleEntry, BundleFile, Remark } from "../bundle.ts";
import { maxBundleEntries } from "../limits.ts";
import { type Format, sortOut } from "./format.ts";
import { readEntry } from "./pem.ts";

const identifierBytes = 20;

export const moddableFormat: Format = {
  name: "moddable",
  title: "Moddable resources, caN.der and ca.ski",
  write: (certificates) => {
    const { carried, omitted } = sortOut(moddableFormat, certificates);
    const index = concatBytes(carried.map((certificate) => identifier(certificate) ?? new Uint8Array(0)));
    return {
      files: [
        ...carried.map(({ der }, i) => ({ path: `data/ca${i}.der`, bytes: der })),
        { path: "data/ca.ski", bytes: index },
      ],
      omitted,
    };
  },
  sizeOf: ({ der }) => der.length + identifierBytes,
  refuse: (certificate) =>
    identifier(certificate) === undefined
      ? "it has no subject key identifier of 20 bytes, by which Moddable looks anchors up"
      : undefined,
};

function identifier(certificate: Certificate): Uint8Array | undefined {
  const text = certificate.extensions.value("subjectKeyIdentifier");
  if (text?.length !== identifierBytes * 2) return undefined;
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

/** Reads the set. `files` are of one folder, by whatever path. */
export function readModdableSet(files: readonly BundleFile[]): Bundle {
  const entries: BundleEntry[] = [];
  const remarks: Remark[] = [];
  const byName = new Map(files.map(({ path, bytes }) => [path.replace(/^.*\//, ""), bytes]));
  const index = byName.get("ca.ski") ?? new Uint8Array(0);
  const count = Math.floor(index.length / identifierBytes);
  if (index.length % identifierBytes !== 0) {
    remarks.push({
      kind: "trailing-bytes",
      place: "ca.ski",
      text: renderCount(index.length % identifierBytes, "byte"),
    });
  }
  for (let i = 0; i < Math.min(count, maxBundleEntries.value); i++) {
    const place = `ca${i}.der`;
    const der = byName.get(place);
    if (der === undefined) {
      entries.push({ kind: "unreadable", place, reason: "ca.ski names it and it is not there" });
      continue;
    }
    const entry = readEntry(der, place);
    entries.push(entry);
    const indexed = renderHex(index.subarray(i * identifierBytes, (i + 1) * identifierBytes));
    if (
      entry.kind === "certificate" &&
      entry.certificate.extensions.value("subjectKeyIdentifier") !== indexed
    ) {
      remarks.push({ kind: "index-mismatch", place, text: indexed });
    }
  }
  for (const name of byName.keys()) {
    const number = /^ca([0-9]{1,6})\.der$/.exec(name)?.[1];
    if (number !== undefined && Number(number) >= count) {
      remarks.push({ kind: "index-mismatch", place: name, text: "ca.ski does not name it" });
    }
  }
  return {
    format: "moddable",
    bytes: files.reduce((sum, file) => sum + file.bytes.length, 0),
    entries,
    remarks,
    texts: [],
  };
}
