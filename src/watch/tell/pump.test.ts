/** The pump: nothing is lost, what is told twice has the same key, and what fails comes back later and later. */
import { describe, expect, test } from "vitest";
import { alertOf, endpoint, MemoryOutbox, openedAt, tellingOf } from "../../../test/watch/tellings.ts";
import type { LogLine } from "../log-line.ts";
import type { AlertRow, Telling } from "../store/port.ts";
import type { Channel, Outcome } from "./channel.ts";
import { tellLimits } from "../limits.ts";
import { pauseBefore, Pump } from "./pump.ts";

interface Bench {
  readonly store: MemoryOutbox;
  readonly pump: Pump;
  readonly channel: Channel;
  readonly told: Telling[];
  readonly log: LogLine[];
  now: number;
  outcome: (telling: Telling) => Outcome;
}

function benchOf(changes: Partial<Channel> = {}): Bench {
  const store = new MemoryOutbox();
  const told: Telling[] = [];
  const log: LogLine[] = [];
  const channel: Channel = {
    name: "test",
    most: 2,
    gatherMs: 0,
    check: () => Promise.resolve(),
    tell: (tellings) => {
      told.push(...tellings);
      return Promise.resolve(tellings.map((telling) => bench.outcome(telling)));
    },
    ...changes,
  };
  const pump = new Pump({
    store,
    channels: [channel],
    clock: () => bench.now,
    random: () => 1,
    log: (line) => log.push(line),
  });
  const bench: Bench = { store, pump, channel, told, log, now: openedAt, outcome: () => ({ kind: "told" }) };
  return bench;
}

describe("the pump", () => {
  test("tells the oldest first, a batch at a time, and each once", async () => {
    const bench = benchOf();
    const tellings = ["a", "b", "c"].map((subject) => tellingOf("opened", alertOf({ subject })));
    bench.store.queue(...tellings);
    expect(await bench.pump.round(bench.channel)).toBe(2);
    expect(await bench.pump.round(bench.channel)).toBe(1);
    expect(await bench.pump.round(bench.channel)).toBe(0);
    expect(bench.told.map(({ key }) => key)).toEqual(tellings.map(({ key }) => key));
    expect(bench.store.waiting).toBe(0);
  });

  test("killed between telling and settling, it tells again under the same key when what was lent is back", async () => {
    const bench = benchOf({ tell: () => new Promise(() => {}) });
    bench.store.queue(tellingOf("opened"));
    void bench.pump.round(bench.channel);
    const next = benchOf();
    const pump = new Pump({
      store: bench.store,
      channels: [],
      clock: () => next.now,
      random: () => 1,
      log: () => {},
    });
    expect(await pump.round(next.channel)).toBe(0);
    next.now = openedAt + tellLimits.lendMs.value;
    expect(await pump.round(next.channel)).toBe(1);
    expect(next.told.map(({ key }) => key)).toEqual([tellingOf("opened").key]);
  });

  test("tries again later and later, but not before it was asked to", async () => {
    const bench = benchOf();
    bench.store.queue(tellingOf("opened"));
    bench.outcome = () => ({ kind: "again", reason: "It was busy." });
    await bench.pump.round(bench.channel);
    expect(bench.store.settled.at(-1)?.outcome).toMatchObject({
      at: bench.now + tellLimits.firstAgainMs.value,
    });
    bench.now += tellLimits.firstAgainMs.value;
    bench.outcome = () => ({ kind: "again", reason: "It was busy.", afterMs: 600_000 });
    await bench.pump.round(bench.channel);
    expect(bench.store.settled.at(-1)?.outcome).toMatchObject({ at: bench.now + 600_000 });
    expect(bench.log.map(({ event }) => event)).toEqual(["telling-again", "telling-again"]);
  });

  test("what is refused for good is not tried again, and the log says so", async () => {
    const bench = benchOf();
    bench.store.queue(tellingOf("opened"));
    bench.outcome = () => ({ kind: "refused", reason: "It answered with status 410." });
    await bench.pump.round(bench.channel);
    expect(bench.store.waiting).toBe(0);
    expect(bench.log).toMatchObject([
      { level: "error", event: "telling-refused", facts: { key: tellingOf("opened").key } },
    ]);
    expect(bench.log[0]?.sentence).toContain("410");
  });

  test("what could not be told for a week is given up with a line in the log", async () => {
    const bench = benchOf();
    bench.store.queue(tellingOf("opened"));
    bench.outcome = () => ({ kind: "again", reason: "It was away." });
    bench.now = openedAt + tellLimits.tellForMs.value;
    await bench.pump.round(bench.channel);
    expect(bench.store.waiting).toBe(1);
    bench.now += tellLimits.longestAgainMs.value;
    await bench.pump.round(bench.channel);
    expect(bench.store.waiting).toBe(0);
    expect(bench.log.map(({ event }) => event)).toEqual(["telling-again", "telling-refused"]);
  });

  test("a channel that throws is tried again, and the log has its sentence", async () => {
    const bench = benchOf({ tell: () => Promise.reject(new Error("The secret is not there.")) });
    bench.store.queue(tellingOf("opened"));
    await bench.pump.round(bench.channel);
    expect(bench.store.waiting).toBe(1);
    expect(bench.log[0]?.sentence).toContain("The secret is not there.");
  });

  test("reminds of all that is open, a page at a time, and of what closed lately", async () => {
    const again: AlertRow[][] = [];
    const remind = {
      everyMs: 1,
      closedForMs: 1_000,
      again: (rows: readonly AlertRow[]) => {
        again.push([...rows]);
        return Promise.resolve(undefined);
      },
    };
    const bench = benchOf({ remind });
    const open = ["a", "b", "c"].map((subject) => alertOf({ subject }));
    const late = alertOf({ subject: "d", closedAt: bench.now - 1_000 });
    const early = alertOf({ subject: "e", closedAt: bench.now - 1_001 });
    bench.store.rows.push(...[...open, late, early].map((alert) => ({ alert, endpoint })));
    await bench.pump.remind(bench.channel);
    expect(again.map((rows) => rows.map(({ alert }) => alert.subject))).toEqual([["a", "b"], ["c"], ["d"]]);
  });

  test("started, it tells what is there, is woken for what comes, and stops when it is told to", async () => {
    const waiting: (() => void)[] = [];
    const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
    const bench = benchOf();
    bench.outcome = () => {
      waiting.shift()?.();
      return { kind: "told" };
    };
    bench.store.queue(tellingOf("opened"));
    const first = next();
    bench.pump.start();
    await first;
    const second = next();
    bench.store.queue(tellingOf("repeated", alertOf({ times: 2 })));
    bench.pump.wake();
    await second;
    await bench.pump.stop();
    expect(bench.store.waiting).toBe(0);
  });
});

describe("the pause before it is tried again", () => {
  test("doubles, is spread over its second half, and has an end", () => {
    const { firstAgainMs, longestAgainMs } = tellLimits;
    expect(pauseBefore(0, 1)).toBe(firstAgainMs.value);
    expect(pauseBefore(0, 0)).toBe(firstAgainMs.value / 2);
    expect(pauseBefore(1, 1)).toBe(2 * firstAgainMs.value);
    expect(pauseBefore(1_000, 1)).toBe(longestAgainMs.value);
  });
});
