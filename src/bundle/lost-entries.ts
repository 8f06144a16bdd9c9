/** Which certificates of a file a device gets, which of these it can find, and what kept it from the others. */
import { compareBytes, equalBytes, ownValue, renderHex } from "../core/index.ts";
import type { FoundAt } from "./audit-finding.ts";
import { type Bundle, type BundleEntry, isEspBundle } from "./bundle.ts";
import { type FileRules, formatRefusal } from "./file-rules.ts";
import { readEntry } from "./formats/pem.ts";
import type { PemReader, ReadFault } from "./readers/pem-reading.ts";

type ReadingRules = Pick<FileRules, "pemReader" | "needsNul" | "derReader" | "refusesFormats">;

/** What a device made of a file. */
export interface SeenEntries {
  readonly entries: readonly BundleEntry[];
  /** What its reader stumbled over, with the place of each. */
  readonly faults: readonly (FoundAt & Pick<ReadFault, "why">)[];
  /** Blocks that it found and could not decode. */
  readonly broken: number;
}

/** The entries that the device gets, by its rules. */
export function readAsDevice(bundle: Bundle, rules: ReadingRules): SeenEntries {
  const { format, entries, texts } = bundle;
  if (formatRefusal(format, rules) !== undefined) return { entries: [], faults: [], broken: 0 };
  const reader = ownValue(rules, "pemReader");
  const derReader = ownValue(rules, "derReader");
  const others = entries.filter((entry) => entry.line === undefined && isTaken(entry, derReader));
  if (reader === undefined || texts.length === 0) {
    return {
      entries: [...others, ...entries.filter(({ line }) => line !== undefined)],
      faults: [],
      broken: 0,
    };
  }
  const needsNul = ownValue(rules, "needsNul") === true;
  const given = needsNul ? texts.filter(({ isUnterminated }) => isUnterminated !== true) : texts;
  const read = readTexts({ entries, texts: given }, reader);
  return { ...read, entries: [...others, ...read.entries] };
}

/** The entries alone. */
export function entriesSeen(bundle: Bundle, rules: ReadingRules): readonly BundleEntry[] {
  return readAsDevice(bundle, rules).entries;
}

/** Of several certificates in one piece of DER, libraries read the first, or none. */
function isTaken({ inDer }: BundleEntry, derReader: FileRules["derReader"]): boolean {
  if (derReader === undefined || inDer === undefined || inDer === "alone") return true;
  return derReader === "first" && inDer === "first";
}

/** What a library's own reader gives. */
function readTexts({ entries, texts }: Pick<Bundle, "entries" | "texts">, read: PemReader): SeenEntries {
  const known = new KnownEntries(entries);
  const seen: BundleEntry[] = [];
  const faults: (FoundAt & Pick<ReadFault, "why">)[] = [];
  let broken = 0;
  for (const { bytes, file, linesBefore } of texts) {
    const reading = read(bytes);
    const placeOf = (line: number): string => `${file === undefined ? "" : `${file}, `}line ${line}`;
    broken += reading.broken;
    for (const { line: within, why } of reading.faults) {
      const line = linesBefore + within;
      faults.push({ place: placeOf(line), line: file === undefined ? line : undefined, why });
    }
    for (const { line: within, der } of reading.blocks) {
      const line = linesBefore + within;
      const here = known.find({ file, line }, der);
      if (here?.kind === "certificate") seen.push(here);
      else {
        const entry = readEntry(der, here?.place ?? placeOf(line));
        seen.push({ ...entry, line, ...(file !== undefined && { file }) });
      }
    }
  }
  return { entries: seen, faults, broken };
}

/**
 * What was read here, by its place. Lines are counted otherwise where some end in CR alone: then by its content, of which each
 * entry is found once.
 */
class KnownEntries {
  readonly #byPlace: ReadonlyMap<string, BundleEntry>;
  readonly #byContent = new Map<string, BundleEntry[]>();
  readonly #isFound = new Set<BundleEntry>();

  constructor(entries: readonly BundleEntry[]) {
    this.#byPlace = new Map(entries.map((entry) => [placeKey(entry), entry]));
    for (const entry of entries) {
      if (entry.kind !== "certificate" || entry.line === undefined) continue;
      const key = contentKey(entry.certificate.der);
      const same = this.#byContent.get(key);
      if (same === undefined) this.#byContent.set(key, [entry]);
      else same.push(entry);
    }
  }

  find(place: Parameters<typeof placeKey>[0], der: Uint8Array): BundleEntry | undefined {
    const here = this.#byPlace.get(placeKey(place));
    const isIt = here?.kind === "certificate" && equalBytes(here.certificate.der, der);
    const found = isIt
      ? here
      : this.#byContent.get(contentKey(der))?.find((entry) => !this.#isFound.has(entry));
    if (found !== undefined) this.#isFound.add(found);
    return found ?? (here?.kind === "certificate" ? undefined : here);
  }
}

/** All of it: whoever made the file could make certificates alike in any part of theirs. */
function contentKey(der: Uint8Array): string {
  return renderHex(der);
}

/** Where an entry begins: its file and its line. */
export function placeKey(entry: {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}): string {
  return `${ownValue(entry, "line") ?? ""} ${ownValue(entry, "file") ?? ""}`;
}

/** Of the entries that the device gets, those that it can find: none where there are too many, or one it does not take. */
export function entriesFound(
  bundle: Bundle,
  rules: ReadingRules & Pick<FileRules, "maxAnchors" | "searchesByHalves"> & TakingRules,
): readonly BundleEntry[] {
  const { entries: seen, broken } = readAsDevice(bundle, rules);
  if (seen.length > (ownValue(rules, "maxAnchors") ?? Infinity)) return [];
  if (ownValue(rules, "takesAllOrNone") !== undefined) {
    if (broken > 0 || seen.some((entry) => costsAll(entry, rules))) return [];
  }
  if (ownValue(rules, "searchesByHalves") !== true) return seen;
  // What is made into a bundle is sorted on the way.
  const held = isEspBundle(bundle.format)
    ? seen
    : seen.toSorted((a, b) => compareBytes(nameOf(a), nameOf(b)));
  return held.filter(isFoundByHalves);
}

type TakingRules = Pick<FileRules, "takesAllOrNone" | "refuse">;

function costsAll(entry: BundleEntry, rules: TakingRules): boolean {
  if (entry.kind !== "certificate") return entry.kind === "unreadable";
  return ownValue(rules, "refuse")?.(entry.certificate) !== undefined;
}

/** Of two with one name, the one that the halves come upon is found, and never the other. */
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
