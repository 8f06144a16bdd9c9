/** A certificate's end is told as one only to devices that look at it. */
import { describe, expect, it } from "vitest";
import type { EndReason } from "../bundle/index.ts";
import { explainEndFor, noticesEnd } from "./explain-end.ts";
import type { DeviceName } from "./profile.ts";
import { devices } from "./profiles/profiles.ts";

const at = Date.parse("2036-11-19");
const crossSign: EndReason = { kind: "cross-sign", subject: "New Root" };

describe("an end", () => {
  it.each<readonly [device: DeviceName, reason: EndReason, says: string]>([
    [
      "mongoose-os",
      { kind: "not-after" },
      "its certificate ends 2036-11-19, which this device does not notice",
    ],
    [
      "mongoose-os",
      crossSign,
      "the cross-signed certificate of New Root ends 2036-11-19, which this device does not notice",
    ],
    [
      "mongoose-os",
      { kind: "retired", programme: "Mozilla", basis: "named" },
      "until 2036-11-19, when Mozilla no longer takes it for websites",
    ],
    ["node", { kind: "not-after" }, "until 2036-11-19, when its certificate ends"],
    [
      "arduino-esp8266",
      { kind: "not-after" },
      "its certificate ends 2036-11-19, which this device does not notice",
    ],
    ["arduino-esp8266", crossSign, "until 2036-11-19, when the cross-signed certificate of New Root ends"],
  ])("for %s, %j", (device, reason, says) => {
    expect(explainEndFor(devices[device], { at, reason })).toBe(says);
    expect(noticesEnd(devices[device], { at, reason })).toBe(says.startsWith("until"));
  });

  it("counts where no device is named", () => {
    expect(explainEndFor(undefined, { at, reason: { kind: "not-after" } })).toMatch(/^until 2036-11-19/);
  });
});
