/** Every member of a fetch's init: each row of the table has the effect that it says. */
import { createHash } from "node:crypto";
import { Agent as HttpAgent } from "node:http";
import { Agent, type AgentOptions } from "node:https";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RequestInit as UndiciInit } from "undici";
import { fetchRows, type OptionRow } from "../../../src/client/index.ts";
import { Client, createFetch } from "../../../src/index.ts";
import { reply, rootPem } from "../origin.ts";
import { openHeadKeeper, type HeadKeeper } from "./asking.ts";

/** What undici's types know; a member that they get does not compile here, nor does one of the platform's in the table. */
const ofUndici: Readonly<Record<keyof UndiciInit, true>> = {
  body: true,
  cache: true,
  credentials: true,
  dispatcher: true,
  duplex: true,
  headers: true,
  integrity: true,
  keepalive: true,
  method: true,
  mode: true,
  redirect: true,
  referrer: true,
  referrerPolicy: true,
  signal: true,
  window: true,
};

const namesOf = (kind: OptionRow["kind"]): readonly string[] =>
  Object.keys(fetchRows).filter((name) => fetchRows[name]?.kind === kind);

let origin: HeadKeeper;
let client: Client;
let fetch: typeof globalThis.fetch;
beforeAll(async () => {
  origin = await openHeadKeeper({}, ([line]) =>
    line?.includes(" /away ") === true
      ? `HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n`
      : reply("ok"),
  );
  client = new Client({ roots: rootPem });
  fetch = createFetch(client);
});
afterAll(async () => {
  client.destroy();
  await origin.close();
});

/** The head with which these options went out. */
async function headOf(init: object, path = "/"): Promise<readonly string[]> {
  const response = await fetch(`${origin.url}${path}`, init);
  await response.text();
  return origin.heads.at(-1) ?? [];
}

/** What a fetch failed with: the error, and its cause. */
async function failureOf(init: object, input: string | Request = `${origin.url}/`): Promise<unknown> {
  const before = origin.heads.length;
  const error: unknown = await fetch(input, init as RequestInit).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Error);
  expect(origin.heads.length).toBe(before);
  return error;
}

/** The value of a field that went out. */
async function fieldOf(name: string, init: object): Promise<string | undefined> {
  const line = (await headOf(init)).find((one) => one.toLowerCase().startsWith(`${name}: `));
  return line?.slice(name.length + 2);
}

const here = (path: string): string => `${origin.url}${path}`;

