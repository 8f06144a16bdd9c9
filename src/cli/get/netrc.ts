/**
 * A file of logins, such as ~/.netrc, in the form of ftp(1): `machine HOST login NAME password SECRET`, in words that may stand
 * on several lines, in quotes where they hold spaces; `default` for every other host. What stands there goes to its host alone.
 */
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import { readInput } from "../frame/files.ts";
import { netrcBytes } from "../limits.ts";
import type { GetFlags } from "./flags/table.ts";
import type { Login } from "./logins.ts";

type NetrcFlags = Pick<GetFlags, "netrc" | "netrcOptional" | "netrcFile">;

/** The file that is meant; `undefined` where none is. */
export function netrcFile(
  { netrc, netrcOptional, netrcFile: file }: NetrcFlags,
  env: Env,
): string | undefined {
  if (file !== undefined) return file;
  return netrc === true || netrcOptional === true ? join(env["HOME"] ?? homedir(), ".netrc") : undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The logins of the file that the flags name. @throws CommandError where others may read it, or it has to be there and is not */
export async function readLogins(
  flags: NetrcFlags,
  { env, signal }: { readonly env: Env; readonly signal: AbortSignal },
): Promise<readonly Login[]> {
  const file = netrcFile(flags, env);
  if (file === undefined) return [];
  const found = await stat(file).catch(() => undefined);
  // curl goes on without a login where there is no file.
  if (found === undefined && flags.netrcFile === undefined) return [];
  if (found?.isFile() === true && process.platform !== "win32" && (found.mode & 0o077) !== 0)
    throw new CommandError(`The file of logins "${file}" can be read by others than its owner.`, {
      hint: `chmod 600 ${file} keeps it from them.`,
      exitCode: exitCode.readFailed,
    });
  const hint = "machine HOST login NAME password SECRET says who logs in.";
  const content = await readInput(file, { what: "The file of logins", hint, most: netrcBytes, signal });
  return parseNetrc(content.toString());
}

/** The logins of a file's text; a macro, which ends at an empty line, is passed over. */
export function parseNetrc(text: string): readonly Login[] {
  const words = wordsOf(text.replace(/^[ \t]*macdef\b[^]*?(?:\n[ \t]*\r?\n|$(?![\s\S]))/gm, ""));
  const logins: { host: string | undefined; name: string; password: string }[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const login = logins.at(-1);
    if (word === "default") logins.push({ host: undefined, name: "", password: "" });
    else if (word === "machine") logins.push({ host: words[++at] ?? "", name: "", password: "" });
    else if (word === "login" && login !== undefined) login.name = words[++at] ?? "";
    else if (word === "password" && login !== undefined) login.password = words[++at] ?? "";
    else if (word === "account") at++;
  }
  return logins;
}

function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    for (const [, quoted, plain = ""] of line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)) {
      if (quoted === undefined && plain.startsWith("#")) break; // The rest of the line is a comment.
      words.push(quoted === undefined ? plain : unescape(quoted));
    }
  }
  return words;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unescape(quoted: string): string {
  return quoted.replaceAll(/\\(.)/g, (_, sign: string) => escapes[sign] ?? sign);
}
