/** Who gets which connection of a pool, and for whom one is opened. */
import { describe, expect, test } from "vitest";
import { holdClock } from "../../../test/clock.ts";
import { until, whenClosed } from "../../../test/client/origin.ts";
import { failureOf, openBench, whenOver, type Bench, type Hooks } from "../../../test/client/pool-bench.ts";
import type { Call } from "./call.ts";
import type { PoolOptions } from "./pool.ts";

/** Two connections are idle: 1 has carried nothing, and 0, which was used last, has carried `/a` and `/b`. */
async function openWithFreshOne(options: Partial<PoolOptions> = {}, hooks?: Hooks): Promise<Bench> {
  const bench = await openBench({ connections: 2, ...options }, hooks);
  const first = bench.call("/a");
  await bench.opening(0).admit();
  const second = bench.call("/b");
  (await bench.request(1)).answer();
  await whenOver(first);
  await bench.opening(1).admit();
  await until(() => bench.origin.accepted.length === 2);
  (await bench.request(2)).answer();
  await whenOver(second);
  return bench;
}

/** Two connections are idle, and both have carried a request; 1 was used last. */
async function openWithTwo(options: Partial<PoolOptions> = {}): Promise<Bench> {
  const bench = await openBench({ connections: 2, ...options });
  const calls = [bench.call("/a"), bench.call("/b")];
  for (const [at, call] of calls.entries()) {
    await bench.opening(at).admit();
    await bench.request(at + 1);
    expect(call.connection?.id).toBe(bench.opened[at]?.id);
  }
  for (const [at, call] of calls.entries()) {
    bench.asked[at]?.answer();
    await whenOver(call);
  }
  return bench;
}

describe("a connection that has just been opened", () => {
  test("goes to the call it was opened for, though another has waited longer", async () => {
    await using bench = await openBench({ connections: 2 });
    bench.call("/a");
    bench.call("/b");
    await bench.opening(1).admit();
    expect(await bench.request(1)).toMatchObject({ path: "/b" });
  });

  test("goes to the call it was opened for, though whoever hears of it asks for something at once", async () => {
    let isFirst = true;
    const onOpened = (bench: Bench): void => {
      if (isFirst) bench.call("/own");
      isFirst = false;
    };
    await using bench = await openBench({ connections: 2 }, { onOpened });
    bench.call("/a");
    await bench.opening(0).admit();
    expect(await bench.request(1)).toMatchObject({ path: "/a" });
    expect(bench.opening(1).call.outgoing.head).toContain("/own");
  });

  test("is kept for the next when another has served its call meanwhile", async () => {
    await using bench = await openWithFreshOne();
    bench.call("/c");
    expect(await bench.request(3)).toMatchObject({ connection: 0 });
    bench.call("/d");
    expect(await bench.request(4)).toMatchObject({ connection: 1 });
    expect(bench.openings).toHaveLength(2);
  });

  test("carries nothing behind its first request before that is answered, pipelining or not", async () => {
    const own: Call[] = [];
    const onOpened = (bench: Bench): void => void own.push(bench.call("/own"));
    await using bench = await openBench({ connections: 1, pipelining: 2 }, { onOpened });
    bench.call("/a");
    await bench.opening(0).admit();
    const first = await bench.request(1);
    expect(first.path).toBe("/a");
    expect(own.map(({ connection }) => connection)).toEqual([undefined]);
    expect(bench.openings).toHaveLength(1);
    first.answer();
    expect(await bench.request(2)).toMatchObject({ path: "/own", connection: 0 });
  });

  test.each<readonly [how: string, end: (bench: Bench) => unknown]>([
    ["closes the pool", ({ pool }) => pool.close("closed")],
    ["destroys the pool", ({ pool }) => pool.destroy()],
  ])("ends with its call when whoever hears of it %s", async (_how, end) => {
    const onOpened = (bench: Bench): void => void end(bench);
    await using bench = await openBench({ connections: 2, pipelining: 2 }, { onOpened });
    const call = bench.call("/a");
    await bench.opening(0).admit();
    await until(() => bench.emptied() > 0);
    expect(failureOf(call)).toBe("client-closed");
    expect([bench.retired, bench.openings.length, bench.emptied()]).toEqual([[[0, "client-closed"]], 1, 1]);
    await until(() => bench.origin.accepted[0]?.destroyed === true);
    expect(bench.paths()).toEqual([]);
  });

  test("on which the server spoke first fails its call, and no other is opened for that", async () => {
    await using bench = await openBench();
    bench.origin.server.on("connection", (socket) => socket.write("HTTP/1.1 408 Request Timeout\r\n\r\n"));
    const call = bench.call("/a");
    const link = await bench.opening(0).dial();
    await until(() => link.socket.bytesRead > 0);
    bench.opening(0).give(link);
    await expect(call.answer).rejects.toMatchObject({ code: "unsolicited-bytes" });
    expect(bench.openings).toHaveLength(1);
    expect(bench.emptied()).toBe(1);
  });
});

