/** What a journey keeps, lets go of and tells between its first request and its one outcome. */
import { describe, expect, test } from "vitest";
import { holdClock } from "../../../test/clock.ts";
import {
  answering,
  mintIdentity,
  openOrigin,
  reply,
  rootPem,
  until,
  whenClosed,
  type Origin,
  type Received,
} from "../../../test/client/origin.ts";
import type { HttpsError } from "../../core/index.ts";
import { Client } from "../client.ts";
import { clientLimits } from "../limits.ts";
import type { ClientOptions, RequestOptions } from "../options/options.ts";

const trusting: ClientOptions = { roots: rootPem, environment: {} };
const plain = { tls: false } as const;
const digest = { scheme: "digest", username: "me", password: "pw" } as const;
const challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=MD5\r\n';
const empty = "Content-Length: 0\r\n";

function field({ head }: Received, name: string): string | undefined {
  return head.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2);
}

const pathOf = ({ head }: Received): string => head[0]?.split(" ")[1] ?? "";
const answer = (status: number, fields: string = empty): string => `HTTP/1.1 ${status} X\r\n${fields}\r\n`;
const redirect = (location: string, fields: string = empty): string =>
  answer(302, `Location: ${location}\r\n${fields}`);

/** A plain origin, with what it was asked. */
async function openAsked(
  answerTo: (request: Received) => string | undefined,
): Promise<Origin & { readonly asked: readonly Received[] }> {
  const asked: Received[] = [];
  const take = (request: Received): string | undefined => {
    asked.push(request);
    return answerTo(request);
  };
  return Object.assign(await openOrigin(answering(take), plain), { asked });
}

/** A jar whose answers the test gives. */
function slowJar(): { readonly jar: NonNullable<RequestOptions["cookies"]>; readonly held: (() => void)[] } {
  const held: (() => void)[] = [];
  const jar = {
    getCookieString: async () => "",
    setCookie: () => new Promise<void>((resolve) => void held.push(resolve)),
  };
  return { jar, held };
}

describe("an answer that another request follows", () => {
  const halfQueue = clientLimits.queuedBodyBytes.value / 2;
  const long = `Content-Length: ${halfQueue + 1}\r\n`;
  const again: readonly (readonly [string, string, RequestOptions])[] = [
    ["a redirect", redirect("/next", long), {}],
    ["a challenge", answer(401, challenge + long), { authentication: digest }],
    [
      "a refused expectation",
      answer(417, long),
      { method: "PUT", body: "x", headers: { expect: "100-continue" } },
    ],
    ["a failure to be tried again", answer(503, long), { retry: { attempts: 1, delayMs: 0 } }],
    ["a redirect without a length", redirect("/next", "Transfer-Encoding: chunked\r\n"), {}],
  ];

  test.each(again)(
    "has its connection closed where the rest of its body is long: %s",
    async (_, head, options) => {
      await using origin = await openAsked(() => (origin.asked.length === 1 ? head : reply("x")));
      await using client = new Client(trusting);
      const response = await client.request(origin.url, options);
      expect(response.status).toBe(200);
      await whenClosed(origin.accepted[0]);
    },
  );

  test.each([
    ["short", 1],
    ["as long as may be", halfQueue],
  ])("keeps its connection where the rest of its body is %s", async (_, length) => {
    await using origin = await openAsked(() =>
      origin.asked.length === 1 ? redirect("/next", `Content-Length: ${length}\r\n`) : reply("x"),
    );
    const onEvent: ClientOptions["onEvent"] = ({ kind }) =>
      void (kind === "redirect" && origin.accepted[0]?.write(Buffer.alloc(length)));
    await using client = new Client({ ...trusting, onEvent, connections: 1 });
    expect(await (await client.request(origin.url)).text()).toBe("x");
    expect(origin.accepted).toHaveLength(1);
  });

  test("is recorded with its status", async () => {
    await using origin = await openAsked((request) =>
      pathOf(request) === "/" ? redirect("/next") : reply("x"),
    );
    await using client = new Client(trusting);
    const { attempts } = await client.request(`${origin.url}/`);
    expect(attempts).toMatchObject([{ outcome: { status: 302 } }, { outcome: { status: 200 } }]);
  });

  test("is counted before it is followed: one redirect that may be is two requests", async () => {
    await using origin = await openAsked((request) => redirect(`/${Number(pathOf(request).slice(1)) + 1}`));
    await using client = new Client(trusting);
    const error = client.request(`${origin.url}/0`, { redirects: 1 });
    await expect(error).rejects.toMatchObject({ code: "too-many-redirects" });
    expect(origin.asked.map(pathOf)).toEqual(["/0", "/1"]);
  });
});

