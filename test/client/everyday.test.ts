/** What people reach for: verbs, JSON, forms, queries, a base URL, statuses that throw, and a response as the platform has it. */
import { describe, expect, expectTypeOf, test } from "vitest";
import byName, {
  Client,
  HttpsError,
  request,
  type ClientOptions,
  type RequestOptions,
  type StandardSchema,
} from "../../src/index.ts";
import { openHttp, openOrigin, reply, answering, rootPem, type Origin } from "./origin.ts";

/** What a server saw of a request. */
interface Seen {
  readonly method: string;
  readonly target: string;
  readonly type: string | null;
  readonly fields: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** A server that answers with what it saw; the path `/status/404` with that status. */
function openMirror(): Promise<Origin> {
  return openHttp((asked, response) => {
    void asked.toArray().then((chunks: Buffer[]) => {
      const status = /^\/status\/(\d+)/.exec(asked.url ?? "")?.[1];
      if (status !== undefined) response.statusCode = Number(status);
      const { method, url: target, headers: fields } = asked;
      const type = fields["content-type"] ?? null;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ method, target, type, fields, body: Buffer.concat(chunks).toString() }));
    });
  });
}

async function seenBy(options: RequestOptions, path = "/", more: ClientOptions = {}): Promise<Seen> {
  await using mirror = await openMirror();
  await using client = new Client({ roots: rootPem, environment: {}, ...more });
  return await (await client.request(`${mirror.url}${path}`, options)).json<Seen>();
}

async function refused(
  options: object,
  url = "https://localhost:1/",
  more: object = {},
): Promise<HttpsError> {
  await using client = new Client({ environment: {}, ...more });
  const error: unknown = await client
    .request(url, options as RequestOptions)
    .catch((thrown: unknown) => thrown);
  if (error instanceof HttpsError) return error;
  throw new Error("it was not refused");
}

describe("a body", () => {
  test.each<[string, RequestOptions, string, string]>([
    [
      "json",
      { method: "POST", json: { a: [1, null], b: "ü" } },
      '{"a":[1,null],"b":"ü"}',
      "application/json",
    ],
    ["json that is null", { method: "POST", json: null }, "null", "application/json"],
    [
      "form",
      { method: "POST", form: { a: "1 &", b: 2, c: true, d: null, e: ["x", "y"] } },
      "a=1+%26&b=2&c=true&e=x&e=y",
      "application/x-www-form-urlencoded;charset=UTF-8",
    ],
    [
      "form of pairs",
      {
        method: "POST",
        form: [
          ["a", "1"],
          ["a", 2n],
        ],
      },
      "a=1&a=2",
      "application/x-www-form-urlencoded;charset=UTF-8",
    ],
    [
      "json with a type of the caller's",
      { method: "POST", json: {}, headers: { "Content-Type": "application/ld+json" } },
      "{}",
      "application/ld+json",
    ],
  ])("%s is sent as its type", async (_name, options, body, type) => {
    expect(await seenBy(options)).toMatchObject({ method: "POST", body, type });
  });

  test.each<[string, object, string]>([
    ["json beside body", { body: "x", json: {} }, "Leave one of body, json out."],
    ["json beside form", { form: {}, json: {} }, "Leave one of json, form out."],
    ["json that goes in a circle", { json: circle() }, 'Give "json" what JSON.stringify takes.'],
    ["json of a function", { json: () => 1 }, 'Give "json" what JSON.stringify takes.'],
    ["an object as body", { body: { a: 1 } }, "What is to be sent as JSON goes into json"],
    ["a form of an object", { form: { a: {} } }, "names and values"],
    ["a form that is text", { form: "a=1" }, "names and values"],
    ["a list that has no pairs", { query: ["a"] }, "names and values"],
  ])("%s is refused", async (_name, options, hint) => {
    const error = await refused({ method: "POST", ...options });
    expect(error).toMatchObject({ code: "option-invalid" });
    expect(error.hint).toContain(hint);
  });
});