const effects: Readonly<Record<string, () => Promise<void>>> = {
  body: async () => {
    async function* parts(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from("some"));
    }
    expect(await fieldOf("content-length", { method: "POST", body: "some" })).toBe("4");
    const streamed = { method: "POST", body: parts(), duplex: "half" };
    expect(await fieldOf("transfer-encoding", streamed)).toBe("chunked");
  },
  cache: async () => {
    expect(await fieldOf("cache-control", { cache: "no-cache" })).toBe("max-age=0");
    // A request that is conditional is its caller's own cache's.
    expect(await fieldOf("cache-control", { headers: { "if-none-match": '"a"' } })).toBe("no-cache");
    expect(await failureOf({ cache: "only-if-cached", mode: "same-origin" })).toMatchObject({
      cause: { code: "option-invalid", detail: { option: "cache" } },
    });
  },
  credentials: async () => {
    const cookies = new CookieJar();
    await cookies.setCookie("a=1", origin.url);
    await using own = new Client({ roots: rootPem, cookies });
    for (const [credentials, sent] of [
      ["include", true],
      ["same-origin", true],
      ["omit", false],
    ] as const) {
      await (await createFetch(own)(origin.url, { credentials })).text();
      expect(origin.heads.at(-1)?.some((line) => /^cookie: a=1/i.test(line))).toBe(sent);
    }
  },
  duplex: async () => {
    const body = new ReadableStream();
    expect(await failureOf({ method: "POST", body })).toBeInstanceOf(TypeError);
    expect(await failureOf({ method: "POST", body: new ReadableStream(), duplex: "full" })).toBeInstanceOf(
      TypeError,
    );
  },
  headers: async () => expect(await fieldOf("x-mine", { headers: { "X-Mine": "1" } })).toBe("1"),
  integrity: async () => {
    await expect(fetch(origin.url, { integrity: "sha256-AAAA" })).rejects.toMatchObject({
      cause: { code: "integrity-mismatch" },
    });
    const right = `sha256-${createHash("sha256").update("ok").digest("base64")}`;
    expect(await (await fetch(origin.url, { integrity: right })).text()).toBe("ok");
  },
  method: async () => expect((await headOf({ method: "delete" }))[0]).toBe("DELETE / HTTP/1.1"),
  mode: async () => {
    expect((await headOf({ mode: "no-cors" })).length).toBeGreaterThan(0);
    expect(await failureOf({ mode: "no-cors", method: "PUT" })).toBeInstanceOf(TypeError);
    expect(await failureOf({ mode: "same-origin" })).toMatchObject({
      cause: { code: "option-invalid", detail: { option: "mode" } },
    });
  },
  redirect: async () => {
    expect((await headOf({ redirect: "follow" }, "/away"))[0]).toContain(" / ");
    expect((await headOf({ redirect: "manual" }, "/away"))[0]).toContain(" /away ");
    await expect(fetch(here("/away"), { redirect: "error" })).rejects.toBeInstanceOf(TypeError);
  },
  referrer: async () => {
    expect(await fieldOf("referer", { referrer: here("/page#part") })).toBe(here("/page"));
    expect(await fieldOf("referer", { referrer: "" })).toBeUndefined();
    expect(await fieldOf("referer", { referrer: "about:client" })).toBeUndefined();
    const both = { referrer: here("/page"), headers: { referer: "mine" } };
    expect(await fieldOf("referer", both)).toBe("mine");
  },
  referrerPolicy: async () => {
    const other = "https://other.example/page?q";
    const policies: Readonly<Record<ReferrerPolicy, readonly [other: string | undefined, own: string]>> = {
      "": ["https://other.example/", here("/page")],
      "no-referrer": [undefined, ""],
      "unsafe-url": [other, here("/page")],
      origin: ["https://other.example/", here("/")],
      "strict-origin": ["https://other.example/", here("/")],
      "same-origin": [undefined, here("/page")],
      "origin-when-cross-origin": ["https://other.example/", here("/page")],
      "strict-origin-when-cross-origin": ["https://other.example/", here("/page")],
      "no-referrer-when-downgrade": [other, here("/page")],
    };
    for (const [referrerPolicy, [fromOther, fromOwn]] of Object.entries(policies)) {
      expect(await fieldOf("referer", { referrer: other, referrerPolicy })).toBe(fromOther);
      expect((await fieldOf("referer", { referrer: here("/page"), referrerPolicy })) ?? "").toBe(fromOwn);
    }
  },
  signal: async () => {
    expect(await failureOf({ signal: AbortSignal.abort() })).toMatchObject({ name: "AbortError" });
  },
  window: async () => {
    expect((await headOf({ window: null })).length).toBeGreaterThan(0);
    expect(await failureOf({ window: 1 })).toBeInstanceOf(TypeError);
  },
};

describe("a member of the init that is honoured has its effect", () => {
  test.each(Object.entries(effects))("%s", async (_, effect) => effect());
});

/** For each that is refused: a value that is, and those that are let pass. */
const refusals: Readonly<Record<string, readonly [refused: unknown, ...passing: unknown[]]>> = {
  dispatcher: [{ dispatch: () => true }, undefined],
  agent: [{}, false, null],
  client: [{}],
  proxy: ["http://localhost:1/", false],
  tls: [{ rejectUnauthorized: false }, false],
  unix: ["/s"],
  timeout: [1, 0],
  follow: [0],
  size: [1, 0],
  compress: [false, true],
  decompress: [false, true],
};

