/** Proxies: which one, by which rule, how a tunnel is opened, and what is kept of one that opens none. */
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { chooseProxy, type Environment } from "../../src/client/index.ts";
import { requireUrl } from "../../src/core/index.ts";
import { Client, HttpsError, type RequestOptions } from "../../src/index.ts";
import type { TrustPolicy } from "../../src/admission/index.ts";
import { pemOf } from "../pki/index.ts";
import { mintRoot } from "../pki/today.ts";
import {
  answering,
  mintIdentity,
  openOrigin,
  reply,
  rootPem,
  settle,
  whenEmpty,
  type Origin,
  type OriginOptions,
} from "./origin.ts";
import { openProxy } from "./tunnel-proxy.ts";
import { holdClock } from "../clock.ts";

const plain: OriginOptions = { tls: false };
const open = (): Promise<Origin> => openOrigin(answering(({ head }) => reply(head.join("\n"))));

async function textOf(client: Client, url: string, options?: RequestOptions): Promise<string> {
  return (await client.request(url, options)).text();
}

describe("a tunnel", () => {
  test.each([
    ["http", plain],
    ["https", {}],
  ] as const)(
    "through an %s proxy: the proxy sees CONNECT, the server the request",
    async (scheme, options) => {
      await using origin = await open();
      await using proxy = await openProxy(options);
      const url = `${scheme}://me:p%40ss@localhost:${proxy.port}`;
      await using client = new Client({ roots: rootPem, proxy: url });
      const response = await client.request(`${origin.url}/x`, {
        headers: { authorization: "Bearer secret" },
      });
      expect(await response.text()).toContain("GET /x HTTP/1.1");
      expect(response.trust.kind).toBe("verified");
      expect(response.connection.proxy).toEqual({
        url: `${scheme}://localhost:${proxy.port}`,
        source: "the option proxy",
      });
      expect(response.timings.proxyMs).toBeGreaterThan(0);
      const [head] = proxy.heads;
      expect(head?.[0]).toBe(`CONNECT localhost:${origin.port} HTTP/1.1`);
      expect(head).toContain(`Proxy-Authorization: Basic ${Buffer.from("me:p@ss").toString("base64")}`);
      expect(head?.join("\n")).not.toContain("secret");
      expect(origin.accepted.length).toBe(1);
      expect(await textOf(client, origin.url)).not.toContain("Proxy-Authorization");
      expect(proxy.accepted.length).toBe(1);
    },
  );

  test("carries a large body whole, slowly read, both ways", async () => {
    const large = Buffer.alloc(3_000_000, "0123456789");
    await using origin = await openOrigin(answering(({ body }) => reply(body)));
    await using proxy = await openProxy(plain);
    await using client = new Client({ roots: rootPem, proxy: `http://localhost:${proxy.port}` });
    const response = await client.request(origin.url, { method: "POST", body: large });
    let bytes = 0;
    for await (const chunk of response) {
      bytes += chunk.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bytes).toBe(large.length);
  });

  test("that is cut within a body fails the body, and nothing else", async () => {
    await using origin = await openOrigin((socket) =>
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")),
    );
    await using proxy = await openProxy(plain);
    await using client = new Client({ roots: rootPem, proxy: `http://localhost:${proxy.port}` });
    const response = await client.request(origin.url);
    for (const socket of proxy.accepted) socket.destroy();
    await expect(response.text()).rejects.toMatchObject({
      code: "body-truncated",
      detail: { expectedBytes: 9, receivedBytes: 4 },
    });
  });

  test("to a server that both keys do not admit is closed", async () => {
    await using origin = await openOrigin(
      answering(() => reply("x")),
      { tls: mintIdentity({}, mintRoot("Stranger")) },
    );
    await using proxy = await openProxy(plain);
    await using client = new Client({ roots: rootPem, proxy: `http://localhost:${proxy.port}` });
    await expect(client.request(origin.url)).rejects.toMatchObject({ code: "missing-intermediate" });
    await whenEmpty(proxy);
  });

  test("is never opened through a proxy nobody vouches for, and no credentials reach it", async () => {
    await using proxy = await openProxy({ tls: mintIdentity({}, mintRoot("Stranger")) });
    await using client = new Client({ roots: rootPem, proxy: `https://me:hunter2@localhost:${proxy.port}` });
    const error: unknown = await client.request("https://example.com/").catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "proxy-unreachable", cause: { code: "missing-intermediate" } });
    expect(proxy.heads).toEqual([]);
    await using trusting = new Client({
      proxy: `https://localhost:${proxy.port}`,
      proxyTrust: { roots: pemOf(mintRoot("Else")) },
    });
    await expect(trusting.request("https://example.com/")).rejects.toMatchObject({
      code: "proxy-unreachable",
    });
  });
});