describe("a query", () => {
  test.each<[string, RequestOptions["query"], string, string]>([
    [
      "names and values",
      { q: "a b&c", page: 2, skip: undefined, none: null, all: [1, 2] },
      "/x",
      "/x?q=a+b%26c&page=2&all=1&all=2",
    ],
    ["text", "?a=1&b=2", "/x", "/x?a=1&b=2"],
    ["URLSearchParams", new URLSearchParams({ a: "1" }), "/x?b=%20", "/x?b=%20&a=1"],
    [
      "pairs",
      [
        ["a", "1"],
        ["a", "2"],
      ],
      "/x?",
      "/x?a=1&a=2",
    ],
    ["what has none of them", {}, "/x?y", "/x?y"],
    ["a URL with a fragment", { a: 1 }, "/x#part", "/x?a=1"],
    [
      "a name of the prototype's",
      JSON.parse('{"__proto__":"1","constructor":"2"}') as object as { readonly a: string },
      "/x",
      "/x?__proto__=1&constructor=2",
    ],
  ])("of %s is put behind the URL's", async (_name, query, path, target) => {
    expect(await seenBy({ query }, path)).toMatchObject({ target });
  });

  test("is put behind a URL object's too", async () => {
    await using mirror = await openMirror();
    await using client = new Client({ roots: rootPem, environment: {} });
    const response = await client.get(new URL(`${mirror.url}/a?b=1`), { query: { c: 2 } });
    expect(await response.json()).toMatchObject({ target: "/a?b=1&c=2" });
  });
});

describe("a base URL", () => {
  test.each([
    ["", "/api", "/api"],
    ["x", "/api", "/api/x"],
    ["/x", "/api", "/api/x"],
    ["/x", "/api/", "/api/x"],
    ["?a=1", "/api", "/api?a=1"],
    ["a/../b", "/api", "/api/b"],
    ["x?y=/../..", "/api", "/api/x?y=/../.."],
    ["/x", "", "/x"],
  ])("has %j put behind it", async (path, base, target) => {
    await using mirror = await openMirror();
    await using client = new Client({ roots: rootPem, environment: {}, baseUrl: `${mirror.url}${base}` });
    expect(await (await client.get(path)).json()).toMatchObject({ target });
    expect(await (await client.get(`${mirror.url}/elsewhere`)).json()).toMatchObject({
      target: "/elsewhere",
    });
  });

  test.each([
    "../x",
    "/../x",
    "a/../../x",
    "//other.example/x",
    "%2e%2e/x",
    "/%2E./x",
    "\\\\other.example/",
    "..\\x",
    "/api2/../../apix",
  ])("is not left by %j", async (path) => {
    const error = await refused({}, path, { baseUrl: "https://localhost:1/api" });
    expect(error).toMatchObject({ code: "url-outside-base", fault: "caller" });
  });

  test("has neither a query nor a fragment, and is https or http", () => {
    for (const [baseUrl, code] of [
      ["https://a.example/?b", "option-invalid"],
      ["https://a.example/#b", "option-invalid"],
      ["a.example", "url-no-scheme"],
      [7, "option-invalid"],
    ])
      expect(() => new Client({ baseUrl } as ClientOptions)).toThrow(
        expect.objectContaining({ code }) as Error,
      );
  });
});

describe("a status of 400 or above", () => {
  test("is an error where throwOnStatus says so, and its body can be read", async () => {
    await using mirror = await openMirror();
    await using client = new Client({ roots: rootPem, environment: {}, throwOnStatus: true });
    const error: unknown = await client
      .get(`${mirror.url}/status/404?token=SECRET`)
      .catch((thrown: unknown) => thrown);
    if (!HttpsError.is(error, "status")) throw new Error("it has another code");
    expect(error).toMatchObject({
      stage: "http",
      fault: "caller",
      detail: { status: 404, reason: "Not Found" },
      trust: { kind: "verified" },
    });
    expect(error.message).toBe(`${mirror.url}/status/404?*** answered with status 404 ("Not Found").`);
    expect(await error.response.json()).toMatchObject({ target: "/status/404?token=SECRET" });
    expect(JSON.stringify(error)).not.toContain("SECRET");
  });

  test("of the server's own fault says so, and one request can take it for a result", async () => {
    await using mirror = await openMirror();
    await using client = new Client({ roots: rootPem, environment: {}, throwOnStatus: true });
    await expect(client.get(`${mirror.url}/status/503`)).rejects.toMatchObject({
      code: "status",
      fault: "peer",
    });
    expect((await client.get(`${mirror.url}/status/503`, { throwOnStatus: false })).status).toBe(503);
    expect((await client.get(`${mirror.url}/status/399`)).status).toBe(399);
  });

  test("comes after the retries, and what aborts the request still ends the body", async () => {
    const abort = new AbortController();
    let asked = 0;
    await using origin = await openOrigin(
      answering(() => {
        asked++;
        return "HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\nhalf";
      }),
    );
    await using client = new Client({ roots: rootPem, environment: {} });
    const error: unknown = await client
      .get(origin.url, { throwOnStatus: true, retry: { attempts: 1, delayMs: 1 }, signal: abort.signal })
      .catch((thrown: unknown) => thrown);
    expect(asked).toBe(2);
    if (!HttpsError.is(error, "status")) throw new Error("it has another code");
    abort.abort();
    await expect(error.response.text()).rejects.toMatchObject({ code: "aborted" });
  });

  test("is a result where nobody says otherwise", async () => {
    expect((await seenBy({}, "/status/500")).target).toBe("/status/500");
  });
});

