/** Header lists both ways: Fetch §2.2.2, §4.5 (HTTP-network-or-cache fetch), §5.1 (Headers class). One rule a test. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as undici from "undici";
import { Client, createFetch, version } from "../../../../src/index.ts";
import { openPlayground, reasonOf, type Playground } from "./playground.ts";

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play[Symbol.asyncDispose]());

const sent = async (init: object): Promise<Readonly<Record<string, string | undefined>>> =>
  (await play.ask(init)).headers;

describe("Fetch Metadata §2.2: Sec-Fetch-Mode", () => {
  test("says the mode over TLS", async () => {
    expect(await sent({})).toMatchObject({ "sec-fetch-mode": "cors" });
    expect(await sent({ headers: { a: "1" } })).toMatchObject({ "sec-fetch-mode": "cors" });
    expect(await sent({ mode: "no-cors" })).toMatchObject({ "sec-fetch-mode": "no-cors" });
  });
  test("is the caller's where they say it", async () =>
    expect(await sent({ headers: { "sec-fetch-mode": "navigate" } })).toMatchObject({
      "sec-fetch-mode": "navigate",
    }));

  /** What a dispatcher was given for each URL, each but the last a redirect to the next. */
  const givenOn = async (...urls: readonly string[]): Promise<readonly unknown[]> => {
    const given: unknown[] = [];
    const dispatcher = {
      dispatch: (asked: { readonly headers: Record<string, unknown> }, handler: Record<string, Function>) => {
        given.push(asked.headers["sec-fetch-mode"]);
        const next = urls[given.length];
        handler["onResponseStart"]?.(
          null,
          next === undefined ? 200 : 302,
          next === undefined ? {} : { location: next },
          "",
        );
        handler["onResponseEnd"]?.(null, {});
      },
    };
    await using client = new Client({ insecure: { reason: "nobody is asked" }, allowDowngrade: true });
    await createFetch(client)(urls[0] ?? "", { dispatcher } as RequestInit);
    return given;
  };
  test.each([
    "http://localhost/",
    "http://a.localhost/",
    "http://127.0.0.1/",
    "http://[::1]/",
    "https://a.example/",
  ])("goes to a trustworthy URL: %s", async (url) => expect(await givenOn(url)).toEqual(["cors"]));
  test.each(["http://a.example/", "http://192.168.0.12/", "http://128.0.0.1/", "http://localhost.example/"])(
    "does not go to another: %s",
    async (url) => expect(await givenOn(url)).toEqual([undefined]),
  );
  test("is judged again on each redirect", async () =>
    expect(
      await givenOn("http://a.example/", "https://a.example/", "http://a.example/b", "http://localhost/"),
    ).toEqual([undefined, "cors", undefined, "cors"]));
});

