/** Reads the bundle that a person names: one file, or a folder whose files belong together. */
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Bundle, type BundleFile, maxBundleBytes, readBundle } from "../../bundle/index.ts";
import { readBounded, unreadable } from "../frame/files.ts";
import { bundleFolderFiles } from "../limits.ts";
import { idOf } from "../devices/files/roots.ts";
import { writePem } from "../../x509/index.ts";

/** What of a folder is taken for a part of the bundle. */
const caFiles = /\.(?:pem|crt|cer|der|ski)$/i;

/** Reads it, in whatever format it is. Throws a `CommandError` when the disk does not give it. */
export async function openBundle(path: string, signal: AbortSignal): Promise<Bundle> {
  const files = await openBundleFiles(path, signal);
  const [only, ...rest] = files;
  return only !== undefined && rest.length === 0 ? readBundle(only.bytes) : readBundle(files);
}

/** The same, as it lies on the disk: one file at least. */
export async function openBundleFiles(path: string, signal: AbortSignal): Promise<readonly BundleFile[]> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return [{ path: basename(path), bytes: await readPart(path, signal) }];
    const files = await readFolder(path, signal);
    if (files.length === 0) throw new Error("the folder holds no .pem, .crt, .cer, .der or .ski file");
    return files;
  } catch (error) {
    const hint = path.includes("://")
      ? "The bundle comes first, and the URLs after it: meerkat check BUNDLE URL..."
      : "It takes a file of CA certificates in any format, or a folder of them.";
    throw unreadable(path, error, { hint });
  }
}

/** One file of a bundle that has several. */
export async function openPart(path: string, signal: AbortSignal): Promise<BundleFile> {
  try {
    return { path: basename(path), bytes: await readPart(path, signal) };
  } catch (error) {
    throw unreadable(path, error, { hint: "Each is a file of CA certificates in any format." });
  }
}

/**
 * Its CA certificates as PEM, in an order that does not depend on its own: a private CA's sites verify under the bundle
 * itself, else no redirect of theirs could be followed. Those of `known`, by `idOf`, are left out.
 */
export function rootsOf({ entries }: Bundle, known: ReadonlySet<string> = none): string {
  return entries
    .flatMap((entry) => {
      if (entry.kind !== "certificate") return [];
      const { certificate } = entry;
      const isCa = certificate.extensions.value("basicConstraints")?.isCa === true;
      return isCa && !known.has(idOf(certificate)) ? [writePem("CERTIFICATE", certificate.der)] : [];
    })
    .toSorted()
    .join("");
}

const none: ReadonlySet<string> = new Set();

async function readFolder(folder: string, signal: AbortSignal): Promise<readonly BundleFile[]> {
  const names = (await readdir(folder)).filter((name) => caFiles.test(name));
  if (names.length > bundleFolderFiles.value) {
    throw new Error(`the folder has ${names.length} files, more than ${bundleFolderFiles.value}`);
  }
  const files: BundleFile[] = [];
  for (const name of names.toSorted(byNumber)) {
    const path = join(folder, name);
    files.push({ path: name, bytes: await readPart(path, signal) });
  }
  return files;
}

async function readPart(path: string, signal: AbortSignal): Promise<Uint8Array> {
  return new Uint8Array(await readBounded(path, { most: maxBundleBytes, signal }));
}

/** `ca2.der` before `ca10.der`: Moddable's index counts them. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
