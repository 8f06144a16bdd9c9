/** What a configuration says of the rules is what decides; what it leaves out is as it is by default. */
import { expect, test } from "vitest";
import { defaultSettings } from "../../fleet/index.ts";
import { settingsOf } from "./settings.ts";

const dayMs = 86_400_000;

test("without a word, everything is as by default", () => {
  expect(settingsOf({})).toEqual(defaultSettings);
});

test("each word is taken, and everything beside it is as by default", () => {
  const rules = {
    lifeLeft: { warning: "40%" },
    bundleLead: { critical: "9d" },
    repeat: { warning: "5d" },
    failuresInARow: 7,
  };
  expect(settingsOf({ every: "2h", rules })).toEqual({
    ...defaultSettings,
    everyMs: 7_200_000,
    lifeLeft: { ...defaultSettings.lifeLeft, warning: 0.4 },
    bundleLeadMs: { ...defaultSettings.bundleLeadMs, critical: 9 * dayMs },
    repeatMs: { ...defaultSettings.repeatMs, warning: 5 * dayMs },
    failuresInARow: 7,
  });
  const others = {
    lifeLeft: { critical: "4%" },
    bundleLead: { warning: "300d" },
    repeat: { notice: "6d", critical: "1h" },
    placesUnreachable: 5,
  };
  expect(settingsOf({ rules: others })).toEqual({
    ...defaultSettings,
    lifeLeft: { ...defaultSettings.lifeLeft, critical: 0.04 },
    bundleLeadMs: { ...defaultSettings.bundleLeadMs, warning: 300 * dayMs },
    repeatMs: { ...defaultSettings.repeatMs, notice: 6 * dayMs, critical: 3_600_000 },
    placesUnreachable: 5,
  });
});
