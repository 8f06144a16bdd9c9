/** How servers of HTTP/2 end connections, by GOAWAY as a rule: no request is lost to that. Each is skipped where it is not installed. */
import { describe, expect, it } from "vitest";
import { Client, type ClientEvent, type Response } from "../../src/index.ts";
import { get } from "./checks.ts";
import { apache } from "./servers/apache.ts";
import { haproxy } from "./servers/haproxy.ts";
import { nginx } from "./servers/nginx.ts";
import { startNode } from "./servers/node.ts";
import { isThere, startFront, type Recipe } from "./servers/place.ts";
import { digestOf, greeting, large } from "./site.ts";

/** Why connections were retired, as it is told; `next` ends with the next of them. */
function listen(): {
  readonly reasons: string[];
  readonly onEvent: (event: ClientEvent) => void;
  readonly next: () => Promise<void>;
} {
  const reasons: string[] = [];
  const wake: (() => void)[] = [];
  const onEvent = (event: ClientEvent): void => {
    if (event.kind !== "retired") return;
    reasons.push(event.reason);
    for (const one of wake.splice(0)) one();
  };
  return { reasons, onEvent, next: () => new Promise((resolve) => wake.push(resolve)) };
}

describe.skipIf(!isThere("nginx"))("nginx (skipped where it or openssl is not installed)", () => {
  // It says GOAWAY after so many requests of a connection, and does nothing with those behind.
  const lines = "keepalive_requests 10;";

  it.each([
    ["GET", undefined],
    ["POST", "content"],
  ])("of four hundred requests by %s, ten to a connection, none is lost", async (method, body) => {
    await using server = await startFront(nginx, { lines });
    const { reasons, onEvent } = listen();
    await using client = new Client({ roots: server.caFile, environment: {}, onEvent });
    const responses: Response[] = [];
    const one = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        const path = method === "GET" ? "/" : "/app/counted";
        const options = { method, ...(body !== undefined && { body }) };
        const { response } = await get({ client, origin: server.origin }, path, options);
        responses.push(response);
      }
    };
    await Promise.all(Array.from({ length: 20 }, one));
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 400 }, () => 200));
    const connections = new Set(responses.map(({ connection }) => connection.id));
    expect(connections.size).toBeGreaterThanOrEqual(40);
    expect(reasons.filter((reason) => reason === "goaway").length).toBeGreaterThanOrEqual(39);
  });
});

/**
 * Apache gives up all that a connection carries where a request comes behind its first GOAWAY (RFC 9113 §6.8 allows that)
 * while a download waits for its window: a download has a connection of its own there.
 */
const reloadable: readonly { readonly recipe: Recipe; readonly isShared: boolean }[] = [
  { recipe: nginx, isShared: true },
  { recipe: apache, isShared: false },
  { recipe: haproxy, isShared: true },
];

describe.each(reloadable)(
  "$recipe.program (skipped where it or openssl is not installed)",
  ({ recipe, isShared }) => {
    it.skipIf(!isThere(recipe.program))(
      "is reloaded while requests are made: the new one answers soon, a download of the old one ends whole, and none is lost",
      async () => {
        await using server = await startFront(recipe, { isReloadable: true });
        await using client = new Client({ roots: server.caFile, environment: {} });
        await using other = new Client({ roots: server.caFile, environment: {} });
        const asked = { client, origin: server.origin };
        const generationOf = (response: Response): string | null => response.headers.get("x-generation");
        for (let generation = 1; generation <= 3; generation++) {
          const download = await (isShared ? client : other).request(`${server.origin}/large.bin`);
          expect(generationOf(download)).toBe(String(generation));
          await get(asked, "/");
          server.reload();
          const untilNew = async (): Promise<void> => {
            for (;;) {
              const { response, body } = await get(asked, "/");
              expect([response.status, Buffer.from(body).toString()]).toEqual([200, greeting]);
              if (generationOf(response) === String(generation + 1)) return;
            }
          };
          await Promise.all(Array.from({ length: 8 }, untilNew));
          expect(digestOf(await download.bytes())).toBe(digestOf(large));
        }
      },
    );
  },
);

const idlers: readonly { readonly recipe: Recipe; readonly lines: string }[] = [
  { recipe: nginx, lines: "keepalive_timeout 1s;" },
  { recipe: apache, lines: "KeepAliveTimeout 1" },
  { recipe: haproxy, lines: "timeout http-keep-alive 1s" },
];

describe.each(idlers)("$recipe.program, which keeps idle connections for a second", ({ recipe, lines }) => {
  it.skipIf(!isThere(recipe.program))("says that it goes, and the next request takes another", async () => {
    await using server = await startFront(recipe, { lines });
    const { onEvent, next, reasons } = listen();
    await using client = new Client({ roots: server.caFile, environment: {}, onEvent });
    const asked = { client, origin: server.origin };
    const gone = next();
    const { response: first } = await get(asked, "/");
    await gone;
    const { response: second } = await get(asked, "/");
    expect(second.connection.id).not.toBe(first.connection.id);
    expect(second.attempts.length).toBe(1);
    expect(reasons).toEqual(["goaway"]);
  });
});

describe.skipIf(!isThere("openssl"))("node:http2 (skipped where openssl is not installed)", () => {
  it("ends its sessions politely: what is under way is answered, what comes then takes another connection", async () => {
    await using server = await startNode();
    await using client = new Client({ roots: server.caFile, environment: {} });
    const asked = { client, origin: server.origin };
    for (let i = 0; i < 5; i++) {
      const { response: before } = await get(asked, "/");
      const download = await client.request(`${server.origin}/large.bin`);
      for (const session of server.sessions) session.close();
      const { response: after } = await get(asked, "/");
      expect(after.connection.id).not.toBe(before.connection.id);
      expect(digestOf(await download.bytes())).toBe(digestOf(large));
    }
  });

  it("breaks its sessions off: a request under way fails, and the next is answered", async () => {
    await using server = await startNode();
    await using client = new Client({ roots: server.caFile, environment: {} });
    const asked = { client, origin: server.origin };
    await get(asked, "/");
    const response = await client.request(`${server.origin}/app/endless`);
    const reading = response.bytes();
    for (const session of server.sessions) session.destroy();
    await expect(reading).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:body-truncated|http2-goaway|http2-stream-reset)$/) as string,
    });
    await get(asked, "/");
  });
});
