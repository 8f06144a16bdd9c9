/** Node's own server, where nginx is not installed: the same answers under the same paths. */
import { createServer, type Server, type ServerOptions } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { constants } from "node:crypto";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { listenHttp2 } from "./node-http2.ts";
import { sizeOf, smallPath, uploadPath, zerosOf, type Started } from "./origins.ts";
import type { ServerIdentity } from "./identity.ts";

export async function startNode(identity: ServerIdentity): Promise<Started> {
  const { chain, key } = identity;
  const kept = await listen({ cert: chain, key, keepAlive: true });
  const cold = await listen({ cert: chain, key, secureOptions: constants.SSL_OP_NO_TICKET }, "close");
  const resumable = await listen({ cert: chain, key }, "close");
  const http2 = `https://localhost:${await listenHttp2(identity, (connection) => small(connection, "."))}`;
  return { kept, cold, resumable, http2, smallBytes: small("1", ".").length, stop: () => Promise.resolve() };
}

async function listen(options: ServerOptions, connection = "keep-alive"): Promise<string> {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  const server: Server = createServer(options, (request, response) => {
    const socket = request.socket as TLSSocket;
    const number = numbers.get(socket) ?? ++last;
    numbers.set(socket, number);
    response.setHeader("connection", connection);
    answer(request, response, small(String(number), socket.isSessionReused() ? "r" : "."));
  });
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, "localhost", 2_048, resolve));
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

function small(connection: string, resumed: string): string {
  return `{"message":"hello, world!","connection":"${connection}","resumed":"${resumed}"}`;
}

function answer(request: IncomingMessage, response: ServerResponse, smallBody: string): void {
  const path = request.url ?? "";
  const bytes = sizeOf(path);
  if (path === smallPath) {
    response.setHeader("content-type", "application/json").setHeader("content-length", smallBody.length);
    response.end(smallBody);
  } else if (path === uploadPath) {
    request.resume().on("end", () => response.end("read"));
  } else if (bytes > 0) {
    response.setHeader("content-length", bytes);
    Readable.from(zerosOf(bytes), { objectMode: false }).pipe(response);
  } else {
    response.writeHead(404).end();
  }
}
