/** A dispatcher of the caller's in the init of a fetch: where it is taken, what it is given, and what becomes of what it tells. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Agent, MockAgent } from "undici";
import { Client, createFetch, trustOf } from "../../../../src/index.ts";
import { openHttp, type Origin } from "../../origin.ts";
import { reasonOf } from "./playground.ts";

type Told = Record<string, (...facts: unknown[]) => unknown>;
interface Asked {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

const controller = { abort: () => {}, pause: () => {}, resume: () => {}, rawHeaders: null };

/** A dispatcher that tells this of every request. */
const telling = (
  tell: (handler: Told, asked: Asked) => void,
): { dispatch: (asked: Asked, handler: Told) => boolean } => ({
  dispatch: (asked, handler) => {
    tell(handler, asked);
    return true;
  },
});

/** It answers as undici 7 and later do. */
const answering = (body: string, fields: object = {}, status = 200): ReturnType<typeof telling> =>
  telling((handler) => {
    handler["onRequestStart"]?.(controller, {});
    handler["onResponseStart"]?.(controller, status, fields, "Told");
    handler["onResponseData"]?.(controller, Buffer.from(body));
    handler["onResponseEnd"]?.(controller, {});
  });

const by = (dispatcher: unknown, init: RequestInit = {}): RequestInit =>
  ({ ...init, dispatcher }) as RequestInit;

let plain: Origin;
let secure: Origin;
const client = new Client();
const insecure = new Client({ insecure: { reason: "a test" } });
const [fetch, fetchInsecure] = [createFetch(client), createFetch(insecure)];
beforeAll(async () => {
  plain = await openHttp(
    (request, response) => {
      if (request.url === "/away") response.writeHead(302, { location: secure.url }).end();
      else if (request.url === "/on") response.writeHead(302, { location: "/" }).end();
      else request.pipe(response.setHeader("x-method", request.method ?? ""));
    },
    { tls: false },
  );
  secure = await openHttp((_request, response) => response.end("secure"));
});
afterAll(async () => {
  client.destroy();
  insecure.destroy();
  await Promise.all([plain.close(), secure.close()]);
});

describe("where it is taken", () => {
  test("for plain HTTP", async () => {
    await using agent = asyncAgent();
    const dispatch = vi.spyOn(agent.agent, "dispatch");
    const response = await fetch(plain.url, by(agent.agent, { method: "POST", body: "some" }));
    expect(await response.text()).toBe("some");
    expect(dispatch).toHaveBeenCalledOnce();
    expect(trustOf(response)?.kind).toBe("plaintext");
    expect(trustOf(response)?.explain()).toContain("dispatcher of the caller's");
  });

  test("not for https, which it would be trusted for without a look", async () => {
    const dispatcher = answering("nobody");
    const dispatch = vi.spyOn(dispatcher, "dispatch");
    await expect(fetch("https://a.example/", by(dispatcher))).rejects.toMatchObject({
      message: "fetch failed",
      cause: { code: "option-invalid", detail: { option: "dispatcher" } },
    });
    expect(dispatch).not.toHaveBeenCalled();
  });

  test("not for https where a redirect leads from plain HTTP", async () => {
    await using agent = asyncAgent();
    await expect(fetch(`${plain.url}/away`, by(agent.agent))).rejects.toMatchObject({
      cause: { code: "option-invalid", detail: { option: "dispatcher" } },
    });
  });

  test("for https where the client asks for no verification, and the report says so", async () => {
    const response = await fetchInsecure("https://a.example/", by(answering("told")));
    expect(await response.text()).toBe("told");
    expect(trustOf(response)?.kind).toBe("unverified");
  });

  test("not where it is none", async () => {
    await expect(fetchInsecure(plain.url, by({ dispatch: true }))).rejects.toMatchObject({
      cause: { code: "option-invalid", detail: { option: "dispatcher" } },
    });
  });
});

