/** What a fetch gives: Fetch §5.5 (Response class), §5.3 (Body mixin), §2.2.5 (content codings). One rule a test. */
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trustOf } from "../../../../src/index.ts";
import { openPlayground, reasonOf, type Playground } from "./playground.ts";

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play[Symbol.asyncDispose]());

type Fields = Readonly<Record<string, string | readonly string[]>>;
const answered = (body: string | Uint8Array, headers: Fields = {}, status = 200): Promise<Response> =>
  play.fetch(play.serve((response) => void response.writeHead(status, headers as never).end(body)));
const pieces = (...all: readonly string[]): string =>
  play.serve((response) => {
    response.writeHead(200);
    for (const piece of all) response.write(piece);
    response.end();
  });

describe("§5.5 Response class", () => {
  test("is the platform's", async () => {
    const response = await answered("");
    expect(response).toBeInstanceOf(Response);
    expect(Object.prototype.toString.call(response)).toBe("[object Response]");
    expect(response.constructor.name).toBe("Response");
  });
  test("its status, and the phrase", async () => {
    const url = play.serve((response) => void response.writeHead(404, "Not Here").end());
    const { status, statusText, ok } = await play.fetch(url);
    expect([status, statusText, ok]).toEqual([404, "Not Here", false]);
  });
  test("no phrase is an empty one", async () => {
    const url = play.serve((response) => {
      response.socket?.end("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n");
    });
    expect((await play.fetch(url)).statusText).toBe("");
  });
  test.each([200, 201, 226, 299])("%d is ok", async (status) =>
    expect((await answered("", {}, status)).ok).toBe(true),
  );
  test("a 407 is an error where nobody is to be asked (§4.6)", async () => {
    const url = play.serve((response) => response.writeHead(407).end());
    for (const init of [{ window: null }, { window: null, headers: {} }, { window: null, dispatcher: null }])
      expect(await reasonOf(play.fetch(url, init as RequestInit))).toMatchObject({
        message: "fetch failed",
        cause: { code: "prompt-unwanted", detail: { url, status: 407 } },
      });
  });
  test.each([300, 400, 401, 407, 418, 421, 500, 599])("%d is not, and is not an error", async (status) => {
    const response = await answered("text", {}, status);
    expect([response.ok, response.status, await response.text()]).toEqual([false, status, "text"]);
  });
  test("its URL has no fragment", async () =>
    expect((await play.fetch(`${play.echo}#part`)).url).toBe(play.echo));
  test("its URL is serialized", async () =>
    expect((await play.fetch(`${play.home.url}/a/../echo`)).url).toBe(play.echo));
  test("can be one that is made of it", async () => {
    const copy = new Response((await answered("text", { a: "1" })).body, await answered("", { a: "1" }));
    expect([copy.headers.get("a"), await copy.text()]).toEqual(["1", "text"]);
  });
  test("who vouched for it is known", async () => expect(trustOf(await answered(""))?.kind).toBe("verified"));
});

describe("§2.2.3 null body status", () => {
  test.each([204, 205, 304])("%d has none", async (status) => {
    const response = await answered("", {}, status);
    expect([response.status, response.body, response.bodyUsed]).toEqual([status, null, false]);
    expect(await response.text()).toBe("");
  });
  test("nor has the answer to HEAD", async () => {
    const response = await play.fetch(play.echo, { method: "HEAD" });
    expect([response.body, await response.text()]).toEqual([null, ""]);
    expect(response.headers.get("content-type")).toBe("application/json");
  });
  test("a coding of it is not undone", async () => {
    const url = play.serve((response) => void response.writeHead(304, { "content-encoding": "gzip" }).end());
    expect(await (await play.fetch(url)).text()).toBe("");
  });
  test("it may be read twice", async () => {
    const response = await answered("", {}, 204);
    await response.text();
    expect(await response.text()).toBe("");
  });
  test("it is not JSON", async () => {
    expect(await reasonOf((await answered("", {}, 204)).json())).toBeInstanceOf(SyntaxError);
  });
  test("its clone has none", async () => expect((await answered("", {}, 204)).clone().body).toBe(null));
});

