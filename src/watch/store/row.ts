/** How rows of a database and values of the house become each other, in whichever form its library gives them. */
import type { Telling } from "./port.ts";
import type { Alert, EndpointSummary, Fact, Forecast, WatchedEndpoint } from "../../fleet/index.ts";

export type Value = string | number | bigint | Uint8Array | null;
export type Row = Readonly<Record<string, Value>>;

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

/** better-sqlite3 and pg give a Buffer, which is a Uint8Array that is shown and compared as something else. */
export function bytesOf(row: Row, column: string): Uint8Array {
  const bytes = row[column];
  if (!(bytes instanceof Uint8Array)) return new Uint8Array();
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A moment that is `never` is not known. */
export function momentOf(row: Row, column: string): number | undefined {
  const at = maybeNumber(row[column]);
  return at === never ? undefined : at;
}

export function alertFrom(row: Row, column = "json"): Alert {
  return JSON.parse(textOf(row, column)) as Alert;
}

export function forecastFrom(row: Row, column = "json"): Forecast {
  return JSON.parse(textOf(row, column)) as Forecast;
}

export function endpointFrom(row: Row): WatchedEndpoint {
  return JSON.parse(textOf(row, "json")) as WatchedEndpoint;
}

export function summaryFrom(row: Row): EndpointSummary | undefined {
  const text = maybeText(row["summary"]);
  return text === undefined ? undefined : (JSON.parse(text) as EndpointSummary);
}

export function factFrom(row: Row): Fact {
  const said = JSON.parse(textOf(row, "json")) as Omit<Fact, "firstAt" | "lastAt">;
  return { ...said, firstAt: numberOf(row, "first_at"), lastAt: numberOf(row, "last_at") } as Fact;
}

/** With its endpoint's JSON beside it. */
export function tellingFrom(row: Row, channel: string): Telling {
  return {
    key: textOf(row, "key"),
    channel,
    kind: textOf(row, "kind") as Telling["kind"],
    alert: alertFrom(row, "alert"),
    endpoint: endpointFrom(row),
    tries: numberOf(row, "tries"),
    queuedAt: numberOf(row, "queued_at"),
  };
}
