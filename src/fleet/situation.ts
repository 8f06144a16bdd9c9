/**
 * What rules look at: all that is known of an endpoint after a visit.
 *
 * Which chains stand now is decided here. Of each place, those that its last visit saw which saw any: an outage does not stop a
 * certificate's life. A place that fell behind the others says nothing of today. What was seen a short while ago and not by
 * the last visit (a name has more addresses than one answer of DNS holds, a device's hello is not offered each time) is
 * `held`: it opens no alert, and closes none.
 */
import type { Certificate } from "../x509/index.ts";
import type { Alert, RuleName } from "./alert.ts";
import type { WatchedEndpoint } from "./endpoint.ts";
import type { Forecast } from "./forecast/forecast.ts";
import type { Habit } from "./habit.ts";
import { type AnswerFact, type Fact, isSameSubject, type PlaceMark, type ShownFact } from "./history.ts";
import { fleetLimits } from "./limits.ts";
import type { FleetSettings } from "./settings.ts";

/** What the rules look at: an endpoint's facts, marks and forecasts after a visit, and what was there before it. */
export interface Situation {
  readonly endpoint: WatchedEndpoint;
  readonly now: number;
  readonly settings: FleetSettings;
  /** The chains that stand now. */
  readonly seen: readonly ShownFact[];
  /** Every fact, the oldest first. */
  readonly facts: readonly Fact[];
  /** The last visit of each place that still visits. */
  readonly places: readonly PlaceMark[];
  readonly forecasts: readonly Forecast[];
  /** The forecasts, and the chains that stood, before this visit. */
  readonly before: { readonly forecasts: readonly Forecast[]; readonly seen: readonly ShownFact[] };
  /** Those that were open before this visit. */
  readonly alerts: readonly Alert[];
  readonly habit: Habit | undefined;
  /** Known roots, by the SHA-256 of their certificates. */
  readonly knownRoots: ReadonlyMap<string, Certificate>;
  readonly isPublic: (sha256: string) => boolean;
}

export interface Standing {
  readonly seen: readonly ShownFact[];
  readonly held: readonly ShownFact[];
}

/** Which of the facts, the oldest first, stand now. */
export function standingOf(facts: readonly Fact[], { everyMs }: Pick<FleetSettings, "everyMs">): Standing {
  const shown = newestShown(facts);
  const lastOf = new Map<string, number>();
  let last = -Infinity;
  for (const { place, lastAt } of shown) {
    lastOf.set(place, Math.max(lastAt, lastOf.get(place) ?? -Infinity));
    last = Math.max(last, lastAt);
  }
  const fresh = last - fleetLimits.visitsBehind.value * everyMs;
  const kept = last - Math.max(fleetLimits.heldMs.value, fleetLimits.visitsBehind.value * everyMs);
  const isSeen = ({ place, lastAt }: ShownFact): boolean => lastAt === lastOf.get(place) && lastAt >= fresh;
  return {
    seen: shown.filter(isSeen),
    held: shown.filter((fact) => !isSeen(fact) && fact.lastAt >= kept),
  };
}

/**
 * The chains that are known to be shown still. What was last seen longer ago than visits lie apart may have been replaced:
 * the machine slept, or the last visits failed, and other rules speak of that. It keeps an alert of the rule that is open.
 */
export function seenLately(
  rule: RuleName,
  { seen, now, settings, alerts }: Pick<Situation, "seen" | "now" | "settings" | "alerts">,
): readonly ShownFact[] {
  if (alerts.some((alert) => alert.rule === rule)) return seen;
  return seen.filter(({ lastAt }) => now - lastAt <= fleetLimits.intervalsUnseen.value * settings.everyMs);
}

/** The newest of each subject, in the order in which they began. */
function newestShown(facts: readonly Fact[]): readonly ShownFact[] {
  const newest: ShownFact[] = [];
  for (let place = facts.length - 1; place >= 0; place--) {
    const fact = facts[place];
    if (fact?.about !== "shown") continue;
    if (!newest.some((known) => isSameSubject(known, fact))) newest.push(fact);
  }
  return newest.reverse();
}

/** The places that still visit: the last visit of one that fell behind is old. */
export function placesStanding(
  places: readonly PlaceMark[],
  { everyMs }: Pick<FleetSettings, "everyMs">,
): readonly PlaceMark[] {
  const last = Math.max(...places.map(({ at }) => at));
  return places.filter(({ at }) => at >= last - fleetLimits.visitsBehind.value * everyMs);
}

/** What a place was answered last. */
export function answerFrom(facts: readonly Fact[], place: string): AnswerFact | undefined {
  return facts.findLast((fact): fact is AnswerFact => fact.about === "answer" && fact.place === place);
}
