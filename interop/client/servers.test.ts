/** The client against Apache, haproxy and httpbin as Debian builds them. Each is skipped where it is not installed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../src/index.ts";
import { has, startApache, startHaproxy, startHttpbin, type Running } from "./programs.ts";

describe.skipIf(!has.apache2)("Apache (skipped where apache2 or openssl is not installed)", () => {
  let apache: Running;
  let client: Client;
  beforeAll(async () => {
    apache = await startApache();
    client = new Client({ roots: apache.caFile });
  });
  afterAll(async () => {
    await client.close();
    await apache.stop();
  });

  it("is verified, keeps the connection, and loses no request when Apache ends it after three seconds", async () => {
    const ids = new Set<number>();
    for (let i = 0; i < 3; i++) {
      const response = await client.request(`${apache.origin}/`);
      expect(await response.text()).toBe("<p>Hello from Apache.</p>\n");
      ids.add(response.connection.id);
    }
    expect(ids.size).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 3_100));
    const later = await client.request(`${apache.origin}/`);
    await later.bytes();
    expect(ids.has(later.connection.id)).toBe(false);
  });

  it("packs a text, which is unpacked whole", async () => {
    const response = await client.request(`${apache.origin}/large.txt`);
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(await response.text()).toBe("0123456789abcdef".repeat(65_536));
    expect(response.receivedBytes).toBeLessThan(100_000);
  });

  it("is followed where it moved", async () => {
    const response = await client.request(`${apache.origin}/old`);
    expect(await response.text()).toBe("<p>Hello from Apache.</p>\n");
    expect(response.redirects.map(({ status }) => status)).toEqual([301]);
  });

  it("lets a user in by digest, and keeps a wrong password out", async () => {
    const ask = (password: string): ReturnType<Client["request"]> =>
      client.request(`${apache.origin}/private/`, {
        authentication: { scheme: "digest", username: "me", password },
      });
    const response = await ask("secret");
    expect([response.status, await response.text(), response.attempts.length]).toEqual([200, "private\n", 2]);
    expect((await ask("wrong")).status).toBe(401);
    expect((await client.request(`${apache.origin}/private/`)).status).toBe(401);
  });

  it("is asked a thousand times at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 1_000 }, async () => (await client.request(`${apache.origin}/`)).text()),
    );
    expect(new Set(all)).toEqual(new Set(["<p>Hello from Apache.</p>\n"]));
  });
});

describe.skipIf(!has.haproxy)("haproxy (skipped where haproxy or openssl is not installed)", () => {
  let haproxy: Running;
  let client: Client;
  beforeAll(async () => {
    haproxy = await startHaproxy();
    client = new Client({ roots: haproxy.caFile });
  });
  afterAll(async () => {
    await client.close();
    await haproxy.stop();
  });

  it("answers by itself, under TLS 1.3, verified", async () => {
    const response = await client.request(`${haproxy.origin}/`);
    expect([await response.text(), response.trust.kind, response.connection.protocol]).toEqual([
      "hello from haproxy",
      "verified",
      "TLSv1.3",
    ]);
    expect(await (await client.request(`${haproxy.origin}/agent`)).text()).toMatch(/^meerkat\//);
  });

  it("redirects with 308, and a POST stays one", async () => {
    const response = await client.request(`${haproxy.origin}/moved`, { method: "POST", body: "x" });
    expect([response.status, response.url]).toEqual([200, `${haproxy.origin}/end`]);
    await response.bytes();
  });

  it("gives a status that is a result, and worth a retry when that is asked for", async () => {
    const response = await client.request(`${haproxy.origin}/limited`, {
      retry: { attempts: 1, delayMs: 1 },
    });
    expect([response.status, response.attempts.length]).toEqual([429, 2]);
    await response.bytes();
  });

  it("closes idle connections after a second: no request is lost to that", async () => {
    for (let i = 0; i < 4; i++) {
      const response = await client.request(`${haproxy.origin}/`);
      await response.bytes();
      await new Promise((resolve) => setTimeout(resolve, 990));
    }
  });
});

describe.skipIf(!has.httpbin)("httpbin (skipped where python3-httpbin or haproxy is not installed)", () => {
  let httpbin: Running;
  let client: Client;
  beforeAll(async () => {
    httpbin = await startHttpbin();
    client = new Client({ roots: httpbin.caFile });
  });
  afterAll(async () => {
    await client.close();
    await httpbin.stop();
  });
  const json = async (
    path: string,
    options?: Parameters<Client["request"]>[1],
  ): Promise<Record<string, unknown>> =>
    (await client.request(httpbin.origin + path, options)).json<Record<string, unknown>>();

  it.each(["gzip", "deflate", "brotli"])("%s is undone", async (coding) => {
    const response = await client.request(`${httpbin.origin}/${coding}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ method: "GET" });
  });

  it("sees a form and its file as they were sent", async () => {
    const form = new FormData();
    form.set("field", "value");
    form.set("file", new File(["content"], "name.txt"));
    expect(await json("/post", { method: "POST", body: form })).toMatchObject({
      form: { field: "value" },
      files: { file: "content" },
    });
  });

  it("sees JSON, a stream in chunks, and bytes", async () => {
    expect(
      await json("/put", { method: "PUT", body: '{"a":1}', headers: { "content-type": "application/json" } }),
    ).toMatchObject({ json: { a: 1 } });
    expect(await json("/post", { method: "POST", body: new URLSearchParams({ q: "1 2" }) })).toMatchObject({
      form: { q: "1 2" },
    });
    expect(await json("/post", { method: "POST", body: new Uint8Array(100_000).fill(97) })).toMatchObject({
      data: "a".repeat(100_000),
    });
  });

  it("redirects ten times, and a circle of absolute URLs ends", async () => {
    const response = await client.request(`${httpbin.origin}/relative-redirect/10`);
    expect([response.status, response.redirects.length]).toEqual([200, 10]);
    await response.bytes();
    await expect(client.request(`${httpbin.origin}/relative-redirect/30`)).rejects.toMatchObject({
      code: "too-many-redirects",
    });
  });

  it("takes basic, bearer and digest", async () => {
    const user = { username: "user", password: "pass" };
    expect(
      await json("/basic-auth/user/pass", { authentication: { scheme: "basic", ...user } }),
    ).toMatchObject({ authenticated: true });
    expect(await json("/bearer", { authentication: { scheme: "bearer", token: "xyz" } })).toMatchObject({
      authenticated: true,
      token: "xyz",
    });
    for (const algorithm of ["MD5", "SHA-256"])
      expect(
        await json(`/digest-auth/auth/user/pass/${algorithm}`, {
          authentication: { scheme: "digest", ...user },
        }),
      ).toMatchObject({ authenticated: true });
  });

  it.each([200, 204, 304, 404, 418, 500])("status %d is a result", async (status) => {
    const response = await client.request(`${httpbin.origin}/status/${status}`);
    expect(response.status).toBe(status);
    await response.bytes();
  });

  it("streams lines and drips bytes, all of which arrive", async () => {
    const lines = await (await client.request(`${httpbin.origin}/stream/20`)).text();
    expect(lines.trim().split("\n").length).toBe(20);
    const bytes = await (
      await client.request(`${httpbin.origin}/drip?numbytes=10&duration=1&delay=0`)
    ).bytes();
    expect(bytes.length).toBe(10);
    expect((await (await client.request(`${httpbin.origin}/bytes/100000?seed=1`)).bytes()).length).toBe(
      100_000,
    );
  });

  it("is too slow for a deadline, which is named", async () => {
    await expect(
      client.request(`${httpbin.origin}/delay/3`, { timeouts: { headMs: 200 } }),
    ).rejects.toMatchObject({ code: "head-timeout", detail: { limitMs: 200 } });
  });
});
