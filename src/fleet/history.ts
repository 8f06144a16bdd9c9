/**
 * What is known of an endpoint over time: facts, each with the first and the last moment at which it was seen. A fact that
 * stays true is one fact, however often it is looked at.
 */
import type { Alert } from "./alert.ts";
import type { WatchedEndpoint } from "./endpoint.ts";
import type { Forecast } from "./forecast/forecast.ts";
import type { UnreachedAddress } from "./unreached.ts";
import { type Answer, type Shown, type Variant, variantKey, type Visit } from "./visit.ts";

/** A value, and how long it is known to have held. */
export interface Held<T> {
  readonly value: T;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** An answer, the first and the last moment at which it was given. */
export interface AnswerFact extends Held<Answer> {
  readonly about: "answer";
  readonly place: string;
}

/** A chain that one variant of the endpoint showed, the first and the last moment at which it was seen. */
export interface ShownFact extends Held<Shown> {
  readonly about: "shown";
  readonly place: string;
  readonly variant: Variant;
}

/** Something that was observed, with the time for which it held. */
export type Fact = AnswerFact | ShownFact;

/** Everything that is kept of one endpoint and that decisions are made from. */
export interface EndpointHistory {
  readonly endpoint: WatchedEndpoint;
  /** The newest of each place and subject, the oldest first; a store need not hand out more than `fleetLimits.factsKept`. */
  readonly facts: readonly Fact[];
  /** The last visit of each place. */
  readonly places: readonly PlaceMark[];
  readonly forecasts: readonly Forecast[];
  /** Those that are open. */
  readonly alerts: readonly Alert[];
}

/** What one place's last visit came to, and when its next one is due. */
export interface PlaceMark {
  readonly place: string;
  readonly run: string;
  readonly at: number;
  /** Whether that visit ended with a verified connection. */
  readonly isWell: boolean;
  /** When it ceased to be so, or came to be so. */
  readonly sinceAt: number;
  /** How many visits in a row were not well; 0 where it is. */
  readonly failures: number;
  /** Addresses at which there was no connection; left out where there is none. */
  readonly unreached?: readonly UnreachedAddress[] | undefined;
  /** When it is to be visited again, epoch milliseconds. */
  readonly nextAt: number;
}

/** Two facts of one subject follow each other, and are never true at a time: `here answer`, `here shown 203.0.113.7 ordinary - -`. */
export function subjectOf(
  fact: Pick<AnswerFact, "about" | "place"> | Pick<ShownFact, "about" | "place" | "variant">,
): string {
  return fact.about === "answer" ? `${fact.place} answer` : `${fact.place} shown ${variantKey(fact.variant)}`;
}

/** Whether two facts are about the same, without making texts of it: that is asked very often. */
export function isSameSubject(one: Fact, other: Fact): boolean {
  if (one.place !== other.place) return false;
  if (one.about === "answer" || other.about === "answer") return one.about === other.about;
  const [a, b] = [one.variant, other.variant];
  return a.address === b.address && a.offer === b.offer && a.version === b.version && a.keyType === b.keyType;
}

/** What a visit says, as facts of that one moment. */
export function factsOf({ place, at, answer, showings }: Visit): readonly Fact[] {
  const moment = { place, firstAt: at, lastAt: at };
  return [
    { about: "answer", value: answer, ...moment },
    ...showings.map(({ variant, shown }): Fact => ({ about: "shown", variant, value: shown, ...moment })),
  ];
}
