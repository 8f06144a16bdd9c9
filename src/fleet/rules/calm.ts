/** When something that comes and goes is over: the oftener it came within a day, the longer it has to stay away. */
import type { AnswerFact } from "../history.ts";
import type { Situation } from "../situation.ts";
import type { Answer } from "../visit.ts";

type Window = Pick<Situation, "facts" | "now" | "settings">;

/** How often it came within a day, or within eight visits where they are rare. */
export function timesOf(place: string, isBad: (answer: Answer) => boolean, window: Window): number {
  return timesIn(place, ({ value }) => isBad(value), window);
}

/** How many of a place's answers within that time are such. */
export function timesIn(
  place: string,
  isSuch: (fact: AnswerFact) => boolean,
  { facts, now, settings }: Window,
): number {
  const fromAt = now - Math.max(dayMs, visits * settings.everyMs);
  return facts.filter(
    (fact) => fact.about === "answer" && fact.place === place && fact.lastAt >= fromAt && isSuch(fact),
  ).length;
}

/** As many intervals as visits make an outage, once for each time that it came but the last. */
export function calmNeeded(place: string, isBad: (answer: Answer) => boolean, window: Window): number {
  const { failuresInARow, everyMs } = window.settings;
  return (timesOf(place, isBad, window) - 1) * failuresInARow * everyMs;
}

const dayMs = 86_400_000;
const visits = 8;