describe("short forms", () => {
  test("timeout is the deadline of the whole request", async () => {
    await using silent = await openOrigin(() => {});
    await using client = new Client({ roots: rootPem, environment: {}, timeout: 50 });
    await expect(client.get(silent.url)).rejects.toMatchObject({
      code: "total-timeout",
      detail: { limitMs: 50 },
    });
    await expect(client.get(silent.url, { timeout: 40 })).rejects.toMatchObject({ detail: { limitMs: 40 } });
    await expect(client.get(silent.url, { timeouts: { totalMs: 30 } })).rejects.toMatchObject({
      detail: { limitMs: 30 },
    });
  });

  test("timeout beside the same deadline is refused", async () => {
    expect(await refused({ timeout: 1, timeouts: { totalMs: 1 } })).toMatchObject({
      code: "option-invalid",
      hint: "Leave one of them out.",
    });
  });

  test("retry counts the further attempts", async () => {
    let asked = 0;
    await using origin = await openOrigin(
      answering(() =>
        asked++ === 0 ? "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n" : reply("ok"),
      ),
    );
    await using client = new Client({ roots: rootPem, environment: {}, retry: 3 });
    expect(await (await client.get(origin.url)).text()).toBe("ok");
    expect(asked).toBe(2);
  });

  test("what is undefined says nothing", async () => {
    const nothing = {
      signal: undefined,
      body: undefined,
      json: undefined,
      headers: undefined,
      method: undefined,
    };
    expect(await seenBy(nothing)).toMatchObject({ method: "GET", body: "" });
  });
});

describe("a method", () => {
  test.each([
    ["post", "POST"],
    ["gEt", "GET"],
    ["Delete", "DELETE"],
    ["options", "OPTIONS"],
  ])("%s is sent as %s", async (given, sent) => {
    expect(await seenBy({ method: given })).toMatchObject({ method: sent });
  });

  test("that Fetch does not normalize is sent as it is", async () => {
    await using origin = await openOrigin(answering(({ head }) => reply(head[0] ?? "")));
    await using client = new Client({ roots: rootPem, environment: {} });
    const response = await client.request(origin.url, { method: "patch", body: "" });
    expect(await response.text()).toBe("patch / HTTP/1.1");
  });

  test("has a call of its own, which can be taken from the client", async () => {
    await using mirror = await openMirror();
    await using client = new Client({ roots: rootPem, environment: {} });
    const { get, post, put, patch, delete: remove, head, request: ask } = client;
    const calls = { GET: get, POST: post, PUT: put, PATCH: patch, DELETE: remove };
    for (const [method, call] of Object.entries(calls))
      expect(await (await call(mirror.url)).json()).toMatchObject({ method });
    expect(await (await ask(mirror.url, { method: "get" })).json()).toMatchObject({ method: "GET" });
    expect((await head(mirror.url)).headers.get("content-type")).toBe("application/json");
    const contrary = { method: "POST" } as object;
    await expect(get(mirror.url, contrary)).rejects.toMatchObject({ code: "option-invalid" });
  });
});

