/** What undici's dispatch is asked for, as the client's own request. */
import { stringify } from "node:querystring";
import { HttpsError, nameKind, ownValues } from "../../../core/index.ts";
import type { RequestOptions } from "../../options/options.ts";
import { readBody } from "./sent-body.ts";

const names = [
  "origin",
  "path",
  "query",
  "method",
  "headers",
  "body",
  "headersTimeout",
  "bodyTimeout",
  "maxRedirections",
  "reset",
  "expectContinue",
  "servername",
  "upgrade",
] as const;

/** What is asked for: undici's types are not depended on, and from JavaScript anything may come. */
export type DispatchOptions = Readonly<Record<string, unknown>>;

export interface Asked {
  readonly url: string;
  readonly method: string;
  readonly fields: readonly (readonly [string, string])[];
  /** The protocol to switch to. */
  readonly upgrade: string | undefined;
  readonly options: RequestOptions;
}

/** @throws HttpsError `option-invalid` */
export function readAsked(given: DispatchOptions): Asked {
  const read = ownValues(given, names);
  const { method = "GET", body, maxRedirections, expectContinue, upgrade, servername } = read;
  if (typeof method !== "string") throw invalid("method", method, "a method's name");
  const fields = pairsOf(read.headers);
  const isReset = read.reset === true && !fields.some(([name]) => /^connection$/i.test(name));
  const headers = isReset ? [...fields, ["Connection", "close"] as const] : fields;
  const sent = readBody(body);
  return {
    url: `${originOf(read.origin)}${pathOf(read.path, read.query)}`,
    method,
    fields,
    upgrade: typeof upgrade === "string" && upgrade !== "" ? upgrade : undefined,
    options: {
      method,
      headers,
      ...(sent === undefined ? {} : { body: sent }),
      // undici's callers undo content codings by themselves.
      decompress: false,
      redirects: typeof maxRedirections === "number" ? maxRedirections : 0,
      timeouts: {
        ...deadline("headMs", read.headersTimeout),
        ...deadline("bodyIdleMs", read.bodyTimeout),
      },
      ...(expectContinue === true ? { expectContinue } : {}),
      ...(typeof servername === "string" && servername !== ""
        ? { sni: servername, identity: servername }
        : {}),
    },
  };
}

function deadline(name: "headMs" | "bodyIdleMs", given: unknown): object {
  if (given === undefined || given === null) return {};
  return { [name]: given === 0 ? Infinity : given };
}

function originOf(given: unknown): string {
  if (given instanceof URL) return given.origin;
  if (typeof given !== "string" || !URL.canParse(given)) throw invalid("origin", given, "an origin");
  return new URL(given).origin;
}

function pathOf(path: unknown, query: unknown): string {
  if (typeof path !== "string" || !path.startsWith("/"))
    throw invalid("path", path, "a text that begins with a slash");
  if (query === undefined || query === null) return path;
  if (typeof query !== "object" || /[?#]/.test(path))
    throw invalid("query", query, "names and values, beside a path without a query");
  const more = stringify(query as Readonly<Record<string, string>>);
  return more === "" ? path : `${path}?${more}`;
}

/** Fields by name, as pairs, or names and values in turn. */
function pairsOf(given: unknown): readonly (readonly [string, string])[] {
  if (given === undefined || given === null) return [];
  if (typeof given !== "object") throw invalid("headers", given, "an object or a list");
  if (Array.isArray(given) && !given.every(Array.isArray)) return inTurn(given);
  if (Symbol.iterator in given) return [...(given as Iterable<unknown>)].flatMap(pairOf);
  return Object.entries(given).flatMap(([name, value]) => linesOf(name, value));
}

function inTurn(list: readonly unknown[]): readonly (readonly [string, string])[] {
  if (list.length % 2 !== 0) throw invalid("headers", list, "a value for each name");
  return list.flatMap((name, at) => (at % 2 === 0 ? linesOf(textOf(name), list[at + 1]) : []));
}

function pairOf(pair: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(pair) || pair.length !== 2)
    throw invalid("headers", pair, "pairs of a name and a value");
  return linesOf(textOf(pair[0]), pair[1]);
}

function linesOf(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((one) => [name, textOf(one)] as const);
}

function textOf(value: unknown): string {
  if (value === null) return "";
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  throw invalid("headers", value, "texts");
}

function invalid(option: string, value: unknown, expected: string): HttpsError {
  return new HttpsError("option-invalid", { option, value: nameKind(value), expected });
}
