/** Reads a manifest that somebody holds, with its signature and the files that lie beside it; none leads out of its folder. */
import type { KeyObject } from "node:crypto";
import { join } from "node:path";
import { maxBundleBytes } from "../../../bundle/index.ts";
import { Unshaped } from "../../devices/files/shape.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import { readInput } from "../../frame/files.ts";
import { otaManifestBytes } from "../../limits.ts";
import { type BundleManifest, isSignedBy, readManifest, signatureSuffix } from "./manifest.ts";

/** @throws CommandError where it is not a manifest of this schema; `what` it was found to be before */
export function openManifest(
  file: string,
  bytes: Uint8Array,
  { what, hint }: { readonly what: string; readonly hint: string },
): BundleManifest {
  try {
    return readManifest(bytes);
  } catch (error) {
    if (!(error instanceof Unshaped) && !(error instanceof TypeError)) throw error;
    const why = error instanceof TypeError ? "it is not UTF-8" : error.message;
    throw new CommandError(`"${file}" ${what} not a manifest that can be read: ${why}.`, {
      hint,
      exitCode: exitCode.readFailed,
    });
  }
}

export interface Signed {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Whether the signature beside a manifest is this key's over it. */
export async function holdsSignature(
  { file, bytes }: Signed,
  key: KeyObject,
  reading: { readonly hint: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const asked = { what: "The signature", most: otaManifestBytes, ...reading };
  return isSignedBy(bytes, await readInput(`${file}${signatureSuffix}`, asked), key);
}

export interface Beside {
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** The file of a bundle that has this path on the device. */
export async function openBeside(
  folder: string,
  path: string,
  reading: { readonly hint: string; readonly signal: AbortSignal },
): Promise<Beside> {
  if (/^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path)) {
    throw new CommandError(`The manifest names a file outside its folder: ${JSON.stringify(path)}.`, {
      exitCode: exitCode.untrusted,
    });
  }
  const place = join(folder, path);
  return {
    place,
    bytes: await readInput(place, { what: "The bundle's file", most: maxBundleBytes, ...reading }),
  };
}