describe("§5.1 what the caller's headers may be", () => {
  test("an object", async () => expect(await sent({ headers: { a: "1" } })).toMatchObject({ a: "1" }));
  test("pairs", async () => expect(await sent({ headers: [["a", "1"]] })).toMatchObject({ a: "1" }));
  test("Headers", async () =>
    expect(await sent({ headers: new Headers({ a: "1" }) })).toMatchObject({ a: "1" }));
  test("Headers of another implementation", async () =>
    expect(await sent({ headers: new undici.Headers({ a: "1" }) })).toMatchObject({ a: "1" }));
  test("a number is its text", async () =>
    expect(await sent({ headers: { a: 1 } })).toMatchObject({ a: "1" }));
  test("a list is its text", async () =>
    expect(await sent({ headers: { a: ["x", "y"] } })).toMatchObject({ a: "x,y" }));
  test("a pair of three is refused", async () => {
    expect(await reasonOf(play.ask({ headers: [["a", "1", "2"]] as never }))).toBeInstanceOf(TypeError);
  });
  test.each(["a b", "", "ü"])("a name that is not a token is refused: %j", async (name) => {
    expect(await reasonOf(play.ask({ headers: { [name]: "1" } }))).toBeInstanceOf(TypeError);
  });
  test.each(["a\r\nb: c", "a\0b", "\u{1f600}"])("a value that is not one is refused: %j", async (value) => {
    expect(await reasonOf(play.ask({ headers: { a: value } }))).toBeInstanceOf(TypeError);
  });
  test("white space around a value is not a part of it", async () =>
    expect(await sent({ headers: { a: " \t1\n" } })).toMatchObject({ a: "1" }));
  test("values of one name are combined", async () =>
    expect(
      await sent({
        headers: [
          ["a", "1"],
          ["A", "2"],
        ],
      }),
    ).toMatchObject({ a: "1, 2" }));
  test("cookies of one name are combined by a semicolon", async () => {
    const headers = [
      ["cookie", "a=1"],
      ["cookie", "b=2"],
    ];
    expect(await sent({ headers })).toMatchObject({ cookie: "a=1; b=2" });
  });
  test.each([
    ["an object", { "Content-Type": "a/b" }],
    ["pairs", [["Content-Type", "a/b"]]],
    ["Headers", new Headers({ "Content-Type": "a/b" })],
  ])("a name keeps its letters in %s", async (_, headers) => {
    expect((await play.ask({ headers: headers as HeadersInit })).names).toContain("Content-Type");
  });
  test("a name of the caller's own keeps its letters", async () =>
    expect((await play.ask({ headers: { "X-mINE": "1" } })).names).toContain("X-mINE"));
  test("of a Headers, which does not give them, are small", async () =>
    expect((await play.ask({ headers: new Headers({ "X-mINE": "1" }) })).names).toContain("x-mine"));
  test("what they are later changes nothing", async () => {
    const headers = new Headers({ a: "1" });
    const asked = play.ask({ headers });
    headers.set("a", "2");
    expect((await asked).headers["a"]).toBe("1");
  });
});

describe("§4.5 what is sent without being asked for", () => {
  test("Accept", async () => expect((await sent({}))["accept"]).toBe("*/*"));
  test("not where the caller has one", async () =>
    expect((await sent({ headers: { accept: "a/b" } }))["accept"]).toBe("a/b"));
  test("User-Agent", async () => expect((await sent({}))["user-agent"]).toBe(`meerkat/${version}`));
  test("not that either", async () =>
    expect((await sent({ headers: { "user-agent": "own" } }))["user-agent"]).toBe("own"));
  test("Accept-Encoding, of what can be undone", async () =>
    expect((await sent({}))["accept-encoding"]).toMatch(/br, gzip, deflate/));
  test("not where the caller has one either", async () =>
    expect((await sent({ headers: { "accept-encoding": "gzip" } }))["accept-encoding"]).toBe("gzip"));
  test("a range is asked for without a coding", async () =>
    expect((await sent({ headers: { range: "bytes=0-1" } }))["accept-encoding"]).toBe("identity"));
  test.each(["POST", "PUT"])("%s without a body says that its length is 0", async (method) =>
    expect((await sent({ method }))["content-length"]).toBe("0"),
  );
  test("GET without a body says nothing of a length", async () =>
    expect(await sent({})).not.toHaveProperty("content-length"));
  test("no Origin", async () => expect(await sent({ method: "POST" })).not.toHaveProperty("origin"));
  test("an Origin of the caller's own is", async () =>
    expect(await sent({ headers: { origin: "https://a.example" } })).toMatchObject({
      origin: "https://a.example",
    }));
  test("the host is the URL's, whatever the caller says", async () =>
    expect((await sent({ headers: { host: "other.example" } }))["host"]).toBe(`localhost:${play.home.port}`));
});

describe("§4.5 cache modes", () => {
  test.each<[RequestCache, string | undefined, string | undefined]>([
    ["default", undefined, undefined],
    ["no-store", "no-cache", "no-cache"],
    ["reload", "no-cache", "no-cache"],
    ["no-cache", "max-age=0", undefined],
    ["force-cache", undefined, undefined],
  ])("%s sends Cache-Control %s and Pragma %s", async (cache, control, pragma) => {
    const headers = await sent({ cache });
    expect([headers["cache-control"], headers["pragma"]]).toEqual([control, pragma]);
  });
  test("the caller's own Cache-Control stays", async () => {
    const headers = await sent({ cache: "no-cache", headers: { "cache-control": "no-transform" } });
    expect(headers["cache-control"]).toBe("no-transform");
  });
  test("the caller's own Pragma stays", async () =>
    expect((await sent({ cache: "reload", headers: { pragma: "x" } }))["pragma"]).toBe("x"));
  test.each(["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"])(
    "a request with %s is no-store",
    async (name) => expect((await sent({ headers: { [name]: "x" } }))["pragma"]).toBe("no-cache"),
  );
});

