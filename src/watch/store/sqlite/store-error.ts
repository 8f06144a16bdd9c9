/** What SQLite says of a file, as a sentence. By its result codes (sqlite.org/rescode.html), which both libraries give. */
import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { WatchError } from "../../watch-error.ts";

const sentences: Readonly<Record<number, readonly [what: string, hint: string]>> = {
  5: [
    "is in use by another program, which does not let go of it",
    "One watch has one file; stop the other one.",
  ],
  8: ["cannot be written", "Give write permission to whoever runs this, for the file and its folder."],
  10: ["could not be read or written: the disk failed", "The system's log has more of it."],
  11: ["is damaged", 'sqlite3 FILE ".recover" gets out what is left.'],
  13: ["cannot grow: the disk is full", "Nothing is lost: make room, and it goes on."],
  14: ["cannot be opened", "It is made in a folder that is there, by a user who may write to it."],
  26: ["is not an SQLite database", "Name another file; this one is left as it is."],
};

const names: Readonly<Record<string, number>> = {
  SQLITE_BUSY: 5,
  SQLITE_READONLY: 8,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_NOTADB: 26,
};

/** Whatever is not of SQLite's making stays as it is. */
export function storeError(error: unknown, path: string): unknown {
  const { errcode, code, message } = error as { errcode?: number; code?: string; message?: string };
  const named = names[/^SQLITE_[A-Z]+/.exec(code ?? "")?.[0] ?? ""];
  // better-sqlite3 looks for the folder by itself.
  const isAbsent = /directory does not exist/.test(message ?? "");
  const number = errcode === undefined ? (named ?? (isAbsent ? 14 : undefined)) : errcode & 0xff;
  const [what, hint] = (number === undefined ? undefined : sentences[number]) ?? [];
  if (what === undefined || hint === undefined) return error;
  const reason = number === 14 ? `: ${explainUnopened(path)}` : "";
  return new WatchError(`The store ${path} ${what}${reason}.`, { hint, cause: error });
}

/** SQLite says one thing of all of them. */
function explainUnopened(path: string): string {
  const [file, folder] = [statOf(path), statOf(dirname(path))];
  if (folder === undefined) return `the folder ${dirname(path)} is not there, or may not be looked into`;
  if (!folder.isDirectory()) return `${dirname(path)} is not a folder`;
  if (file?.isDirectory() === true) return "it is a folder";
  return "whoever runs this has no permission for it or its folder";
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