describe("§5.3 Body mixin: as a whole", () => {
  test("text", async () => expect(await (await answered("hü")).text()).toBe("hü"));
  test("text without its byte order mark, of the first alone", async () =>
    expect(await (await answered("\uFEFFa\uFEFF")).text()).toBe("a\uFEFF"));
  test("text is UTF-8, whatever its type says", async () => {
    const response = await answered(Uint8Array.of(0xfc), { "content-type": "text/plain;charset=latin1" });
    expect(await response.text()).toBe("\uFFFD");
  });
  test("json", async () => expect(await (await answered('{"a":1}')).json()).toEqual({ a: 1 }));
  test("json without its byte order mark", async () =>
    expect(await (await answered("\uFEFF1")).json()).toBe(1));
  test("json that is none is a SyntaxError", async () => {
    expect(await reasonOf((await answered("{")).json())).toBeInstanceOf(SyntaxError);
  });
  test("an ArrayBuffer of its own", async () => {
    const buffer = await (await answered("text")).arrayBuffer();
    expect([buffer.byteLength, Buffer.from(buffer).toString()]).toEqual([4, "text"]);
  });
  test("bytes", async () => {
    const bytes = await ((await answered("text")) as Response & { bytes(): Promise<Uint8Array> }).bytes();
    expect([bytes.length, bytes.buffer.byteLength]).toEqual([4, 4]);
  });
  test("bytes of what is held by the platform", async () => {
    const response = (await answered("text")).clone() as Response & { bytes(): Promise<Uint8Array> };
    expect(Buffer.from(await response.bytes()).toString()).toBe("text");
  });
  test("a Blob with its type", async () => {
    const blob = await (await answered("text", { "content-type": "Text/HTML" })).blob();
    expect([blob.type, await blob.text()]).toEqual(["text/html", "text"]);
  });
  test("a Blob's type is the last of several", async () => {
    const response = await answered("x", { "content-type": ["text/plain", "invalid", "text/html"] });
    expect((await response.blob()).type).toBe("text/html");
    expect(response.headers.get("content-type")).toBe("text/plain, invalid, text/html");
  });
  test("a form of URLSearchParams", async () => {
    const response = await answered("a=1&b=2", { "content-type": "application/x-www-form-urlencoded" });
    expect([...(await response.formData())]).toEqual([
      ["a", "1"],
      ["b", "2"],
    ]);
  });
  test("a form in several parts", async () => {
    const body =
      '--x\r\nContent-Disposition: form-data; name="f"; filename="a/b.txt"\r\n\r\ndata\r\n--x--\r\n';
    const response = await answered(body, { "content-type": "multipart/form-data; boundary=x" });
    const file = (await response.formData()).get("f") as File;
    expect([file.name, await file.text()]).toEqual(["a/b.txt", "data"]);
  });
  test("a form of another type is a TypeError", async () => {
    const response = await answered("a=1", { "content-type": "text/plain" });
    expect(await reasonOf(response.formData())).toBeInstanceOf(TypeError);
  });
  test("an empty body is an empty text", async () => expect(await (await answered("")).text()).toBe(""));
  test("an empty body is a stream all the same", async () =>
    expect((await answered("")).body).toBeInstanceOf(ReadableStream));
});

describe("§5.3 Body mixin: once", () => {
  const readings = ["text", "json", "arrayBuffer", "blob"] as const;
  test.each(readings)("%s after it is refused", async (reading) => {
    const response = await answered("1");
    await response.text();
    expect(await reasonOf(response[reading]())).toBeInstanceOf(TypeError);
  });
  test("bodyUsed says so", async () => {
    const response = await answered("1");
    const before = response.bodyUsed;
    const reading = response.text();
    expect([before, response.bodyUsed]).toEqual([false, true]);
    await reading;
  });
  test("the stream that was read says so too", async () => {
    const response = await answered("1");
    await response.body?.getReader().read();
    expect(response.bodyUsed).toBe(true);
  });
  test("a stream that somebody reads is refused", async () => {
    const response = await answered("1");
    response.body?.getReader();
    expect(await reasonOf(response.text())).toBeInstanceOf(TypeError);
    expect(response.bodyUsed).toBe(false);
  });
  test("the stream of a body that was read gives nothing", async () => {
    const response = await answered("1");
    await response.text();
    expect((await response.body?.getReader().read())?.done).toBe(true);
    expect(response.bodyUsed).toBe(true);
  });
  test("a clone of what was read is refused", async () => {
    const response = await answered("1");
    await response.text();
    expect(() => response.clone()).toThrow(TypeError);
  });
  test("looking at the stream does not use it", async () => {
    const response = await answered("1");
    expect(response.body).toBe(response.body);
    expect([response.bodyUsed, await response.text()]).toEqual([false, "1"]);
  });
});

