/** What a survey is told on its command line: lists of endpoints, from files or stdin, and the bundles that devices hold. */
import { trustPorts } from "../../admission/index.ts";
import { bundleOfFiles, type WatchedBundle } from "../../fleet/index.ts";
import {
  type EndpointList,
  explainEmpty,
  type ListText,
  type parseBundleOption,
  parseLists,
  runLimits,
} from "../../watch/index.ts";
import { openBundleFiles } from "../check/bundle-files.ts";
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

/** The bundles of `--bundle`, each once. @throws CommandError */
export async function openBundles(
  named: readonly ReturnType<typeof parseBundleOption>[],
  signal: AbortSignal,
): Promise<readonly WatchedBundle[]> {
  const bundles = new Map<string, WatchedBundle>();
  for (const { file, device } of named) {
    const files = await openBundleFiles(file, signal);
    const bundle = bundleOfFiles({ label: file, device, files }, trustPorts.sha256);
    if (bundle.bundle.entries.every(({ kind }) => kind === "unreadable"))
      throw new CommandError(`"${file}" holds no CA certificate that can be read.`, {
        hint: `\`meerkat check ${file}\` says what is in it.`,
        exitCode: exitCode.readFailed,
      });
    bundles.set(bundle.id, bundle);
  }
  return [...bundles.values()];
}
