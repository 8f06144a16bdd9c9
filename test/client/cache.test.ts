/** The cache: what is kept, for how long, for whom, and that a broken store breaks no request. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server as TlsServer } from "node:tls";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  Client,
  type CacheEntry,
  type CacheOptions,
  type CacheStore,
  type ClientOptions,
  type CookieJar,
  type RequestOptions,
  type Response,
} from "../../src/index.ts";
import { mintRoot } from "../pki/today.ts";
import { answering, cutTcp, mintIdentity, openHttp, openOrigin, rootPem, type Origin } from "./origin.ts";

/** A server that answers by `fields` and says how often it was asked. */
interface Counted {
  readonly origin: Origin;
  readonly asked: IncomingMessage[];
}

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<Counted> {
  const asked: IncomingMessage[] = [];
  const origin = await openHttp((request, response) => {
    asked.push(request);
    answer(request, response, asked.length);
  });
  onTestFinished(() => origin.close());
  return { origin, asked };
}

const serveFields = (fields: Readonly<Record<string, string>>): Promise<Counted> =>
  serve((_request, response, count) => response.writeHead(200, fields).end(`body ${count}`));

function open(cache: CacheOptions | boolean = true, more: ClientOptions = {}): Client {
  const client = new Client({ roots: rootPem, environment: {}, cache, ...more });
  onTestFinished(() => client.close());
  return client;
}

/** What the cache had to do with it, and the body. */
async function said(response: Response): Promise<string> {
  return `${response.cache ?? "-"}: ${await response.text()}`;
}

async function saidOf(client: Client, urls: readonly string[]): Promise<readonly string[]> {
  const all: string[] = [];
  for (const url of urls) all.push(await said(await client.get(url)));
  return all;
}

const twice = (client: Client, url: string): Promise<readonly string[]> => saidOf(client, [url, url]);

const fresh = { "cache-control": "max-age=60" };

/** A store that notes what it is asked. */
function notingStore(): CacheStore & { readonly entries: Map<string, CacheEntry> } {
  const entries = new Map<string, CacheEntry>();
  return {
    entries,
    get: (key) => entries.get(key),
    set: (key, entry) => entries.set(key, entry),
    delete: (key) => entries.delete(key),
  };
}

