/** The client over HTTP/2, against Node's server and against one whose every frame is the test's. */
import { createHash } from "node:crypto";
import type { ServerHttp2Stream } from "node:http2";
import { describe, expect, test } from "vitest";
import { Client, type ClientEvent } from "../../../src/index.ts";
import { answering, openHttp, reply, rootPem, until } from "../origin.ts";
import { openHttp2, openScript, type Talk } from "./origin.ts";

const trusting = { roots: rootPem, environment: {} };

describe("with a server that speaks both", () => {
  test("HTTP/2 is what is chosen and told", async () => {
    await using origin = await openHttp2((stream, headers) => {
      stream.respond({ ":status": 200, "x-method": headers[":method"], "x-agent": headers["user-agent"] });
      stream.end(`hello ${headers[":authority"]}`);
    });
    const events: ClientEvent[] = [];
    await using client = new Client({ ...trusting, onEvent: (event) => events.push(event) });
    const response = await client.request(`${origin.url}/a?b`);
    expect(await response.text()).toBe(`hello localhost:${origin.port}`);
    expect(response.httpVersion).toBe("2");
    expect(response.connection.alpn).toBe("h2");
    expect(response.trust.kind).toBe("verified");
    expect(response.completeness).toBe("complete");
    expect(response.headers.get("x-method")).toBe("GET");
    expect(response.headers.get("x-agent")).toMatch(/^meerkat\//);
    expect(events.find(({ kind }) => kind === "connected")).toMatchObject({ protocol: "h2" });
  });

  test("many requests at once share one connection, the first of them too", async () => {
    await using origin = await openHttp2((stream, headers) => {
      stream.respond({ ":status": 200 });
      stream.end(headers[":path"]);
    });
    await using client = new Client(trusting);
    const paths = Array.from({ length: 90 }, (_, at) => `/${at}`);
    const texts = await Promise.all(
      paths.map(async (path) => (await client.request(origin.url + path)).text()),
    );
    expect(texts).toEqual(paths);
    expect(origin.accepted.length).toBe(1);
  });

  test("by HTTP/1.1 where that is asked for", async () => {
    await using origin = await openHttp((_, response) => response.end("one"));
    await using client = new Client({ ...trusting, protocol: "http/1.1" });
    const response = await client.request(origin.url);
    expect([response.httpVersion, await response.text()]).toEqual(["1.1", "one"]);
  });

  test("HTTP/2 alone is refused by a server that does not choose it", async () => {
    await using origin = await openHttp((_, response) => response.end("one"), { tls: { ALPNProtocols: [] } });
    await using client = new Client({ ...trusting, protocol: "h2" });
    await expect(client.request(origin.url)).rejects.toMatchObject({
      code: "http2-not-chosen",
      detail: { selected: undefined },
    });
  });

  test("in plain, where HTTP/2 alone is asked for", async () => {
    await using origin = await openHttp2(
      (stream) => {
        stream.respond({ ":status": 200 });
        stream.end("plain");
      },
      { tls: false },
    );
    await using client = new Client({ ...trusting, protocol: "h2" });
    const response = await client.request(origin.url);
    expect([response.httpVersion, response.trust.kind, await response.text()]).toEqual([
      "2",
      "plaintext",
      "plain",
    ]);
  });
});

describe("bodies", () => {
  test("an upload larger than the windows, from a stream, and a download as large", async () => {
    const bytes = Buffer.alloc(3_000_000, "meerkat");
    await using origin = await openHttp2((stream, headers) => {
      stream.respond({ ":status": 200, "x-length": headers["content-length"] ?? "none" });
      stream.pipe(stream);
    });
    await using client = new Client(trusting);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
    }
    for (const body of [bytes, chunks()]) {
      const response = await client.request(origin.url, { method: "POST", body });
      const echoed = await response.bytes();
      expect(digestOf(echoed)).toBe(digestOf(bytes));
    }
    expect(origin.accepted.length).toBe(1);
  });

  test("a body that is given up resets its stream, and leaves the connection", async () => {
    const resets: number[] = [];
    await using origin = await openHttp2((stream, headers) => {
      stream.on("aborted", () => resets.push(stream.rstCode));
      stream.respond({ ":status": 200 });
      if (headers[":path"] === "/small") return void stream.end("small");
      stream.write("beginning");
    });
    await using client = new Client(trusting);
    const endless = await client.request(`${origin.url}/endless`);
    endless.cancel();
    const small = await client.request(`${origin.url}/small`);
    expect(await small.text()).toBe("small");
    await until(() => resets.length > 0);
    expect([origin.accepted.length, small.connection.reused]).toEqual([1, true]);
  });

  test("trailers", async () => {
    await using origin = await openHttp2((stream) => {
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "42" }));
      stream.end("body");
    });
    await using client = new Client(trusting);
    const response = await client.request(origin.url);
    expect([await response.text(), response.trailers.get("x-sum")]).toEqual(["body", "42"]);
  });
});

