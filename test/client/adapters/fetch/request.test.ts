/** What a fetch asks for: Fetch §5.4 (Request class), §2.2.1 (methods), §5.6 (fetch method). One rule a test. */
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as undici from "undici";
import { createFetch } from "../../../../src/index.ts";
import { openPlayground, reasonOf, type Playground } from "./playground.ts";

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play[Symbol.asyncDispose]());

const refusal = async (init: object, url = play.echo): Promise<unknown> => {
  const before = play.seen.length;
  const reason = await reasonOf(play.fetch(url, init));
  expect(play.seen.length).toBe(before);
  return reason;
};

describe("§5.6 fetch method", () => {
  test("is called fetch", () => expect(play.fetch.name).toBe("fetch"));
  test("takes one argument at least", () => expect(play.fetch.length).toBe(1));
  test("without an argument rejects with a TypeError", async () => {
    const reason = await reasonOf((play.fetch as () => Promise<unknown>)());
    expect(reason).toBeInstanceOf(TypeError);
  });
  test("takes null for an init", async () => {
    const response = await play.fetch(play.echo, null as unknown as RequestInit);
    expect(response.ok).toBe(true);
  });
  test("gives a promise, whatever is wrong", () => {
    const promise = play.fetch("no URL");
    promise.catch(() => {});
    expect(promise).toBeInstanceOf(Promise);
  });
  test("each client has its own", () => expect(createFetch(play.client)).not.toBe(play.fetch));
});

describe("§2.2.1 methods", () => {
  test.each(["delete", "get", "head", "options", "post", "put"])("%s is normalized", async (method) => {
    await (await play.fetch(play.echo, { method })).text();
    expect(play.seen.at(-1)?.method).toBe(method.toUpperCase());
  });
  test.each(["CONNECT", "TRACE", "TRACK", "trace"])("%s is forbidden", async (method) => {
    expect(await refusal({ method })).toBeInstanceOf(TypeError);
  });
  test("what is not a token is refused", async () => {
    expect(await refusal({ method: "GE T" })).toBeInstanceOf(TypeError);
  });
  test("another is sent as it is", async () =>
    expect((await play.ask({ method: "MKCOL" })).method).toBe("MKCOL"));
});

describe("§5.4 Request constructor: the URL", () => {
  test("a relative one is refused", async () => expect(await refusal({}, "/path")).toBeInstanceOf(TypeError));
  test("one relative to a scheme is refused", async () =>
    expect(await refusal({}, "//localhost/")).toBeInstanceOf(TypeError));
  test("one with credentials is refused, and not shown", async () => {
    const reason = await refusal({}, play.echo.replace("https://", "https://user:SECRET@"));
    expect(reason).toBeInstanceOf(TypeError);
    expect(String(reason)).not.toContain("SECRET");
  });
  test("one of a scheme that nobody knows is a network error", async () => {
    expect(await refusal({}, "ftp://localhost/")).toMatchObject({ cause: { code: "url-unknown-scheme" } });
  });
  test("its fragment is not sent", async () =>
    expect((await play.ask({}, "/echo?a#part")).url).toBe("/echo?a"));
  test.each([
    ["/echo?", "/echo?"],
    ["/echo?#part", "/echo?"],
    ["/echo#?", "/echo"],
    ["/echo", "/echo"],
  ])("an empty query is sent: %s", async (path, sent) => expect((await play.ask({}, path)).url).toBe(sent));
  test("what is not ASCII is sent as UTF-8 in percent signs", async () =>
    expect((await play.ask({}, "/möbius?ü")).url).toBe("/m%C3%B6bius?%C3%BC"));
  test("dots are resolved", async () => expect((await play.ask({}, "/a/../echo/./x")).url).toBe("/echo/x"));
  test("may be a URL", async () => expect((await play.fetch(new URL(play.echo))).status).toBe(200));
  test("may be an object that says it", async () => {
    const object = { toString: () => play.echo } as unknown as URL;
    expect((await play.fetch(object)).url).toBe(play.echo);
  });
});

