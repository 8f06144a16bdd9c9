/** Rounds over a store on disk: each endpoint is due, under way or written down, whatever fails in between and whenever they are stopped. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { noon } from "../../../test/fleet/made-up.ts";
import { decisionOf, endpointNamed, record, visitOf } from "../../../test/watch/store/kept.ts";
import type { Decision, Visit } from "../../fleet/index.ts";
import type { LogLine } from "../log-line.ts";
import type { Store } from "../store/port.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import { WatchError } from "../watch-error.ts";
import { roundLimits } from "./limits.ts";
import { Rounds, type RoundsRequest } from "./rounds.ts";

const home = mkdtempSync(join(tmpdir(), "meerkat-rounds-"));
afterAll(() => {
  rmSync(home, { recursive: true });
});

// The pause between two looks passes when a test says so.
beforeEach(() => {
  isOver = false;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  isOver = true;
  vi.useRealTimers();
});

/** Whoever waits in a test that failed does not wait on. */
let isOver = false;

let files = 0;

interface Bench {
  readonly store: Store;
  readonly rounds: Rounds;
  /** Ids of those who were visited, in order. */
  readonly visited: string[];
  readonly runs: string[];
  readonly told: (readonly [Decision, Visit])[];
  readonly log: LogLine[];
  readonly ending: AbortController;
  now: number;
  /** How many visits were written at a time. */
  readonly written: number[];
}

interface Shape {
  readonly ids: readonly string[];
  /** What comes of a visit; by default it is made at once. */
  readonly visit?: (id: string, bench: Bench) => Visit | Promise<Visit>;
  readonly decide?: RoundsRequest["decide"];
  readonly isClockRight?: RoundsRequest["isClockRight"];
  /** Called before visits are written; what it throws, the store throws. */
  readonly beforeRecord?: (visits: readonly Visit[]) => void;
}

const visitNow = (id: string, { now }: Pick<Bench, "now">): Visit =>
  visitOf(id, { more: { run: `run ${now}`, at: now } });

async function open({
  ids,
  visit = visitNow,
  decide = (_, made) => decisionOf(made),
  isClockRight = () => true,
  beforeRecord = () => {},
}: Shape): Promise<Bench> {
  const kept = await openSqliteStore({ path: join(home, `${++files}.db`), now: () => bench.now });
  onTestFinished(() => kept.close());
  const store: Store = {
    ...kept,
    record: async (visits, decideIt) => {
      beforeRecord(visits);
      bench.written.push(visits.length);
      return kept.record(visits, decideIt);
    },
  };
  const [log, visited, runs, told]: [LogLine[], string[], string[], [Decision, Visit][]] = [[], [], [], []];
  const rounds = new Rounds({
    store,
    place: "here",
    visit: async ({ id }, run) => {
      visited.push(id);
      runs.push(run);
      return visit(id, bench);
    },
    decide,
    onDecision: (decision, made) => told.push([decision, made]),
    isClockRight,
    now: () => bench.now,
    log: (line) => log.push(line),
  });
  const ending = new AbortController();
  const bench: Bench = { store, rounds, visited, runs, told, log, ending, now: noon, written: [] };
  await kept.setEndpoints(ids.map((id) => endpointNamed(id)));
  return bench;
}

/** Lets everything happen that can without the time going on. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await nextTurn();
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    if (isOver) throw new Error("The test was over before.");
    await nextTurn();
  }
}

const dueIds = async ({ store, now }: Bench): Promise<readonly string[]> =>
  (await store.due({ place: "here", now, limit: 1_000 })).map(({ endpoint }) => endpoint.id).toSorted();

/** Visits that end when they are let go. */
class Gate {
  readonly #held = new Map<string, (visit: Visit) => void>();
  readonly #failing = new Map<string, (error: Error) => void>();

  readonly visit = (id: string): Promise<Visit> =>
    new Promise((resolve, reject) => {
      this.#held.set(id, resolve);
      this.#failing.set(id, reject);
    });

  release(id: string, now = noon): void {
    this.#held.get(id)?.(visitNow(id, { now }));
  }

  fail(id: string, error: Error): void {
    this.#failing.get(id)?.(error);
  }
}

const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `e${String(i).padStart(3, "0")}`);

test("everybody who is due is visited once, written down and told, and `once` ends with that", async () => {
  const bench = await open({ ids: ["a", "b", "c"] });
  await bench.rounds.run(bench.ending.signal, { once: true });
  expect(bench.visited.toSorted()).toEqual(["a", "b", "c"]);
  expect(new Set(bench.runs)).toEqual(new Set(["here 2026-06-01T12:00:00.000Z"]));
  expect(bench.rounds.visits).toBe(3);
  expect(bench.told.map(([decision, made]) => `${decision.endpoint} ${made.endpoint}`).toSorted()).toEqual([
    "a a",
    "b b",
    "c c",
  ]);
  expect(await dueIds(bench)).toEqual([]);
  const { rows } = await bench.store.endpoints({ sort: "name", limit: 10 });
  expect(rows.map(({ visitedAt }) => visitedAt)).toEqual([noon, noon, noon]);
  expect(bench.log).toEqual([]);
});

