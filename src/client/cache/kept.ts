/** What is kept of a response, as text and back: a store may have lost a part of it, and then it was never there. */
import type CachePolicy from "http-cache-semantics";
import { isRecord } from "../../core/index.ts";
import { isToken, type Field, type ResponseHead } from "../../http1/index.ts";
import type { CacheEntry } from "../options/cache-option.ts";

/** Which fields the responses of a URL differ by; with another `id`, none of the earlier ones is found. */
export interface Index {
  readonly id: string;
  readonly varies: readonly string[];
}

export interface Kept {
  /** Its own place: what a store gives for another one is not it. */
  readonly key: string;
  /** Of its own; by which this process finds the report of who vouched for it. */
  readonly id: string;
  readonly keptAt: number;
  readonly version: ResponseHead["version"];
  readonly status: number;
  readonly reason: string;
  readonly lines: readonly Field[];
  /** What the report said, for another process. */
  readonly headline: string;
  readonly freshness: CachePolicy.CachePolicyObject;
  readonly body: Uint8Array;
}

const schema = 1;

export function writeIndex(index: Index): CacheEntry {
  return { facts: JSON.stringify({ schema, ...index }), body: new Uint8Array(0) };
}

export function readIndex(entry: CacheEntry | undefined): Index | undefined {
  const facts = factsOf(entry);
  const { id, varies } = facts ?? {};
  if (typeof id !== "string" || !isListOf(varies, (name) => typeof name === "string")) return undefined;
  return { id, varies: varies as readonly string[] };
}

export function writeKept({ body, ...facts }: Kept): CacheEntry {
  return { facts: JSON.stringify({ schema, bytes: body.length, ...facts }), body };
}

/** `undefined` for what is not whole, or is another's. */
export function readKept(entry: CacheEntry | undefined, key: string): Kept | undefined {
  const facts = factsOf(entry);
  if (entry === undefined || facts === undefined || facts["key"] !== key) return undefined;
  if (facts["bytes"] !== entry.body.length) return undefined;
  const { id, keptAt, version, status, reason, lines, headline, freshness } = facts;
  const isWhole =
    [id, reason, headline].every(isLine) &&
    (version === "1.0" || version === "1.1" || version === "2") &&
    isWithin(status, 200, 999) &&
    isWithin(keptAt, 0, 8.64e15) &&
    isRecord(freshness) &&
    isWithin(freshness["t"], 0, 8.64e15) &&
    isListOf(lines, isField);
  return isWhole ? ({ ...facts, key, body: entry.body } as unknown as Kept) : undefined;
}

/** A text that could be a line of a head: one with line ends would be several, wherever it is handed on. */
function isLine(value: unknown): value is string {
  return typeof value === "string" && !/[\u0000-\u0008\u000A-\u001F\u007F]/.test(value);
}

function isField(line: unknown): boolean {
  return isListOf(line, isLine) && line.length === 2 && isToken(String(line[0]));
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function factsOf(entry: CacheEntry | undefined): Readonly<Record<string, unknown>> | undefined {
  if (entry === undefined) return undefined;
  try {
    const facts: unknown = JSON.parse(entry.facts);
    return isRecord(facts) && facts["schema"] === schema ? facts : undefined;
  } catch {
    return undefined;
  }
}

function isListOf(value: unknown, isOne: (item: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isOne);
}