describe("a digest challenge", () => {
  const openChallenging = (next: (request: Received) => string): ReturnType<typeof openAsked> =>
    openAsked((request) => {
      if (field(request, "authorization") === undefined) return answer(401, challenge + empty);
      return pathOf(request) === "/" ? next(request) : reply("in");
    });

  test("of a status other than 401 is not answered", async () => {
    await using origin = await openAsked(() => answer(403, challenge + empty));
    await using client = new Client(trusting);
    expect((await client.request(origin.url, { authentication: digest })).status).toBe(403);
    expect(origin.asked).toHaveLength(1);
  });

  test("is the answer where the body cannot be read again", async () => {
    await using origin = await openAsked(() => answer(401, challenge + empty));
    await using client = new Client(trusting);
    const body = new Blob(["once"]).stream();
    const response = await client.request(origin.url, { method: "POST", body, authentication: digest });
    expect(response.status).toBe(401);
    expect(origin.asked).toHaveLength(1);
  });

  test("is answered at once where a redirect leads within the origin", async () => {
    await using origin = await openChallenging(() => redirect("/next"));
    await using client = new Client(trusting);
    const response = await client.request(`${origin.url}/`, { authentication: digest });
    expect(await response.text()).toBe("in");
    expect(origin.asked.map(pathOf)).toEqual(["/", "/", "/next"]);
  });

  test("is forgotten where a redirect leads to another origin", async () => {
    await using other = await openAsked(() => reply("x"));
    await using origin = await openChallenging(() => redirect(other.url));
    await using client = new Client(trusting);
    await client.request(`${origin.url}/`, { authentication: digest });
    expect(other.asked.map((request) => field(request, "authorization"))).toEqual([undefined]);
  });
});

test("a field that is named secret, in whatever letters, goes to no other origin", async () => {
  await using other = await openAsked(() => reply("x"));
  await using origin = await openAsked(() => redirect(other.url));
  await using client = new Client(trusting);
  await client.request(origin.url, { headers: { "x-api-key": "k" }, secretHeaders: ["X-Api-Key"] });
  expect(other.asked.map((request) => field(request, "x-api-key"))).toEqual([undefined]);
});

test("a name that the certificate must carry is the first origin's: it holds there again, and nowhere else", async () => {
  const identity = "known.example";
  let home = "";
  await using other = await openOrigin(
    answering((request) => (pathOf(request) === "/" ? reply("other") : redirect(`${home}/back`))),
  );
  await using origin = await openOrigin(
    answering((request) => {
      const path = pathOf(request);
      if (path === "/within") return redirect("/back");
      return path === "/back" ? reply("home") : redirect(other.url + path.slice("/to".length));
    }),
    { tls: mintIdentity({ names: [`dns:${identity}`] }) },
  );
  home = origin.url;
  await using client = new Client(trusting);
  const follow = async (path: string): Promise<string> =>
    (await client.request(origin.url + path, { identity })).text();
  expect(await follow("/within")).toBe("home");
  expect(await follow("/to/")).toBe("other");
  expect(await follow("/to/and/back")).toBe("home");
});

describe("an expectation", () => {
  test("is not sent where there is no body that could wait", async () => {
    await using origin = await openAsked(() => reply("x"));
    await using client = new Client(trusting);
    await client.request(origin.url, { headers: { "x-own": "head" }, expectContinue: true });
    expect(origin.asked.map((request) => field(request, "expect"))).toEqual([undefined]);
  });

  test.each([
    ["a status other than 417", 404, () => "x"],
    ["417 to a body that cannot be read again", 417, () => new Blob(["once"]).stream()],
  ])("is not taken back for %s", async (_, status, bodyOf) => {
    await using origin = await openAsked(() => answer(status));
    await using client = new Client(trusting);
    const response = await client.request(origin.url, {
      method: "PUT",
      body: bodyOf(),
      expectContinue: 1,
    });
    expect([response.status, origin.asked.length]).toEqual([status, 1]);
  });
});

