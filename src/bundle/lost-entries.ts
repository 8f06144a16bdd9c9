/** Which certificates of a file a device never sees, though they can be read: what the form of the file costs it. */
import { ownValue } from "../core/index.ts";
import type { FileRules } from "./audit.ts";
import type { Bundle, BundleEntry, Remark } from "./bundle.ts";

/** The entries that the device gets, by its rules. Places that name no line lose nothing. */
export function entriesSeen(
  { entries, remarks }: Bundle,
  rules: Pick<FileRules, "loses">,
): readonly BundleEntry[] {
  const loses = ownValue(rules, "loses") ?? [];
  const lost = new Set<BundleEntry>();
  for (const remark of remarks) {
    if (!loses.some((kind) => kind === remark.kind)) continue;
    for (const entry of entriesLost(remark, entries)) lost.add(entry);
  }
  return lost.size === 0 ? entries : entries.filter((entry) => !lost.has(entry));
}

function entriesLost({ kind, file, line }: Remark, entries: readonly BundleEntry[]): readonly BundleEntry[] {
  if (line === undefined) return [];
  const own = entries.filter((entry) => entry.file === file && entry.line !== undefined);
  if (kind === "crlf") return own;
  const before = kind === "long-line" ? own.filter((entry) => (entry.line ?? 0) <= line) : own;
  return before.slice(-1);
}
