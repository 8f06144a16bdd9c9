/** Writes the bundles of a rotation, each in a folder with its manifest, the lock of the new one, and the proof. */
import type { KeyObject } from "node:crypto";
import { join } from "node:path";
import type { BundleFile } from "../../../bundle/index.ts";
import type { RotationBundle } from "../../../device/index.ts";
import { renderLock } from "../lock.ts";
import { earlierOf } from "../locked-place.ts";
import type { CaMaterial } from "../../devices/files/ca-choice.ts";
import {
  findLeftovers,
  hashOf,
  isThere,
  type PlacedFile,
  placeFiles,
  type WrittenFile,
  writeFiles,
  writeOne,
} from "../../devices/files/output-files.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import { checkOverwriting, isJson, type Kept, type Overwritten } from "../../frame/overwriting.ts";
import { writeJson } from "../../frame/json.ts";
import {
  describeAnchors,
  describeFiles,
  manifestName,
  signatureBytes,
  signatureSuffix,
  signManifest,
  writeManifest,
} from "./manifest.ts";
import type { RotationOutcome } from "./outcome.ts";
import { describeRotation } from "./report.ts";

/** In the folder of `-o`: the lock that records the new bundle, and what `--json` prints. */
const newLockName = "meerkat.lock.json";
const proofName = "rotation.json";

/** What stands in the folder itself, beside the bundles' own folders. */
export function namesBeside(output: string): readonly Overwritten[] {
  return [newLockName, proofName].map((name) => ({ file: join(output, name), isEarlier: isJson }));
}

export interface Delivery {
  /** The folder. */
  readonly output: string;
  readonly key: KeyObject | undefined;
  /** What is not written over. */
  readonly kept: Kept;
  readonly signal: AbortSignal;
}

export async function deliver(
  made: RotationOutcome,
  { output, key, kept, signal }: Delivery,
): Promise<RotationOutcome> {
  const { lock, outcome, rotation } = made;
  const { bundles, steps, clashes } = rotation;
  const written: WrittenFile[] = [];
  const leftovers: string[] = [];
  const folders = new Map([["old", bundles.old.files]]);
  for (const name of clashes.length === 0 ? (["union", "new"] as const) : (["new"] as const)) {
    // The new bundle follows the union where that is rolled out.
    const previous = name === "new" && steps.includes("union") ? bundles.union : bundles.old;
    folders.set(name, [
      ...bundles[name].files,
      ...describeStep(bundles[name], previous, { key, ...outcome }),
    ]);
  }
  const all: (readonly PlacedFile[])[] = [];
  for (const [folder, files] of folders)
    // The end that says that it is a folder: a single file would else be given its name.
    all.push(await placeFiles(files, join(output, folder, "/")));
  await checkOverwriting(all.flat().map(earlierStep), kept);
  for (const placed of all) {
    for (const one of await writeFiles(placed, signal)) {
      checkWritten(one, placed);
      written.push(one);
    }
    leftovers.push(...(await findLeftovers(placed)));
  }
  leftovers.push(...(await findEarlier(output, { clashes })));
  const newLock = join(output, newLockName);
  const partial = lock.partial || !outcome.isComplete;
  await writeOne(newLock, renderLock(outcome, { output: join(output, "new", "/"), partial }), signal);
  const delivered = { ...made, written, leftovers, isSigned: key !== undefined, newLock };
  await writeOne(join(output, proofName), `${writeJson(describeRotation(delivered), 2)}\n`, signal);
  return delivered;
}

/**
 * A signature that stays beside another manifest has a device refuse both, and to take it away would undo what somebody signed:
 * who signed once and names no key has most likely forgotten it.
 */
export async function checkUnsigned(output: string): Promise<void> {
  for (const name of ["union", "new"] as const) {
    const signature = join(output, name, `${manifestName}${signatureSuffix}`);
    if (!(await isThere(signature))) continue;
    throw new CommandError(
      `"${signature}" signs the manifest that is to be written anew, and no key is given to sign it.`,
      {
        hint: "Add --sign-key FILE, or name another folder with -o; for manifests without a signature remove it first.",
        exitCode: exitCode.writeFailed,
      },
    );
  }
}

/** What an earlier run wrote and this one does not: a union that there is none of today. */
async function findEarlier(
  output: string,
  { clashes }: Pick<RotationOutcome["rotation"], "clashes">,
): Promise<readonly string[]> {
  const union = join(output, "union", "/");
  return clashes.length > 0 && (await isThere(union)) ? [union] : [];
}

/** The manifest of a bundle, and its signature where there is a key. */
function describeStep(
  { name, files, anchors, end }: RotationBundle,
  previous: RotationBundle,
  { key, material }: Pick<Delivery, "key"> & { readonly material: CaMaterial },
): readonly BundleFile[] {
  const { profile, format, at } = material;
  const bytes = writeManifest({
    bundle: name,
    device: profile.name,
    format,
    createdAt: at,
    untilAt: end?.at,
    files: describeFiles(files),
    anchors: describeAnchors(anchors),
    previous: describeFiles(previous.files),
  });
  if (key === undefined) return [{ path: manifestName, bytes }];
  const signature = signManifest(bytes, key);
  return [
    { path: manifestName, bytes },
    { path: `${manifestName}${signatureSuffix}`, bytes: signature },
  ];
}

/** A file of a bundle, and what may stand in its place: an earlier run's, told by what it holds. */
function earlierStep({ path, file }: PlacedFile): Overwritten {
  if (file.path === manifestName) return { file: path, isEarlier: isJson };
  if (file.path === `${manifestName}${signatureSuffix}`)
    return { file: path, isEarlier: ({ length }) => length === signatureBytes };
  return { file: path, isEarlier: earlierOf(file.bytes) };
}

function checkWritten({ path, sha256 }: WrittenFile, placed: readonly PlacedFile[]): void {
  const meant = placed.find((one) => one.path === path);
  if (meant !== undefined && hashOf(meant.file.bytes) === sha256) return;
  throw new CommandError(`What was written to ${path} reads back otherwise.`, {
    exitCode: exitCode.writeFailed,
  });
}
