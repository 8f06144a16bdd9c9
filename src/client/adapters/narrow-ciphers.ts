/**
 * What two cipher lists of OpenSSL's have in common, as a list again. OpenSSL alone can read its lists, and Node does not
 * show what it read; but it can be asked whether a list without certain suites still has one.
 */
import { createSecureContext, DEFAULT_CIPHERS, getCiphers } from "node:tls";
import { bare, RecentMap } from "../../core/index.ts";
import { clientLimits } from "../limits.ts";

/** Node gives names that begin so to TLS 1.3, and everything else to the older versions (`processCiphers`). */
const isOfTls13 = (name: string): boolean => name.startsWith("TLS_");
/** What no list of suites shows: no certificate, no encryption, and what OpenSSL leaves out of its own default. */
const never = "!aNULL:!eNULL:!COMPLEMENTOFDEFAULT";

const known = new RecentMap<string, { readonly both: Common | undefined }>(
  clientLimits.compiledPolicies.value,
);

/** What is common to two lists. */
interface Common {
  readonly list: string;
  /** The list has suites of older versions for the sake of its rules alone: those versions must not be offered. */
  readonly isTls13Alone: boolean;
}

/** The suites of `asked` that `own` has too, in `asked`'s order, by `own`'s rules on keys; `undefined` where there is none. */
export function narrowCiphers(asked: string, own: string = DEFAULT_CIPHERS): Common | undefined {
  const key = JSON.stringify([asked, own]);
  const found = known.get(key) ?? { both: intersect(split(asked), split(own)) };
  known.set(key, found);
  return found.both;
}

interface Split {
  readonly tls13: readonly string[];
  readonly older: string;
  /** Rules on keys, which stay in force whatever is taken out. */
  readonly levels: readonly string[];
}

/** OpenSSL takes a rule that stands right behind a name too: `DEFAULT@SECLEVEL=2`. */
const level = /@SECLEVEL=\d/g;

function split(list: string): Split {
  const names = list
    .replace(level, "")
    .split(/[:;, ]/)
    .filter((name) => name !== "");
  return {
    tls13: names.filter(isOfTls13),
    older: names.filter((name) => !isOfTls13(name)).join(":"),
    levels: list.match(level) ?? [],
  };
}

/** OpenSSL takes a list that begins so for another list, with rules on keys, and does not read on. */
const isSuiteB = ({ older }: Split): boolean => older.startsWith("SUITEB");

function intersect(asked: Split, own: Split): Common | undefined {
  if (isSuiteB(asked) || isSuiteB(own)) return undefined;
  const others = tls13Of(own);
  const tls13 = asked.tls13.length === 0 ? own.tls13 : asked.tls13.filter((name) => others.includes(name));
  if (asked.tls13.length > 0 && tls13.length === 0) return undefined;
  const absent = suites().filter((name) => !hasSuite(own.older, name));
  const older = [asked.older, never, ...absent.map((name) => `!${name}`)].join(":");
  const hasOlder = asked.older !== "" && hasAny(older);
  // A list without any suite of TLS 1.3 says nothing of that; then what it says has to be there.
  if (!hasOlder && asked.tls13.length === 0) return undefined;
  // OpenSSL takes rules with suites of older versions alone.
  const isTls13Alone = !hasOlder && own.levels.length > 0;
  const rest = hasOlder ? [older, ...own.levels] : isTls13Alone ? [own.older, ...own.levels] : [];
  return { list: [...tls13, ...rest].join(":"), isTls13Alone };
}

/** What OpenSSL has where a list names none. */
function tls13Of({ tls13 }: Split): readonly string[] {
  return tls13.length > 0 ? tls13 : DEFAULT_CIPHERS.split(":").filter(isOfTls13);
}

/** Those of the versions before TLS 1.3. */
function suites(): readonly string[] {
  return getCiphers()
    .map((name) => name.toUpperCase())
    .filter((name) => !isOfTls13(name));
}

function hasSuite(list: string, suite: string): boolean {
  if (list === "") return false;
  const others = suites().filter((name) => name !== suite);
  return hasAny([list, never, ...others.map((name) => `!${name}`)].join(":"));
}

function hasAny(ciphers: string): boolean {
  try {
    createSecureContext(bare({ ciphers, ca: [] }));
    return true;
  } catch {
    return false;
  }
}
