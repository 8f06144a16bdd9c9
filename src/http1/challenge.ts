/** Reads WWW-Authenticate and Proxy-Authenticate: RFC 9110 §11.3, §11.6.1. */
import { TextReader } from "./text-reader.ts";

/** One way in which a server lets a request authenticate. */
export interface Challenge {
  /** In lower case: schemes are compared without regard to case. */
  readonly scheme: string;
  /** Base64-like data in place of parameters, as Negotiate and NTLM send. */
  readonly token68?: string;
  /** By lower-case name; of a repeated one the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * The challenges of a field, whose lines may be joined with commas. Where the grammar breaks the list ends: a
 * challenge that cannot be read cannot be answered, and the ones before it can.
 */
export function parseChallenges(value: string): readonly Challenge[] {
  const reader = new TextReader(value);
  const challenges: Challenge[] = [];
  reader.skipWhite(",");
  let scheme = reader.readToken();
  while (scheme !== undefined) {
    const parameters = new Map<string, string>();
    const token68 = reader.isNext(" ") ? readToken68(reader) : undefined;
    const next = token68 === undefined ? readParameters(reader, parameters) : readScheme(reader);
    if (next === malformed) return challenges;
    challenges.push({
      scheme: scheme.toLowerCase(),
      parameters,
      ...(token68 === undefined ? {} : { token68 }),
    });
    scheme = next;
  }
  return challenges;
}

const malformed = "";

function readToken68(reader: TextReader): string | undefined {
  reader.skipWhite();
  return reader.readMatch(/[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y);
}

/** The scheme after a comma; `undefined` at the end of the field. */
function readScheme(reader: TextReader): string | undefined {
  reader.skipWhite();
  if (reader.atEnd) return undefined;
  if (!reader.isNext(",")) return malformed;
  reader.skipWhite(",");
  return reader.atEnd ? undefined : (reader.readToken() ?? malformed);
}

/**
 * A token or a quoted string.
 *
 * DEVIATION: a value of more signs than a token has, without quotes, is taken up to the comma: servers that write
 * `nonce=` in front of Base64 and forget the quotes of RFC 7616 §3.3 can be read in one way alone.
 */
function readValue(reader: TextReader): string | undefined {
  return reader.readMatch(/[\w!#$%&'*+.^`|~:/?@-]+={0,2}(?=[ \t]*(?:,|$))/y) ?? reader.readTokenOrQuoted();
}

/** Reads parameters up to the scheme of the next challenge, which is a token with no "=" behind it, and gives that. */
function readParameters(reader: TextReader, parameters: Map<string, string>): string | undefined {
  for (let isFirst = true; ; isFirst = false) {
    reader.skipWhite();
    if (reader.atEnd) return undefined;
    if (!reader.isNext(",") && !isFirst) return malformed;
    const comma = reader.isNext(",");
    reader.skipWhite(",");
    if (reader.atEnd) return undefined;
    const name = reader.readToken();
    if (name === undefined) return malformed;
    const isScheme = comma && reader.readMatch(/(?=[ \t]*(?:,|$)|[ \t]+[^\s=])/y) !== undefined;
    if (isScheme) return name;
    reader.skipWhite();
    if (!reader.take("=")) return malformed;
    reader.skipWhite();
    const value = readValue(reader);
    if (value === undefined) return malformed;
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, value);
  }
}
