/** Where a response's body goes: stdout, or a file. */
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import type { Output } from "../frame/output.ts";
import { saveInPlace, type InPlace } from "../frame/output-file.ts";
import { shownJsonBytes } from "../limits.ts";
import { renderJson } from "./show-json.ts";

export interface Destination {
  /** `undefined` for stdout. */
  readonly file: string | undefined;
  readonly out: Output;
  /** Whether stdout gets a binary body although it is a terminal. */
  readonly insisted: boolean;
  /** Whether it goes behind what the file has. */
  readonly append: boolean;
  /** Whether a terminal is shown it as JSON. */
  readonly asJson: boolean;
  /** The permissions of a new file. */
  readonly mode: number | undefined;
  /** A content coding that --compressed would undo, and nobody undoes. */
  readonly coding: string | undefined;
  /** Ends the wait for a pipe's reader. */
  readonly signal: AbortSignal;
}

/** Writes the body where it goes. */
export async function writeBody(
  body: InPlace,
  { file, out, insisted, append, asJson, mode, coding, signal }: Destination,
): Promise<void> {
  if (file !== undefined)
    return saveInPlace(body, { file, append, signal, ...(mode === undefined ? {} : { mode }) });
  const shown = asJson && !insisted && out.isTerminal ? unlessJson(body, out) : body;
  let guarded = !insisted && out.isTerminal;
  for await (const chunk of shown) {
    if (guarded && chunk.includes(0)) {
      throw new CommandError("The body is binary, and stdout is a terminal.", {
        hint:
          coding === undefined
            ? "Give it a file with -o FILE, or insist with -o -."
            : `Its content coding is ${coding}: --compressed undoes it. Or give it a file with -o FILE.`,
        exitCode: exitCode.writeFailed,
      });
    }
    guarded = false;
    await out.bytes(chunk);
  }
}

/** Shows a body that is JSON, and not too long to be looked at; gives every other as it is. */
async function* unlessJson(body: InPlace, out: Output): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let isHeld = true;
  for await (const chunk of body) {
    if (isHeld) {
      held.push(chunk);
      heldBytes += chunk.length;
      isHeld = heldBytes <= shownJsonBytes.value;
      if (!isHeld) yield* held.splice(0);
    } else yield chunk;
  }
  const text = renderJson(new TextDecoder().decode(Buffer.concat(held)), out.style);
  if (text === undefined) yield* held;
  else out.lines(text);
}
