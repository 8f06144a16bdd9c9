/** Code of the caller's that hangs, throws, lies or calls back twice costs the request that called it, and nothing else. */
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Client, HttpsError, type RequestOptions } from "../../src/index.ts";
import { openHttp, rootPem, whenEmpty, type Origin } from "./origin.ts";

let origin: Origin;
beforeAll(async () => {
  origin = await openHttp((request, response) => {
    response.setHeader("set-cookie", ["a=b", "c=d"]);
    request.resume().on("end", () => response.end("answered"));
  });
});
afterAll(() => origin.close());

/** What nobody caught while a test ran. */
let uncaught: unknown[];
const events = ["uncaughtException", "unhandledRejection"] as const;
const note = (error: unknown): void => void uncaught.push(error);
let others: readonly (readonly [(typeof events)[number], (error: unknown) => void])[];
beforeEach(() => {
  uncaught = [];
  others = events.flatMap((event) =>
    process.listeners(event as "warning").map((one) => [event, one as (error: unknown) => void] as const),
  );
  for (const event of events) process.removeAllListeners(event).on(event, note);
});
afterEach(() => {
  for (const event of events) process.off(event, note);
  for (const [event, listener] of others) process.on(event, listener);
  expect(uncaught).toEqual([]);
});

const boom = (): never => {
  throw new Error("the caller's own");
};
const never = (): Promise<never> => new Promise(() => {});
/** Anything that can be thrown or given, and cannot be looked at. */
const untouchable: object = new Proxy({}, { get: boom, has: boom, getPrototypeOf: boom, ownKeys: boom });
const strange: readonly unknown[] = [
  undefined,
  null,
  5,
  NaN,
  10n,
  Symbol("x"),
  "x",
  {},
  [],
  Object.create(null),
  untouchable,
];

const anyHttpsError: object = {
  stage: expect.any(String) as unknown,
  code: expect.stringMatching(/^[a-z-]+$/) as unknown,
};

/** Two requests at once: one with the code in question, and one that has nothing to do with it. */
async function outcomeOf(options: RequestOptions): Promise<unknown> {
  await using one = new Client({ roots: rootPem, proxy: null, environment: {} });
  const other = one.request(origin.url);
  const asked = one.request(`${origin.url}/?b`, options).then((response) => response.text());
  const outcome = await asked.catch((error: unknown) =>
    error instanceof HttpsError
      ? { stage: error.stage, code: error.code }
      : "something that is not an HttpsError",
  );
  expect(await (await other).text()).toBe("answered");
  return outcome;
}

type Jar = NonNullable<RequestOptions["cookies"]>;
const jarOf = (getCookieString: () => unknown, setCookie: () => unknown = async () => {}): Jar =>
  ({ getCookieString, setCookie }) as unknown as Jar;

describe("a cookie jar", () => {
  test.each<[string, () => unknown]>([
    ["throws", boom],
    ["rejects", () => Promise.reject(new Error("the caller's own"))],
    ...strange
      .filter((value) => typeof value !== "string")
      .flatMap((value): [string, () => unknown][] => [
        [`gives ${typeof value}`, () => value],
        [`promises ${typeof value}`, async () => value],
        [
          `throws ${typeof value}`,
          () => {
            throw value;
          },
        ],
      ]),
  ])("that %s ends its request with an error that says so", async (_, getCookieString) => {
    expect(await outcomeOf({ cookies: jarOf(getCookieString) })).toEqual({
      stage: "http",
      code: "cookie-jar-failed",
    });
  });

  test("that gives a field which would end the head is refused, and nothing of it is shown", async () => {
    await using client = new Client({ roots: rootPem, proxy: null, environment: {} });
    const cookies = jarOf(async () => "id=hunter2\r\nx: y");
    const error: unknown = await client.request(origin.url, { cookies }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "request-field-invalid" });
    expect(inspect(error)).not.toContain("hunter2");
  });

  test.each<[string, () => unknown]>([
    ["throws", boom],
    ["rejects", () => Promise.reject(new Error("x"))],
    ["gives nothing", () => undefined],
    ["throws what cannot be looked at", () => Promise.reject(untouchable)],
  ])("that %s when it is given a cookie loses that cookie alone", async (_, setCookie) => {
    expect(await outcomeOf({ cookies: jarOf(async () => "", setCookie) })).toBe("answered");
  });

  const silent = { asked: jarOf(never), given: jarOf(async () => "", never) };
  test.each(Object.entries(silent))("that never answers, %s, is ended by the signal", async (_, cookies) => {
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    expect(await outcomeOf({ cookies, signal: stop.signal })).toEqual({ stage: "timeout", code: "aborted" });
  });

  test.each(Object.entries(silent))("that never answers, %s, is ended by totalMs", async (_, cookies) => {
    const late = await outcomeOf({ cookies, timeouts: { totalMs: 100 } });
    expect(late).toEqual({ stage: "timeout", code: "total-timeout" });
  });

  test.each([
    ["asked", "getCookieString"],
    ["given", "setCookie"],
  ] as const)("that never answers, %s, is ended by its own deadline, and named", async (when, waitsFor) => {
    await using one = new Client({ roots: rootPem, environment: {}, timeouts: { cookiesMs: 100 } });
    const error = await one
      .request(origin.url, { cookies: silent[when] })
      .catch((error: unknown) => error as HttpsError);
    expect(error).toMatchObject({
      code: "cookie-jar-timeout",
      stage: "timeout",
      fault: "caller",
      detail: { host: "localhost", limitMs: 100, waitsFor },
      hint: "Raise timeouts.cookiesMs (now 100 ms) if the jar is known to be this slow; otherwise look at what its promise waits for.",
    });
    expect((error as HttpsError).message).toContain(`${waitsFor}() did not settle`);
    // The answer whose cookies the jar was given is let go of, too.
    await whenEmpty(origin);
  });

  test("that takes a moment is waited for", async () => {
    const slow = async (): Promise<string> => {
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
      return "";
    };
    for (const cookiesMs of [60_000, Infinity]) {
      const options = { cookies: jarOf(slow, slow), timeouts: { cookiesMs } };
      expect(await outcomeOf(options)).toBe("answered");
    }
  });
});