describe("a client made from another", () => {
  test("has its options, and others in their place", async () => {
    await using mirror = await openMirror();
    await using base = new Client({
      roots: rootPem,
      environment: {},
      headers: { "X-A": "1", "X-B": "2", Accept: "text/plain" },
      timeouts: { headMs: 50_000 },
      throwOnStatus: true,
    });
    await using api = base.extend({
      baseUrl: mirror.url,
      headers: { "x-a": "3", accept: null },
      timeout: 60_000,
      throwOnStatus: false,
    });
    const { fields } = await (await api.get("/status/400")).json<Seen>();
    expect(fields).toMatchObject({ "x-a": "3", "x-b": "2" });
    expect(fields).not.toHaveProperty("accept");
    await base.close();
    expect((await api.get("/")).status).toBe(200);
    await expect(base.get(mirror.url)).rejects.toMatchObject({ code: "client-closed" });
  });

  test("is refused an option that a client does not have", async () => {
    await using base = new Client();
    expect(() => base.extend({ nobody: 1 } as object)).toThrow('There is no option "nobody".');
  });
});

describe("a response", () => {
  const head =
    "Content-Type: text/plain; charset=utf-8\r\nX-Two: a\r\nSet-Cookie: b=1\r\nx-two: c\r\nSet-Cookie: d=2\r\n";

  async function answer(): Promise<[Awaited<ReturnType<typeof request>>, AsyncDisposable]> {
    const origin = await openOrigin(answering(() => reply("body", head)));
    const client = new Client({ roots: rootPem, environment: {} });
    const response = await client.get(origin.url);
    return [
      response,
      {
        [Symbol.asyncDispose]: async () => {
          response.cancel();
          await client.close();
          await origin.close();
        },
      },
    ];
  }

  test("has its fields as the platform's Headers have them", async () => {
    const [{ headers }, made] = await answer();
    await using _ = made;
    const platform = new Headers([...headers.lines()].map(([name, value]) => [name, value]));
    expect([...headers]).toEqual([...platform]);
    expect([...headers.entries()]).toEqual([...platform.entries()]);
    expect([...headers.keys()]).toEqual([...platform.keys()]);
    expect([...headers.values()]).toEqual([...platform.values()]);
    expect(headers.getSetCookie()).toEqual(platform.getSetCookie());
    const walked: [string, string][] = [];
    headers.forEach((value, name) => walked.push([name, value]));
    expect(walked).toEqual([...platform]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "x-two": "a, c",
    });
    expect(headers.get("nobody")).toBeNull();
    expect(new Headers([...headers]).get("x-two")).toBe("a, c");
  });

  test("keeps its fields as they stood on the wire, too", async () => {
    const [{ headers }, made] = await answer();
    await using _ = made;
    expect([...headers.lines()].map(([name]) => name).slice(0, 5)).toEqual([
      "Content-Type",
      "X-Two",
      "Set-Cookie",
      "x-two",
      "Set-Cookie",
    ]);
    expect(headers.getAll("X-TWO")).toEqual(["a", "c"]);
  });

  test.each<[string, (response: Awaited<ReturnType<typeof request>>) => Promise<string>]>([
    ["arrayBuffer()", async (response) => Buffer.from(await response.arrayBuffer()).toString()],
    ["blob()", async (response) => (await response.blob()).text()],
    ["body", async (response) => new Response(response.body).text()],
  ])("has its body by %s", async (_name, read) => {
    const [response, made] = await answer();
    await using _ = made;
    expect(response.bodyUsed).toBe(false);
    expect(await read(response)).toBe("body");
    expect(response.bodyUsed).toBe(true);
    await expect(response.text()).rejects.toMatchObject({ code: "body-already-read" });
  });

  test("has a Blob of its Content-Type, and names of its status that others use", async () => {
    const [response, made] = await answer();
    await using _ = made;
    expect([response.statusText, response.statusCode]).toEqual(["OK", 200]);
    expect((await response.blob()).type).toBe("text/plain; charset=utf-8");
  });

  test("is not used up by a look at its body", async () => {
    const [response, made] = await answer();
    await using _ = made;
    expect(response.body).toBe(response.body);
    expect(await response.text()).toBe("body");
  });

  test("has no body where the status has none", async () => {
    await using origin = await openOrigin(answering(() => "HTTP/1.1 204 No Content\r\n\r\n"));
    await using client = new Client({ roots: rootPem, environment: {} });
    const response = await client.get(origin.url);
    expect([response.body, await response.text()]).toEqual([null, ""]);
  });
});