describe("what is kept", () => {
  test("is nothing unless it is asked for", async () => {
    const { origin } = await serveFields(fresh);
    expect(await twice(open(false), origin.url)).toEqual(["-: body 1", "-: body 2"]);
  });

  test.each<[string, Record<string, string>]>([
    ["max-age", fresh],
    ["directives in any case", { "cache-control": "Max-Age=60" }],
    ["Expires", { expires: new Date(Date.now() + 60_000).toUTCString() }],
    ["private, by one user's cache", { "cache-control": "private, max-age=60" }],
    ["must-revalidate, while it is fresh", { "cache-control": "max-age=60, must-revalidate" }],
  ])("is a response with %s", async (_name, fields) => {
    const { origin } = await serveFields(fields);
    expect(await twice(open(), origin.url)).toEqual(["miss: body 1", "hit: body 1"]);
  });

  test.each<[string, Record<string, string>]>([
    ["no-store", { "cache-control": "no-store, max-age=60" }],
    ["no-cache and no validator", { "cache-control": "no-cache" }],
    ["Vary: *", { ...fresh, vary: "*" }],
    ["no freshness at all", {}],
    ["an age past its freshness", { ...fresh, age: "61" }],
  ])("is not given again with %s", async (_name, fields) => {
    const { origin } = await serveFields(fields);
    expect((await twice(open(), origin.url))[1]).toMatch(/body 2$/);
  });

  test("is not what a shared cache may not keep", async () => {
    const { origin } = await serveFields({ "cache-control": "private, max-age=60" });
    expect(await twice(open({ shared: true }), origin.url)).toEqual(["miss: body 1", "miss: body 2"]);
    const headers = { authorization: "Bearer a" };
    const { origin: another } = await serveFields(fresh);
    const client = open({ shared: true }, { headers });
    expect(await twice(client, another.url)).toEqual(["miss: body 1", "miss: body 2"]);
    expect(await twice(open(true, { headers }), another.url)).toEqual(["miss: body 3", "hit: body 3"]);
  });

  test("is not what the request says not to keep, nor a part, nor a condition of the caller's", async () => {
    const { origin } = await serveFields(fresh);
    const client = open();
    for (const headers of [
      { "cache-control": "no-store" },
      { range: "bytes=0-1" },
      { "if-none-match": '"a"' },
    ]) {
      expect((await client.get(origin.url, { headers })).cache).toBeUndefined();
      expect((await client.get(origin.url, { headers })).cache).toBeUndefined();
    }
  });

  test("is asked for again with no-cache, and not asked for at all with only-if-cached", async () => {
    const { origin, asked } = await serveFields(fresh);
    const client = open();
    const only = { headers: { "cache-control": "only-if-cached" } };
    expect((await client.get(origin.url, only)).status).toBe(504);
    expect(asked).toHaveLength(0);
    await (await client.get(origin.url)).text();
    expect(await said(await client.get(origin.url, only))).toBe("hit: body 1");
    const again = await client.get(origin.url, { headers: { "cache-control": "no-cache" } });
    expect(await said(again)).toBe("miss: body 2");
  });

  test("has its fields, with its age, and its content coding", async () => {
    const { gzipSync } = await import("node:zlib");
    const { origin } = await serve((_request, response) =>
      response
        .writeHead(200, { ...fresh, "content-encoding": "gzip", "set-cookie": ["a=1", "b=2"], age: "3" })
        .end(gzipSync("packed")),
    );
    const client = open();
    await (await client.get(origin.url)).text();
    const hit = await client.get(origin.url);
    expect(hit.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(hit.headers.has("connection")).toBe(false);
    expect(Number(hit.headers.get("age"))).toBeGreaterThanOrEqual(3);
    expect(await said(hit)).toBe("hit: packed");
  });

  test("answers HEAD too, and HEAD is not kept for GET", async () => {
    const { origin, asked } = await serveFields(fresh);
    const client = open();
    expect((await client.head(origin.url)).cache).toBe("miss");
    expect(await said(await client.get(origin.url))).toBe("miss: body 2");
    const head = await client.head(origin.url);
    expect([head.cache, await head.text(), asked.length]).toEqual(["hit", "", 2]);
  });

  test("is kept apart by what Vary names", async () => {
    const { origin } = await serve((request, response, count) =>
      response
        .writeHead(200, { ...fresh, vary: "Accept-Language" })
        .end(`${request.headers["accept-language"] ?? ""} ${count}`),
    );
    const client = open();
    const ask = async (language: string): Promise<string> =>
      said(await client.get(origin.url, { headers: { "accept-language": language } }));
    expect([await ask("de"), await ask("en"), await ask("de"), await ask("en")]).toEqual([
      "miss: de 1",
      "miss: en 2",
      "hit: de 1",
      "hit: en 2",
    ]);
  });

  test("is what came whole: a body that breaks off, or that is left, is not kept", async () => {
    let asked = 0;
    await using origin = await openOrigin((socket) => {
      socket.on("data", () => {
        asked++;
        socket.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\nhalf ");
        if (asked === 1) cutTcp(socket);
        if (asked === 3) socket.write("whole");
      });
    });
    const client = open();
    await expect((await client.get(origin.url)).text()).rejects.toMatchObject({ code: "body-truncated" });
    (await client.get(origin.url)).cancel();
    expect(await twice(client, origin.url)).toEqual(["miss: half whole", "hit: half whole"]);
  });

  test("has an end that was seen: one that only the connection's end tells is not kept", async () => {
    await using origin = await openOrigin(
      answering((_request, socket) => {
        socket.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\nbody");
        cutTcp(socket);
        return undefined;
      }),
      { tls: false },
    );
    const client = open();
    for (let count = 0; count < 2; count++) {
      const response = await client.get(origin.url);
      expect(await said(response)).toBe("miss: body");
      expect(response.completeness).toBe("unverifiable");
    }
  });

  test("is not larger than it may be", async () => {
    const { origin } = await serve((_request, response, count) => {
      response.writeHead(200, fresh).write("12345");
      response.end(`6789${count}`);
    });
    expect(await twice(open({ maxBodyBytes: 9 }), origin.url)).toEqual([
      "miss: 1234567891",
      "miss: 1234567892",
    ]);
    expect(await twice(open({ maxBodyBytes: 10 }), origin.url)).toEqual([
      "miss: 1234567893",
      "hit: 1234567893",
    ]);
  });

  test("stays within its memory: what was not used for the longest time goes", async () => {
    const { origin } = await serve((request, response) => response.writeHead(200, fresh).end(request.url));
    const client = open({ maxEntries: 2 });
    const urls = ["a", "b", "a", "c", "a", "b"].map((path) => `${origin.url}/${path}`);
    expect((await saidOf(client, urls)).map((one) => one.slice(0, -4))).toEqual([
      "miss",
      "miss",
      "hit",
      "miss",
      "hit",
      "miss",
    ]);
    expect(await twice(open({ maxBytes: 100 }), origin.url)).toEqual(["miss: /", "miss: /"]);
  });

  test("is given to no reader's harm: what one does to its bytes, the next does not see", async () => {
    const { origin } = await serveFields(fresh);
    const client = open();
    await (await client.get(origin.url)).text();
    (await (await client.get(origin.url)).bytes()).fill(0);
    expect(await said(await client.get(origin.url))).toBe("hit: body 1");
  });

  test("is not what a redirect led to", async () => {
    const { origin } = await serve((request, response, count) =>
      request.url === "/a"
        ? response.writeHead(302, { location: "/b" }).end()
        : response.writeHead(200, fresh).end(`${request.url} ${count}`),
    );
    const client = open();
    expect(await twice(client, `${origin.url}/a`)).toEqual(["miss: /b 2", "miss: /b 4"]);
  });
});

describe("what its server is asked about again", () => {
  const tagged = (fields: Record<string, string>): Promise<Counted> =>
    serve((request, response, count) => {
      if (request.headers["if-none-match"] === '"v"')
        response.writeHead(304, { ...fields, "x-count": `${count}` }).end();
      else response.writeHead(200, { ...fields, etag: '"v"', "x-count": `${count}` }).end("body");
    });

  test("is as it was, by 304, with the fields that say so", async () => {
    const { origin, asked } = await tagged({ "cache-control": "no-cache" });
    const client = open();
    await (await client.get(origin.url)).text();
    const response = await client.get(origin.url);
    expect([response.status, response.headers.get("x-count")]).toEqual([200, "2"]);
    expect(await said(response)).toBe("revalidated: body");
    expect(response.trust.kind).toBe("verified");
    expect(asked).toHaveLength(2);
  });

  test("is not as it was because a server says so to which a redirect leads", async () => {
    const other = await serve((request, response) =>
      request.headers["if-none-match"] === '"v"'
        ? response.writeHead(304, { ...fresh, "x-other": "1" }).end()
        : response.writeHead(200).end("other"),
    );
    const { origin } = await serve((_request, response, count) =>
      count === 1
        ? response.writeHead(200, { etag: '"v"', "cache-control": "max-age=0" }).end("first")
        : response.writeHead(302, { location: other.origin.url }).end(),
    );
    const client = open();
    expect(await said(await client.get(origin.url))).toBe("miss: first");
    const second = await client.get(origin.url);
    expect([second.url, await said(second)]).toEqual([`${other.origin.url}/`, "miss: other"]);
    expect(await said(await client.get(origin.url))).toBe("miss: other");
  });

  test("is another one where it is changed", async () => {
    const { origin } = await serve((request, response, count) =>
      response
        .writeHead(200, { "cache-control": "max-age=0", etag: `"${count}"` })
        .end(`${request.headers["if-none-match"]}`),
    );
    expect(await twice(open(), origin.url)).toEqual(["miss: undefined", 'miss: "1"']);
  });

  const failing = (control: string): Promise<Counted> =>
    serve((_request, response, count) =>
      count === 1
        ? response.writeHead(200, { "cache-control": control, age: "5" }).end("body")
        : response.writeHead(503).end("down"),
    );

  test("is given stale on an error, where the server allows it", async () => {
    const { origin } = await failing("max-age=1, stale-if-error=60");
    expect(await twice(open(), origin.url)).toEqual(["miss: body", "stale: body"]);
    const { origin: strict } = await failing("max-age=1, stale-if-error=60, must-revalidate");
    expect(await twice(open(), strict.url)).toEqual(["miss: body", "miss: down"]);
    const { origin: plain } = await failing("max-age=1");
    expect(await twice(open(), plain.url)).toEqual(["miss: body", "miss: down"]);
  });

  test("is given stale while the server cannot be reached", async () => {
    const { origin } = await failing("max-age=1, stale-if-error=60");
    const client = open();
    await (await client.get(origin.url)).text();
    await origin.close();
    expect(await said(await client.get(origin.url))).toBe("stale: body");
  });

  test("is not given stale where the server is not admitted any more", async () => {
    const { origin } = await serve((_request, response) =>
      response
        .writeHead(200, { "cache-control": "max-age=1, stale-if-error=60", age: "5", connection: "close" })
        .end("body"),
    );
    const client = open();
    await (await client.get(origin.url)).text();
    (origin.server as TlsServer).setSecureContext(mintIdentity({}, mintRoot("Another Root")));
    await expect(client.get(origin.url)).rejects.toMatchObject({ stage: "trust" });
  });

  test("is given stale, and asked for meanwhile (RFC 5861)", async () => {
    const { origin, asked } = await serve((_request, response, count) => {
      const stale = { "cache-control": "max-age=1, stale-while-revalidate=60", age: "5" };
      response.writeHead(200, count === 1 ? stale : fresh).end(`body ${count}`);
    });
    const client = open();
    expect(await twice(client, origin.url)).toEqual(["miss: body 1", "stale: body 1"]);
    await vi.waitUntil(async () => (await said(await client.get(origin.url))) === "hit: body 2");
    expect(asked).toHaveLength(2);
  });
});

describe("what an unsafe request changes", () => {
  test.each(["POST", "PUT", "PATCH", "DELETE"])("is forgotten: %s", async (method) => {
    const { origin } = await serveFields(fresh);
    const client = open();
    await twice(client, origin.url);
    await (await client.request(origin.url, { method })).text();
    expect(await twice(client, origin.url)).toEqual(["miss: body 3", "hit: body 3"]);
  });

  test("is forgotten for all: what another asked under other credentials too", async () => {
    const { origin } = await serveFields(fresh);
    const client = open();
    const headers = { authorization: "Bearer a" };
    await twice(client, origin.url);
    await (await client.post(origin.url, { headers })).text();
    expect((await client.get(origin.url)).cache).toBe("miss");
  });

  test("is not forgotten where it failed", async () => {
    const { origin } = await serve((request, response) =>
      response.writeHead(request.method === "POST" ? 409 : 200, fresh).end("body"),
    );
    const client = open();
    await twice(client, origin.url);
    await (await client.post(origin.url)).text();
    expect((await client.get(origin.url)).cache).toBe("hit");
  });

  test("takes what Location names with it, of the same origin alone", async () => {
    const { origin: another } = await serveFields(fresh);
    const { origin } = await serve((request, response) =>
      request.method === "POST"
        ? response.writeHead(201, { location: "/made", "content-location": `${another.url}/` }).end()
        : response.writeHead(200, fresh).end("body"),
    );
    const client = open();
    await saidOf(client, [`${origin.url}/made`, `${origin.url}/other`, `${another.url}/`]);
    await (await client.post(`${origin.url}/make`)).text();
    expect(
      (await saidOf(client, [`${origin.url}/made`, `${origin.url}/other`, `${another.url}/`])).map((one) =>
        one.slice(0, 4),
      ),
    ).toEqual(["miss", "hit:", "hit:"]);
  });

  test("is forgotten while its answer is still coming", async () => {
    let finish = (): void => {};
    const { origin } = await serve((request, response) => {
      response.writeHead(200, fresh);
      if (request.method !== "GET") return void response.end();
      response.write("old");
      finish = () => response.end();
    });
    const client = open();
    const coming = await client.get(origin.url);
    await (await client.put(origin.url)).text();
    finish();
    expect(await said(coming)).toBe("miss: old");
    const next = await client.get(origin.url);
    expect(next.cache).toBe("miss");
    finish();
    await next.text();
  });
});

describe("whose a response is", () => {
  test("it has the report of who vouched for it, and says that no server was asked now", async () => {
    await using origin = await openOrigin(
      answering(() => "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 1\r\n\r\na"),
    );
    const client = open();
    const first = await client.get(origin.url);
    await first.text();
    const hit = await client.get(origin.url);
    expect([hit.cache, hit.trust.kind, hit.trust.headline()]).toEqual([
      "hit",
      "verified",
      first.trust.headline(),
    ]);
    expect(hit.trust.chain).toEqual(first.trust.chain);
    expect(hit.trust.notes.at(-1)).toMatch(
      /^It was kept in the client's cache at .*: no server was asked now\.$/,
    );
    expect(first.trust.notes.join()).not.toContain("cache");
  });

  test("it is given under the policy that it was fetched under, and under no other", async () => {
    await using origin = await openOrigin(
      answering(() => "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 1\r\n\r\na"),
    );
    const store = notingStore();
    const loose = new Client({ environment: {}, insecure: { reason: "a test" }, cache: { store } });
    onTestFinished(() => loose.close());
    expect(await twice(loose, origin.url)).toEqual(["miss: a", "hit: a"]);
    // The same URL and the same store: who verifies has to verify.
    const strict = new Client({ environment: {}, cache: { store } });
    onTestFinished(() => strict.close());
    await expect(strict.get(origin.url)).rejects.toMatchObject({ stage: "trust" });
    const client = open({ store });
    expect(await twice(client, origin.url)).toEqual(["miss: a", "hit: a"]);
    expect((await client.get(origin.url, { insecure: { reason: "a test" } })).cache).toBe("miss");
    expect((await client.get(origin.url, { identity: "any.localhost" })).cache).toBe("miss");
  });

  test.each<[string, ClientOptions, ClientOptions]>([
    [
      "an Authorization field",
      { headers: { authorization: "Bearer a" } },
      { headers: { authorization: "Bearer b" } },
    ],
    ["a cookie", { headers: { cookie: "a=1" } }, { headers: { cookie: "a=2" } }],
    ["a key of a vendor's", { headers: { "x-api-key": "a" } }, { headers: { "x-api-key": "b" } }],
    [
      "a field that is called secret",
      { headers: { "x-who": "a" }, secretHeaders: ["X-Who"] },
      { headers: { "x-who": "b" }, secretHeaders: ["X-Who"] },
    ],
    [
      "credentials as an option",
      { authentication: { scheme: "bearer", token: "a" } },
      { authentication: { scheme: "bearer", token: "b" } },
    ],
    ["a jar's cookies", { cookies: jarOf("a=1") }, { cookies: jarOf("a=2") }],
  ])("it is not given to another holder of %s", async (_name, one, another) => {
    const { origin } = await serveFields(fresh);
    const store = notingStore();
    const [first, second] = [open({ store }, one), open({ store }, another)];
    expect(await twice(first, origin.url)).toEqual(["miss: body 1", "hit: body 1"]);
    expect(await twice(second, origin.url)).toEqual(["miss: body 2", "hit: body 2"]);
    const texts = [...store.entries].flatMap(([key, { facts }]) => [key, facts]).join("\n");
    expect(texts).not.toMatch(/Bearer|a=1|a=2/);
  });

  test("from another client, nobody is said to have vouched for it here", async () => {
    const { origin } = await serveFields(fresh);
    const store = notingStore();
    await twice(open({ store }), origin.url);
    const response = await open({ store }).get(origin.url);
    expect([response.cache, response.trust.kind]).toEqual(["hit", "none"]);
    expect(response.trust.notes.join()).toMatch(
      /another client .* Its report said then: localhost was verified/,
    );
  });

  test("a body is given for its own URL and policy, whatever is asked in which order", async () => {
    const { origin } = await serve((request, response) =>
      response.writeHead(200, fresh).end(`${request.url} ${request.headers.authorization ?? ""}`),
    );
    const store = notingStore();
    const clients = ["a", "b"].map((token) => open({ store }, { headers: { authorization: token } }));
    const question = fc.record({ who: fc.nat(1), path: fc.constantFrom("/", "/?a", "/?b", "/a") });
    await fc.assert(
      fc.asyncProperty(fc.array(question, { maxLength: 8 }), async (questions) => {
        for (const { who, path } of questions) {
          const response = await clients[who]?.get(`${origin.url}${path}`);
          expect(await response?.text()).toBe(`${path} ${"ab"[who]}`);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("a listener is told", () => {
  /** What was told of the cache, a line each, once the body was read or had ended. */
  async function toldOf(
    { origin }: Counted,
    {
      cache = true,
      gets = 1,
      options = {},
    }: { cache?: CacheOptions | boolean; gets?: number; options?: RequestOptions } = {},
  ): Promise<readonly string[]> {
    const told: string[] = [];
    const client = open(cache, {
      onEvent: (event) => {
        if (event.kind === "cache") told.push(event.use);
        else if (event.kind === "kept") told.push(`kept ${event.bytes}`);
        else if (event.kind === "not-kept") told.push(`not kept: ${event.because}`);
        else return;
        expect(event.url).toBe(`${origin.url}/`);
      },
    });
    for (let i = 0; i < gets; i++)
      await (await client.request(`${origin.url}/`, options)).text().catch(() => undefined);
    return told;
  }

  test("what was kept, and what is given", async () => {
    expect(await toldOf(await serveFields(fresh), { gets: 2 })).toEqual(["miss", "kept 6", "hit"]);
  });

  test("what its server vouches for again", async () => {
    const counted = await serve((_request, response, count) =>
      response.writeHead(count === 1 ? 200 : 304, { "cache-control": "no-cache", etag: '"1"' }).end(),
    );
    expect(await toldOf(counted, { gets: 2 })).toEqual(["miss", "kept 0", "kept 0", "revalidated"]);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      "no-store",
      { "cache-control": "no-store" },
      'RFC 9111 §3 does not allow it: it has the status 200, and says "no-store"',
    ],
    ["Vary: *", { ...fresh, vary: "*" }, "its Vary says that every request has another answer"],
  ])("why an answer with %s was not kept", async (_what, fields, because) => {
    expect(await toldOf(await serveFields(fields))).toEqual(["miss", `not kept: ${because}`]);
  });

  test("that an answer without a word was not kept for that", async () => {
    const counted = await serve((_request, response) => response.writeHead(500).end());
    expect((await toldOf(counted))[1]).toContain(
      "the status 500, and says nothing about how long it is fresh",
    );
  });

  test("that a redirect led to it, that it answers HEAD, that it is too large", async () => {
    const moved = await serve((request, response) =>
      request.url === "/"
        ? response.writeHead(302, { location: "/b" }).end()
        : response.writeHead(200, fresh).end(),
    );
    expect(await toldOf(moved)).toEqual(["miss", "not kept: a redirect led to it"]);
    const small = { cache: { maxBodyBytes: 5 } };
    const tooLarge = ["miss", "not kept: it has more than 5 bytes (cache.maxBodyBytes)"];
    expect(await toldOf(await serveFields(fresh), small)).toEqual(tooLarge);
    const chunked = await serve((_request, response) => {
      response.writeHead(200, fresh).write("body");
      response.end(" 1");
    });
    expect(await toldOf(chunked, small)).toEqual(tooLarge);
    expect(await toldOf(await serveFields(fresh), { options: { method: "HEAD" } })).toEqual([
      "miss",
      "not kept: it answers another method than GET",
    ]);
  });

  test("that the body broke off", async () => {
    const counted = await serve((_request, response) => {
      response.writeHead(200, { ...fresh, "content-length": 9 });
      response.write("body", () => response.destroy());
    });
    expect(await toldOf(counted)).toEqual(["miss", "not kept: its body did not come to its end"]);
  });

  test("nothing, without a cache", async () => {
    expect(await toldOf(await serveFields(fresh), { cache: false })).toEqual([]);
  });
});

describe("a store that is broken", () => {
  const fails = (): never => {
    throw new Error("no disk");
  };

  test.each<[string, CacheStore]>([
    ["throws", { get: fails, set: fails, delete: fails }],
    ["rejects", { get: async () => fails(), set: async () => fails(), delete: async () => fails() }],
    ["gives something else", { get: () => "x" as never, set: () => {}, delete: () => {} }],
    [
      "gives half of it",
      (() => {
        const store = notingStore();
        const get = (key: string): CacheEntry | undefined => {
          const entry = store.entries.get(key);
          return entry && { ...entry, body: entry.body.subarray(1) };
        };
        return { ...store, get };
      })(),
    ],
    [
      "gives one for another",
      (() => {
        let last: CacheEntry | undefined;
        return {
          get: () => last,
          set: (_key: string, entry: CacheEntry) => (last = entry),
          delete: () => {},
        };
      })(),
    ],
  ])("costs no request: one that %s", async (_name, store) => {
    const { origin } = await serveFields(fresh);
    vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const client = open({ store });
    expect(await twice(client, origin.url)).toEqual(["miss: body 1", "miss: body 2"]);
    expect((await client.post(origin.url)).status).toBe(200);
    vi.restoreAllMocks();
  });

  test("gives no body of another URL: one that takes one place for another", async () => {
    const { origin } = await serve((request, response) => response.writeHead(200, fresh).end(request.url));
    const { entries, ...store } = notingStore();
    const get = (key: string): CacheEntry | undefined => {
      const entry = entries.get(key);
      if (entry === undefined || entry.body.length === 0) return entry;
      return [...entries.values()].findLast(({ body }) => body.length > 0);
    };
    const client = open({ store: { ...store, get } });
    const urls = ["/a", "/b", "/b", "/a"].map((path) => origin.url + path);
    expect(await saidOf(client, urls)).toEqual(["miss: /a", "miss: /b", "hit: /b", "miss: /a"]);
  });

  test("is told of once", async () => {
    const { origin } = await serveFields(fresh);
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    await twice(open({ store: { get: fails, set: fails, delete: fails } }), origin.url);
    expect(warn.mock.calls).toEqual([
      [
        "The store of a client's cache failed: no disk. Servers are asked where it fails; this is said once.",
        { type: "MeerkatWarning", code: "cache-store-failed" },
      ],
    ]);
    vi.restoreAllMocks();
  });

  test("is not waited for: one that never answers", { timeout: 20_000 }, async () => {
    const { origin } = await serveFields(fresh);
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const never = (): Promise<never> => new Promise(() => {});
    const client = open({ store: { get: never, set: never, delete: never } });
    expect((await client.get(origin.url)).status).toBe(200);
    expect((await client.delete(origin.url)).status).toBe(200);
    expect(warn).toHaveBeenCalledOnce();
    vi.restoreAllMocks();
  });

  test.each<readonly [name: string, value: unknown]>([
    ["status", 42],
    ["status", 204.5],
    ["status", 1e9],
    ["version", "9"],
    ["reason", "a\r\nb: c"],
    ["headline", "a\nb"],
    ["keptAt", 1e300],
    ["lines", [["a b", "c"]]],
    ["lines", [["a", "b\r\nc: d"]]],
    ["lines", [["a", "b", "c"]]],
    ["freshness", { t: "soon" }],
  ])("gives a miss for facts of which one cannot be: %s %j", async (name, value) => {
    const { origin } = await serveFields(fresh);
    const store = notingStore();
    const client = open({ store });
    expect(await said(await client.get(origin.url))).toBe("miss: body 1");
    for (const [key, entry] of store.entries) {
      const facts = JSON.parse(entry.facts) as Record<string, unknown>;
      const isPart = name === "freshness" && typeof facts[name] === "object";
      if (name in facts) facts[name] = isPart ? { ...(facts[name] as object), ...(value as object) } : value;
      store.entries.set(key, { ...entry, facts: JSON.stringify(facts) });
    }
    expect(await said(await client.get(origin.url))).toBe("miss: body 2");
  });

  test("gives a miss for facts that are not its own", async () => {
    const { origin } = await serveFields(fresh);
    const store = notingStore();
    const client = open({ store });
    await twice(client, origin.url);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (facts) => {
        for (const [key, entry] of store.entries) store.entries.set(key, { ...entry, facts });
        expect((await client.get(origin.url)).status).toBe(200);
      }),
      { numRuns: 30 },
    );
  });
});

test.each([[{ maxBytes: -1 }], [{ store: {} }], [{ storage: 1 }], ["memory"]])(
  "the option is no %j",
  (cache) => {
    expect(() => new Client({ cache } as object)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^option-/) as string }) as Error,
    );
  },
);

function jarOf(cookies: string): CookieJar {
  return { getCookieString: async () => cookies, setCookie: async () => undefined };
}
