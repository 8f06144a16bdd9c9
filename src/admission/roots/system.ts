/**
 * The operating system's roots: what the variables of OpenSSL name, else Node's own view where it has one, else
 * the first well-known bundle that holds a certificate. One file, not all: the paths are often links to each other.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
// All of it: a bundler makes an import by name of whatever is taken from `* as tls`, and Node ends at a name it lacks.
import tls from "node:tls";
import { HttpsError, ownValue, shownWord } from "../../core/index.ts";
import type { RootCertificate, RootStore, TrustNote } from "../../trust/index.ts";
import { readCertificateFile } from "../../x509/index.ts";
import { readCaFile } from "./file.ts";

/** Where systems keep their bundle: the list Go's crypto/x509 collected, in its order. */
export const wellKnownBundles: readonly string[] = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
  "/usr/local/share/certs/ca-root-nss.crt",
];

export interface SystemPlaces {
  readonly SSL_CERT_FILE?: string | undefined;
  readonly SSL_CERT_DIR?: string | undefined;
  readonly bundles?: readonly string[];
}

/** @throws HttpsError `system-store-missing` */
export function readSystemRoots(places: SystemPlaces): RootStore {
  const notes: TrustNote[] = [];
  const tried: string[] = [];
  for (const read of readers(places, tried)) {
    const roots = read(notes);
    if (roots.length > 0) return { roots, notes };
  }
  throw new HttpsError("system-store-missing", { tried: tried.map(shownWord) });
}

type Reader = (notes: TrustNote[]) => readonly RootCertificate[];

function* readers(places: SystemPlaces, tried: string[]): Generator<Reader> {
  const file = ownValue(places, "SSL_CERT_FILE");
  const folders = ownValue(places, "SSL_CERT_DIR");
  if (file || folders) {
    for (const place of [file, folders]) if (place) tried.push(place);
    yield (notes) => [
      ...(file ? readLeniently(file, notes) : []),
      ...(folders ? folders.split(":").flatMap((folder) => readFolder(folder, notes)) : []),
    ];
    return; // OpenSSL looks nowhere else when told where to look.
  }
  const ask = nodeSystemRoots();
  if (ask !== undefined) {
    tried.push("tls.getCACertificates");
    yield () => parseAll(ask().join("\n"), "tls.getCACertificates", []);
  }
  for (const bundle of ownValue(places, "bundles") ?? wellKnownBundles) {
    tried.push(bundle);
    yield (notes) => readLeniently(bundle, notes);
  }
}

/** Node 22.15 and 23.10 know the system's roots; Node 20 does not. */
function nodeSystemRoots(): (() => readonly string[]) | undefined {
  const { getCACertificates } = tls as { readonly getCACertificates?: (kind: "system") => readonly string[] };
  return getCACertificates === undefined ? undefined : () => getCACertificates("system");
}

// A store that the system's own tools maintain: one damaged entry does not make the others worthless.
function readLeniently(file: string, notes: TrustNote[]): readonly RootCertificate[] {
  let content: Uint8Array;
  try {
    content = readCaFile(file);
  } catch {
    return [];
  }
  return parseAll(content, file, notes);
}

function readFolder(folder: string, notes: TrustNote[]): readonly RootCertificate[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    notes.push({ about: "store", sentence: `The folder ${folder} of SSL_CERT_DIR cannot be read.` });
    return [];
  }
  return names.toSorted().flatMap((name) => readLeniently(join(folder, name), notes));
}

function parseAll(
  content: string | Uint8Array,
  file: string,
  notes: TrustNote[],
): readonly RootCertificate[] {
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
