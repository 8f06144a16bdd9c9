/**
 * `meerkat.lock.json`: everything that a choice depended on, and what came of it, so that it can be repeated without
 * visiting anybody: the chains as they were sent, the roots that matter for them, the moment, and the files' hashes.
 */
import { type BundleFile, isFormatName } from "../../bundle/index.ts";
import { parseBase64, renderBase64 } from "../../core/index.ts";
import {
  devices,
  isDeviceName,
  isPresetName,
  type PresetName,
  storeRoot,
  type StoreRoot,
} from "../../device/index.ts";
import { type Certificate, equalNames, parseCertificate } from "../../x509/index.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { readInput } from "../frame/files.ts";
import { CommandError } from "../frame/failure.ts";
import { lockBytes } from "../limits.ts";
import { version } from "../../manifest/index.ts";
import type { CaMaterial, CaOutcome } from "../devices/files/ca-choice.ts";
import { hashOf } from "../devices/files/output-files.ts";
import { idOf, isPublicRoot } from "../devices/files/roots.ts";
import type { Site } from "../devices/meet/sites.ts";
import { nameToday } from "./locked-names.ts";
import { readSurvey, writeSurvey } from "./locked-survey.ts";
import { readVariant, writeVariant } from "./locked-variant.ts";
import { parseShape, Unshaped, type Shape } from "../devices/files/shape.ts";
import { renderIso } from "../devices/dates.ts";

/** A lock as read. */
export interface Lock {
  readonly material: CaMaterial;
  /** The CA certificates of its files, in their order. */
  readonly anchors: readonly Certificate[];
  /** `-o` as it was given. */
  readonly output: string;
  readonly partial: boolean;
  /** The version that wrote it. */
  readonly version: string;
  /** SHA-256 of each file, by its path in the format. */
  readonly files: ReadonlyMap<string, string>;
}

const schema = 1;