test("as many connections as it takes, where a server allows few requests at once on each", async () => {
  const held: ServerHttp2Stream[] = [];
  const settings = { maxConcurrentStreams: 4 };
  await using origin = await openHttp2(
    (stream) => {
      if (held.push(stream) < 40) return;
      for (const one of held) {
        one.respond({ ":status": 200 });
        one.end("all are here");
      }
    },
    { settings },
  );
  await using client = new Client(trusting);
  const stop = new AbortController();
  // Whoever waits for one that failed would wait for ever.
  const ask = async (): Promise<string> => {
    try {
      return await (await client.request(origin.url, { signal: stop.signal })).text();
    } catch (error) {
      stop.abort();
      throw error;
    }
  };
  const texts = await Promise.all(Array.from({ length: 40 }, ask));
  expect(new Set(texts)).toEqual(new Set(["all are here"]));
  expect(origin.accepted.length).toBeLessThanOrEqual(12);
});

describe("what the server did nothing with", () => {
  test("is sent again, whatever its method, where GOAWAY says so", async () => {
    await using origin = await openScript({
      onRequest: (talk, stream, index) => {
        if (index === 0) talk.writer.goaway(0, "NO_ERROR");
        else {
          talk.head(stream, 200);
          talk.data(stream, "second", true);
        }
      },
    });
    await using client = new Client(trusting);
    const response = await client.request(origin.url, { method: "POST", body: "once" });
    expect(await response.text()).toBe("second");
    expect(response.attempts).toMatchObject([
      { outcome: { code: "http2-goaway" }, retried: expect.stringContaining("did nothing") },
      { outcome: { status: 200 } },
    ]);
  });

  test("is sent again where its stream was refused, and not for ever", async () => {
    let refused = 0;
    await using origin = await openScript({
      onRequest: (talk, stream) => {
        refused++;
        talk.writer.reset(stream, "REFUSED_STREAM");
      },
    });
    await using client = new Client(trusting);
    await expect(client.request(origin.url)).rejects.toMatchObject({
      code: "http2-stream-reset",
      detail: { errorCode: "REFUSED_STREAM" },
    });
    expect([refused, origin.accepted.length]).toEqual([4, 1]);
  });

  test("is sent again until it is taken, however few a server takes at once", async () => {
    await using origin = await openHttp2(
      (stream) => stream.respond({ ":status": 204 }, { endStream: true }),
      {
        settings: { maxConcurrentStreams: 1 },
      },
    );
    await using client = new Client(trusting);
    const ask = async (): Promise<number> => (await client.request(origin.url)).status;
    const statuses = await Promise.all(Array.from({ length: 100 }, ask));
    expect(new Set(statuses)).toEqual(new Set([204]));
  });

  test("what may have been processed is not", async () => {
    let asked = 0;
    await using origin = await openScript({
      onRequest: (talk, stream) => {
        asked++;
        talk.writer.goaway(stream, "INTERNAL_ERROR");
        talk.say();
        talk.socket.end();
      },
    });
    await using client = new Client(trusting);
    await expect(client.request(origin.url)).rejects.toMatchObject({
      code: "http2-goaway",
      detail: { isProcessed: true, errorCode: "INTERNAL_ERROR" },
    });
    expect(asked).toBe(1);
  });
});

test.each([
  ["GET", true],
  ["POST", false],
])(
  "a %s that GOAWAY with an error ends, before any answer, is sent again: %s",
  async (method, isSentAgain) => {
    await using origin = await openScript({
      onRequest: (talk, stream, index) => {
        if (index > 0 || stream === 1) return talk.head(stream, 204, true);
        talk.writer.goaway(stream, "INTERNAL_ERROR");
        talk.say();
        talk.socket.end();
      },
    });
    await using client = new Client(trusting);
    await client.request(origin.url);
    const outcome = client.request(origin.url, { method }).then(
      ({ status, attempts }) => [status, attempts.length],
      ({ code, detail }: { code: string; detail: object }) => [code, detail],
    );
    const failed = ["http2-goaway", { errorCode: "INTERNAL_ERROR", isProcessed: true }];
    expect(await outcome).toMatchObject(isSentAgain ? [204, 2] : failed);
  },
);

