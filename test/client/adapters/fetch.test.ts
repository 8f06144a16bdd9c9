/** `createFetch`: the client in the shape of fetch, by itself and under ky. */
import { once } from "node:events";
import ky from "ky";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, createFetch, HttpsError, trustOf } from "../../../src/index.ts";
import { answering, openHttp, openOrigin, reply, rootPem, type Origin } from "../origin.ts";

describe("createFetch", () => {
  let origin: Origin;
  let client: Client;
  let fetch: typeof globalThis.fetch;
  beforeAll(async () => {
    origin = await openHttp((request, response) => {
      const pathname = request.url ?? "/";
      if (pathname.startsWith("/status/")) {
        const status = Number(pathname.slice(8));
        response.writeHead(status, { "set-cookie": ["a=1; Path=/", "b=2"] });
        return void response.end([204, 205, 304].includes(status) ? undefined : "content");
      }
      if (pathname === "/moved") return void response.writeHead(302, { location: "/echo" }).end("moved");
      if (pathname === "/moved-307") return void response.writeHead(307, { location: "/echo" }).end();
      if (pathname === "/slow") return void response.writeHead(200).write("first");
      if (pathname === "/cut") {
        response.writeHead(200, { "content-length": "10" });
        return void response.write("first", () => request.socket.destroy());
      }
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, headers } = request;
        const body = Buffer.concat(chunks).toString();
        response.setHeader("content-type", "application/json").end(JSON.stringify({ method, headers, body }));
      });
    });
    client = new Client({ roots: rootPem });
    fetch = createFetch(client);
  });
  afterAll(async () => {
    client.destroy();
    await origin.close();
  });

  interface Echo {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }
  const echo = async (init?: RequestInit, path = "/echo"): Promise<Echo> =>
    (await (await fetch(`${origin.url}${path}`, init)).json()) as Echo;

  test("gives the platform's Response, with its URL and the trust report", async () => {
    const response = await fetch(`${origin.url}/echo`);
    expect(response).toBeInstanceOf(Response);
    expect(response.headers).toBeInstanceOf(Headers);
    expect({ ok: response.ok, url: response.url, redirected: response.redirected }).toEqual({
      ok: true,
      url: `${origin.url}/echo`,
      redirected: false,
    });
    expect(trustOf(response)?.kind).toBe("verified");
    const clone = response.clone();
    expect(clone.url).toBe(response.url);
    expect(await clone.text()).toBe(await response.text());
    expect(response.bodyUsed).toBe(true);
  });

  test.each<[string, BodyInit, string, string | undefined]>([
    ["a string", "plain", "plain", "text/plain;charset=UTF-8"],
    ["bytes", new Uint8Array([104, 105]), "hi", undefined],
    ["an ArrayBuffer", new Uint8Array([104, 105]).buffer, "hi", undefined],
    [
      "URLSearchParams",
      new URLSearchParams({ a: "1 2" }),
      "a=1+2",
      "application/x-www-form-urlencoded;charset=UTF-8",
    ],
    ["a Blob", new Blob(["hi"], { type: "text/x" }), "hi", "text/x"],
  ])("sends %s with its length and its type", async (_, body, text, type) => {
    const got = await echo({ method: "POST", body });
    expect(got.body).toBe(text);
    expect(got.headers["content-type"]).toBe(type);
    expect(got.headers["content-length"]).toBe(String(text.length));
  });

  test("sends the body of a Request with its length, although the Request hides what it was made of", async () => {
    const request = new Request(`${origin.url}/echo`, {
      method: "PUT",
      body: "in hand",
      headers: { x: "1" },
    });
    const got = (await (await fetch(request)).json()) as Echo;
    expect(got).toMatchObject({ method: "PUT", body: "in hand", headers: { "content-length": "7", x: "1" } });
  });

  test("sends a form as multipart with its boundary", async () => {
    const form = new FormData();
    form.set("file", new File(["data"], "name.txt", { type: "text/plain" }));
    const got = await echo({ method: "POST", body: form });
    expect(got.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(got.body).toMatch(/name="file"; filename="name.txt"\r\nContent-Type: text\/plain\r\n\r\ndata\r\n/);
  });

  test("sends a stream in chunks as it comes, and reads the answer while it does", async () => {
    let more: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => (more = controller) });
    await using echoing = await openHttp((request, response) => {
      response.writeHead(200);
      request.pipe(response);
    });
    const pending = fetch(echoing.url, { method: "POST", body, duplex: "half" } as RequestInit);
    more?.enqueue(Buffer.from("one"));
    const reader = (await pending).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("one");
    more?.enqueue(Buffer.from("two"));
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("two");
    more?.close();
    expect((await reader?.read())?.done).toBe(true);
  });

  test("keeps each Set-Cookie apart", async () => {
    const response = await fetch(`${origin.url}/status/200`);
    expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
    await response.text();
  });

  test.each([204, 205, 304])("%d has no body", async (status) => {
    const response = await fetch(`${origin.url}/status/${status}`);
    expect([response.status, response.body]).toEqual([status, null]);
    expect(await response.text()).toBe("");
  });

  test("a status the platform's constructor refuses is told all the same", async () => {
    const response = await fetch(`${origin.url}/status/999`);
    expect([response.status, response.ok, response.clone().status]).toEqual([999, false, 999]);
    expect(await response.text()).toBe("content");
  });

  test("a body can be read by a reader that brings its own buffer", async () => {
    const { body } = await fetch(`${origin.url}/status/200`);
    const reader = body?.getReader({ mode: "byob" });
    const { value } = (await reader?.read(new Uint8Array(4))) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe("cont");
    await reader?.cancel();
  });

  describe("redirects", () => {
    test("follow: the last response, and that it was redirected", async () => {
      const response = await fetch(`${origin.url}/moved`);
      expect([response.status, response.redirected, response.url]).toEqual([200, true, `${origin.url}/echo`]);
      await response.text();
    });

    test("follow: a 307 sends a body in hand once more", async () => {
      expect(await echo({ method: "POST", body: "again" }, "/moved-307")).toMatchObject({
        method: "POST",
        body: "again",
      });
    });

    test("manual: the redirect itself", async () => {
      const response = await fetch(`${origin.url}/moved`, { redirect: "manual" });
      expect([response.status, response.headers.get("location")]).toEqual([302, "/echo"]);
      await response.text();
    });

    test("error: a TypeError that names where it led", async () => {
      const error: unknown = await fetch(`${origin.url}/moved`, { redirect: "error" }).catch(
        (e: unknown) => e,
      );
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).cause).toMatchObject({
        code: "redirect-unwanted",
        detail: { from: `${origin.url}/moved`, to: `${origin.url}/echo`, status: 302 },
      });
    });
  });

  test.each<[RequestCache, Record<string, string | undefined>]>([
    ["default", { "cache-control": undefined, pragma: undefined }],
    ["no-cache", { "cache-control": "max-age=0", pragma: undefined }],
    ["no-store", { "cache-control": "no-cache", pragma: "no-cache" }],
    ["reload", { "cache-control": "no-cache", pragma: "no-cache" }],
    ["force-cache", { "cache-control": undefined, pragma: undefined }],
  ])("the cache mode %s tells caches on the way what it means", async (cache, expected) => {
    const { headers } = await echo({ cache });
    expect({ "cache-control": headers["cache-control"], pragma: headers["pragma"] }).toEqual(expected);
  });

  test("credentials: omit sends none, and keeps no cookie", async () => {
    const jar = new CookieJar();
    await jar.setCookie("a=1", origin.url);
    await using own = new Client({
      roots: rootPem,
      cookies: jar,
      authentication: { scheme: "bearer", token: "t" },
    });
    const ask = async (credentials: RequestCredentials): Promise<unknown> => {
      const response = await createFetch(own)(`${origin.url}/echo`, { credentials });
      const { headers } = (await response.json()) as { headers: Record<string, string> };
      return [headers["cookie"], headers["authorization"]];
    };
    expect(await ask("same-origin")).toEqual(["a=1", "Bearer t"]);
    expect(await ask("omit")).toEqual([undefined, undefined]);
  });

  test("a redirect that comes back is followed: the next visit may be another", async () => {
    let visits = 0;
    await using turning = await openHttp((_request, response) => {
      if (++visits < 4) response.writeHead(302, { location: "/" }).end();
      else response.end("the page");
    });
    expect(await (await fetch(turning.url)).text()).toBe("the page");
  });

  describe("failures", () => {
    test("are TypeErrors with the reason as their cause", async () => {
      await using strange = await openOrigin(answering(() => "no HTTP at all\r\n\r\n"));
      const error: unknown = await fetch(strange.url).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toBe("fetch failed");
      expect((error as Error).cause).toBeInstanceOf(HttpsError);
      expect((error as Error).cause).toMatchObject({ code: "not-http" });
    });

    test("of the body are told to its reader, with the bytes expected and received", async () => {
      const response = await fetch(`${origin.url}/cut`);
      const error: unknown = await response.text().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).cause).toMatchObject({
        code: "body-truncated",
        detail: { expectedBytes: 10, receivedBytes: 5 },
      });
    });

    test("by the caller's signal are its reason, before the answer and within the body", async () => {
      const early = new AbortController();
      const pending = fetch(`${origin.url}/echo`, {
        method: "POST",
        body: new ReadableStream(),
        duplex: "half",
        signal: early.signal,
      } as RequestInit);
      early.abort(new Error("mine"));
      await expect(pending).rejects.toThrow("mine");
      await expect(fetch(origin.url, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        name: "AbortError",
      });
      const late = new AbortController();
      const response = await fetch(`${origin.url}/slow`, { signal: late.signal });
      const reader = response.body?.getReader();
      await reader?.read();
      late.abort();
      await expect(reader?.read()).rejects.toMatchObject({ name: "AbortError" });
    });

    test("of an option that would have no effect are said", async () => {
      for (const option of ["dispatcher", "agent", "proxy", "tls", "timeout"])
        await expect(fetch(origin.url, { [option]: {} })).rejects.toMatchObject({
          cause: { code: "option-invalid", detail: { option } },
        });
      await expect(fetch(origin.url, { cache: "only-if-cached", mode: "same-origin" })).rejects.toMatchObject(
        {
          cause: { code: "option-invalid", detail: { option: "cache" } },
        },
      );
      await expect(fetch("/relative")).rejects.toBeInstanceOf(TypeError);
      await expect(fetch("ftp://localhost/")).rejects.toMatchObject({
        cause: { code: "url-unknown-scheme" },
      });
    });
  });

  test("cancelling the body closes its connection", async () => {
    await using open = await openHttp((_, response) => void response.writeHead(200).write("x"));
    const response = await fetch(open.url);
    const closed = once(open.accepted[0] ?? open.server, "close");
    await response.body?.cancel();
    await closed;
  });

  describe("under ky", () => {
    test("JSON goes out and comes back", async () => {
      const api = ky.create({ fetch, prefixUrl: origin.url });
      const got = await api.post("echo", { json: { a: 1 } }).json<Echo>();
      expect(got).toMatchObject({
        method: "POST",
        body: '{"a":1}',
        headers: { "content-type": "application/json" },
      });
    });

    test("its retries and its timeout work", async () => {
      let asked = 0;
      await using flaky = await openOrigin(
        answering(() =>
          ++asked < 3 ? "HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n" : reply("well"),
        ),
      );
      const api = ky.create({ fetch, retry: { limit: 3, delay: () => 1 } });
      expect(await api.get(flaky.url).text()).toBe("well");
      await using mute = await openOrigin(() => {});
      await expect(api.get(mute.url, { timeout: 50, retry: 0 })).rejects.toMatchObject({
        name: "TimeoutError",
      });
    });
  });
});
