/** Root stores: whom this client believes, and where each of them came from. */
import { extraRoots, isMozillaRoot, mozillaRoots, programmeNotes } from "./mozilla.ts";
import { readRootFile } from "./file.ts";
import { serverCertificateNotes } from "./server-certificates.ts";
import { readSystemRoots } from "./system.ts";
import { anchorFromCertificate, parseRoots, type RootStore, type TrustAnchor } from "../../trust/index.ts";
import type { RootsEnvironment } from "./environment.ts";

export { isDefaultMozillas, openDefaultRoots } from "./default.ts";
export type { RootsEnvironment } from "./environment.ts";

/**
 * `"mozilla"`, `"system"`, PEM text, the path of a file with certificates, or the bytes of one, by themselves or with its name.
 * A string that holds a PEM boundary, or is the base64 of a certificate, is taken as text; any other string is a path.
 */
export type RootSource = "mozilla" | "system" | (string & {}) | Uint8Array | RootFile;

/** What was read from a file; its name is for messages and reports. */
export interface RootFile {
  readonly file: string;
  readonly content: Uint8Array;
}

/** One source, or several together. */
export type RootsOption = RootSource | readonly RootSource[];

/** @throws HttpsError with the code of what a source is instead of a root store */
export function openRoots(option: RootsOption, environment: RootsEnvironment): RootStore {
  const sources = isList(option) ? option : [option];
  const stores = sources.map((source) => openSource(source, environment));
  const roots = stores.flatMap((store) => store.roots);
  const notes = stores.flatMap((store) => store.notes);
  return { roots, notes: [...notes, ...programmeNotes(roots), ...serverCertificateNotes(roots)] };
}

/** The roots as anchors. A public root is held to the public rules wherever it was found, and a company's own is not. */
export function anchorsOf({ roots }: RootStore): readonly TrustAnchor[] {
  return roots.map(({ certificate, origin }) =>
    anchorFromCertificate(certificate, origin, { inProgramme: isMozillaRoot(certificate, origin) }),
  );
}

function openSource(source: RootSource, environment: RootsEnvironment): RootStore {
  if (source === "mozilla") {
    const extra = extraRoots(environment);
    return { roots: [...mozillaRoots(), ...extra.roots], notes: extra.notes };
  }
  if (source === "system") return readSystemRoots(environment);
  if (source instanceof Uint8Array) return parseRoots(source, { store: "bytes" });
  if (typeof source !== "string") return parseRoots(source.content, { store: "file", file: source.file });
  if (isContent(source)) return parseRoots(new TextEncoder().encode(source), { store: "bytes" });
  return readRootFile(source);
}

function isList(option: RootsOption): option is readonly RootSource[] {
  return Array.isArray(option);
}

/** A PEM boundary, or base64 that is too long for a path and begins as every certificate does. */
function isContent(source: string): boolean {
  return source.includes("-----BEGIN") || (source.length > 400 && /^\s*MI[A-Za-z0-9+/=\s]+$/.test(source));
}
