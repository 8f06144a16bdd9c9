/** A site for programs that fetch: it answers with what it was asked, and writes down each request. Over http and over https. */
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { gzipSync } from "node:zlib";
import { identity } from "../../test/client/origin.ts";

/** What a server has received. */
export interface Received {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** An octet a character. */
  readonly body: string;
}

export interface EchoSite extends AsyncDisposable {
  readonly http: string;
  /** HTTP/1.1 alone. */
  readonly https: string;
  /** HTTP/2 and HTTP/1.1. */
  readonly h2: string;
  readonly port: number;
  readonly socketFile: string;
  /** What came since the last call. */
  readonly take: () => readonly Received[];
}

const modified = "Tue, 01 Jan 2019 10:00:00 GMT";
const file = Buffer.from("line one\nline two\r\nthe end\n");
const binary = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7) % 256));

export async function openEchoSite(socketFile: string): Promise<EchoSite> {
  const received: Received[] = [];
  /** How often each of the places that fail at first was asked. */
  const counts = new Map<string, number>();
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("error", () => {});
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: target = "", rawHeaders } = request;
      const fields = rawHeaders.flatMap((name, at) =>
        at % 2 === 1 || name.startsWith(":") ? [] : [[name.toLowerCase(), rawHeaders[at + 1] ?? ""] as const],
      );
      const one = { method, target, fields, body: Buffer.concat(chunks).toString("latin1") };
      received.push(one);
      response.sendDate = false;
      answer(one, response, { http, https, counts });
    });
  };
  const plain = createHttpServer(serve);
  const unix = createHttpServer(serve);
  const secure = createTlsServer({ ...identity, ALPNProtocols: ["http/1.1"] }, serve);
  const both = createSecureServer({ ...identity, allowHTTP1: true }, serve as never);
  secure.on("tlsClientError", () => {});
  const servers: Server[] = [plain, secure, both];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  unix.listen(socketFile);
  await once(unix, "listening");
  const [port = 0, tlsPort = 0, h2Port = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  const http = `http://127.0.0.1:${port}`;
  const https = `https://localhost:${tlsPort}`;
  return {
    http,
    https,
    h2: `https://localhost:${h2Port}`,
    port,
    socketFile,
    take: () => {
      counts.clear();
      return received.splice(0);
    },
    [Symbol.asyncDispose]: async () => {
      for (const server of [plain, secure, unix]) server.closeAllConnections();
      for (const server of [...servers, unix]) server.close();
    },
  };
}

interface House {
  readonly http: string;
  readonly https: string;
  readonly counts: Map<string, number>;
}

