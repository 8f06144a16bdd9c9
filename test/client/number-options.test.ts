/** Every option that is a number: what it takes is taken, and what it cannot mean is refused by its name. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientLimits } from "../../src/client/index.ts";
import { readerLimits, ResponseReader } from "../../src/http1/index.ts";
import { Client, type ClientOptions } from "../../src/index.ts";
import { netLimits } from "../../src/net/index.ts";
import { answering, openOrigin, reply, rootPem, type Origin } from "./origin.ts";

/** An option's name, its limits' way of writing it, and how it is given. */
const asOption = (name: string, value: unknown): ClientOptions => {
  const [first = "", second] = name.split(".");
  const given =
    second === undefined ? value : { ...(first === "retry" ? { attempts: 1 } : {}), [second]: value };
  return { [first]: name === "retry.statuses" ? { attempts: 1, statuses: [value] } : given };
};

const endless = [
  "maxBodyBytes",
  "maxDecodedBytes",
  "maxDecodedRatio",
  "connections",
  "waiting",
  "idleMs",
  "lifetimeMs",
  "pingMs",
  "cache.maxBytes",
  ...["lineBytes", "fieldCount", "informationalCount", "chunkExtensionBytes", "bodyBytes"].map(
    (name) => `limits.${name}`,
  ),
  ...Object.values({ ...clientLimits, ...netLimits }).flatMap(({ option = "" }) =>
    option.startsWith("timeouts.") ? [option] : [],
  ),
];
const bounded = [
  "at",
  "redirects",
  "pipelining",
  "expectContinue",
  "resume.attempts",
  "retry.attempts",
  "retry.delayMs",
  "retry.maxDelayMs",
  "retry.statuses",
  "cache.maxBodyBytes",
  "cache.maxEntries",
  "limits.headBytes",
  "limits.trailerBytes",
];
const nonsense: readonly unknown[] = [NaN, -Infinity, -1e300, {}, [], "5", null, 5n];

let origin: Origin;
beforeAll(async () => {
  origin = await openOrigin(answering(() => reply("answered")));
});
afterAll(() => origin.close());

/** What comes of a request by a client with the option, and of one with the option by a client without. */
async function outcomes(name: string, value: unknown): Promise<readonly string[]> {
  const option = asOption(name, value);
  const outcomeOf = async (ask: () => Promise<{ text(): Promise<string> }>): Promise<string> => {
    try {
      return await (await ask()).text();
    } catch (error) {
      return String(error);
    }
  };
  const isClients = /^(cache|limits|connections|waiting|pipelining|idleMs|lifetimeMs|pingMs)/.test(name);
  const whole = await outcomeOf(async () => {
    await using client = new Client({ roots: rootPem, proxy: null, ...option });
    return await client.request(origin.url);
  });
  await using client = new Client({ roots: rootPem, proxy: null });
  return isClients ? [whole] : [whole, await outcomeOf(() => client.request(origin.url, option))];
}

describe.each([...endless, ...bounded])("%s", (name) => {
  test.each(nonsense)("of %o is refused by its name", async (value) => {
    for (const outcome of await outcomes(name, value))
      expect(outcome).toContain(`The option "${name}" was given`);
  });
});

test.each(endless)("%s may be Infinity, which is not a limit", async (name) => {
  for (const outcome of await outcomes(name, Infinity)) expect(outcome).toBe("answered");
});

test.each(bounded)("%s has to have an end", async (name) => {
  for (const outcome of await outcomes(name, Infinity))
    expect(outcome).toContain(`The option "${name}" was given`);
});

test.each(["timeouts.totalMs", "retry.delayMs", "retry.maxDelayMs", "expectContinue"])(
  "%s is no longer than a timer can wait, which would end at once",
  async (name) => {
    for (const outcome of await outcomes(name, 2 ** 31 - 1)) expect(outcome).toBe("answered");
    for (const outcome of await outcomes(name, 2 ** 31))
      expect(outcome).toContain(`The option "${name}" was given`);
  },
);

test.each(Object.keys(readerLimits))("a reader of its own refuses limits.%s that are not numbers", (name) => {
  for (const value of nonsense)
    expect(() => new ResponseReader({ limits: { [name]: value } })).toThrow(`The option "limits.${name}"`);
});

/** Options of one call alone. */
const ofStreams = ["maxEventBytes", "reconnect.delayMs", "reconnect.attempts"];
const ofPages = ["maxPages"];

test.each([...ofStreams, ...ofPages])("%s refuses by its name what is not a number", async (name) => {
  await using client = new Client({ roots: rootPem, proxy: null });
  for (const value of nonsense) {
    const [first = "", second] = name.split(".");
    const options = { [first]: second === undefined ? value : { [second]: value } };
    const ask = async (): Promise<void> => {
      const asked = ofPages.includes(name)
        ? client.paginate(origin.url, options)
        : client.events(origin.url, options);
      for await (const _ of asked) break;
    };
    await expect(ask()).rejects.toThrow(`The option "${name}" was given`);
  }
});

test("every option of the lists of limits is here", () => {
  const named = Object.values({ ...clientLimits, ...netLimits, ...readerLimits }).flatMap(
    ({ option }) => option ?? [],
  );
  const elsewhere = [
    "expectContinueMs",
    "openRecorder({ maxBodyBytes })",
    "websocket(url, { maxMessageBytes })",
    "websocket(url, { closeMs })",
    "websocket(url, { pingMs })",
    "websocket(url, { pongMs })",
  ];
  expect([...endless, ...bounded, ...ofStreams, ...ofPages]).toEqual(
    expect.arrayContaining(named.filter((option) => !elsewhere.includes(option))),
  );
});
