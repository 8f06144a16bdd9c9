/** The client against httpbin behind haproxy, directly and through squid and tinyproxy. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../src/client/index.ts";
import { missing, startStack, type Stack } from "./stack.ts";

describe.skipIf(missing.length > 0)(
  `httpbin behind haproxy (skipped without: ${missing.join(", ") || "nothing"})`,
  () => {
    let stack: Stack;
    let client: Client;
    beforeAll(async () => {
      stack = await startStack();
      client = new Client({ roots: stack.caFile, environment: {} });
    });
    afterAll(async () => {
      await client.close();
      await stack.stop();
    });
    const json = async (
      path: string,
      options: Parameters<Client["request"]>[1] = {},
    ): Promise<Record<string, unknown>> => {
      const response = await client.request(`${stack.origin}${path}`, options);
      expect(response.status).toBe(200);
      return (await response.json()) as Record<string, unknown>;
    };

    it("hands over fields and query as they were sent", async () => {
      expect(await json("/get?a=1&b=%20", { headers: { "X-Lab": "meerkat" } })).toMatchObject({
        args: { a: "1", b: " " },
        headers: { "X-Lab": "meerkat", "User-Agent": expect.stringMatching(/^meerkat\//) as string },
      });
    });

    it.each(["gzip", "deflate", "brotli"])("undoes %s", async (coding) => {
      expect(await json(`/${coding}`)).toMatchObject({
        headers: { Host: expect.stringMatching(/^localhost:/) as string },
      });
    });

    it("sends forms, files, JSON and streams whole", async () => {
      expect(await json("/post", { method: "POST", body: new URLSearchParams({ a: "1 2" }) })).toMatchObject({
        form: { a: "1 2" },
      });
      const form = new FormData();
      form.set("text", "ä");
      form.set("file", new File(["content"], "a.txt", { type: "text/plain" }));
      expect(await json("/post", { method: "POST", body: form })).toMatchObject({
        form: { text: "ä" },
        files: { file: "content" },
      });
      const body = "x".repeat(300_000);
      expect(await json("/put", { method: "PUT", body })).toMatchObject({ data: body });
    });

    it("follows redirects, and keeps each hop with its report", async () => {
      const response = await client.request(`${stack.origin}/relative-redirect/3`);
      await response.bytes();
      expect(response.status).toBe(200);
      expect(response.redirects.map(({ status, trust }) => [status, trust.kind])).toEqual(
        [1, 2, 3].map(() => [302, "verified"]),
      );
    });

    it("answers a basic, a bearer and a digest challenge", async () => {
      const credentials = { username: "user", password: "passwd" } as const;
      expect(
        await json("/basic-auth/user/passwd", { authentication: { scheme: "basic", ...credentials } }),
      ).toMatchObject({ authenticated: true });
      expect(
        await json("/bearer", { authentication: { scheme: "bearer", token: "token123" } }),
      ).toMatchObject({
        token: "token123",
      });
      for (const algorithm of ["MD5", "SHA-256"]) {
        const path = `/digest-auth/auth/user/passwd/${algorithm}`;
        expect(await json(path, { authentication: { scheme: "digest", ...credentials } })).toMatchObject({
          authenticated: true,
        });
      }
    });

    it("takes a status as a result, and a body in chunks", async () => {
      const teapot = await client.request(`${stack.origin}/status/418`);
      await teapot.bytes();
      expect(teapot.status).toBe(418);
      const response = await client.request(`${stack.origin}/stream-bytes/100000?seed=1&chunk_size=1000`);
      expect((await response.bytes()).length).toBe(100_000);
      expect(response.completeness).toBe("complete");
    });

    it.each(["squid", "tinyproxy"] as const)("is verified end to end through %s", async (name) => {
      await using through = new Client({ roots: stack.caFile, proxy: stack.proxies[name], environment: {} });
      for (let i = 0; i < 2; i++) {
        const response = await through.request(`${stack.origin}/bytes/5000`);
        expect((await response.bytes()).length).toBe(5_000);
        expect(response.trust.kind).toBe("verified");
        expect(response.connection.proxy?.url).toBe(stack.proxies[name]);
        expect(response.connection.reused).toBe(i > 0);
      }
    });

    it.each(["squid", "tinyproxy"] as const)(
      "says what %s answered when it opens no tunnel",
      async (name) => {
        await using through = new Client({
          roots: stack.caFile,
          proxy: stack.proxies[name],
          environment: {},
        });
        await expect(through.request("https://localhost:1/")).rejects.toMatchObject({
          code: "proxy-refused",
          fault: "proxy",
          detail: { target: "localhost:1", status: 403, body: expect.stringMatching(/\S/) as string },
        });
      },
    );
  },
);
