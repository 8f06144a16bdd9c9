/** When something that comes and goes is over: the oftener it came within a day, the longer it has to stay away. */
import type { AnswerFact } from "../history.ts";
import type { Situation } from "../situation.ts";
import type { Answer } from "../visit.ts";

type Window = Pick<Situation, "facts" | "now" | "settings">;

/** How often it came within a day, or within eight visits where they are rare. */
export function timesOf(
  place: string,
  isBad: (answer: Answer) => boolean,
  { facts, now, settings }: Window,
): number {
  const fromAt = now - Math.max(dayMs, visits * settings.everyMs);
  return facts.filter(
    (fact): fact is AnswerFact =>
      fact.about === "answer" && fact.place === place && fact.lastAt >= fromAt && isBad(fact.value),
  ).length;
}

/** As many intervals as visits make an outage, once for each time that it came but the last. */
export function calmNeeded(place: string, isBad: (answer: Answer) => boolean, window: Window): number {
  const { failuresInARow, everyMs } = window.settings;
  return (timesOf(place, isBad, window) - 1) * failuresInARow * everyMs;
}

const dayMs = 86_400_000;
const visits = 8;
