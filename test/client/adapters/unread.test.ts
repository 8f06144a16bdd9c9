/** Answers that nobody reads: they hold no connection of an agent's, and no `close()`, longer than their limits say. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, createFetch, HttpsError, MeerkatAgent } from "../../../src/index.ts";
import { clientLimits } from "../../../src/client/index.ts";
import { holdClock } from "../../clock.ts";
import { openHttp, rootPem, settle, until, whenEmpty, type Origin } from "../origin.ts";

const { value: unclaimedMs } = clientLimits.unclaimedBodyMs;
const { value: holdMs } = clientLimits.unreadHoldMs;
/** Longer than anybody waits here. */
const largeBytes = 4_000_000;

let origin: Origin;
beforeAll(async () => {
  // It keeps idle connections for a minute.
  origin = await openHttp((request, response) => {
    if (request.url === "/large") response.end(Buffer.alloc(largeBytes, "x"));
    else response.end("hello");
  });
});
afterAll(() => origin.close());

async function answerOf(agent: MeerkatAgent, path = "/"): Promise<IncomingMessage> {
  const [response] = (await once(get(`${origin.url}${path}`, { agent }), "response")) as [IncomingMessage];
  return response;
}

describe("an agent's", () => {
  test("that is whole leaves its place to the next request, and can be read all the same", async () => {
    await using client = new Client({ roots: rootPem });
    const agent = new MeerkatAgent(client, { maxSockets: 1 });
    const left = await answerOf(agent);
    const next = await answerOf(agent);
    expect(await text(next)).toBe("hello");
    expect(await text(left)).toBe("hello");
    expect(left.complete).toBe(true);
    agent.destroy();
    await whenEmpty(origin);
  });

  test("that is not whole is given up when its time is over, and says so", async () => {
    await using client = new Client({ roots: rootPem, timeouts: { unreadBodyMs: 1 } });
    const agent = new MeerkatAgent(client);
    const left = await answerOf(agent, "/large");
    await whenEmpty(origin);
    const error: unknown = await text(left).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "body-unread", detail: { limitMs: 1 } });
    agent.destroy();
  });

  test("that is read, however slowly, is whole", async () => {
    await using client = new Client({ roots: rootPem, timeouts: { unreadBodyMs: 1 } });
    const agent = new MeerkatAgent(client);
    const slow = await answerOf(agent, "/large");
    let length = 0;
    for await (const chunk of slow) {
      if (length === 0) await delay(3 * unclaimedMs);
      length += (chunk as Buffer).length;
    }
    expect(length).toBe(largeBytes);
    agent.destroy();
    await whenEmpty(origin);
  });
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

describe("answers that are forgotten", () => {
  const ways: readonly (readonly [string, (client: Client, url: string) => Promise<unknown>])[] = [
    ["request()", (client, url) => client.request(url)],
    ["createFetch()", (client, url) => createFetch(client)(url)],
    ["createFetch(), whose body was looked at", async (client, url) => (await createFetch(client)(url)).body],
    [
      "createFetch() with a signal that lives on",
      (client, url) => createFetch(client)(url, { signal: living.signal }),
    ],
  ];
  const living = new AbortController();

  test.each(ways)("leave their connections to the next request: %s", async (_, ask) => {
    await using client = new Client({ roots: rootPem, connections: 4 });
    const leave = async (): Promise<void> => void (await ask(client, `${origin.url}/large`));
    await Promise.all([leave(), leave(), leave(), leave()]);
    const next = client.request(origin.url);
    let isAnswered = false;
    void next.finally(() => (isAnswered = true));
    await until(() => (collect(), isAnswered));
    expect(await (await next).text()).toBe("hello");
  });
});

