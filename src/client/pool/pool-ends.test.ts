/** How a pool's connections end, and the pool with them: by age, by `close` and by `destroy`. */
import { describe, expect, test } from "vitest";
import { holdClock } from "../../../test/clock.ts";
import { until, whenClosed } from "../../../test/client/origin.ts";
import { failureOf, openBench, whenOver, type Bench } from "../../../test/client/pool-bench.ts";

/** Sends a call over a connection that is there, or that is opened for it, and has it answered. */
async function serve(bench: Bench, path: string): Promise<void> {
  const count = bench.asked.length + 1;
  const openings = bench.openings.length;
  const call = bench.call(path);
  if (bench.openings.length > openings) await bench.opening(openings).admit();
  (await bench.request(count)).answer();
  await whenOver(call);
}

/** Two connections, of which `/a` and `/b` are to be answered. */
async function openWithTwoBusy(bench: Bench): Promise<void> {
  for (const [at, path] of ["/a", "/b"].entries()) {
    bench.call(path);
    await bench.opening(at).admit();
    await bench.request(at + 1);
  }
}

/** Answers what a connection was asked first. */
async function answer(bench: Bench, at: number): Promise<void> {
  bench.asked[at]?.answer();
  await until(() => bench.opened[at]?.served === 1);
}

describe("an idle connection", () => {
  test("is closed when it has been idle for its time, to the moment, with all that are as old", async () => {
    using clock = holdClock();
    await using bench = await openBench({ connections: 2, idleMs: 100 });
    await openWithTwoBusy(bench);
    await answer(bench, 0);
    await answer(bench, 1);
    clock.pass(99);
    expect(bench.retired).toEqual([]);
    clock.pass(1);
    expect(bench.retired).toEqual([
      [0, "idle-too-long"],
      [1, "idle-too-long"],
    ]);
  });

  test("is closed in its time, however much others are used meanwhile", async () => {
    using clock = holdClock();
    await using bench = await openBench({ connections: 2, idleMs: 100 });
    await openWithTwoBusy(bench);
    await answer(bench, 0);
    await answer(bench, 1);
    clock.pass(40);
    await serve(bench, "/c");
    clock.pass(40);
    await serve(bench, "/d");
    expect(bench.asked.map(({ connection }) => connection)).toEqual([0, 1, 1, 1]);
    clock.pass(19);
    expect(bench.retired).toEqual([]);
    clock.pass(1);
    expect(bench.retired).toEqual([[0, "idle-too-long"]]);
  });

  test("is looked at again when its own time comes, after others were closed", async () => {
    using clock = holdClock();
    await using bench = await openBench({ connections: 2, idleMs: 100 });
    await openWithTwoBusy(bench);
    await answer(bench, 0);
    clock.pass(60);
    await answer(bench, 1);
    clock.pass(40);
    expect(bench.retired).toEqual([[0, "idle-too-long"]]);
    clock.pass(59);
    expect(bench.retired).toHaveLength(1);
    clock.pass(1);
    expect(bench.retired).toEqual([
      [0, "idle-too-long"],
      [1, "idle-too-long"],
    ]);
    expect(clock.timers()).toBe(0);
  });

  test("is not used once its life is over, to the moment", async () => {
    using clock = holdClock();
    clock.pass(1_000);
    await using bench = await openBench({ lifetimeMs: 500 });
    await serve(bench, "/a");
    clock.pass(499);
    await serve(bench, "/b");
    expect(bench.retired).toEqual([]);
    clock.pass(1);
    const call = bench.call("/c");
    expect(bench.retired).toEqual([[0, "lifetime-over"]]);
    expect(bench.opening(1).call).toBe(call);
  });

  test("costs no timer while there is none", async () => {
    using clock = holdClock();
    await using bench = await openBench({ idleMs: 100 });
    const first = bench.call("/a");
    await bench.opening(0).admit();
    bench.call("/b");
    (await bench.request(1)).answer();
    await whenOver(first);
    await bench.request(2);
    expect(clock.timers()).toBe(0);
  });
});

