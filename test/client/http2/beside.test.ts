/** Why a connection is opened beside others: the event `connected` says it. */
import type { ServerHttp2Stream } from "node:http2";
import { expect, test } from "vitest";
import { Client, type ClientEvent, type ClientOptions } from "../../../src/index.ts";
import { answering, openOrigin, reply, rootPem, until } from "../origin.ts";
import { openHttp2, openScript } from "./origin.ts";

/** A client, and why each of its connections was opened. */
function listening(options: ClientOptions = {}): {
  readonly client: Client;
  readonly because: (string | undefined)[];
} {
  const because: (string | undefined)[] = [];
  const onEvent = (event: ClientEvent): void =>
    void (event.kind === "connected" && because.push(event.because));
  return { client: new Client({ roots: rootPem, environment: {}, onEvent, ...options }), because };
}

test("the server takes no more requests at once on the others", async () => {
  const held: ServerHttp2Stream[] = [];
  const answer = (stream: ServerHttp2Stream): void => {
    stream.respond({ ":status": 200 });
    stream.end("x");
  };
  await using origin = await openHttp2(
    (stream, headers) => {
      if (headers[":path"] === "/") answer(stream);
      else if (held.push(stream) === 2) held.forEach(answer);
    },
    { settings: { maxConcurrentStreams: 1 } },
  );
  const { client, because } = listening();
  await using closing = client;
  await (await closing.request(origin.url)).text();
  const both = await Promise.all(["/a", "/b"].map((path) => client.request(origin.url + path)));
  await Promise.all(both.map((response) => response.text()));
  expect(because).toEqual([
    undefined,
    "every connection carries as many requests as the server takes at once (1)",
  ]);
});

test("the other was ended by GOAWAY", async () => {
  await using origin = await openScript({
    onRequest: (talk, stream, index) => {
      if (index === 0) talk.writer.goaway(0, "NO_ERROR");
      else talk.head(stream, 204, true);
    },
  });
  const { client, because } = listening();
  await using closing = client;
  expect((await closing.request(origin.url)).status).toBe(204);
  expect(because).toEqual([
    undefined,
    expect.stringMatching(/^connection \d+ takes no more requests: goaway$/),
  ]);
});

test("over HTTP/1.1, the other carries a request, or is not there yet", async () => {
  const sockets: (() => void)[] = [];
  await using origin = await openOrigin(
    answering((_, socket) => {
      sockets.push(() => socket.write("x"));
      return "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
    }),
  );
  const { client, because } = listening({ protocol: "http/1.1" });
  await using closing = client;
  const first = await closing.request(origin.url);
  const others = await Promise.all([client.request(origin.url), client.request(origin.url)]);
  await until(() => sockets.length === 3);
  for (const finish of sockets) finish();
  await Promise.all([first, ...others].map((response) => response.text()));
  const busy = "every connection carries a request already";
  expect(because).toEqual([undefined, busy, busy]);
  const next = listening({ protocol: "http/1.1" });
  const pair = await Promise.all([next.client.request(origin.url), next.client.request(origin.url)]);
  await until(() => sockets.length === 5);
  for (const finish of sockets.slice(3)) finish();
  await Promise.all(pair.map((response) => response.text()));
  await next.client.close();
  expect(new Set(next.because)).toEqual(
    new Set([undefined, "the one that is being opened for another request is not there yet"]),
  );
});

test("a request that is sent again wants a new one", async () => {
  await using origin = await openOrigin(
    answering(({ connection, index }, socket) => {
      if (connection > 0 || index === 0) return reply("x");
      socket.destroy();
      return undefined;
    }),
  );
  const { client, because } = listening({ protocol: "http/1.1" });
  await using closing = client;
  for (let i = 0; i < 2; i++) await (await closing.request(origin.url)).text();
  expect(because).toEqual([undefined, "a request that is sent again wants a new connection"]);
});