test("a connection that has ended before the pool has it fails its call, and no other is opened for that", async () => {
  await using bench = await openBench();
  bench.origin.server.on("connection", (socket) => socket.end());
  const call = bench.call("/a");
  const link = await bench.opening(0).dial();
  link.socket.resume();
  await whenClosed(link.socket);
  bench.opening(0).give(link);
  await expect(call.answer).rejects.toMatchObject({ code: "empty-response", detail: { ending: "fin" } });
  expect([bench.openings.length, bench.opened.length, bench.emptied()]).toEqual([1, 0, 1]);
});

describe("when room comes free", () => {
  test("who waits and has nobody opening for it gets a connection, and no more than there may be", async () => {
    await using bench = await openBench({ connections: 2 });
    const lost = bench.call("/a");
    await bench.opening(0).admit();
    const [, next] = [bench.call("/b"), bench.call("/c"), bench.call("/d")];
    expect(bench.openings).toHaveLength(2);
    (await bench.request(1)).hangUp();
    await whenOver(lost);
    expect(bench.openings).toHaveLength(3);
    expect(bench.opening(2).call).toBe(next);
  });

  test("because a connection could not be opened, its own call fails, and the next gets one", async () => {
    await using bench = await openBench();
    const [first, second] = [bench.call("/a"), bench.call("/b")];
    const error = new Error("nobody is there");
    bench.opening(0).refuse(error);
    await whenOver(first);
    expect(first.failure).toBe(error);
    expect(second.failure).toBeUndefined();
    expect(bench.openings.map(({ call }) => call)).toEqual([first, second]);
    expect(bench.emptied()).toBe(0);
    bench.opening(1).refuse(error);
    await whenOver(second);
    expect(bench.emptied()).toBe(1);
  });
});

test("a connection that cannot be opened takes nothing from a call that another has served, nor to who waits", async () => {
  await using bench = await openBench({ connections: 2 });
  const first = bench.call("/a");
  await bench.opening(0).admit();
  const [served, next] = [bench.call("/b"), bench.call("/c")];
  (await bench.request(1)).answer();
  await whenOver(first);
  await bench.request(2);
  bench.opening(1).refuse(new Error("nobody is there"));
  await until(() => bench.openings.length === 3);
  expect(bench.opening(2).call).toBe(next);
  expect(served.failure).toBeUndefined();
});

describe("who waits for others to be done", () => {
  test("fails when its time is over", async () => {
    await using bench = await openBench();
    bench.call("/a");
    await bench.opening(0).admit();
    using clock = holdClock();
    const late = bench.call("/b", { timeouts: { poolMs: 50 } });
    const patient = bench.call("/c");
    clock.pass(49);
    expect(late.failure).toBeUndefined();
    clock.pass(1);
    expect(late.failure).toMatchObject({
      code: "pool-timeout",
      detail: { limitMs: 50, openConnections: 1 },
    });
    expect(patient.failure).toBeUndefined();
  });

  test("has all its time for a connection of its own, once one is opened for it", async () => {
    await using bench = await openBench();
    const lost = bench.call("/a");
    await bench.opening(0).admit();
    const asked = await bench.request(1);
    using clock = holdClock();
    const call = bench.call("/b", { timeouts: { poolMs: 50 } });
    asked.hangUp();
    await whenOver(lost);
    expect(bench.opening(1).call).toBe(call);
    clock.pass(50);
    expect(call.failure).toBeUndefined();
  });
});

