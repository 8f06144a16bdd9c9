/** Whether anything is made for tracers at all. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, test } from "vitest";
import { isTraced } from "./attempt-trace.ts";

const ignore = (): void => {};

test("nothing is made while nobody has subscribed", () => {
  expect(isTraced()).toBe(false);
});

test.each([
  "meerkat:attempt",
  "undici:client:sendHeaders",
  "undici:request:bodySent",
  "undici:request:create",
  "undici:request:error",
  "undici:request:headers",
  "undici:request:trailers",
])("whoever subscribes to %s is told, as long as they stay", (name) => {
  subscribe(name, ignore);
  try {
    expect(isTraced()).toBe(true);
  } finally {
    unsubscribe(name, ignore);
  }
  expect(isTraced()).toBe(false);
});
