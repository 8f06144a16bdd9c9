/**
 * What a caller sees is the same over both versions: one handler of Node's answers both, and each scenario is run over
 * HTTP/1.1, over HTTP/2, and held to what it says.
 */
import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import type { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Client,
  createFetch,
  type ClientEvent,
  type ClientOptions,
  type HttpsError,
} from "../../../src/index.ts";
import { openOrigin, rootPem, until, type Origin } from "../origin.ts";
import { openProxy, type TestProxy } from "../tunnel-proxy.ts";

type Asked = IncomingMessage;
/** Node's answers over HTTP/2 have the same methods, and their stream. */
type Answered = ServerResponse & { readonly stream?: { destroy(): void } };

const gzipped = gzipSync("gzipped ".repeat(1_000));
const seen: { digest: string | undefined; flaky: number } = { digest: undefined, flaky: 0 };
const held = new Set<Answered>();

async function bodyOf(request: Asked): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const routes: Readonly<Record<string, (request: Asked, response: Answered) => void | Promise<void>>> = {
  "/echo": async (request, response) => {
    const body = await bodyOf(request);
    response.setHeader("x-type", String(request.headers["content-type"]));
    response.setHeader("x-length", String(request.headers["content-length"]));
    response.end(`${request.method} ${body.toString("utf8")}`);
  },
  "/cookie": (request, response) => {
    if (request.headers.cookie === undefined) response.setHeader("set-cookie", ["a=1", "b=2; Path=/"]);
    response.end(String(request.headers.cookie));
  },
  "/redirect": (_, response) => {
    response.statusCode = 307;
    response.setHeader("location", "/echo");
    response.end();
  },
  "/gzip": (_, response) => {
    response.setHeader("content-encoding", "gzip");
    response.end(gzipped);
  },
  "/204": (_, response) => {
    response.statusCode = 204;
    response.end();
  },
  "/304": (_, response) => {
    response.statusCode = 304;
    response.setHeader("content-length", "100");
    response.end();
  },
  "/head": (_, response) => {
    response.setHeader("content-length", "100");
    response.end();
  },
  "/length": (_, response) => {
    response.setHeader("content-length", "5");
    response.end("12345");
  },
  "/trailers": (_, response) => {
    response.setHeader("trailer", "x-sum");
    response.writeHead(200);
    response.write("body");
    response.addTrailers({ "x-sum": "42" });
    response.end();
  },
  "/early-hints": (_, response) => {
    response.writeEarlyHints({ link: "</a.css>; rel=preload" });
    response.end("late");
  },
  "/flaky": (_, response) => {
    response.statusCode = seen.flaky++ === 0 ? 503 : 200;
    response.end("x");
  },
  "/digest": (request, response) => {
    seen.digest = request.headers.authorization;
    if (seen.digest === undefined) {
      response.statusCode = 401;
      response.setHeader("www-authenticate", 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256');
    }
    response.end();
  },
  "/silent": () => {},
  "/stalling": (_, response) => {
    response.setHeader("content-length", "100");
    response.writeHead(200);
    response.write("begun");
    held.add(response);
  },
  "/cut": (_, response) => {
    response.setHeader("content-length", "100");
    response.writeHead(200);
    response.write("begun");
    held.add(response);
    setImmediate(() => (response.stream ?? response.socket)?.destroy());
  },
  "/many-fields": (_, response) => {
    for (let at = 0; at < 300; at++) response.setHeader(`x-${at}`, "v");
    response.end();
  },
  "/large": (_, response) => {
    response.end(Buffer.alloc(2_000_000, "m"));
  },
  "/expect": async (request, response) => {
    response.end(`${String(request.headers.expect)} ${(await bodyOf(request)).length}`);
  },
};

function answer(request: Asked, response: Answered): void {
  const [path = ""] = request.url?.split("?") ?? [];
  void (routes[path] ?? ((_, other) => other.end(path)))(request, response);
}

let origin: Origin;
let proxy: TestProxy;

beforeAll(async () => {
  const http1 = createHttp1({ keepAliveTimeout: 60_000 }, answer);
  const http2 = createHttp2(answer as never);
  for (const server of [http1, http2])
    server.on("checkContinue", (request: Asked, response: Answered) => {
      response.writeContinue();
      answer(request, response);
    });
  http2.on("sessionError", () => {});
  origin = await openOrigin(
    (socket) => ((socket as TLSSocket).alpnProtocol === "h2" ? http2 : http1).emit("connection", socket),
    { tls: { ALPNProtocols: ["h2", "http/1.1"] } },
  );
  proxy = await openProxy({ tls: false });
});

afterAll(async () => {
  await origin.close();
  await proxy.close();
});

type Scenario = readonly [
  does: string,
  run: (client: Client, url: string, events: readonly ClientEvent[]) => Promise<unknown>,
  gives: unknown,
  options?: () => ClientOptions,
];

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: unknown) => (error as HttpsError).code,
  );

