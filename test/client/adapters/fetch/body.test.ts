/** What a fetch sends: Fetch §5.2 (BodyInit, extract a body), §4.5 (its length), §4.4 (what is sent again). One rule a test. */
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as undici from "undici";
import { openPlayground, reasonOf, type Playground, type Seen } from "./playground.ts";

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play[Symbol.asyncDispose]());

const post = (body: unknown, more: object = {}): Promise<Seen> =>
  play.ask({ method: "POST", body: body as BodyInit, ...more });
const form = (...entries: readonly [string, string | Blob, string?][]): FormData => {
  const made = new FormData();
  for (const [name, value, filename] of entries)
    if (typeof value === "string") made.append(name, value);
    else if (filename === undefined) made.append(name, value);
    else made.append(name, value, filename);
  return made;
};
const large = "x".repeat(3_000_000);

describe("§5.2 extract a body: what is sent, its type and its length", () => {
  const hello = new TextEncoder().encode("hello, world");
  const foreign = runInNewContext("Uint8Array.of(104, 105)") as Uint8Array<ArrayBuffer>;
  test.each<[string, BodyInit, string, string | undefined]>([
    ["a text is UTF-8", "hü", "h\xc3\xbc", "text/plain;charset=UTF-8"],
    ["an empty text is a body", "", "", "text/plain;charset=UTF-8"],
    ["half a surrogate pair is U+FFFD", "\ud800", "\xef\xbf\xbd", "text/plain;charset=UTF-8"],
    [
      "URLSearchParams",
      new URLSearchParams({ a: "1 2" }),
      "a=1+2",
      "application/x-www-form-urlencoded;charset=UTF-8",
    ],
    ["an ArrayBuffer", hello.slice().buffer, "hello, world", undefined],
    ["a Uint8Array", hello, "hello, world", undefined],
    ["a part of a buffer", hello.subarray(7), "world", undefined],
    ["a DataView", new DataView(hello.slice().buffer, 7), "world", undefined],
    ["a BigUint64Array", new BigUint64Array(hello.slice(0, 8).buffer), "hello, w", undefined],
    ["bytes of another realm", foreign, "hi", undefined],
    ["a buffer of another realm", foreign.slice().buffer, "hi", undefined],
    ["a Blob with its type", new Blob(["hi"], { type: "a/b" }), "hi", "a/b"],
    ["a Blob without one", new Blob(["hi"]), "hi", undefined],
    ["a File", new File(["hi"], "name", { type: "a/b" }), "hi", "a/b"],
    ["an object is its text", { a: 1 } as unknown as BodyInit, "[object Object]", "text/plain;charset=UTF-8"],
    ["a number is its text", 5 as unknown as BodyInit, "5", "text/plain;charset=UTF-8"],
  ])("%s", async (_, body, text, type) => {
    const seen = await post(body);
    expect(seen.body).toBe(text);
    expect(seen.headers["content-type"]).toBe(type);
    expect(seen.headers["content-length"]).toBe(String(text.length));
    expect(seen.headers).not.toHaveProperty("transfer-encoding");
  });
  test("null is not a body", async () =>
    expect((await post(null)).headers).toMatchObject({ "content-length": "0" }));
  test("a type of the caller's stays", async () =>
    expect((await post("{}", { headers: { "Content-Type": "a/b" } })).headers["content-type"]).toBe("a/b"));
  test.each(["GET", "HEAD"])("%s takes none", async (method) => {
    expect(await reasonOf(play.fetch(play.echo, { method, body: "x" }))).toBeInstanceOf(TypeError);
  });
  test("nothing is in a buffer that was detached", async () => {
    const bytes = Uint8Array.of(1, 2);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    expect((await post(bytes)).body).toBe("");
  });
});