describe("a call that is withdrawn", () => {
  test("is never sent, and leaves no timer", async () => {
    using clock = holdClock();
    await using bench = await openBench();
    bench.call("/a");
    await bench.opening(0).admit();
    const asked = await bench.request(1);
    const gone = bench.call("/gone", { timeouts: { poolMs: 50 } });
    bench.call("/c");
    expect(clock.timers()).toBe(1);
    gone.fail(new Error("its caller left"));
    bench.pool.withdraw(gone);
    expect(clock.timers()).toBe(0);
    asked.answer();
    await bench.request(2);
    expect(bench.paths()).toEqual(["/a", "/c"]);
  });

  test("has no connection opened for it when room comes free", async () => {
    await using bench = await openBench();
    bench.call("/a");
    await bench.opening(0).admit();
    const gone = bench.call("/gone");
    gone.fail(new Error("its caller left"));
    bench.pool.withdraw(gone);
    (await bench.request(1)).hangUp();
    await until(() => bench.emptied() === 1);
    expect(bench.openings).toHaveLength(1);
  });

  test("stops the opening of its own connection, and of no other", async () => {
    await using bench = await openBench({ connections: 2 });
    const [gone] = [bench.call("/gone"), bench.call("/b")];
    gone.fail(new Error("its caller left"));
    bench.pool.withdraw(gone);
    expect(bench.openings.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });
});

describe("a call that needs a fresh connection", () => {
  test("takes an idle one that has carried nothing", async () => {
    await using bench = await openWithFreshOne();
    bench.call("/again", { needsFresh: true });
    expect(await bench.request(3)).toMatchObject({ path: "/again", connection: 1 });
    expect([bench.openings.length, bench.retired]).toEqual([2, []]);
  });

  test("gets a new one where there is room, and all others are kept", async () => {
    await using bench = await openWithTwo({ connections: 3 });
    bench.call("/again", { needsFresh: true });
    expect([bench.openings.length, bench.retired]).toEqual([3, []]);
  });

  test("makes room for a new one where there is none", async () => {
    await using bench = await openWithTwo();
    bench.call("/again", { needsFresh: true });
    expect([bench.openings.length, bench.retired]).toEqual([3, [[1, "room-for-a-retry"]]]);
  });

  test("does not take one that has ended", async () => {
    await using bench = await openWithFreshOne();
    bench.origin.accepted[1]?.destroy();
    await until(() => bench.retired.length > 0);
    const call = bench.call("/again", { needsFresh: true });
    expect(call.connection).toBeUndefined();
    expect(bench.opening(2).call).toBe(call);
  });
});

test("the end of a busy connection takes no idle one away", async () => {
  await using bench = await openWithTwo();
  bench.call("/lost");
  (await bench.request(3)).hangUp();
  await until(() => bench.retired.length > 0);
  bench.call("/c");
  expect(await bench.request(4)).toMatchObject({ path: "/c", connection: 0 });
});

describe("a call that its connection took and never sent", () => {
  test("goes over another that is idle", async () => {
    await using bench = await openWithTwo();
    const call = bench.call("/c");
    expect(call.connection).toBeUndefined();
    bench.opened[1]?.retire("a test");
    expect(await bench.request(3)).toMatchObject({ path: "/c", connection: 0 });
    expect(bench.openings).toHaveLength(2);
  });

  test("is first in the queue, and gets a connection of its own", async () => {
    await using bench = await openBench();
    const first = bench.call("/a");
    await bench.opening(0).admit();
    (await bench.request(1)).answer();
    await whenOver(first);
    const [call] = [bench.call("/b"), bench.call("/c")];
    expect(bench.openings).toHaveLength(1);
    bench.opened[0]?.retire("a test");
    expect(bench.openings).toHaveLength(2);
    expect(bench.opening(1).call).toBe(call);
  });

  test("fails when the pool is closed", async () => {
    await using bench = await openBench();
    const first = bench.call("/a");
    await bench.opening(0).admit();
    (await bench.request(1)).answer();
    await whenOver(first);
    const call = bench.call("/b");
    await bench.pool.close("client-closed");
    expect(failureOf(call)).toBe("client-closed");
    expect(bench.openings).toHaveLength(1);
  });
});
