/** `response.forEachChunk()`: a body read where it lies, how long its bytes hold, and every way in which it ends. */
import { createHash, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Client, type ClientOptions, type Response } from "../../src/index.ts";
import {
  answering,
  cutTcp,
  openHttp,
  openOrigin,
  reply,
  rootPem,
  settle,
  until,
  whenClosed,
  type Origin,
} from "./origin.ts";
import { openProxy } from "./tunnel-proxy.ts";

const large = randomBytes(3_000_001);
const sumOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const largeSum = sumOf(large);
const packed = gzipSync(large);

const openClient = (options: ClientOptions = {}): Client =>
  new Client({ roots: rootPem, environment: {}, ...options });

/** `/length`, `/chunked` and `/gzip` have the large body; `/begun` and `/gzip-begun` have its beginning, and no end. */
function openLarge(): Promise<Origin> {
  return openHttp(({ url }, response) => {
    if (url === "/begun") return void response.writeHead(200).write(large.subarray(0, 500_000));
    if (url === "/gzip-begun") {
      response.writeHead(200, { "content-encoding": "gzip" }).write(packed.subarray(0, 500_000));
      return;
    }
    if (url === "/length") response.setHeader("content-length", large.length);
    if (url === "/gzip") response.setHeader("content-encoding", "gzip");
    response.write(url === "/gzip" ? packed : large);
    response.end();
  });
}

/** A body of 9 bytes of which 4 come; what happens then is `end`'s. */
function openHalf(end: (socket: Socket) => void, length = "Content-Length: 9\r\n"): Promise<Origin> {
  return openOrigin((socket) =>
    socket.once("data", () => socket.write(`HTTP/1.1 200 OK\r\n${length}\r\nhalf`, () => end(socket))),
  );
}

describe("forEachChunk gives the whole body in order", () => {
  test.each(["/length", "/chunked", "/gzip"])("of %s, to a function that is done at once", async (path) => {
    await using origin = await openLarge();
    await using client = openClient();
    const response = await client.request(origin.url + path);
    const hash = createHash("sha256");
    await response.forEachChunk((chunk) => {
      expect(chunk.length).toBeGreaterThan(0);
      hash.update(chunk);
    });
    expect([hash.digest("hex"), response.completeness]).toEqual([largeSum, "complete"]);
  });

  test.each(["/length", "/chunked", "/gzip"])("of %s, to a function that takes its time", async (path) => {
    await using origin = await openLarge();
    await using client = openClient();
    const hash = createHash("sha256");
    let busy = 0;
    await (
      await client.request(origin.url + path)
    ).forEachChunk(async (chunk) => {
      expect(++busy).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      hash.update(chunk);
      busy--;
    });
    expect(hash.digest("hex")).toBe(largeSum);
  });

  test("to one that takes its time now and then, whatever came before it began to read", async () => {
    await using origin = await openLarge();
    await using client = openClient();
    const response = await client.request(`${origin.url}/length`);
    await settle();
    const hash = createHash("sha256");
    let count = 0;
    await response.forEachChunk((chunk) => {
      hash.update(chunk);
      return ++count % 3 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined;
    });
    expect(hash.digest("hex")).toBe(largeSum);
  });

  test("through a proxy's tunnel, over plaintext, and where the connection's end is the body's", async () => {
    await using origin = await openLarge();
    await using proxy = await openProxy({ tls: false });
    await using plain = await openOrigin(
      (socket) =>
        socket.once("data", () => {
          socket.write("HTTP/1.1 200 OK\r\n\r\n");
          socket.end(large);
        }),
      { tls: false },
    );
    await using client = openClient();
    await using through = openClient({ proxy: proxy.url });
    for (const [one, url] of [
      [through, `${origin.url}/length`],
      [client, plain.url],
    ] as const) {
      const hash = createHash("sha256");
      await (await one.request(url)).forEachChunk((chunk) => hash.update(chunk));
      expect(hash.digest("hex")).toBe(largeSum);
    }
  });

  test("none of an empty one", async () => {
    await using origin = await openOrigin(answering(() => reply("")));
    await using client = openClient();
    let calls = 0;
    await (await client.request(origin.url)).forEachChunk(() => calls++);
    expect(calls).toBe(0);
  });
});

