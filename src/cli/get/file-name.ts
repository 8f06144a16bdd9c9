/** The file that a body goes to, when the answer is there: the server's name for it (-J), the folders above it. */
import { access, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Response } from "../../client/index.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import { unwritable } from "../frame/files.ts";
import type { GetFlags } from "./flags/table.ts";

interface Wanted {
  readonly file: string | undefined;
  readonly mayBeRenamed: boolean;
}

/** @throws CommandError for a name that is not safe, or a file that is there */
export async function settleFile(
  response: Response,
  { file, mayBeRenamed }: Wanted,
  flags: Pick<GetFlags, "createDirs" | "outputDir">,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const given = mayBeRenamed ? nameIn(response.headers.get("content-disposition") ?? undefined) : undefined;
  const settled = given === undefined ? file : join(flags.outputDir ?? "", given);
  if (settled === "") throw namesNoFile(response.url);
  if (mayBeRenamed && (await isThere(settled)))
    throw new CommandError(`"${settled}" is there, and -J writes over nothing.`, {
      hint: "Give the file a name with -o FILE.",
      exitCode: exitCode.writeFailed,
    });
  if (flags.createDirs === true)
    await mkdir(dirname(settled), { recursive: true }).catch((error: unknown) => {
      throw unwritable(settled, error);
    });
  return settled;
}

/** Neither the URL nor the server. */
export function namesNoFile(url: string): CommandError {
  return new CommandError(`The URL "${url}" names no file.`, {
    hint: "Give the file a name with -o FILE.",
    exitCode: exitCode.writeFailed,
  });
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** RFC 6266 §4.1, §4.3: the last part of the name alone; one that would hide, or lead elsewhere, is refused. */
function nameIn(disposition: string | undefined): string | undefined {
  const [, quoted, plain] =
    /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(`;${disposition ?? ""}`) ?? [];
  const given = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
  if (given === undefined) return undefined;
  const name = given.replace(/^.*[/\\]/s, "");
  if (name !== "" && !name.startsWith(".") && !/[\u0000-\u001F\u007F]/.test(name)) return name;
  throw new CommandError("The server's name for the file is not one that is safe to write.", {
    hint: "Give the file a name with -o FILE.",
    exitCode: exitCode.writeFailed,
  });
}
