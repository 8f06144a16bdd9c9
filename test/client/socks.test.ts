/** SOCKS 5 proxies: what goes to the proxy and what to the server, who looks a name up, and every door of the client. */
import { get } from "node:https";
import { describe, expect, test } from "vitest";
import { Client, HttpsError, MeerkatAgent, type ClientOptions } from "../../src/index.ts";
import { mintRoot } from "../pki/today.ts";
import {
  answering,
  mintIdentity,
  openOrigin,
  reply,
  rootPem,
  until,
  whenEmpty,
  type Origin,
} from "./origin.ts";
import { openHttp2 } from "./http2/origin.ts";
import { openSocksProxy, type SocksProxy } from "./socks-proxy.ts";

const open = (): Promise<Origin> => openOrigin(answering(({ head }) => reply(head.join("\n"))));

function through(
  { port }: SocksProxy,
  { scheme = "socks5h", login = "", ...options }: ClientOptions & { scheme?: string; login?: string } = {},
): Client {
  return new Client({ roots: rootPem, proxy: `${scheme}://${login}localhost:${port}`, ...options });
}

async function failureOf(client: Client, url: string): Promise<HttpsError> {
  const error: unknown = await client.request(url).catch((reason: unknown) => reason);
  if (!(error instanceof HttpsError)) throw new Error("it did not fail as it should", { cause: error });
  return error;
}

