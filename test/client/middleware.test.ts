/** Middleware: what it is given, what it may give, and that every request through it has one outcome. */
import { describe, expect, test } from "vitest";
import {
  Client,
  HttpsError,
  type ClientOptions,
  type Exchange,
  type Middleware,
  type Next,
  type RequestOptions,
} from "../../src/index.ts";
import { answering, openHttp, openOrigin, reply, rootPem, settle, until, type Origin } from "./origin.ts";

/** A server that answers with the request line, the fields and the body of what it is asked. */
function openMirror(): Promise<Origin> {
  return openHttp((asked, response) => {
    void asked.toArray().then((chunks: Buffer[]) => {
      const { method, url: target, headers: fields } = asked;
      response.end(JSON.stringify({ method, target, fields, body: Buffer.concat(chunks).toString() }));
    });
  });
}

function formOf(name: string, value: string): FormData {
  const form = new FormData();
  form.append(name, value);
  return form;
}

const open = (middleware: readonly Middleware[], more: ClientOptions = {}): Client =>
  new Client({ roots: rootPem, environment: {}, middleware, ...more });

async function failureOf(
  middleware: Middleware,
  options: RequestOptions = {},
  more: ClientOptions = {},
): Promise<HttpsError> {
  await using client = open([middleware], more);
  const error: unknown = await client
    .request("https://a.example/x?token=SECRET", options)
    .catch((thrown: unknown) => thrown);
  if (error instanceof HttpsError) return error;
  throw new Error("it did not fail");
}

describe("what a middleware is given", () => {
  test("is the request as it was asked, frozen, before anything is dialled", async () => {
    let seen: Exchange | undefined;
    await using client = open(
      [
        (exchange) => {
          seen = exchange;
          return exchange.respond({});
        },
      ],
      { headers: { "X-A": "1", "X-B": "2" }, baseUrl: "https://nobody.invalid/api" },
    );
    await client.post("/x", { json: { a: 1 }, query: { q: 1 }, headers: { "x-b": "3" } });
    expect(seen?.request).toMatchObject({
      url: "https://nobody.invalid/api/x?q=1",
      method: "POST",
      body: '{"a":1}',
    });
    expect([...(seen?.request.headers ?? [])]).toEqual([
      ["content-type", "application/json"],
      ["x-a", "1"],
      ["x-b", "3"],
    ]);
    expect([Object.isFrozen(seen), Object.isFrozen(seen?.request)]).toEqual([true, true]);
  });

  test.each<[string, RequestOptions]>([
    ["json", { json: { a: 1 } }],
    ["a form", { form: { a: "1" } }],
    ["text", { body: "a" }],
    ["a FormData", { body: formOf("a", "1") }],
    ["a Blob", { body: new Blob(["a"], { type: "image/png" }) }],
    ["what says its own", { json: 1, headers: { "content-type": "application/merge-patch+json" } }],
    ["bytes, which have none", { body: new Uint8Array(1) }],
  ])("has the Content-Type that goes out: of %s", async (_what, options) => {
    await using origin = await openOrigin(
      answering(({ head }) => reply(head.find((line) => /^content-type: /i.test(line))?.slice(14) ?? "none")),
    );
    const seen: (string | null)[] = [];
    const look: Middleware = ({ request }, next) => {
      seen.push(request.headers.get("content-type"));
      return next();
    };
    await using client = open([look, look], { roots: rootPem });
    const sent = await (await client.post(origin.url, options)).text();
    expect(seen.map((type) => type ?? "none")).toEqual([sent, sent]);
  });

  test("has another boundary for a FormData that is sent again", async () => {
    const seen: (string | null)[] = [];
    await using origin = await openOrigin(answering(() => reply("")));
    await using client = open(
      [({ request }, next) => (seen.push(request.headers.get("content-type")), next())],
      {
        roots: rootPem,
      },
    );
    const body = formOf("a", "1");
    for (let i = 0; i < 2; i++) await (await client.post(origin.url, { body })).text();
    expect(new Set(seen).size).toBe(2);
  });

  test("is never a response of a server that was not admitted", async () => {
    await using origin = await openOrigin(answering(() => reply("secret")));
    const seen: string[] = [];
    await using client = new Client({
      environment: {},
      middleware: [
        async (_exchange, next) => {
          try {
            return await next();
          } catch (error) {
            seen.push((error as HttpsError).code);
            throw error;
          }
        },
      ],
    });
    await expect(client.get(origin.url)).rejects.toMatchObject({ code: "missing-intermediate" });
    expect(seen).toEqual(["missing-intermediate"]);
  });

  test("is the response after redirects and retries", async () => {
    const lines: string[] = [];
    await using origin = await openOrigin(
      answering(({ head }) => {
        lines.push(head[0] ?? "");
        if (lines.length === 1) return "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n";
        return lines.length === 2
          ? "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
          : reply("end");
      }),
    );
    let rounds = 0;
    await using client = open([(_exchange, next) => (rounds++, next())]);
    expect(await (await client.get(`${origin.url}/a`, { retry: 1 })).text()).toBe("end");
    expect([rounds, lines]).toEqual([1, ["GET /a HTTP/1.1", "GET /a HTTP/1.1", "GET /b HTTP/1.1"]]);
  });
});

