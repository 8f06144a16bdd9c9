/** A file as what is sent: read as it goes out, or before, where its length has to be known. */
import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { BodyInput } from "../../../client/index.ts";
import { readInput, streamOf, unreadable } from "../../frame/files.ts";
import { dataFileBytes } from "../../limits.ts";
import { dataFile } from "./data.ts";

/** A file as a body, read as it is sent; of known length, but for what a pipe or a device gives. */
export async function openUpload(file: string, signal: AbortSignal): Promise<BodyInput> {
  try {
    return (await isStream(file)) ? await streamOf(file, signal) : await openAsBlob(file);
  } catch (error) {
    throw unreadable(file, error, dataFile);
  }
}

/** The same as a part, whose length has to be known: what a pipe or a device gives is read before. */
export async function openPart(file: string, signal: AbortSignal): Promise<Blob> {
  try {
    if (!(await isStream(file))) return await openAsBlob(file);
  } catch (error) {
    throw unreadable(file, error, dataFile);
  }
  return new Blob([new Uint8Array(await readInput(file, { ...dataFile, most: dataFileBytes, signal }))]);
}

/** Throws where nothing is there, or a folder: openAsBlob names every failure alike. */
async function isStream(file: string): Promise<boolean> {
  const found = await stat(file);
  if (found.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  return !found.isFile();
}

/** curl(1), --upload-file: a URL without a file part gets the local file's name. */
export function withFileName(url: string, file: string | undefined): string {
  if (file === undefined || file === "-" || file === ".") return url;
  const [, place = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(url) ?? [];
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(.*)$/is.exec(place)?.[1];
  if (path === undefined || (path !== "" && !path.endsWith("/"))) return url;
  return `${place}${path === "" ? "/" : ""}${encodeURIComponent(basename(file))}${rest}`;
}
