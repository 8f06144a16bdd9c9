/** `--etag-compare`, `--etag-save`: the version of what was fetched, kept in a file (RFC 9110 §8.8.3). */
import { stat } from "node:fs/promises";
import { readInput } from "../frame/files.ts";
import { writeOutput } from "../frame/output-file.ts";
import { writeOutBytes } from "../limits.ts";

/** What the file holds; an empty tag where there is no file yet, which no version matches. */
export async function readEtag(file: string, signal: AbortSignal): Promise<string> {
  if ((await stat(file).catch(() => undefined)) === undefined) return '""';
  const hint = "--etag-save FILE writes one.";
  const content = await readInput(file, { what: "The file of an ETag", hint, most: writeOutBytes, signal });
  return content.toString("latin1").trim() || '""';
}

export async function saveEtag(file: string, etag: string | undefined, signal: AbortSignal): Promise<void> {
  if (etag !== undefined) await writeOutput([Buffer.from(`${etag}\n`, "latin1")], { file, signal });
}
