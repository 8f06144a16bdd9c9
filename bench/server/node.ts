/** Node's own server, where nginx is not installed: the same answers under the same paths. */
import { createServer, type Server, type ServerOptions } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { constants } from "node:crypto";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { smallPath, uploadPath, type Started } from "./origins.ts";
import type { ServerIdentity } from "./identity.ts";

const zeros = Buffer.alloc(65_536);

export async function startNode({ chain, key }: ServerIdentity): Promise<Started> {
  const kept = await listen({ cert: chain, key, keepAlive: true });
  const cold = await listen({ cert: chain, key, secureOptions: constants.SSL_OP_NO_TICKET }, "close");
  const resumable = await listen({ cert: chain, key }, "close");
  return { kept, cold, resumable, smallBytes: small("1", ".").length, stop: () => Promise.resolve() };
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
  const bytes = Number(/^\/(\d+)\.bin$/.exec(path)?.[1]);
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

function* zerosOf(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += zeros.length) yield zeros.subarray(0, bytes - sent);
}