describe("what it is given", () => {
  test("is the origin, the path with its query, the method, the fields and the bytes", async () => {
    const seen: Asked[] = [];
    const dispatcher = telling((handler, asked) => {
      seen.push(asked);
      handler["onResponseError"]?.(null, new Error("stop"));
    });
    const init = { method: "PUT", headers: { "X-Own": "1", host: "other.example" }, body: "some" };
    const error = await reasonOf(fetch("http://h/test?a=b#f", by(dispatcher, init)));
    expect(error).toMatchObject({ name: "TypeError", message: "fetch failed", cause: { message: "stop" } });
    const [asked] = seen;
    expect(asked).toMatchObject({ origin: "http://h", path: "/test?a=b", method: "PUT" });
    expect(asked?.headers).toMatchObject({ "x-own": "1", "content-length": "4" });
    expect(Object.keys(asked?.headers ?? {})).not.toContain("host");
    expect(asked?.body).toEqual(Buffer.from("some"));
  });

  test("is a stream where the body is one", async () => {
    await using agent = asyncAgent();
    const body = new Blob(["some ", "bytes"]).stream();
    const init = { method: "PUT", body, duplex: "half" } as RequestInit;
    expect(await (await fetch(plain.url, by(agent.agent, init))).text()).toBe("some bytes");
  });

  test("is a form with its length, also to undici's mocks", async () => {
    const mock = new MockAgent();
    mock.enableNetConnect();
    const form = new FormData();
    form.set("a", "b");
    const response = await fetch(plain.url, by(mock, { method: "POST", body: form }));
    expect(await response.text()).toContain('name="a"');
    await mock.close();
  });

  test("is a text to undici's mocks, which compare texts", async () => {
    const mock = new MockAgent();
    mock.disableNetConnect();
    const intercepted = { path: "/", method: "POST", body: (text: string) => text === "{}" };
    mock.get("https://a.example").intercept(intercepted).reply(200, "mocked");
    const response = await fetchInsecure("https://a.example/", by(mock, { method: "POST", body: "{}" }));
    expect(await response.text()).toBe("mocked");
    await mock.close();
  });
});

