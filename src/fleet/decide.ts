/**
 * Decides what a visit means: which facts go on and which are new, what is foretold for each bundle, and which alerts
 * open, are told again, and close. `(history, visit, now) -> decision`; nothing is kept here.
 */
import type { TrustPorts } from "../trust/index.ts";
import type { Certificate } from "../x509/index.ts";
import type { Alert, AlertChange } from "./alert.ts";
import { isSameMatter, reviseAlerts } from "./alerts.ts";
import { nextVisitAt } from "./due.ts";
import { mergeFacts } from "./facts-merged.ts";
import type { Forecast } from "./forecast/forecast.ts";
import type { PreparedBundle } from "./forecast/prepared-bundle.ts";
import { renewForecasts } from "./forecast/renew-forecasts.ts";
import { learnHabit } from "./habit.ts";
import type { EndpointHistory, Fact, PlaceMark } from "./history.ts";
import { rules } from "./rules/rules.ts";
import type { FleetSettings } from "./settings.ts";
import { placesStanding, type Situation, standingOf } from "./situation.ts";
import { type EndpointSummary, summarize } from "./summary.ts";
import { markUnreached, type UnreachedAddress } from "./unreached.ts";
import type { Visit } from "./visit.ts";

/** What one decision is made from. */
export interface DecideRequest {
  /** Before this visit. */
  readonly history: EndpointHistory;
  readonly visit: Visit;
  /** Those that are joined with this endpoint, each made ready once: `prepareBundle`. */
  readonly bundles: readonly PreparedBundle[];
  /** Roots that are known, by the SHA-256 of their certificates: what a programme's date says is looked up with them. */
  readonly knownRoots: ReadonlyMap<string, Certificate>;
  /** Whether a root is in a public programme's store, by its SHA-256: the programmes' dates say nothing of others. */
  readonly isPublic: (sha256: string) => boolean;
  readonly settings: FleetSettings;
  /** The moment of the decision, epoch milliseconds. Wrong clocks are found by `judgeClock` before anything is decided. */
  readonly now: number;
}

/** What is to be written down and told. All of it belongs to one endpoint, and to one transaction. */
export interface Decision {
  readonly endpoint: string;
  /** Facts to write: a new one, or one whose `lastAt` went on. Each is known by its subject and `firstAt`. */
  readonly facts: readonly Fact[];
  readonly place: PlaceMark;
  /** All forecasts of the endpoint as they are now. */
  readonly forecasts: readonly Forecast[];
  /** Alerts that are to be written, those that closed among them. */
  readonly alerts: readonly Alert[];
  /** What is to be told. */
  readonly changes: readonly AlertChange[];
  /** What a list of endpoints shows and sorts by. */
  readonly summary: EndpointSummary;
  /** Whether the endpoint ceased to be well with this visit: then it is worth a diagnosis. */
  readonly asksWhy: boolean;
}

/** What a visit means. It may be asked for the same visit twice: nothing in it depends on chance. */
export function decide(request: DecideRequest, ports: TrustPorts): Decision {
  const { history, visit, settings, now } = request;
  const { endpoint } = history;
  const merged = mergeFacts(history, visit, now);
  const known = history.places.find(({ place }) => place === visit.place);
  const marked = markPlace(known, visit, now);
  const { held, situation } = situationOf(request, { facts: merged.all, mark: marked }, ports);
  const concerns = Object.values(rules).flatMap(({ check }) => check(situation));
  const revised = reviseAlerts({
    endpoint: endpoint.id,
    open: history.alerts,
    concerns,
    isHeld: (alert) =>
      held.length > 0 &&
      rules[alert.rule]
        .check({ ...situation, seen: [...situation.seen, ...held] })
        .some((concern) => isSameMatter(concern, alert)),
    settings,
    now,
  });
  const summary = summarize(situation, visit, revised.open);
  const place: PlaceMark = {
    ...marked,
    nextAt: nextVisitAt({
      endpoint: endpoint.id,
      place: visit.place,
      now,
      settings,
      failures: marked.failures,
      notBeforeAt: visit.notBeforeAt,
      pathEndAt: summary.pathEndAt,
    }),
  };
  return {
    endpoint: endpoint.id,
    facts: merged.written,
    place,
    forecasts: situation.forecasts,
    alerts: revised.written,
    changes: revised.changes,
    summary,
    asksWhy: !marked.isWell && known?.isWell !== false,
  };
}

interface After {
  readonly facts: readonly Fact[];
  readonly mark: PlaceMark;
}

function situationOf(
  request: DecideRequest,
  { facts, mark }: After,
  ports: TrustPorts,
): { readonly situation: Situation; readonly held: ReturnType<typeof standingOf>["held"] } {
  const { history, visit, bundles, knownRoots, isPublic, settings, now } = request;
  const { endpoint, alerts, forecasts: known } = history;
  const { seen, held } = standingOf(facts, settings);
  const forecasts = renewForecasts(
    { endpoint, known, visit, bundles, standing: [...seen, ...held], now },
    ports,
  );
  const others = history.places.filter(({ place, at }) => place !== visit.place && at <= now);
  const before = { forecasts: known, seen: standingOf(history.facts, settings).seen };
  const situation: Situation = {
    endpoint,
    now,
    settings,
    seen,
    facts,
    places: placesStanding([...others, mark], settings),
    forecasts,
    before,
    alerts,
    habit: learnHabit(facts),
    knownRoots,
    isPublic,
  };
  return { situation, held };
}

/** A mark of the future was written by a clock that was wrong; a visit that comes too late changes none. */
function markPlace(known: PlaceMark | undefined, visit: Visit, now: number): PlaceMark {
  const { place, run, at, answer } = visit;
  const isWell = answer.kind !== "failed";
  if (known === undefined || known.at > now)
    return { place, run, at, isWell, sinceAt: at, failures: isWell ? 0 : 1, nextAt: at, ...lost([], visit) };
  if (at < known.at) return known;
  const sinceAt = known.isWell === isWell ? known.sinceAt : at;
  const failures = isWell ? 0 : known.failures + 1;
  return { place, run, at, isWell, sinceAt, failures, nextAt: at, ...lost(known.unreached ?? [], visit) };
}

function lost(known: readonly UnreachedAddress[], visit: Visit): Pick<PlaceMark, "unreached"> {
  const unreached = markUnreached(known, visit);
  return unreached.length === 0 ? {} : { unreached };
}
