/** Why a file could not be read or written, as a clause: from the system's code, or in its own words. */

const either: readonly (readonly [string, string])[] = [
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "a part of its path is not a folder"],
];

const reading: ReadonlyMap<unknown, string> = new Map([
  ...either,
  ["ENOENT", "there is no such file"],
  ["EACCES", "this user may not read it"],
  ["ERR_ACCESS_DENIED", "Node's permission model does not let this process read it"],
  ["NotCapable", "Deno's permissions do not let this program read it (--allow-read)"],
]);

const writing: ReadonlyMap<unknown, string> = new Map([
  ...either,
  ["EEXIST", "a part of its path is not a folder"], // From mkdir, for the last part; ENOTDIR above it.
  ["ENOENT", "its folder does not exist"],
  ["EACCES", "this user may not write there"],
  ["ERR_ACCESS_DENIED", "Node's permission model does not let this process write there"],
  ["NotCapable", "Deno's permissions do not let this program write there (--allow-write)"],
  ["ENOSPC", "the disk is full"],
]);

/** Why reading it failed. */
export function explainUnreadable(error: unknown): string {
  return reasonOf(error, reading);
}

/** Why writing it failed. */
export function explainUnwritable(error: unknown): string {
  return reasonOf(error, writing);
}

/** Whether it was not for this process, by the system or by its runtime. */
export function isDenied(error: unknown): boolean {
  return isWithheld(error) || (error instanceof Error && denials.has(codeOf(error)));
}

/** Whether the runtime itself kept it from the program: Node's permission model, or Deno's permissions. */
export function isWithheld(error: unknown): boolean {
  try {
    return error instanceof Error && (error.name === denoDenial || codeOf(error) === nodeDenial);
  } catch {
    // What a caller's function throws may be anything.
    return false;
  }
}

function codeOf(error: object): unknown {
  return (error as { readonly code?: unknown }).code;
}

const denials: ReadonlySet<unknown> = new Set(["EACCES", "EPERM"]);

const nodeDenial = "ERR_ACCESS_DENIED";

/** The name of Deno's error where the program was not given a permission. */
const denoDenial = "NotCapable";

function reasonOf(error: unknown, reasons: ReadonlyMap<unknown, string>): string {
  if (!(error instanceof Error)) return String(error);
  return reasons.get(error.name === denoDenial ? denoDenial : codeOf(error)) ?? error.message;
}
