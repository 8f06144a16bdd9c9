/** What tracers are told of requests by `node:diagnostics_channel`, on undici's channels and in OpenTelemetry's names. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Client } from "../../../src/index.ts";
import { answering, openOrigin, reply, rootPem } from "../origin.ts";

const names = [
  "meerkat:attempt",
  "undici:client:beforeConnect",
  "undici:client:connectError",
  "undici:client:connected",
  "undici:client:sendHeaders",
  "undici:request:bodySent",
  "undici:request:create",
  "undici:request:error",
  "undici:request:headers",
  "undici:request:trailers",
] as const;

interface Traced {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly completed: boolean;
  readonly aborted: boolean;
  addHeader(name: string, value: string): unknown;
}

interface Message {
  readonly request: Traced;
  readonly response: { readonly statusCode: number; readonly headers: readonly Buffer[] };
  readonly trailers: readonly Buffer[];
  readonly error: Error;
  readonly headers: string;
  readonly socket: object;
  readonly connectParams: object;
  readonly outcome: string;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

let told: { readonly name: string; readonly message: Message }[];
let onCreate: (request: Traced) => void;
const listeners = names.map((name) => ({
  name,
  listener: (message: unknown): void => {
    told.push({ name, message: message as Message });
    if (name === "undici:request:create") onCreate((message as Message).request);
  },
}));
beforeEach(() => {
  told = [];
  onCreate = () => {};
  for (const { name, listener } of listeners) subscribe(name, listener);
});
afterEach(() => {
  for (const { name, listener } of listeners) unsubscribe(name, listener);
});

const messages = (name: (typeof names)[number]): readonly Message[] =>
  told.filter((one) => one.name === name).map(({ message }) => message);
const only = (name: (typeof names)[number]): Message => {
  const [message, ...others] = messages(name);
  if (message === undefined || others.length > 0) throw new Error(`not one message of ${name}`);
  return message;
};
const trusting = { roots: rootPem, environment: {} };
const texts = (list: readonly Buffer[]): readonly string[] => list.map((one) => one.toString("latin1"));

describe("a request", () => {
  test("is told on undici's channels in undici's order, with one object for all of them", async () => {
    const trailers = "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 7\r\n\r\n";
    await using origin = await openOrigin(answering(() => `HTTP/1.1 200 Fine\r\nX-A: b\r\n${trailers}`));
    await using client = new Client(trusting);
    await (await client.request(`${origin.url}/a`, { method: "POST", body: "q" })).bytes();
    expect(told.map(({ name }) => name)).toEqual([
      "undici:request:create",
      "undici:client:beforeConnect",
      "undici:client:connected",
      "undici:client:sendHeaders",
      "undici:request:bodySent",
      "undici:request:headers",
      "undici:request:trailers",
      "meerkat:attempt",
    ]);
    const { request } = only("undici:request:create");
    for (const name of ["sendHeaders", "bodySent", "headers", "trailers"] as const)
      expect(told.find((one) => one.name.endsWith(`:${name}`))?.message.request).toBe(request);
    expect(request).toMatchObject({
      method: "POST",
      origin: origin.url,
      path: "/a",
      completed: true,
      aborted: false,
    });
    const { response } = only("undici:request:headers");
    expect(response).toMatchObject({ statusCode: 200, statusText: "Fine" });
    expect(texts(response.headers).slice(0, 2)).toEqual(["X-A", "b"]);
    expect(texts(only("undici:request:trailers").trailers)).toEqual(["X-Sum", "7"]);
    const { headers, socket } = only("undici:client:sendHeaders");
    expect(headers).toMatch(/^POST \/a HTTP\/1\.1\r\nHost: localhost:\d+\r\n/);
    expect(socket).toMatchObject({ remoteAddress: "127.0.0.1", remotePort: origin.port });
    const { connectParams } = only("undici:client:connected");
    expect(connectParams).toEqual({
      host: `localhost:${origin.port}`,
      hostname: "localhost",
      protocol: "https:",
      port: String(origin.port),
      servername: "localhost",
      version: "h1",
    });
  });

  test("is told in the names of OpenTelemetry's conventions as it ends", async () => {
    await using origin = await openOrigin(answering(() => reply("x")));
    await using client = new Client(trusting);
    await (await client.request(`${origin.url}/a?token=secret`)).bytes();
    const { outcome, durationMs, attributes } = only("meerkat:attempt");
    expect(durationMs).toBeGreaterThan(0);
    expect([outcome, attributes]).toEqual([
      "complete",
      {
        "http.request.method": "GET",
        "url.full": `${origin.url}/a?***`,
        "url.scheme": "https",
        "server.address": "localhost",
        "server.port": origin.port,
        "network.peer.address": "127.0.0.1",
        "network.peer.port": origin.port,
        "http.response.status_code": 200,
        "network.protocol.version": "1.1",
      },
    ]);
  });

  test("of a method that nobody registered makes no name of its own", async () => {
    await using origin = await openOrigin(answering(() => reply("x")));
    await using client = new Client(trusting);
    await (await client.request(origin.url, { method: "BREW" })).bytes();
    expect(only("meerkat:attempt").attributes).toMatchObject({
      "http.request.method": "_OTHER",
      "http.request.method_original": "BREW",
    });
  });

  test("that was redirected is told a hop at a time, each with how often it was sent before", async () => {
    await using origin = await openOrigin(
      answering((request) =>
        request.head[0]?.startsWith("GET / ") === true
          ? "HTTP/1.1 302 F\r\nLocation: /b?c\r\nContent-Length: 0\r\n\r\n"
          : reply("x"),
      ),
    );
    await using client = new Client(trusting);
    await (await client.request(origin.url)).bytes();
    const told = messages("meerkat:attempt").map(({ attributes }) => [
      attributes["http.response.status_code"],
      attributes["url.full"],
      attributes["http.request.resend_count"],
    ]);
    expect(told).toEqual([
      [302, `${origin.url}/`, undefined],
      [200, `${origin.url}/b?***`, 1],
    ]);
    const fields = texts(messages("undici:request:headers")[0]?.response.headers ?? []);
    expect(fields.slice(0, 2)).toEqual(["Location", "/b?***"]);
  });

  test("with an error's status is an error of that number", async () => {
    await using origin = await openOrigin(answering(() => "HTTP/1.1 404 F\r\nContent-Length: 0\r\n\r\n"));
    await using client = new Client(trusting);
    await (await client.request(origin.url)).bytes();
    expect(only("meerkat:attempt")).toMatchObject({
      outcome: "complete",
      attributes: { "http.response.status_code": 404, "error.type": "404" },
    });
  });

  test("that failed is told with its error, whose type is its code; so is the connection", async () => {
    await using client = new Client(trusting);
    const error: unknown = await client.request("https://localhost:1/").catch((e: unknown) => e);
    expect(only("undici:request:error").error).toBe(error);
    expect(only("undici:client:connectError").error).toBe(error);
    expect(only("meerkat:attempt")).toMatchObject({
      outcome: "failed",
      attributes: { "error.type": "connection-refused", "server.port": 1 },
    });
    expect(messages("undici:request:trailers")).toEqual([]);
  });

  test.each(["the request", "the body"])(
    "whose caller gave %s up is cancelled, and no error",
    async (what) => {
      const giving = new AbortController();
      await using origin = await openOrigin(
        answering(() => {
          if (what === "the body") return "HTTP/1.1 200 F\r\nContent-Length: 100000\r\n\r\nx";
          giving.abort();
          return "";
        }),
      );
      await using client = new Client(trusting);
      if (what === "the body") (await client.request(origin.url)).cancel();
      else
        await expect(client.request(origin.url, { signal: giving.signal })).rejects.toMatchObject({
          code: "aborted",
        });
      expect(only("undici:request:error").error.name).toBe("AbortError");
      const { outcome, attributes } = only("meerkat:attempt");
      expect([outcome, attributes["error.type"]]).toEqual(["cancelled", undefined]);
      expect(only("undici:request:create").request).toMatchObject({ aborted: true, completed: false });
    },
  );

  test("carries no credential and no query into any message", async () => {
    await using origin = await openOrigin(
      answering(() => "HTTP/1.1 200 F\r\nSet-Cookie: id=SECRET\r\nContent-Length: 0\r\n\r\n"),
    );
    await using client = new Client({ ...trusting, secretHeaders: ["X-Mine"] });
    const headers = {
      Authorization: "Bearer SECRET",
      Cookie: "a=SECRET",
      "X-Mine": "SECRET",
      Referer: "https://a.example/?SECRET",
    };
    await (await client.request(`${origin.url}/?q=SECRET`, { headers })).bytes();
    const seen = told.map(({ name, message }) => `${name} ${JSON.stringify(message, textsOfBuffers)}`);
    expect(seen).toHaveLength(8);
    expect(seen.filter((text) => text.includes("SECRET"))).toEqual([]);
    expect(only("undici:request:create").request.headers).toContain("Bearer ***");
  });
});

function textsOfBuffers(_: string, value: unknown): unknown {
  const { type, data } = (value ?? {}) as { readonly type?: unknown; readonly data?: number[] };
  return type === "Buffer" && data !== undefined ? Buffer.from(data).toString("latin1") : value;
}

describe("a field that a subscriber adds", () => {
  test("goes out with the request it was added to, and with no other", async () => {
    const heads: string[] = [];
    await using origin = await openOrigin(
      answering((request) => (heads.push(request.head.join("\n")), reply("x"))),
    );
    await using client = new Client(trusting);
    onCreate = (request) => request.addHeader("traceparent", "00-1");
    await (await client.request(origin.url)).bytes();
    const late = only("undici:request:create").request;
    onCreate = () => late.addHeader("x-after", "1");
    await (await client.request(origin.url)).bytes();
    expect(heads.map((head) => /^traceparent: 00-1$/m.test(head))).toEqual([true, false]);
    expect(heads.filter((head) => head.includes("x-after"))).toEqual([]);
    expect(late.headers.slice(-2)).toEqual(["traceparent", "00-1"]);
  });

  test.each([
    ["a second message", "x", "1\r\n\r\nGET / HTTP/1.1"],
    ["a name that is none", "x y", "1"],
    ["another framing", "Content-Length", "7"],
    ["another host", "host", "elsewhere.example"],
  ])("is refused where it would be %s", async (_, name, value) => {
    const heads: string[] = [];
    await using origin = await openOrigin(
      answering((request) => (heads.push(request.head.join("\n")), reply("x"))),
    );
    await using client = new Client(trusting);
    let refused: unknown;
    onCreate = (request) => {
      try {
        request.addHeader(name, value);
      } catch (error) {
        refused = error;
      }
    };
    await (await client.request(origin.url)).bytes();
    expect(refused).toMatchObject({ code: "request-field-invalid" });
    expect(heads).toHaveLength(1);
    expect(heads[0]?.toLowerCase()).not.toContain(`${name}: ${value}`.toLowerCase());
  });
});
