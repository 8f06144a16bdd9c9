/** Redirects: Fetch §4.4 (HTTP fetch, HTTP-redirect fetch), §2.2.6 (a response's location URL). One rule a test. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHttp } from "../../origin.ts";
import { openPlayground, reasonOf, type Playground, type Seen } from "./playground.ts";

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play[Symbol.asyncDispose]());

const followed = async (url: string, init?: RequestInit): Promise<Seen> =>
  (await (await play.fetch(url, init)).json()) as Seen;

describe("§4.4 redirect mode follow", () => {
  test.each([301, 302, 303, 307, 308])("%d is followed", async (status) => {
    const response = await play.fetch(play.redirect(status, "/echo"));
    expect([response.status, response.url, response.redirected]).toEqual([200, play.echo, true]);
  });
  test.each([300, 304, 305, 306])("%d is not", async (status) => {
    const response = await play.fetch(play.redirect(status, "/echo"));
    expect([response.status, response.redirected]).toEqual([status, false]);
  });
  test("without a Location it is the answer", async () => {
    const response = await play.fetch(play.redirect(301, undefined));
    expect([response.status, response.headers.get("location")]).toEqual([301, null]);
  });
  test("20 are followed", async () => {
    let left = 20;
    const url = play.serve((response) => {
      if (left-- > 0) response.writeHead(302, { location: `?${left}` });
      response.end("there");
    });
    expect(await (await play.fetch(url)).text()).toBe("there");
  });
  test("21 are not", async () => {
    let left = 21;
    const url = play.serve((response) => {
      if (left-- > 0) response.writeHead(302, { location: `?${left}` });
      response.end("there");
    });
    expect(await reasonOf(play.fetch(url))).toMatchObject({
      name: "TypeError",
      cause: { code: "too-many-redirects" },
    });
  });
  test("an answer that was not redirected says so", async () =>
    expect((await play.fetch(play.echo)).redirected).toBe(false));
  test("a coding of the redirect is not undone", async () => {
    const url = play.serve(
      (response) => void response.writeHead(301, { location: "/echo", "content-encoding": "gzip" }).end(),
    );
    expect((await play.fetch(url)).status).toBe(200);
  });
  test("a body that is still coming is not waited for", async () => {
    const url = play.serve((response) => void response.writeHead(301, { location: "/echo" }).write("slow"));
    expect((await play.fetch(url)).status).toBe(200);
  });
});

describe("§4.4 the method and the body of what follows", () => {
  test.each<[number, string, string]>([
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [303, "POST", "GET"],
    [303, "PUT", "GET"],
    [303, "DELETE", "GET"],
    [301, "PUT", "PUT"],
    [302, "PATCH", "PATCH"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
  ])("%d after %s asks by %s", async (status, method, then) => {
    const seen = await followed(play.redirect(status, "/echo"), { method, body: "text" });
    expect([seen.method, seen.body]).toEqual([then, then === "GET" ? "" : "text"]);
  });
  test("303 after HEAD asks by HEAD", async () => {
    await play.fetch(play.redirect(303, "/echo"), { method: "HEAD" });
    expect(play.seen.at(-1)).toMatchObject({ method: "HEAD", url: "/echo" });
  });
  test.each(["content-encoding", "content-language", "content-location", "content-type", "content-length"])(
    "%s goes with the body",
    async (name) => {
      const headers = { [name]: name === "content-length" ? "4" : "x" };
      const seen = await followed(play.redirect(302, "/echo"), { method: "POST", body: "text", headers });
      expect(seen.headers).not.toHaveProperty(name);
    },
  );
  test("other fields stay", async () => {
    const init = { method: "POST", body: "text", headers: { "x-own": "1" } };
    expect((await followed(play.redirect(302, "/echo"), init)).headers["x-own"]).toBe("1");
  });
});

describe("§4.4 what does not cross origins", () => {
  const crossed = (headers: HeadersInit): Promise<Seen> =>
    followed(play.redirect(302, `${play.away.url}/echo`), { headers });
  test.each(["authorization", "cookie", "proxy-authorization"])("%s", async (name) =>
    expect((await crossed({ [name]: "SECRET" })).headers).not.toHaveProperty(name),
  );
  test("but other fields", async () => expect((await crossed({ "x-own": "1" })).headers["x-own"]).toBe("1"));
  test("the host is the other's", async () =>
    expect((await crossed({})).headers["host"]).toBe(`localhost:${play.away.port}`));
  test("authorization stays with its origin", async () => {
    const seen = await followed(play.redirect(302, "/echo"), { headers: { authorization: "SECRET" } });
    expect(seen.headers["authorization"]).toBe("SECRET");
  });
});

describe("§2.2.6 a response's location URL", () => {
  test("may be relative", async () =>
    expect((await followed(play.redirect(302, "../echo?a"))).url).toBe("/echo?a"));
  test("of an empty text is the URL itself", async () => {
    let asked = 0;
    const url = play.serve((response) => {
      if (asked++ === 0) response.writeHead(302, { location: "" });
      response.end("there");
    });
    expect(await (await play.fetch(url)).text()).toBe("there");
  });
  test("is read as UTF-8", async () => {
    const location = `/${Buffer.from("안녕").toString("latin1")}`;
    expect((await play.fetch(play.redirect(302, location))).url).toBe(
      `${play.home.url}/${encodeURIComponent("안녕")}`,
    );
  });
  test("keeps a trailing question mark", async () =>
    expect((await followed(play.redirect(302, "/echo?"))).url).toBe("/echo?"));
  test("is shown without its fragment", async () =>
    expect((await play.fetch(play.redirect(302, "/echo#part"))).url).toBe(play.echo));
  test.each(["ftp://localhost/", "data:,text", "about:blank", "file:///etc/passwd", "javascript:1"])(
    "of another scheme is a network error: %s",
    async (location) => {
      expect(await reasonOf(play.fetch(play.redirect(302, location)))).toBeInstanceOf(TypeError);
    },
  );
  test("that is not one is a network error", async () => {
    expect(await reasonOf(play.fetch(play.redirect(302, "https://[/")))).toBeInstanceOf(TypeError);
  });
  test("with credentials is a network error", async () => {
    const reason = await reasonOf(
      play.fetch(play.redirect(302, play.echo.replace("https://", "https://user:SECRET@"))),
    );
    expect(reason).toBeInstanceOf(TypeError);
    expect(String((reason as Error).cause)).not.toContain("SECRET");
  });
  test("that is two is a network error", async () => {
    const url = play.serve(
      (response) => void response.writeHead(302, ["location", "/A", "location", "/B"]).end(),
    );
    expect(await reasonOf(play.fetch(url))).toBeInstanceOf(TypeError);
  });
  test("never leads from https to http", async () => {
    await using plain = await openHttp((_, response) => response.end("plain"), { tls: false });
    expect(await reasonOf(play.fetch(play.redirect(302, plain.url)))).toMatchObject({
      cause: { code: "redirect-downgrade" },
    });
  });
});

describe("§4.4 redirect mode error", () => {
  test("a redirect is a network error", async () => {
    const url = play.redirect(302, "/echo");
    expect(await reasonOf(play.fetch(url, { redirect: "error" }))).toMatchObject({
      name: "TypeError",
      message: "fetch failed",
      cause: {
        code: "redirect-unwanted",
        detail: { from: url, to: play.echo, status: 302 },
        message: expect.stringContaining("unexpected redirect"),
      },
    });
  });
  test("one without a Location too", async () => {
    expect(await reasonOf(play.fetch(play.redirect(302, undefined), { redirect: "error" }))).toMatchObject({
      cause: { code: "redirect-unwanted", detail: { to: undefined } },
    });
  });
  test("another status is its answer", async () =>
    expect((await play.fetch(play.echo, { redirect: "error" })).status).toBe(200));
});

describe("§4.4 redirect mode manual, as Node has it", () => {
  const manual = (url: string): Promise<Response> => play.fetch(url, { redirect: "manual" });
  test("the redirect is the answer", async () => {
    const url = play.redirect(302, "/echo");
    const response = await manual(url);
    expect([response.status, response.url, response.redirected, response.type]).toEqual([
      302,
      url,
      false,
      "basic",
    ]);
    expect(response.headers.get("location")).toBe("/echo");
    expect(await response.text()).toBe("redirect");
  });
  test("and its coding is undone", async () => {
    const url = play.serve((response) => {
      response.writeHead(302, { location: "/", "content-encoding": "gzip" }).end(gzipSync("text"));
    });
    expect(await (await manual(url)).text()).toBe("text");
  });
  test("another status is its answer", async () => expect((await manual(play.echo)).status).toBe(200));
});

describe("§4.1 main fetch: a response's type", () => {
  const away = (): string => play.redirect(302, `${play.away.url}/echo`);
  test("is basic at the first URL's origin", async () =>
    expect((await play.fetch(play.redirect(302, "/echo"))).type).toBe("basic"));
  test("is cors where a redirect crossed origins", async () => {
    const response = await play.fetch(away());
    expect([response.type, response.status, response.url]).toEqual(["cors", 200, `${play.away.url}/echo`]);
  });
  test("stays cors on the way home", async () => {
    const back = play.redirect(302, play.echo, "away");
    expect((await play.fetch(play.redirect(302, back))).type).toBe("cors");
  });
  test("is a clone's too", async () => expect((await play.fetch(away())).clone().type).toBe("cors"));
  test("is opaque in mode no-cors where a redirect crossed origins: nothing is seen", async () => {
    const response = await play.fetch(away(), { mode: "no-cors" });
    const { type, status, statusText, url, redirected, ok, body } = response;
    expect({ type, status, statusText, url, redirected, ok, body }).toEqual({
      type: "opaque",
      status: 0,
      statusText: "",
      url: "",
      redirected: false,
      ok: false,
      body: null,
    });
    expect([...response.headers]).toEqual([]);
    expect(await response.text()).toBe("");
  });
  test("is basic in mode no-cors elsewhere", async () =>
    expect((await play.fetch(play.echo, { mode: "no-cors" })).type).toBe("basic"));
});
