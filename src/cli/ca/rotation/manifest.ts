/**
 * The manifest of a bundle, for an update over the air: which files it has and what they hold, for which device, until
 * when, and which bundle it follows. Beside it lies its signature, 64 bytes of Ed25519 over the manifest's bytes as they
 * stand. Whoever checks needs no JSON to be parsed before the signature holds.
 */
import { sign, verify, type KeyObject } from "node:crypto";
import { type BundleFile, type FormatName, isFormatName } from "../../../bundle/index.ts";
import { type BundleName, bundleNames, type DeviceName, isDeviceName } from "../../../device/index.ts";
import { version } from "../../../manifest/index.ts";
import type { Certificate } from "../../../x509/index.ts";
import { type Shape, parseShape, Unshaped } from "../../devices/files/shape.ts";
import { hashOf } from "../../devices/files/output-files.ts";
import { idOf } from "../../devices/files/roots.ts";
import { writeCanonical } from "./canonical.ts";
import { renderIso } from "../../devices/dates.ts";

/** Where the manifest of a bundle and its signature lie, beside the files. */
export const manifestName = "manifest.json";
export const signatureSuffix = ".sig";
/** RFC 8032 §5.1.6: a signature of Ed25519. */
export const signatureBytes = 64;

const schema = 1;
const kind = "meerkat-ca-bundle";

export interface ManifestFile {
  /** As the device has it. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BundleManifest {
  readonly bundle: BundleName;
  readonly device: DeviceName;
  readonly format: FormatName;
  /** A device takes no manifest from before the one it has: else an old bundle could be put back. */
  readonly createdAt: number;
  /** The day on which the first site is lost under this bundle, as far as that is known. */
  readonly untilAt: number | undefined;
  readonly files: readonly ManifestFile[];
  readonly anchors: readonly {
    readonly subject: string;
    readonly sha256: string;
    readonly notAfterAt: number;
  }[];
  /** The files of the bundle that this one follows. */
  readonly previous: readonly Omit<ManifestFile, "bytes">[];
}

export function describeFiles(files: readonly BundleFile[]): readonly ManifestFile[] {
  return files.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: hashOf(bytes) }));
}

export function describeAnchors(anchors: readonly Certificate[]): BundleManifest["anchors"] {
  return anchors.map((certificate) => ({
    subject: certificate.subject.text,
    sha256: idOf(certificate),
    notAfterAt: certificate.notAfterAt,
  }));
}

/** The manifest's bytes. Same manifest, same bytes. */
export function writeManifest(manifest: BundleManifest): Uint8Array {
  const { createdAt, untilAt, anchors, files, previous, ...named } = manifest;
  const text = writeCanonical({
    schema,
    kind,
    ...named,
    files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    previous: previous.map(({ path, sha256 }) => ({ path, sha256 })),
    writer: `meerkat ${version}`,
    created: renderIso(createdAt),
    validity: { from: renderIso(createdAt), until: untilAt === undefined ? null : renderIso(untilAt) },
    anchors: anchors.map(({ subject, sha256, notAfterAt }) => ({
      subject,
      sha256,
      notAfter: renderIso(notAfterAt),
    })),
  });
  return new TextEncoder().encode(text);
}

/** What was signed. Throws `Unshaped` for what is not a manifest of this schema. */
export function readManifest(bytes: Uint8Array): BundleManifest {
  const all = parseShape(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (all.at("kind").text() !== kind) throw new Unshaped(`its kind is not ${kind}`);
  const found = all.at("schema").number();
  if (found !== schema) throw new Unshaped(`its schema is ${found}, not ${schema}`);
  const bundle = bundleNames.find((name) => name === all.at("bundle").text());
  const device = all.at("device").text();
  const format = all.at("format").text();
  if (bundle === undefined) throw new Unshaped("its bundle is not old, union or new");
  if (!isDeviceName(device)) throw new Unshaped(`there is no device "${device}"`);
  if (!isFormatName(format)) throw new Unshaped(`there is no format "${format}"`);
  return {
    bundle,
    device,
    format,
    createdAt: all.at("created").instant(),
    untilAt: all.at("validity").at("until").nullable()?.instant(),
    files: all
      .at("files")
      .list()
      .map((file) => ({ ...readHash(file), bytes: file.at("bytes").count() })),
    anchors: all
      .at("anchors")
      .list()
      .map((anchor) => ({
        subject: anchor.at("subject").text(),
        sha256: anchor.at("sha256").text(),
        notAfterAt: anchor.at("notAfter").instant(),
      })),
    previous: all.at("previous").list().map(readHash),
  };
}

function readHash(file: Shape): Omit<ManifestFile, "bytes"> {
  return { path: file.at("path").text(), sha256: file.at("sha256").text() };
}

/** The detached signature over the manifest's bytes. */
export function signManifest(bytes: Uint8Array, key: KeyObject): Uint8Array {
  return new Uint8Array(sign(null, bytes, key));
}

/** Whether the signature is the key's over these bytes. */
export function isSignedBy(bytes: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  return signature.length === signatureBytes && verify(null, bytes, key, signature);
}
