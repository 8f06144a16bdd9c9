/** `-z`: only what was changed since a time, or with `-` before it what was not (RFC 9110 §13.1.3, §13.1.4). */
import { stat } from "node:fs/promises";
import { parseHttpDate } from "../../http1/index.ts";
import type { Response } from "../../client/index.ts";

export interface Condition {
  readonly field: "If-Modified-Since" | "If-Unmodified-Since";
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A date as curl reads it, or the time of a file; `undefined` for neither, which curl only warns of. */
export async function readCondition(given: string): Promise<Condition | undefined> {
  const field = given.startsWith("-") ? "If-Unmodified-Since" : "If-Modified-Since";
  const text = given.replace(/^[-+=]/, "").trim();
  const at = parseTime(text) ?? (await stat(text).catch(() => undefined))?.mtimeMs;
  return at === undefined ? undefined : { field, at: Math.floor(at / 1000) * 1000 };
}

export function renderCondition({ at }: Condition): string {
  return new Date(at).toUTCString();
}

/** Whether what came does not meet it, although the server sent it: curl leaves such a body out. */
export function isUnmet({ field, at }: Condition, { status, headers }: Response): boolean {
  const modified = headers.get("last-modified") ?? undefined;
  const modifiedAt = modified === undefined ? undefined : parseHttpDate(modified, Date.now());
  if (status !== 200 || modifiedAt === undefined) return false;
  return field === "If-Modified-Since" ? modifiedAt <= at : modifiedAt > at;
}

/** Without a zone it is UTC, as for curl. */
function parseTime(text: string): number | undefined {
  const compact = /^(\d{4})(\d{2})(\d{2})(?:\s+(.*))?$/.exec(text);
  const [, year = "", month = "", day = "", rest = ""] = compact ?? [];
  const written = compact === null ? text : `${year}-${month}-${day} ${rest}`.trim();
  const isZoned = /(?:\b(?:GMT|UTC|[A-Z]{3,4})|[+-]\d{2}:?\d{2}|Z)$/.test(written);
  const isDate = /\d{4}/.test(written) && /^[\w\s:,.+/-]+$/.test(written);
  const at = isDate ? Date.parse(isZoned ? written : `${written} GMT`) : NaN;
  return Number.isNaN(at) ? undefined : at;
}
