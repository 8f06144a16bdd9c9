/**
 * Reads lists of endpoints: a URL or `host:port` a line, with tags behind it. `#` at the beginning of a word begins a
 * remark. A line that is not an endpoint is named with its number, and the rest goes on.
 *
 * Hosts are visited as they are listed. A range of addresses or a wildcard is refused: whom it would lead to has not asked
 * for it, and nobody here knows.
 */
import { hasOwn, parseEndpoint, shownUrl } from "../../core/index.ts";
import type { WatchedEndpoint } from "../../fleet/index.ts";
import { endpointOf } from "./endpoint-of.ts";

/** The text of a list, and the name by which people know it. */
export interface ListText {
  readonly file: string;
  readonly text: string;
}

export interface BadLine {
  readonly file: string;
  /** From 1 on. */
  readonly line: number;
  /** A full sentence, without what may be a secret. */
  readonly message: string;
  readonly hint: string | undefined;
}

export interface EndpointList {
  /** Each once, in the order in which they are listed first. */
  readonly endpoints: readonly WatchedEndpoint[];
  readonly bad: readonly BadLine[];
}

/** What several lists name together. An endpoint that is listed twice is one, and has the tags of both. */
export function parseLists(lists: readonly ListText[]): EndpointList {
  const found = new Map<string, WatchedEndpoint>();
  const bad: BadLine[] = [];
  for (const { file, text } of lists) {
    for (const [index, line] of text
      .replace(/^\uFEFF/, "")
      .split(/\r\n|\r|\n/)
      .entries()) {
      const read = parseLine(line);
      if (read === undefined) continue;
      if (hasOwn(read, "message")) {
        bad.push({ file, line: index + 1, ...read });
        continue;
      }
      const known = found.get(read.id);
      const tags = known === undefined ? read.tags : [...new Set([...known.tags, ...read.tags])];
      found.set(read.id, { ...read, tags });
    }
  }
  return { endpoints: [...found.values()], bad };
}

/** Where a list names nothing to visit: a sentence that says so. */
export function explainEmpty(
  { endpoints, bad }: EndpointList,
  lists: readonly ListText[],
): string | undefined {
  if (endpoints.length > 0) return undefined;
  const names = lists.map(({ file }) => file).join(", ");
  if (bad.length === 0) return `There is no endpoint in ${names}.`;
  return `Not one of the ${bad.length} lines in ${names} is an endpoint.`;
}

type Wrong = Pick<BadLine, "message" | "hint">;

/** `undefined` for a line without words. */
function parseLine(line: string): WatchedEndpoint | Wrong | undefined {
  const [place, ...tags] = line
    .replace(/(?:^|\s)#.*$/, "")
    .split(/\s+/)
    .filter((word) => word !== "");
  if (line.includes("\0"))
    return { message: "It holds a NUL character, and so is not of a text.", hint: textHint };
  if (place === undefined) return undefined;
  const wide = checkNarrow(place);
  if (wide !== undefined) return wide;
  const reading = parseEndpoint(place);
  if (reading.ok) return endpointOf(reading.endpoint, [...new Set(tags)]);
  const { code, message, hint } = reading.error;
  return {
    message,
    hint: code === "url-credentials" ? "Leave it out: the certificates are the same without." : hint,
  };
}

const textHint = "Save the list as UTF-8.";
const oneHost = "Write each host in a line of its own: hosts are visited as they are listed, never ranges.";

/** Whether it names one host, and not many. The path of a web site's URL may be any number. */
function checkNarrow(place: string): Wrong | undefined {
  const authority = place.replace(/^https:\/\/([^/?#]*)[^]*$/i, "$1").replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  if (range4.test(authority) || range6.test(authority))
    return { message: `${shownUrl(place)} is a range of addresses.`, hint: oneHost };
  if (/^[^/?#@]*\*/.test(authority))
    return { message: `${shownUrl(place)} is a wildcard, which may be any host.`, hint: oneHost };
  return undefined;
}

/** `10.0.0.0/24`, `10.0.0.1-20:443`, `10.0.0.1-10.0.0.20`. */
const range4 = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2}|-\d[\d.]*)(?::\d+)?\/?$/;
/** `2001:db8::/32`, `[2001:db8::/32]:443`, `2001:db8::1-2001:db8::9`. */
const range6 = /^\[?(?=[^/\]]*:[^/\]]*:)[0-9a-f:.]+(?:\/\d{1,3}|-[0-9a-f:.]+|\]\/\d{1,3})\]?(?::\d+)?\/?$/i;
