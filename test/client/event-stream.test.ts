/** Event streams: what is told of them, when they are asked for again, and that they end and are bounded. */
import type { ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import {
  Client,
  HttpsError,
  type ClientOptions,
  type EventStreamOptions,
  type ServerEvent,
} from "../../src/index.ts";
import { openHttp2 } from "./http2/origin.ts";
import {
  answering,
  cutTcp,
  openOrigin,
  reply,
  rootPem,
  whenEmpty,
  type Origin,
  type Received,
} from "./origin.ts";

const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
/** A stream that the server ends. */
const ended = (events: string): string =>
  `${head}Content-Length: ${Buffer.byteLength(events, "latin1")}\r\n\r\n${events}`;
/** One that goes on. */
const open = (events: string): string =>
  `${head}Transfer-Encoding: chunked\r\n\r\n${Buffer.byteLength(events, "latin1").toString(16)}\r\n${events}\r\n`;
const gone = "HTTP/1.1 204 No Content\r\n\r\n";

/** A server that gives each request the next of these, and tells what it was asked. */
async function openSeries(
  answers: readonly (string | ((socket: Socket) => string | undefined))[],
): Promise<Origin & { readonly asked: Received[] }> {
  const asked: Received[] = [];
  const origin = await openOrigin(
    answering((request, socket) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(request);
      return typeof answer === "function" ? answer(socket) : answer;
    }),
  );
  return Object.assign(origin, { asked });
}

const openClient = (more: ClientOptions = {}): Client =>
  new Client({ roots: rootPem, environment: {}, ...more });

const fieldOf = ({ head: lines }: Received, name: string): string | undefined =>
  lines.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2);

async function collect(events: AsyncIterable<ServerEvent>): Promise<ServerEvent[]> {
  const all: ServerEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** What came, and what it ended with. */
async function follow(
  url: string,
  options: EventStreamOptions = {},
  more: ClientOptions = {},
): Promise<{ readonly events: readonly ServerEvent[]; readonly error: HttpsError | undefined }> {
  await using client = openClient(more);
  const events: ServerEvent[] = [];
  try {
    for await (const event of client.events(url, { reconnect: { delayMs: 1 }, ...options }))
      events.push(event);
    return { events, error: undefined };
  } catch (error) {
    if (error instanceof HttpsError) return { events, error };
    throw error;
  }
}

describe("the events of a response", () => {
  test.each<[string, string, readonly Partial<ServerEvent>[]]>([
    ["data alone", "data: a\n\n", [{ event: "message", data: "a", id: "", retry: undefined }]],
    [
      "a type, an ID and a pause",
      "retry: 7\nevent: x\nid: 1\ndata: a\n\n",
      [{ event: "x", data: "a", id: "1", retry: 7 }],
    ],
    ["lines of data, however they end", "data: a\rdata: b\r\ndata:c\n\n", [{ data: "a\nb\nc" }]],
    ["an ID that holds for the events after it", "id: 1\ndata: a\n\ndata: b\n\n", [{ id: "1" }, { id: "1" }]],
    ["comments and fields nobody knows", ": x\nnew: y\ndata: a\n\n", [{ data: "a" }]],
    ["a pause that is not a number", "retry: 1e3\ndata: a\n\n", [{ retry: undefined }]],
    ["a pause nobody would live to see", "retry: 99999999999999999999\ndata: a\n\n", [{ retry: 3_600_000 }]],
    ["octets that are not UTF-8, behind a mark", "\xEF\xBB\xBFdata: \xFF\n\n", [{ data: "\uFFFD" }]],
    ["an event without its end", "data: a\n\ndata: b\n", [{ data: "a" }]],
  ])("%s", async (_what, text, expected) => {
    await using origin = await openSeries([ended(text)]);
    await using client = openClient();
    const events = await collect((await client.get(origin.url)).events());
    expect(events).toMatchObject(expected);
    expect(events).toHaveLength(expected.length);
  });

  test("are read whichever way the bytes are cut", async () => {
    const text = "id: 1\r\ndata: \xC3\xBC\r\n\r\ndata: b\r\n\r\n";
    await using origin = await openOrigin(
      answering(
        () =>
          text
            .split("")
            .reduce((all, octet) => `${all}1\r\n${octet}\r\n`, `${head}Transfer-Encoding: chunked\r\n\r\n`) +
          "0\r\n\r\n",
      ),
    );
    await using client = openClient();
    const events = await collect((await client.get(origin.url)).events());
    expect(events.map(({ data, id }) => [data, id])).toEqual([
      ["ü", "1"],
      ["b", "1"],
    ]);
  });

  test("are not those of another type, whose body is given up", async () => {
    await using origin = await openSeries([reply("{}", "Content-Type: application/json\r\n")]);
    await using client = openClient();
    const response = await client.get(`${origin.url}/x?token=SECRET`);
    const error: unknown = await collect(response.events()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "event-stream-refused",
      detail: { contentType: "application/json" },
    });
    expect(JSON.stringify(error)).not.toContain("SECRET");
    expect(response.bodyUsed).toBe(true);
  });

  test("refuse options that they do not have", async () => {
    await using origin = await openSeries([ended("")]);
    await using client = openClient();
    const response = await client.get(origin.url);
    const options = { maxEventByte: 1 } as object;
    await expect(response.events(options).next()).rejects.toMatchObject({ code: "option-unknown" });
  });
});

