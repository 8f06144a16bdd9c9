/** Rules of wording, for every text file: no work left in notes, one citation form, no machine's own paths. */
import { breachesOf, type Breach } from "./breach.ts";
import { isTest } from "./imports.ts";

type Wording = readonly [rule: string, pattern: RegExp, says: (match: string) => string];

/** Documents that newer ones replaced, with what is in force. History may name them; a section is cited from the new. */
const replaced: Readonly<Record<string, string>> = {
  "2459": "5280",
  "2560": "6960",
  "2616": "9110 and 9112",
  "2818": "9110 §4.3.4",
  "3280": "5280",
  "6125": "9525",
  "6555": "8305",
  "7230": "9112",
  "7231": "9110",
  "7232": "9110",
  "7233": "9110",
  "7234": "9111",
  "7235": "9110",
};

/** The patterns bracket a letter here and there so that this file does not match itself. */
const wordings: readonly Wording[] = [
  ["left-over", /\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/g, (match) => `${match} marks work that is not done`],
  [
    "citation",
    /\bRFC(?:-?\d| {2,}\d| \d+,? (?:[Ss]ec(?:tion\b|t?\.)|[Ss]ections\b|§ ))|\b[Ss]ections? [\d.]+ of RFC/g,
    (match) => `"${match}" is not the citation form "RFC 9112 §6.3 (5)"`,
  ],
  [
    "citation-replaced",
    new RegExp(String.raw`\bRFC (?:${Object.keys(replaced).join("|")})\b(?= §)`, "g"),
    (match) => `${match} was replaced by RFC ${replaced[match.slice(4)] ?? ""}`,
  ],
  [
    "machine-path",
    /(?<![\w.])(?:\/home\/[a-z]\w*\/|\/Users\/\w+\/|\/root\/|\/work\/|[A-Z]:\\Users\\)/g,
    (match) => `"${match}" is a path of one machine`,
  ],
  [
    "speaks-of-its-making",
    /\b(?:sub-?agen[t]s?|ai agen[t]s?|language mode[l]s?|ll[m]s?|claud[e]|issue #?\d+|issues sho[w])\b/gi,
    (match) => `"${match}": the project speaks of itself alone`,
  ],
  [
    "old-words",
    /\b(?<!there )(?<!There )(?:is|was) n[o] (?!longer|more|less|doubt|such|other|one\b|business|matter|difference)(?=[a-z])|\bby who[m]\b|\bthat there is no[t]\b|\bmende[d]\b/g,
    (match) => `"${match.trim()}" is not how one says it now: "is not a", "who ... it", "unknown", "fixed"`,
  ],
  [
    "registry",
    /\bregistry\.(?:npmjs|yarnpkg)\b|\bnpm\.pkg\.|\bjsr\.io\b|\bproxy\.golang\b/g,
    (match) => `"${match}" is a registry's host`,
  ],
];

export function checkText(path: string, text: string): Breach[] {
  // A document may forbid such notes by name; in code they are what they say.
  const asked = path.endsWith(".ts") ? wordings : wordings.filter(([rule]) => rule !== "left-over");
  const breaches = asked.flatMap(([rule, pattern, says]) => breachesOf({ rule, path, text }, pattern, says));
  if (!path.startsWith("src/") || isTest(path)) return breaches;
  // A specifier is held to the house by the rules of imports.
  const shared = { rule: "names-shared", path, text };
  return [
    ...breaches,
    ...breachesOf(shared, /(?<!\bfrom ")\.\.\/shared\b/g, () => "only tests and tools may read ../shared"),
  ];
}

/** The lock file names no download address: a clone installs from whatever registry the machine uses. */
export function checkLockFile(path: string, text: string): Breach[] {
  return breachesOf(
    { rule: "lock-names-address", path, text },
    /"resolved": "(?!tools\/)/g,
    () => "the lock file names an address",
  );
}
