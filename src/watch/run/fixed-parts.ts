/** Parts of a configuration that count until the end, whatever is read again: where they are others than at the start, that is said. */
import type { Config } from "../config/schema.ts";
import type { Log } from "../log-line.ts";

type Part = keyof Config;

export class FixedParts {
  readonly #started: Config;
  readonly #names: readonly Part[];

  constructor(started: Config, names: readonly Part[]) {
    this.#started = started;
    this.#names = names;
  }

  sayChanged(config: Config, log: Log): void {
    const changed = this.#names.filter(
      (name) => JSON.stringify(config[name]) !== JSON.stringify(this.#started[name]),
    );
    if (changed.length === 0) return;
    log({
      level: "warning",
      event: "reload-needs-restart",
      sentence: `What changed in ${changed.join(", ")} counts from the next start on.`,
    });
  }
}
