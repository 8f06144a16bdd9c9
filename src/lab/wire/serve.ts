/**
 * Serves one site to a connection whose ClientHello has been read: TLS by OpenSSL, HTTP/1.1 by Node, HTTP/2 as the site has it.
 *
 * The certificates are minted when the site is first asked for.
 */
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from "node:http";
import type { Socket } from "node:net";
import {
  createServer as createTlsServer,
  type Server as TlsServer,
  type TLSSocket,
  type TlsOptions,
} from "node:tls";
import type { Authority, Identity } from "../pki/authority.ts";
import { renderPem, renderPrivateKey } from "../pki/pem.ts";
import type { Https, Respond, Serving, Stage } from "../site.ts";
import { Line } from "./line.ts";
import type { Hello } from "./client-hello.ts";

/** A site ready to answer connections; the bytes of the ClientHello are still to be read from the socket. */
export type Service = (socket: Socket, hello: Hello | undefined) => void;

/** Makes the site's servers; none listens, all are handed their connections. */
export function openService(serving: Serving, stage: Stage): Service {
  switch (serving.kind) {
    case "https":
      return openHttps(serving, stage);
    case "raw":
      return (socket, hello) => {
        socket.resume();
        serving.answer(socket, hello, stage);
      };
    case "nothing":
      return (socket) => socket.destroy();
  }
}

function openHttps(https: Https, { authority, host }: Stage): Service {
  const identity = https.identify?.(authority, host) ?? authority.identify(host);
  const staple = https.staple?.(authority, identity);
  const options = describeTls(https, identity, authority);
  const { dislikes, wire, respond = greet } = https;
  let count = 0;
  let http2Count = 0;
  const { http2 } = https;
  const open = (line?: Line): TlsServer =>
    openServers(options, {
      staple,
      http2: http2 && ((socket) => http2(socket, ++http2Count)),
      respond: (request, response) => {
        count++;
        respond(request, response, { count, line });
      },
    });
  const shared = wire === undefined ? open() : undefined;
  return (socket, hello) => {
    const dislike = hello && dislikes?.(hello);
    if (dislike === "reset") socket.resetAndDestroy();
    else if (dislike === "close") socket.resume().end();
    else if (wire === undefined) shared?.emit("connection", socket);
    else {
      // The site's answer may cut this very line, so each connection has servers of its own.
      const line = new Line(socket, wire);
      open(line).emit("connection", line.inner);
    }
  };
}

function describeTls(https: Https, { sent }: Identity, authority: Authority): TlsOptions {
  const [first] = sent;
  return {
    ALPNProtocols: https.http2 === undefined ? ["http/1.1"] : ["h2", "http/1.1"],
    cert: renderPem(sent),
    ...(first && { key: renderPrivateKey(first) }),
    ...(typeof https.tls === "function" ? https.tls(authority) : https.tls),
  };
}

interface Answering {
  readonly staple: Uint8Array | undefined;
  readonly http2: ((socket: TLSSocket) => void) | undefined;
  readonly respond: RequestListener;
}

function openServers(options: TlsOptions, { staple, http2, respond }: Answering): TlsServer {
  const http = createHttpServer({ keepAliveTimeout: 30_000 }, respond);
  const tls = createTlsServer(options);
  if (staple !== undefined) {
    tls.on("OCSPRequest", (_certificate, _issuer, done) => {
      done(null, Buffer.from(staple));
    });
  }
  tls.on("secureConnection", (socket) => {
    if (socket.alpnProtocol === "h2" && http2 !== undefined) http2(socket);
    else http.emit("connection", socket);
  });
  silence(tls, http);
  return tls;
}

/** A client under test breaks off as it likes; that is its own to report, and not the lab's to die of. */
function silence(tls: TlsServer, http: HttpServer): void {
  tls.on("tlsClientError", (_error, socket) => socket.destroy());
  http.on("clientError", (_error, socket) => socket.destroy());
}

function greet(...[request, response]: Parameters<Respond>): void {
  const body = `Hello from ${request.headers.host ?? "the lab"}.\n`;
  response.writeHead(200, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
