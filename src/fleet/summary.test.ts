/** One line of a list: how an endpoint is, and what comes first. */
import { describe, expect, it } from "vitest";
import { answered, days, failed, noon, situation, visit } from "../../test/fleet/made-up.ts";
import { mintLeaf, mintRoot, now } from "../../test/pki/today.ts";
import type { Alert, Severity } from "./alert.ts";
import type { Forecast } from "./forecast/forecast.ts";
import type { PlaceMark } from "./history.ts";
import { defaultSettings } from "./settings.ts";
import { codeOfAnswer, type EndpointSummary, summarize } from "./summary.ts";

type Asked = NonNullable<Parameters<typeof situation>[0]>;
const sum = (asked: Asked = {}, open: readonly Alert[] = [], made = visit()): EndpointSummary =>
  summarize(situation(asked), made, open);
const alert = (severity: Severity): Alert => ({ severity }) as Alert;
const mark = (isWell: boolean): PlaceMark => ({
  place: "here",
  run: "",
  at: noon,
  isWell,
  sinceAt: noon,
  failures: 0,
  nextAt: noon,
});
const forecast = (breaksAt: number | undefined, sure: Forecast["sure"] = "certain"): Forecast =>
  ({ breaksAt, sure }) as Forecast;

describe("the state", () => {
  it("is that of the worst alert", () => {
    expect(sum().state).toBe("well");
    expect(sum({}, [alert("notice")]).state).toBe("notice");
    expect(sum({}, [alert("notice"), alert("critical"), alert("warning")]).state).toBe("critical");
    expect(sum({}, [alert("warning"), alert("notice")]).state).toBe("warning");
    expect(sum({}, [alert("warning"), alert("notice")]).openAlerts).toBe(2);
  });

  it("is failing where as many places do not connect as count, and not before", () => {
    expect(sum({ places: [mark(true), mark(false)] }, [alert("warning")]).state).toBe("failing");
    const settings = { ...defaultSettings, placesUnreachable: 2 };
    expect(sum({ places: [mark(true), mark(false)], settings }).state).toBe("well");
    expect(sum({ places: [mark(false), mark(false)], settings }).state).toBe("failing");
    expect(sum({ places: [mark(true)], settings: { ...settings, placesUnreachable: 0 } }).state).toBe("well");
  });
});

describe("what comes first", () => {
  it("is the earliest end of a path that verifies, or that did until it ended", () => {
    const shows = [
      ["192.0.2.1", { untilDay: 20 }],
      ["192.0.2.2", { untilDay: 10 }],
      ["192.0.2.3", { untilDay: 5, refused: "untrusted-root" }],
    ] as const;
    expect(sum({ shows }).pathEndAt).toBe(days(10));
    expect(sum({ shows: [["192.0.2.3", { refused: "untrusted-root" }]] }).pathEndAt).toBeUndefined();
    expect(sum({ shows: [["192.0.2.3", { refused: "expired", untilDay: -3 }]] }).pathEndAt).toBe(days(-3));
    // An issuer's has ended: it is not known when, but that it had when it was first seen.
    expect(sum({ shows: [["192.0.2.3", { refused: "expired" }]] }).pathEndAt).toBe(noon);
    expect(sum({ shows }).earliestEndAt).toBe(days(5));
  });

  it("is, of all certificates that were sent, the one that ends first", () => {
    const root = mintRoot("Root");
    const leaf = mintLeaf("a.example", root, { notAfterAt: now + 86_400_000 });
    const certificates = new Map([
      ["1", root.certificate],
      ["2", leaf.certificate],
    ]);
    expect(sum({}, [], visit({ more: { certificates } })).earliestEndAt).toBe(leaf.certificate.notAfterAt);
  });

  it("is the first break, and what is likely where that counts", () => {
    const forecasts = [
      forecast(days(9)),
      forecast(undefined),
      forecast(days(7), "likely"),
      forecast(days(8)),
    ];
    expect(sum({ forecasts }).breakAt).toBe(days(7));
    expect(sum({ forecasts, settings: { ...defaultSettings, likely: false } }).breakAt).toBe(days(8));
    expect(sum({ forecasts: [forecast(undefined)] }).breakAt).toBeUndefined();
  });

  it("is how late the latest of the certificates is for the habit", () => {
    const habit = { renewals: 3, share: 1 / 3, allowance: 0.45 };
    const shows = [
      ["192.0.2.1", { fromDay: -60, untilDay: 30 }],
      ["192.0.2.2", { fromDay: -30, untilDay: 60 }],
    ] as const;
    expect(sum({ shows, habit }).lateness).toBeCloseTo(1);
    expect(sum({ shows: [], habit }).lateness).toBeUndefined();
    expect(sum({ shows }).lateness).toBeUndefined();
  });
});

it("the code is that of the answer", () => {
  expect(
    [{ kind: "verified" } as const, answered(404), failed("expired", "trust")].map(codeOfAnswer),
  ).toEqual(["verified", "http-404", "expired"]);
});