describe("an event is bounded", () => {
  const limit = 20_000;
  test.each<[string, string]>([
    ["in one line", `data: ${"a".repeat(limit + 1)}\n\n`],
    ["in one line without its end", `data: ${"a".repeat(limit + 8_192)}`],
    ["in many lines", `${`data: ${"a".repeat(99)}\n`.repeat(limit / 100 + 1)}\n`],
    ["in many lines without their end", `data: ${"a".repeat(99)}\n`.repeat(limit / 100 + 90)],
    ["in bytes, not in characters", `data: ${"\xC3\xBC".repeat(limit / 2 + 1)}\n\n`],
    ["where it is a comment", `:${"a".repeat(limit + 8_192)}`],
  ])("%s", async (_what, text) => {
    await using origin = await openSeries([open(`data: 1\n\n${text}`)]);
    const { events, error } = await follow(origin.url, { maxEventBytes: limit });
    expect(error).toMatchObject({ code: "event-too-large", detail: { value: limit } });
    expect(events).toMatchObject([{ data: "1" }]);
    await whenEmpty(origin);
  });

  test("and may be as large as that", async () => {
    const text = `data: ${"a".repeat(limit)}\n\ndata: ${"\xC3\xBC".repeat(limit / 2)}\n\n`;
    await using origin = await openSeries([ended(text), gone]);
    const { events, error } = await follow(origin.url, { maxEventBytes: limit });
    expect([events.length, error]).toEqual([2, undefined]);
  });
});

