/** The lists of endpoints that a survey is told on its command line, from files or stdin. */
import { type EndpointList, explainEmpty, type ListText, parseLists, runLimits } from "../../watch/index.ts";
import type { Context } from "../frame/context.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import { readInput, readStdin } from "../frame/files.ts";
import { tellBadLines } from "./bad-lines.ts";

const listHint = "A list is a text file with a URL or host:port a line, tags behind it; # begins a remark.";

/** Every list as one. @throws CommandError where one cannot be read, and where there is nothing to visit */
export async function readLists(
  files: readonly string[],
  { stdin, signal, err }: Pick<Context, "stdin" | "signal" | "err">,
): Promise<EndpointList> {
  if (files.filter((file) => file === "-").length > 1)
    throw new CommandError("Stdin is named twice, and can be read once.", { hint: "Name - once." });
  const bounds = { most: runLimits.listBytes, hint: listHint, signal };
  const texts: ListText[] = [];
  for (const file of files) {
    const isStdin = file === "-";
    const bytes = isStdin ? await readStdin(stdin, bounds) : await readInput(file, bounds);
    texts.push({ file: isStdin ? "(stdin)" : file, text: bytes.toString() });
  }
  const list = parseLists(texts);
  // A line that is left out is told of before the first visit.
  tellBadLines(list.bad, err);
  const empty = explainEmpty(list, texts);
  if (empty !== undefined) throw new CommandError(empty, { hint: listHint, exitCode: exitCode.readFailed });
  return list;
}
