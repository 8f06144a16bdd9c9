/** Diagnoses: a few at a time, each endpoint once a while, kept in a store; what does not fit is counted. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { noon } from "../../../test/fleet/made-up.ts";
import { endpointNamed } from "../../../test/watch/store/kept.ts";
import type { LogLine } from "../log-line.ts";
import type { KeptWhy, Store } from "../store/port.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import { Diagnoses } from "./diagnoses.ts";
import { roundLimits } from "./limits.ts";

interface Bench {
  readonly store: Store;
  readonly diagnoses: Diagnoses;
  /** Ids of those who were asked about, in order. */
  readonly asked: string[];
  readonly log: LogLine[];
  readonly ending: AbortController;
  now: number;
  /** Lets an answer come: that of whoever was asked first. */
  readonly answer: () => void;
}

const whyOf = (id: string): KeptWhy => ({
  at: noon,
  place: "here",
  code: "connection-refused",
  text: `Nobody listens at ${id}.`,
});

/** `answers`: what comes of each; without it, each waits for `answer`. */
async function open(answers?: (id: string) => Promise<KeptWhy>): Promise<Bench> {
  const store = await openSqliteStore({ path: ":memory:" });
  onTestFinished(() => store.close());
  const [asked, log, waiting]: [string[], LogLine[], (() => void)[]] = [[], [], []];
  const ending = new AbortController();
  const diagnoses = new Diagnoses({
    store,
    ask: ({ id }, signal) => {
      expect(signal).toBe(ending.signal);
      asked.push(id);
      return answers?.(id) ?? new Promise((resolve) => waiting.push(() => resolve(whyOf(id))));
    },
    now: () => bench.now,
    log: (line) => log.push(line),
    signal: ending.signal,
  });
  const answer = (): void => waiting.shift()?.();
  const bench: Bench = { store, diagnoses, asked, log, ending, now: noon, answer };
  return bench;
}

const atOnce = (id: string): Promise<KeptWhy> => Promise.resolve(whyOf(id));

/** Whoever waits in a test that failed does not wait on. */
let isOver = false;
beforeEach(() => void (isOver = false));
afterEach(() => void (isOver = true));

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    if (isOver) throw new Error("The test was over before.");
    await nextTurn();
  }
}

test("what is said of an endpoint is kept", async () => {
  const { store, diagnoses, log } = await open(atOnce);
  await store.setEndpoints([endpointNamed("a")]);
  diagnoses.want(endpointNamed("a"));
  await diagnoses.settled();
  expect((await store.endpoint("a"))?.whys).toEqual([whyOf("a")]);
  expect(log).toEqual([]);
});

test("a few are asked about at a time, and each answer makes room for one that waits", async () => {
  const { value: most } = roundLimits.whysAtOnce;
  const { diagnoses, asked, answer } = await open();
  for (let i = 0; i < most + 2; i++) diagnoses.want(endpointNamed(`e${i}`));
  expect(asked).toEqual(Array.from({ length: most }, (_, i) => `e${i}`));
  let isSettled = false;
  const settled = diagnoses.settled().then(() => (isSettled = true));
  answer();
  await until(() => asked.length === most + 1);
  expect(isSettled).toBe(false);
  for (let more = 1; more <= most + 1; more++) {
    const before = asked.length;
    answer();
    if (before < most + 2) await until(() => asked.length > before);
  }
  await settled;
  expect(asked).toHaveLength(most + 2);
});

test("an endpoint that fails again is asked about once in an hour", async () => {
  const bench = await open(atOnce);
  const { diagnoses, asked } = bench;
  const wantAt = async (afterMs: number): Promise<void> => {
    bench.now = noon + afterMs;
    diagnoses.want(endpointNamed("a"));
    await diagnoses.settled();
  };
  await wantAt(0);
  await wantAt(roundLimits.whyPauseMs.value - 1);
  expect(asked).toEqual(["a"]);
  await wantAt(roundLimits.whyPauseMs.value);
  expect(asked).toEqual(["a", "a"]);
  await wantAt(roundLimits.whyPauseMs.value + 1);
  expect(asked).toEqual(["a", "a"]);
});

test("as many wait as there is room for, each once, and those beyond are counted", async () => {
  const { diagnoses, asked } = await open();
  const { value: most } = roundLimits.whysAtOnce;
  const { value: room } = roundLimits.whysWaiting;
  for (let i = 0; i < most + room; i++) diagnoses.want(endpointNamed(`e${i}`));
  expect(diagnoses.leftOut).toBe(0);
  // It waits already, and is not one that was left out.
  diagnoses.want(endpointNamed(`e${most}`));
  expect(diagnoses.leftOut).toBe(0);
  diagnoses.want(endpointNamed("beyond"));
  diagnoses.want(endpointNamed("beyond it"));
  expect(diagnoses.leftOut).toBe(2);
  expect(asked).toHaveLength(most);
});

test("one that cannot be asked about is said, and does not keep the others", async () => {
  const { diagnoses, asked, log } = await open((id) =>
    id === "a" ? Promise.reject(new Error("The name server is away.")) : atOnce(id),
  );
  for (const id of ["a", "b", "c"]) diagnoses.want(endpointNamed(id));
  await diagnoses.settled();
  expect(asked).toEqual(["a", "b", "c"]);
  expect(log).toEqual([
    {
      level: "warning",
      event: "why-failed",
      sentence: "What is wrong with https://a.example was not found out: The name server is away.",
    },
  ]);
});

test("stopped, nobody is asked about any more, and what is interrupted is not a failure", async () => {
  const failing: ((error: Error) => void)[] = [];
  const { diagnoses, asked, log, ending } = await open(
    () => new Promise((_, reject) => failing.push(reject)),
  );
  for (let i = 0; i < roundLimits.whysAtOnce.value + 1; i++) diagnoses.want(endpointNamed(`e${i}`));
  ending.abort();
  for (const fail of failing) fail(new Error("It was aborted."));
  await diagnoses.settled();
  diagnoses.want(endpointNamed("late"));
  await diagnoses.settled();
  expect(asked).toHaveLength(roundLimits.whysAtOnce.value);
  expect(log).toEqual([]);
});

test("who was asked about long before all others is forgotten, and can be asked about again", async () => {
  const { diagnoses, asked } = await open(atOnce);
  const { value: remembered } = roundLimits.whysRemembered;
  const want = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      diagnoses.want(endpointNamed(`e${i}`));
      if (i % roundLimits.whysWaiting.value === 0) await diagnoses.settled();
    }
    await diagnoses.settled();
  };
  await want(0, remembered);
  await want(0, 1);
  expect(asked).toHaveLength(remembered);
  await want(remembered, remembered + 1);
  await want(1, 2);
  expect(asked).toHaveLength(remembered + 1);
  await want(0, 1);
  expect(asked).toHaveLength(remembered + 2);
});
