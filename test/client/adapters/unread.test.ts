/** Answers that nobody reads: they hold no connection of an agent's, and no `close()`, longer than their limits say. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, createFetch, HttpsError, MeerkatAgent } from "../../../src/index.ts";
import { clientLimits } from "../../../src/client/index.ts";
import { openHttp, rootPem, whenEmpty, type Origin } from "../origin.ts";

const { value: unclaimedMs } = clientLimits.unclaimedBodyMs;
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
