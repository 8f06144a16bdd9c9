/** Through squid and tinyproxy as Debian builds them, to nginx. Each is skipped where it is not installed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../src/index.ts";
import { startNginx, type Nginx } from "../servers/nginx.ts";
import { has, startSquid, startTinyproxy, type RunningProxy } from "./programs.ts";

const families = [
  { name: "squid", installed: has.squid, start: () => startSquid(true) },
  { name: "tinyproxy", installed: has.tinyproxy, start: () => startTinyproxy() },
] as const;

describe.each(families)(
  "$name (skipped where it, nginx or openssl is not installed)",
  ({ installed, start }) => {
    describe.skipIf(!installed || !has.nginx)("with a password", () => {
      let nginx: Nginx;
      let proxy: RunningProxy;
      beforeAll(async () => {
        nginx = await startNginx();
        proxy = await start();
      });
      afterAll(async () => {
        await proxy.stop();
        await nginx.stop();
      });
      const through = (credentials: string): Client =>
        new Client({ roots: nginx.caFile, proxy: `http://${credentials}127.0.0.1:${proxy.port}` });

      it("opens a tunnel: the server is verified through it, and the connection is kept", async () => {
        await using client = through("me:secret@");
        const ids = new Set<number>();
        for (let i = 0; i < 3; i++) {
          const response = await client.request(`${nginx.origin}/`);
          expect(await response.text()).toBe("<p>Hello from nginx.</p>\n");
          expect([response.trust.kind, response.connection.proxy?.url]).toEqual([
            "verified",
            `http://127.0.0.1:${proxy.port}`,
          ]);
          ids.add(response.connection.id);
        }
        expect(ids.size).toBe(1);
      });

      it("carries eight megabytes whole", async () => {
        await using client = through("me:secret@");
        const response = await client.request(`${nginx.origin}/large.bin`);
        expect(Buffer.compare(await response.bytes(), nginx.large)).toBe(0);
      });

      it.each([
        ["", false],
        ["me:wrong@", true],
      ])("asks for the password, and its page is kept (%j)", async (credentials, sent) => {
        await using client = through(credentials);
        const error: unknown = await client.request(`${nginx.origin}/`).catch((error: unknown) => error);
        expect(error).toMatchObject({
          code: expect.stringMatching(/^proxy-(?:authentication-required|refused)$/) as string,
        });
        if ((error as { code: string }).code === "proxy-authentication-required") {
          expect(error).toMatchObject({
            detail: { status: 407, sent, schemes: expect.stringContaining("Basic") as string },
          });
        }
        expect((error as { detail: { body: string } }).detail.body.length).toBeGreaterThan(100);
      });

      it("cannot reach a server: what it says is kept", async () => {
        await using client = through("me:secret@");
        await expect(client.request("https://127.0.0.1:1/")).rejects.toMatchObject({ code: "proxy-refused" });
      });
    });
  },
);