describe("a jar", () => {
  const baking = (): string => reply("x", "Set-Cookie: a=b\r\n");

  test("is given the cookies of an answer that nothing else follows from, too", async () => {
    await using origin = await openAsked(baking);
    const { jar, held } = slowJar();
    await using client = new Client({ ...trusting, cookies: jar });
    const pending = client.request(origin.url);
    await until(() => held.length === 1);
    held[0]?.();
    expect((await pending).status).toBe(200);
  });

  test("is waited for by close() once the request is answered, and no longer by destroy()", async () => {
    await using origin = await openAsked(baking);
    const { jar, held } = slowJar();
    const client = new Client({ ...trusting, cookies: jar });
    const pending = [client.request(origin.url), client.request(origin.url)];
    await until(() => held.length === 2);
    await client.close();
    held[0]?.();
    const first = await Promise.race(pending);
    expect(await first.text()).toBe("x");
    client.destroy();
    const outcomes = await Promise.allSettled(pending);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test("that is asked is waited for no longer when the client is closed", async () => {
    let asked = 0;
    const cookies = {
      getCookieString: () => (asked++, new Promise<string>(() => {})),
      setCookie: async () => {},
    };
    const client = new Client({ ...trusting, cookies });
    const pending = client.request("http://localhost:1/");
    await until(() => asked === 1);
    await client.close();
    await expect(pending).rejects.toMatchObject({ code: "client-closed" });
  });
});

test("a jar has its time to answer, and no more", async () => {
  using clock = holdClock();
  await using origin = await openAsked(() => reply("x"));
  await using client = new Client(trusting);
  const held: (() => void)[] = [];
  const cookies = {
    getCookieString: () => new Promise<string>((resolve) => void held.push(() => resolve(""))),
    setCookie: async () => {},
  };
  const ask = (cookiesMs: number): Promise<unknown> =>
    client.request(origin.url, { cookies, timeouts: { cookiesMs } }).then(
      ({ status }) => status,
      ({ code }: { code: unknown }) => code,
    );
  const pending = [ask(50), ask(51), ask(Infinity)];
  await until(() => held.length === 3);
  clock.pass(50);
  for (const resolve of held) resolve();
  expect(await Promise.all(pending)).toEqual(["cookie-jar-timeout", 200, 200]);
});

test("the time of each request is its own; that of the first begins with the call", async () => {
  using clock = holdClock();
  const held: (() => void)[] = [];
  const cookies = {
    getCookieString: () => new Promise<string>((resolve) => void held.push(() => resolve(""))),
    setCookie: async () => {},
  };
  await using origin = await openAsked((request) => (pathOf(request) === "/a" ? redirect("/b") : reply("x")));
  await using client = new Client({ ...trusting, cookies });
  const timesOf = async (path: string, hops: number): Promise<readonly number[]> => {
    const before = held.length;
    const pending = client.request(origin.url + path);
    for (let hop = 1; hop <= hops; hop++) {
      await until(() => held.length === before + hop);
      clock.pass(50);
      held.at(-1)?.();
    }
    const response = await pending;
    await response.bytes();
    return [response.timings.waitMs, response.timings.totalMs];
  };
  expect(await timesOf("/b", 1)).toEqual([50, 50]);
  expect(await timesOf("/a", 2)).toEqual([0, 100]);
});

describe("a client that is closed", () => {
  test("lets a request that has just been made over a connection that is there come to its end", async () => {
    await using origin = await openAsked(() => reply("x"));
    const client = new Client(trusting);
    await (await client.request(origin.url)).bytes();
    await until(() => origin.asked.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    const pending = client.request(origin.url);
    const closing = client.close();
    expect(await (await pending).text()).toBe("x");
    await closing;
  });

  test("ends the pause before another attempt", async () => {
    await using origin = await openAsked(() => answer(503));
    let pauses = 0;
    const onEvent: ClientOptions["onEvent"] = ({ kind }) => void (pauses += kind === "retry" ? 1 : 0);
    const client = new Client({ ...trusting, onEvent });
    const pending = client.request(origin.url, {
      retry: { attempts: 1, delayMs: 600_000, maxDelayMs: 600_000 },
    });
    await until(() => pauses === 1);
    await client.close();
    await expect(pending).rejects.toMatchObject({ code: "client-closed" });
  });
});

test("an error says what was asked, and what was tried", async () => {
  await using origin = await openOrigin(
    answering((_, socket) => void socket.destroy()),
    plain,
  );
  await using client = new Client(trusting);
  await expect(client.request(`${origin.url}/x`, { method: "POST" })).rejects.toMatchObject({
    url: `${origin.url}/x`,
    method: "POST",
    attempts: [{ outcome: { code: "empty-response" } }],
  });
});

test("an error can be asked why, of the request that it ended", async () => {
  await using client = new Client({ ...trusting, socketPath: "/nowhere/meerkat.sock" });
  const error: unknown = await client.request("http://localhost/").catch((reason: unknown) => reason);
  const report = (await (error as HttpsError).why()).explain();
  expect(report).toContain("the request went to a Unix socket");
});

test.each<[string, unknown, string]>([
  ["CONNECT, which asks for a tunnel", "CONNECT", "CONNECT"],
  ["what is not text", 5, "a value of type number"],
])("a method is not %s", async (_, method, named) => {
  await using client = new Client(trusting);
  await expect(client.request("http://localhost:1/", { method } as RequestOptions)).rejects.toMatchObject({
    code: "request-method-invalid",
    detail: { method: named },
  });
});
