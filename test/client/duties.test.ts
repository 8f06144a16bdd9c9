/** What HTTP asks of a client for the server's sake, or for a middle's: expectations, ranges, lengths, ends. */
import { getEventListeners, once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Client, createFetch } from "../../src/index.ts";
import { openHttp, openOrigin, reply, rootPem } from "./origin.ts";

let client: Client;
beforeEach(() => void (client = new Client({ roots: rootPem, environment: {} })));
afterEach(() => client.close());

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** A server that refuses every expectation. */
async function openRefusing(): Promise<AsyncDisposable & { readonly url: string; readonly seen: string[] }> {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    void textOf(request).then((text) => {
      seen.push(`plain ${text}`);
      response.end("done");
    });
  });
  server.on("checkContinue", (request: IncomingMessage, response) => {
    seen.push(`expects ${request.headers.expect ?? ""}`);
    response.writeHead(417, { "content-length": 0 }).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("a 417 (RFC 9110 §10.1.1)", () => {
  const bodies: readonly (readonly [string, () => string | Readable])[] = [
    ["bytes", () => "hello"],
    ["a stream of which nothing was read", () => Readable.from([Buffer.from("hello")])],
  ];
  test.each(bodies)("is answered by asking without the expectation: %s", async (_, body) => {
    await using origin = await openRefusing();
    const response = await client.request(origin.url, {
      method: "PUT",
      body: body(),
      // So long that nothing but the answer can end the waiting.
      expectContinue: 600_000,
    });
    expect(response.status).toBe(200);
    expect(origin.seen).toEqual(["expects 100-continue", "plain hello"]);
    expect(response.attempts).toMatchObject([{ outcome: { status: 417 } }, { outcome: { status: 200 } }]);
  });

  test("is answered so where the expectation is a field of the caller's", async () => {
    await using origin = await openRefusing();
    const response = await client.request(origin.url, {
      method: "PUT",
      body: "hello",
      headers: { expect: "100-continue" },
    });
    expect(response.status).toBe(200);
    expect(origin.seen).toEqual(["expects 100-continue", "plain hello"]);
  });

  test("is the answer where nothing was expected, and where it comes again", async () => {
    let asked = 0;
    await using origin = await openHttp((_request, response) => {
      asked++;
      response.writeHead(417).end();
    });
    expect((await client.request(origin.url, { method: "PUT", body: "x" })).status).toBe(417);
    expect(asked).toBe(1);
    const again = await client.request(origin.url, { method: "PUT", body: "x", expectContinue: 1 });
    expect([again.status, asked]).toEqual([417, 3]);
  });
});

describe("a range", () => {
  async function askedFor(headers: Readonly<Record<string, string>>): Promise<(string | undefined)[]> {
    const seen: (string | undefined)[] = [];
    await using origin = await openHttp((request, response) => {
      seen.push(request.headers["accept-encoding"]);
      response.end("x");
    });
    await (await client.request(origin.url, { headers })).text();
    await (await createFetch(client)(origin.url, { headers })).text();
    return seen;
  }
  test("is asked for without a coding, a part of which could not be undone", async () => {
    expect(await askedFor({ range: "bytes=0-9" })).toEqual(["identity", "identity"]);
  });
  test("comes in the coding that the caller wants", async () => {
    expect(await askedFor({ range: "bytes=0-9", "accept-encoding": "gzip" })).toEqual(["gzip", "gzip"]);
  });
});

describe("a stream whose length the caller states (RFC 9110 §8.6)", () => {
  const send = async (
    length: string,
    text: string,
  ): Promise<{ code: unknown; length: string | undefined; chunked: boolean }> => {
    let seen: IncomingMessage | undefined;
    await using origin = await openHttp((request, response) => {
      seen = request;
      request.resume().on("end", () => response.end("x"));
    });
    const outcome = await client
      .request(origin.url, {
        method: "PUT",
        headers: { "content-length": length },
        body: Readable.from([Buffer.from(text)]),
      })
      .then(({ status }) => status)
      .catch((error: unknown) => (error as { code: string }).code);
    return {
      code: outcome,
      length: seen?.headers["content-length"],
      chunked: seen?.headers["transfer-encoding"] !== undefined,
    };
  };
  test("is sent with it", async () => {
    expect(await send("5", "hello")).toEqual({ code: 200, length: "5", chunked: false });
  });
  test.each(["4", "6"])("is held to it: %s for 5", async (length) => {
    expect(await send(length, "hello")).toMatchObject({ code: "request-body-mismatch", chunked: false });
  });
  test.each(["five", "-1", "5, 5"])("is not sent where it is not a length: %s", async (length) => {
    expect(await send(length, "hello")).toEqual({
      code: "request-field-invalid",
      length: undefined,
      chunked: false,
    });
  });
  test("goes out of fetch with it too", async () => {
    let length: string | undefined;
    await using origin = await openHttp((request, response) => {
      length = request.headers["content-length"];
      request.resume().on("end", () => response.end("x"));
    });
    const init = { method: "PUT", headers: { "content-length": "5" }, duplex: "half" } as const;
    const response = await createFetch(client)(origin.url, { ...init, body: new Blob(["hello"]).stream() });
    expect([response.status, length]).toEqual([200, "5"]);
  });
});

test("a redirect whose Location is empty leads to the same resource (RFC 3986 §4.4)", async () => {
  const asked: string[] = [];
  await using origin = await openHttp((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === "POST") response.writeHead(303, { location: "" }).end();
    else response.end("the page");
  });
  const response = await client.request(`${origin.url}/form?a=1`, { method: "POST", body: "x" });
  expect(await response.text()).toBe("the page");
  expect(asked).toEqual(["POST /form?a=1", "GET /form?a=1"]);
});

describe.each([
  ["plaintext", false],
  ["TLS", {}],
] as const)("over %s", (_, tls) => {
  test("a request that must not be sent twice is not given to a peer that has left", async () => {
    await using origin = await openOrigin(
      (socket) => {
        socket.on("data", () => socket.end(reply("done")));
      },
      { tls },
    );
    const statuses: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      const response = await client.request(origin.url, { method: "POST", body: "x" });
      statuses.push(response.status);
      await response.text();
    }
    expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
    expect(origin.accepted).toHaveLength(20);
  });
});

