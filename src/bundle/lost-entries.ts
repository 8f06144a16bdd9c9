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

function entriesLost({ kind, place }: Remark, entries: readonly BundleEntry[]): readonly BundleEntry[] {
  const at = lineOf(place);
  if (at === undefined) return [];
  const own = entries.flatMap((entry) => {
    const start = lineOf(entry.place);
    return start?.file === at.file ? [{ entry, line: start.line }] : [];
  });
  if (kind === "crlf") return own.map(({ entry }) => entry);
  const before = kind === "long-line" ? own.filter(({ line }) => line <= at.line) : own;
  const last = before.at(-1);
  return last === undefined ? [] : [last.entry];
}

/** `ca.pem, line 12` and `line 12`. */
function lineOf(place: string): { readonly file: string; readonly line: number } | undefined {
  const [, file = "", line] = /^(?:(.*), )?line (\d+)$/s.exec(place) ?? [];
  return line === undefined ? undefined : { file, line: Number(line) };
}
