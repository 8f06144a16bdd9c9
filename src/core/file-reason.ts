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
]);

const writing: ReadonlyMap<unknown, string> = new Map([
  ...either,
  ["EEXIST", "a part of its path is not a folder"], // From mkdir, for the last part; ENOTDIR above it.
  ["ENOENT", "its folder does not exist"],
  ["EACCES", "this user may not write there"],
  ["ERR_ACCESS_DENIED", "Node's permission model does not let this process write there"],
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

function reasonOf(error: unknown, reasons: ReadonlyMap<unknown, string>): string {
  if (!(error instanceof Error)) return String(error);
  return reasons.get((error as { readonly code?: unknown }).code) ?? error.message;
}
