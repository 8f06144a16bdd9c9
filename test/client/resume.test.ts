/** A body that breaks off and goes on (option `resume`): the same bytes wherever it is cut, and never those of another representation. */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { constants } from "node:crypto";
import type { Server as TlsServer } from "node:tls";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { mintRoot } from "../pki/today.ts";
import { Client, HttpsError, type ClientEvent, type RequestOptions, type Response } from "../../src/index.ts";
import { openHttp2 } from "./http2/origin.ts";
import {
  answering,
  cutTcp,
  mintIdentity,
  openOrigin,
  reply,
  resetTcp,
  rootPem,
  until,
  type Origin,
  type Received,
} from "./origin.ts";

const text = "The quick brown meerkat stands upright and keeps watch.";
const tag = 'ETag: "v1"\r\n';

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing",
    (error: unknown) => (error instanceof HttpsError ? error.code : String(error)),
  );

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let seen = "";
  for await (const chunk of chunks) seen += Buffer.from(chunk).toString("latin1");
  return seen;
}

const fieldOf = ({ head }: Received, name: string): string | undefined =>
  head.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2);

/** The first byte that is asked for; 0 where all of it is. */
const offsetOf = (request: Received): number =>
  Number(/^bytes=(\d+)-/.exec(fieldOf(request, "range") ?? "")?.[1] ?? 0);

function part(
  first: number,
  last: number,
  { of = text, head = tag, length = last - first + 1 } = {},
): string {
  return `HTTP/1.1 206 Partial Content\r\n${head}Content-Range: bytes ${first}-${last}/${of.length}\r\nContent-Length: ${length}\r\n\r\n`;
}

/** The first nine bytes, behind which the connection is cut; the rest where that is asked for. */
function beginningOrRest(request: Received, socket: Socket): string | undefined {
  const from = offsetOf(request);
  if (from > 0) return part(from, text.length - 1) + text.slice(from);
  const head = `HTTP/1.1 200 OK\r\n${tag}Content-Length: ${text.length}\r\n\r\n`;
  socket.write(head + text.slice(0, 9), () => cutTcp(socket));
  return undefined;
}

interface Seen {
  readonly asked: Received[];
  readonly client: Client;
  readonly origin: Origin;
}

/** A server that gives the first bytes of a body and is gone; `rest` answers what is asked of it then. */
async function withServer<T>(
  use: (seen: Seen) => Promise<T>,
  {
    cutAt = 10,
    head = tag,
    body = text,
    framing = `Content-Length: ${body.length}\r\n`,
    end = (socket: Socket) => cutTcp(socket),
    rest = (request: Received) =>
      `${part(offsetOf(request), body.length - 1, { of: body })}${body.slice(offsetOf(request))}`,
    options = {},
  }: {
    readonly cutAt?: number;
    readonly head?: string;
    readonly body?: string;
    readonly framing?: string;
    readonly end?: (socket: Socket) => void;
    readonly rest?: (request: Received, socket: Socket) => string | undefined;
    readonly options?: RequestOptions;
  } = {},
): Promise<T> {
  const asked: Received[] = [];
  await using origin = await openOrigin(
    answering((request, socket) => {
      asked.push(request);
      if (asked.length > 1) return rest(request, socket);
      const content = body.slice(0, cutAt);
      const bytes = framing.startsWith("Transfer-Encoding")
        ? `${content.length.toString(16)}\r\n${content}\r\n`
        : content;
      socket.write(`HTTP/1.1 200 OK\r\n${head}${framing}\r\n${bytes}`, "latin1", () => end(socket));
      return undefined;
    }),
  );
  await using client = new Client({ roots: rootPem, resume: { attempts: 5, delayMs: 1 }, ...options });
  return await use({ asked, client, origin });
}

