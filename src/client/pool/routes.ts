/** The ways of a client: to each origin, under each policy, a pool of connections and the proxy they go through. */
import type { Target } from "../../core/index.ts";
import type { Pool } from "./pool.ts";
import type { ProxyChoice } from "./proxy-choice.ts";
import type { Settings } from "../options/settings.ts";

export interface Route {
  readonly pool: Pool;
  readonly choice: ProxyChoice;
}

/**
 * Routes by what the connections of one must share. Every request looks for its own, twice; two maps of strings that
 * are there already are found in much less time than one key that has to be made of both.
 */
export class Routes implements Iterable<Route> {
  readonly #byOrigin = new Map<string, Map<string, Route>>();

  get({ origin }: Target, { connectionKey }: Settings): Route | undefined {
    return this.#byOrigin.get(origin)?.get(connectionKey);
  }

  add({ origin }: Target, { connectionKey }: Settings, route: Route): void {
    const byKey = this.#byOrigin.get(origin);
    if (byKey === undefined) this.#byOrigin.set(origin, new Map([[connectionKey, route]]));
    else byKey.set(connectionKey, route);
  }

  /** Takes a route out, if it is still the one that is used. */
  remove({ origin }: Target, { connectionKey }: Settings, route: Route): void {
    const byKey = this.#byOrigin.get(origin);
    if (byKey?.get(connectionKey) !== route) return;
    byKey.delete(connectionKey);
    if (byKey.size === 0) this.#byOrigin.delete(origin);
  }

  get origins(): readonly string[] {
    return [...this.#byOrigin.keys()];
  }

  *[Symbol.iterator](): Generator<Route> {
    for (const byKey of this.#byOrigin.values()) yield* byKey.values();
  }
}