function answer({ method, target, fields, body }: Received, response: ServerResponse, house: House): void {
  const url = new URL(target, house.http);
  const field = (name: string): string | undefined => fields.find(([given]) => given === name)?.[1];
  const [, first = "", second = "", third = ""] = url.pathname.split("/");
  const send = (
    status: number,
    headers: Record<string, string | string[]>,
    content: string | Buffer,
  ): void => {
    response.writeHead(status, { "content-length": String(Buffer.byteLength(content)), ...headers });
    response.end(method === "HEAD" ? undefined : content);
  };
  switch (first) {
    case "status":
      return send(Number(second), { "content-type": "text/plain", "x-status": second }, `status ${second}\n`);
    case "redirect": {
      const left = Number(second) - 1;
      return send(302, { location: left > 0 ? `/redirect/${left}` : "/echo" }, "moved\n");
    }
    case "redirect-to":
      return send(
        Number(url.searchParams.get("status") ?? 302),
        { location: url.searchParams.get("url") ?? "/echo" },
        "moved\n",
      );
    case "to-http":
      return send(302, { location: `${house.http}/echo` }, "");
    case "to-https":
      return send(302, { location: `${house.https}/auth` }, "");
    case "basic-auth": {
      const wanted = `Basic ${Buffer.from(`${second}:${third}`).toString("base64")}`;
      if (field("authorization") === wanted) return send(200, {}, `hello ${second}\n`);
      return send(401, { "www-authenticate": 'Basic realm="x"' }, "no\n");
    }
    case "auth":
      return send(
        200,
        {},
        `auth: ${field("authorization") ?? "none"} cookie: ${field("cookie") ?? "none"}\n`,
      );
    case "gzip":
      return send(
        200,
        { "content-encoding": "gzip", "content-type": "text/plain" },
        gzipSync("zipped text\n"),
      );
    case "maybe-gzip":
      return /gzip/.test(field("accept-encoding") ?? "")
        ? send(200, { "content-encoding": "gzip" }, gzipSync("zipped text\n"))
        : send(200, {}, "plain text\n");
    case "bytes":
      return send(200, { "content-type": "application/octet-stream" }, binary);
    case "file.txt":
    case "files": {
      const range = /^bytes=(\d*)-(\d*)$/.exec(field("range") ?? "");
      const headers = { "last-modified": modified, etag: '"v1"', "accept-ranges": "bytes" };
      if (field("if-none-match") === '"v1"') return void response.writeHead(304, { etag: '"v1"' }).end();
      const since = Date.parse(field("if-modified-since") ?? "");
      if (since >= Date.parse(modified)) return void response.writeHead(304).end();
      if (range === null) return send(200, headers, file);
      const from = range[1] === "" ? file.length - Number(range[2]) : Number(range[1]);
      const to = range[1] === "" || range[2] === "" ? file.length - 1 : Number(range[2]);
      if (from >= file.length) return send(416, { "content-range": `bytes */${file.length}` }, "");
      const part = file.subarray(from, to + 1);
      return send(
        206,
        { ...headers, "content-range": `bytes ${from}-${from + part.length - 1}/${file.length}` },
        part,
      );
    }
    case "dated":
      return send(200, { "last-modified": modified }, "dated\n");
    case "no-ranges":
      return send(200, {}, file);
    case "attachment":
      return send(200, { "content-disposition": 'attachment; filename="named by server.txt"' }, "attached\n");
    case "attachment-path":
      return send(200, { "content-disposition": "attachment; filename=../../up.txt" }, "attached\n");
    case "cookies":
      if (second === "set")
        return send(200, { "set-cookie": ["a=1; Path=/", "b=2; Path=/; Max-Age=100000"] }, "set\n");
      if (second === "set-and-go")
        return send(302, { location: "/cookies", "set-cookie": ["a=1; Path=/"] }, "set\n");
      return send(200, {}, `cookies: ${field("cookie") ?? "none"}\n`);
    case "flaky": {
      const count = (house.counts.get(target) ?? 0) + 1;
      house.counts.set(target, count);
      return count > Number(second) ? send(200, {}, "at last\n") : send(503, {}, `busy ${count}\n`);
    }
    case "chunked":
      response.writeHead(200, { "content-type": "text/plain" });
      for (const piece of ["one\n", "two\n", "three\n"]) response.write(piece);
      return void response.end();
    case "empty":
      return send(200, {}, "");
    case "no-content":
      return void response.writeHead(204, { "x-a": "b" }).end();
    case "cut":
      response.writeHead(200, { "content-length": "100" });
      response.write("only this");
      return void setTimeout(() => response.socket?.destroy(), 50);
    case "hang-up":
      return void response.socket?.destroy();
    case "slow":
      return void setTimeout(() => send(200, {}, "slow\n"), 3000);
    case "two-fields":
      return send(
        200,
        { "x-one": ["a", "b"], "content-type": "application/json; charset=utf-8" },
        '{"ok":true}',
      );
    case "install.sh":
      return send(200, { "content-type": "text/x-shellscript" }, "#!/bin/sh\necho installed\n");
    default:
      return send(200, { "content-type": "text/plain" }, `${method} ${target}\n${body}`);
  }
}
