/** URLs that name no server, digests, errors and timings: Fetch §4.3 (scheme fetch), §6 (data: URLs), §4.1, §5.1. One rule a test. */
import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Client, createFetch, HttpsError, trustOf } from "../../../../src/index.ts";
import { openHttp } from "../../origin.ts";
import { openPlayground, reasonOf, type Playground } from "./playground.ts";

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play[Symbol.asyncDispose]());

const local = { name: "TypeError", message: "fetch failed", cause: { code: "local-url-failed" } };

describe("§6 data: URLs", () => {
  test.each([
    ["data:,text", "text", "text/plain;charset=US-ASCII"],
    ["data:text/html,<p>", "<p>", "text/html"],
    ["data:,a%20b%", "a b%", "text/plain;charset=US-ASCII"],
    ["data:,node#js#", "node", "text/plain;charset=US-ASCII"],
    ["data:,a,b?c", "a,b?c", "text/plain;charset=US-ASCII"],
    ["data:;charset=utf-8,%C3%BC", "ü", "text/plain;charset=utf-8"],
    ["data:TEXT/Html;CHARSET=UTF-8,x", "x", "text/html;charset=UTF-8"],
    ['data:text/plain;a="b;c",x', "x", 'text/plain;a="b;c"'],
    ["data:text/plain;a=1;a=2;b,x", "x", "text/plain;a=1"],
    ["data: text/html ,x", "x", "text/html"],
    ["data:nonsense,x", "x", "text/plain;charset=US-ASCII"],
    ["data:;base64,dGV4dA==", "text", "text/plain;charset=US-ASCII"],
    ["data:a/b;base64,dGV4dA", "text", "a/b"],
    ["data:a/b; BASE64,dGV4%20dA%3D%3D", "text", "a/b"],
    ["data:a/b;base64;c=d,dGV4dA", "dGV4dA", "a/b;c=d"],
  ])("%s", async (url, text, type) => {
    const response = await play.fetch(url);
    expect([await response.text(), response.headers.get("content-type")]).toEqual([text, type]);
  });
  test.each(["data:text", "data:;base64,a", "data:;base64,a===", "data:;base64,d\u00fc=="])(
    "%s is a network error",
    async (url) => expect(await reasonOf(play.fetch(url))).toMatchObject(local),
  );
  test("are answered by 200", async () => {
    const { status, statusText, type, url, redirected } = await play.fetch("data:,x#y");
    expect([status, statusText, type, url, redirected]).toEqual([200, "OK", "basic", "data:,x", false]);
  });
  test("of a mebibyte", async () => {
    const url = `data:;base64,${Buffer.alloc(1_048_576, "a").toString("base64")}`;
    expect((await (await play.fetch(url)).arrayBuffer()).byteLength).toBe(1_048_576);
  });
  test("of a type with much white space take no longer than others as long", async () => {
    const url = `data:text/plain;a=${" ".repeat(400_000)}b;c=d,x`;
    expect((await play.fetch(url)).headers.get("content-type")).toBe("text/plain;a=b;c=d");
  });
  test("are not repeated by an error, whatever they hold", async () => {
    const moved = play.fetch(play.redirect(302, "data:,SECRET"));
    for (const failed of [
      play.fetch("data:a@b,SECRET", { integrity: "sha256-AAAA" }),
      play.fetch("data:;base64,SECRET!"),
      moved,
    ])
      expect(String(((await reasonOf(failed)) as Error).cause)).toMatch(/^(?!.*SECRET).*data:\*\*\*/s);
  });
  test("have no body for HEAD", async () =>
    expect((await play.fetch("data:,x", { method: "HEAD" })).body).toBe(null));
  test("can be cloned", async () => {
    const response = await play.fetch("data:a/b,x");
    expect([await response.clone().text(), (await response.blob()).type]).toEqual(["x", "a/b"]);
  });
  test("have immutable headers", async () => {
    const { headers } = await play.fetch("data:,x");
    expect(() => headers.set("a", "1")).toThrow(TypeError);
  });
  test("are vouched for by nobody", async () => expect(trustOf(await play.fetch("data:,x"))).toBeUndefined());
  test("of a Request", async () => expect(await (await play.fetch(new Request("data:,x"))).text()).toBe("x"));
  test("are not asked for by a signal that was aborted", async () => {
    expect(await reasonOf(play.fetch("data:,x", { signal: AbortSignal.abort() }))).toMatchObject({
      name: "AbortError",
    });
  });
});

