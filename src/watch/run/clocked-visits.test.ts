/** A worker's visits while its clock is not believed: few at a time, and never none. */
import { expect, test } from "vitest";
import type { Visit } from "../../fleet/index.ts";
import { roundLimits } from "../rounds/limits.ts";
import { Clock } from "./clock.ts";
import { ClockedVisits } from "./clocked-visits.ts";

const dayMs = 86_400_000;

/** A clock that jumped by two days. */
function jumped(): { readonly clock: Clock; readonly now: () => number } {
  let now = Date.now();
  const clock = new Clock(
    () => now,
    () => {},
  );
  clock.isRight();
  now += 2 * dayMs;
  expect(clock.isRight()).toBe(false);
  return { clock, now: () => now };
}

const visitAt = (at: number, serverDateAt?: number): Promise<Visit> =>
  Promise.resolve({ at, serverDateAt } as Visit);

test("however many servers tell no time, others are asked until enough have told it", async () => {
  const { clock, now } = jumped();
  const visits = new ClockedVisits(clock);
  for (let i = 0; i < 5 * roundLimits.clockVisits.value; i++)
    expect(await visits.make({ host: `silent${i}` }, () => visitAt(now()))).toBeUndefined();
  await expect(visits.make({ host: "broken" }, () => Promise.reject(new Error("a fault")))).rejects.toThrow(
    "a fault",
  );
  const made: (Visit | undefined)[] = [];
  for (let i = 0; i < 3; i++)
    made.push(await visits.make({ host: `server${i}` }, () => visitAt(now(), now())));
  expect(made.map((visit) => visit !== undefined)).toEqual([false, false, true]);
});

test("while the clock is not believed, few are under way", async () => {
  const { clock, now } = jumped();
  const visits = new ClockedVisits(clock);
  let asked = 0;
  const making = Array.from({ length: 20 }, (_, i) =>
    visits.make({ host: `server${i}` }, () => {
      asked++;
      return visitAt(now());
    }),
  );
  await Promise.all(making);
  expect(asked).toBe(roundLimits.clockVisits.value);
});