test("`once` waits for visits that are under way", async () => {
  const gate = new Gate();
  const bench = await open({ ids: ["a"], visit: gate.visit });
  let isOver = false;
  const running = bench.rounds.run(bench.ending.signal, { once: true }).then(() => (isOver = true));
  await until(() => bench.visited.length === 1);
  vi.advanceTimersByTime(roundLimits.pauseMs.value);
  await settle();
  expect(isOver).toBe(false);
  gate.release("a");
  await running;
  expect(bench.rounds.visits).toBe(1);
});

test("without `once` it asks again after the pause, and visits who is due again", async () => {
  const bench = await open({ ids: ["a"] });
  const running = bench.rounds.run(bench.ending.signal);
  await until(() => bench.rounds.visits === 1);
  await settle();
  bench.now += 3_600_000;
  await settle();
  expect(bench.visited).toEqual(["a"]);
  vi.advanceTimersByTime(roundLimits.pauseMs.value - 1);
  await settle();
  expect(bench.visited).toEqual(["a"]);
  vi.advanceTimersByTime(1);
  await until(() => bench.rounds.visits === 2);
  expect(bench.visited).toEqual(["a", "a"]);
  bench.ending.abort();
  await running;
});

test("no more than a number are under way, and each that is written makes room for the next", async () => {
  const { value: most } = roundLimits.underWay;
  const gate = new Gate();
  const ids = many(most + 2);
  const bench = await open({ ids, visit: gate.visit });
  const running = bench.rounds.run(bench.ending.signal);
  await until(() => bench.visited.length === most);
  bench.rounds.lookAgain();
  await settle();
  expect(bench.visited).toHaveLength(most);
  gate.release(bench.visited[7] ?? "");
  await until(() => bench.visited.length > most);
  await settle();
  expect(bench.visited).toHaveLength(most + 1);
  expect(new Set(bench.visited).size).toBe(most + 1);
  bench.ending.abort();
  await running;
});

test("who is under way is due still and is not visited twice; who is listed meanwhile is, once it is told", async () => {
  const gate = new Gate();
  const bench = await open({ ids: ["a"], visit: gate.visit });
  const running = bench.rounds.run(bench.ending.signal);
  await until(() => bench.visited.length === 1);
  await settle();
  expect(await dueIds(bench)).toEqual(["a"]);
  await bench.store.setEndpoints(["a", "b"].map((id) => endpointNamed(id)));
  await settle();
  expect(bench.visited).toEqual(["a"]);
  bench.rounds.lookAgain();
  await settle();
  expect(bench.visited).toEqual(["a", "b"]);
  bench.ending.abort();
  await running;
});

test("says how long the most overdue has been due; who was never visited is late by nothing", async () => {
  const bench = await open({ ids: ["a", "b", "new"] });
  for (const [id, lateMs] of [
    ["a", 5_000],
    ["b", 9_000],
  ] as const)
    await record(bench.store, visitOf(id, { day: -1 }), { nextAt: noon - lateMs });
  const seen: number[] = [];
  const rounds = new Rounds({
    store: bench.store,
    place: "here",
    visit: ({ id }) => {
      seen.push(rounds.behindMs);
      return Promise.resolve(visitNow(id, bench));
    },
    decide: (_, made) => decisionOf(made),
    onDecision: () => {},
    isClockRight: () => true,
    now: () => bench.now,
    log: () => {},
  });
  await rounds.run(bench.ending.signal, { once: true });
  expect(seen).toEqual([9_000, 9_000, 9_000]);
  expect(rounds.behindMs).toBe(0);
});

test("while the clock is not believed a few are visited for the time, and nothing is written", async () => {
  const { value: few } = roundLimits.clockVisits;
  const asked: (string | undefined)[] = [];
  let isRight = false;
  const gate = new Gate();
  const bench = await open({
    ids: many(few + 3),
    visit: gate.visit,
    isClockRight: (visit, endpoint) => {
      asked.push(visit === undefined ? undefined : `${visit.endpoint} of ${endpoint?.id}`);
      return isRight;
    },
  });
  const running = bench.rounds.run(bench.ending.signal);
  await until(() => bench.visited.length === few);
  bench.rounds.lookAgain();
  await settle();
  expect(bench.visited).toHaveLength(few);
  const [first = ""] = bench.visited;
  gate.release(first);
  await settle();
  expect(asked).toContain(`${first} of ${first}`);
  // Not in a hurry: servers are asked for the time once a pause.
  expect(bench.visited).toHaveLength(few);
  expect(bench.told).toEqual([]);
  vi.advanceTimersByTime(roundLimits.pauseMs.value);
  await until(() => bench.visited.length === few + 1);
  isRight = true;
  bench.rounds.lookAgain();
  await until(() => new Set(bench.visited).size === few + 3);
  for (const id of many(few + 3)) gate.release(id);
  await until(() => bench.rounds.visits === few + 3);
  expect(await dueIds(bench)).toEqual([]);
  bench.ending.abort();
  await running;
});

