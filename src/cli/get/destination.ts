/** Where a response's body goes: stdout, or a file. */
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import type { Output } from "../frame/output.ts";
import { saveInPlace, type InPlace } from "../frame/output-file.ts";

export interface Destination {
  /** `undefined` for stdout. */
  readonly file: string | undefined;
  readonly out: Output;
  /** Whether stdout gets a binary body although it is a terminal. */
  readonly insisted: boolean;
  /** Whether it goes behind what the file has. */
  readonly append: boolean;
  /** The permissions of a new file. */
  readonly mode: number | undefined;
  /** Ends the wait for a pipe's reader. */
  readonly signal: AbortSignal;
}

/** Writes the body where it goes. */
export async function writeBody(
  body: InPlace,
  { file, out, insisted, append, mode, signal }: Destination,
): Promise<void> {
  if (file !== undefined)
    return saveInPlace(body, { file, append, signal, ...(mode === undefined ? {} : { mode }) });
  let guarded = !insisted && out.isTerminal;
  for await (const chunk of body) {
    if (guarded && chunk.includes(0)) {
      throw new CommandError("The body is binary, and stdout is a terminal.", {
        hint: "Give it a file with -o FILE, or insist with -o -.",
        exitCode: exitCode.writeFailed,
      });
    }
    guarded = false;
    await out.bytes(chunk);
  }
}