describe("a tunnel", () => {
  test("the proxy sees where to, and the server the request, which the proxy cannot read", async () => {
    await using origin = await open();
    await using proxy = await openSocksProxy({ login: "me:p@ss" });
    await using client = through(proxy, { login: "me:p%40ss@" });
    const response = await client.request(`${origin.url}/x`, { headers: { authorization: "Bearer secret" } });
    const text = await response.text();
    expect(text).toContain("GET /x HTTP/1.1");
    expect(text).toContain("secret");
    expect(text).not.toContain("p@ss");
    expect(response.trust.kind).toBe("verified");
    expect(response.connection.proxy).toEqual({
      url: `socks5h://localhost:${proxy.port}`,
      source: "the option proxy",
    });
    expect(response.timings.proxyMs).toBeGreaterThan(0);
    expect([proxy.asked, proxy.logins]).toEqual([[`name localhost:${origin.port}`], ["me:p@ss"]]);
    expect(proxy.heard()).not.toContain("secret");
    await (await client.request(origin.url)).bytes();
    expect(proxy.accepted.length).toBe(1);
  });

  test.each<[scheme: string, host: string, asked: string]>([
    ["socks5h", "localhost", "name localhost"],
    ["socks5", "localhost", "v4 127.0.0.1"],
    ["socks5h", "127.0.0.1", "v4 127.0.0.1"],
    ["socks5", "127.0.0.1", "v4 127.0.0.1"],
    ["socks5h", "[::1]", "v6 00000000000000000000000000000001"],
  ])("of %s to %s asks for %s", async (scheme, host, asked) => {
    await using origin = await open();
    await using proxy = await openSocksProxy();
    await using client = through(proxy, { scheme });
    const response = await client.request(origin.url.replace("localhost", host));
    expect(response.trust.kind).toBe("verified");
    await response.bytes();
    expect(proxy.asked).toEqual([`${asked}:${origin.port}`]);
  });

  test("whose name is looked up here fails before the proxy is asked", async () => {
    await using proxy = await openSocksProxy();
    await using client = through(proxy, { scheme: "socks5" });
    expect((await failureOf(client, "https://no-such-host.invalid/")).code).toMatch(
      /^(?:name-not-found|dns-)/,
    );
    expect(proxy.accepted.length).toBe(0);
  });

  test("is asked for the next address where the proxy does not reach the first, and no other is", async () => {
    await using origin = await open();
    await using proxy = await openSocksProxy({ reply: (asked) => (asked.startsWith("v6") ? 4 : 0) });
    const resolve = { [`shop.localhost:${origin.port}`]: "::1,127.0.0.1" };
    await using client = through(proxy, { scheme: "socks5", resolve, identity: "localhost" });
    const response = await client.request(`https://shop.localhost:${origin.port}/`);
    await response.bytes();
    expect(proxy.asked.map((asked) => asked.slice(0, 2))).toEqual(["v6", "v4"]);
    await using strict = await openSocksProxy({ reply: () => 2 });
    await using refused = through(strict, { scheme: "socks5", resolve });
    const error = await failureOf(refused, `https://shop.localhost:${origin.port}/`);
    expect(error).toMatchObject({ code: "socks-refused", detail: { reply: 2 } });
    expect(strict.asked.length).toBe(1);
  });

  test("whose addresses are all refused ends with what the server did, where it did something", async () => {
    const replies = [3, 5, 4];
    await using proxy = await openSocksProxy({ reply: () => replies.shift() ?? 1 });
    const resolve = { "a.example:443": "192.0.2.1,192.0.2.2,192.0.2.3" };
    await using client = through(proxy, { scheme: "socks5", resolve });
    expect(await failureOf(client, "https://a.example/")).toMatchObject({
      code: "socks-refused",
      fault: "peer",
      detail: { reply: 5, target: "a.example:443" },
    });
    await whenEmpty(proxy);
  });

  test("of a name longer than SOCKS can say is not asked for", async () => {
    await using proxy = await openSocksProxy();
    await using client = through(proxy);
    const error = await failureOf(
      client,
      `https://${"a".repeat(60)}.`.padEnd(270, `${"b".repeat(50)}.`) + "example/",
    );
    expect(error.code).toMatch(/^(?:name-not-found|url-malformed)$/);
    expect(proxy.heard().length).toBeLessThan(4);
  });

  test("carries http: too, and the proxy's credentials go to the proxy alone", async () => {
    await using origin = await openOrigin(
      answering(({ head }) => reply(head.join("\n"))),
      { tls: false },
    );
    await using proxy = await openSocksProxy({ login: "me:hunter2" });
    await using client = through(proxy, { login: "me:hunter2@" });
    const response = await client.request(`${origin.url}/path?q`);
    const text = await response.text();
    expect(text).toContain("GET /path?q HTTP/1.1");
    expect(text).not.toContain("Proxy-Authorization");
    expect(response.connection.proxy?.url).toBe(`socks5h://localhost:${proxy.port}`);
    expect(response.trust.kind).toBe("plaintext");
  });

  test("carries a large body whole, slowly read, both ways", async () => {
    const large = Buffer.alloc(3_000_000, "0123456789");
    await using origin = await openOrigin(answering(({ body }) => reply(body)));
    await using proxy = await openSocksProxy();
    await using client = through(proxy);
    const response = await client.request(origin.url, { method: "POST", body: large });
    let bytes = 0;
    for await (const chunk of response) {
      bytes += chunk.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bytes).toBe(large.length);
  });

  test("carries HTTP/2, many requests over one", async () => {
    await using origin = await openHttp2((stream) => {
      stream.respond({ ":status": 200 });
      stream.end("two");
    });
    await using proxy = await openSocksProxy();
    await using client = through(proxy);
    const versions = await Promise.all(
      [1, 2, 3].map(async () => {
        const response = await client.request(origin.url);
        return [response.httpVersion, await response.text()];
      }),
    );
    expect(versions).toEqual([1, 2, 3].map(() => ["2", "two"]));
    await (await client.request(origin.url)).bytes();
    expect(proxy.asked.length).toBeLessThanOrEqual(3);
  });

  test("to a server that both keys do not admit is closed, and nothing is sent", async () => {
    const requests: string[] = [];
    await using origin = await openOrigin(
      answering(({ head }) => {
        requests.push(...head);
        return reply("x");
      }),
      { tls: mintIdentity({}, mintRoot("Stranger")) },
    );
    await using proxy = await openSocksProxy();
    await using client = through(proxy);
    expect((await failureOf(client, origin.url)).code).toBe("missing-intermediate");
    await whenEmpty(proxy);
    expect(requests).toEqual([]);
  });

  test("is told with its bytes where the server, or the proxy, speaks before it was asked", async () => {
    await using origin = await open();
    await using proxy = await openSocksProxy({ behind: "\x15\x03\x03\0\x02\x02\x28" });
    await using client = through(proxy);
    // The alert stood behind the proxy's answer: were it lost, the handshake would come about.
    expect((await failureOf(client, origin.url)).stage).toBe("tls");
  });
});