describe("a request behind answers that nobody reads", () => {
  test("is told who holds its connections, before its time is over", async () => {
    using clock = holdClock();
    await using client = new Client({ roots: rootPem, connections: 2 });
    const held = await Promise.all([1, 2].map(() => createFetch(client)(`${origin.url}/large`)));
    const failed = createFetch(client)(origin.url).catch((error: unknown) => error);
    await settle();
    clock.pass(holdMs - 1);
    const early = await Promise.race([failed, settle()]);
    expect(early).toBeUndefined();
    clock.pass(1);
    expect(await failed).toMatchObject({
      message: "fetch failed",
      cause: {
        code: "pool-timeout",
        detail: { limitMs: holdMs, openConnections: 2, unreadBodies: 2 },
        message: expect.stringContaining("2 are held by answers whose bodies nobody reads") as unknown,
        hint: expect.stringContaining("cancel()") as unknown,
      },
    });
    for (const { body } of held) await body?.cancel();
  });

  test("waits on where one of them is being read, and says of the others at its end", async () => {
    using clock = holdClock();
    await using client = new Client({ roots: rootPem, connections: 2, timeouts: { poolMs: 3 * holdMs } });
    const [read, left] = await Promise.all([1, 2].map(() => client.request(`${origin.url}/large`)));
    const chunks = (read as NonNullable<typeof read>)[Symbol.asyncIterator]();
    await chunks.next();
    const failed = client.request(origin.url).catch((error: unknown) => error);
    clock.pass(2 * holdMs);
    expect(await Promise.race([failed, settle()])).toBeUndefined();
    clock.pass(holdMs);
    expect(await failed).toMatchObject({
      code: "pool-timeout",
      detail: { limitMs: 3 * holdMs, openConnections: 2, unreadBodies: 1 },
    });
    await chunks.return?.();
    left?.cancel();
  });
});

describe("a client that is closed", () => {
  const ways: readonly (readonly [string, (client: Client) => Promise<{ text(): Promise<string> }>])[] = [
    ["request()", (client) => client.request(`${origin.url}/large`)],
    ["createFetch()", (client) => createFetch(client)(`${origin.url}/large`)],
  ];
  test.each(ways)("waits for no answer of %s that nobody begins to read", async (_, ask) => {
    const client = new Client({ roots: rootPem });
    const left = await ask(client);
    const began = performance.now();
    await client.close();
    expect(performance.now() - began).toBeLessThan(20 * unclaimedMs);
    const error = (await left.text().catch((error: unknown) => error)) as Error;
    const told = error instanceof HttpsError ? error : error.cause;
    expect(told).toMatchObject({ code: "body-unread", detail: { limitMs: unclaimedMs } });
  });

  test("waits for no answer that nobody begins to read, though it comes slowly and never fills its queue", async () => {
    let beats = 0;
    await using slow = await openHttp((_, response) => {
      const beat = setInterval(() => (beats++, response.write("x")), unclaimedMs / 20);
      response.on("close", () => clearInterval(beat));
    });
    const client = new Client({ roots: rootPem });
    const left = await client.request(slow.url);
    await client.close();
    expect(beats).toBeGreaterThan(1);
    await expect(left.text()).rejects.toMatchObject({
      code: "body-unread",
      detail: { limitMs: unclaimedMs },
    });
    await whenEmpty(slow);
  });

  test("waits for one that somebody began to read, and left, as long as for any", async () => {
    const client = new Client({ roots: rootPem, timeouts: { unreadBodyMs: 30 } });
    const chunks = (await client.request(`${origin.url}/large`))[Symbol.asyncIterator]();
    await chunks.next();
    await client.close();
    let error: unknown;
    while (error === undefined)
      error = await chunks.next().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(error).toMatchObject({ code: "body-unread", detail: { limitMs: 30 } });
  });

  test("waits for one that is read, however slowly", async () => {
    const client = new Client({ roots: rootPem });
    const response = await client.request(`${origin.url}/large`);
    let length = 0;
    let closed: Promise<void> | undefined;
    for await (const chunk of response) {
      closed ??= client.close();
      if (length === 0) await delay(2 * unclaimedMs);
      length += chunk.length;
    }
    expect(length).toBe(largeBytes);
    await closed;
  });
});
