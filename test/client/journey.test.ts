/** What happens between a request and its one outcome: redirects, retries, credentials, deadlines, aborts, events. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Client,
  type ClientEvent,
  type HttpsError,
  type RequestOptions,
  type Response,
} from "../../src/index.ts";
import { holdClock } from "../clock.ts";
import {
  answering,
  mintIdentity,
  openOrigin,
  reply,
  rootPem,
  settle,
  until,
  whenEmpty,
  type Origin,
  type Received,
} from "./origin.ts";

const trusting = { roots: rootPem, environment: {} } as const;

function field({ head }: Received, name: string): string | undefined {
  return head.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2);
}

const pathOf = ({ head }: Received): string => head[0]?.split(" ")[1] ?? "";
const to = (location: string, status = 302): string =>
  `HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;

/** Two origins and what each was asked. */
interface Pair {
  readonly here: Origin;
  readonly there: Origin;
  readonly asked: (Received & { readonly at: "here" | "there" })[];
}

describe("a redirect", () => {
  let pair: Pair;
  let client: Client;
  beforeAll(async () => {
    const asked: Pair["asked"] = [];
    const answer = (at: "here" | "there") =>
      answering((request) => {
        asked.push({ ...request, at });
        const url = new URL(pathOf(request), "https://localhost");
        const target = url.searchParams.get("to");
        if (target === null) return reply(`${request.head[0]} ${request.body}`);
        return to(target, Number(url.searchParams.get("status") ?? 302));
      });
    pair = { here: await openOrigin(answer("here")), there: await openOrigin(answer("there")), asked };
    client = new Client(trusting);
  });
  afterAll(async () => {
    await client.close();
    await pair.here.close();
    await pair.there.close();
  });

  const follow = async (
    target: string,
    options: RequestOptions = {},
    status = 302,
  ): Promise<{ readonly response: Response; readonly text: string }> => {
    pair.asked.length = 0;
    const response = await client.request(
      `${pair.here.url}/?status=${status}&to=${encodeURIComponent(target)}`,
      options,
    );
    return { response, text: await response.text() };
  };

  test.each<[number, string, string, string]>([
    [301, "GET", "GET", ""],
    [302, "GET", "GET", ""],
    [303, "GET", "GET", ""],
    [307, "GET", "GET", ""],
    [308, "GET", "GET", ""],
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "POST", "GET", ""],
    [307, "POST", "POST", "x"],
    [308, "POST", "POST", "x"],
    [301, "PUT", "PUT", "x"],
    [302, "PUT", "PUT", "x"],
    [303, "PUT", "GET", ""],
    [307, "PUT", "PUT", "x"],
    [303, "HEAD", "HEAD", ""],
    [303, "DELETE", "GET", ""],
    [302, "DELETE", "DELETE", ""],
  ])("of status %d to a %s becomes a %s", async (status, method, then, body) => {
    const hasBody = method === "POST" || method === "PUT";
    await follow(
      "/next",
      { method, ...(hasBody && { body: "x", headers: { "content-language": "en" } }) },
      status,
    );
    const [, last] = pair.asked;
    expect(last?.head[0]).toBe(`${then} /next HTTP/1.1`);
    expect(last?.body).toBe(body);
    if (hasBody && then === "GET")
      for (const name of ["content-type", "content-length", "content-language"])
        expect(last && field(last, name)).toBeUndefined();
  });

  test.each([300, 304, 305, 306])("status %d is none, whatever its Location says", async (status) => {
    const { response } = await follow("/next", {}, status);
    expect([response.status, pair.asked.length]).toEqual([status, 1]);
  });

  test("every hop is recorded, with who vouched for it", async () => {
    const { response, text } = await follow(`/?to=${encodeURIComponent(`${pair.there.url}/end#top`)}`);
    expect(text).toBe("GET /end HTTP/1.1 ");
    expect(response.url).toBe(`${pair.there.url}/end`);
    expect(response.redirects).toMatchObject([
      { status: 302, trust: { kind: "verified" } },
      { status: 302, location: `${pair.there.url}/end` },
    ]);
    expect(response.redirects.map(({ trust }) => trust.kind)).toEqual(["verified", "verified"]);
  });

  test("to another origin takes no credential along, and no field named secret; to the same it does", async () => {
    const secrets: RequestOptions = {
      headers: { authorization: "Bearer a", cookie: "b=1", "X-Api-Key": "c", "x-plain": "d" },
      secretHeaders: ["x-api-key"],
    };
    const names = ["authorization", "cookie", "x-api-key", "x-plain"];
    const sent = (): unknown[] => names.map((name) => pair.asked[1] && field(pair.asked[1], name));
    await follow("/next", secrets);
    expect(sent()).toEqual(["Bearer a", "b=1", "c", "d"]);
    await follow(`${pair.there.url}/`, secrets);
    expect(pair.asked.map(({ at }) => at)).toEqual(["here", "there"]);
    expect(sent()).toEqual([undefined, undefined, undefined, "d"]);
    await follow(`${pair.there.url}/?to=${encodeURIComponent(pair.here.url)}`, {
      authentication: { scheme: "basic", username: "u", password: "p" },
    });
    expect(pair.asked.map((request) => field(request, "authorization") !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("from https to http is refused unless it is allowed", async () => {
    await using plain = await openOrigin(
      answering(() => reply("plain")),
      { tls: false },
    );
    await expect(follow(plain.url)).rejects.toMatchObject({
      code: "redirect-downgrade",
      detail: { to: `${plain.url}/` },
    });
    expect(plain.accepted.length).toBe(0);
    const { response, text } = await follow(plain.url, { allowDowngrade: true });
    expect([text, response.trust.kind, response.redirects[0]?.trust.kind]).toEqual([
      "plain",
      "plaintext",
      "verified",
    ]);
  });

  test.each([
    ["https://user:SECRET@localhost/", "https://***@localhost/"],
    ["//user:SECRET@localhost/", "//***@localhost/"],
    ["ftp://user:SECRET@localhost/", "ftp://***@localhost/"],
    ["https://user:SEC/SECRET@localhost/", "https://***@localhost/"],
    ["https://user:SECRET@localhost/\r\nLocation: /x", "https://***@localhost/, /x"],
  ])("to %j is refused without its password in the error", async (location, shown) => {
    await using origin = await openOrigin(answering(() => to(location)));
    const error: unknown = await client.request(origin.url).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "redirect-invalid", detail: { location: shown } });
    const { message, hint, cause } = error as HttpsError;
    expect(message + hint + String(cause)).not.toContain("SECRET");
  });

  test("a circle is named, and an endless way ends at the limit", async () => {
    await using origin = await openOrigin(
      answering((request) =>
        to(
          pathOf(request) === "/a"
            ? "/b"
            : pathOf(request) === "/b"
              ? "/a"
              : `/${Number(pathOf(request).slice(1)) + 1}`,
        ),
      ),
    );
    await expect(client.request(`${origin.url}/a`)).rejects.toMatchObject({
      code: "redirect-loop",
      detail: { urls: [`${origin.url}/b`, `${origin.url}/a`, `${origin.url}/b`] },
    });
    const error: unknown = await client.request(`${origin.url}/0`).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "too-many-redirects", detail: { value: 20 } });
    expect((error as { detail: { urls: string[] } }).detail.urls.length).toBe(22);
    await expect(client.request(`${origin.url}/0`, { redirects: 1 })).rejects.toMatchObject({
      code: "too-many-redirects",
      detail: { value: 1 },
    });
    expect((await client.request(`${origin.url}/0`, { redirects: 0 })).status).toBe(302);
  });

  test.each([
    ["https://user:pw@localhost/", "credentials"],
    ["ftp://localhost/", "a scheme of no use"],
    ["https://", "nothing"],
    ["https://a:99999/", "a bad port"],
  ])("to %s is refused (%s)", async (location) => {
    await expect(follow(location)).rejects.toMatchObject({ code: "redirect-invalid" });
  });

  test("needs a body that can be sent twice for 307", async () => {
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue("x");
        controller.close();
      },
    });
    await expect(follow("/next", { method: "POST", body }, 307)).rejects.toMatchObject({
      code: "redirect-needs-body",
      detail: { status: 307 },
    });
    const { text } = await follow("/next", { method: "POST", body: new Blob(["again"]) }, 307);
    expect(text).toBe("POST /next HTTP/1.1 again");
  });

  test("a digest challenge where it led is not answered with the caller's password", async () => {
    const challenge =
      'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\nContent-Length: 0\r\n\r\n';
    const seen: Received[] = [];
    await using thief = await openOrigin(
      answering((request) => {
        seen.push(request);
        return challenge;
      }),
    );
    const { response } = await follow(thief.url, {
      authentication: { scheme: "digest", username: "me", password: "hunter2" },
    });
    expect(response.status).toBe(401);
    expect(seen.map((request) => field(request, "authorization"))).toEqual([undefined]);
  });
});

