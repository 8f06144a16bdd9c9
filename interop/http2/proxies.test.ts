/** HTTP/2 within tunnels of squid and tinyproxy, to nginx. Each is skipped where it is not installed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../src/index.ts";
import { has, startSquid, startTinyproxy, type RunningProxy } from "../client/programs.ts";
import { atOnce, connectionsOf, get, type Asked } from "./checks.ts";
import { nginx } from "./servers/nginx.ts";
import { startFront, type Http2Server } from "./servers/place.ts";
import { digestOf, large } from "./site.ts";

const families = [
  { name: "squid", installed: has.squid, start: () => startSquid(true) },
  { name: "tinyproxy", installed: has.tinyproxy, start: () => startTinyproxy() },
] as const;

describe.each(families)(
  "$name (skipped where it, nginx or openssl is not installed)",
  ({ installed, start }) => {
    describe.skipIf(!installed || !has.nginx)("with a password", () => {
      let server: Http2Server;
      let proxy: RunningProxy;
      beforeAll(async () => {
        server = await startFront(nginx);
        proxy = await start();
      });
      afterAll(async () => {
        await proxy.stop();
        await server[Symbol.asyncDispose]();
      });

      it("one tunnel carries a hundred requests at once, an upload and a download", async () => {
        await using client = new Client({
          roots: server.caFile,
          environment: {},
          proxy: `http://me:secret@127.0.0.1:${proxy.port}`,
        });
        const asked: Asked = {
          client,
          origin: server.origin,
          site: server.site,
          can: new Set(["application", "parallel", "client-port"]),
        };
        const responses = await atOnce(asked, 100);
        const { response: down, body } = await get(asked, "/large.bin");
        expect(digestOf(body)).toBe(digestOf(large));
        // Through tinyproxy each window of the server's 64 KiB costs a delayed acknowledgement.
        const sent = large.subarray(0, 1_000_000);
        const { response: up, body: counted } = await get(asked, "/app/counted", {
          method: "POST",
          body: sent,
        });
        expect(JSON.parse(Buffer.from(counted).toString())).toMatchObject({ sha256: digestOf(sent) });
        expect(connectionsOf(asked, [...responses, down, up])).toBe(1);
        expect(down.connection.proxy?.url).toBe(`http://127.0.0.1:${proxy.port}`);
      });
    });
  },
);
