/** Recordings: what a HAR says and what it does not, and that what was recorded is answered with, and nothing else. */
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  Client,
  HttpsError,
  openRecorder,
  replay,
  type ClientOptions,
  type Har,
  type Middleware,
  type Recorder,
} from "../../src/index.ts";
import { openHttp, rootPem, type Origin } from "./origin.ts";

function open(middleware: readonly Middleware[], more: ClientOptions = {}): Client {
  const client = new Client({ roots: rootPem, environment: {}, middleware, ...more });
  onTestFinished(() => client.close());
  return client;
}

async function serve(): Promise<Origin> {
  let count = 0;
  const origin = await openHttp((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      count++;
      const body = `${request.method} ${request.url} ${Buffer.concat(chunks).toString()} ${count}`;
      response.setHeader("set-cookie", ["sid=SECRET-SET; Path=/"]);
      if (request.url === "/packed") response.setHeader("content-encoding", "gzip").end(gzipSync(body));
      else if (request.url === "/packed-large")
        response.setHeader("content-encoding", "gzip").end(gzipSync(randomBytes(900_000)));
      else if (request.url?.startsWith("/b") === true) response.end(Buffer.from([0, 255, 128]));
      else response.setHeader("content-type", "text/plain").end(body);
    });
  });
  onTestFinished(() => origin.close());
  return origin;
}

async function folder(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), "meerkat-har-"));
  onTestFinished(() => rm(place, { recursive: true }));
  return place;
}

/** What was recorded while `use` asked, once every body is in its place. */
async function record(
  use: (client: Client, url: string) => Promise<unknown>,
  more: { readonly recorder?: Recorder; readonly options?: ClientOptions } = {},
): Promise<{ readonly har: Har; readonly url: string }> {
  const { url } = await serve();
  const recorder = more.recorder ?? openRecorder();
  await use(open([recorder.middleware], more.options), url);
  const file = join(await folder(), "a.har");
  await recorder.save(file);
  return { har: JSON.parse(await readFile(file, "utf8")) as Har, url };
}

const textOf = async (client: Client, url: string): Promise<string> => (await client.get(url)).text();

async function failureOf(answer: Promise<unknown>): Promise<HttpsError> {
  const error: unknown = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof HttpsError) return error;
  throw new Error("it did not fail with an HttpsError");
}

