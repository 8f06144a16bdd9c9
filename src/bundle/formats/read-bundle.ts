/** Reads a bundle of CA certificates in whatever format it is: the bytes tell, not the file's name. */
import {
  adviseForm,
  archiveForm,
  type FileForm,
  readCertificateBag,
  readCertificateFile,
} from "../../x509/index.ts";
import { type Bundle, type BundleEntry, type BundleFile, wholeFile } from "../bundle.ts";
import { maxBundleBytes, maxBundleEntries } from "../limits.ts";
import { isCSource, isDer, readCSource } from "./c-source.ts";
import { isArchive, readCertsAr } from "./certs-ar.ts";
import { readDerBundle } from "./der.ts";
import { explainBrokenBundle, readEspBundle } from "./esp-bundle.ts";
import { readModdableSet } from "./moddable.ts";
import { readPemBundle } from "./pem.ts";

/**
 * Reads a bundle from one file, or from several that belong together (Moddable's set, a folder of DER files). Never
 * throws; a file that is none of the formats gives a bundle of the format `unknown` with one unreadable entry.
 */
export function readBundle(input: Uint8Array | readonly BundleFile[]): Bundle {
  if (input instanceof Uint8Array) return readOne(input);
  const total = input.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > maxBundleBytes.value) return tooLarge(total);
  if (input.some(({ path }) => /(^|\/)ca\.ski$/.test(path))) return readModdableSet(input);
  const [first, ...rest] = input.map(({ path, bytes }) => ({ path, bundle: readOne(bytes) }));
  if (first === undefined) return unknown(0, "there is no file");
  if (rest.length === 0) return first.bundle;
  const all = [first, ...rest];
  return {
    format: first.bundle.format,
    bytes: total,
    entries: all.flatMap(({ path, bundle }) =>
      bundle.entries.map((entry) => ({ ...entry, file: path, place: placeIn(path, entry.place) })),
    ),
    remarks: all.flatMap(({ path, bundle }) =>
      bundle.remarks.map((remark) => ({ ...remark, file: path, place: placeIn(path, remark.place) })),
    ),
    texts: all.flatMap(({ path, bundle }) => bundle.texts.map((text) => ({ ...text, file: path }))),
  };
}

function placeIn(path: string, place: string): string {
  return place === wholeFile ? path : `${path}, ${place}`;
}

function readOne(bytes: Uint8Array): Bundle {
  if (bytes.length > maxBundleBytes.value) return tooLarge(bytes.length);
  if (bytes.length === 0) return unknown(0, "the file is empty");
  if (isArchive(bytes)) return readCertsAr(bytes);
  // Before DER: the table of twelve entries begins with 30 00, that of 76 with 30 01, and every offset has to fit.
  const espBundle = readEspBundle(bytes);
  if (espBundle !== undefined) return espBundle;
  const broken = explainBrokenBundle(bytes);
  if (broken !== undefined)
    return unknown(bytes.length, `it begins as an ESP certificate bundle does, and ${broken}`);
  if (isDer(bytes)) return readDerFile(bytes);
  const text = new TextDecoder("latin1").decode(bytes);
  if (isCSource(text)) {
    const bundle = readCSource(text);
    if (bundle.entries.length > 0) return bundle;
  }
  if (!text.includes("-----BEGIN") && !text.includes("-----END ")) return readElse(bytes);
  const archive = archiveForm(bytes);
  const bundle = readPemBundle(bytes);
  // Only a block that ends has a label to be told of.
  const isOther = bundle.entries.length === 0 && text.includes("END ");
  const instead = isOther ? readCertificateFile(bytes).instead : undefined;
  // A key is told of where it stands: it has to be taken care of.
  if (instead !== undefined && instead.isPrivateKey !== true) return unknown(bytes.length, nameForm(instead));
  if (archive === undefined) return bundle;
  const remark = { kind: "archive", place: "file", text: nameForm(archive).replace(/^it is /, "") } as const;
  return { ...bundle, remarks: [remark, ...bundle.remarks] };
}

/** DER: certificates one after the other, or a bag of them. */
function readDerFile(bytes: Uint8Array): Bundle {
  const { certificates, instead } = readCertificateFile(bytes);
  if (instead !== undefined) return unknown(bytes.length, nameForm(instead));
  const bag = readCertificateBag(bytes, maxBundleEntries.value);
  if (bag[0] === bytes || certificates.length === 0) return readDerBundle(bytes);
  const entries = certificates.map(({ certificate }, i): BundleEntry => ({
    kind: "certificate",
    place: `certificate ${i + 1}`,
    certificate,
  }));
  return { format: "pkcs7", bytes: bytes.length, entries, remarks: [], texts: [] };
}

/** What the one reader of CA files makes of it: text in another encoding, base64 alone; or what it is. */
function readElse(bytes: Uint8Array): Bundle {
  const { certificates, complaints, damaged, instead } = readCertificateFile(bytes);
  if (certificates.length === 0) {
    const [broken] = damaged;
    const shape =
      broken === undefined
        ? "it has the shape of no format that is known here"
        : `it begins as DER does, and is damaged or cut off: ${broken.reason}`;
    return unknown(bytes.length, instead === undefined ? shape : nameForm(instead));
  }
  return {
    format: "pem",
    bytes: bytes.length,
    entries: certificates.map(({ certificate, line = 1 }) => ({
      kind: "certificate",
      certificate,
      place: `line ${line}`,
      line,
    })),
    remarks: complaints.map(({ line, ...rest }) => ({ ...rest, place: `line ${line}`, line })),
    texts: [{ bytes, linesBefore: 0 }],
  };
}

function nameForm(form: FileForm): string {
  return `it is ${form.title}. ${adviseForm(form).replace(/\.$/, "")}`;
}

function tooLarge(length: number): Bundle {
  return unknown(length, `it has ${length} bytes, and ${maxBundleBytes.value} are read at most`);
}

function unknown(bytes: number, reason: string): Bundle {
  return {
    format: "unknown",
    bytes,
    entries: [{ kind: "unreadable", place: wholeFile, reason }],
    remarks: [],
    texts: [],
  };
}
