/** Which certificates of a file a device never sees, though they can be read: what the form of the file costs it. */
import { ownValue } from "../core/index.ts";
import type { Bundle, BundleEntry, Remark } from "./bundle.ts";
import { type FileRules, formatRefusal, type Loss } from "./file-rules.ts";

/** The entries that the device gets, by its rules. Places that name no line lose nothing. */
export function entriesSeen(
  { format, entries, remarks }: Bundle,
  rules: Pick<FileRules, "loses" | "refusesFormats">,
): readonly BundleEntry[] {
  if (formatRefusal(format, rules) !== undefined) return [];
  const loses = ownValue(rules, "loses");
  const lost = new Set<BundleEntry>();
  for (const remark of remarks) {
    const loss = loses === undefined ? undefined : ownValue(loses, remark.kind);
    if (loss === undefined) continue;
    for (const entry of entriesLost(remark, loss, entries)) lost.add(entry);
  }
  return lost.size === 0 ? entries : entries.filter((entry) => !lost.has(entry));
}

function entriesLost(
  { file, line }: Remark,
  loss: Loss,
  entries: readonly BundleEntry[],
): readonly BundleEntry[] {
  if (line === undefined) return [];
  const own = entries.filter((entry) => entry.file === file && entry.line !== undefined);
  const lineOf = (entry: BundleEntry): number => entry.line ?? 0;
  const next = own.filter((entry) => lineOf(entry) >= line).slice(0, 1);
  switch (loss) {
    case "all":
      return own;
    case "last":
      return own.slice(-1);
    case "block":
      return own.filter((entry) => lineOf(entry) <= line).slice(-1);
    case "next":
      return next.length > 0 ? next : own.slice(-1);
    case "pair":
      return [...own.filter((entry) => lineOf(entry) < line).slice(-1), ...next];
    case "from":
      return [
        ...own.filter((entry) => lineOf(entry) < line).slice(-1),
        ...own.filter((entry) => lineOf(entry) >= line),
      ];
    case "after":
      return own.filter((entry) => lineOf(entry) >= line);
  }
}
