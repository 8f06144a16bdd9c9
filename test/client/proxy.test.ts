/** Proxies: how a tunnel is opened, and what is kept of one that opens none. */
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { Client, HttpsError, type RequestOptions } from "../../src/index.ts";
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