describe("§4.3 blob: URLs", () => {
  const urls: string[] = [];
  const blobUrl = (text = "hello world", type = "a/b"): string => {
    const url = URL.createObjectURL(new Blob([text], { type }));
    urls.push(url);
    return url;
  };
  afterEach(() => {
    for (const url of urls.splice(0)) URL.revokeObjectURL(url);
  });
  test("are answered with length and type", async () => {
    const response = await play.fetch(blobUrl());
    expect([
      response.status,
      response.headers.get("content-type"),
      response.headers.get("content-length"),
    ]).toEqual([200, "a/b", "11"]);
    expect(await response.text()).toBe("hello world");
  });
  test("without a type have an empty one", async () =>
    expect((await play.fetch(blobUrl("x", ""))).headers.get("content-type")).toBe(""));
  test("may have a fragment", async () =>
    expect(await (await play.fetch(`${blobUrl()}#part`)).text()).toBe("hello world"));
  test.each([
    ["bytes=1-3", "ell", "bytes 1-3/11"],
    ["bytes=6-", "world", "bytes 6-10/11"],
    ["bytes=-3", "rld", "bytes 8-10/11"],
    ["bytes=6-99", "world", "bytes 6-10/11"],
    ["bytes= 1 - 3", "ell", "bytes 1-3/11"],
  ])("%s is a part", async (range, text, said) => {
    const response = await play.fetch(blobUrl(), { headers: { range } });
    const { status, statusText, headers } = response;
    expect([status, statusText, headers.get("content-range"), headers.get("content-length")]).toEqual([
      206,
      "Partial Content",
      said,
      String(text.length),
    ]);
    expect(await response.text()).toBe(text);
  });
  test.each(["bytes=11-", "bytes=3-1", "bytes=-", "bytes=1-2,4-5", "lines=1-2"])(
    "%s is a network error",
    async (range) =>
      expect(await reasonOf(play.fetch(blobUrl(), { headers: { range } }))).toMatchObject(local),
  );
  test.each(["HEAD", "POST", "DELETE", "OPTIONS", "PUT", "CUSTOM"])("%s is a network error", async (method) =>
    expect(await reasonOf(play.fetch(blobUrl(), { method }))).toMatchObject(local),
  );
  test("that were revoked are a network error", async () => {
    const url = blobUrl();
    URL.revokeObjectURL(url);
    expect(await reasonOf(play.fetch(url))).toMatchObject(local);
  });
  test.each(["?query", "/path"])("with %s are a network error", async (more) =>
    expect(await reasonOf(play.fetch(blobUrl() + more))).toMatchObject(local),
  );
});

describe("§4.3 other schemes", () => {
  test.each(["about:blank", "about:config", "file:///etc/hostname"])("%s is a network error", async (url) =>
    expect(await reasonOf(play.fetch(url))).toMatchObject(local),
  );
  test.each(["ftp://a/", "ws://a/", "mailto:a", "javascript:alert(1)"])(
    "%s is a network error",
    async (url) => {
      expect(await reasonOf(play.fetch(url))).toMatchObject({ cause: { code: "url-unknown-scheme" } });
    },
  );
  test("http is spoken in the clear", async () => {
    await using plain = await openHttp((_, response) => response.end("plain"), { tls: false });
    const response = await play.fetch(plain.url);
    expect([await response.text(), trustOf(response)?.kind]).toEqual(["plain", "plaintext"]);
  });
  test.each(["sub.localhost", "sub.localhost.", "a.b.localhost"])("%s is this machine", async (host) => {
    await using plain = await openHttp((_, response) => response.end("here"), { tls: false });
    expect(await (await play.fetch(`http://${host}:${plain.port}/`)).text()).toBe("here");
  });
});

describe("§4.1 main fetch: integrity", () => {
  const body = "Hello world!";
  const digest = (algorithm: string, of = body): string =>
    `${algorithm}-${createHash(algorithm).update(of).digest("base64")}`;
  const ask = (
    integrity: string,
    url = play.serve((response) => void response.end(body)),
  ): Promise<Response> => play.fetch(url, { integrity });
  test.each(["sha256", "sha384", "sha512"])("%s that matches", async (algorithm) =>
    expect(await (await ask(digest(algorithm))).text()).toBe(body),
  );
  test.each(["sha256", "sha384", "sha512"])("%s that does not", async (algorithm) => {
    expect(await reasonOf(ask(digest(algorithm, "other")))).toMatchObject({
      name: "TypeError",
      cause: { code: "integrity-mismatch" },
    });
  });
  test("one of several is enough", async () =>
    expect((await ask(`${digest("sha256", "other")} ${digest("sha256")}`)).ok).toBe(true));
  test("the strongest alone counts", async () => {
    expect(await reasonOf(ask(`${digest("sha256")} ${digest("sha512", "other")}`))).toMatchObject({
      cause: { code: "integrity-mismatch" },
    });
    expect((await ask(`${digest("sha256", "other")} ${digest("sha512")}`)).ok).toBe(true);
  });
  test("an algorithm that nobody knows is passed over", async () =>
    expect((await ask("md5-x")).ok).toBe(true));
  test("options are passed over", async () => expect((await ask(`${digest("sha256")}?a`)).ok).toBe(true));
  test("may be in the alphabet of URLs", async () => {
    const written = digest("sha512").replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    expect((await ask(written)).ok).toBe(true);
  });
  test("is of the body without its codings", async () => {
    const url = play.serve(
      (response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(body)),
    );
    expect(await (await ask(digest("sha256"), url)).text()).toBe(body);
  });
  test("is of the answer behind redirects", async () => {
    const there = play.serve((response) => void response.end(body));
    expect((await ask(digest("sha256"), play.redirect(302, there))).redirected).toBe(true);
  });
  test("of no body is a mismatch", async () => {
    const url = play.serve((response) => void response.writeHead(204).end());
    expect(await reasonOf(ask(digest("sha256", ""), url))).toMatchObject({
      cause: { code: "integrity-mismatch" },
    });
  });
  test("of many equals signs takes no longer than another as long", async () => {
    expect(await reasonOf(ask(`sha256-${"=".repeat(400_000)}x`))).toMatchObject({
      cause: { code: "integrity-mismatch" },
    });
  });
  test("is of data: URLs too", async () => {
    expect(await (await ask(digest("sha256"), `data:,${body}`)).text()).toBe(body);
    expect(await reasonOf(ask(digest("sha256", "other"), `data:,${body}`))).toBeInstanceOf(TypeError);
  });
  test("a Request's counts", async () => {
    const url = play.serve((response) => void response.end(body));
    expect(await reasonOf(play.fetch(new Request(url, { integrity: digest("sha256", "x") })))).toBeInstanceOf(
      TypeError,
    );
  });
});