type Given<T> = Awaited<ReturnType<StandardSchema<T>["~standard"]["validate"]>>;

describe("json()", () => {
  const schemaOf = <T>(validate: (value: unknown) => Given<T> | Promise<Given<T>>): StandardSchema<T> => ({
    "~standard": {
      version: 1 as const,
      vendor: "test",
      validate,
    },
  });

  async function read<T>(schema: StandardSchema<T>): Promise<T> {
    await using origin = await openOrigin(answering(() => reply('{"items":[{"name":7}]}')));
    await using client = new Client({ roots: rootPem, environment: {} });
    return await (await client.get(origin.url)).json(schema);
  }

  test("has the type that is asked for", async () => {
    await using origin = await openOrigin(answering(() => reply('{"ok":true}')));
    await using client = new Client({ roots: rootPem, environment: {} });
    const given: { readonly ok: boolean } = await (await client.get(origin.url)).json();
    expect(given.ok).toBe(true);
    expectTypeOf((await client.get(origin.url)).json()).resolves.toEqualTypeOf<unknown>();
  });

  test("gives what a schema makes of the body", async () => {
    expect(await read(schemaOf<{ a: number }>(async () => ({ value: { a: 1 } })))).toEqual({ a: 1 });
  });

  test("says where the body does not fit", async () => {
    const issues = [
      { message: "expected a string", path: ["items", 0, { key: "name" }] },
      { message: "no", path: [] },
      { message: "odd", path: ["a b"] },
      { message: "further" },
    ];
    await expect(read(schemaOf(() => ({ issues })))).rejects.toMatchObject({
      code: "body-not-valid",
      message:
        'The body does not fit its schema (items[0].name: expected a string; the whole: no; ["a b"]: odd; and 1 more).',
      detail: { count: 4 },
      method: "GET",
    });
  });

  test("bounds what it tells of a schema's issues", async () => {
    const issues = Array.from({ length: 1000 }, () => ({ message: "no", path: [] }));
    const error: unknown = await read(schemaOf(() => ({ issues }))).catch((thrown: unknown) => thrown);
    if (!HttpsError.is(error, "body-not-valid")) throw new Error("it has another code");
    expect([error.detail.issues.length, error.detail.count]).toEqual([20, 1000]);
  });

  test("tells a schema that throws from a body that does not fit", async () => {
    const cause = new Error("the schema broke");
    const broken = schemaOf(() => {
      throw cause;
    });
    await expect(read(broken)).rejects.toMatchObject({ code: "schema-failed", fault: "caller", cause });
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["issues that are no list", { issues: 7 }],
    ["an issue that is none", { issues: [null] }],
    ["a path that is none", { issues: [{ message: "no", path: 7 }] }],
    ["a step that is none", { issues: [{ message: "no", path: [null] }] }],
  ])("takes a schema that gives %s for one that failed", async (_what, given) => {
    const error: unknown = await read(schemaOf(() => given as never)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "schema-failed", stage: "body" });
    expect((error as HttpsError).message).toMatch(/^\S.*\.$/);
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["an object without its method", {}],
    ["one whose method is none", { "~standard": { version: 1, vendor: "x", validate: 7 } }],
  ])("takes %s for a schema that failed", async (_what, schema) => {
    await expect(read(schema as never)).rejects.toMatchObject({ code: "schema-failed" });
  });
});

describe("the package", () => {
  test("has request, with the verbs, by any name", async () => {
    expect(byName).toBe(request);
    const made = request.extend({ environment: {} });
    expect(made).toBeInstanceOf(Client);
    await made.close();
    for (const call of [request.get, request.post, request.put, request.patch, request.delete, request.head])
      await expect(call("localhost")).rejects.toMatchObject({ code: "url-no-scheme" });
  });

  test("says where the URL belongs that is put among the options", async () => {
    const error: unknown = await request({ url: "https://a.example/" } as never).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: "option-invalid",
      hint: "The URL comes first, and the options behind it: request(url, options).",
    });
  });
});

function circle(): object {
  const one: { self?: object } = {};
  one.self = one;
  return one;
}
