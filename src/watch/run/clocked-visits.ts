/** Visits beside a clock: while it is not believed, a few at a time are made for the times that servers tell, and none of them counts. */
import type { Visit, WatchedEndpoint } from "../../fleet/index.ts";
import { roundLimits } from "../rounds/limits.ts";
import type { Clock } from "./clock.ts";

export class ClockedVisits {
  readonly #clock: Pick<Clock, "isRight" | "learn">;
  #underWay = 0;

  constructor(clock: Pick<Clock, "isRight" | "learn">) {
    this.#clock = clock;
  }

  /** `undefined`: it was not made, or does not count. The endpoint is due still. */
  async make(
    { host }: Pick<WatchedEndpoint, "host">,
    visit: () => Promise<Visit | undefined>,
  ): Promise<Visit | undefined> {
    // Those that tell no time are followed by others: a bound on all of them would end with nobody left to ask.
    if (!this.#clock.isRight() && this.#underWay >= roundLimits.clockVisits.value) return undefined;
    this.#underWay += 1;
    try {
      const made = await visit();
      if (made !== undefined) this.#clock.learn(made, host);
      return this.#clock.isRight() ? made : undefined;
    } finally {
      this.#underWay -= 1;
    }
  }
}
