/** Whoever waits for a store tries again, later and later, says so twice in all, and is not kept by it at the end. */
import { describe, expect, test } from "vitest";
import type { LogLine } from "../log-line.ts";
import { WatchError } from "../watch-error.ts";
import { roundLimits } from "./limits.ts";
import { Patience } from "./patience.ts";

interface Bench {
  readonly patience: Patience;
  readonly log: LogLine[];
  readonly ending: AbortController;
}

function benchOf(): Bench {
  const log: LogLine[] = [];
  const ending = new AbortController();
  return { log, ending, patience: new Patience({ log: (line) => log.push(line), signal: ending.signal }) };
}

/** Fails as often as it is told to, and then gives `done`. */
function failing(times: number, then: () => void = () => {}): () => Promise<string> {
  let left = times;
  return () => {
    then();
    return left-- > 0 ? Promise.reject(new WatchError("The database is away.")) : Promise.resolve("done");
  };
}

describe("patience", () => {
  test("gives what came of it, and says nothing, where it succeeds at once", async () => {
    const { patience, log } = benchOf();
    expect(await patience.with("due", failing(0))).toBe("done");
    expect(log).toEqual([]);
    expect(patience.isWaiting).toBe(false);
  });

  test("tries again, twice as late each time, and says once that the store is away and once that it is back", async () => {
    const { patience, log } = benchOf();
    const at: number[] = [];
    const waiting: boolean[] = [];
    const work = failing(3, () => {
      at.push(performance.now());
      waiting.push(patience.isWaiting);
    });
    expect(await patience.with("record", work)).toBe("done");
    expect(waiting).toEqual([false, true, true, true]);
    expect(patience.isWaiting).toBe(false);
    const { value: firstMs } = roundLimits.firstRetryMs;
    // A timer may be early by the part of a millisecond that it is rounded by.
    for (const [i, atLeastMs] of [firstMs, 2 * firstMs, 4 * firstMs].entries())
      expect((at[i + 1] ?? 0) - (at[i] ?? 0)).toBeGreaterThan(atLeastMs - 2);
    expect(log).toEqual([
      {
        level: "error",
        event: "store-away",
        sentence: "The store does not answer (record): The database is away. It is tried again.",
      },
      { level: "info", event: "store-back", sentence: "The store answers again (record)." },
    ]);
  });

  test("says it anew when it is away anew, and of each that is tried by itself", async () => {
    const { patience, log } = benchOf();
    await patience.with("due", failing(1));
    await Promise.all([patience.with("due", failing(1)), patience.with("record", failing(1))]);
    const said = log.map(({ event, sentence }) => `${event} ${/\((\w+)\)/.exec(sentence)?.[1]}`);
    expect(said.toSorted()).toEqual([
      "store-away due",
      "store-away due",
      "store-away record",
      "store-back due",
      "store-back due",
      "store-back record",
    ]);
  });

  test("a fault of ours is not tried again", async () => {
    const { patience, log } = benchOf();
    let tries = 0;
    const work = (): Promise<never> => {
      tries++;
      return Promise.reject(new TypeError("It is not a function."));
    };
    await expect(patience.with("due", work)).rejects.toThrow("It is not a function.");
    expect(tries).toBe(1);
    expect(log).toEqual([]);
  });

  test("stopped, it tries a few times more and gives up", async () => {
    const { patience, log, ending } = benchOf();
    let tries = 0;
    ending.abort();
    expect(
      await patience.with(
        "record",
        failing(100, () => tries++),
      ),
    ).toBeUndefined();
    expect(tries).toBe(roundLimits.lastRetries.value + 1);
    expect(log.map(({ event }) => event)).toEqual(["store-away"]);
  });

  test("stopped while the store comes back, what was to be done is done", async () => {
    const { patience, ending } = benchOf();
    const work = failing(2, () => ending.abort());
    expect(await patience.with("record", work)).toBe("done");
  });
});
