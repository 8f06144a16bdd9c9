/**
 * `meerkat ca --verify-manifest FILE`: what a device does before it takes a bundle: the signature first, then whether it is
 * one to go on to, then each file.
 */
import { dirname } from "node:path";
import { showControls, renderCount } from "../../../core/index.ts";
import { devices } from "../../../device/index.ts";
import { dayMs, renderDay, renderIso } from "../../devices/dates.ts";
import { hashOf } from "../../devices/files/output-files.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import { readInput } from "../../frame/files.ts";
import { wrapText } from "../../frame/layout.ts";
import type { Output } from "../../frame/output.ts";
import { otaManifestBytes } from "../../limits.ts";
import { holdsSignature, openBeside, openManifest } from "./beside.ts";
import { checkAge, checkPrevious, type Follows } from "./follow.ts";
import { readPublicKey } from "./keys.ts";
import type { BundleManifest } from "./manifest.ts";

const hint = "`meerkat ca --update LOCK -o FOLDER --sign-key FILE` writes manifests and their signatures.";

export interface VerifyRequest {
  readonly publicKey: string | undefined;
  /** The most days since it was written. */
  readonly maxAge: number | undefined;
  /** The manifest of the bundle that the device has, or that bundle's folder. */
  readonly previous: string | undefined;
}

/** A manifest that holds, and what was found of its time. */
export interface VerifiedManifest {
  readonly manifest: BundleManifest;
  readonly at: number;
  /** `undefined` where nobody said what the device has. */
  readonly follows: Follows | undefined;
}

/** The manifest, once its signature and every file hold. Throws a `CommandError` for the first thing that does not. */
export async function verifyManifest(
  file: string,
  { publicKey: publicKeyFile, maxAge, previous }: VerifyRequest,
  signal: AbortSignal,
): Promise<VerifiedManifest> {
  if (publicKeyFile === undefined) {
    throw new CommandError(
      "A manifest is checked with the public key of whoever signed it, and none is given.",
      {
        hint: "Add --public-key FILE.",
      },
    );
  }
  const key = await readPublicKey(publicKeyFile, signal);
  const bytes = await readInput(file, { what: "The manifest", most: otaManifestBytes, hint, signal });
  if (!(await holdsSignature({ file, bytes }, key, { hint, signal }))) {
    throw new CommandError(
      `The signature of "${file}" does not hold: another key made it, or the manifest was changed.`,
      {
        hint: "Take nothing of this bundle.",
        exitCode: exitCode.untrusted,
      },
    );
  }
  const manifest = openManifest(file, bytes, { what: "is signed, and is", hint });
  const at = Date.now();
  if (maxAge !== undefined) checkAge(manifest, maxAge, at);
  const follows =
    previous === undefined ? undefined : await checkPrevious(manifest, { path: previous, key }, signal);
  for (const one of manifest.files) await checkFile(dirname(file), one, signal);
  return { manifest, at, follows };
}

async function checkFile(
  folder: string,
  { path, bytes, sha256 }: BundleManifest["files"][number],
  signal: AbortSignal,
): Promise<void> {
  const beside = "The files lie beside the manifest, as -o wrote them.";
  const { place, bytes: found } = await openBeside(folder, path, { hint: beside, signal });
  if (found.length === bytes && hashOf(found) === sha256) return;
  throw new CommandError(`"${place}" is not the file that was signed: its SHA-256 is another one.`, {
    hint: "Take nothing of this bundle.",
    exitCode: exitCode.untrusted,
  });
}

export function describeVerified({ manifest, at, follows }: VerifiedManifest): object {
  const { bundle, device, format, createdAt, untilAt, files, anchors, previous } = manifest;
  return {
    schema: 1,
    ok: true,
    exitCode: exitCode.ok,
    bundle,
    device,
    format,
    created: renderIso(createdAt),
    ageDays: Math.max(0, Math.floor((at - createdAt) / dayMs)),
    until: untilAt === undefined ? null : renderIso(untilAt),
    follows: follows ?? null,
    files,
    anchors: anchors.map(({ subject, sha256 }) => ({ subject, sha256 })),
    previous,
  };
}

export function renderVerified(
  { manifest, at, follows }: VerifiedManifest,
  { style, width }: Output,
): string[] {
  const { bundle, device, createdAt, untilAt, files, anchors } = manifest;
  const isOver = untilAt !== undefined && untilAt <= at;
  const until =
    untilAt === undefined ? "" : `; the first end ${isOver ? "was" : "is"} on ${renderDay(untilAt)}`;
  const what = `the ${bundle} bundle for ${devices[device].title}, ${renderCount(anchors.length, "CA certificate")}, written ${renderDay(createdAt)}${until}`;
  const after = follows === undefined ? "" : ` ${sayFollows[follows]}`;
  return [
    style.green(
      `The signature holds, and so ${files.length === 1 ? "does its file" : `do all ${files.length} files`}.`,
    ),
    ...wrapText(showControls(`It is ${what}.${after}`), { width }),
  ];
}

const sayFollows: Readonly<Record<Follows, string>> = {
  directly: "It follows the bundle that the device has.",
  later: "It is later than the bundle that the device has, and follows another one.",
  same: "It is the bundle that the device has.",
};
