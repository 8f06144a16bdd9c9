/**
 * The operating system's roots: what the variables of OpenSSL name; else what the system's interface gives, on macOS and
 * Windows; else the first well-known bundle that holds a certificate. One file, not all: the paths are often links to each
 * other. What could not be read is said, and is never taken for a store that is empty.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  explainUnreadable,
  HttpsError,
  isDenied,
  isWithheld,
  messageOf,
  ownValue,
  shownWord,
} from "../../core/index.ts";
import type { RootCertificate, RootStore, TrustNote } from "../../trust/index.ts";
import { readCertificateFile } from "../../x509/index.ts";
import { readCaFile } from "./file.ts";
import { deniedNotes } from "./environment.ts";
import { machineHere, type Machine } from "./machine.ts";

export interface SystemPlaces {
  readonly SSL_CERT_FILE?: string | undefined;
  readonly SSL_CERT_DIR?: string | undefined;
}

/** Systems that keep their roots behind an interface; files there are others' copies. */
const interfaces: ReadonlyMap<string, string> = new Map([
  ["darwin", "the keychain of macOS"],
  ["win32", "the certificate stores of Windows"],
]);

/** @throws HttpsError `system-store-missing` */
export function readSystemRoots(places: SystemPlaces, machine: Machine = machineHere): RootStore {
  return readFirst(places, machine, interfaces.get(machine.platform));
}

/** What OpenSSL would read by itself: files alone, whatever else the system has. @throws HttpsError `system-store-missing` */
export function readOpensslRoots(places: SystemPlaces, machine: Machine = machineHere): RootStore {
  return readFirst(places, machine, undefined);
}

function readFirst(places: SystemPlaces, machine: Machine, behind: string | undefined): RootStore {
  const search: Search = {
    notes: [...deniedNotes(places, ["SSL_CERT_FILE", "SSL_CERT_DIR"])],
    tried: [],
    unread: [],
    needs: undefined,
  };
  for (const read of readers(places, machine, { behind, search })) {
    const roots = eachOnce(read());
    if (roots.length > 0) return { roots, notes: [...search.notes, ...notesOf(search)] };
  }
  const { tried, unread, needs } = search;
  throw new HttpsError("system-store-missing", { tried: tried.map(shownWord), unread, needs });
}

interface Search {
  readonly notes: TrustNote[];
  readonly tried: string[];
  /** What is there, or was named, and could not be read. */
  readonly unread: { readonly place: string; readonly reason: string }[];
  /** What would have had to be installed to ask the system. */
  needs: { readonly store: string; readonly runtime: string } | undefined;
}

type Reader = () => readonly RootCertificate[];

function* readers(
  places: SystemPlaces,
  machine: Machine,
  { behind, search }: { readonly behind: string | undefined; readonly search: Search },
): Generator<Reader> {
  const file = ownValue(places, "SSL_CERT_FILE");
  const folders = ownValue(places, "SSL_CERT_DIR");
  if (file || folders) {
    for (const place of [file, folders]) if (place) search.tried.push(place);
    const separator = machine.platform === "win32" ? ";" : ":";
    yield () => [
      ...(file ? readBundle(file, search, "SSL_CERT_FILE") : []),
      ...(folders ? readFolders(folders, separator, search) : []),
    ];
    return; // Whoever names a store means that one; OpenSSL itself would add its own folder to a file that is named.
  }
  if (behind !== undefined) yield () => askInterface(machine, { store: behind, search });
  for (const bundle of machine.bundles) {
    search.tried.push(bundle);
    yield () => readBundle(bundle, search);
  }
  const { ask } = machine;
  if (behind !== undefined || ask === undefined) return;
  search.tried.push(interfaceName);
  yield () => {
    try {
      return parseAll(ask().join("\n"), interfaceName, search);
    } catch (error) {
      if (!isWithheld(error)) throw error;
      const reason = "Deno's permissions do not let this program ask it (--allow-sys)";
      search.unread.push({ place: interfaceName, reason });
      return [];
    }
  };
}

const interfaceName = "tls.getCACertificates";

