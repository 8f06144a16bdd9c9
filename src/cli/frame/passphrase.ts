/**
 * Where a passphrase is taken from, in the manner of openssl-passphrase-options(1). Typed out, it stands in the list of
 * processes and in the shell's history. No message repeats what was given: it may be the passphrase itself.
 */
import { explainUnreadable } from "../../core/index.ts";
import { passphraseBytes } from "../limits.ts";
import type { Context } from "./context.ts";
import { exitCode } from "./exit-codes.ts";
import { CommandError } from "./failure.ts";
import { readBounded } from "./files.ts";

/** What such a flag takes, for the help. */
export const passphraseForms =
  "file:PATH (its first line), env:NAME, or as it is, which other users can see while this runs";

/** The passphrase. Throws a `CommandError` where what it is to be taken from does not have it. */
export async function readPassphrase(
  given: string,
  { flag, env, signal }: Pick<Context, "env" | "signal"> & { readonly flag: string },
): Promise<string> {
  const [, kind, rest = ""] = /^(pass|env|file):(.*)$/s.exec(given) ?? [];
  if (kind === undefined) return given;
  if (kind === "pass") return rest;
  const hint = `A passphrase that itself begins with "${kind}:" is given as ${flag} pass:${kind}:...`;
  if (kind === "env") {
    const value = Object.hasOwn(env, rest) ? env[rest] : undefined;
    if (value !== undefined) return value;
    throw new CommandError(`${flag} names a variable of the environment that is not set.`, { hint });
  }
  try {
    const content = (await readBounded(rest, { most: passphraseBytes, signal })).toString();
    return /^[^\r\n]*/.exec(content)?.[0] ?? "";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Other words of the system's own repeat the path.
    const reason =
      code === undefined || explainUnreadable(error) !== (error as Error).message
        ? explainUnreadable(error)
        : code;
    throw new CommandError(`The file of ${flag} cannot be read: ${reason}.`, {
      hint,
      exitCode: exitCode.readFailed,
    });
  }
}
