/** Through SOCKS 5 proxies as Debian builds them, to nginx, with curl beside. Each is skipped where it is not installed. */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, HttpsError } from "../../src/index.ts";
import { findProgram } from "../servers/process.ts";
import { startNginx, type Nginx } from "../servers/nginx.ts";
import { has, startDante, startMicrosocks, type RunningProxy } from "./programs.ts";

const families = [
  { name: "microsocks", login: "me:secret@", installed: has.microsocks, start: () => startMicrosocks(true) },
  { name: "dante", login: "", installed: has.danted, start: startDante },
] as const;

describe.each(families)(
  "$name (skipped where it, nginx or openssl is not installed)",
  ({ name, login, installed, start }) => {
    describe.skipIf(!installed || !has.nginx)("as a proxy", () => {
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
      const urlOf = (scheme: string, credentials: string): string =>
        `${scheme}://${credentials}127.0.0.1:${proxy.port}`;
      const through = (scheme = "socks5h", credentials: string = login): Client =>
        new Client({ roots: nginx.caFile, proxy: urlOf(scheme, credentials) });
      /** What curl's exit code is: 0, or 97 for a proxy that refused. */
      const curl = (url: string, scheme: string, credentials: string = login): number | null =>
        spawnSync("curl", [
          "-sS",
          "-o",
          "/dev/null",
          "--cacert",
          nginx.caFile,
          "-x",
          urlOf(scheme, credentials),
          url,
        ]).status;
      async function failureOf(client: Client, url: string): Promise<HttpsError> {
        const error: unknown = await client.request(url).catch((reason: unknown) => reason);
        if (!(error instanceof HttpsError)) throw new Error("it did not fail", { cause: error });
        return error;
      }

      it.each(["socks5", "socks5h"])(
        "%s opens a tunnel: the server is verified through it",
        async (scheme) => {
          await using client = through(scheme);
          for (const url of [nginx.origin, nginx.origin.replace("localhost", "127.0.0.1")]) {
            const response = await client.request(`${url}/`);
            expect(await response.text()).toBe("<p>Hello from nginx.</p>\n");
            expect([response.trust.kind, response.connection.proxy?.url]).toEqual([
              "verified",
              urlOf(scheme, ""),
            ]);
          }
          if (findProgram("curl") !== undefined) expect(curl(`${nginx.origin}/`, scheme)).toBe(0);
        },
      );

      it("carries eight megabytes whole, over one connection", async () => {
        await using client = through();
        const ids = new Set<number>();
        for (let i = 0; i < 2; i++) {
          const response = await client.request(`${nginx.origin}/large.bin`);
          expect(Buffer.compare(await response.bytes(), nginx.large)).toBe(0);
          ids.add(response.connection.id);
        }
        expect(ids.size).toBe(1);
      });

      it("says that the server refused", async () => {
        await using client = through();
        const error = await failureOf(client, "https://127.0.0.1:1/");
        expect(error).toMatchObject({ code: "socks-refused", detail: { reply: 5 }, fault: "peer" });
        if (findProgram("curl") !== undefined) expect(curl("https://127.0.0.1:1/", "socks5h")).toBe(97);
      });

      it("says that the proxy does not find the name", async () => {
        await using client = through();
        const error = await failureOf(client, "https://no-such-host.invalid/");
        expect(error.code).toBe("socks-refused");
        expect([1, 4]).toContain((error.detail as { readonly reply: number }).reply);
      });

      it.skipIf(name !== "dante")("says that a rule of the proxy's is against it", async () => {
        await using client = through();
        expect(await failureOf(client, "https://127.0.0.1:2/")).toMatchObject({
          code: "socks-refused",
          detail: { reply: 2 },
          fault: "proxy",
        });
      });

      it.skipIf(login === "").each([
        ["", false],
        ["me:wrong@", true],
      ])("asks for the password (%j)", async (credentials, sent) => {
        await using client = through("socks5h", credentials);
        expect(await failureOf(client, `${nginx.origin}/`)).toMatchObject({
          code: "proxy-authentication-required",
          detail: { status: undefined, sent },
        });
        if (findProgram("curl") !== undefined)
          expect(curl(`${nginx.origin}/`, "socks5h", credentials)).toBe(97);
      });

      it("taken for a proxy of HTTP, it is said not to be one", async () => {
        await using client = new Client({ proxy: `http://127.0.0.1:${proxy.port}` });
        expect((await failureOf(client, `${nginx.origin}/`)).code).toMatch(/^proxy-(?:malformed|timeout)$/);
      });
    });
  },
);