function askInterface(
  { ask, askPackage, runtime }: Machine,
  { store, search }: { readonly store: string; readonly search: Search },
): readonly RootCertificate[] {
  search.tried.push(store);
  if (ask !== undefined) return parseAll(ask().join("\n"), interfaceName, search);
  try {
    const found = askPackage();
    if (found !== undefined) return parseAll(found.join("\n"), "system-ca", search);
    search.needs = { store, runtime };
  } catch (error) {
    search.unread.push({ place: store, reason: `the package system-ca failed: ${messageOf(error)}` });
  }
  return [];
}

/** What is said of a store that was found although another could not be read. */
function notesOf({ unread, needs }: Search): readonly TrustNote[] {
  const sentences = unread.map(
    ({ place, reason }) => `A part of the system's store, ${place}, cannot be read: ${reason}.`,
  );
  if (needs !== undefined)
    sentences.push(
      `What the system's store holds was read from a file and not from ${needs.store}, which ${needs.runtime} cannot ask: Node 22.15 and later can, or the package system-ca, installed beside the program.`,
    );
  return sentences.map((sentence) => ({ about: "store", sentence }));
}

// A store that the system's own tools maintain: one damaged entry does not make the others worthless.
function readBundle(file: string, search: Search, named?: string): readonly RootCertificate[] {
  let content: Uint8Array;
  try {
    content = readCaFile(file);
  } catch (error) {
    if (named !== undefined || !isAbsent(error)) search.unread.push(unreadOf(file, error));
    return [];
  }
  return parseAll(content, file, search);
}

/** Several folders. It may be a URL, whose parts are not to be shown as if they were folders. */
function readFolders(folders: string, separator: string, search: Search): readonly RootCertificate[] {
  const shown = shownWord(folders);
  if (shown === folders) return folders.split(separator).flatMap((folder) => readFolder(folder, search));
  search.unread.push({ place: shown, reason: "it is not a folder" });
  return [];
}

function readFolder(folder: string, search: Search): readonly RootCertificate[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    search.unread.push(unreadOf(folder, error));
    return [];
  }
  const denied: Search["unread"] = [];
  const roots = names.toSorted().flatMap((name) => {
    const file = join(folder, name);
    try {
      return parseAll(readCaFile(file), file, search);
    } catch (error) {
      // Folders and links that lead nowhere lie there, too.
      if (isDenied(causeOf(error))) denied.push(unreadOf(file, error));
      return [];
    }
  });
  const [first] = denied;
  if (first !== undefined) {
    const others = denied.length === 1 ? "" : `, and ${denied.length - 1} more of its folder with it`;
    search.unread.push({ place: first.place, reason: `${first.reason}${others}` });
  }
  return roots;
}

function unreadOf(place: string, error: unknown): Search["unread"][number] {
  const shown = shownWord(place);
  const reason =
    error instanceof HttpsError && error.code === "ca-file-unreadable"
      ? error.detail.reason
      : explainUnreadable(error).replaceAll(place, () => shown);
  return { place: shown, reason };
}

function isAbsent(error: unknown): boolean {
  return (causeOf(error) as { readonly code?: unknown }).code === "ENOENT";
}

/** The system's own error. */
function causeOf(error: unknown): unknown {
  return error instanceof HttpsError ? (error.cause ?? {}) : error;
}

/** Folders hold links to the same file under several names. */
function eachOnce(roots: readonly RootCertificate[]): readonly RootCertificate[] {
  const known = new Map<string, RootCertificate>();
  for (const root of roots) {
    const { der } = root.certificate;
    const key = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString("latin1");
    if (!known.has(key)) known.set(key, root);
  }
  return [...known.values()];
}

function parseAll(content: string | Uint8Array, file: string, { notes }: Search): readonly RootCertificate[] {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const { certificates, damaged } = readCertificateFile(bytes);
  for (const { line, reason } of damaged) {
    const place = line === undefined ? file : `${file}, line ${line},`;
    notes.push({ about: "store", sentence: `A root in ${place} was passed over: ${reason}.` });
  }
  return certificates.map(({ certificate, line }) => ({
    certificate,
    origin: { store: "system", file, ...(line === undefined ? {} : { line }) },
  }));
}
