/** WebSockets with other people's servers: ws behind haproxy, and one in Python, by HTTP/1.1 and as streams of HTTP/2 (RFC 8441). Each is skipped where it is not installed. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { Client, type VerifiedWebSocket, type WebSocketOptions } from "../../src/index.ts";
import { mintAuthority } from "../servers/authority.ts";
import { findProgram, freePort, startServer } from "../servers/process.ts";

interface Server extends AsyncDisposable {
  readonly origin: string;
  readonly caFile: string;
}

/** haproxy takes WebSockets over HTTP/2 from 2.4 on, and asks the server behind it by HTTP/1.1. */
async function startHaproxy(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-websocket-haproxy-"));
  const { chainFile, keyFile, caFile } = mintAuthority(folder);
  const backend = createServer((_, response) => response.end("a response"));
  const sockets = new WebSocketServer({ server: backend, perMessageDeflate: true });
  sockets.on("connection", (peer) =>
    peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary })),
  );
  backend.listen(0, "127.0.0.1");
  await once(backend, "listening");
  const port = await freePort();
  const pem = join(folder, "server-and-key.pem");
  writeFileSync(pem, readFileSync(chainFile, "utf8") + readFileSync(keyFile, "utf8"));
  const file = join(folder, "haproxy.cfg");
  writeFileSync(
    file,
    `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 60s
frontend f
  bind 127.0.0.1:${port} ssl crt ${pem} alpn h2,http/1.1
  default_backend app
backend app
  server app 127.0.0.1:${(backend.address() as AddressInfo).port}
`,
  );
  const program = await startServer(findProgram("haproxy") ?? "haproxy", ["-db", "-q", "-f", file], port);
  return {
    origin: `https://localhost:${port}`,
    caFile,
    [Symbol.asyncDispose]: async () => {
      await program.stop();
      for (const peer of sockets.clients) peer.terminate();
      backend.close();
      backend.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const python = "/usr/bin/python3";

async function startPython(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-websocket-python-"));
  const { chainFile, keyFile, caFile } = mintAuthority(folder);
  const program = fileURLToPath(new URL("websocket-server.py", import.meta.url));
  const child = spawn(python, [program, chainFile, keyFile], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const [port] = (await once(createInterface(child.stdout), "line")) as [string];
  return {
    origin: `https://localhost:${port}`,
    caFile,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const families = [
  {
    name: "haproxy, before ws",
    isThere: findProgram("haproxy") !== undefined && findProgram("openssl") !== undefined,
    start: startHaproxy,
  },
  {
    name: "Python",
    isThere: findProgram("openssl") !== undefined && spawnSync(python, ["-c", "import h2"]).status === 0,
    start: startPython,
  },
] as const;

const messages: readonly (string | Uint8Array)[] = [
  "",
  "Grüße",
  "x".repeat(125),
  "x".repeat(126),
  new Uint8Array(65_535).fill(1),
  new Uint8Array(65_536).map((_, at) => (at * at) % 251),
  new Uint8Array(3_000_000).map((_, at) => (at * 31) % 256),
  "words that come again, and words that come again. ".repeat(40),
  "words that come again, and words that come again. ".repeat(40),
  "and the last",
];

/** What is asked for; and what the server in Python answers, which a real one may or may not. */
const compressions: readonly {
  readonly perMessageDeflate: NonNullable<WebSocketOptions["perMessageDeflate"]>;
  readonly extensions: string;
}[] = [
  { perMessageDeflate: true, extensions: "permessage-deflate" },
  {
    perMessageDeflate: true,
    extensions: "permessage-deflate; client_max_window_bits=8; server_max_window_bits=9",
  },
  {
    perMessageDeflate: { clientNoContextTakeover: true, serverNoContextTakeover: true },
    extensions: "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
  },
];

/** Sends all of them at once, takes their echoes, and says Close. */
async function converse(socket: VerifiedWebSocket): Promise<void> {
  socket.binaryType = "arraybuffer";
  for (const message of messages) socket.send(message);
  const echoes: (string | Uint8Array)[] = [];
  for await (const echo of socket) {
    echoes.push(typeof echo === "string" ? echo : new Uint8Array(echo as ArrayBuffer));
    if (echoes.length === messages.length) break;
  }
  for (const [at, message] of messages.entries())
    expect(Buffer.compare(Buffer.from(echoes[at] ?? "missing"), Buffer.from(message)), `message ${at}`).toBe(
      0,
    );
  const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
  expect(await closed).toMatchObject({ wasClean: true, error: undefined });
}

describe.each(families)("$name (skipped where it or openssl is not installed)", ({ isThere, start }) => {
  describe.skipIf(!isThere)("as it is configured", () => {
    let server: Server;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    const openClient = (): Client => new Client({ roots: server.caFile, environment: {} });

    it.each<WebSocketOptions>([{ protocol: "http/1.1" }, { protocol: "h2" }])(
      "messages of every length come back, with %o",
      async (options) => {
        await using client = openClient();
        const socket = await client.websocket(`${server.origin}/`, options).opened;
        expect(socket.connection?.alpn).toBe(options.protocol);
        await converse(socket);
      },
    );

    it.each(
      compressions.flatMap((row) => [
        { ...row, protocol: "http/1.1" as const },
        { ...row, protocol: "h2" as const },
      ]),
    )(
      "messages are compressed both ways: $extensions by $protocol",
      async ({ perMessageDeflate, extensions, protocol }) => {
        await using client = openClient();
        const url = `${server.origin}/?${encodeURIComponent(extensions)}`;
        const socket = await client.websocket(url, { protocol, perMessageDeflate }).opened;
        expect(socket.extensions).toMatch(/^permessage-deflate/);
        await converse(socket);
      },
    );

    it("three at once share the connection that a request has opened", async () => {
      await using client = openClient();
      const response = await client.request(server.origin);
      await response.text();
      const { localPort } = response.connection;
      const sockets = await Promise.all(
        Array.from({ length: 3 }, () => client.websocket(`${server.origin}/`).opened),
      );
      for (const { connection } of sockets) expect(connection?.localPort).toBe(localPort);
      await Promise.all(sockets.map(converse));
      expect((await client.request(server.origin)).connection.localPort).toBe(localPort);
    });
  });
});
