/**
 * Whether a manifest whose signature holds is one to go on to: not too old, and not from before the bundle that the device
 * has. A signature says who wrote a manifest and never when: one from last year, put back by somebody else, holds as well.
 */
import type { KeyObject } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { renderList } from "../../../core/index.ts";
import { dayMs, renderDay } from "../../devices/dates.ts";
import { hashOf, isThere } from "../../devices/files/output-files.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import { readInput } from "../../frame/files.ts";
import { otaManifestBytes } from "../../limits.ts";
import { holdsSignature, openBeside, openManifest } from "./beside.ts";
import { type BundleManifest, manifestName, signatureSuffix } from "./manifest.ts";

const takeNothing = "Take nothing of this bundle.";

/** How far the writer's clock may be ahead of this one. */
const aheadMs = dayMs;

/** @throws CommandError for a manifest that was written too long ago, or is still to be written */
export function checkAge({ createdAt }: BundleManifest, maxAgeDays: number, now: number): void {
  const day = renderDay(createdAt);
  if (createdAt > now + aheadMs)
    throw refused(`The manifest is from ${day}, and today is ${renderDay(now)}: one of two clocks is wrong.`);
  if (now - createdAt > maxAgeDays * dayMs)
    throw refused(`The manifest is from ${day}, which is more than ${maxAgeDays} days ago.`);
}

/** Whether it names as its predecessor the bundle that the device has; a later one may have been left out. */
export type Follows = "directly" | "later" | "same";

/** What the device has. */
export interface Previous {
  /** The manifest of that bundle, or the bundle's folder. */
  readonly path: string;
  /** Whose signature stands beside that manifest, where one does. */
  readonly key: KeyObject;
}

/**
 * The manifest before says from when on a bundle may be taken, so whoever can change it can have an old one put back: where
 * a signature is beside it, it has to hold.
 *
 * @throws CommandError for a manifest of another device, from before that bundle, or of the same run and not after it
 */
export async function checkPrevious(
  manifest: BundleManifest,
  previous: Previous,
  signal: AbortSignal,
): Promise<Follows> {
  const before = await readPrevious(previous, signal);
  if (before === undefined) return checkFiles(manifest, previous.path, signal);
  const { device, format, createdAt } = before;
  if (device !== manifest.device || format !== manifest.format)
    throw refused(
      `The manifest is for ${manifest.device} in the format ${manifest.format}, and the bundle before it for ${device} in ${format}.`,
    );
  if (createdAt > manifest.createdAt)
    throw refused(
      `The manifest is from ${renderDay(manifest.createdAt)}, before that of the bundle that the device has (${renderDay(createdAt)}): an old bundle would be put back.`,
    );
  if (isSame(manifest.previous, before.files)) return "directly";
  if (createdAt < manifest.createdAt) return "later";
  if (before.bundle === manifest.bundle && isSame(manifest.files, before.files)) return "same";
  throw refused(
    `The ${manifest.bundle} bundle does not follow the ${before.bundle} one that the device has, and is not later: an old bundle would be put back.`,
  );
}

/** `undefined` where there is a folder without a manifest, as what a firmware was built with is. */
async function readPrevious(
  { path, key }: Previous,
  signal: AbortSignal,
): Promise<BundleManifest | undefined> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, manifestName) : path;
  if (isFolder && !(await isThere(file))) return undefined;
  const hint = "--previous takes the manifest of the bundle that the device has, or that bundle's folder.";
  const bytes = await readInput(file, { what: "The manifest before", most: otaManifestBytes, signal, hint });
  const isSigned = await isThere(`${file}${signatureSuffix}`);
  if (isSigned && !(await holdsSignature({ file, bytes }, key, { hint, signal })))
    throw new CommandError(
      `The signature of "${file}" does not hold: another key made it, or that manifest was changed, so what the device has is not known.`,
      {
        hint: "Take nothing of this bundle. Where the key was changed, check that manifest with its own key, and name a copy without its signature.",
        exitCode: exitCode.untrusted,
      },
    );
  return openManifest(file, bytes, { what: "is", hint });
}

/** Without a date, only the bundle's very successor is known to come after it. */
async function checkFiles(
  { previous }: BundleManifest,
  folder: string,
  signal: AbortSignal,
): Promise<Follows> {
  const hint = "--previous takes the folder as `meerkat ca -o` wrote it.";
  const others: string[] = [];
  for (const { path, sha256 } of previous) {
    const { bytes } = await openBeside(folder, path, { hint, signal });
    if (hashOf(bytes) !== sha256) others.push(path);
  }
  if (previous.length > 0 && others.length === 0) return "directly";
  const which = previous.length === 0 ? "any file" : renderList(others);
  throw refused(`The manifest follows another bundle than that of "${folder}", by the SHA-256 of ${which}.`);
}

type Hashes = BundleManifest["previous"];

function isSame(some: Hashes, others: Hashes): boolean {
  return (
    some.length === others.length &&
    some.every(({ path, sha256 }) => others.some((one) => one.path === path && one.sha256 === sha256))
  );
}

function refused(message: string): CommandError {
  return new CommandError(message, { hint: takeNothing, exitCode: exitCode.untrusted });
}