describe("what it tells", () => {
  test("is the response: status, fields, decoded body", async () => {
    await using agent = asyncAgent();
    const response = await fetch(`${plain.url}/on`, by(agent.agent, { method: "POST", body: "lost" }));
    expect([response.redirected, response.status, response.headers.get("x-method")]).toEqual([
      true,
      200,
      "GET",
    ]);
    const packed = telling((handler) => {
      handler["onRequestStart"]?.(controller, {});
      const raw = ["Content-Encoding", "gzip", "Set-Cookie", "a=1", "Set-Cookie", "b=2"].map((one) =>
        Buffer.from(one),
      );
      handler["onResponseStart"]?.({ ...controller, rawHeaders: raw }, 203, {}, "Told");
      handler["onResponseData"]?.(controller, gzipSync("unpacked"));
      handler["onResponseEnd"]?.(controller, {});
    });
    const told = await fetch("http://a.example/", by(packed));
    expect([told.status, told.statusText]).toEqual([203, "Told"]);
    expect(told.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await told.text()).toBe("unpacked");
  });

  test("is heard in the words of undici 6 too", async () => {
    const earlier = telling((handler) => {
      handler["onConnect"]?.(() => {});
      handler["onHeaders"]?.(200, [Buffer.from("X-Own"), Buffer.from("1")], () => {}, "OK");
      handler["onData"]?.(Buffer.from("told"));
      handler["onComplete"]?.([]);
    });
    const response = await fetch("http://a.example/", by(earlier));
    expect(response.headers.get("x-own")).toBe("1");
    expect(await response.text()).toBe("told");
    const failing = telling((handler) => handler["onError"]?.(new Error("gone")));
    await expect(fetch("http://a.example/", by(failing))).rejects.toMatchObject({
      cause: { message: "gone" },
    });
  });

  test("is copied: of the memory that it lies in nothing else is shown, and it may be used again", async () => {
    const ask = (body: string): Promise<Response> => fetch("http://a.example/", by(answering(body)));
    const text = (bytes: BufferSource): string => new TextDecoder().decode(bytes);
    expect(text(await (await ask("told")).arrayBuffer())).toBe("told");
    const { value } = (await (await ask("told")).body?.getReader().read()) ?? {};
    expect(text(value?.buffer ?? new Uint8Array())).toBe("told");
    const chunk = Buffer.from("told");
    const reusing = telling((handler) => {
      handler["onRequestStart"]?.(controller, {});
      handler["onResponseStart"]?.(controller, 200, {}, "Told");
      handler["onResponseData"]?.(controller, chunk);
      chunk.fill("x");
      handler["onResponseEnd"]?.(controller, {});
    });
    expect(await (await fetch("http://a.example/", by(reusing))).text()).toBe("told");
  });

  const ok = [200, {}, "Told"];
  test.each<[what: string, steps: readonly (readonly [method: string, ...facts: unknown[]])[], said: string]>(
    [
      [
        "a text for content",
        [
          ["Start", ...ok],
          ["Data", "told"],
        ],
        "content that is not bytes",
      ],
      [
        "no content",
        [
          ["Start", ...ok],
          ["Data", undefined],
        ],
        "content that is not bytes",
      ],
      [
        "content before an answer",
        [
          ["Data", Buffer.from("a")],
          ["Start", ...ok],
        ],
        "content that comes before",
      ],
      [
        "two answers",
        [
          ["Start", ...ok],
          ["Data", Buffer.from("a")],
          ["Start", ...ok],
        ],
        "a second answer",
      ],
      ["no status", [["Start", undefined, {}]], "a status that is none"],
      ["a status that is a text", [["Start", "200", {}]], "a status that is none"],
      ["NaN for a status", [["Start", Number.NaN, {}]], "a status that is none"],
      ["a status of four digits", [["Start", 1_000, {}]], "a status that is none"],
    ],
  )("is an error where it is %s", async (_, steps, said) => {
    const aborted: unknown[] = [];
    const odd = telling((handler) => {
      const own = { ...controller, abort: (reason: unknown) => aborted.push(reason) };
      handler["onRequestStart"]?.(own, {});
      for (const [method, ...facts] of steps) handler[`onResponse${method}`]?.(own, ...facts);
      handler["onResponseEnd"]?.(own, {});
    });
    const reading = fetch("http://a.example/", by(odd)).then((response) => response.text());
    const message = expect.stringContaining(`the dispatcher told ${said}`) as string;
    await expect(reading).rejects.toMatchObject({ cause: { message } });
    expect(aborted).toHaveLength(1);
  });

  test("has pseudo-fields of HTTP/2 left out", async () => {
    const response = await fetch(
      "http://a.example/",
      by(answering("", { ":status": "200", "x-own": ["1", "2"] })),
    );
    expect([...response.headers]).toEqual([["x-own", "1, 2"]]);
  });

  test("that it failed in the middle is the body's error", async () => {
    const broken = telling((handler) => {
      handler["onRequestStart"]?.(controller, {});
      handler["onResponseStart"]?.(controller, 200, {}, "OK");
      handler["onResponseData"]?.(controller, Buffer.from("so"));
      handler["onResponseError"]?.(controller, new Error("broke off"));
    });
    const response = await fetch("http://a.example/", by(broken));
    await expect(response.text()).rejects.toMatchObject({
      message: "terminated",
      cause: { message: "broke off" },
    });
  });

  test("nothing, and throws: that is the error", async () => {
    const throwing = telling(() => {
      throw new Error("not today");
    });
    await expect(fetch("http://a.example/", by(throwing))).rejects.toMatchObject({
      cause: { message: "not today" },
    });
  });

  test("nothing, by a promise that fails: that is the error", async () => {
    const failing = { dispatch: () => Promise.reject(new Error("not today")) };
    await expect(fetch("http://a.example/", by(failing))).rejects.toMatchObject({
      cause: { message: "not today" },
    });
  });

  test("is no more than is read: it is paused, and goes on", async () => {
    const steps: string[] = [];
    const pausing = { ...controller, pause: () => steps.push("pause"), resume: () => steps.push("resume") };
    const flooding = telling((handler) => {
      handler["onRequestStart"]?.(pausing, {});
      handler["onResponseStart"]?.(pausing, 200, {}, "OK");
      while (!steps.includes("pause")) handler["onResponseData"]?.(pausing, Buffer.alloc(65_536));
      pausing.resume = () => {
        steps.push("resume");
        handler["onResponseEnd"]?.(pausing, {});
        return 0;
      };
    });
    const response = await fetch("http://a.example/", by(flooding));
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
    expect(steps).toContain("resume");
  });
});