const scenarios: readonly Scenario[] = [
  [
    "text, and what was said of it",
    async (client, url) => {
      const response = await client.request(`${url}/echo`, { method: "POST", body: "grüße" });
      return [
        response.status,
        await response.text(),
        response.headers.get("x-type"),
        response.headers.get("x-length"),
        response.completeness,
        response.receivedBytes,
      ];
    },
    [200, "POST grüße", "text/plain;charset=UTF-8", "7", "complete", 12],
  ],
  [
    "a form, a blob, a stream",
    async (client, url) => {
      const form = new FormData();
      form.set("a", "b");
      const bodies = [new URLSearchParams({ a: "b c" }), new Blob(["blob"]), new Blob(["stream"]).stream()];
      const texts: string[] = [];
      for (const body of bodies)
        texts.push(await (await client.request(`${url}/echo`, { method: "PUT", body })).text());
      texts.push(
        ((await (await client.request(`${url}/echo`, { method: "PUT", body: form })).text()).match(
          /name="a"/,
        ) ?? [])[0] ?? "",
      );
      return texts;
    },
    ["PUT a=b+c", "PUT blob", "PUT stream", 'name="a"'],
  ],
  [
    "cookies are kept and sent",
    async (client, url) => {
      await (await client.request(`${url}/cookie`)).text();
      return (await client.request(`${url}/cookie`)).text();
    },
    "a=1; b=2",
    () => ({ cookies: new CookieJar() }),
  ],
  [
    "a redirect repeats the body",
    async (client, url) => {
      const response = await client.request(`${url}/redirect`, { method: "POST", body: "again" });
      return [await response.text(), response.redirects.length, response.attempts.length];
    },
    ["POST again", 1, 2],
  ],
  [
    "codings are undone",
    async (client, url) => {
      const response = await client.request(`${url}/gzip`);
      return [(await response.text()).length, response.receivedBytes];
    },
    [8_000, gzipped.length],
  ],
  [
    "answers without content",
    async (client, url) => {
      const given: unknown[] = [];
      for (const [method, path] of [
        ["GET", "/204"],
        ["GET", "/304"],
        ["HEAD", "/head"],
      ] as const) {
        const response = await client.request(url + path, { method });
        given.push(response.status, (await response.bytes()).length, response.completeness);
      }
      return given;
    },
    [204, 0, "complete", 304, 0, "complete", 200, 0, "complete"],
  ],
  [
    "trailers",
    async (client, url) => {
      const response = await client.request(`${url}/trailers`);
      return [await response.text(), response.trailers.get("x-sum")];
    },
    ["body", "42"],
  ],
  [
    "early hints",
    async (client, url) => {
      const hints: number[] = [];
      const response = await client.request(`${url}/early-hints`, {
        onInformational: ({ status }) => hints.push(status),
      });
      return [await response.text(), hints];
    },
    ["late", [103]],
  ],
  [
    "a retry that was asked for",
    async (client, url) => {
      seen.flaky = 0;
      const response = await client.request(`${url}/flaky`, { retry: { attempts: 1, delayMs: 0 } });
      return [response.status, response.attempts.map(({ outcome }) => outcome)];
    },
    [200, [{ status: 503 }, { status: 200 }]],
  ],
  [
    "a digest challenge is answered",
    async (client, url) => {
      const response = await client.request(`${url}/digest`);
      return [response.status, seen.digest?.slice(0, 27)];
    },
    [200, 'Digest username="me", realm'],
    () => ({ authentication: { scheme: "digest", username: "me", password: "secret" } }),
  ],
  [
    "100 Continue",
    async (client, url) =>
      (await client.request(`${url}/expect`, { method: "POST", body: "12345", expectContinue: true })).text(),
    "100-continue 5",
  ],
  [
    "a head that does not come",
    (client, url) => codeOf(client.request(`${url}/silent`, { timeouts: { headMs: 100 } })),
    "head-timeout",
  ],
  [
    "a body that stops coming",
    async (client, url) => {
      const response = await client.request(`${url}/stalling`, { timeouts: { bodyIdleMs: 100 } });
      return [await codeOf(response.text()), response.completeness, response.receivedBytes];
    },
    ["body-timeout", "failed", 5],
  ],
  [
    "a total deadline",
    (client, url) => codeOf(client.request(`${url}/silent`, { timeouts: { totalMs: 100 } })),
    "total-timeout",
  ],
  [
    "an abort before the answer, and one within it",
    async (client, url) => {
      const codes: string[] = [];
      const before = new AbortController();
      const waiting = codeOf(client.request(`${url}/silent`, { signal: before.signal }));
      setImmediate(() => before.abort());
      codes.push(await waiting);
      const within = new AbortController();
      const response = await client.request(`${url}/stalling`, { signal: within.signal });
      const reading = codeOf(response.text());
      within.abort();
      codes.push(await reading);
      return codes;
    },
    ["aborted", "aborted"],
  ],
  [
    "a head with more fields than are taken",
    (client, url) => codeOf(client.request(`${url}/many-fields`)),
    "head-too-large",
    () => ({ limits: { fieldCount: 100 } }),
  ],
  [
    "a body that is larger than what is held",
    async (client, url) => codeOf((await client.request(`${url}/large`, { maxBodyBytes: 100_000 })).bytes()),
    "body-too-large",
  ],
  [
    "a body by each of its ways",
    async (client, url) => {
      const lengths: number[] = [];
      lengths.push((await (await client.request(`${url}/large`)).bytes()).length);
      let counted = 0;
      for await (const chunk of await client.request(`${url}/large`)) counted += chunk.length;
      lengths.push(counted);
      counted = 0;
      for await (const chunk of (await client.request(`${url}/large`)).stream()) counted += chunk.length;
      lengths.push(counted);
      counted = 0;
      await (await client.request(`${url}/large`)).forEachChunk((chunk) => void (counted += chunk.length));
      lengths.push(counted);
      counted = 0;
      await (
        await client.request(`${url}/large`)
      ).forEachChunk(async (chunk) => {
        await new Promise((resolve) => setImmediate(resolve));
        for (const octet of chunk) if (octet === 109) counted++;
      });
      lengths.push(counted);
      return lengths;
    },
    [2_000_000, 2_000_000, 2_000_000, 2_000_000, 2_000_000],
  ],
  [
    "progress",
    async (client, url) => {
      const sent: unknown[] = [];
      const received: unknown[] = [];
      const response = await client.request(`${url}/length`, {
        method: "POST",
        body: "123",
        onUploadProgress: (...said) => sent.push(said),
        onDownloadProgress: (...said) => received.push(said),
      });
      await response.text();
      return [sent, received];
    },
    [[[3, 3]], [[5, 5]]],
  ],
  [
    "events of one request",
    async (client, url, events) => {
      await (await client.request(`${url}/length`)).text();
      return events.map(({ kind }) => kind).filter((kind) => kind !== "phase");
    },
    ["connected", "sent", "head", "response"],
  ],
  [
    "timings",
    async (client, url) => {
      const response = await client.request(`${url}/length`);
      await response.text();
      const { timings } = response;
      return [
        timings.tlsMs > 0,
        timings.firstByteMs > 0,
        timings.totalMs >= timings.downloadMs,
        timings.requestMs >= 0,
      ];
    },
    [true, true, true, true],
  ],
  [
    "through a proxy's tunnel",
    async (client, url) => {
      const response = await client.request(`${url}/length`);
      return [await response.text(), response.trust.kind, response.connection.proxy?.source];
    },
    ["12345", "verified", "the option proxy"],
    () => ({ proxy: `http://localhost:${proxy.port}` }),
  ],
  [
    "fetch",
    async (client, url) => {
      const fetch = createFetch(client);
      const response = await fetch(`${url}/echo`, { method: "POST", body: "by fetch" });
      return [response.status, response.statusText, await response.text(), response.headers.get("x-type")];
    },
    [200, undefined, "POST by fetch", "text/plain;charset=UTF-8"],
  ],
];