describe("a body that breaks off", () => {
  test("goes on from every byte it can be cut at, over connections that were admitted each", async () => {
    for (let cutAt = 0; cutAt < text.length; cutAt += 3) {
      await withServer(
        async ({ asked, client, origin }) => {
          const response = await client.request(origin.url);
          expect(await response.text()).toBe(text);
          expect([response.completeness, response.receivedBytes]).toEqual(["complete", text.length]);
          expect(response.resumptions).toMatchObject([
            { offset: cutAt, after: "body-truncated", trust: { kind: "verified" } },
          ]);
          expect(response.resumptions[0]?.connection).not.toBe(response.connection.id);
          expect(asked.map((request) => [fieldOf(request, "range"), fieldOf(request, "if-range")])).toEqual([
            [undefined, undefined],
            [`bytes=${cutAt}-`, '"v1"'],
          ]);
        },
        { cutAt },
      );
    }
  });

  test("goes on as often as it breaks", async () => {
    await withServer(
      async ({ asked, client, origin }) => {
        const response = await client.request(origin.url);
        expect(await response.text()).toBe(text);
        expect(response.resumptions.map(({ offset }) => offset)).toEqual([10, 20, 30, 40, 50]);
        expect(response.attempts).toHaveLength(1);
        expect(asked).toHaveLength(6);
      },
      {
        rest: (request, socket) => {
          const from = offsetOf(request);
          const content = text.slice(from, from + 10);
          socket.write(part(from, text.length - 1) + content, "latin1", () => cutTcp(socket));
          return undefined;
        },
      },
    );
  });

  test.each<[string, (response: Response) => Promise<string>]>([
    ["bytes()", async (response) => Buffer.from(await response.bytes()).toString()],
    ["a loop", (response) => textOf(response)],
    ["stream()", (response) => textOf(response.stream())],
    [
      "forEachChunk()",
      async (response) => {
        const chunks: Buffer[] = [];
        await response.forEachChunk((chunk) => void chunks.push(Buffer.from(chunk)));
        return Buffer.concat(chunks).toString();
      },
    ],
  ])("is read by %s as one", async (_what, read) => {
    await withServer(async ({ client, origin }) => {
      expect(await read(await client.request(origin.url))).toBe(text);
    });
  });

  test("is read as JSON as one", async () => {
    const body = JSON.stringify({ text });
    await withServer(
      async ({ client, origin }) => expect(await (await client.request(origin.url)).json()).toEqual({ text }),
      { body },
    );
  });

  test.each<[string, (socket: Socket) => void]>([
    ["a reset", (socket) => resetTcp(socket)],
    ["a close_notify", (socket) => void socket.end()],
  ])("goes on after %s", async (_what, end) => {
    await withServer(
      async ({ client, origin }) => expect(await (await client.request(origin.url)).text()).toBe(text),
      { end },
    );
  });

  test("goes on where it has no length: the rest says it", async () => {
    await withServer(
      async ({ client, origin }) => {
        const response = await client.request(origin.url);
        expect([await response.text(), response.completeness]).toEqual([text, "complete"]);
      },
      { framing: "Transfer-Encoding: chunked\r\n" },
    );
  });

  test("goes on by a date that was old enough", async () => {
    const head = "Date: Thu, 01 Jan 2026 00:01:00 GMT\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n";
    await withServer(
      async ({ asked, client, origin }) => {
        expect(await (await client.request(origin.url)).text()).toBe(text);
        expect(fieldOf(asked[1] as Received, "if-range")).toBe("Thu, 01 Jan 2026 00:00:00 GMT");
      },
      {
        head,
        rest: (request) => part(offsetOf(request), text.length - 1, { head }) + text.slice(offsetOf(request)),
      },
    );
  });

  test("goes on after a silence that was too long", async () => {
    await withServer(
      async ({ client, origin }) => {
        const response = await client.request(origin.url, { timeouts: { bodyIdleMs: 50 } });
        expect(await response.text()).toBe(text);
        expect(response.resumptions).toMatchObject([{ after: "body-timeout" }]);
      },
      { end: () => {} },
    );
  });

  test("of parts that are shorter than what was asked for goes on behind each", async () => {
    await withServer(
      async ({ client, origin }) => {
        const response = await client.request(origin.url);
        expect(await response.text()).toBe(text);
        expect(response.resumptions.map(({ after }) => after)).toEqual([
          "body-truncated",
          undefined,
          undefined,
        ]);
      },
      {
        rest: (request) => {
          const from = offsetOf(request);
          const last = Math.min(from + 19, text.length - 1);
          return part(from, last) + text.slice(from, last + 1);
        },
      },
    );
  });

  test("that is a part itself goes on to the part's end", async () => {
    const answers = [part(5, 30), part(15, 30)];
    await using origin = await openOrigin(
      answering((request, socket) => {
        const from = offsetOf(request);
        socket.write(answers[from === 5 ? 0 : 1] + text.slice(from, from === 5 ? 15 : 31), () =>
          from === 5 ? cutTcp(socket) : undefined,
        );
        return undefined;
      }),
    );
    await using client = new Client({ roots: rootPem, resume: true });
    const response = await client.request(origin.url, { headers: { range: "bytes=5-30" } });
    expect([response.status, await response.text()]).toEqual([206, text.slice(5, 31)]);
    expect(response.resumptions).toMatchObject([{ offset: 15 }]);
  });

  test("that came coded goes on within the same decoder; none is asked for", async () => {
    const coded = gzipSync(text).toString("latin1");
    await withServer(
      async ({ asked, client, origin }) => {
        expect(await (await client.request(origin.url)).text()).toBe(text);
        expect(fieldOf(asked[0] as Received, "accept-encoding")).toBe("identity");
      },
      { body: coded, head: `${tag}Content-Encoding: gzip\r\n` },
    );
  });

  test("tells how much of the whole there is, and why it waits", async () => {
    const told: (readonly [number, number | undefined])[] = [];
    const events: ClientEvent[] = [];
    await withServer(async ({ client, origin }) => {
      const response = await client.request(origin.url, {
        onDownloadProgress: (received, total) => void told.push([received, total]),
        onEvent: (event) => void events.push(event),
      });
      await response.text();
    });
    expect(told.at(-1)).toEqual([text.length, text.length]);
    expect(told.map(([received]) => received)).toEqual(
      told.map(([received]) => received).toSorted((a, b) => a - b),
    );
    expect(events.find(({ kind }) => kind === "retry")).toMatchObject({
      reason: "the body is at byte 10 (body-truncated)",
    });
  });

  test("is asked for as its beginning was: the same fields, at the URL that a redirect led to", async () => {
    const asked: Received[] = [];
    await using origin = await openOrigin(
      answering((request, socket) => {
        asked.push(request);
        const path = request.head[0]?.split(" ")[1];
        if (path === "/") return "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n";
        return beginningOrRest(request, socket);
      }),
    );
    await using client = new Client({
      roots: rootPem,
      resume: true,
      authentication: { scheme: "bearer", token: "t" },
    });
    const headers = { "x-own": "1", "if-none-match": '"v0"' };
    const response = await client.request(`${origin.url}/`, { headers });
    expect(await response.text()).toBe(text);
    expect(asked.map(({ head }) => head[0]?.split(" ")[1])).toEqual(["/", "/there", "/there"]);
    const last = asked[2] as Received;
    expect([fieldOf(last, "x-own"), fieldOf(last, "authorization"), fieldOf(last, "if-none-match")]).toEqual([
      "1",
      "Bearer t",
      undefined,
    ]);
  });

  test("does not take the caller's credentials to another origin on its way", async () => {
    const seen: (string | undefined)[] = [];
    await using elsewhere = await openOrigin(
      answering((request, socket) => {
        seen.push(fieldOf(request, "authorization"));
        return beginningOrRest(request, socket);
      }),
    );
    await using home = await openOrigin(
      answering(() => `HTTP/1.1 302 Found\r\nLocation: ${elsewhere.url}/\r\nContent-Length: 0\r\n\r\n`),
    );
    await using client = new Client({
      roots: rootPem,
      resume: true,
      authentication: { scheme: "bearer", token: "t" },
      headers: { authorization: "Bearer t" },
    });
    expect(await (await client.request(home.url)).text()).toBe(text);
    expect(seen).toEqual([undefined, undefined]);
  });

  test("of which a middleware makes another one says so too", async () => {
    await withServer(async ({ origin }) => {
      await using client = new Client({
        roots: rootPem,
        resume: true,
        middleware: [
          async (exchange, next) => {
            const from = await next();
            return exchange.respond({ from, body: from });
          },
        ],
      });
      const response = await client.request(origin.url);
      expect([await response.text(), response.resumptions.length]).toEqual([text, 1]);
    });
  });

  test("is one exchange for a middleware, and one body for the cache, which keeps it whole", async () => {
    let exchanges = 0;
    await withServer(
      async ({ asked, origin }) => {
        await using client = new Client({
          roots: rootPem,
          resume: true,
          cache: true,
          middleware: [(_exchange, next) => (exchanges++, next())],
        });
        const first = await client.request(origin.url);
        expect([await first.text(), first.cache]).toEqual([text, "miss"]);
        const second = await client.request(origin.url);
        expect([await second.text(), second.cache, second.resumptions]).toEqual([text, "hit", []]);
        expect([exchanges, asked.length]).toEqual([2, 2]);
      },
      { head: `${tag}Cache-Control: max-age=60\r\n` },
    );
  });
});