describe("§5.2 extract a body: a form", () => {
  test("is multipart with its boundary", async () => {
    const { headers, body } = await post(form(["a", "1"]));
    const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(headers["content-type"] ?? "")?.[1];
    expect(body).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--${boundary}--\r\n`,
    );
  });
  test("has a file's name and type", async () => {
    const { body } = await post(form(["f", new Blob(["data"], { type: "a/b" }), "n.txt"]));
    expect(body).toContain('name="f"; filename="n.txt"\r\nContent-Type: a/b\r\n\r\ndata\r\n');
  });
  test("calls a Blob a blob", async () =>
    expect((await post(form(["f", new Blob(["x"])]))).body).toContain(
      'filename="blob"\r\nContent-Type: application/octet-stream',
    ));
  test("escapes what would end a name", async () =>
    expect((await post(form(['a"\r\nb', "1"]))).body).toContain('name="a%22%0D%0Ab"'));
  test("ends lines by CRLF", async () => expect((await post(form(["a", "1\n2"]))).body).toContain("1\r\n2"));
  test("has the length that the platform's has", async () => {
    const own = form(["file", new Blob(["body"], { type: "text/plain" })], ["string", "string value"]);
    const { byteLength } = await new Response(own).arrayBuffer();
    expect((await post(own)).headers["content-length"]).toBe(String(byteLength));
  });
  test("may be of another implementation", async () => {
    const theirs = new undici.FormData();
    theirs.append("a", "1");
    theirs.append("f", new Blob(["data"]), "n.txt");
    const { headers, body } = await post(theirs);
    expect(headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(body).toContain('filename="n.txt"');
    expect(body).toContain('name="a"\r\n\r\n1\r\n');
  });
  test("keeps its boundary beside an init that only the platform reads", async () => {
    const { headers, body } = await post(form(["a", "1"]), { referrerPolicy: "origin" });
    const boundary = /boundary=(\S+)$/.exec(headers["content-type"] ?? "")?.[1] ?? "none";
    expect(body.startsWith(`--${boundary}\r\n`)).toBe(true);
  });
});

describe("§5.2 extract a body: taken at the call", () => {
  test("bytes", async () => {
    const bytes = new TextEncoder().encode("before");
    const asked = post(bytes);
    bytes.fill(0);
    expect((await asked).body).toBe("before");
  });
  test("bytes that the platform's Request looks at", async () => {
    const bytes = new TextEncoder().encode("before");
    const asked = post(bytes, { mode: "no-cors" });
    bytes.fill(0);
    expect((await asked).body).toBe("before");
  });
  test("a buffer", async () => {
    const bytes = new TextEncoder().encode("before");
    const asked = post(bytes.buffer);
    bytes.fill(0);
    expect((await asked).body).toBe("before");
  });
  test("URLSearchParams", async () => {
    const params = new URLSearchParams({ a: "1" });
    const asked = post(params);
    params.set("a", "2");
    expect((await asked).body).toBe("a=1");
  });
  test("a form", async () => {
    const own = form(["a", "1"]);
    const asked = post(own);
    own.set("a", "2");
    expect((await asked).body).toContain("\r\n1\r\n");
  });
});

const sources: readonly [string, () => BodyInit, number | undefined][] = [
  ["a large text", () => large, large.length],
  ["large bytes", () => new Uint8Array(3_000_000), 3_000_000],
  ["a large Blob", () => new Blob([large]), large.length],
  ["a form with a large Blob", () => form(["f", new Blob([large])]), undefined],
];

describe("§4.5 the length is announced", () => {
  test.each(sources)("of %s", async (_, make, length) => {
    const { headers, body } = await post(make());
    expect(headers["content-length"]).toBe(String(length ?? body.length));
    expect(headers).not.toHaveProperty("transfer-encoding");
  });
  test.each(sources)("of %s in a Request", async (_, make, length) => {
    const before = play.seen.length;
    const request = new Request(play.echo, { method: "POST", body: make() });
    const { headers, body } = (await (await play.fetch(request)).json()) as Seen;
    expect(play.seen.length).toBe(before + 1);
    expect(headers["content-length"]).toBe(String(length ?? body.length));
    expect(headers).not.toHaveProperty("transfer-encoding");
  });
  // To a port that the platform's fetch blocks.
  test.each([
    ["bytes", () => new Uint8Array(2)],
    ["a Blob", () => new Blob(["ab"])],
    ["a stream", () => new Blob(["ab"]).stream()],
  ])("of %s in a Request to any port", async (_, make) => {
    const init: object = { method: "POST", body: make(), duplex: "half" };
    const failed = play.fetch(new Request("https://localhost:1/", init));
    expect(await reasonOf(failed)).toMatchObject({ cause: { code: "connection-refused" } });
  });
  test("of a Blob in a file in a Request", async () => {
    const folder = mkdtempSync(join(tmpdir(), "meerkat-"));
    writeFileSync(join(folder, "f"), large);
    const request = new Request(play.echo, { method: "POST", body: await openAsBlob(join(folder, "f")) });
    const { headers, body } = (await (await play.fetch(request)).json()) as Seen;
    expect([headers["content-length"], body.length]).toEqual([String(large.length), large.length]);
    rmSync(folder, { recursive: true });
  });
  test("of an empty text in a Request", async () => {
    const request = new Request(play.echo, { method: "POST", body: "" });
    const { headers } = (await (await play.fetch(request)).json()) as Seen;
    expect([headers["content-length"], headers["content-type"]]).toEqual(["0", "text/plain;charset=UTF-8"]);
  });
  test("of a text of a type of its own in a Request", async () => {
    const headers = { "content-type": "application/x-own" };
    const request = new Request(play.echo, { method: "POST", body: large, headers });
    const seen = (await (await play.fetch(request)).json()) as Seen;
    expect(seen.headers).toMatchObject({ ...headers, "content-length": String(large.length) });
  });
  test("of a clone of a Request", async () => {
    const request = new Request(play.echo, { method: "POST", body: new Blob([large]) });
    const { headers } = (await (await play.fetch(request.clone())).json()) as Seen;
    expect(headers["content-length"]).toBe(String(large.length));
  });
  test("not of a stream", async () => {
    const { headers } = await post(new Blob(["x"]).stream(), { duplex: "half" });
    expect(headers["transfer-encoding"]).toBe("chunked");
    expect(headers).not.toHaveProperty("content-length");
  });
});

describe("§4.4 307 and 308 send again", () => {
  const again = async (status: number, ask: (url: string) => Promise<Response>): Promise<Seen> =>
    (await (await ask(play.redirect(status, "/echo"))).json()) as Seen;
  test.each(sources)("%s", async (_, make, length) => {
    const seen = await again(307, (url) => play.fetch(url, { method: "POST", body: make() }));
    expect(seen).toMatchObject({ method: "POST", url: "/echo" });
    expect(seen.body.length).toBe(length ?? Number(seen.headers["content-length"]));
  });
  test.each(sources)("%s in a Request", async (_, make, length) => {
    const seen = await again(308, (url) => play.fetch(new Request(url, { method: "PUT", body: make() })));
    expect(seen).toMatchObject({ method: "PUT", url: "/echo" });
    expect(seen.body.length).toBe(length ?? Number(seen.headers["content-length"]));
  });
  test("URLSearchParams", async () => {
    const body = new URLSearchParams({ a: "1" });
    expect((await again(307, (url) => play.fetch(url, { method: "POST", body }))).body).toBe("a=1");
  });
  test("not a stream", async () => {
    const body = new Blob(["x"]).stream();
    const init = { method: "POST", body, duplex: "half" } as RequestInit;
    expect(await reasonOf(play.fetch(play.redirect(307, "/echo"), init))).toMatchObject({
      cause: { code: "redirect-needs-body" },
    });
  });
  test("303 does without a stream", async () => {
    const init = { method: "POST", body: new Blob(["x"]).stream(), duplex: "half" } as RequestInit;
    const seen = (await (await play.fetch(play.redirect(303, "/echo"), init)).json()) as Seen;
    expect(seen).toMatchObject({ method: "GET", body: "" });
  });
});

describe("§5.2 a stream", () => {
  const streamed = (body: unknown): Promise<Seen> => post(body, { duplex: "half" });
  test("needs duplex to be half", async () => {
    expect(await reasonOf(post(new ReadableStream()))).toBeInstanceOf(TypeError);
  });
  test("that is locked is refused", async () => {
    const stream = new ReadableStream();
    stream.getReader();
    expect(await reasonOf(streamed(stream))).toBeInstanceOf(TypeError);
  });
  test("that was read is refused", async () => {
    const stream = new Blob(["ab"]).stream();
    await stream.getReader().cancel();
    expect(await reasonOf(streamed(stream))).toBeInstanceOf(TypeError);
  });
  test("is not taken with keepalive", async () => {
    const init = { body: new ReadableStream(), duplex: "half", keepalive: true };
    expect(await reasonOf(post(init.body, init))).toBeInstanceOf(TypeError);
  });
  test("of texts is refused", async () => {
    const stream = new ReadableStream({ start: (c) => c.enqueue("text") });
    expect(await reasonOf(streamed(stream))).toBeInstanceOf(TypeError);
  });
  test("that fails ends the fetch", async () => {
    const stream = new ReadableStream({ pull: () => Promise.reject(new Error("mine")) });
    expect(await reasonOf(streamed(stream))).toBeInstanceOf(TypeError);
  });
  test("may be an async iterable", async () => {
    async function* parts(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(new TextEncoder().encode("a"));
      yield new TextEncoder().encode("b");
    }
    expect((await streamed(parts())).body).toBe("ab");
  });
  test("may be a stream of Node's", async () =>
    expect((await streamed(Readable.from("abc"))).body).toBe("abc"));
  test("of a Request is sent as it comes", async () => {
    const init = { method: "POST", body: new Blob(["ab"]).stream(), duplex: "half" } as RequestInit;
    expect(await (await play.fetch(new Request(play.echo, init))).json()).toMatchObject({ body: "ab" });
  });
  test("of a Request that does not end is sent as it comes", async () => {
    let more: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (more = controller) });
    const init = { method: "POST", body, duplex: "half" } as RequestInit;
    const asked = play.fetch(new Request(play.echo, init));
    more?.enqueue(new TextEncoder().encode("a"));
    more?.enqueue(new TextEncoder().encode("b"));
    await new Promise((resolve) => setImmediate(resolve));
    more?.enqueue(new TextEncoder().encode("c"));
    more?.close();
    expect(await (await asked).json()).toMatchObject({ body: "abc" });
  });
});