describe("its end", () => {
  /** A dispatcher that never answers, and what it was told. */
  const silent = (): {
    readonly dispatcher: unknown;
    readonly aborted: unknown[];
    readonly begun: Promise<void>;
  } => {
    const aborted: unknown[] = [];
    let begin = (): void => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const dispatcher = telling((handler) => {
      handler["onRequestStart"]?.({ ...controller, abort: (reason: unknown) => aborted.push(reason) }, {});
      begin();
    });
    return { dispatcher, aborted, begun };
  };

  test("is the signal's reason, and it is told", async () => {
    const { dispatcher, aborted, begun } = silent();
    const stop = new AbortController();
    const asking = fetch("http://a.example/", by(dispatcher, { signal: stop.signal }));
    await begun;
    stop.abort(new Error("enough"));
    expect(await reasonOf(asking)).toEqual(new Error("enough"));
    expect(aborted).toHaveLength(1);
  });

  test.each<[timeout: string, tell: string | undefined, code: string]>([
    ["headMs", undefined, "head-timeout"],
    ["bodyIdleMs", "a little", "body-timeout"],
    ["unreadBodyMs", "much".repeat(100_000), "body-unread"],
  ])("comes by %s where it tells nothing more", async (timeout, content, code) => {
    await using own = new Client({ timeouts: { [timeout]: 50 } });
    let whenTold = (): void => {};
    const told = new Promise<void>((resolve) => (whenTold = resolve));
    const slow = telling((handler) => {
      handler["onRequestStart"]?.({ ...controller, abort: whenTold }, {});
      if (content === undefined) return;
      handler["onResponseStart"]?.(controller, 200, {}, "Told");
      handler["onResponseData"]?.(controller, Buffer.from(content));
    });
    const asking = createFetch(own)("http://a.example/", by(slow));
    const outcome = reasonOf(content === undefined ? asking : told.then(async () => (await asking).text()));
    expect(await outcome).toMatchObject({ cause: { code, detail: { limitMs: 50 } } });
  });

  test.each([
    ["sendMs", 0, "send-timeout"],
    ["sendMs", 1, "send-timeout"],
    ["headMs", 9, "head-timeout"],
  ])(
    "comes by %s where it takes %i pieces of a body that comes, and no more",
    async (timeout, pieces, code) => {
      await using own = new Client({ timeouts: { [timeout]: 50 } });
      const slow = telling((handler, { body }) => {
        handler["onRequestStart"]?.(controller, {});
        const taking = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
        void (async () => {
          for (let taken = 0; taken < pieces; taken++) if ((await taking.next()).done === true) break;
        })();
      });
      const body = (async function* () {
        yield* await Promise.resolve(["one", "two", "three"].map((one) => Buffer.from(one)));
      })();
      const init = { method: "POST", body, duplex: "half" } as unknown as RequestInit;
      const asking = createFetch(own)("http://a.example/", by(slow, init));
      expect(await reasonOf(asking)).toMatchObject({ cause: { code, detail: { limitMs: 50 } } });
    },
  );

  test("comes once: an answer that is there before the request is sent ends its deadlines", async () => {
    await using own = new Client({ timeouts: { headMs: 50, sendMs: 50 } });
    const aborted: unknown[] = [];
    let sent: Promise<void> | undefined;
    const early = telling((handler, { body }) => {
      handler["onRequestStart"]?.({ ...controller, abort: (reason: unknown) => aborted.push(reason) }, {});
      handler["onResponseStart"]?.(controller, 200, {}, "Told");
      handler["onResponseEnd"]?.(controller, {});
      sent = (async () => {
        for await (const _ of body as AsyncIterable<Uint8Array>) void _;
      })();
    });
    const init = { method: "POST", body: new Blob(["some"]).stream(), duplex: "half" } as RequestInit;
    const response = await createFetch(own)("http://a.example/", by(early, init));
    expect(await response.text()).toBe("");
    await sent;
    // Whose deadline began later, and is met.
    await reasonOf(createFetch(own)("http://a.example/", by(silent().dispatcher)));
    expect(aborted).toEqual([]);
  });

  test("is not what it throws when it is told of it", async () => {
    const stop = new AbortController();
    const unwilling = telling((handler) => {
      const abort = (): never => {
        throw new Error("will not");
      };
      handler["onRequestStart"]?.({ ...controller, abort }, {});
      queueMicrotask(() => stop.abort(new Error("enough")));
    });
    const asking = fetch("http://a.example/", by(unwilling, { signal: stop.signal }));
    expect(await reasonOf(asking)).toEqual(new Error("enough"));
  });

  test("comes with the client's", async () => {
    const { dispatcher, aborted, begun } = silent();
    const own = new Client();
    const asking = createFetch(own)("http://a.example/", by(dispatcher));
    await begun;
    own.destroy();
    await expect(asking).rejects.toMatchObject({ cause: { code: "client-closed" } });
    expect(aborted).toHaveLength(1);
  });

  test("comes when the body is cancelled", async () => {
    const aborted: unknown[] = [];
    const endless = telling((handler) => {
      const steering = { ...controller, abort: (reason: unknown) => aborted.push(reason) };
      handler["onRequestStart"]?.(steering, {});
      handler["onResponseStart"]?.(steering, 200, {}, "OK");
    });
    const response = await fetch("http://a.example/", by(endless));
    await response.body?.cancel();
    expect(aborted).toHaveLength(1);
  });
});

function asyncAgent(): AsyncDisposable & { readonly agent: Agent } {
  const agent = new Agent();
  return { agent, [Symbol.asyncDispose]: () => agent.destroy() };
}
