/** What is said of the watch itself: its visits and its schedule, endpoints by state, alerts and what waits to be told. */
import { severities } from "../../fleet/index.ts";
import type { Overview, WaitingTellings } from "../store/port.ts";
import { secondsOf } from "./endpoint-families.ts";
import { type Family, type Format, renderHead, renderLabels, renderSample } from "./exposition.ts";
import type { WatchFigures } from "./figures.ts";

type WatchFigure =
  | "endpoints"
  | "alerts"
  | "tellings"
  | "oldestTelling"
  | "lastVisit"
  | "visits"
  | "behind"
  | "start"
  | "memory"
  | "cpu";

export const watchFamilies: Readonly<Record<WatchFigure, Family>> = {
  endpoints: {
    name: "meerkat_watch_endpoints",
    kind: "gauge",
    help: "Endpoints of the list by state.",
  },
  alerts: { name: "meerkat_watch_alerts_open", kind: "gauge", help: "Open alerts by severity." },
  tellings: {
    name: "meerkat_watch_tellings_waiting",
    kind: "gauge",
    help: "Changes of alerts that were not told yet, by channel.",
  },
  oldestTelling: {
    name: "meerkat_watch_telling_oldest_timestamp_seconds",
    kind: "gauge",
    unit: "seconds",
    help: "When the oldest of them was queued.",
  },
  lastVisit: {
    name: "meerkat_watch_last_visit_timestamp_seconds",
    kind: "gauge",
    unit: "seconds",
    help: "When an endpoint was visited last.",
  },
  visits: {
    name: "meerkat_watch_visits",
    kind: "counter",
    help: "Visits since the watch was started, where it visits by itself.",
  },
  behind: {
    name: "meerkat_watch_schedule_behind_seconds",
    kind: "gauge",
    unit: "seconds",
    help: "How far the visit that is most overdue lies behind its time.",
  },
  start: {
    name: "process_start_time_seconds",
    kind: "gauge",
    unit: "seconds",
    help: "When the watch was started.",
  },
  memory: {
    name: "process_resident_memory_bytes",
    kind: "gauge",
    unit: "bytes",
    help: "Resident memory of this process.",
  },
  cpu: {
    name: "process_cpu_seconds",
    kind: "counter",
    unit: "seconds",
    help: "CPU time of this process, user and system.",
  },
};

export interface WatchState {
  readonly overview: Overview;
  readonly tellings: readonly WaitingTellings[];
  /** `undefined` where this process visits nothing. */
  readonly figures: WatchFigures | undefined;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | undefined];

export function renderWatch(state: WatchState, format: Format): string {
  return samplesOf(state)
    .map(([family, samples]) => {
      const lines = samples.flatMap(([labels, value]) =>
        value === undefined ? [] : [renderSample(family, renderLabels(labels), value)],
      );
      return lines.length === 0 ? "" : renderHead(family, format) + lines.join("");
    })
    .join("");
}

function samplesOf(state: WatchState): readonly (readonly [Family, readonly Sample[]])[] {
  const { overview, tellings, figures } = state;
  const one = (value: number | undefined): readonly Sample[] => [[{}, value]];
  const { user, system } = process.cpuUsage();
  const behindMs = figures?.behindMs;
  return [
    [watchFamilies.endpoints, Object.entries(overview.states).map(([state, count]) => [{ state }, count])],
    [watchFamilies.alerts, severities.map((severity) => [{ severity }, overview.alerts[severity]])],
    [watchFamilies.tellings, tellings.map(({ channel, waiting }) => [{ channel }, waiting])],
    [
      watchFamilies.oldestTelling,
      tellings.map(({ channel, oldestAt }) => [{ channel }, secondsOf(oldestAt)]),
    ],
    [watchFamilies.lastVisit, one(secondsOf(overview.lastVisitAt))],
    [watchFamilies.visits, one(figures?.visits)],
    [watchFamilies.behind, one(behindMs === undefined ? undefined : behindMs / 1_000)],
    [watchFamilies.start, one(secondsOf(figures?.startedAt))],
    [watchFamilies.memory, one(process.memoryUsage.rss())],
    [watchFamilies.cpu, one((user + system) / 1_000_000)],
  ];
}