describe("what a middleware asks instead", () => {
  test("adds fields, takes them out, and changes method, place, query and body", async () => {
    await using mirror = await openMirror();
    await using client = open([
      (_exchange, next) =>
        next({
          url: `${mirror.url}/b`,
          method: "PUT",
          query: { q: 2 },
          form: { a: 1 },
          headers: { "x-a": null, "x-c": "3" },
        }),
    ]);
    const response = await client.post(`${mirror.url}/a`, { json: {}, headers: { "X-A": "1", "X-B": "2" } });
    const seen = await response.json<{ readonly fields: object }>();
    expect(seen).toMatchObject({
      method: "PUT",
      target: "/b?q=2",
      body: "a=1",
      fields: { "x-b": "2", "x-c": "3" },
    });
    expect(seen.fields).not.toHaveProperty("x-a");
    expect(response.url).toBe(`${mirror.url}/b?q=2`);
  });

  test("keeps the query of the request, once", async () => {
    await using mirror = await openMirror();
    const through: Middleware = (_exchange, next) => next();
    await using client = open([through, through]);
    const seen = await client.get(`${mirror.url}/a?b=1`, { query: { c: 2 } });
    expect(await seen.json()).toMatchObject({ target: "/a?b=1&c=2" });
  });

  test("goes through the client's, then through the request's, in their order", async () => {
    await using mirror = await openMirror();
    const named =
      (name: string): Middleware =>
      (exchange, next) =>
        next({ headers: { "x-way": `${exchange.request.headers.get("x-way") ?? ""}${name}` } });
    await using base = open([named("a")]);
    await using client = base.extend({ middleware: [named("b")] });
    const response = await client.get(mirror.url, { middleware: [named("c"), named("d")] });
    expect(await response.json()).toMatchObject({ fields: { "x-way": "abcd" } });
  });

  test("is asked as often as it says: a token is fetched anew after a 401", async () => {
    await using origin = await openHttp(({ headers }, response) => {
      response.statusCode = headers.authorization === "Bearer new" ? 200 : 401;
      response.end("x".repeat(100));
    });
    let token = "old";
    await using client = open(
      [
        async (_exchange, next) => {
          const first = await next({ headers: { authorization: `Bearer ${token}` } });
          if (first.status !== 401) return first;
          first.cancel();
          token = "new";
          return next({ headers: { authorization: `Bearer ${token}` } });
        },
      ],
      { throwOnStatus: true },
    );
    expect((await client.get(origin.url)).status).toBe(200);
  });

  test("is refused a stream that was sent", async () => {
    await using origin = await openMirror();
    await using client = open([async (_exchange, next) => (await next(), next())]);
    const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
    await expect(client.post(origin.url, { body })).rejects.toMatchObject({ code: "request-body-failed" });
    expect((await client.post(origin.url, { body: "again" })).status).toBe(200);
  });
});

