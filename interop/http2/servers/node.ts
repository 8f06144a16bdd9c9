/** `node:http2` with the site's handler over its API that is the one of `node:http`. */
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintAuthority } from "../../servers/authority.ts";
import { Site } from "../site.ts";
import { addressOf, streamsAtOnce, type Http2Server, type Setting } from "./place.ts";

export interface NodeServer extends Omit<Http2Server, "reload" | "signal"> {
  readonly server: Http2SecureServer;
  /** Those that are open. */
  readonly sessions: ReadonlySet<ServerHttp2Session>;
}

export async function startNode({
  streams = streamsAtOnce,
}: Pick<Setting, "streams"> = {}): Promise<NodeServer> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-h2-node-"));
  const authority = mintAuthority(folder);
  const site = new Site();
  const pair = { cert: readFileSync(authority.chainFile), key: readFileSync(authority.keyFile) };
  // Megabytes of what waits to be sent, beyond which it resets new streams with ENHANCE_YOUR_CALM.
  const maxSessionMemory = 100;
  const settings = { maxConcurrentStreams: streams };
  const options = { ...pair, allowHTTP1: true, settings, maxSessionMemory };
  const server = createSecureServer(options, (request, response) => {
    response.setHeader("x-client-port", String(request.socket.remotePort));
    // The two APIs differ in nothing that the site uses.
    site.handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    // What a client did wrong is what the client's tests are about.
    session.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    ...authority,
    ...addressOf((server.address() as AddressInfo).port),
    site,
    server,
    sessions,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