describe("a pool without connections", () => {
  test("says that it is empty, once, and leaves no timer", async () => {
    using clock = holdClock();
    await using bench = await openBench({ idleMs: 100 });
    await serve(bench, "/a");
    expect([clock.timers(), bench.emptied()]).toEqual([1, 0]);
    bench.origin.accepted[0]?.destroy();
    await until(() => bench.retired.length > 0);
    expect([clock.timers(), bench.emptied()]).toEqual([0, 1]);
  });

  test.each([
    ["a stale connection", false, "lifetime-over"],
    ["one that makes room for a retry", true, "room-for-a-retry"],
  ])("is not empty while it takes a call in place of %s", async (_, needsFresh, reason) => {
    using clock = holdClock();
    await using bench = await openBench({ lifetimeMs: 500 });
    await serve(bench, "/a");
    clock.pass(500);
    bench.call("/b", { needsFresh });
    expect(bench.retired).toEqual([[0, reason]]);
    expect(bench.emptied()).toBe(0);
    bench.opening(1).refuse(new Error("nobody is there"));
    await until(() => bench.emptied() > 0);
    expect(bench.emptied()).toBe(1);
  });

  test("is closed at once", async () => {
    await using bench = await openBench();
    await bench.pool.close("client-closed");
    expect(bench.emptied()).toBe(1);
  });
});

describe.each(["close", "destroy"] as const)("%s()", (way) => {
  test("fails who waits, stops what is being opened, and leaves no timer", async () => {
    using clock = holdClock();
    await using bench = await openBench();
    const calls = [bench.call("/a"), bench.call("/b", { timeouts: { poolMs: 50 } })];
    void bench.pool[way]("client-closed");
    expect(calls.map(failureOf)).toEqual(["client-closed", "client-closed"]);
    expect(bench.opening(0).signal.aborted).toBe(true);
    expect(clock.timers()).toBe(0);
    await until(() => bench.emptied() === 1);
  });

  test("closes a connection that comes all the same, and nobody hears of it", async () => {
    await using bench = await openBench();
    bench.call("/a");
    const link = await bench.opening(0).dial();
    bench.opening(0).give(link);
    void bench.pool[way]("client-closed");
    await until(() => bench.emptied() === 1);
    expect(link.socket.destroyed).toBe(true);
    expect(bench.opened).toEqual([]);
  });

  test("fails a call that comes in as it happens, at the latest when its connection comes", async () => {
    using clock = holdClock();
    const onRetired = ({ pool }: Bench): void => void pool[way]("client-closed");
    await using bench = await openBench({ lifetimeMs: 500 }, { onRetired });
    await serve(bench, "/a");
    clock.pass(500);
    const call = bench.call("/b");
    await bench.opening(1).admit();
    await until(() => call.isOver);
    expect(failureOf(call)).toBe("client-closed");
    await until(() => bench.origin.accepted.length === 2);
    await whenClosed(bench.origin.accepted[1]);
  });
});

describe("close()", () => {
  test("has the deadlines of what is under way keep the process alive", async () => {
    await using bench = await openBench();
    bench.call("/a", { timeouts: { headMs: 600_000 } });
    await bench.opening(0).admit();
    await bench.request(1);
    const before = timersThatKeepAwake();
    void bench.pool.close("client-closed");
    expect(timersThatKeepAwake()).toBe(before + 1);
  });

  test("leaves what is under way to its end, or to destroy()", async () => {
    await using bench = await openBench({ connections: 2 });
    await openWithTwoBusy(bench);
    const third = bench.call("/c");
    const closed = bench.pool.close("client-closed");
    expect(failureOf(third)).toBe("client-closed");
    await answer(bench, 0);
    expect(bench.emptied()).toBe(0);
    bench.pool.destroy();
    expect(bench.emptied()).toBe(1);
    await closed;
  });
});

test("destroy() ends what is under way and what is idle", async () => {
  await using bench = await openBench({ connections: 2 });
  await openWithTwoBusy(bench);
  await answer(bench, 0);
  const busy = bench.call("/c");
  await bench.request(3);
  await answer(bench, 1);
  bench.pool.destroy();
  expect(failureOf(busy)).toBe("client-closed");
  expect(bench.emptied()).toBe(1);
});

/** Those that have not been let go by `unref()`. */
function timersThatKeepAwake(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}