describe("over HTTP/2 and by Node's own servers", () => {
  test.each<[string, (stream: ServerHttp2Stream) => void]>([
    ["a stream that is closed", (stream) => stream.close(2)],
    ["a connection that is gone", (stream) => stream.session?.destroy()],
  ])("%s goes on over another", async (_what, cut) => {
    const ranges: (string | undefined)[] = [];
    await using origin = await openHttp2((stream, { range }) => {
      ranges.push(range);
      const from = Number(/(\d+)/.exec(range ?? "")?.[1] ?? 0);
      if (range === undefined) {
        stream.respond({ ":status": 200, etag: '"v1"', "content-length": text.length });
        stream.write(text.slice(0, 10), () => cut(stream));
        return;
      }
      const last = text.length - 1;
      stream.respond({
        ":status": 206,
        etag: '"v1"',
        "content-range": `bytes ${from}-${last}/${text.length}`,
      });
      stream.end(text.slice(from));
    });
    await using client = new Client({ roots: rootPem, protocol: "h2", resume: true });
    const response = await client.request(origin.url);
    expect([await response.text(), response.httpVersion]).toEqual([text, "2"]);
    expect(ranges).toHaveLength(2);
    expect(response.resumptions).toHaveLength(1);
  });

  test("a large body that is cut again and again comes whole, and is held back with its reader", async () => {
    const large = Buffer.alloc(3_000_000, "0123456789abcdefghijklmnopqrstuvwxyz");
    let cuts = 0;
    const handler = ({ headers }: IncomingMessage, response: ServerResponse): void => {
      const from = Number(/bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0);
      const fields = { etag: '"v1"', "content-length": large.length - from };
      if (from === 0) response.writeHead(200, fields);
      else
        response.writeHead(206, {
          ...fields,
          "content-range": `bytes ${from}-${large.length - 1}/${large.length}`,
        });
      if (cuts++ < 4) response.write(large.subarray(from, from + 700_000), () => response.destroy());
      else response.end(large.subarray(from));
    };
    const http = createHttpServer(handler);
    await using origin = await openOrigin((socket) => http.emit("connection", socket));
    await using client = new Client({ roots: rootPem, resume: true });
    const response = await client.request(origin.url);
    const chunks: Uint8Array[] = [];
    await response.forEachChunk(async (chunk) => {
      chunks.push(chunk.slice());
      await new Promise((resolve) => setImmediate(resolve));
    });
    expect(Buffer.concat(chunks).equals(large)).toBe(true);
    expect(response.resumptions).toHaveLength(4);
  });
});