test("stopped, it writes what was visited; what was interrupted is due still, and not a fault", async () => {
  const gate = new Gate();
  const bench = await open({ ids: ["a", "b"], visit: gate.visit });
  const running = bench.rounds.run(bench.ending.signal);
  await until(() => bench.visited.length === 2);
  gate.release("a");
  await Promise.resolve();
  bench.ending.abort();
  gate.fail("b", new Error("It was aborted."));
  await running;
  expect(bench.rounds.visits).toBe(1);
  expect(await dueIds(bench)).toEqual(["b"]);
  expect(bench.log).toEqual([]);
});

test("stopped before it began, it visits nobody", async () => {
  const bench = await open({ ids: ["a"] });
  bench.ending.abort();
  await bench.rounds.run(bench.ending.signal);
  expect(bench.visited).toEqual([]);
});

test("a visit that fails by a fault of ours is said and not tried again; the others go on, and `once` ends", async () => {
  const bench = await open({
    ids: ["a", "b"],
    visit: (id, { now }) => {
      if (id === "a") throw new TypeError("It is not a function.");
      return visitNow(id, { now });
    },
  });
  await bench.rounds.run(bench.ending.signal, { once: true });
  expect(bench.visited.toSorted()).toEqual(["a", "b"]);
  expect(bench.rounds.visits).toBe(1);
  expect(bench.log).toMatchObject([{ level: "error", event: "bug" }]);
  expect(bench.log[0]?.sentence).toMatch(/^A visit of https:\/\/a\.example .*It is not a function\./);
});

test("a decision that fails by a fault of ours costs its own visit alone", async () => {
  const bench = await open({
    ids: ["a", "b", "c"],
    decide: (_, made) => {
      if (made.endpoint === "b") throw new TypeError("It is undefined.");
      return decisionOf(made);
    },
  });
  await bench.rounds.run(bench.ending.signal, { once: true });
  expect(bench.visited.toSorted()).toEqual(["a", "b", "c"]);
  expect(await dueIds(bench)).toEqual(["b"]);
  expect(bench.log).toMatchObject([{ level: "error", event: "bug" }]);
  expect(bench.log[0]?.sentence).toMatch(/^What a visit of b means .*It is undefined\./);
  expect(bench.told.map(([{ endpoint }]) => endpoint).toSorted()).toEqual(["a", "c"]);
});

test("faults of ours take no room from those who are due", async () => {
  const { value: most } = roundLimits.underWay;
  const bench = await open({
    ids: many(most + 2),
    visit: (id, { now }) => {
      if (id < `e${most}`) throw new TypeError("It is not a function.");
      return visitNow(id, { now });
    },
  });
  await bench.rounds.run(bench.ending.signal, { once: true });
  expect(bench.rounds.visits).toBe(2);
  expect(bench.log).toHaveLength(most);
});

test("what ends together is written together, and no more than a number at a time", async () => {
  const { value: most } = roundLimits.written;
  const bench = await open({ ids: many(most + 20) });
  await bench.rounds.run(bench.ending.signal, { once: true });
  expect(bench.rounds.visits).toBe(most + 20);
  expect(bench.written).toEqual([most, 20]);
});

test("a store that is away is tried again, and everything is written when it is back", async () => {
  let fails = 2;
  const bench = await open({
    ids: ["a", "b"],
    beforeRecord: () => {
      if (fails-- > 0) throw new WatchError("The store is away.");
    },
  });
  await bench.rounds.run(bench.ending.signal, { once: true });
  expect(bench.visited.toSorted()).toEqual(["a", "b"]);
  expect(bench.rounds.visits).toBe(2);
  expect(bench.told).toHaveLength(2);
  expect(bench.log.map(({ event }) => event)).toEqual(["store-away", "store-back"]);
});

test("stopped while the store is away, it ends, and what is not written is due still", async () => {
  let tries = 0;
  const bench = await open({
    ids: ["a"],
    beforeRecord: () => {
      tries++;
      if (tries === 1) bench.ending.abort();
      throw new WatchError("The store is away.");
    },
  });
  await bench.rounds.run(bench.ending.signal);
  expect(tries).toBeGreaterThan(1);
  expect(bench.rounds.visits).toBe(0);
  expect(bench.told).toEqual([]);
  expect(await dueIds(bench)).toEqual(["a"]);
  expect(bench.log.map(({ event }) => event)).toEqual(["store-away"]);
});

test("a store that is away when it is asked who is due is asked again", async () => {
  const bench = await open({ ids: ["a"] });
  let fails = 1;
  const rounds = new Rounds({
    store: {
      ...bench.store,
      due: async (query) => {
        if (fails-- > 0) throw new WatchError("The store is away.");
        return bench.store.due(query);
      },
    },
    place: "here",
    visit: ({ id }) => Promise.resolve(visitNow(id, bench)),
    decide: (_, made) => decisionOf(made),
    onDecision: () => {},
    isClockRight: () => true,
    now: () => bench.now,
    log: (line) => bench.log.push(line),
  });
  await rounds.run(bench.ending.signal, { once: true });
  expect(rounds.visits).toBe(1);
  expect(bench.log.map(({ event }) => event)).toEqual(["store-away", "store-back"]);
});