describe("a response that a middleware makes", () => {
  test("has what it was made of, and nobody was asked for it", async () => {
    await using client = open([
      (exchange) =>
        exchange.respond({ status: 201, statusText: "Made", headers: { "X-A": ["1", "2"] }, body: "body" }),
    ]);
    const response = await client.get("https://nobody.invalid/a");
    expect(response).toMatchObject({
      status: 201,
      reason: "Made",
      url: "https://nobody.invalid/a",
      completeness: "complete",
    });
    expect(response.headers.getAll("x-a")).toEqual(["1", "2"]);
    expect(response.trust.kind).toBe("none");
    expect(response.trust.headline()).toBe(
      "No server was asked for nobody.invalid: this program made the answer itself.",
    );
    expect(response.trust.notChecked).toEqual(["anything: no server was asked"]);
    expect(await response.text()).toBe("body");
  });

  test("has JSON where that is what it is given, with its type", async () => {
    await using client = open([
      (exchange) =>
        exchange.respond({
          json: { url: exchange.request.url },
          ...(exchange.request.url.endsWith("/own") ? { headers: { "Content-Type": "text/x" } } : {}),
        }),
    ]);
    const response = await client.get("https://a.example/x");
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({ url: "https://a.example/x" });
    expect((await client.get("https://a.example/own")).headers.get("content-type")).toBe("text/x");
  });

  test.each<[object, string, string]>([
    [{ data: {} }, "option-unknown", 'There is no option "data". Did you mean json or body?'],
    [{ statusCode: 404 }, "option-unknown", 'There is no option "statusCode". Did you mean status?'],
    [{ sttaus: 404 }, "option-unknown", 'There is no option "sttaus". Did you mean status?'],
    [{ json: 1, body: "" }, "option-invalid", "Leave one of body, json out."],
  ])("is refused where it says what nobody reads: %j", async (answer, code, words) => {
    const error = await failureOf((exchange) => exchange.respond(answer));
    expect(error.code).toBe(code);
    expect(`${error.message} ${error.hint}`).toContain(words);
  });

  test.each<[string, () => AsyncIterable<Uint8Array | string>]>([
    ["a stream", () => new Blob(["ab", "cd"]).stream()],
    [
      "an async iterable of texts",
      async function* () {
        yield "ab";
        yield "";
        yield "cd";
      },
    ],
  ])("has a body of %s", async (_name, body) => {
    await using client = open([(exchange) => exchange.respond({ body: body() })]);
    expect(await (await client.get("https://a.example/")).text()).toBe("abcd");
    const chunks: string[] = [];
    await (
      await client.get("https://a.example/")
    ).forEachChunk((chunk) => chunks.push(Buffer.from(chunk).toString()));
    expect(chunks.join("")).toBe("abcd");
  });

  test("is read no faster than its reader, and hears that nobody reads on", async () => {
    let given = 0;
    let left = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          given++;
          yield new Uint8Array(65_536);
        }
      } finally {
        left = true;
      }
    }
    await using client = open([(exchange) => exchange.respond({ body: endless() })]);
    const response = await client.get("https://a.example/");
    await settle();
    expect(given).toBeLessThan(20);
    for await (const chunk of response) {
      expect(chunk.length).toBe(65_536);
      break;
    }
    await settle();
    expect(left).toBe(true);
  });

  test("fails with what its body fails with", async () => {
    async function* broken(): AsyncGenerator<string> {
      yield "a";
      throw new Error("it broke");
    }
    await using client = open([(exchange) => exchange.respond({ body: broken() })]);
    const response = await client.get("https://a.example/");
    await expect(response.text()).rejects.toMatchObject({
      code: "made-body-failed",
      detail: { reason: "it broke" },
    });
  });

  test("of another one has its trust, connection and redirects, and a body of its own", async () => {
    await using origin = await openOrigin(answering(() => reply("abc", "X-A: 1\r\n")));
    await using client = open([
      async (exchange, next) => {
        const from = await next();
        async function* upper(): AsyncGenerator<string> {
          for await (const chunk of from) yield Buffer.from(chunk).toString().toUpperCase();
        }
        return exchange.respond({ from, status: from.status, headers: from.headers.lines(), body: upper() });
      },
    ]);
    const response = await client.get(origin.url);
    expect(response).toMatchObject({ trust: { kind: "verified" }, connection: { remotePort: origin.port } });
    expect([response.headers.get("x-a"), await response.text()]).toEqual(["1", "ABC"]);
  });

  test.each([99, 101, 1000, 200.5, Number.NaN])("has no status %d", async (status) => {
    expect(await failureOf((exchange) => exchange.respond({ status }))).toMatchObject({
      code: "option-invalid",
      detail: { option: "status" },
    });
  });
});