/** The lock's text. Same outcome, same bytes. */
export function renderLock(
  { material, report }: CaOutcome,
  { output, partial }: { readonly output: string; readonly partial: boolean },
): string {
  const certificates = new Map<string, string>();
  const keep = (certificate: Certificate): string => {
    const id = idOf(certificate);
    certificates.set(id, renderBase64(certificate.der));
    return id;
  };
  const chosen = new Set(report.anchors.map(({ fingerprint }) => fingerprint));
  const sites = material.sites.map(({ site, name, urls, chain, variant }) => ({
    site,
    name,
    urls,
    chain: chain.map(keep),
    ...writeVariant(variant),
  }));
  const roots = material.roots
    .filter((root) => chosen.has(root.fingerprint) || concerns(root, material))
    .map(({ certificate, anchor }) => ({ sha256: keep(certificate), store: anchor.source.store }));
  const lock = {
    schema,
    version,
    device: material.profile.name,
    format: material.format,
    at: renderIso(material.at),
    until: renderIso(material.untilAt),
    redundancy: material.redundancy,
    presets: material.presets,
    output,
    partial,
    storeBytes: report.storeBytes,
    urls: material.urls,
    ...writeSurvey(material),
    anchors: report.anchors.map(({ fingerprint }) => fingerprint),
    files: report.files.map(({ path, bytes }) => ({ path, sha256: hashOf(bytes) })),
    sites,
    rootSources: material.rootSources,
    roots,
    certificates: Object.fromEntries([...certificates].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** Whether a root has a part in any path of these sites: as an issuer, or as the other self of a cross-signed one. */
function concerns({ certificate: root }: StoreRoot, { sites }: CaMaterial): boolean {
  return sites.some(({ chain }) =>
    chain.some(
      ({ issuer, subject }) => equalNames(issuer, root.subject) || equalNames(subject, root.subject),
    ),
  );
}

/** Whether these files are the very ones that the lock records. */
export function records({ files: known }: Pick<Lock, "files">, files: readonly BundleFile[]): boolean {
  return files.length === known.size && files.every(({ path, bytes }) => known.get(path) === hashOf(bytes));
}

/** Reads a lock. Throws a `CommandError` when it cannot be read, or is none. */
export async function readLock(file: string, signal: AbortSignal): Promise<Lock> {
  const text = await readInput(file, {
    most: lockBytes,
    signal,
    hint: "`meerkat ca URL... -o FILE` writes meerkat.lock.json; --lock FILE names another one.",
  });
  let lock: Shape | undefined;
  try {
    lock = parseShape(text.toString());
    return parseLock(lock);
  } catch (error) {
    if (!(error instanceof Unshaped)) throw error;
    const label = findPemLabel(text);
    if (label !== undefined)
      throw new CommandError(`"${file}" is PEM (${label}), and a lock is JSON.`, {
        hint: "`meerkat ca URL... -o FILE` writes meerkat.lock.json.",
        exitCode: exitCode.readFailed,
      });
    const why = `${error.message}${tellWriter(lock)}`;
    throw new CommandError(`"${file}" is not a lock that can be repeated: ${why}.`, {
      hint: "`meerkat ca URL... -o FILE` writes one.",
      exitCode: exitCode.readFailed,
    });
  }
}

/** The label of PEM (RFC 7468 §2) where a line of it is the first that is not blank or a comment. */
function findPemLabel(text: Buffer): string | undefined {
  const head = text.subarray(0, 4096).toString("latin1");
  return /^(?:\s|#.*\n)*-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(head)?.[1];
}

/** What another version records may be more, or named otherwise. */
function tellWriter(lock: Shape | undefined): string {
  const writer = lock?.findText("version");
  if (writer === undefined || writer === version) return "";
  return ` (it was written by version ${writer}, and this is ${version})`;
}

function parseLock(lock: Shape): Lock {
  const found = lock.at("schema").number();
  if (found !== schema) throw new Unshaped(`its schema is ${found}, not ${schema}`);
  const certificates = new Map(
    lock
      .at("certificates")
      .entries()
      .map(([id, value]) => [id, parseKept(id, value)] as const),
  );
  const find = (value: Shape): Certificate => {
    const certificate = certificates.get(value.text());
    if (certificate === undefined) throw new Unshaped(`the certificate ${value.text()} is missing`);
    return certificate;
  };
  return {
    anchors: lock.at("anchors").list().map(find),
    output: lock.at("output").text(),
    partial: lock.at("partial").flag(),
    version: lock.at("version").text(),
    files: new Map(
      lock
        .at("files")
        .list()
        .map((file) => [file.at("path").text(), file.at("sha256").text()] as const),
    ),
    material: parseMaterial(lock, find),
  };
}

function parseMaterial(lock: Shape, find: (value: Shape) => Certificate): CaMaterial {
  const device = lock.at("device").text();
  const format = lock.at("format").text();
  if (!isDeviceName(device)) throw new Unshaped(`there is no device "${device}"`);
  if (!isFormatName(format)) throw new Unshaped(`there is no format "${format}"`);
  return {
    profile: devices[device],
    format,
    at: lock.at("at").instant(),
    untilAt: lock.at("until").instant(),
    redundancy: lock.at("redundancy").count(),
    // A lock of an earlier version has none.
    presets: lock.find("presets")?.list().map(presetOf) ?? [],
    storeBytes: lock.at("storeBytes").count(),
    urls: lock
      .at("urls")
      .list()
      .map((url) => url.text()),
    ...readSurvey(lock),
    sites: lock
      .at("sites")
      .list()
      .map((site) => readSite(site, find)),
    rootSources:
      lock
        .find("rootSources")
        ?.list()
        .map((source) => source.text()) ?? [],
    roots: lock
      .at("roots")
      .list()
      .map((root) => {
        const certificate = find(root.at("sha256"));
        const id = idOf(certificate);
        return storeRoot(certificate, {
          fingerprint: id,
          isPublic: isPublicRoot(id),
          store: root.at("store").text(),
        });
      }),
  };
}

function readSite(site: Shape, find: (value: Shape) => Certificate): Site {
  const urls = site
    .at("urls")
    .list()
    .map((url) => url.url());
  return {
    site: nameToday(site.at("site").text(), urls),
    name: site.at("name").text(),
    urls,
    chain: site.at("chain").list().map(find),
    verified: true,
    ...readVariant(site, urls),
  };
}

function presetOf(value: Shape): PresetName {
  const name = value.text();
  if (!isPresetName(name)) throw new Unshaped(`there is no preset "${name}"`);
  return name;
}

/** A certificate is what its hash says, or the lock has been tampered with. */
function parseKept(id: string, value: Shape): Certificate {
  const der = parseBase64(value.text());
  const parsed = der === undefined ? undefined : parseCertificate(der);
  if (parsed?.ok !== true) throw new Unshaped(`the certificate ${id} cannot be read`);
  if (idOf(parsed.certificate) !== id) throw new Unshaped(`the certificate ${id} is another one`);
  return parsed.certificate;
}