describe("§4.5 the referrer", () => {
  const from = (referrer: string, referrerPolicy?: ReferrerPolicy): Promise<string | undefined> =>
    sent({ referrer, ...(referrerPolicy === undefined ? {} : { referrerPolicy }) }).then(
      (all) => all["referer"],
    );
  const page = "https://other.example/page?q#part";
  test("none without one", async () => expect(await sent({})).not.toHaveProperty("referer"));
  test("none for the client's own", async () => expect(await from("about:client")).toBeUndefined());
  test("none for an empty one", async () => expect(await from("")).toBeUndefined());
  test("its fragment stays", async () =>
    expect(await from(`${play.home.url}/a#b`)).toBe(`${play.home.url}/a`));
  test("another origin is told the origin alone", async () =>
    expect(await from(page)).toBe("https://other.example/"));
  test("unsafe-url tells all but the fragment", async () =>
    expect(await from(page, "unsafe-url")).toBe("https://other.example/page?q"));
  test("no-referrer tells nothing", async () => expect(await from(page, "no-referrer")).toBeUndefined());
  test("same-origin tells others nothing", async () =>
    expect(await from(page, "same-origin")).toBeUndefined());
  test("origin tells the own origin that alone", async () =>
    expect(await from(`${play.home.url}/a`, "origin")).toBe(`${play.home.url}/`));
  test("a Referer of the caller's own stays", async () =>
    expect(await sent({ referrer: page, headers: { referer: "own" } })).toMatchObject({ referer: "own" }));
});

describe("§5.1 the guard of an answer's headers is immutable", () => {
  const headers = async (): Promise<Headers> => (await play.fetch(play.echo)).headers;
  test("append is refused", async () => {
    const own = await headers();
    expect(() => own.append("a", "1")).toThrow(TypeError);
  });
  test("set is refused", async () => {
    const own = await headers();
    expect(() => own.set("content-type", "1")).toThrow(TypeError);
    expect(own.get("content-type")).toBe("application/json");
  });
  test("delete is refused", async () => {
    const own = await headers();
    expect(() => own.delete("content-type")).toThrow(TypeError);
  });
  test("a clone's too", async () => {
    const { headers: own } = (await play.fetch(play.echo)).clone();
    expect(() => own.set("a", "1")).toThrow(TypeError);
  });
  test("a copy's is not", async () => {
    const copy = new Headers(await headers());
    copy.set("a", "1");
    expect(copy.get("a")).toBe("1");
  });
  test("they are the same each time", async () => {
    const response = await play.fetch(play.echo);
    expect(response.headers).toBe(response.headers);
  });
});

describe("§2.2.2 an answer's headers", () => {
  const answered = async (list: readonly string[]): Promise<Headers> => {
    const url = play.serve((response) => void response.writeHead(200, [...list]).end());
    return (await play.fetch(url)).headers;
  };
  test("are Headers of the platform's", async () => expect(await answered([])).toBeInstanceOf(Headers));
  test("of one name are combined", async () =>
    expect((await answered(["A", "1", "a", "2"])).get("a")).toBe("1, 2"));
  test("come in the order of their names", async () => {
    const names = [...(await answered(["b", "1", "A", "2"])).keys()];
    expect(names).toEqual(names.toSorted());
  });
  test("Set-Cookie is kept apart", async () => {
    const headers = await answered(["set-cookie", "a=1", "Set-Cookie", "b=2"]);
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });
  test("Set-Cookie is seen", async () =>
    expect((await answered(["set-cookie", "a=1; Domain=example.com"])).get("set-cookie")).toBe(
      "a=1; Domain=example.com",
    ));
  test("are read an octet a character", async () =>
    expect((await answered(["a", "â\x80\x94"])).get("a")).toBe("â\x80\x94"));
  test("name the coding that was undone", async () =>
    expect(
      (await answered(["content-encoding", "gzip", "content-length", "0"])).get("content-encoding"),
    ).toBe("gzip"));
});