describe("one outcome", () => {
  test("of a middleware that throws", async () => {
    const cause = new Error("no token");
    const error = await failureOf(function fetchToken() {
      throw cause;
    });
    expect(error).toMatchObject({
      code: "middleware-failed",
      message: "The middleware fetchToken failed: no token.",
      cause,
      url: "https://a.example/x?***",
      method: "GET",
    });
    expect(JSON.stringify(error)).not.toContain("SECRET");
  });

  test("of one that throws an HttpsError is that", async () => {
    const own = new HttpsError("client-closed", { host: "a.example" });
    expect(await failureOf(() => Promise.reject(own))).toBe(own);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a value of type object", { status: 200 }],
    ["a value of type object", new Response("of the platform's")],
  ])("of one that gives %s", async (value, given) => {
    expect(await failureOf((() => given) as Middleware)).toMatchObject({
      code: "middleware-invalid",
      detail: { name: "number 1", value },
    });
  });

  test("of one that asks twice at once, and gives one of the answers", async () => {
    await using origin = await openOrigin(answering(({ connection }) => reply(String(connection))));
    await using client = open(
      [
        async (_exchange, next) => {
          const [first, second] = await Promise.all([next(), next()]);
          first.cancel();
          return second;
        },
      ],
      { roots: rootPem },
    );
    const response = await client.get(origin.url);
    expect([response.status, origin.accepted.length]).toEqual([200, 2]);
    await response.text();
  });

  test("of one that gives its answer, and does not wait for what it asked", async () => {
    let over: (settled: unknown) => void = () => {};
    const asked = new Promise<unknown>((resolve) => (over = resolve));
    await using client = open([
      (exchange, next) => {
        next().then(over, over);
        void next({ url: "https://b.invalid/" });
        return exchange.respond({ body: "made" });
      },
      () => {
        throw new Error("it broke");
      },
    ]);
    expect(await (await client.get("https://a.invalid/")).text()).toBe("made");
    expect(await asked).toMatchObject({ code: "middleware-failed" });
  });

  test("of one that asks, and gives nothing", async () => {
    await using origin = await openOrigin(answering(() => reply("x".repeat(1_000_000))));
    const forgetful = async (_exchange: Exchange, next: Next): Promise<never> => {
      await next();
      return undefined as never;
    };
    await using client = open([forgetful], { roots: rootPem });
    await expect(client.get(origin.url)).rejects.toMatchObject({ code: "middleware-invalid" });
    await until(() => origin.open() === 0);
  });

  test("of one that never ends is the total deadline's", async () => {
    const aborted: unknown[] = [];
    const error = await failureOf(
      ({ signal }) => {
        signal.addEventListener("abort", () => aborted.push((signal.reason as HttpsError).code));
        return new Promise(() => {});
      },
      {},
      { timeout: 30 },
    );
    expect(error).toMatchObject({ code: "total-timeout", detail: { limitMs: 30, phase: "middleware" } });
    expect(aborted).toEqual(["total-timeout"]);
  });

  test("of one that never ends is the caller's signal's", async () => {
    const abort = new AbortController();
    const pending = failureOf(() => new Promise(() => {}), { signal: abort.signal });
    abort.abort();
    expect(await pending).toMatchObject({ code: "aborted" });
    expect(await failureOf(() => new Promise(() => {}), { signal: AbortSignal.abort() })).toMatchObject({
      code: "aborted",
    });
  });

  test("of one that never ends is the client's end", async () => {
    const client = open([() => new Promise(() => {})]);
    const answer = client.get("https://a.example/");
    client.destroy();
    await expect(answer).rejects.toMatchObject({ code: "client-closed" });
    await expect(client.get("https://a.example/")).rejects.toMatchObject({ code: "client-closed" });
  });

  test("is within one deadline, however often it is asked", async () => {
    let asked = 0;
    await using origin = await openOrigin(answering(() => (asked++, reply(""))));
    await using client = open(
      [
        async (_exchange, next) => {
          for (;;) await (await next()).text();
        },
      ],
      { timeout: 2_000 },
    );
    await expect(client.get(origin.url)).rejects.toMatchObject({
      code: "total-timeout",
      detail: { limitMs: 2_000 },
    });
    expect(asked).toBeGreaterThan(0);
    await settle();
    const then = asked;
    await settle();
    expect(asked).toBe(then);
  });

  test("once it is there, no further middleware is called", async () => {
    let called = 0;
    let gone: () => void = () => {};
    const over = new Promise<void>((resolve) => (gone = resolve));
    await using client = open(
      [
        async ({ signal }, next) => {
          await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
          return next().finally(gone);
        },
        (exchange) => (called++, exchange.respond({})),
      ],
      { timeout: 20 },
    );
    await expect(client.get("https://a.example/")).rejects.toMatchObject({ code: "total-timeout" });
    await over;
    expect(called).toBe(0);
  });

  test("leaves no answer unread that a failing middleware was given", async () => {
    await using origin = await openOrigin(answering(() => reply("x".repeat(1_000_000))));
    await using client = open([
      async (_exchange, next) => {
        await next();
        throw new Error("no");
      },
    ]);
    await expect(client.get(origin.url)).rejects.toMatchObject({ code: "middleware-failed" });
    await client.close();
  });
});

test.each([[[undefined]], [["x"]], ["x"]])(
  "the option is a list of functions, and %j is none",
  (middleware) => {
    expect(() => new Client({ middleware } as object)).toThrow(
      expect.objectContaining({ code: "option-invalid" }) as Error,
    );
  },
);