describe.each(["http/1.1", "h2"] as const)("over %s", (protocol) => {
  test.for(scenarios)("%s", async ([, run, gives, options]) => {
    const events: ClientEvent[] = [];
    await using client = new Client({
      roots: rootPem,
      environment: {},
      protocol,
      onEvent: (event) => events.push(event),
      ...options?.(),
    });
    const given = await run(client, origin.url, events);
    // A reason phrase is HTTP/1.1's alone (RFC 9113 §8.3.2).
    const expected = Array.isArray(gives)
      ? gives.map((one: unknown, at) => one ?? (given as unknown[])[at])
      : gives;
    expect(given).toEqual(expected);
    client.destroy();
  });

  test("a body that is cut is told", async () => {
    await using client = new Client({ roots: rootPem, environment: {}, protocol });
    const response = await client.request(`${origin.url}/cut`);
    const code = await codeOf(response.bytes());
    expect(code).toBe(protocol === "h2" ? "http2-stream-reset" : "body-truncated");
    expect(response.completeness).toBe("failed");
  });

  test("close() waits for what is under way", async () => {
    const client = new Client({ roots: rootPem, environment: {}, protocol });
    const response = await client.request(`${origin.url}/stalling`);
    const text = response.text();
    let isClosed = false;
    const closing = client.close().then(() => (isClosed = true));
    await until(() => held.size > 0);
    expect(isClosed).toBe(false);
    for (const one of held) one.end("x".repeat(95));
    held.clear();
    expect((await text).length).toBe(100);
    await closing;
  });
});