describe("a proxy that opens no tunnel", () => {
  const page = "x".repeat(3_000);
  const answer = (status: string, more = ""): string =>
    `HTTP/1.1 ${status}\r\nX-Why: policy\r\n${more}Content-Length: ${page.length}\r\n\r\n${page}`;
  const refused = async (
    bytes: string,
    then: "keep" | "end" | (() => void) = "keep",
    options: RequestOptions = {},
  ): Promise<HttpsError> => {
    await using proxy = await openProxy(plain, (socket) =>
      then === "end" ? socket.end(bytes) : socket.write(bytes, then === "keep" ? undefined : then),
    );
    await using client = new Client({
      roots: rootPem,
      proxy: `http://localhost:${proxy.port}`,
      environment: {},
    });
    const error: unknown = await client.request("https://example.invalid/", options).catch((e: unknown) => e);
    if (!(error instanceof HttpsError)) throw new Error("it was not refused", { cause: error });
    await whenEmpty(proxy);
    return error;
  };

  test("407: its schemes, its fields and the first KiB of its page are kept", async () => {
    const error = await refused(
      answer("407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="x"\r\n'),
    );
    expect(error.code).toBe("proxy-authentication-required");
    expect(error.detail).toMatchObject({
      status: 407,
      reason: "Proxy Authentication Required",
      schemes: 'Basic realm="x"',
      sent: false,
      body: "x".repeat(1_024),
    });
    expect((error.detail as { fields: unknown }).fields).toContainEqual(["X-Why", "policy"]);
  });

  test.each(["403 Forbidden", "502 Bad Gateway", "503 Full", "302 Found"])("%s: the same", async (status) => {
    const error = await refused(answer(status));
    expect(error.code).toBe("proxy-refused");
    expect(error.detail).toMatchObject({
      status: Number(status.slice(0, 3)),
      body: "x".repeat(1_024),
      target: "example.invalid:443",
    });
    expect(error.message).toContain("localhost");
  });

  test("a page that ends with the connection, and one that never ends, are kept as far as they came", async () => {
    const short = "HTTP/1.1 403 No\r\n\r\nbecause";
    expect((await refused(short, "end")).detail).toMatchObject({ status: 403, body: "because" });
    using clock = holdClock();
    const endTime = (): void => void settle().then(() => clock.pass(60));
    const stuck = await refused("HTTP/1.1 403 No\r\nContent-Length: 99\r\n\r\nbecause", endTime, {
      timeouts: { proxyMs: 60 },
    });
    expect(stuck).toMatchObject({ code: "proxy-refused", detail: { status: 403, body: "because" } });
  });

  test.each<[string, string, "keep" | "end", number, string]>([
    ["that says nothing in time", "", "keep", 100, "proxy-timeout"],
    ["that closes without a word", "", "end", Infinity, "proxy-malformed"],
    ["that speaks something else", "SSH-2.0-x\r\n", "keep", Infinity, "proxy-malformed"],
  ])("%s has a code of its own", async (_, bytes, then, ...[proxyMs, code]) => {
    expect((await refused(bytes, then, { timeouts: { proxyMs } })).code).toBe(code);
  });

  test("informational answers before the tunnel are borne", async () => {
    await using origin = await open();
    await using proxy = await openProxy(plain, (socket) => {
      const server = connect(origin.port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        socket.pipe(server).pipe(socket);
      });
      server.on("error", () => {});
    });
    await using client = new Client({ roots: rootPem, proxy: `http://localhost:${proxy.port}` });
    expect(await textOf(client, origin.url)).toContain("GET / HTTP/1.1");
  });

  test("nobody there: the proxy's name, and who named it", async () => {
    await using gone = await openOrigin(() => {}, plain);
    await gone.close();
    await using client = new Client({ environment: { https_proxy: `http://127.0.0.1:${gone.port}` } });
    await expect(client.request("https://example.com/")).rejects.toMatchObject({
      code: "proxy-unreachable",
      detail: { proxy: `http://127.0.0.1:${gone.port}`, source: "https_proxy" },
    });
  });

  test("an https: proxy that speaks plain HTTP", async () => {
    await using proxy = await openProxy(plain, (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    proxy.server.on("connection", (socket: Socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
    );
    await using client = new Client({ roots: rootPem, proxy: `https://localhost:${proxy.port}` });
    await expect(client.request("https://example.com/")).rejects.toMatchObject({
      code: "proxy-unreachable",
      message: expect.stringContaining("does not speak TLS") as string,
    });
  });
});

test("http: goes to the proxy in absolute-form, with the proxy's credentials and no tunnel", async () => {
  await using origin = await openOrigin(
    answering(({ head }) => reply(head.join("\n"))),
    plain,
  );
  await using proxy = await openProxy(plain);
  await using client = new Client({ proxy: `http://me:pw@localhost:${proxy.port}` });
  const text = await textOf(client, `${origin.url}/path?q`);
  expect(text).toContain(`GET ${origin.url}/path?q HTTP/1.1`);
  expect(proxy.heads[0]).toContain(`Proxy-Authorization: Basic ${Buffer.from("me:pw").toString("base64")}`);
  expect(proxy.heads[0]).toContain(`Host: localhost:${origin.port}`);
});

test("a request without a proxy never shares a connection with one through it", async () => {
  await using origin = await open();
  await using proxy = await openProxy(plain);
  const environment = { https_proxy: `http://127.0.0.1:${proxy.port}` };
  const url = origin.url.replace("localhost", "127.0.0.1");
  await using client = new Client({ roots: rootPem, environment });
  expect((await client.request(url)).connection.proxy?.source).toBe("https_proxy");
  expect((await client.request(url, { proxy: null })).connection.proxy).toBeUndefined();
  expect((await client.request(url)).connection.proxy?.source).toBe("https_proxy");
});

test("a proxy is a program's to name in tunnelled sockets too", async () => {
  await using origin = await open();
  await using proxy = await openProxy(plain);
  await using client = new Client({ roots: rootPem, proxy: `http://localhost:${proxy.port}` });
  const { socket, trust } = await client.connect(origin.url);
  expect(trust.kind).toBe("verified");
  socket.write("GET /raw HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const chunk = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
  expect(chunk.toString()).toContain("GET /raw HTTP/1.1");
  socket.destroy();
});

describe("which proxy", () => {
  const rule = (url: string, environment: Environment, option?: string | null): string =>
    chooseProxy({ target: requireUrl(url), option, environment, policy: () => ({}) as TrustPolicy }).rule;
  const https = "https://www.example.com/";

  test.each<[string, string, Environment, string | null | undefined, string]>([
    ["none is set", https, {}, undefined, "no proxy is set"],
    ["https_proxy for https", https, { https_proxy: "p:1", http_proxy: "q:1" }, undefined, "https_proxy"],
    ["HTTPS_PROXY too", https, { HTTPS_PROXY: "p:1" }, undefined, "HTTPS_PROXY"],
    ["lower case first", https, { HTTPS_PROXY: "p:1", https_proxy: "q:1" }, undefined, "https_proxy"],
    ["http_proxy for http", "http://www.example.com/", { http_proxy: "p:1" }, undefined, "http_proxy"],
    [
      "HTTP_PROXY is a request's field under CGI",
      "http://www.example.com/",
      { HTTP_PROXY: "p:1" },
      undefined,
      "no proxy is set",
    ],
    ["ALL_PROXY for either", "http://www.example.com/", { ALL_PROXY: "p:1" }, undefined, "ALL_PROXY"],
    ["an empty variable is none", https, { https_proxy: "", all_proxy: "p:1" }, undefined, "all_proxy"],
    [
      "the option before the environment",
      https,
      { https_proxy: "p:1", no_proxy: "*" },
      "http://o:1",
      "the option proxy",
    ],
    ["the option null", https, { https_proxy: "p:1" }, null, "the option proxy: null"],
    [
      "a loopback name is not a proxy's to reach",
      "https://a.localhost/",
      { https_proxy: "p:1" },
      undefined,
      "a loopback name",
    ],
  ])("%s", (...row) => {
    const [, url, environment, option, expected] = row;
    expect(rule(url, environment, option)).toBe(expected);
  });

  test.each([
    "http://wpad.example/proxy.pac?v=1",
    "http://wpad.example:8080/wpad.dat",
    "wpad.example/corp.PAC",
    "pac+http://wpad.example/",
  ])("the address of a PAC file is not a proxy's: %s", (option) => {
    expect(() => rule(https, {}, option)).toThrow(
      /^The proxy set by the option proxy cannot be used: it is the address of a PAC file/,
    );
    expect(() => rule(https, { https_proxy: option })).toThrow(/^The proxy set by https_proxy cannot/);
  });

  test.each<[string, string, boolean]>([
    ["*", https, true],
    ["example.com", https, true],
    [".example.com", https, true],
    ["*.example.com", https, true],
    ["EXAMPLE.com.", https, true],
    ["www.example.com", https, true],
    ["xample.com", https, false],
    ["ww.example.com", https, false],
    ["com", https, true],
    ["other.org, example.com", https, true],
    ["other.org example.com", https, true],
    ["example.com:443", https, true],
    ["example.com:8443", https, false],
    ["example.com:8443", "https://example.com:8443/", true],
    ["", https, false],
    [",", https, false],
    [".", https, false],
    ["192.0.2.7", "https://192.0.2.7/", true],
    ["192.0.2.7:8443", "https://192.0.2.7/", false],
    ["192.0.2.7:8443", "https://192.0.2.7:8443/", true],
    ["192.0.2.0/24", "https://192.0.2.255/", true],
    ["192.0.2.0/24", "https://192.0.3.1/", false],
    ["192.0.2.0/33", "https://192.0.2.0/", false],
    ["192.0.2.0/", "https://192.0.2.0/", false],
    ["192.0.2.0/0", "https://203.0.113.9/", true],
    ["2.7", "https://192.0.2.7/", false],
    ["2001:db8::1", "https://[2001:db8::1]/", true],
    ["2001:0DB8:0:0::1", "https://[2001:db8::1]/", true],
    ["[2001:db8::1]", "https://[2001:db8::1]/", true],
    ["[2001:db8::1]:8443", "https://[2001:db8::1]/", false],
    ["[2001:db8::1]:8443", "https://[2001:db8::1]:8443/", true],
    ["2001:db8::/32", "https://[2001:db8:1::]/", true],
    ["2001:db8::/32", "https://[2001:db9::]/", false],
    ["10.0.0.0/8", "https://[::1]/", false],
    ["example.com/24", https, false],
  ])("NO_PROXY=%s and %s: left out is %s", (noProxy, url, leftOut) => {
    expect(rule(url, { https_proxy: "p:1", NO_PROXY: noProxy }).startsWith("NO_PROXY")).toBe(leftOut);
    expect(rule(url, { https_proxy: "p:1", no_proxy: noProxy }).startsWith("NO_PROXY")).toBe(leftOut);
  });
});
