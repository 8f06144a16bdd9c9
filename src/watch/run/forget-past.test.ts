/** What forgets goes on, whatever fails in it. */
import { expect, test } from "vitest";
import type { LogLine } from "../log-line.ts";
import { forgetPast } from "./forget-past.ts";

test("a fault of ours is written to the log, and it is tried again the next time", async () => {
  const lines: LogLine[] = [];
  const ending = new AbortController();
  const asked: number[] = [];
  await forgetPast({
    store: {
      prune: (before) => {
        asked.push(before);
        if (asked.length > 1) ending.abort();
        return asked.length > 1 ? Promise.resolve() : Promise.reject(new TypeError("no such table"));
      },
    },
    keepMs: () => 3,
    now: () => 10,
    log: (line) => lines.push(line),
    signal: ending.signal,
    everyMs: 1,
  });
  expect(asked).toEqual([7, 7]);
  expect(lines).toMatchObject([
    { level: "error", event: "bug", sentence: expect.stringContaining("no such table") as unknown },
  ]);
});