describe("a body ends in its error", () => {
  const unresumed = async (
    options: Parameters<typeof withServer>[1],
    request: RequestOptions = {},
  ): Promise<void> =>
    withServer(async ({ asked, client, origin }) => {
      const response = await client.request(origin.url, request);
      await expect(response.text()).rejects.toMatchObject({ code: "body-truncated" });
      expect([asked.length, response.completeness, response.resumptions]).toEqual([1, "failed", []]);
    }, options);

  test.each<[string, Parameters<typeof withServer>[1], RequestOptions?]>([
    ["without the option", {}, { resume: false }],
    ["with a weak ETag", { head: 'ETag: W/"v1"\r\n' }],
    ["without a validator", { head: "" }],
    ["where ranges are refused", { head: `${tag}Accept-Ranges: none\r\n` }],
    ["with another method than GET", {}, { method: "POST" }],
  ])("%s", async (_what, options, request) => {
    await unresumed(options, request);
  });

  test("where the rest cannot be had after all attempts, with the numbers of the whole", async () => {
    await withServer(
      async ({ asked, client, origin }) => {
        const response = await client.request(origin.url);
        await expect(response.text()).rejects.toMatchObject({
          code: "body-truncated",
          detail: { expectedBytes: text.length, receivedBytes: 15 },
        });
        expect(asked).toHaveLength(6);
      },
      {
        rest: (request, socket) => {
          const from = offsetOf(request);
          const content = text.slice(from, from + 1);
          socket.write(part(from, text.length - 1) + content, () => cutTcp(socket));
          return undefined;
        },
      },
    );
  });

  test("where the server gives small parts for ever", async () => {
    await withServer(
      async ({ asked, client, origin }) => {
        const response = await client.request(origin.url);
        await expect(response.text()).rejects.toMatchObject({
          code: "resume-refused",
          detail: { receivedBytes: 15 },
        });
        expect(asked).toHaveLength(6);
      },
      { rest: (request) => part(offsetOf(request), offsetOf(request)) + text[offsetOf(request)] },
    );
  });

  test("where the server says later, for as often as it is asked", async () => {
    const busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
    let answers = 0;
    await withServer(
      async ({ client, origin }) => expect(await (await client.request(origin.url)).text()).toBe(text),
      {
        rest: (request) =>
          answers++ < 3 ? busy : part(offsetOf(request), text.length - 1) + text.slice(offsetOf(request)),
      },
    );
    await withServer(
      async ({ asked, client, origin }) => {
        await expect((await client.request(origin.url)).text()).rejects.toMatchObject({
          code: "body-truncated",
          cause: { code: "resume-refused", detail: { status: 503 } },
        });
        expect(asked).toHaveLength(6);
      },
      { rest: () => busy },
    );
  });

  test("with what aborts the request, in a pause too", async () => {
    const reason = new AbortController();
    await withServer(
      async ({ client, origin }) => {
        const response = await client.request(origin.url, {
          signal: reason.signal,
          onEvent: ({ kind }) => {
            if (kind === "retry") setImmediate(() => reason.abort());
          },
          resume: { delayMs: 60_000, attempts: 3 },
        });
        expect(await codeOf(response.text())).toBe("aborted");
      },
      { rest: (_request, socket) => (cutTcp(socket), undefined) },
    );
  });

  test("with the total deadline, which is one over all parts", async () => {
    await withServer(
      async ({ client, origin }) => {
        const response = await client.request(origin.url, { timeout: 300 });
        expect(await codeOf(response.text())).toBe("total-timeout");
      },
      { rest: () => undefined },
    );
  });

  test("with the client's end", async () => {
    await withServer(
      async ({ asked, client, origin }) => {
        const body = (await client.request(origin.url)).text();
        const code = codeOf(body);
        await until(() => asked.length === 2);
        client.destroy();
        expect(await code).toBe("client-closed");
      },
      { rest: () => undefined },
    );
  });

  test("that its reader gave, and asks for nothing more", async () => {
    await withServer(
      async ({ asked, client, origin }) => {
        const response = await client.request(origin.url);
        for await (const _chunk of response) {
          await until(() => asked.length === 2);
          break;
        }
        await until(() => origin.open() === 0);
        expect([asked.length, response.completeness]).toEqual([2, "failed"]);
      },
      { rest: () => undefined },
    );
  });

  test("and nothing is asked for before somebody reads", async () => {
    await withServer(async ({ asked, client, origin }) => {
      const response = await client.request(origin.url);
      await until(() => origin.open() === 0);
      expect(asked).toHaveLength(1);
      expect(await response.text()).toBe(text);
      expect(asked).toHaveLength(2);
    });
  });
});