describe("another way", () => {
  test("HTTP_1_1_REQUIRED is answered by HTTP/1.1", async () => {
    await using origin = await openScript({
      onRequest: (talk, stream) => talk.writer.reset(stream, "HTTP_1_1_REQUIRED"),
      onHttp1: answering(() => reply("by 1.1")),
    });
    await using client = new Client(trusting);
    const response = await client.request(origin.url, { method: "POST", body: "x" });
    expect([response.httpVersion, await response.text()]).toEqual(["1.1", "by 1.1"]);
    expect(response.attempts).toMatchObject([
      { outcome: { code: "http2-stream-reset" }, retried: "the server wants this request by HTTP/1.1" },
      { outcome: { status: 200 } },
    ]);
  });

  test.each([
    ["GET", 1],
    ["POST", 0],
  ])(
    "HTTP_1_1_REQUIRED of a connection that may have processed a %s: %i by HTTP/1.1",
    async (method, expected) => {
      let byHttp1 = 0;
      await using origin = await openScript({
        onRequest: (talk, stream) => {
          talk.writer.goaway(stream, "HTTP_1_1_REQUIRED");
          talk.say();
          talk.socket.end();
        },
        onHttp1: answering(() => {
          byHttp1++;
          return reply("by 1.1");
        }),
      });
      await using client = new Client(trusting);
      const outcome = client.request(origin.url, { method }).then(
        ({ status }) => status,
        ({ code }: { code: string }) => code,
      );
      expect(await outcome).toBe(expected === 1 ? 200 : "http2-goaway");
      expect(byHttp1).toBe(expected);
    },
  );

  test("HTTP_1_1_REQUIRED is the outcome where HTTP/2 alone was asked for", async () => {
    await using origin = await openScript({
      onRequest: (talk, stream) => talk.writer.reset(stream, "HTTP_1_1_REQUIRED"),
      onHttp1: answering(() => reply("by 1.1")),
    });
    await using client = new Client({ ...trusting, protocol: "h2" });
    await expect(client.request(origin.url)).rejects.toMatchObject({
      code: "http2-stream-reset",
      detail: { errorCode: "HTTP_1_1_REQUIRED" },
    });
    expect(origin.accepted.length).toBe(1);
  });

  test("421 is asked again, once, on a new connection", async () => {
    let asked = 0;
    await using origin = await openHttp2((stream) => {
      stream.respond({ ":status": asked++ === 0 ? 421 : 200 });
      stream.end("x");
    });
    await using client = new Client(trusting);
    expect((await client.request(origin.url)).status).toBe(200);
    expect(origin.accepted.length).toBe(2);
    await using always = await openHttp2((stream) => {
      stream.respond({ ":status": 421 });
      stream.end("x");
    });
    expect((await client.request(always.url)).status).toBe(421);
    expect(always.accepted.length).toBe(2);
  });
});

test("a peer that says nothing more is found out by PING", async () => {
  await using origin = await openScript({ onPing: () => {} });
  await using client = new Client({ ...trusting, pingMs: 100 });
  await expect(client.request(origin.url)).rejects.toMatchObject({
    code: "http2-ping-unanswered",
    detail: { limitMs: 100 },
  });
});

test("a peer that answers PING is waited for, however long it says nothing else", async () => {
  let pings = 0;
  let asked = 0;
  await using origin = await openScript({
    onRequest: (_, stream) => (asked = stream),
    onPing: (talk, bytes, start) => {
      talk.writer.ping(true, bytes, start);
      if (++pings === 3) talk.head(asked, 204, true);
    },
  });
  await using client = new Client({ ...trusting, pingMs: 200 });
  expect((await client.request(origin.url)).status).toBe(204);
  expect(pings).toBe(3);
});

test("a window that is never opened ends the sending, and says whose it was", async () => {
  await using origin = await openScript({ settings: [[4, 0]] });
  await using client = new Client({ ...trusting, timeouts: { sendMs: 200 } });
  await expect(
    client.request(origin.url, { method: "POST", body: "x".repeat(100_000) }),
  ).rejects.toMatchObject({
    code: "send-timeout",
    detail: { shutWindow: "stream" },
  });
});

test("close() ends idle connections with GOAWAY, and waits for answers under way", async () => {
  const goaways: number[] = [];
  await using origin = await openScript({
    onRequest: (talk, stream) => {
      talk.head(stream, 200);
      talk.data(stream, "whole", true);
    },
    onGoaway: (_, code) => goaways.push(code),
  });
  const client = new Client(trusting);
  expect(await (await client.request(origin.url)).text()).toBe("whole");
  await client.close();
  await until(() => goaways.length > 0 && origin.open() === 0);
  expect(goaways).toEqual([0]);
});

test.each<[string, (talk: Talk) => void, number]>([
  ["by a frame that breaks a rule", ({ writer }) => writer.windowUpdate(0, 0), 1],
  [
    "by such a frame behind one that is to be acknowledged",
    (talk) => {
      talk.writer.settings([]);
      talk.say();
      talk.writer.windowUpdate(0, 0);
    },
    1,
  ],
  [
    "by a flood",
    ({ writer }) => {
      for (let i = 0; i < 300; i++) writer.settings([]);
    },
    11,
  ],
])("a server that ends a connection %s is told why, each time", async (_, onRequest, code) => {
  const goaways: number[] = [];
  await using origin = await openScript({
    onRequest,
    onGoaway: (__, errorCode) => goaways.push(errorCode),
  });
  await using client = new Client(trusting);
  for (let i = 1; i <= 10; i++) {
    await expect(client.request(origin.url)).rejects.toMatchObject({ stage: "http" });
    await until(() => origin.open() === 0);
  }
  expect(goaways).toEqual(Array.from({ length: 10 }, () => code));
});

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
