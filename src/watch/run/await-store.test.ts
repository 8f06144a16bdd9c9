/** A store that is away at the start: what is waited for, what is said, and what ends it. */
import { expect, test } from "vitest";
import type { LogLine } from "../log-line.ts";
import type { Store } from "../store/port.ts";
import { WatchError } from "../watch-error.ts";
import { awaitStore, lateStore } from "./await-store.ts";

const store = { close: () => Promise.resolve() } as Store;
const away = new WatchError("The store does not answer.", {
  cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
});

test("one that is away is waited for, and said once a while and at the end", async () => {
  for (const [sayMs, said] of [
    [60_000, 1],
    [0, 3],
  ] as const) {
    const lines: LogLine[] = [];
    let tries = 0;
    const open = (): Promise<Store> => (++tries < 4 ? Promise.reject(away) : Promise.resolve(store));
    const { signal } = new AbortController();
    const log = (line: LogLine): unknown => lines.push(line);
    expect(await awaitStore({ open, log, signal, retryMs: 1, sayMs })).toBe(store);
    expect(lines.map(({ event }) => event)).toEqual([
      ...Array<string>(said).fill("store-away"),
      "store-back",
    ]);
  }
});

test("what waiting does not mend fails at once, and whoever is stopped waits no longer", async () => {
  const log = (): void => undefined;
  const wrong = new WatchError("It does not let this user in.", {
    cause: Object.assign(new Error("password"), { code: "28P01" }),
  });
  const ending = new AbortController();
  const refused = awaitStore({ open: () => Promise.reject(wrong), log, signal: ending.signal });
  await expect(refused).rejects.toBe(wrong);
  const waiting = awaitStore({
    open: () => Promise.reject(away),
    log: () => ending.abort(143),
    signal: ending.signal,
  });
  await expect(waiting).rejects.toBe(143);
});

test("a late store says that it is not there, and is closed all the same", async () => {
  const late = lateStore();
  await expect(late.store.lastRun()).rejects.toThrow("The store is not there yet.");
  await late.store.close();
  late.arrive({ ...store, lastRun: () => Promise.resolve(undefined) });
  expect(await late.store.lastRun()).toBeUndefined();
});
