/** When another attempt comes, how long it waits, and when none does. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { fieldsFrom, noFields } from "../../http1/index.ts";
import { clientLimits } from "../limits.ts";
import { retryDelay } from "./retry.ts";
import { retryCheck, type RetryOptions } from "../options/retry-options.ts";

const status = (status: number, retryAfter?: string): Parameters<typeof retryDelay>[2] => ({
  status,
  code: undefined,
  fields: retryAfter === undefined ? noFields : fieldsFrom([["Retry-After", retryAfter]]),
});
const reset = { code: "handshake-reset" };

const checkRetry = retryCheck;

afterEach(() => void vi.restoreAllMocks());

/** The pause where chance says so much; jitter is drawn from 0 to 1. */
function pause(
  chance: number,
  options: RetryOptions,
  done = 1,
  outcome = reset as Parameters<typeof retryDelay>[2],
): number | undefined {
  const random = vi.spyOn(Math, "random").mockReturnValue(chance);
  const delayMs = retryDelay(options, done, outcome);
  random.mockRestore();
  return delayMs;
}

describe("the pause", () => {
  test("is anything from nothing to the whole, so that clients that failed together do not return together", () => {
    const options = { attempts: 3, delayMs: 800 };
    expect([0, 0.25, 0.5, 0.999].map((chance) => pause(chance, options))).toEqual([0, 200, 400, 799.2]);
    const drawn = Array.from({ length: 64 }, () => retryDelay(options, 1, reset) ?? -1);
    expect(new Set(drawn).size).toBeGreaterThan(32);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(800);
  });

  test("doubles with every attempt, up to its bound", () => {
    const options = { attempts: 10, delayMs: 100, maxDelayMs: 1_000 };
    expect([1, 2, 3, 4, 5, 10].map((done) => pause(0.5, options, done))).toEqual([
      50, 100, 200, 400, 500, 500,
    ]);
  });

  test("is half a second at first and a minute at most, where nothing else is said", () => {
    expect(pause(1, { attempts: 10 })).toBe(clientLimits.retryDelayMs.value);
    expect(clientLimits.retryDelayMs.value).toBe(500);
    expect(pause(1, { attempts: 10 }, 10)).toBe(clientLimits.retryAfterMs.value);
    expect(clientLimits.retryAfterMs.value).toBe(60_000);
  });

  test("after a status without Retry-After is drawn in the same way", () => {
    expect(pause(0.5, { attempts: 2, delayMs: 100 }, 2, status(503))).toBe(100);
    expect(pause(0.5, { attempts: 2, delayMs: 100 }, 1, status(503, "soon"))).toBe(50);
  });

  test("is what the server asked for, to the second, and no attempt comes where that is too long", () => {
    const options = { attempts: 2, delayMs: 100, maxDelayMs: 5_000 };
    const asked = (seconds: string): number | undefined => retryDelay(options, 1, status(503, seconds));
    expect([asked("0"), asked("3"), asked("5"), asked("6")]).toEqual([0, 3_000, 5_000, undefined]);
    expect(retryDelay({ attempts: 1 }, 1, status(429, "60"))).toBe(60_000);
    expect(retryDelay({ attempts: 1 }, 1, status(429, "61"))).toBeUndefined();
  });
});

describe("another attempt", () => {
  test("comes as often as it was asked for, and no more", () => {
    const outcomes = [1, 2, 3, 4].map(
      (done) => retryDelay({ attempts: 3, delayMs: 1 }, done, reset) !== undefined,
    );
    expect(outcomes).toEqual([true, true, true, false]);
    expect(retryDelay({ attempts: 0 }, 1, reset)).toBeUndefined();
    expect(retryDelay(undefined, 1, reset)).toBeUndefined();
    expect(retryDelay(undefined, 1, status(503))).toBeUndefined();
  });

  test.each([408, 429, 500, 502, 503, 504])("comes after status %d", (code) => {
    expect(retryDelay({ attempts: 1 }, 1, status(code))).toBeDefined();
  });

  test.each([200, 301, 400, 401, 403, 404, 409, 418, 501, 505])("does not come after status %d", (code) => {
    expect(retryDelay({ attempts: 1 }, 1, status(code))).toBeUndefined();
    expect(retryDelay({ attempts: 1 }, 1, status(code, "1"))).toBeUndefined();
  });

  test("comes after the caller's statuses in place of the usual ones", () => {
    const options = { attempts: 1, statuses: [418] };
    expect(retryDelay(options, 1, status(418))).toBeDefined();
    expect(retryDelay(options, 1, status(503))).toBeUndefined();
  });

  test.each([
    "dns-failed",
    "dns-timeout",
    "connection-refused",
    "unreachable",
    "connect-failed",
    "connect-timeout",
    "handshake-closed",
    "handshake-reset",
    "tls-timeout",
    "head-timeout",
    "empty-response",
    "head-truncated",
    "proxy-unreachable",
    "proxy-timeout",
  ])("comes after %s, where the way was at fault", (code) => {
    expect(retryDelay({ attempts: 1 }, 1, { code })).toBeDefined();
  });

  test.each([
    "expired",
    "wrong-host",
    "pin-mismatch",
    "keys-disagree",
    "dns-not-found",
    "not-tls",
    "head-malformed",
    "body-truncated",
    "aborted",
    "total-timeout",
    "client-closed",
    "option-invalid",
    "proxy-authentication-required",
    "constructor",
  ])("does not come after %s, which would be the same again", (code) => {
    expect(retryDelay({ attempts: 1 }, 1, { code })).toBeUndefined();
  });
});

describe("the number of attempts", () => {
  test.each([0, 1, 10])("may be %d", (attempts) => {
    expect(() => checkRetry({ attempts }, "retry")).not.toThrow();
  });

  test.each<[value: unknown, shown: string]>([
    [-1, "-1"],
    [1.5, "1.5"],
    [11, "11"],
    [NaN, "NaN"],
    [Infinity, "Infinity"],
    ["3", "a value of type string"],
    [undefined, "nothing"],
  ])("may not be %j", (attempts, value) => {
    const expected = "a whole number from 0 to 10";
    expect(() => checkRetry({ attempts }, "retry")).toThrow(
      expect.objectContaining({
        code: "option-invalid",
        detail: { option: "retry.attempts", value, expected },
      }) as Error,
    );
  });
});