describe("a recording", () => {
  test("says of a body that was read, and is being unpacked yet, that it is", async () => {
    const { url } = await serve();
    const recorder = openRecorder();
    await textOf(open([recorder.middleware]), `${url}/packed-large`);
    expect(JSON.stringify(recorder.toJSON())).not.toContain("not read to its end");
  });

  test("is HAR 1.2, with who vouched for the server", async () => {
    const { har, url } = await record(async (client, at) => textOf(client, `${at}/a`));
    expect(har.log).toMatchObject({ version: "1.2", creator: { name: "meerkat" } });
    expect(har.log.entries).toMatchObject([
      {
        request: {
          method: "GET",
          url: `${url}/a`,
          httpVersion: "HTTP/1.1",
          cookies: [],
          queryString: [],
          bodySize: 0,
        },
        response: {
          status: 200,
          statusText: "OK",
          content: { size: 9, mimeType: "text/plain", text: "GET /a  1" },
        },
        cache: {},
        serverIPAddress: "127.0.0.1",
        _trust: { kind: "verified", schema: 1 },
      },
    ]);
    const [{ timings, time }] = har.log.entries as [{ timings: Record<string, number>; time: number }];
    expect(Object.keys(timings).toSorted()).toEqual([
      "blocked",
      "connect",
      "dns",
      "receive",
      "send",
      "ssl",
      "wait",
    ]);
    expect(Object.values(timings).every((ms) => ms >= 0) && time > 0).toBe(true);
  });

  test("holds no credential: no field, cookie, query or body that may be one", async () => {
    const { har } = await record(
      async (client, at) => {
        await client.post(`${at}/b?token=SECRET-QUERY`, {
          form: { password: "SECRET-FORM" },
          headers: {
            authorization: "Bearer SECRET-TOKEN",
            cookie: "sid=SECRET-COOKIE",
            "x-who": "SECRET-WHO",
            "x-custom-key": "SECRET-KEY",
          },
        });
        await client
          .get("https://nobody.invalid/?SECRET-FAILED", { headers: { "x-who": "SECRET-WHO" } })
          .catch(() => undefined);
      },
      { options: { secretHeaders: ["X-Who"] } },
    );
    expect(har.log.entries).toHaveLength(2);
    expect(JSON.stringify(har)).not.toContain("SECRET");
  });

  test("has queries and bodies of requests where they are asked for", async () => {
    const { har } = await record(
      async (client, at) => (await client.post(`${at}/a?q=1`, { form: { b: "2" } })).text(),
      { recorder: openRecorder({ keepRequests: true }) },
    );
    expect(har.log.entries).toMatchObject([
      { request: { queryString: [{ name: "q", value: "1" }], postData: { text: "b=2" } } },
    ]);
  });

  test("says which body it has not", async () => {
    const { har } = await record(
      async (client, at) => {
        await textOf(client, `${at}/${"x".repeat(50)}`);
      },
      { recorder: openRecorder({ maxBodyBytes: 10 }) },
    );
    expect(har.log.entries).toMatchObject([
      { response: { content: { comment: "larger than 10 bytes, which is the most that is recorded" } } },
    ]);
    expect(JSON.stringify(har)).not.toContain('"text"');
  });

  test("of a request that failed says with which code", async () => {
    const recorder = openRecorder();
    await open([recorder.middleware])
      .get("https://nobody.invalid/")
      .catch(() => undefined);
    expect(recorder.toJSON().log.entries).toMatchObject([
      { response: { status: 0 }, _error: "name-not-found" },
    ]);
  });

  test("is a file that only its owner reads", async () => {
    const file = join(await folder(), "a.har");
    await openRecorder().save(file);
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  test("takes nothing from what else hears a body: the cache", async () => {
    const { url } = await serve();
    const recorder = openRecorder();
    const client = open([recorder.middleware], { cache: true });
    await textOf(client, `${url}/a`);
    expect(JSON.stringify(recorder.toJSON())).toContain("GET /a");
  });
});

describe("what is replayed", () => {
  test("is answered without a server, in the order of the recording, and says so", async () => {
    const { har, url } = await record(async (client, at) => {
      for (const path of ["/a", "/a?secret=1", "/a", "/packed"]) await textOf(client, at + path);
      await (await client.post(`${at}/p`, { json: { a: 1 } })).text();
      await (await client.get(`${at}/binary`)).bytes();
    });
    const client = open([replay(har)]);
    expect(await textOf(client, `${url}/a`)).toBe("GET /a  1");
    expect(await textOf(client, `${url}/a`)).toBe("GET /a  3");
    expect(await textOf(client, `${url}/a?secret=1`)).toBe("GET /a?secret=1  2");
    expect(await textOf(client, `${url}/packed`)).toBe("GET /packed  4");
    expect((await failureOf(client.post(`${url}/p`, { json: { a: 2 } }))).code).toBe("replay-unmatched");
    const response = await client.post(`${url}/p`, { json: { a: 1 } });
    expect(await response.text()).toBe('POST /p {"a":1} 5');
    expect([...(await (await client.get(`${url}/binary`)).bytes())]).toEqual([0, 255, 128]);
    expect(response.trust.kind).toBe("none");
    expect(response.trust.notes.join()).toMatch(
      /^The answer was recorded at \d.* Its report said then: localhost was verified/,
    );
    expect(response.headers.get("content-type")).toBe("text/plain");
  });

  test("is an error where it was not recorded, which names the nearest", async () => {
    const { har, url } = await record(async (client, at) => textOf(client, `${at}/users/1?key=SECRET`));
    const client = open([replay(har)]);
    const error = await failureOf(client.get(`${url}/users/2?key=SECRET`));
    expect(error).toMatchObject({
      code: "replay-unmatched",
      message: `No answer to GET ${url}/users/2?*** is left in the recording, which has 1. The nearest is GET ${url}/users/1?***.`,
    });
    expect((await failureOf(client.get(`${url}/users/1?key=another`))).message).toMatch(
      /or its query or its body/,
    );
  });

  test("goes on to the server where it is asked to", async () => {
    const { har, url } = await record(async (client, at) => textOf(client, `${at}/a`));
    const client = open([replay(har, { otherwise: "next" })]);
    expect([await textOf(client, `${url}/a`), await textOf(client, `${url}/a`)]).toEqual([
      "GET /a  1",
      "GET /a  2",
    ]);
  });

  test("is never half a body", async () => {
    const { har, url } = await record(async (client, at) => (await client.get(`${at}/a`)).cancel(), {
      recorder: openRecorder({ maxBodyBytes: 1 }),
    });
    expect((await failureOf(open([replay(har)]).get(`${url}/a`))).code).toBe("replay-incomplete");
  });

  test("can be what a browser saved", async () => {
    const file = join(await folder(), "browser.har");
    const entry = (url: string, response: object): object => ({
      startedDateTime: "2026-01-02T03:04:05.678Z",
      time: 12.5,
      request: {
        method: "GET",
        url,
        httpVersion: "h3",
        headers: [{ name: ":authority", value: "a.example" }],
      },
      response,
      _initiator: { type: "other" },
    });
    const har = {
      log: {
        version: "1.2",
        creator: { name: "WebInspector", version: "537.36" },
        pages: [],
        entries: [
          entry("https://a.example/blocked", { status: 0, statusText: "", headers: [], content: {} }),
          entry("https://a.example/page?q=1#top", {
            status: 200,
            statusText: "",
            httpVersion: "h3",
            headers: [
              { name: ":status", value: "200" },
              { name: "set-cookie", value: "a=1\nb=2" },
              { name: "content-encoding", value: "br" },
            ],
            content: { size: 3, mimeType: "text/html", text: "YWJj", encoding: "base64" },
          }),
          entry("https://a.example/image", {
            status: 200,
            statusText: "OK",
            headers: [],
            content: { size: 100, mimeType: "image/png" },
          }),
        ],
      },
    };
    await writeFile(file, `\uFEFF${JSON.stringify(har)}`);
    const client = open([replay(file)]);
    const response = await client.get("https://a.example/page?q=1");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.text()).toBe("abc");
    expect(response.trust.notes).toEqual(["The answer was recorded at 2026-01-02T03:04:05.678Z."]);
    expect((await failureOf(client.get("https://a.example/image"))).code).toBe("replay-incomplete");
    expect((await failureOf(client.get("https://a.example/blocked"))).code).toBe("replay-unmatched");
  });
});

describe("a recording that is damaged", () => {
  test.each<[string, unknown, string]>([
    ["the file", 1, "a number where an object belongs"],
    ["log", {}, "undefined where an object belongs"],
    ["log.entries", { log: {} }, "undefined where a list belongs"],
    ["log.entries[1]", { log: { entries: [okEntry(), null] } }, "null where an object belongs"],
    ["log.entries[0].response", { log: { entries: [{ request: {} }] } }, "undefined where an object belongs"],
    [
      "log.entries[0].request.url",
      { log: { entries: [{ ...okEntry(), request: { method: "GET", url: 1 } }] } },
      "a number where a text belongs",
    ],
  ])("is one error, which says where: %s", async (where, har, reason) => {
    const error = await failureOf(open([replay(har as Har)]).get("https://a.example/"));
    expect(error).toMatchObject({ code: "recording-malformed", detail: { where } });
    expect(error.message).toContain(where);
    expect(reason).toMatch(/belongs$/);
  });

  test("is one error of a file that is none, or is not JSON, and shows nothing of it", async () => {
    const place = await folder();
    const file = join(place, "a.har");
    await writeFile(file, '{"log": SECRET');
    const error = await failureOf(open([replay(file)]).get("https://a.example/"));
    expect(error).toMatchObject({ code: "recording-malformed", detail: { source: file, where: "the file" } });
    expect(JSON.stringify(error)).not.toContain("SECRET");
    const none = await failureOf(open([replay(join(place, "b.har"))]).get("https://a.example/"));
    expect(none.message).toContain("there is no such file");
  });

  test("is never another error, whatever is in it", async () => {
    const har = { log: { version: "1.2", creator: { name: "a", version: "1" }, entries: [okEntry()] } };
    const leaf = fc.oneof(fc.jsonValue(), fc.constant(undefined));
    const changed = fc.tuple(fc.nat(40), leaf).map(([at, value]) => {
      let left = at;
      return JSON.parse(JSON.stringify(har), (_key, was: unknown) => (left-- === 0 ? value : was)) as Har;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, fc.jsonValue() as fc.Arbitrary<never>), async (given) => {
        const client = open([replay(given)]);
        const outcome = await client.get("https://a.example/").catch((error: unknown) => error);
        if (outcome instanceof HttpsError)
          expect(outcome.code).toMatch(/^(?:recording-malformed|replay-unmatched|replay-incomplete)$/);
        else expect(outcome).toHaveProperty("status");
      }),
      { numRuns: 200 },
    );
  });
});

function okEntry(): object {
  return {
    startedDateTime: "2026-01-02T03:04:05.678Z",
    request: { method: "GET", url: "https://a.example/", headers: [] },
    response: {
      status: 200,
      statusText: "OK",
      headers: [{ name: "a", value: "b" }],
      content: { size: 1, mimeType: "text/plain", text: "a" },
    },
  };
}
