/**
 * CA files that the command line names. A policy reads its files at once, with all the rest standing still: what may keep
 * it waiting, a pipe or a device, is read before, as any other file is, and a signal ends that.
 */
import { stat } from "node:fs/promises";
import { admissionLimits, type RootSource } from "../../admission/index.ts";
import { explainUnreadable, HttpsError, shownWord } from "../../core/index.ts";
import { readBounded } from "./files.ts";

/** Whom `--cacert` and `--roots` name: each of `--cacert` is a file, whatever it is called. `undefined` where neither stands. */
export function namedRoots({ cacert, roots }: RootFlags): readonly string[] | undefined {
  if (cacert === undefined && roots === undefined) return undefined;
  return [...(cacert ?? []).map(asPath), ...(roots ?? [])];
}

/** The same, opened as far as it may keep waiting. @throws HttpsError `ca-file-unreadable` */
export async function readNamedRoots(
  flags: RootFlags,
  signal: AbortSignal,
): Promise<readonly RootSource[] | undefined> {
  const named = namedRoots(flags);
  return named && (await readSources(named, signal));
}

/** All of them in one list: those that are named, Mozilla's where none is, and those in addition. `undefined` where no flag stands. */
export function allRoots(flags: RootFlags & AddedFlags): readonly string[] | undefined {
  const named = namedRoots(flags);
  const { addCacert } = flags;
  return addCacert === undefined ? named : [...(named ?? ["mozilla"]), ...addCacert.map(asPath)];
}

/** The same, opened as far as it may keep waiting. @throws HttpsError `ca-file-unreadable` */
export async function readAllRoots(
  flags: RootFlags & AddedFlags,
  signal: AbortSignal,
): Promise<readonly RootSource[] | undefined> {
  const named = allRoots(flags);
  return named && (await readSources(named, signal));
}

/** Whom to trust in addition: `--add-cacert`, and with `--ca-native` this system's store (curl(1)). */
export async function readAddedRoots(
  { addCacert = [], caNative }: AddedFlags,
  signal: AbortSignal,
): Promise<readonly RootSource[] | undefined> {
  const named = [...addCacert.map(asPath), ...(caNative === true ? ["system"] : [])];
  return named.length === 0 ? undefined : readSources(named, signal);
}

/** What was typed of that. */
export interface AddedFlags {
  readonly addCacert?: readonly string[] | undefined;
  readonly caNative?: boolean | undefined;
}

/** What was typed. */
export interface RootFlags {
  readonly cacert?: readonly string[] | undefined;
  readonly roots?: readonly string[] | undefined;
}

/** Stores and files as they were named, for a policy. @throws HttpsError `ca-file-unreadable` */
export async function readSources(
  named: readonly string[],
  signal: AbortSignal,
): Promise<readonly RootSource[]> {
  const sources: RootSource[] = [];
  for (const name of named) sources.push((await mayKeepWaiting(name)) ? await readWhole(name, signal) : name);
  return sources;
}

/** A file called `mozilla` or `system` is still a file. */
function asPath(file: string): string {
  return file === "mozilla" || file === "system" ? `./${file}` : file;
}

/** What cannot be looked at is left to the policy, which says why. */
function mayKeepWaiting(name: string): Promise<boolean> {
  if (name === "mozilla" || name === "system") return Promise.resolve(false);
  return stat(name).then(
    (found) => found.isFIFO() || found.isCharacterDevice(),
    () => false,
  );
}

async function readWhole(name: string, signal: AbortSignal): Promise<RootSource> {
  const file = shownWord(name);
  try {
    return { file, content: await readBounded(name, { most: admissionLimits.caFileBytes, signal }) };
  } catch (error) {
    throw new HttpsError("ca-file-unreadable", { file, reason: explainUnreadable(error) }, { cause: error });
  }
}
