/** A watch that is told to read its configuration again, several times at once and at its end. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { compilePolicy } from "../../admission/index.ts";
import type { Config } from "../config/schema.ts";
import type { LogLine } from "../log-line.ts";
import type { RunPorts } from "./ports.ts";
import { Watch } from "./watch.ts";

const config: Config = { endpoints: ["list.txt"], store: ":memory:", listen: "127.0.0.1:0" };

interface Opened {
  readonly watch: Watch;
  readonly lines: readonly LogLine[];
  /** From now on, whoever reads the list waits until it is called. */
  readonly hold: () => () => void;
  /** How many read the list at a time, at most. */
  readonly most: () => number;
}

async function open(): Promise<Opened> {
  const lines: LogLine[] = [];
  let held = Promise.resolve();
  let reading = 0;
  let most = 0;
  const ports: RunPorts = {
    pathOf: (file) => file,
    configFile: undefined,
    readList: async () => {
      most = Math.max(most, ++reading);
      await held;
      reading--;
      return "https://127.0.0.1:1/";
    },
    openBundle: () => Promise.resolve([]),
    ground: { knownRoots: [], isPublic: () => false },
    now: Date.now,
    policy: compilePolicy({}, {}),
    trust: {},
    environment: {},
    readSecret: () => Promise.resolve(""),
    askWhy: () => Promise.reject(new Error("It is not asked.")),
    log: (line) => lines.push(line),
  };
  const watch = await Watch.open(config, ports);
  return {
    watch,
    lines,
    most: () => most,
    hold: () => {
      let release = (): void => {};
      held = new Promise((resolve) => (release = resolve));
      return release;
    },
  };
}

test("one configuration is taken after the other, and none after the end", async () => {
  const { watch, lines, hold, most } = await open();
  const ending = new AbortController();
  const running = watch.run(ending.signal);
  const release = hold();
  const reloads = [watch.reload(config), watch.reload(config)];
  for (let turns = 0; turns < 20; turns++) await nextTurn();
  release();
  await Promise.all(reloads);
  expect(most()).toBe(1);
  const count = (): number => lines.filter(({ event }) => event === "reloaded").length;
  expect(count()).toBe(2);
  ending.abort();
  await running;
  await watch.reload(config);
  expect(count()).toBe(2);
});

test("the end waits for the one that is being taken", async () => {
  const { watch, lines, hold } = await open();
  const ending = new AbortController();
  const ended: string[] = [];
  const running = watch.run(ending.signal).then(() => ended.push("the watch"));
  const release = hold();
  const reloading = watch.reload(config);
  ending.abort();
  for (let turns = 0; turns < 1_000 && ended.length === 0; turns++) await nextTurn();
  expect(ended).toEqual([]);
  release();
  await reloading;
  await running;
  expect(lines.map(({ event }) => event)).toContain("reloaded");
});
