/** How rows of SQLite and values of the house become each other. */
import type { EndpointSummary, Fact, WatchedEndpoint } from "../../../fleet/index.ts";
import type { Row, Value } from "./driver.ts";

/** Sorts behind every moment there is: the last one that a Date can say. */
export const never = 8_640_000_000_000_000;

export function orNever(at: number | undefined): number {
  return at ?? never;
}

export function textOf(row: Row, column: string): string {
  return String(row[column]);
}

export function numberOf(row: Row, column: string): number {
  return Number(row[column]);
}

/** NULL is `undefined`. */
export function maybeNumber(value: Value | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

export function maybeText(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** better-sqlite3 gives a Buffer, which is a Uint8Array that is shown and compared as something else. */
export function bytesOf(row: Row, column: string): Uint8Array {
  const bytes = row[column];
  if (!(bytes instanceof Uint8Array)) return new Uint8Array();
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function endpointFrom(row: Row): WatchedEndpoint {
  return JSON.parse(textOf(row, "json")) as WatchedEndpoint;
}

export function summaryFrom(row: Row): EndpointSummary | undefined {
  const text = maybeText(row["summary"]);
  return text === undefined ? undefined : (JSON.parse(text) as EndpointSummary);
}

/** What of a fact is a value, and stands once for all facts that say it. */
export function valueTextOf(fact: Fact): string {
  return JSON.stringify(
    fact.about === "answer"
      ? { about: fact.about, place: fact.place, value: fact.value }
      : { about: fact.about, place: fact.place, variant: fact.variant, value: fact.value },
  );
}

export function factFrom(row: Row): Fact {
  const said = JSON.parse(textOf(row, "json")) as Omit<Fact, "firstAt" | "lastAt">;
  return { ...said, firstAt: numberOf(row, "first_at"), lastAt: numberOf(row, "last_at") } as Fact;
}
