/**
 * Serves one site to a connection whose ClientHello has been read: TLS by OpenSSL, HTTP by Node.
 *
 * The certificates are minted when the site is first asked for.
 */
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import type { Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { renderPem } from "../pki/certificate.ts";
import type { Authority } from "../pki/authority.ts";
import type { Definition, Respond } from "../site.ts";

/** A site ready to answer connections. */
export interface Service {
  answer(socket: Socket): void;
}

export interface Stage {
  readonly authority: Authority;
  readonly host: string;
}

/** Makes the site's servers; neither listens, both are handed their connections. */
export function openService(definition: Definition, { authority, host }: Stage): Service {
  const http = createHttpServer(definition.respond ?? greet);
  const tls = openTls(definition, { authority, host });
  tls.on("secureConnection", (socket) => http.emit("connection", socket));
  silence(tls, http);
  return { answer: (socket) => tls.emit("connection", socket) };
}

function openTls(definition: Definition, { authority, host }: Stage): TlsServer {
  const { sent, leaf } = definition.identify?.(authority, host) ?? authority.identify(host);
  const [first] = sent;
  const holder = leaf ?? first;
  return createTlsServer({
    ALPNProtocols: ["http/1.1"],
    cert: renderPem(sent),
    ...(holder && { key: holder.keys.privateKey.export({ type: "pkcs8", format: "pem" }) }),
    ...definition.tls,
  });
}

/** A client under test breaks off as it likes; that is its own to report, and not the lab's to die of. */
function silence(tls: TlsServer, http: HttpServer): void {
  tls.on("tlsClientError", (_error, socket) => socket.destroy());
  http.on("clientError", (_error, socket) => socket.destroy());
}

const greet: Respond = (request, response) => {
  const body = `Hello from ${request.headers.host ?? "the lab"}.\n`;
  response.writeHead(200, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
};