describe("a look-up", () => {
  type LookUp = (host: string, options: object, callback: (...answer: readonly unknown[]) => void) => unknown;
  const good = [{ address: "127.0.0.1", family: 4 }];

  test.each<[string, LookUp]>([
    ["throws", boom],
    ["rejects", async () => boom()],
    ["is a promise that throws what cannot be looked at", async () => Promise.reject(untouchable)],
    ...strange
      .filter((value) => value !== undefined && value !== null)
      .flatMap((value): [string, LookUp][] => [
        [`fails with ${typeof value}`, (_, __, then) => void setImmediate(then, value)],
        [`finds ${typeof value}`, (_, __, then) => void setImmediate(then, null, value)],
        [`finds a list of ${typeof value}`, (_, __, then) => void setImmediate(then, null, [value])],
        [`finds an address of ${typeof value}`, (_, __, then) => then(null, [{ address: value }])],
      ]),
  ])("that %s ends its request in the stage dns", async (_, lookup) => {
    expect(await outcomeOf({ lookup: lookup as never })).toEqual({
      stage: "dns",
      code: expect.stringMatching(/^(?:dns-failed|name-not-found)$/) as unknown,
    });
  });

  test("that calls back again is heard once", async () => {
    const lookup: LookUp = (_, __, then) => {
      then(null, good);
      then(null, good);
      then(new Error("late"));
      setImmediate(then, new Error("later"));
    };
    expect(await outcomeOf({ lookup: lookup as never })).toBe("answered");
  });

  test("that throws after it called back has called back", async () => {
    const lookup: LookUp = (_, __, then) => {
      then(null, good);
      boom();
    };
    expect(await outcomeOf({ lookup: lookup as never })).toBe("answered");
  });

  test("that never calls back is ended by its deadline", async () => {
    const lookup: () => unknown = never;
    const error = await outcomeOf({ lookup, timeouts: { dnsMs: 50 } });
    expect(error).toEqual({ stage: "timeout", code: "dns-timeout" });
    await using one = new Client({ lookup, environment: {}, timeouts: { dnsMs: 50 } });
    const late = await one.request("https://looked-up.example/").catch((error: unknown) => error);
    expect(late).toMatchObject({ code: "dns-timeout", detail: { asked: "lookup" } });
    expect((late as HttpsError).message).toMatch(/^The function of the option lookup gave no answer/);
  });
});

describe("a body", () => {
  const stream = (next: () => unknown, more: object = {}): RequestOptions => ({
    method: "POST",
    body: { [Symbol.asyncIterator]: () => ({ next, ...more }) } as unknown as AsyncIterable<string>,
  });
  test.each<[string, RequestOptions]>([
    ["throws", stream(boom)],
    ["cannot be left either", stream(boom, { return: boom })],
    ["ends with what cannot be looked at", stream(() => Promise.reject(untouchable))],
    ["has no text", stream(() => Promise.reject(Object.create(null) as Error))],
    ["is not a stream after all", { method: "POST", body: { [Symbol.asyncIterator]: () => 5 } as never }],
    ...strange
      .filter((value) => typeof value !== "string")
      .map((value): [string, RequestOptions] => [
        `has a chunk of ${typeof value}`,
        stream(async () => ({ done: false, value })),
      ]),
  ])("that %s ends its request", async (_, options) => {
    expect(await outcomeOf(options)).toEqual(anyHttpsError);
  });

  test("that never ends is ended by totalMs", async () => {
    const error = await outcomeOf({ ...stream(never), timeouts: { totalMs: 100 } });
    expect(error).toEqual({ stage: "timeout", code: "total-timeout" });
  });
});

test("a method, a family, a field or a pin that cannot be read is refused", async () => {
  for (const value of [10n, Symbol("x"), [Symbol("x")], {}, Object.create(null), [Object.create(null)]]) {
    for (const name of ["method", "family", "signal", "cookies", "lookup"])
      expect(await outcomeOf({ [name]: value })).toEqual(anyHttpsError);
    expect(await outcomeOf({ headers: { "x-a": value as string } })).toEqual(anyHttpsError);
    expect(await outcomeOf({ pins: { localhost: [value as string] } })).toEqual(anyHttpsError);
  }
  expect(await outcomeOf({ pins: { localhost: [undefined as unknown as string] } })).toEqual(anyHttpsError);
});
