/** What `-d` sends: its values joined by `&`, files read as curl reads them. */
import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { exitCode } from "../exit-codes.ts";
import { CommandError } from "../failure.ts";

/** The body for the values of `-d`; `undefined` where there are none. */
export async function readData(values: readonly string[], stdin: Readable): Promise<Uint8Array | undefined> {
  if (values.length === 0) return undefined;
  const parts: Buffer[] = [];
  for (const [index, value] of values.entries()) {
    if (index > 0) parts.push(Buffer.from("&"));
    if (value.startsWith("@")) parts.push(withoutLineEnds(await readSource(value.slice(1), stdin)));
    else parts.push(Buffer.from(value));
  }
  return Buffer.concat(parts);
}

async function readSource(file: string, stdin: Readable): Promise<Buffer> {
  if (file === "-") {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array));
    return Buffer.concat(chunks);
  }
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      `The data file "${file}" cannot be read: ${code === "ENOENT" ? "there is no such file" : message}.`,
      {
        hint: "Relative paths start at the working directory.",
        exitCode: exitCode.readFailed,
      },
    );
  }
}

/** curl(1), --data: "carriage returns, newlines and null bytes are stripped out" of a file. */
function withoutLineEnds(content: Buffer): Buffer {
  return content.filter((octet) => octet !== 0x0d && octet !== 0x0a && octet !== 0x00) as Buffer;
}
