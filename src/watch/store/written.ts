/** What a decision comes to, as rows of the tables: the same in every store, in the order of the columns that are named. */
import { createHash } from "node:crypto";
import {
  type Alert,
  type AlertChange,
  type Decision,
  type Fact,
  type Forecast,
  type PlaceMark,
  severities,
  tellingKey,
  type Visit,
} from "../../fleet/index.ts";
import { orNever, type Value } from "./row.ts";

/** What of a fact is a value, and stands once for all facts that say it. */
export interface FactValue {
  readonly digest: Uint8Array;
  readonly json: string;
  /** The certificates that it names. */
  readonly chain: readonly string[];
}

export function factValue(fact: Fact): FactValue {
  const { about, place, value } = fact;
  const json = JSON.stringify(
    about === "answer" ? { about, place, value } : { about, place, variant: fact.variant, value },
  );
  const digest = createHash("sha256").update(json).digest().subarray(0, 16);
  return { digest, json, chain: about === "answer" ? [] : fact.value.chain };
}

export const alertColumns = ["id", "endpoint", "rule", "rank", "opened_at", "closed_at", "json"] as const;

export function alertRow(alert: Alert): readonly Value[] {
  const { id, endpoint, rule, severity, openedAt, closedAt = null } = alert;
  return [id, endpoint, rule, severities.indexOf(severity), openedAt, closedAt, JSON.stringify(alert)];
}

/** Without its channel: there is one for each. */
export const tellingColumns = ["key", "kind", "endpoint", "alert", "queued_at", "next_at", "tries"] as const;

export function tellingRow(change: AlertChange, at: number): readonly Value[] {
  const { kind, alert } = change;
  return [tellingKey(change), kind, alert.endpoint, JSON.stringify(alert), at, at, 0];
}

export const markColumns = ["endpoint", "place", "run", "at", "next_at", "json"] as const;

export function markRow(endpoint: string, mark: PlaceMark): readonly Value[] {
  return [endpoint, mark.place, mark.run, mark.at, mark.nextAt, JSON.stringify(mark)];
}

export const forecastColumns = [
  "endpoint",
  "bundle",
  "breaks_at",
  "kind",
  "root",
  "root_name",
  "json",
] as const;

export function forecastRow(endpoint: string, forecast: Forecast): readonly Value[] {
  const { bundle, breaksAt, kind, root = "", rootName = null } = forecast;
  return [endpoint, bundle, orNever(breaksAt), kind, root, rootName, JSON.stringify(forecast)];
}

export const summaryColumns = [
  "state",
  "path_end_at",
  "break_at",
  "soonest_at",
  "visited_at",
  "took_ms",
  "summary",
] as const;

export function summaryRow({ summary }: Decision, { at, tookMs }: Visit): readonly Value[] {
  const { state, pathEndAt, breakAt } = summary;
  const soonestAt = Math.min(orNever(pathEndAt), orNever(breakAt));
  const ends = [pathEndAt ?? null, breakAt ?? null, soonestAt];
  return [state, ...ends, at, Math.round(tookMs), JSON.stringify(summary)];
}

/** Whether a visit was written already, or one that was made later; a mark of the future, which a wrong clock wrote, does not count. */
export function isWritten(
  { run, at }: Pick<Visit, "run" | "at">,
  mark: { readonly run: string | undefined; readonly at: number | undefined },
  now: number,
): boolean {
  if (mark.at === undefined) return false;
  return mark.run === run || (mark.at > at && mark.at <= now);
}
