/** Visits that are polite together, however many are asked for at once. */
import { randomInt } from "node:crypto";
import type { Visit, WatchedEndpoint } from "../../fleet/index.ts";
import { visitLimits } from "./limits.ts";
import type { VisitSettings } from "./settings.ts";
import { Turns } from "./turns.ts";
import { findLines, type MayTouch, visitEndpoint, visitWithin } from "./visit-endpoint.ts";

export class Visitor {
  readonly #settings: VisitSettings;
  readonly #turns: Turns;
  readonly #signal: AbortSignal;

  /** `signal` ends all visits that are under way, which then throw. */
  constructor(
    settings: VisitSettings,
    { signal, turns = new Turns() }: { readonly signal: AbortSignal; readonly turns?: Turns },
  ) {
    this.#settings = settings;
    this.#turns = turns;
    this.#signal = signal;
  }

  /** Waits its turn at each address; the caller may ask for hundreds at once. @throws HttpsError `aborted` */
  visit(endpoint: WatchedEndpoint, run: string): Promise<Visit> {
    return visitEndpoint(endpoint, { ...this.#settings, run, turns: this.#turns }, this.#signal);
  }

  /**
   * The same for one of many workers, who stays in the lines that were given to it. `undefined` where the endpoint has moved
   * out of them. @throws HttpsError `aborted`
   */
  visitWithin(
    endpoint: WatchedEndpoint,
    {
      run,
      mayTouch,
      signal,
    }: { readonly run: string; readonly mayTouch: MayTouch; readonly signal: AbortSignal },
  ): Promise<Visit | undefined> {
    const settings = { ...this.#settings, run, mayTouch, turns: this.#turns };
    return visitWithin(endpoint, settings, AbortSignal.any([this.#signal, signal]));
  }

  /** In which lines a visit would stand now. @throws HttpsError `aborted` */
  linesOf(endpoint: WatchedEndpoint): Promise<readonly string[]> {
    return findLines(endpoint, this.#settings, AbortSignal.any([this.#signal]));
  }
}

export interface ManyVisits {
  readonly endpoints: Iterable<WatchedEndpoint>;
  readonly run: string;
  /** Each visit as it ends; the next ones wait until it is taken. */
  readonly onVisit: (visit: Visit, endpoint: WatchedEndpoint) => void | Promise<void>;
}

/** Each endpoint once, in random order, so that no server meets all of its names in a row. @throws what a visit throws first */
export async function visitMany(
  visitor: Pick<Visitor, "visit">,
  { endpoints, run, onVisit }: ManyVisits,
): Promise<void> {
  const shuffled = shuffle([...endpoints]);
  const work = async (): Promise<void> => {
    try {
      for (let next = shuffled.pop(); next !== undefined; next = shuffled.pop())
        await onVisit(await visitor.visit(next, run), next);
    } catch (error) {
      shuffled.length = 0;
      throw error;
    }
  };
  const atOnce = Math.min(visitLimits.endpointsAtOnce.value, shuffled.length);
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, work));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** Fisher and Yates. */
function shuffle<T>(list: T[]): T[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [list[last], list[other]] = [list[other] as T, list[last] as T];
  }
  return list;
}
