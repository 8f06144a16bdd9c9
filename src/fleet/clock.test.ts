/** Whether the clock can be believed: a jump is not, until servers tell the time; what servers agree on is. */
import { describe, expect, it } from "vitest";
import { dayMs, hourMs, noon } from "../../test/fleet/made-up.ts";
import { type ClockVerdict, judgeClock, noSamples, noteClock } from "./clock.ts";
import { fleetLimits } from "./limits.ts";

/** Hours by the monotonic clock, by how much the wall clock is off then, and the servers that answer. */
type Look = readonly [
  hours: number,
  offMs: number,
  ...servers: readonly (readonly [host: string, offMs?: number])[],
];

function judge(looks: readonly Look[]): ClockVerdict {
  let memory = noSamples;
  for (const [hours, offMs, ...servers] of looks) {
    const monotonicMs = hours * hourMs;
    const wallAt = noon + monotonicMs + offMs;
    if (servers.length === 0) memory = noteClock(memory, { wallAt, monotonicMs });
    for (const [host, off = 0] of servers)
      memory = noteClock(memory, { wallAt, monotonicMs, served: { host, at: noon + monotonicMs + off } });
  }
  return judgeClock(memory);
}

const told = (verdict: ClockVerdict): string => (verdict.believed ? "believed" : verdict.kind);
const three: readonly (readonly [string])[] = [["a"], ["b"], ["c"]];
const minuteMs = 60_000;

describe("a clock", () => {
  it.each<readonly [law: string, looks: readonly Look[], expected: string]>([
    ["is believed where nothing speaks against it", [[0, 0]], "believed"],
    [
      "is believed where it drifts by a minute between two looks",
      [
        [0, 0],
        [24, minuteMs],
      ],
      "believed",
    ],
    [
      "is not where it moved by more",
      [
        [0, 0],
        [24, minuteMs + 1],
      ],
      "jumped",
    ],
    [
      "is not where it moved back",
      [
        [0, 0],
        [1, -2 * minuteMs],
      ],
      "jumped",
    ],
    [
      "is not by two servers",
      [
        [0, 0],
        [1, -hourMs / 2, ["a"], ["b"]],
      ],
      "jumped",
    ],
    [
      "is by three servers that agree with it",
      [
        [0, 0],
        [1, -hourMs / 2, ...three],
      ],
      "believed",
    ],
    [
      "is by three of which one is wrong",
      [
        [0, 0],
        [1, dayMs, ["a", dayMs], ["b", dayMs], ["c"]],
      ],
      "believed",
    ],
    [
      "is wrong by three that agree on another time",
      [
        [0, 0],
        [1, dayMs, ...three],
      ],
      "wrong",
    ],
    ["is not wrong by an hour", [[0, hourMs, ...three]], "believed"],
    ["is wrong by more than an hour", [[0, hourMs + 1, ...three]], "wrong"],
    [
      "is believed where it jumped and came back",
      [
        [0, 0],
        [1, dayMs],
        [2, 0],
      ],
      "believed",
    ],
    [
      "is believed an hour after a night's sleep",
      [
        [0, 0],
        [1, 9 * hourMs],
        [2, 9 * hourMs],
      ],
      "believed",
    ],
    [
      "is not within the hour",
      [
        [0, 0],
        [1, 9 * hourMs],
        [1.9, 9 * hourMs],
      ],
      "jumped",
    ],
    [
      "is not after a jump of more than a day, however long it runs",
      [
        [0, 0],
        [1, 2 * dayMs],
        [90, 2 * dayMs],
      ],
      "jumped",
    ],
    [
      "is asked anew after a jump",
      [
        [0, 0, ...three],
        [1, dayMs],
      ],
      "jumped",
    ],
    [
      "is not where it jumps back from a time that servers had confirmed",
      [
        [0, 0],
        [1, 8 * hourMs, ["a", 8 * hourMs], ["b", 8 * hourMs], ["c", 8 * hourMs]],
        [2, 0],
      ],
      "jumped",
    ],
    ["is doubted after a start where the first server tells another", [[0, dayMs, ["a"]]], "doubted"],
    [
      "is not doubted for ever",
      [
        [0, dayMs, ["a"]],
        [1, dayMs],
      ],
      "believed",
    ],
    [
      "counts a server once",
      [
        [0, dayMs, ["a"]],
        [0.1, dayMs, ["a"]],
        [0.2, dayMs, ["a"]],
      ],
      "doubted",
    ],
  ])("%s", (_law, looks, expected) => {
    expect(told(judge(looks))).toBe(expected);
  });

  it("is said to be behind by what servers agree on", () => {
    const verdict = judge([[0, -dayMs, ...three]]);
    expect(verdict).toMatchObject({ believed: false, byMs: dayMs });
    expect(verdict.believed ? "" : verdict.sentence).toBe(
      "This machine's clock is 1 day behind: 3 servers agree on it. Nothing is decided until it is set.",
    );
  });

  it("remembers a bounded number of servers", () => {
    let memory = noSamples;
    for (let number = 0; number < 100; number++)
      memory = noteClock(memory, { wallAt: noon, monotonicMs: 0, served: { host: `h${number}`, at: noon } });
    expect(memory.ahead).toHaveLength(15);
  });
});

describe("the bounds of a clock", () => {
  const { clockWrongMs, clockJumpMs, clockSleepMs } = fleetLimits;
  it.each<readonly [law: string, looks: readonly Look[], expected: string]>([
    ["servers may differ by so much", [[0, 0, ["a", clockWrongMs.value]]], "believed"],
    ["and not by more", [[0, 0, ["a", clockWrongMs.value + 1]]], "doubted"],
    [
      "it may move by so much between two looks",
      [
        [0, 0],
        [1, clockJumpMs.value],
      ],
      "believed",
    ],
    [
      "and not by more",
      [
        [0, 0],
        [1, clockJumpMs.value + 1],
      ],
      "jumped",
    ],
    [
      "a jump may be a night's sleep, when it runs evenly again",
      [
        [0, 0],
        [1, clockSleepMs.value],
        [2, clockSleepMs.value],
      ],
      "believed",
    ],
    [
      "and not one that is longer",
      [
        [0, 0],
        [1, clockSleepMs.value + 1],
        [2, clockSleepMs.value + 1],
      ],
      "jumped",
    ],
    [
      "a doubt is over an hour after the beginning, whenever that was",
      [
        [5, 0],
        [5.9, 0, ["a", 2 * clockWrongMs.value]],
      ],
      "doubted",
    ],
    [
      "the median of servers counts, in whatever order they answered",
      [[0, 0, ["a", 9 * clockWrongMs.value], ["b"], ["c"]]],
      "believed",
    ],
    [
      "the median of servers counts, the largest in the middle",
      [[0, 0, ["a"], ["b", 9 * clockWrongMs.value], ["c"]]],
      "believed",
    ],
  ])("%s", (_law, looks, expected) => {
    expect(told(judge(looks))).toBe(expected);
  });

  it("a move of just so much forgets no server", () => {
    const looks: readonly Look[] = [
      [0, 0, ["a"], ["b"]],
      [1, clockJumpMs.value, ["c", 9 * clockWrongMs.value]],
    ];
    expect(told(judge(looks))).toBe("believed");
  });
});
