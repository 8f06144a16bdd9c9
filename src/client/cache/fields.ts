/** The fields that a cache reads, and those it gives: RFC 9111 §3.1, §3.2, §5.1. */
import { namesCredential, type Field } from "../../http1/index.ts";
import type { AskedRequest } from "../middleware/exchange.ts";
import type { ReadonlyHeaders } from "../readonly-headers.ts";
import type { Response } from "../response.ts";

/** The directives of Cache-Control (RFC 9111 §5.2): names in lower case, the first of each. */
export function cacheDirectives(text: string | null): readonly (readonly [name: string, written: string])[] {
  const found = new Map<string, string>();
  for (const part of (text ?? "").split(",")) {
    const written = part.trim();
    const name = written.split("=", 1)[0]?.trim().toLowerCase() ?? "";
    if (name !== "" && !found.has(name)) found.set(name, written.replace(/^[^=]*/, name));
  }
  return [...found];
}

/**
 * What a request's freshness depends on. Credentials are in the key, and their values have no place in a store: here they are
 * said to be there, which is what RFC 9111 §3.5 asks.
 */
export function requestFacts(
  { headers }: AskedRequest,
  varies: readonly string[],
): Message & { readonly method: "GET" } {
  const facts = plain();
  for (const [name, value] of headers) {
    if (namesCredential(name)) facts[name] = "present";
    else if (name === "cache-control") facts[name] = written(cacheDirectives(value));
    else if (name === "pragma" || varies.includes(name)) facts[name] = value;
  }
  return { method: "GET", headers: facts };
}

/**
 * What a response's freshness depends on. `must-revalidate` is about stale responses alone (RFC 9111 §5.2.2.2); the library asks the
 * server each time where it sees it, so it is shown what it comes to: nothing is given stale.
 */
export function responseFacts({ status, headers }: Response): Message & { readonly status: number } {
  const facts = plain();
  for (const [name, value] of headers) facts[name] = value;
  const said = cacheDirectives(headers.get("cache-control"));
  const isStrict = said.some(([name]) => name === "must-revalidate");
  const shown = isStrict ? said.filter(([name]) => !ofStaleness.has(name)) : said;
  if (said.length > 0) facts["cache-control"] = written(shown);
  return { status, headers: facts };
}

interface Message {
  readonly headers: Record<string, string>;
}

const ofStaleness: ReadonlySet<string> = new Set([
  "must-revalidate",
  "stale-if-error",
  "stale-while-revalidate",
]);

function plain(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

function written(said: readonly (readonly [name: string, written: string])[]): string {
  return said.map(([, text]) => text).join(", ");
}

/** The names in Vary; `undefined` for `*`, which no request matches (RFC 9111 §4.1). */
export function variesBy(headers: ReadonlyHeaders): readonly string[] | undefined {
  const names = namesIn(headers.get("vary"));
  return names.includes("*") ? undefined : names;
}

/** A list of field names, in lower case. */
export function namesIn(list: string | null | undefined): readonly string[] {
  return (list ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}

/** The lines of a kept response as they are given, `age` in seconds. */
export function shownLines(lines: readonly Field[], age: number): readonly Field[] {
  const shown = lines.filter(([name]) => name.toLowerCase() !== "age");
  return [...withoutConnection(shown), ["Age", String(Math.max(0, Math.floor(age)))]];
}

/** RFC 9111 §3.2: what a 304 says stands in the place of what was said, but for what describes the body that is kept. */
export function freshened(lines: readonly Field[], headers: ReadonlyHeaders): readonly Field[] {
  const said = withoutConnection([...headers.lines()]).filter(([name]) => !ofTheBody.has(name.toLowerCase()));
  const names = new Set(said.map(([name]) => name.toLowerCase()));
  return [...lines.filter(([name]) => !names.has(name.toLowerCase())), ...said];
}

const ofTheBody: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
]);

/** Fields of one connection (RFC 9110 §7.6.1). */
const ofConnections = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

function withoutConnection(lines: readonly Field[]): readonly Field[] {
  const named = lines
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.split(","))
    .map((name) => name.trim().toLowerCase());
  const left = new Set([...ofConnections, ...named]);
  return lines.filter(([name]) => !left.has(name.toLowerCase()));
}