describe("§5.6 network errors", () => {
  test.each<[string, () => string, string]>([
    ["a server that is not there", () => "https://localhost:1/", "connection-refused"],
    [
      "a connection that ends",
      () => play.serve((response) => void response.socket?.destroy()),
      "empty-response",
    ],
  ])("%s is a TypeError with its cause", async (_, url, code) => {
    const reason = await reasonOf(play.fetch(url()));
    expect(reason).toMatchObject({ name: "TypeError", message: "fetch failed", cause: { code } });
    expect((reason as Error).cause).toBeInstanceOf(HttpsError);
  });
  test("who is not believed is one", async () => {
    await using strict = new Client();
    expect(await reasonOf(createFetch(strict)(play.echo))).toMatchObject({ cause: { stage: "trust" } });
  });
  test("its stack leads to who asked", async () => {
    async function whoAsked(): Promise<void> {
      await play.fetch("https://localhost:1/");
    }
    expect(((await reasonOf(whoAsked())) as Error).stack).toContain("whoAsked");
  });
});

describe("§5.1 finalize and report timing", () => {
  interface Entry extends PerformanceEntry {
    readonly initiatorType: string;
    readonly encodedBodySize: number;
    readonly decodedBodySize: number;
    readonly transferSize: number;
    readonly redirectStart: number;
    readonly redirectEnd: number;
    readonly fetchStart: number;
    readonly domainLookupStart: number;
    readonly domainLookupEnd: number;
    readonly connectStart: number;
    readonly connectEnd: number;
    readonly requestStart: number;
    readonly responseStart: number;
    readonly responseEnd: number;
  }
  const entriesOf = async (url: string, ask: () => Promise<unknown>): Promise<readonly Entry[]> => {
    performance.clearResourceTimings();
    await ask();
    await wait(0); // The timeline is told in a task of its own.
    return performance.getEntriesByName(url, "resource") as unknown as readonly Entry[];
  };
  test("tells the timeline of a fetch, once its body is over", async () => {
    const url = play.serve((response) => void response.end("ok"));
    const [entry, ...others] = await entriesOf(url, async () => (await play.fetch(url)).text());
    expect(others).toEqual([]);
    expect([
      entry?.initiatorType,
      entry?.encodedBodySize,
      entry?.decodedBodySize,
      entry?.transferSize,
    ]).toEqual(["fetch", 2, 2, 302]);
  });
  test("in their order", async () => {
    const url = play.serve((response) => void response.end("ok"));
    await using fresh = new Client({ roots: (await import("../../origin.ts")).rootPem });
    const ask = createFetch(fresh);
    const [entry] = await entriesOf(url, async () => new Response((await ask(url)).body).text());
    const instants = [
      entry?.startTime,
      entry?.fetchStart,
      entry?.domainLookupStart,
      entry?.domainLookupEnd,
      entry?.connectStart,
      entry?.connectEnd,
      entry?.requestStart,
      entry?.responseStart,
      entry?.responseEnd,
    ] as number[];
    expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    expect(entry?.duration).toBeGreaterThan(0);
    expect([entry?.redirectStart, entry?.redirectEnd]).toEqual([0, 0]);
  });
  test("redirects within it", async () => {
    const url = play.redirect(307, "/echo");
    const [entry] = await entriesOf(url, async () => (await play.fetch(url)).text());
    expect(entry?.redirectStart).toBe(entry?.startTime);
    expect(entry?.redirectEnd).toBeGreaterThanOrEqual(entry?.redirectStart ?? Infinity);
    expect(entry?.connectStart).toBeGreaterThanOrEqual(entry?.redirectEnd ?? Infinity);
  });
  test("where there is no body, at once", async () => {
    const url = play.serve((response) => void response.writeHead(204).end());
    expect((await entriesOf(url, () => play.fetch(url))).length).toBe(1);
  });
  test("not of one that failed", async () => {
    const url = "https://localhost:1/";
    expect(await entriesOf(url, () => reasonOf(play.fetch(url)))).toEqual([]);
  });
});
