/** Which certificates of a file a device never sees, though they can be read: what the form of the file costs it. */
import { compareBytes, ownValue } from "../core/index.ts";
import type { Bundle, BundleEntry, Remark } from "./bundle.ts";
import { readEntry } from "./formats/pem.ts";
import type { PemReader } from "./readers/pem-reading.ts";
import { type FileRules, formatRefusal, type Loss } from "./file-rules.ts";

/** The entries that the device gets, by its rules. Places that name no line lose nothing. */
export function entriesSeen(
  bundle: Bundle,
  rules: Pick<FileRules, "loses" | "pemReader" | "needsNul" | "refusesFormats">,
): readonly BundleEntry[] {
  const { format, entries, remarks, texts } = bundle;
  if (formatRefusal(format, rules) !== undefined) return [];
  const reader = ownValue(rules, "pemReader");
  if (reader !== undefined && texts.length > 0) {
    const needsNul = ownValue(rules, "needsNul") === true;
    const given = needsNul ? texts.filter(({ isUnterminated }) => isUnterminated !== true) : texts;
    return entriesRead({ entries, texts: given }, reader);
  }
  const loses = ownValue(rules, "loses");
  const lost = new Set<BundleEntry>();
  for (const remark of remarks) {
    const loss = loses === undefined ? undefined : ownValue(loses, remark.kind);
    if (loss === undefined) continue;
    for (const entry of entriesLost(remark, loss, entries)) lost.add(entry);
  }
  return lost.size === 0 ? entries : entries.filter((entry) => !lost.has(entry));
}

/** What a library's own reader gives; entries without lines stand beside the text. */
function entriesRead(
  { entries, texts }: Pick<Bundle, "entries" | "texts">,
  read: PemReader,
): readonly BundleEntry[] {
  const blocks = texts.flatMap(({ bytes, file, linesBefore }) =>
    read(bytes).map(({ line, der }) => ({ line: linesBefore + line, file, der })),
  );
  const seen = blocks.map(({ line, file, der }): BundleEntry => {
    const known = entries.find((entry) => entry.line === line && entry.file === file);
    if (known?.kind === "certificate") return known;
    const place = known?.place ?? `${file === undefined ? "" : `${file}, `}line ${line}`;
    return { ...readEntry(der, place), line, ...(file !== undefined && { file }) };
  });
  return [...entries.filter(({ line }) => line === undefined), ...seen];
}

/** Of the entries that the device gets, those that it can find: none where there are too many, or one it does not take. */
export function entriesFound(
  bundle: Bundle,
  rules: Pick<
    FileRules,
    "loses" | "pemReader" | "needsNul" | "refusesFormats" | "maxAnchors" | "searchesByHalves"
  > &
    TakingRules,
): readonly BundleEntry[] {
  const seen = entriesSeen(bundle, rules);
  if (seen.length > (ownValue(rules, "maxAnchors") ?? Infinity)) return [];
  if (seen.some((entry) => costsAll(entry, rules))) return [];
  const isUnsorted = bundle.remarks.some(({ kind }) => kind === "unsorted");
  return isUnsorted && ownValue(rules, "searchesByHalves") === true ? seen.filter(isFoundByHalves) : seen;
}

type TakingRules = Pick<FileRules, "takesAllOrNone" | "refuse">;

function costsAll(entry: BundleEntry, rules: TakingRules): boolean {
  if (ownValue(rules, "takesAllOrNone") === undefined) return false;
  if (entry.kind !== "certificate") return entry.kind === "unreadable";
  return ownValue(rules, "refuse")?.(entry.certificate) !== undefined;
}

function isFoundByHalves(entry: BundleEntry, _index: number, entries: readonly BundleEntry[]): boolean {
  const name = nameOf(entry);
  let low = 0;
  let high = entries.length - 1;
  while (low <= high) {
    const middle = Math.trunc((low + high) / 2);
    const order = compareBytes(name, nameOf(entries[middle]));
    if (order === 0) return entries[middle] === entry;
    if (order < 0) high = middle - 1;
    else low = middle + 1;
  }
  return false;
}

const noName = new Uint8Array(0);

function nameOf(entry: BundleEntry | undefined): Uint8Array {
  if (entry === undefined || entry.kind === "unreadable") return noName;
  return (entry.kind === "certificate" ? entry.certificate.subject : entry.subject).der;
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
    case "following":
      return next;
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