describe("§5.5 clone", () => {
  test("both can be read", async () => {
    const response = await answered('{"a":1}');
    const clone = response.clone();
    expect(await Promise.all([response.json(), clone.text()])).toEqual([{ a: 1 }, '{"a":1}']);
  });
  test("one after the other", async () => {
    const response = await play.fetch(pieces("one", "two"));
    const clone = response.clone();
    expect(await clone.text()).toBe("onetwo");
    expect(await response.text()).toBe("onetwo");
  });
  test("and the clone of a clone", async () => {
    const response = await answered("text");
    const third = response.clone().clone();
    expect([await third.text(), await response.text()]).toEqual(["text", "text"]);
  });
  test("has all that the other has", async () => {
    const response = await answered("text", { a: "1" }, 201);
    const { status, statusText, url, type, redirected, headers } = response.clone();
    expect([status, statusText, url, type, redirected, headers.get("a")]).toEqual([
      201,
      "Created",
      response.url,
      "basic",
      false,
      "1",
    ]);
  });
  test("reading one does not use the other", async () => {
    const response = await answered("text");
    const clone = response.clone();
    await response.text();
    expect(clone.bodyUsed).toBe(false);
    await clone.text();
  });
  test("who vouched for it is known", async () => {
    const response = await answered("");
    expect(trustOf(response.clone())).toBe(trustOf(response));
  });
});

describe("§5.3 Body mixin: a stream", () => {
  test("of bytes, piece by piece", async () => {
    const { body } = await play.fetch(pieces("one", "two"));
    let text = "";
    for await (const chunk of body ?? []) {
      expect(chunk).toBeInstanceOf(Uint8Array);
      text += Buffer.from(chunk as Uint8Array).toString();
    }
    expect(text).toBe("onetwo");
  });
  test("may be read into a buffer of the reader's", async () => {
    const reader = (await answered("text")).body?.getReader({ mode: "byob" });
    expect(Buffer.from((await reader?.read(new Uint8Array(2)))?.value ?? []).toString()).toBe("te");
    await reader?.cancel();
  });
  test("may be sent on", async () => {
    const { body } = await answered("text");
    const init = { method: "POST", body, duplex: "half" } as RequestInit;
    expect(await (await play.fetch(play.echo, init)).json()).toMatchObject({ body: "text" });
  });
  test("that breaks off is a TypeError", async () => {
    const url = play.serve((response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("text", () => response.socket?.destroy());
    });
    expect(await reasonOf((await play.fetch(url)).text())).toMatchObject({
      name: "TypeError",
      message: "terminated",
      cause: { code: "body-truncated" },
    });
    const reader = (await play.fetch(url)).body?.getReader();
    await reader?.read();
    expect(await reasonOf(reader?.read() ?? Promise.resolve())).toMatchObject({
      cause: { code: "body-truncated" },
    });
  });
});

describe("§2.2.5 handle content codings", () => {
  const text = "text ".repeat(100);
  test.each<[string, Uint8Array]>([
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["GZip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["br", brotliCompressSync(text)],
    ["deflate, gzip", gzipSync(deflateSync(text))],
  ])("%s is undone", async (coding, bytes) => {
    const headers = { "content-encoding": coding };
    expect(await (await answered(bytes, headers)).text()).toBe(text);
    const stream = (await answered(bytes, headers)).body;
    expect(await new Response(stream).text()).toBe(text);
  });
  test("two in two fields are undone", async () => {
    const response = await answered(brotliCompressSync(gzipSync(text)), {
      "content-encoding": ["gzip", "br"],
    });
    expect([await response.text(), response.headers.get("content-encoding")]).toEqual([text, "gzip, br"]);
  });
  test.each(["sdch", "gzip, sdch", "sdch, gzip"])("%s is passed through as it came", async (coding) => {
    const bytes = gzipSync(text);
    const response = await answered(bytes, { "content-encoding": coding });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });
  test("an unknown one is passed through a stream too", async () => {
    const { body } = await answered("text", { "content-encoding": "sdch" });
    expect(await new Response(body).text()).toBe("text");
  });
  test("what is not in its form is a TypeError", async () => {
    const response = await answered("not gzip at all", { "content-encoding": "gzip" });
    expect(await reasonOf(response.text())).toMatchObject({ cause: { code: "content-coding-malformed" } });
  });
  test("nobody is troubled by that who does not read", async () => {
    expect((await answered("not gzip at all", { "content-encoding": "gzip" })).status).toBe(200);
  });
  test.each(["gzip", "deflate", "br"])("nothing is an empty body in %s", async (coding) =>
    expect(await (await answered("", { "content-encoding": coding })).text()).toBe(""),
  );
  test("more than five are a network error", async () => {
    const headers = { "content-encoding": Array(6).fill("gzip").join(", ") };
    expect(await reasonOf(answered("", headers))).toMatchObject({ cause: { code: "too-many-codings" } });
  });
});