describe("a stream", () => {
  test("is asked for as the standard does, and again from where it ended", async () => {
    await using origin = await openSeries([ended("id: \xC3\xBC1\ndata: a\n\n"), ended("data: b\n\n"), gone]);
    const { events, error } = await follow(`${origin.url}/x`, { headers: { "x-a": "1" }, query: { q: 1 } });
    expect(events.map(({ data, id }) => [data, id])).toEqual([
      ["a", "ü1"],
      ["b", "ü1"],
    ]);
    expect(error).toBeUndefined();
    expect(origin.asked.map((one) => fieldOf(one, "last-event-id"))).toEqual([
      undefined,
      "\xC3\xBC1",
      "\xC3\xBC1",
    ]);
    for (const one of origin.asked) {
      expect(one.head[0]).toBe("GET /x?q=1 HTTP/1.1");
      expect(["accept", "cache-control", "x-a"].map((name) => fieldOf(one, name))).toEqual([
        "text/event-stream",
        "no-cache",
        "1",
      ]);
    }
  });

  test("goes through the middleware each time", async () => {
    await using origin = await openSeries([ended("data: a\n\n"), gone]);
    let rounds = 0;
    await follow(origin.url, {}, { middleware: [(_exchange, next) => (rounds++, next())] });
    expect(rounds).toBe(2);
  });

  test("begins where the caller left off", async () => {
    await using origin = await openSeries([gone]);
    await follow(origin.url, { lastEventId: "7" });
    expect(origin.asked.map((one) => fieldOf(one, "last-event-id"))).toEqual(["7"]);
  });

  test("with an ID that no field can hold is asked for without it", async () => {
    await using origin = await openSeries([ended("id: a\u0001\ndata: a\n\n"), gone]);
    const { error } = await follow(origin.url);
    expect(error).toBeUndefined();
    expect(origin.asked.map((one) => fieldOf(one, "last-event-id"))).toEqual([undefined, undefined]);
  });

  test.each<[string, (socket: Socket) => string | undefined]>([
    [
      "is cut off",
      (socket) => {
        socket.write(open("id: 1\ndata: a\n\ndata: b"), "latin1", () => cutTcp(socket));
        return undefined;
      },
    ],
    ["falls silent", () => open("id: 1\ndata: a\n\n")],
  ])("that %s is asked for again", async (_what, answer) => {
    await using origin = await openSeries([answer, gone]);
    const { events, error } = await follow(origin.url, { timeouts: { bodyIdleMs: 500 } });
    expect([events.map(({ data }) => data), error]).toEqual([["a"], undefined]);
    expect(fieldOf(origin.asked[1] as Received, "last-event-id")).toBe("1");
  });

  test("that cannot be had again is given up after as many failures in a row as there may be", async () => {
    const drop = (socket: Socket): undefined => void socket.destroy();
    // On a connection that was there, the client would ask once more by itself.
    const last = (text: string): string => ended(text).replace("\r\n", "\r\nConnection: close\r\n");
    const answers = [last("data: a\n\n"), drop, drop, last("data: b\n\n"), drop];
    await using origin = await openSeries(answers);
    const { events, error } = await follow(origin.url, { reconnect: { attempts: 2, delayMs: 1 } });
    expect(events.map(({ data }) => data)).toEqual(["a", "b"]);
    expect(error?.code).toBe("empty-response");
    expect(origin.asked).toHaveLength(7);
  });

  test("whose first request fails is not waited for", async () => {
    await using origin = await openSeries([(socket) => void socket.destroy()]);
    const { error } = await follow(origin.url);
    expect([error?.code, origin.asked.length]).toEqual(["empty-response", 1]);
  });

  test.each<[string, string, number, string]>([
    [
      "another status",
      "HTTP/1.1 404 Not Found\r\nContent-Type: text/event-stream\r\nContent-Length: 0\r\n\r\n",
      404,
      "text/event-stream",
    ],
    [
      "another status that is good",
      "HTTP/1.1 201 Made\r\nContent-Type: text/event-stream\r\nContent-Length: 0\r\n\r\n",
      201,
      "text/event-stream",
    ],
    ["another type", reply("", "Content-Type: text/html\r\n"), 200, "text/html"],
    ["no type", reply(""), 200, ""],
  ])("ends with %s", async (_what, answer, status, contentType) => {
    await using origin = await openSeries([ended("data: a\n\n"), answer]);
    const { events, error } = await follow(origin.url);
    expect(events).toHaveLength(1);
    expect(error).toMatchObject({ code: "event-stream-refused", detail: { status, contentType } });
  });

  test.each<[string, EventStreamOptions]>([
    ["where the caller says so", { reconnect: false }],
    ["of another method than GET", { method: "POST", reconnect: undefined as unknown as boolean }],
  ])("is not asked for again %s", async (_what, options) => {
    await using origin = await openSeries([ended("data: a\n\n")]);
    const { events, error } = await follow(origin.url, options);
    expect([events.length, error, origin.asked.length]).toEqual([1, undefined, 1]);
  });

  test("has the pause that the server asks for", async () => {
    await using origin = await openSeries([ended("retry: 1\ndata: a\n\n"), gone]);
    const { error } = await follow(origin.url, { reconnect: { delayMs: 1_000_000 } });
    expect(error).toBeUndefined();
  });

  test("has no total deadline but its own, which the pauses count into", async () => {
    await using origin = await openSeries([ended("data: a\n\n"), gone]);
    const client = { timeouts: { totalMs: 1_500 } };
    const slow = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_600));
    await using one = openClient(client);
    let count = 0;
    for await (const _event of one.events(origin.url, { reconnect: { delayMs: 1 } })) {
      count++;
      await slow();
    }
    expect(count).toBe(1);
    await using again = await openSeries([ended("data: a\n\n")]);
    const late = await follow(again.url, { timeout: 300, reconnect: { delayMs: 60_000 } });
    expect(late.error).toMatchObject({ code: "total-timeout", detail: { limitMs: 300 } });
  });

  test("ends with the caller's signal, in a pause too", async () => {
    await using origin = await openSeries([ended("data: a\n\n")]);
    await using client = openClient();
    const stop = new AbortController();
    const events = client.events(origin.url, { signal: stop.signal, reconnect: { delayMs: 1_000_000 } });
    await events.next();
    const next = events.next();
    stop.abort();
    await expect(next).rejects.toMatchObject({ code: "aborted" });
  });

  test("is closed when its loop is left", async () => {
    await using origin = await openSeries([open("data: a\n\n")]);
    await using client = openClient();
    for await (const { data } of client.events(origin.url)) {
      expect(data).toBe("a");
      break;
    }
    await whenEmpty(origin);
  });

  test.each<[string, (stream: ServerHttp2Stream) => void]>([
    ["is reset", (stream) => stream.destroy(new Error("it broke"))],
    ["loses its connection", (stream) => stream.session?.destroy()],
  ])("over HTTP/2 that %s is asked for again", async (_what, end) => {
    const asked: unknown[] = [];
    await using origin = await openHttp2((stream, fields) => {
      asked.push(fields["last-event-id"]);
      stream.respond({ ":status": asked.length === 1 ? 200 : 204, "content-type": "text/event-stream" });
      if (asked.length === 2) stream.end();
      else stream.write("id: 1\ndata: a\n\n");
      started = stream;
    });
    let started: ServerHttp2Stream | undefined;
    await using client = openClient();
    const events: string[] = [];
    for await (const { data } of client.events(origin.url, { reconnect: { delayMs: 1 } })) {
      events.push(data);
      if (started !== undefined) end(started);
    }
    expect([events, asked]).toEqual([["a"], [undefined, "1"]]);
  });

  test("of a server that was not admitted tells nothing", async () => {
    await using origin = await openSeries([ended("data: a\n\n")]);
    const { events, error } = await follow(origin.url, {}, { roots: undefined as never });
    expect([events, error?.stage, origin.asked]).toEqual([[], "trust", []]);
  });

  test.each<[string, object]>([
    ["attempts", { reconnect: { attempts: -1 } }],
    ["delayMs", { reconnect: { delayMs: Number.NaN } }],
    ["reconnect", { reconnect: "yes" }],
    ["maxEventBytes", { maxEventBytes: 0 }],
    ["lastEventId", { lastEventId: 1 }],
    ["two total deadlines", { timeout: 1, timeouts: { totalMs: 1 } }],
    ["fields", { headers: 1 }],
  ])("refuses a value that means nothing: %s", async (_what, options) => {
    await using origin = await openSeries([gone]);
    const { error } = await follow(origin.url, options);
    expect([error?.code, origin.asked]).toEqual(["option-invalid", []]);
  });
});