describe("a chunk of forEachChunk", () => {
  test("lies in memory that is used again: no copy is made", async () => {
    await using origin = await openLarge();
    await using client = openClient();
    const places = new Map<ArrayBufferLike, number>();
    await (
      await client.request(`${origin.url}/length`)
    ).forEachChunk(({ buffer }) => {
      places.set(buffer, (places.get(buffer) ?? 0) + 1);
    });
    // All but what came before the reading began; that is no more than what is queued.
    expect(Math.max(...places.values())).toBeGreaterThan(large.length / 16_384 / 2);
  });

  test("holds its bytes until its promise settles, whatever other connections read meanwhile", async () => {
    await using origin = await openLarge();
    await using client = openClient();
    const response = await client.request(`${origin.url}/length`);
    const hash = createHash("sha256");
    let count = 0;
    await response.forEachChunk(async (chunk) => {
      const before = sumOf(chunk);
      if (++count % 20 === 5) {
        await (await client.request(`${origin.url}/length`)).bytes();
        await (await client.request(`${origin.url}/length`)).forEachChunk(() => {});
      }
      expect(sumOf(chunk)).toBe(before);
      hash.update(chunk);
    });
    expect(hash.digest("hex")).toBe(largeSum);
  });

  test("holds them past the body's end, while its connection carries the next request", async () => {
    const bodies = ["first".repeat(2_000), "other".repeat(2_000)];
    let rest: (() => void) | undefined;
    await using origin = await openOrigin((socket) => {
      let asked = 0;
      socket.on("data", () => {
        const [head = "", body = ""] = reply(bodies[asked++] ?? "").split("\r\n\r\n");
        socket.write(`${head}\r\n\r\n${body.slice(0, 5)}`);
        rest = () => void socket.write(body.slice(5));
        if (asked > 1) rest();
      });
    });
    await using client = openClient();
    const first = await client.request(origin.url);
    const seen: string[] = [];
    let length = 0;
    const text = (chunk: Uint8Array): string => Buffer.from(chunk).toString();
    await first.forEachChunk(async (chunk) => {
      length += chunk.length;
      if (length < 10_000) return rest?.();
      const before = text(chunk);
      const second = await client.request(origin.url);
      expect([await second.text(), second.connection.id]).toEqual([bodies[1], first.connection.id]);
      expect(text(chunk)).toBe(before);
      seen.push(before);
    });
    expect([length, seen.length]).toEqual([10_000, 1]);
  });

  test("holds the next ones back: the server is not read from meanwhile", async () => {
    let written = 0;
    const piece = Buffer.alloc(65_536);
    await using origin = await openHttp((_, response) => {
      const more = (): void => {
        while (written < 1_000) {
          written++;
          if (!response.write(piece)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    await using client = openClient();
    const response = await client.request(origin.url);
    let heldAt = 0;
    let bytes = 0;
    await response.forEachChunk(async (chunk) => {
      bytes += chunk.length;
      if (heldAt > 0) return;
      for (let before = -1; before !== written; await settle()) before = written;
      heldAt = written;
    });
    expect(heldAt).toBeLessThan(1_000);
    expect(bytes).toBe(1_000 * piece.length);
  });
});

describe("what the function of forEachChunk throws", () => {
  const thrown = [new Error("enough"), "a string", undefined, null];
  const ways: readonly (readonly [string, (value: unknown) => unknown])[] = [
    [
      "at once",
      (value) => {
        throw value;
      },
    ],
    ["by its promise", (value) => Promise.reject(value)],
  ];
  for (const [way, end] of ways) {
    for (const path of ["/begun", "/gzip"]) {
      for (const after of [0, 200_000]) {
        test(`${way} after ${after} bytes of ${path} is what it rejects with, and the rest is given up`, async () => {
          for (const value of thrown) {
            await using origin = await openLarge();
            await using client = openClient();
            const response = await client.request(origin.url + path);
            let bytes = 0;
            const outcome = await response
              .forEachChunk((chunk) => ((bytes += chunk.length) > after ? end(value) : undefined))
              .then(
                () => "it ended well",
                (error: unknown) => ({ error }),
              );
            expect(outcome).toEqual({ error: value });
            expect(response.completeness).toBe("failed");
            await whenClosed(origin.accepted[0]);
          }
        });
      }
    }
  }

  test("with the last byte leaves a connection that has nothing more to bring", async () => {
    await using origin = await openOrigin(answering(() => reply("short")));
    await using client = openClient();
    const first = await client.request(origin.url);
    await settle();
    await expect(first.forEachChunk(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    const second = await client.request(origin.url);
    expect([await second.text(), second.connection.id]).toEqual(["short", first.connection.id]);
  });
});

describe("forEachChunk is told of a body that ends early", () => {
  test.each<[string, (socket: Socket) => void, string, object]>([
    [
      "by a FIN",
      cutTcp,
      "Content-Length: 9\r\n",
      { framing: "length", expectedBytes: 9, ending: "bare-fin" },
    ],
    [
      "by close_notify",
      (s) => s.end(),
      "Content-Length: 9\r\n",
      { expectedBytes: 9, ending: "close-notify" },
    ],
    ["by a FIN alone", cutTcp, "", { framing: "until-close", ending: "bare-fin" }],
  ])("%s", async (_, end, length, detail) => {
    await using origin = await openHalf(end, length);
    await using client = openClient();
    const response = await client.request(origin.url);
    await expect(response.forEachChunk(() => {})).rejects.toMatchObject({
      code: "body-truncated",
      detail: { receivedBytes: 4, ...detail },
      method: "GET",
    });
    expect(response.completeness).toBe("failed");
  });

  test("before its last chunk, by a coding that is cut, and by one that unpacks to too much", async () => {
    const answers: readonly (readonly [string, string, Uint8Array | string, string])[] = [
      ["/chunk", "Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n", "body-truncated"],
      [
        "/coding",
        "Content-Encoding: gzip\r\nContent-Length: 20\r\n",
        gzipSync("a text").subarray(0, 20),
        "content-coding-malformed",
      ],
      [
        "/bomb",
        "Content-Encoding: gzip\r\nConnection: close\r\n",
        gzipSync(new Uint8Array(20_000_000)),
        "decompression-bomb",
      ],
    ];
    await using origin = await openOrigin((socket) =>
      socket.once("data", (asked: Buffer) => {
        const [, head, body] = answers.find(([path]) => asked.includes(path)) ?? ["", "", ""];
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n`);
        socket.end(body);
      }),
    );
    await using client = openClient();
    for (const [path, , , code] of answers) {
      const response = await client.request(origin.url + path);
      await expect(response.forEachChunk(() => {})).rejects.toMatchObject({ code });
    }
  });

  test("by the signal, while it waits for bytes and while it waits for a promise", async () => {
    const waits = [undefined, new Promise(() => {})].flatMap((wait) => [
      ["/begun", wait] as const,
      ["/gzip-begun", wait] as const,
    ]);
    for (const [path, wait] of waits) {
      await using origin = await openLarge();
      await using client = openClient();
      const caller = new AbortController();
      const response = await client.request(origin.url + path, { signal: caller.signal });
      let bytes = 0;
      const reading = response.forEachChunk((chunk) => {
        bytes += chunk.length;
        return wait;
      });
      await until(() => bytes > 0);
      caller.abort(new Error("enough"));
      await expect(reading).rejects.toMatchObject({ code: "aborted" });
      await whenClosed(origin.accepted[0]);
    }
  });

  test("by the deadline of whoever is late: the server, or the function's promise", async () => {
    await using origin = await openLarge();
    await using client = openClient();
    const ask = (timeouts: ClientOptions["timeouts"], path = "/begun"): Promise<Response> =>
      client.request(origin.url + path, { timeouts: timeouts ?? {} });
    await expect((await ask({ bodyIdleMs: 60 })).forEachChunk(() => {})).rejects.toMatchObject({
      code: "body-timeout",
      detail: { limitMs: 60, bytesReceived: 500_000 },
    });
    for (const path of ["/begun", "/gzip-begun"]) {
      const unread = (await ask({ unreadBodyMs: 60 }, path)).forEachChunk(() => new Promise(() => {}));
      await expect(unread).rejects.toMatchObject({
        code: "body-unread",
        detail: { limitMs: 60 },
        method: "GET",
      });
    }
  });

  test("by cancel() from within, with the bytes that came", async () => {
    await using origin = await openLarge();
    await using client = openClient();
    const response = await client.request(`${origin.url}/begun`);
    let calls = 0;
    const reading = response.forEachChunk(() => {
      calls++;
      response.cancel();
    });
    await expect(reading).rejects.toMatchObject({ code: "body-cancelled" });
    expect(calls).toBe(1);
    await whenClosed(origin.accepted[0]);
  });
});

describe("cancel() in the middle of a body that has come to its end", () => {
  for (const coding of ["identity", "gzip"]) {
    for (const way of ["forEachChunk", "for await"]) {
      test(`is what ${way} ends with, of ${coding}: what was dropped is not taken for the end`, async () => {
        const body = gzipSync(randomBytes(60_000));
        await using origin = await openHttp((_, response) =>
          response.writeHead(200, coding === "gzip" ? { "content-encoding": coding } : {}).end(body),
        );
        await using client = openClient();
        const response = await client.request(origin.url);
        await until(() => response.completeness === "complete");
        const all = async (): Promise<void> => {
          for await (const chunk of response) if (chunk.length > 0) response.cancel();
        };
        const reading = way === "for await" ? all() : response.forEachChunk(() => response.cancel());
        await expect(reading).rejects.toMatchObject({ code: "body-cancelled" });
      });
    }
  }
});

describe("forEachChunk is one of the ways to read a body once", () => {
  test("before and after any other", async () => {
    await using origin = await openOrigin(answering(() => reply("short")));
    await using client = openClient();
    const first = await client.request(origin.url);
    await first.forEachChunk(() => {});
    expect(first.bodyUsed).toBe(true);
    await expect(first.text()).rejects.toMatchObject({ code: "body-already-read" });
    await expect(first.forEachChunk(() => {})).rejects.toMatchObject({ code: "body-already-read" });
    const second = await client.request(origin.url);
    await second.bytes();
    await expect(second.forEachChunk(() => {})).rejects.toMatchObject({ code: "body-already-read" });
  });

  test("and leaves the body unread where it is given no function", async () => {
    await using origin = await openOrigin(answering(() => reply("short")));
    await using client = openClient();
    const response = await client.request(origin.url);
    await expect(response.forEachChunk("no" as never)).rejects.toMatchObject({
      code: "option-invalid",
      detail: { option: "fn", expected: "a function" },
    });
    expect(await response.text()).toBe("short");
  });
});