describe("a proxy that is none, or not this one", () => {
  test.each<[law: string, said: string, code: string, says: string]>([
    ["answers in HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", "proxy-malformed", "is it an http:// proxy?"],
    ["has no method for it", "\x05\xff", "proxy-authentication-required", "(no login)"],
    ["answers in SOCKS 4", "\0\x5b\0\0", "proxy-malformed", "as SOCKS 4 does"],
  ])("%s", async (_law, said, code, says) => {
    await using proxy = await openSocksProxy({ instead: (client) => client.write(said, "latin1") });
    await using client = through(proxy);
    const error = await failureOf(client, "https://a.example/");
    expect(error.code).toBe(code);
    expect(error.message).toContain(says);
    await whenEmpty(proxy);
  });

  test("is not there: its name, and who named it", async () => {
    await using gone = await openSocksProxy();
    await gone.close();
    const url = `socks5h://127.0.0.1:${gone.port}`;
    await using client = new Client({ environment: { ALL_PROXY: url } });
    expect(await failureOf(client, "https://example.com/")).toMatchObject({
      code: "proxy-unreachable",
      detail: { proxy: url, source: "ALL_PROXY" },
    });
  });

  test("refuses the login: neither word nor log has it", async () => {
    await using proxy = await openSocksProxy({ login: "me:right" });
    await using client = through(proxy, { login: "me:hunter2@" });
    const error = await failureOf(client, "https://a.example/");
    expect(error).toMatchObject({ code: "proxy-authentication-required", detail: { sent: true } });
    expect(JSON.stringify(error) + String(error) + error.hint).not.toContain("hunter2");
    expect(proxy.asked).toEqual([]);
  });

  test("speaks SOCKS and was taken for one of HTTP", async () => {
    await using proxy = await openSocksProxy({ instead: (client) => client.end("\x05\xff", "latin1") });
    await using client = new Client({ proxy: `http://localhost:${proxy.port}` });
    expect((await failureOf(client, "https://a.example/")).code).toBe("proxy-malformed");
  });
});

test("a caller who gives up while the proxy is silent ends it", async () => {
  await using proxy = await openSocksProxy({ instead: () => {} });
  await using client = through(proxy);
  const giving = new AbortController();
  const opening = client.request("https://a.example/", { signal: giving.signal });
  const failing = opening.catch((reason: unknown) => reason);
  await until(() => proxy.heard().length > 0);
  giving.abort();
  expect(await failing).toMatchObject({ code: "aborted" });
  await whenEmpty(proxy);
});

describe("every door goes through it", () => {
  test("connect()", async () => {
    await using origin = await open();
    await using proxy = await openSocksProxy();
    await using client = through(proxy);
    const { socket, trust, facts } = await client.connect(origin.url);
    expect([trust.kind, facts.proxy?.url]).toEqual(["verified", `socks5h://localhost:${proxy.port}`]);
    socket.write("GET /raw HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const chunk = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    expect(chunk.toString()).toContain("GET /raw HTTP/1.1");
    socket.destroy();
  });

  test("a MeerkatAgent", async () => {
    await using origin = await open();
    await using proxy = await openSocksProxy();
    await using client = through(proxy);
    const agent = new MeerkatAgent(client);
    const text = await new Promise<string>((resolve, reject) => {
      get(`${origin.url}/agent`, { agent }, (response) => {
        let read = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (read += chunk));
        response.on("end", () => resolve(read));
      }).on("error", reject);
    });
    agent.destroy();
    expect(text).toContain("GET /agent HTTP/1.1");
    expect(proxy.asked).toEqual([`name localhost:${origin.port}`]);
  });
});