describe("a retry", () => {
  const dropping = (
    times: number,
    onDrop: (socket: Socket) => void = (socket) => socket.destroy(),
  ): Promise<Origin> => {
    let dropped = 0;
    return openOrigin(
      answering(({ index, connection }, socket) => {
        if (index === 0 && connection === 0) return reply("first");
        if (dropped++ >= times) return reply("again");
        onDrop(socket);
        return undefined;
      }),
    );
  };

  test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"])(
    "comes by itself for %s, on a connection used before, once",
    async (method) => {
      await using once = await dropping(1);
      await using client = new Client(trusting);
      await (await client.request(once.url)).bytes();
      const response = await client.request(once.url, { method });
      await response.bytes();
      expect(response.attempts.length).toBe(2);
    },
  );

  test.each<[string, RequestOptions]>([
    ["POST", { method: "POST", body: "x" }],
    ["PATCH", { method: "PATCH" }],
    ["a PUT of a stream", { method: "PUT", body: new Blob(["x"]).stream() }],
  ])("does not come by itself for %s", async (_, options) => {
    await using origin = await dropping(1);
    await using client = new Client(trusting);
    await (await client.request(origin.url)).bytes();
    await expect(client.request(origin.url, options)).rejects.toMatchObject({ code: "empty-response" });
  });

  test("does not come by itself on a fresh connection, nor after a byte of an answer", async () => {
    await using fresh = await openOrigin((socket) => socket.once("data", () => socket.destroy()));
    await using client = new Client(trusting);
    await expect(client.request(fresh.url)).rejects.toMatchObject({ code: "empty-response" });
    expect(fresh.accepted.length).toBe(1);
    await using begun = await dropping(1, (socket) => socket.end("HTTP/1.1 2"));
    await (await client.request(begun.url)).bytes();
    await expect(client.request(begun.url)).rejects.toMatchObject({
      code: "head-truncated",
      detail: { receivedBytes: 10 },
    });
  });

  const unavailable = (head = ""): string => `HTTP/1.1 503 Unavailable\r\n${head}Content-Length: 0\r\n\r\n`;
  const flaky = (times: number, head = ""): Promise<Origin> => {
    let asked = 0;
    return openOrigin(answering(() => (asked++ < times ? unavailable(head) : reply("well"))));
  };

  test("that was asked for follows a status, a bounded number of times, with its reasons", async () => {
    const retry = { attempts: 2, delayMs: 1 };
    await using client = new Client({ ...trusting, retry });
    await using two = await flaky(2);
    const response = await client.request(two.url);
    expect([response.status, response.attempts.map(({ retried }) => retried)]).toEqual([
      200,
      ["asked for: status 503", "asked for: status 503", undefined],
    ]);
    await using three = await flaky(3);
    expect((await client.request(three.url)).status).toBe(503);
    await using post = await flaky(1);
    expect((await client.request(post.url, { method: "POST", body: "x" })).status).toBe(503);
    await using teapot = await openOrigin(answering(() => "HTTP/1.1 418 No\r\nContent-Length: 0\r\n\r\n"));
    expect((await client.request(teapot.url)).attempts.length).toBe(1);
  });

  test("is not used up by redirects", async () => {
    let asked = 0;
    await using origin = await openOrigin(
      answering((request) =>
        pathOf(request) === "/"
          ? to("/a")
          : pathOf(request) === "/a"
            ? to("/b")
            : asked++ < 1
              ? unavailable()
              : reply("well"),
      ),
    );
    await using client = new Client({ ...trusting, retry: { attempts: 1, delayMs: 1 } });
    expect((await client.request(origin.url)).status).toBe(200);
  });

  test("honours Retry-After within its bound, and does not come early beyond it", async () => {
    await using client = new Client(trusting);
    await using short = await flaky(1, "Retry-After: 1\r\n");
    const startedAt = performance.now();
    expect((await client.request(short.url, { retry: { attempts: 1, delayMs: 1 } })).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    await using long = await flaky(1, "Retry-After: 61\r\n");
    expect((await client.request(long.url, { retry: { attempts: 1, delayMs: 1 } })).status).toBe(503);
    await using date = await flaky(1, `Retry-After: ${new Date(Date.now() - 5_000).toUTCString()}\r\n`);
    expect((await client.request(date.url, { retry: { attempts: 1, delayMs: 1 } })).status).toBe(200);
  });

  test("that was asked for follows a refused connection, and its wait can be aborted", async () => {
    await using gone = await openOrigin(() => {});
    await gone.close();
    await using client = new Client(trusting);
    const events: ClientEvent[] = [];
    await expect(
      client.request(gone.url, {
        retry: { attempts: 2, delayMs: 1 },
        onEvent: (event) => void events.push(event),
      }),
    ).rejects.toMatchObject({ code: "connection-refused" });
    expect(events.filter(({ kind }) => kind === "retry").length).toBe(2);
    await using slow = await flaky(1, "Retry-After: 30\r\n");
    const controller = new AbortController();
    const pending = client.request(slow.url, {
      retry: { attempts: 1 },
      signal: controller.signal,
      onEvent: ({ kind }) => void (kind === "retry" && setImmediate(() => controller.abort())),
    });
    await expect(pending).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("credentials", () => {
  const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

  test("basic and bearer go with the first request", async () => {
    await using origin = await openOrigin(
      answering((request) => reply(field(request, "authorization") ?? "")),
    );
    await using client = new Client(trusting);
    const ask = async (authentication: RequestOptions["authentication"]): Promise<string> =>
      (await client.request(origin.url, { ...(authentication && { authentication }) })).text();
    expect(await ask({ scheme: "basic", username: "\u00fc", password: "p:w" })).toBe(
      `Basic ${Buffer.from("\u00fc:p:w").toString("base64")}`,
    );
    expect(await ask({ scheme: "bearer", token: "a.b-c_d~e+f/g==" })).toBe("Bearer a.b-c_d~e+f/g==");
    expect(
      await (
        await client.request(origin.url, {
          authentication: { scheme: "bearer", token: "a" },
          headers: { authorization: "Own" },
        })
      ).text(),
    ).toBe("Own");
  });

  test("digest answers a challenge once, and a stale nonce once more", async () => {
    const seen: string[] = [];
    const challenge = (more: string): string =>
      `HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="r", nonce="n${seen.length}", qop="auth", algorithm=MD5${more}\r\nContent-Length: 0\r\n\r\n`;
    await using origin = await openOrigin(
      answering((request) => {
        const given = field(request, "authorization") ?? "";
        seen.push(given);
        if (seen.length === 1) return challenge("");
        if (seen.length === 2) return challenge(", stale=true");
        const part = (name: string): string => new RegExp(`${name}="?([^",]+)`).exec(given)?.[1] ?? "";
        const expected = md5(
          [md5("me:r:pw"), "n2", part("nc"), part("cnonce"), "auth", md5("GET:/x?y")].join(":"),
        );
        return part("response") === expected ? reply("in") : challenge("");
      }),
    );
    await using client = new Client(trusting);
    const authentication = { scheme: "digest", username: "me", password: "pw" } as const;
    const response = await client.request(`${origin.url}/x?y`, { authentication });
    expect([response.status, await response.text(), response.attempts.length]).toEqual([200, "in", 3]);
    const wrong = await client.request(`${origin.url}/x?y`, {
      authentication: { ...authentication, password: "no" },
    });
    expect([wrong.status, wrong.attempts.length]).toEqual([401, 2]);
  });

  test("are masked in what is told of a request", async () => {
    await using origin = await openOrigin(answering(() => reply("x")));
    const told: string[] = [];
    await using client = new Client({
      ...trusting,
      onEvent: (event) => void told.push(JSON.stringify(event)),
    });
    await client.request(origin.url, {
      headers: { authorization: "Bearer hunter2", cookie: "id=hunter2", "x-key": "hunter2" },
      secretHeaders: ["X-Key"],
    });
    expect(told.join("\n")).toContain("Bearer ***");
    expect(told.join("\n")).not.toContain("hunter2");
  });

  test("cookies are the jar's: kept from every hop, sent where they belong", async () => {
    const seen: (string | undefined)[] = [];
    await using other = await openOrigin(
      answering((request) => {
        seen.push(field(request, "cookie"));
        return reply("x");
      }),
      { tls: mintIdentity() },
    );
    await using origin = await openOrigin(
      answering((request) => {
        seen.push(field(request, "cookie"));
        if (pathOf(request) === "/login")
          return "HTTP/1.1 302 F\r\nSet-Cookie: id=1; Path=/; Secure\r\nSet-Cookie: b=2; Path=/sub\r\nLocation: /home\r\nContent-Length: 0\r\n\r\n";
        return reply("x");
      }),
    );
    const cookies = new CookieJar();
    await using client = new Client({ ...trusting, cookies });
    await (await client.request(`${origin.url}/login`)).bytes();
    await (await client.request(`${origin.url}/sub/x`)).bytes();
    await (await client.request(other.url.replace("localhost", "127.0.0.1"))).bytes();
    expect(seen).toEqual([undefined, "id=1", "b=2; id=1", undefined]);
  });
});

describe("a deadline", () => {
  const mute = (): Promise<Origin> => openOrigin((socket) => socket.resume());
  const raw = (): Promise<Origin> => openOrigin((socket) => socket.resume(), { tls: false });

  test("of the TLS handshake", async () => {
    await using origin = await raw();
    await using client = new Client(trusting);
    const pending = client.request(origin.url.replace("http:", "https:"), { timeouts: { tlsMs: 60 } });
    await expect(pending).rejects.toMatchObject({
      code: "tls-timeout",
      stage: "timeout",
      detail: { limitMs: 60 },
      message: expect.stringContaining("60 ms") as string,
    });
    await whenEmpty(origin);
  });

  test("of the response's head, and of a wait within the body", async () => {
    await using origin = await mute();
    await using client = new Client(trusting);
    await expect(client.request(origin.url, { timeouts: { headMs: 60 } })).rejects.toMatchObject({
      code: "head-timeout",
      detail: { limitMs: 60 },
      message: expect.stringContaining("60 ms") as string,
    });
    await using slow = await openOrigin(answering(() => "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
    const response = await client.request(slow.url, { timeouts: { bodyIdleMs: 70 } });
    await expect(response.text()).rejects.toMatchObject({
      code: "body-timeout",
      detail: { limitMs: 70, bytesReceived: 4 },
    });
    await whenEmpty(origin);
    await whenEmpty(slow);
  });

  test("of a wait for a connection", async () => {
    await using origin = await mute();
    const client = new Client({ ...trusting, connections: 1, timeouts: { poolMs: 60 } });
    const first = client.request(origin.url);
    first.catch(() => {});
    await until(() => origin.accepted.length > 0);
    await expect(client.request(origin.url)).rejects.toMatchObject({
      code: "pool-timeout",
      detail: { limitMs: 60, openConnections: 1 },
    });
    client.destroy();
  });

  test("of the whole, in whichever phase it is met", async () => {
    using clock = holdClock();
    await using client = new Client({ ...trusting, timeouts: { totalMs: 60 } });
    let isAsked = false;
    await using origin = await openOrigin((socket) => socket.once("data", () => (isAsked = true)));
    const pending = client.request(origin.url);
    await until(() => isAsked);
    clock.pass(60);
    await expect(pending).rejects.toMatchObject({
      code: "total-timeout",
      detail: { limitMs: 60, phase: "head" },
    });
    await using body = await openOrigin(answering(() => "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
    const response = await client.request(body.url);
    const text = response.text();
    clock.pass(60);
    await expect(text).rejects.toMatchObject({ code: "total-timeout", detail: { phase: "body" } });
    await using circle = await openOrigin(
      answering((request) => {
        clock.pass(10);
        return to(`/${pathOf(request).length}${pathOf(request).slice(1)}`);
      }),
    );
    await expect(client.request(circle.url, { redirects: 1_000_000 })).rejects.toMatchObject({
      code: "total-timeout",
    });
    await whenEmpty(origin);
  });
});

describe("an abort", () => {
  const reason = new Error("the caller's own");

  test.each<
    [string, (origin: Origin) => { readonly url: string; readonly options?: RequestOptions }, string]
  >([
    ["the handshake", (origin) => ({ url: origin.url.replace("http:", "https:") }), "tls"],
    ["the wait for a head", (origin) => ({ url: origin.url }), "head"],
    [
      "the sending",
      (origin) => ({ url: origin.url, options: { method: "POST", body: new ReadableStream() } }),
      "send",
    ],
  ])("within %s ends it there, with the caller's reason", async (_, make, phase) => {
    await using origin = await openOrigin((socket) => socket.resume(), { tls: false });
    await using client = new Client(trusting);
    const controller = new AbortController();
    const { url, options } = make(origin);
    const pending = client.request(url, { ...options, signal: controller.signal });
    await until(() => origin.accepted.length > 0);
    await settle();
    controller.abort(reason);
    await expect(pending).rejects.toMatchObject({ code: "aborted", cause: reason, detail: { phase } });
    await whenEmpty(origin);
  });

  test("before the request keeps it from being made", async () => {
    await using origin = await openOrigin(() => {});
    await using client = new Client(trusting);
    await expect(client.request(origin.url, { signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
      code: "aborted",
      cause: reason,
    });
    expect(origin.accepted.length).toBe(0);
  });

  test("while it waits in the queue takes it out, and leaves the others alone", async () => {
    const held: Socket[] = [];
    await using origin = await openOrigin(answering((_, socket) => void held.push(socket)));
    await using client = new Client({ ...trusting, connections: 1 });
    const first = client.request(origin.url);
    const controller = new AbortController();
    const second = client.request(origin.url, { signal: controller.signal });
    const third = client.request(origin.url);
    await until(() => held.length === 1);
    controller.abort(reason);
    await expect(second).rejects.toMatchObject({ code: "aborted" });
    held[0]?.write(reply("x"));
    await (await first).bytes();
    await until(() => held.length === 2);
    held[1]?.write(reply("x"));
    await (await third).bytes();
    expect(origin.accepted.length).toBe(1);
  });

  test("within the body fails the body, and after its end nothing", async () => {
    await using origin = await openOrigin(
      answering((request) =>
        pathOf(request) === "/whole" ? reply("whole") : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
      ),
    );
    await using client = new Client(trusting);
    const controller = new AbortController();
    const { signal } = controller;
    const whole = await client.request(`${origin.url}/whole`, { signal });
    expect(await whole.text()).toBe("whole");
    const response = await client.request(origin.url, { signal });
    const body = response.text();
    controller.abort(reason);
    await expect(body).rejects.toMatchObject({ code: "aborted", cause: reason, detail: { phase: "body" } });
    expect([whole.completeness, response.completeness]).toEqual(["complete", "failed"]);
  });

  test("leaves no listener on a signal that lives longer", async () => {
    await using origin = await openOrigin(answering(() => reply("x")));
    await using client = new Client(trusting);
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    Object.assign(signal, {
      addEventListener: (...all: Parameters<typeof add>) => (listeners++, add(...all)),
      removeEventListener: (...all: Parameters<typeof remove>) => (listeners--, remove(...all)),
    });
    for (let i = 0; i < 5; i++) await (await client.request(origin.url, { signal })).bytes();
    expect(listeners).toBe(0);
  });
});

test("events tell each step, in order, to the listener and to diagnostics_channel", async () => {
  const told: ClientEvent[] = [];
  const published: unknown[] = [];
  const listener = (event: unknown): void => void published.push(event);
  subscribe("meerkat:request", listener);
  try {
    await using origin = await openOrigin(
      answering((request) =>
        pathOf(request) === "/"
          ? to("/next")
          : `HTTP/1.1 103 Early Hints\r\n\r\n${reply("x", "Connection: close\r\n")}`,
      ),
    );
    await using client = new Client({ ...trusting, onEvent: (event) => void told.push(event) });
    const informed: number[] = [];
    await (
      await client.request(origin.url, { onInformational: ({ status }) => void informed.push(status) })
    ).bytes();
    expect(informed).toEqual([103]);
    const kinds = told.map((event) => (event.kind === "phase" ? event.phase : event.kind));
    expect(kinds).toEqual([
      "dns",
      "connect",
      "tls",
      "connected",
      "sent",
      "head",
      "redirect",
      "sent",
      "head",
      "informational",
      // The whole response came in one read, which was the connection's last.
      "retired",
      "head",
      "response",
    ]);
    expect(published).toEqual(told);
    await expect(client.request("https://localhost:1/")).rejects.toMatchObject({
      code: "connection-refused",
    });
    expect(told.at(-1)).toEqual({ kind: "failed", url: "https://localhost:1/", code: "connection-refused" });
  } finally {
    unsubscribe("meerkat:request", listener);
  }
});