test("a honest body of a few megabytes is whole, whatever its ratio", async () => {
  const text = "0".repeat(8 * 1_048_576);
  await using origin = await openHttp((_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text));
  });
  expect((await (await client.request(origin.url)).bytes()).length).toBe(text.length);
});

describe("a coding that nobody knows", () => {
  const open = (): ReturnType<typeof openHttp> =>
    openHttp((_request, response) => {
      response.writeHead(200, { "content-encoding": "utf-8", "content-length": 5 }).end("hello");
    });
  test("is handed out as it came by fetch, as the standard has it", async () => {
    await using origin = await open();
    expect(await (await createFetch(client)(origin.url)).text()).toBe("hello");
  });
  test("is an error of the request, unless known ones alone are to be undone", async () => {
    await using origin = await open();
    await expect((await client.request(origin.url)).text()).rejects.toMatchObject({
      code: "content-coding-unknown",
    });
    const response = await client.request(origin.url, { decompress: "known" });
    expect(await response.text()).toBe("hello");
  });
  test("what is known is undone all the same", async () => {
    await using origin = await openHttp((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("hello"));
    });
    expect(await (await createFetch(client)(origin.url)).text()).toBe("hello");
    const response = await client.request(origin.url, { decompress: "known" });
    expect(await response.text()).toBe("hello");
  });
});

test("one signal for many requests has one listener, and none when they are over", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  const { signal } = new AbortController();
  await using origin = await openHttp((_request, response) => {
    held.push(() => response.end("x"));
    if (held.length === 20) for (const answer of held) answer();
  });
  const held: (() => void)[] = [];
  const requests = Array.from({ length: 20 }, () => client.request(origin.url, { signal }));
  expect(getEventListeners(signal, "abort").length).toBeLessThanOrEqual(1);
  for (const request of requests) await (await request).text();
  expect(getEventListeners(signal, "abort")).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve)); // When a warning would have come.
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
});
