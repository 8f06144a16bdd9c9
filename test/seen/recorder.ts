/**
 * Which codes the tests of one file saw. A code of the catalogue counts when the product made an error of it, or put
 * the engine's rejection into words, and the code itself was handed to an assertion; a finding when it was handed to
 * one. What a test makes up does not count, nor does an error that nobody was given.
 *
 * The product has no hook for this. Its catalogue is one object, which every error and every explained rejection asks
 * for its sentence: asking is what is recorded, with who asked.
 */
import { chai } from "vitest";
import { catalogue } from "../../src/core/index.ts";

/** The codes that the product made so far. */
const made = new Set<string>();
/** The codes that an assertion was handed so far, alone or somewhere in a value. */
const handed = new Set<string>();
/** The codes that only a finding has, of those that an assertion was handed so far. */
const found = new Set<string>();

/** What was seen since the file began. */
export function seenCodes(): readonly string[] {
  return [...[...made].filter((code) => handed.has(code)), ...found];
}

/** Has the catalogue and the assertions of this process recorded; once a file. */
export function startRecording(): void {
  const entries: Record<string, { readonly sentence: (detail: never) => string }> = catalogue;
  for (const [code, entry] of Object.entries(entries)) {
    const sentence = (detail: never): string => {
      if (isAskedByProduct(new Error().stack ?? "")) made.add(code);
      return entry.sentence(detail);
    };
    entries[code] = { ...entry, sentence };
  }
  for (const name of Object.getOwnPropertyNames(chai.Assertion.prototype)) {
    // Chai's own words (`be`, `have`) are getters that look at what they are called on.
    if (/^to[A-Z]/.test(name))
      chai.util.overwriteMethod(chai.Assertion.prototype, name, watched(name.startsWith("toThrow")));
  }
}

/** Whether an error, or the words for a rejection, is made in `src/` and not in a test there. */
function isAskedByProduct(stack: string): boolean {
  const frames = stack.split("\n");
  const maker = frames.findIndex((frame) => /\bat (?:new _?HttpsError|explainRejection) /.test(frame));
  const caller = maker < 0 ? "" : (frames[maker + 1] ?? "");
  return caller.includes("/src/") && !caller.includes(".test.ts");
}

type Matcher = (this: object, ...expected: unknown[]) => unknown;

/** The same matcher, looking at what it is handed before it decides. */
function watched(throws: boolean): (matcher: Matcher) => Matcher {
  return (matcher) =>
    function (...expected) {
      const value: unknown = chai.util.flag(this, "object");
      if (throws && typeof value === "function") {
        chai.util.flag(this, "object", () => callLookingAtErrors(value as () => unknown));
      } else {
        lookAt(value);
      }
      return matcher.apply(this, expected);
    };
}

function callLookingAtErrors(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    lookAt(error);
    throw error;
  }
}

const mostParts = 2_000;
const mostDepth = 6;

/** Finds the codes and the findings in a value, as far as its own data goes. */
function lookAt(value: unknown): void {
  const known = new Set<unknown>();
  const visit = (part: unknown, depth: number): void => {
    if (typeof part === "string" && Object.hasOwn(catalogue, part)) handed.add(part);
    if (typeof part !== "object" || part === null || ArrayBuffer.isView(part)) return;
    if (depth > mostDepth || known.size > mostParts || known.has(part)) return;
    known.add(part);
    const fields = part instanceof Set || part instanceof Map ? [...part] : dataOf(part);
    if (isFinding(part) && !Object.hasOwn(catalogue, part.code)) found.add(part.code);
    for (const field of fields) visit(field, depth + 1);
  };
  visit(value, 0);
}

function dataOf(part: object): readonly unknown[] {
  return Object.values(Object.getOwnPropertyDescriptors(part)).map(({ value }) => value as unknown);
}

function isFinding(part: object): part is { readonly code: string } {
  return "code" in part && typeof part.code === "string" && "certainty" in part && "sentence" in part;
}