describe("§5.4 Request constructor: members", () => {
  test.each([
    ["mode", "navigate"],
    ["mode", "none"],
    ["credentials", "all"],
    ["cache", "never"],
    ["redirect", "maybe"],
    ["referrerPolicy", "some"],
    ["duplex", "full"],
    ["window", 1],
    ["signal", {}],
    ["signal", "text"],
    ["referrer", "https://[/"],
  ])("%s does not take %j", async (name, value) => {
    expect(await refusal({ [name]: value })).toBeInstanceOf(TypeError);
  });
  test("window takes null", async () => expect((await play.ask({ window: null })).method).toBe("GET"));
  test("signal takes null", async () => expect((await play.ask({ signal: null })).method).toBe("GET"));
  test("keepalive changes nothing", async () => {
    expect(await play.ask({ keepalive: true })).toEqual(await play.ask());
  });
  test("priority changes nothing", async () => {
    expect(await play.ask({ priority: "low" })).toEqual(await play.ask());
  });
  test("cache only-if-cached is for mode same-origin alone", async () => {
    expect(await refusal({ cache: "only-if-cached" })).toBeInstanceOf(TypeError);
  });
  test("no-cors takes simple methods alone", async () => {
    expect(await refusal({ mode: "no-cors", method: "PUT" })).toBeInstanceOf(TypeError);
  });
  test("what nobody knows is passed over", async () => {
    expect((await play.ask({ nonsense: 1 })).method).toBe("GET");
  });
  test("a member of undefined says nothing", async () => {
    expect((await play.ask({ method: undefined, body: undefined, signal: undefined })).method).toBe("GET");
  });
  test("the prototype of everything says nothing", async () => {
    const url = play.redirect(302, "/echo");
    Object.assign(Object.prototype, { redirect: "error" });
    const asked = play.fetch(url, { method: "GET" });
    Reflect.deleteProperty(Object.prototype, "redirect");
    expect((await asked).redirected).toBe(true);
  });
});

describe("§5.4 Request constructor: a Request for the input", () => {
  test("gives its method, headers and body", async () => {
    const request = new Request(play.echo, { method: "PUT", headers: { x: "1" }, body: "text" });
    const seen = await (await play.fetch(request)).json();
    expect(seen).toMatchObject({ method: "PUT", body: "text", headers: { x: "1" } });
  });
  test("is used then", async () => {
    const request = new Request(play.echo, { method: "PUT", body: "text" });
    await (await play.fetch(request)).text();
    expect(request.bodyUsed).toBe(true);
  });
  test("that was used is refused", async () => {
    const request = new Request(play.echo, { method: "PUT", body: "text" });
    await request.text();
    expect(await reasonOf(play.fetch(request))).toBeInstanceOf(TypeError);
  });
  test("gives way to the init", async () => {
    const request = new Request(play.echo, { method: "PUT", headers: { a: "1" }, body: "text" });
    const seen = await (
      await play.fetch(request, { method: "POST", headers: { b: "2" }, body: "own" })
    ).json();
    expect(seen).toMatchObject({ method: "POST", body: "own", headers: { b: "2" } });
    expect((seen as { headers: object }).headers).not.toHaveProperty("a");
  });
  test("gives its signal", async () => {
    const controller = new AbortController();
    const request = new Request(
      play.serve(() => {}),
      { signal: controller.signal },
    );
    const reason = reasonOf(play.fetch(request));
    controller.abort(new Error("mine"));
    expect(await reason).toMatchObject({ message: "mine" });
  });
  test("gives its signal where it is a clone", async () => {
    const controller = new AbortController();
    const clone = new Request(
      play.serve(() => {}),
      { signal: controller.signal },
    ).clone();
    const reason = reasonOf(play.fetch(clone));
    controller.abort(new Error("mine"));
    expect(await reason).toMatchObject({ message: "mine" });
  });
  test("gives its redirect mode", async () => {
    const request = new Request(play.redirect(302, "/echo"), { redirect: "manual" });
    expect((await play.fetch(request)).status).toBe(302);
  });
  test("may be of another implementation", async () => {
    const request = new undici.Request(play.echo, { method: "PUT", headers: { x: "1" }, body: "text" });
    const seen = await (await play.fetch(request as unknown as Request)).json();
    expect(seen).toMatchObject({ method: "PUT", body: "text", headers: { x: "1", "content-length": "4" } });
    expect(request.bodyUsed).toBe(true);
  });
  test("of another implementation that was used is refused", async () => {
    const request = new undici.Request(play.echo, { method: "PUT", body: "text" });
    await request.text();
    expect(await reasonOf(play.fetch(request as unknown as Request))).toBeInstanceOf(TypeError);
  });
});

describe("§5.4 Request constructor: signals of another implementation", () => {
  class Foreign extends EventTarget {
    aborted = false;
    reason: unknown = undefined;
    abort(): void {
      [this.aborted, this.reason] = [true, new Error("theirs")];
      this.dispatchEvent(new Event("abort"));
    }
  }
  test("end the fetch", async () => {
    const signal = new Foreign();
    let asked = (): void => {};
    const came = new Promise<void>((resolve) => (asked = resolve));
    const url = play.serve(() => asked());
    const reason = reasonOf(play.fetch(url, { signal: signal as unknown as AbortSignal }));
    await came;
    signal.abort();
    expect(await reason).toMatchObject({ message: "theirs" });
  });
});

test("§4.6 a cancelled answer ends the request on the other side", async () => {
  let closed: Promise<unknown> | undefined;
  const url = play.serve((response) => {
    closed = once(response, "close");
    response.writeHead(200).write("first");
  });
  const response = await play.fetch(url);
  const reader = response.body?.getReader();
  await reader?.read();
  reader?.releaseLock();
  await response.body?.cancel();
  await closed;
});