describe("a member of the init that is refused", () => {
  test.each(Object.entries(refusals))("%s: is, and nothing is asked", async (option, [value]) => {
    expect(await failureOf({ [option]: value })).toMatchObject({
      message: "fetch failed",
      cause: { code: "option-invalid", detail: { option } },
    });
  });

  const passing = Object.entries(refusals).flatMap(([option, [, ...values]]) =>
    values.map((value) => [option, value] as const),
  );
  test.each(passing)("%s: what asks for nothing else is let pass: %j", async (option, value) => {
    expect((await headOf({ [option]: value })).length).toBeGreaterThan(0);
  });

  const proxied = new (class extends Agent {})({ keepAlive: true });
  const dialling = Object.assign(new Agent(), { createConnection: () => undefined });
  test.each([
    ["trusts anybody", new Agent({ rejectUnauthorized: false })],
    ["trusts others", new Agent({ ca: rootPem })],
    ["has a deadline", new Agent({ timeout: 1 })],
    ["looks names up", new Agent({ lookup: () => {} })],
    ["goes to another port", new Agent({ defaultPort: 1 } as AgentOptions)],
    ["is of a class on top of Node's", proxied],
    ["makes its sockets", dialling],
  ])("an agent is, where it %s", async (_, agent) => {
    expect(await failureOf({ agent })).toMatchObject({ cause: { detail: { option: "agent" } } });
  });

  test.each([
    ["https", new Agent({ keepAlive: true, maxSockets: 9, scheduling: "fifo" })],
    ["http", new HttpAgent({ keepAlive: true })],
  ])("an agent of Node's that only keeps sockets is let pass, as grammY gives one: %s", async (_, agent) => {
    expect((await headOf({ agent, compress: true })).length).toBeGreaterThan(0);
  });

  test("names the client's option for it, as the user of a fetch writes it", async () => {
    expect(await failureOf({ proxy: "http://localhost:1/" })).toMatchObject({
      cause: { hint: "The client has proxy for that: createFetch(new Client({ proxy }))." },
    });
  });
});

describe("a Request in the init's place", () => {
  test("says the same by the same names", async () => {
    const asked = new Request(here("/"), { method: "PUT", headers: { "X-Mine": "1" }, cache: "reload" });
    await (await fetch(asked)).text();
    expect(origin.heads.at(-1)).toEqual(
      expect.arrayContaining(["PUT / HTTP/1.1", "x-mine: 1", "Cache-Control: no-cache"]),
    );
    const unmet = new Request(here("/"), { integrity: "sha256-AAAA" });
    await expect(fetch(unmet)).rejects.toMatchObject({ cause: { code: "integrity-mismatch" } });
  });

  test("says which dispatcher it was made with where Node lets that be seen, and is refused then", async () => {
    const init = { dispatcher: { dispatch: () => true } };
    const asked = new Request(here("/"), init as RequestInit);
    if (Object.getOwnPropertySymbols(asked).length === 0) return;
    expect(await failureOf({}, asked)).toMatchObject({ cause: { detail: { option: "dispatcher" } } });
  });
});

const idle = { keepalive: true, priority: "high" };

test.each(Object.entries(idle))("%s is without meaning: the same is sent", async (option, value) => {
  expect(await headOf({ [option]: value })).toEqual(await headOf({}));
});

test.each<[OptionRow["kind"], object]>([
  ["honoured", effects],
  ["refused", refusals],
  ["meaningless", idle],
])("each row has its test: %s", (kind, tested) => {
  expect(Object.keys(tested).toSorted()).toEqual(namesOf(kind).toSorted());
});

test("the table has what undici's fetch takes", () => {
  expect(Object.keys(ofUndici).filter((name) => !Object.hasOwn(fetchRows, name))).toEqual([]);
});

test("the hints of errors name options as the client's", async () => {
  await using strict = new Client({ roots: rootPem, maxDecodedBytes: 1 });
  await using distrusting = new Client();
  const untrusted: unknown = await createFetch(distrusting)(origin.url).catch((error: unknown) => error);
  expect((untrusted as { readonly cause: { readonly hint: string } }).cause.hint).toContain(
    "addRoots of the client",
  );
  expect((await createFetch(strict)(origin.url)).type).toBe("basic");
});