describe("no byte of another representation is given", () => {
  const other = "x".repeat(text.length);
  const rows: readonly (readonly [string, (request: Received, socket: Socket) => string | undefined])[] = [
    ["the whole again", () => reply(text, tag)],
    ["another whole", () => reply(other, 'ETag: "v2"\r\n')],
    [
      "a part with another ETag",
      (r) => part(offsetOf(r), other.length - 1, { head: 'ETag: "v2"\r\n' }) + other.slice(10),
    ],
    [
      "a part with a weak ETag",
      (r) => part(offsetOf(r), other.length - 1, { head: 'ETag: W/"v1"\r\n' }) + other.slice(10),
    ],
    ["a part without an ETag", (r) => part(offsetOf(r), other.length - 1, { head: "" }) + other.slice(10)],
    ["a part that overlaps", () => part(5, other.length - 1) + other.slice(5)],
    ["a part from further on", () => part(20, other.length - 1) + other.slice(20)],
    ["a part of something longer", () => part(10, other.length - 1, { of: `${other}x` }) + other.slice(10)],
    [
      "several parts",
      () =>
        `HTTP/1.1 206 Partial Content\r\n${tag}Content-Type: multipart/byteranges; boundary=x\r\nContent-Length: 5\r\n\r\n--x--`,
    ],
    ["a part without its range", () => `HTTP/1.1 206 Partial Content\r\n${tag}Content-Length: 3\r\n\r\nxxx`],
    ["a part with less than its range", () => `${part(10, other.length - 1, { length: 3 })}xxx`],
    [
      "chunks that go past their range",
      () =>
        `HTTP/1.1 206 Partial Content\r\n${tag}Content-Range: bytes 10-${text.length - 1}/${text.length}\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n${"x".repeat(80)}\r\n0\r\n\r\n`,
    ],
    ["412", () => `HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n`],
    ["416", () => `HTTP/1.1 416 No\r\n${tag}Content-Range: bytes */5\r\nContent-Length: 0\r\n\r\n`],
    ["404", () => `HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\nxxxxx`],
    ["a redirect", () => `HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n`],
  ];
  test.each(rows)("of %s", async (_what, rest) => {
    await withServer(
      async ({ asked, client, origin }) => {
        const response = await client.request(origin.url);
        let seen = "";
        const read = (async () => {
          for await (const chunk of response) seen += Buffer.from(chunk).toString();
        })();
        await expect(read).rejects.toMatchObject({
          code: "resume-refused",
          stage: "body",
          fault: "peer",
          detail: { receivedBytes: 10 },
        });
        expect([seen, asked.length, response.completeness]).toEqual([text.slice(0, 10), 2, "failed"]);
      },
      { rest },
    );
  });

  test("of chunks that end before their range does", async () => {
    await withServer(
      async ({ client, origin }) => {
        expect(await codeOf((await client.request(origin.url)).text())).toBe("resume-refused");
      },
      {
        rest: () =>
          `HTTP/1.1 206 Partial Content\r\n${tag}Content-Range: bytes 10-${text.length - 1}/${text.length}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n${text.slice(10, 13)}\r\n0\r\n\r\n`,
      },
    );
  });
});

test("a server that is not admitted gives no rest, and that is told", async () => {
  const stranger = mintIdentity({}, mintRoot("Another Root"));
  let seen = 0;
  await using origin = await openOrigin(
    answering((_request, socket) => {
      seen++;
      const answer = `HTTP/1.1 200 OK\r\n${tag}Content-Length: ${text.length}\r\n\r\n${text.slice(0, 10)}`;
      socket.write(answer, () => {
        (origin.server as TlsServer).setSecureContext(stranger);
        cutTcp(socket);
      });
      return undefined;
    }),
    // What was proved before would be resumed.
    { tls: { maxVersion: "TLSv1.2", secureOptions: constants.SSL_OP_NO_TICKET } },
  );
  await using client = new Client({ roots: rootPem, resume: true });
  const response = await client.request(origin.url);
  await expect(response.text()).rejects.toMatchObject({ stage: "trust" });
  expect(seen).toBe(1);
});
