/** How places are looked after: one question at a time, a refusal told once, and lateness by those that were visited. */
import { expect, test } from "vitest";
import type { WatchedEndpoint } from "../../fleet/index.ts";
import type { LogLine } from "../log-line.ts";
import type { Work } from "../queue/work.ts";
import type { Store } from "../store/port.ts";
import { WatchError } from "../watch-error.ts";
import { Runs } from "./runs.ts";

/** A place whose queue answers so when its schedule is asked for. */
function placeThat(answers: () => Promise<never>): Work {
  return {
    place: "here",
    plans: { getJobScheduler: answers },
    lastAway: () => undefined,
  } as unknown as Work;
}

/** What is said while the place is looked at so many times. */
async function looking(
  work: Work,
  looks: number,
  due: Store["due"] = () => Promise.resolve([]),
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  const ending = new AbortController();
  const runs = new Runs({
    works: [work],
    store: { due },
    everyMs: () => 1_000,
    now: () => 10_000,
    log: (line) => lines.push(line),
    onLook: () => {
      if (--looks === 0) ending.abort();
    },
    tendMs: 1,
  });
  await runs.run(ending.signal);
  return lines;
}

test("while a queue does not answer, it is not asked again", async () => {
  let asked = 0;
  const never = (): Promise<never> => {
    asked++;
    return new Promise(() => {});
  };
  expect(await looking(placeThat(never), 5)).toEqual([]);
  expect(asked).toBe(1);
});

test("what a queue refuses is tried each time, and told once", async () => {
  let asked = 0;
  const refuse = (): Promise<never> => {
    asked++;
    return Promise.reject(new Error("NOPERM this user has no permissions"));
  };
  const lines = await looking(placeThat(refuse), 5);
  expect(asked).toBe(5);
  expect(lines).toEqual([
    {
      level: "error",
      event: "place-untended",
      sentence:
        "The queue did not do what here needs to be visited from: NOPERM this user has no permissions. It is tried again.",
    },
  ]);
});

test("a queue that is away says so by itself", async () => {
  const away = (): Promise<never> =>
    Promise.reject(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }));
  expect(await looking(placeThat(away), 3)).toEqual([]);
});

test("a place is behind by those that were visited, though another never can be", async () => {
  const never = (): Promise<never> => new Promise(() => {});
  const due: Store["due"] = ({ visited = false }) =>
    Promise.resolve([{ endpoint: {} as WatchedEndpoint, nextAt: visited ? 4_000 : undefined }]);
  const lines = await looking(placeThat(never), 2, due);
  expect(lines).toMatchObject([
    { event: "place-behind", sentence: expect.stringMatching(/6 s\w* ago/) as unknown },
  ]);
});

test("a place that is behind after its store was away has no advice about workers", async () => {
  const never = (): Promise<never> => new Promise(() => {});
  let asked = 0;
  const due: Store["due"] = () =>
    asked++ === 0
      ? Promise.reject(new WatchError("The store does not answer."))
      : Promise.resolve([{ endpoint: {} as WatchedEndpoint, nextAt: 4_000 }]);
  const lines = await looking(placeThat(never), 3, due);
  expect(lines.map(({ event }) => event)).toEqual(["store-away", "store-back", "place-behind"]);
  expect(lines.at(-1)?.sentence).toMatch(/ago\. The store was away from \S+10Z to \S+10Z\.$/);
});

test("runs begin ten times within the time between two visits, and once a minute at least", async () => {
  for (const [everyMs, expected] of [
    [60_000, 6_000],
    [3_600_000, 60_000],
  ] as const) {
    const set: unknown[] = [];
    const ending = new AbortController();
    const work = {
      place: "here",
      plans: {
        getJobScheduler: () => Promise.resolve(undefined),
        setGlobalConcurrency: () => Promise.resolve(),
        upsertJobScheduler: (_name: string, { every }: { readonly every: number }) => {
          set.push(every);
          ending.abort();
          return Promise.resolve();
        },
      },
    } as unknown as Work;
    const runs = new Runs({
      works: [work],
      store: { due: () => Promise.resolve([]) },
      everyMs: () => everyMs,
      now: () => 10_000,
      log: () => undefined,
      onLook: () => undefined,
    });
    await runs.run(ending.signal);
    expect(set).toEqual([expected]);
  }
});
