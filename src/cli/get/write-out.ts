/** `-w`: a line about the transfer in the caller's own form, with curl's variables (curl(1), --write-out). */
import { showControls, showControlsInLines } from "../../core/index.ts";
import { writeJson } from "../frame/json.ts";
import type { Fields } from "../../http1/index.ts";
import type { Context } from "../frame/context.ts";
import { readInput, readStdin } from "../frame/files.ts";
import { askNearest } from "../frame/nearest.ts";
import type { Output } from "../frame/output.ts";
import { writeOutBytes } from "../limits.ts";
import { asUtf8 } from "./field-text.ts";
import { formatFile } from "./flags/named-files.ts";
export { describeTransfer } from "./transfer.ts";
import { withoutLineEnds } from "./send/data.ts";
import { transferVariables, type Transfer, type TransferVariable } from "./transfer.ts";

type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: TransferVariable }
  /** `%{json}`: all variables; `%{header_json}`: all fields of the answer; `%header{NAME}`: one of them. */
  | { readonly kind: "json" }
  | { readonly kind: "header-json" }
  | { readonly kind: "header"; readonly name: string }
  /** `%{stdout}`, `%{stderr}`: where the rest goes. */
  | { readonly kind: "stream"; readonly stream: "stdout" | "stderr" }
  /** `%{onerror}`: the rest is for failures only. */
  | { readonly kind: "onerror" }
  /** What curl says nothing for either, but that it does not know it. */
  | { readonly kind: "unknown"; readonly name: string };

/** A format that was read and understood. */
export type WriteOut = readonly Piece[];

/** What a format is filled with. */
export interface WriteOutValues {
  readonly transfer: Transfer;
  readonly fields: Fields | undefined;
}

/** The format of `-w`: itself, `@FILE`, or `@-` for stdin. */
export async function readWriteOut(
  given: string,
  streams: Pick<Context, "stdin" | "signal">,
): Promise<WriteOut> {
  const file = formatFile(given);
  return parseWriteOut(file === undefined ? given : await readFormat(file, streams));
}

async function readFormat(
  file: string,
  { stdin, signal }: Pick<Context, "stdin" | "signal">,
): Promise<string> {
  const asked = {
    what: "The format file",
    hint: "-w takes the format itself, or @FILE.",
    most: writeOutBytes,
    signal,
  };
  const content = await (file === "-" ? readStdin(stdin, asked) : readInput(file, asked));
  // As for -d, the ends of its lines are the file's own: \n stands for one that is meant.
  return withoutLineEnds(content).toString();
}

const escapes: Readonly<Record<string, string>> = { "\\n": "\n", "\\r": "\r", "\\t": "\t", "%%": "%" };

/** Splits a format into its pieces. */
export function parseWriteOut(format: string): WriteOut {
  const pieces: Piece[] = [];
  const token = /%\{([^{}]*)\}|%header\{([^{}]*)\}|%%|\\[nrt]/g;
  let end = 0;
  for (let found = token.exec(format); found !== null; found = token.exec(format)) {
    const [whole, variable, header] = found;
    if (found.index > end) pieces.push({ kind: "text", text: format.slice(end, found.index) });
    end = found.index + whole.length;
    if (header !== undefined) pieces.push({ kind: "header", name: header });
    else if (variable === undefined) pieces.push({ kind: "text", text: escapes[whole] ?? whole });
    else pieces.push(parseVariable(variable));
  }
  if (end < format.length) pieces.push({ kind: "text", text: format.slice(end) });
  return pieces;
}

function parseVariable(name: string): Piece {
  if (name === "json") return { kind: "json" };
  if (name === "header_json") return { kind: "header-json" };
  if (name === "stdout" || name === "stderr") return { kind: "stream", stream: name };
  if (name === "onerror") return { kind: "onerror" };
  if (Object.hasOwn(transferVariables, name)) return { kind: "variable", name: name as TransferVariable };
  return { kind: "unknown", name };
}

/** What is said of variables that are not known, of which nothing is printed: scripts that were written for curl go on. */
export function complainOfUnknown(format: WriteOut): readonly string[] {
  const names = [...Object.keys(transferVariables), "json", "header_json", "stdout", "stderr", "onerror"];
  const known = names.map((name) => `%{${name}}`);
  return format.flatMap((piece) => {
    if (piece.kind !== "unknown") return [];
    const meant = askNearest(`%{${piece.name}}`, known).trimEnd();
    return [`-w has no variable "%{${piece.name}}", and prints nothing for it. ${meant}`.trimEnd()];
  });
}

/** Writes the line, to stdout unless the format says otherwise. */
export async function printWriteOut(
  format: WriteOut,
  { transfer, fields }: WriteOutValues,
  { out, err }: { readonly out: Output; readonly err: Output },
): Promise<void> {
  let to = out;
  for (const piece of format) {
    switch (piece.kind) {
      case "stream":
        to = piece.stream === "stdout" ? out : err;
        break;
      case "unknown":
        break;
      case "onerror":
        if (transfer.exitcode === 0) return;
        break;
      case "text":
        await to.bytes(piece.text);
        break;
      case "variable":
        await to.bytes(showControlsInLines(transferVariables[piece.name](transfer)));
        break;
      case "json":
        await to.bytes(writeJson(transfer));
        break;
      case "header":
        // curl prints the first of several.
        await to.bytes(showControls(asUtf8(fields?.getAll(piece.name)[0] ?? "")));
        break;
      case "header-json":
        await to.bytes(renderGroups(groupFields(fields)));
        break;
    }
  }
}

/** A line a name, as curl writes it. */
function renderGroups(groups: ReturnType<typeof groupFields>): string {
  const lines = Object.entries(groups).map(([name, values]) => `${writeJson(name)}:${writeJson(values)}`);
  return `{${lines.join(",\n")}\n}`;
}

/** Values by lower-case name, as curl groups them. */
function groupFields(fields: Fields | undefined): Readonly<Record<string, readonly string[]>> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of fields ?? []) {
    const key = name.toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return Object.fromEntries(groups);
}
