/** A deadline that requests share: whose it was and is no more sets no timer. */
import { expect, test } from "vitest";
import { SharedDeadline } from "./shared-deadline.ts";

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

test("a share that was given back sets no timer", () => {
  const shared = new SharedDeadline();
  shared.keepAwake();
  const before = timers();
  const share = shared.share(() => {});
  share.set(60_000, performance.now());
  expect(timers()).toBe(before + 1);
  share.clear();
  shared.clear();
  share.set(60_000, performance.now());
  expect(timers()).toBe(before);
  shared.clear();
});
