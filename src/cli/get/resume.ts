/**
 * `-C -` and `-C OFFSET`: goes on with a file where it ended, by a range request (RFC 9110 §14). Only an answer that says that it
 * begins at that very octet is put behind what is there. Whether it is still the same resource, nothing here can say.
 */
import { stat } from "node:fs/promises";
import type { Response } from "../../client/index.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import type { GetFlags } from "./flags/table.ts";

/** A file that is there in part. */
export interface Resumption {
  readonly file: string;
  /** Bytes that are there; 0 for a file that is still to come. */
  readonly offset: number;
}

/** What `-C` goes on with; `undefined` where it was not given. */
export async function findResumption(
  { continueAt, range }: Pick<GetFlags, "continueAt" | "range">,
  {
    method,
    hasBody,
    output,
  }: { readonly method: string; readonly hasBody: boolean; readonly output: string | undefined },
): Promise<Resumption | undefined> {
  if (continueAt === undefined) return undefined;
  if (range !== undefined) {
    throw new CommandError("-C and -r cannot stand together: both say which part is asked for.", {
      hint: "Leave one of them out.",
    });
  }
  if (hasBody || method !== "GET") {
    throw new CommandError("-C goes with GET alone: RFC 9110 §14.2 defines ranges for no other method.", {
      hint: "Leave -C out, or what makes it another method.",
    });
  }
  const file = output === "-" ? undefined : output;
  if (continueAt !== "-") return { file: file ?? "(stdout)", offset: Number(continueAt) };
  if (file === undefined) {
    throw new CommandError("-C has no file to go on with.", { hint: "Add -o FILE or -O." });
  }
  return { file, offset: await sizeOf(file) };
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isFile()) return found.size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
  throw new CommandError(`"${file}" is not a file that can be gone on with.`, {
    exitCode: exitCode.writeFailed,
  });
}

/** What is to be done with an answer to the range request: put its body behind the file's, or nothing more. */
export function checkResumed(response: Response, { file, offset }: Resumption): "append" | "complete" {
  const { status, headers } = response;
  const range = headers.get("content-range") ?? "";
  if (status === 416) {
    // RFC 9110 §15.5.17: "bytes */LENGTH" says how long the resource is.
    const length = /^bytes \*\/(\d{1,15})$/i.exec(range)?.[1];
    if (length !== undefined && Number(length) === offset) return "complete";
    const known = length === undefined ? "" : `, which has ${length} bytes there`;
    // RFC 9110 §15.5.17 has a server say the length; Apache leaves it out.
    const hint =
      length === undefined
        ? "The answer does not say how long the file is there: this may be all of it, or another one. Without -C it is fetched anew."
        : "The file here is not the beginning of the one there: fetch it anew, without -C.";
    throw refuse(
      `The server has nothing after byte ${offset} of ${response.url}${known}; "${file}" was left as it is.`,
      hint,
    );
  }
  if (status !== 206) {
    const what = status === 200 ? "sent the whole body instead of the rest" : `answered ${status}`;
    throw refuse(`The server ${what}, so "${file}" was left as it is.`, hintFor(status));
  }
  const coding = headers.get("content-encoding");
  if (coding !== null && coding.toLowerCase() !== "identity") {
    throw refuse(
      `The rest came encoded (${coding}), and the beginning in "${file}" is not; it was left as it is.`,
      "Fetch the whole file, without -C.",
    );
  }
  const begins = /^bytes (\d{1,15})-\d{1,15}\/(?:\d{1,15}|\*)$/i.exec(range)?.[1];
  if (begins !== undefined && Number(begins) === offset) return "append";
  throw refuse(
    `The server was asked for byte ${offset} and what follows, and sent "${range}"; "${file}" was left as it is.`,
    "Fetch the whole file, without -C.",
  );
}

function hintFor(status: number): string {
  if (status === 200) return "It does not support ranges here: fetch the whole file, without -C.";
  if (status >= 300 && status < 400) return "-L follows redirects.";
  return "What it answered is not a part of the file; without -C and -o it is printed.";
}

function refuse(message: string, hint: string): CommandError {
  return new CommandError(message, { hint, exitCode: exitCode.rangeRefused });
}
