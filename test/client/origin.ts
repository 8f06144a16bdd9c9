/** Servers for the client's tests: on loopback, on a port of the kernel's choice, with certificates minted on the spot. */
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { identityOf, type Identity, pemOf, type Minted, type Shape } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";

/** A root that the tests' clients are told to believe. */
export const root: Minted = mintRoot("Client Test Root");
export const rootPem: string = pemOf(root);

/** A certificate for `localhost` and the loopback addresses, unless `changes` say otherwise. */
export function mintIdentity(changes: Shape = {}, issuer: Minted = root): Identity {
  const names = ["dns:localhost", "dns:any.localhost", "ip:127.0.0.1", "ip:::1"];
  return identityOf(mintLeaf("localhost", issuer, { names, ...changes }));
}

export const identity: Identity = mintIdentity();

/** A server that is open. */
export interface Origin extends AsyncDisposable {
  /** Without a final slash. */
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** Every connection that was accepted, in order. */
  readonly accepted: readonly Socket[];
  /** How many connections are open now, at the level of TCP. */
  readonly open: () => number;
  /** Ends every connection, and listens no more. */
  close(): Promise<void>;
}

export interface OriginOptions {
  /** Over TLS, which is usual; `false` for plaintext. */
  readonly tls?: TlsOptions | false;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly path?: string;
}

/** A server of bytes: each connection, and its number from 0, goes to `onConnection`. */
export async function openOrigin(
  onConnection: (socket: Socket, index: number) => void,
  { tls = {}, host = "127.0.0.1", path }: OriginOptions = {},
): Promise<Origin> {
  const tcp = new Set<Socket>();
  const accepted: Socket[] = [];
  const take = (socket: Socket): void => {
    socket.on("error", () => {});
    accepted.push(socket);
    onConnection(socket, accepted.length - 1);
  };
  const server =
    tls === false
      ? createTcpServer({ noDelay: true }, take)
      : createTlsServer({ ...identity, noDelay: true, ALPNProtocols: ["http/1.1"], ...tls }, take);
  server.on("tlsClientError", () => {});
  server.on("connection", (socket: Socket) => {
    const key = portsOf(socket);
    tcp.add(socket);
    tcpSockets.set(key, socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      tcp.delete(socket);
      tcpSockets.delete(key);
    });
  });
  if (path === undefined) server.listen(0, host);
  else server.listen(path);
  await once(server, "listening");
  const port = path === undefined ? (server.address() as AddressInfo).port : 0;
  const close = async (): Promise<void> => {
    for (const socket of tcp) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  };
  const url = `${tls === false ? "http" : "https"}://localhost:${port}`;
  return { url, port, server, accepted, open: () => tcp.size, close, [Symbol.asyncDispose]: close };
}

/** The TCP below each connection, by its two ports: TLS has no way to reset it. */
const tcpSockets = new Map<string, Socket>();

function portsOf({ localPort, remotePort }: Socket): string {
  return `${localPort} ${remotePort}`;
}

/**
 * Ends a connection with a TCP reset and nothing before it. Node's own resetAndDestroy() sends a FIN first; the reset
 * alone is what `destroy()` does where this mark of Node's is set.
 */
export function resetTcp(socket: Socket): void {
  const tcp = tcpSockets.get(portsOf(socket));
  if (tcp !== undefined) Object.assign(tcp, { resetAndClosing: true }).destroy();
}

/** Ends a connection with a FIN and, over TLS, no close_notify before it. */
export function cutTcp(socket: Socket): void {
  tcpSockets.get(portsOf(socket))?.end();
}

/** Ends when the connection has, whether or not it has already. */
export async function whenClosed(socket: Socket | undefined): Promise<void> {
  if (socket === undefined) throw new Error("there was no connection");
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
}

/** Ends when `condition` holds, which is looked at in every turn of the event loop; the test's deadline bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Ends when no connection is open. */
export function whenEmpty(origin: Origin): Promise<void> {
  return until(() => origin.open() === 0);
}

/**
 * Ends when what is under way within this process has arrived: loopback hands bytes over at once, so that whoever has
 * them to read comes to it within a few turns of the event loop, however busy the machine is.
 */
export async function settle(): Promise<void> {
  let turns = 50;
  await until(() => turns-- === 0);
}

/** A server of HTTP, by Node's own implementation. */
export function openHttp(handler: RequestListener, options: OriginOptions = {}): Promise<Origin> {
  const http = createHttpServer({ keepAliveTimeout: 60_000 }, handler);
  return openOrigin((socket) => http.emit("connection", socket), options);
}

/** One request as a raw server received it. */
export interface Received {
  /** Request line and fields, a line each. */
  readonly head: readonly string[];
  readonly body: string;
  /** From 0, on this connection. */
  readonly index: number;
  readonly connection: number;
}

/** Answers each request on a connection; what `answer` gives is written as it is. */
export function answering(
  answer: (request: Received, socket: Socket) => string | Uint8Array | undefined,
): (socket: Socket, connection: number) => void {
  return (socket, connection) => {
    let pending = "";
    let index = 0;
    socket.on("data", (chunk: Buffer) => {
      pending += chunk.toString("latin1");
      for (let request = cutRequest(pending); request !== undefined; request = cutRequest(pending)) {
        pending = request.rest;
        const reply = answer({ head: request.head, body: request.body, index: index++, connection }, socket);
        if (reply !== undefined) socket.write(reply, "latin1");
      }
    });
  };
}

/** The first whole request of a text, and what follows it. Chunks are left as they are, up to the last one. */
function cutRequest(
  text: string,
): { readonly head: readonly string[]; readonly body: string; readonly rest: string } | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const head = text.slice(0, end).split("\r\n");
  const after = text.slice(end + 4);
  if (head.some((line) => /^transfer-encoding: chunked$/i.test(line))) {
    const last = /(?:^|\r\n)0\r\n\r\n/.exec(after);
    if (last === null) return undefined;
    const length = last.index + last[0].length;
    return { head, body: after.slice(0, length), rest: after.slice(length) };
  }
  const length = Number(
    head.map((line) => /^content-length: (\d+)$/i.exec(line)?.[1]).find((value) => value !== undefined) ?? 0,
  );
  return after.length < length
    ? undefined
    : { head, body: after.slice(0, length), rest: after.slice(length) };
}

/** A response with a length, which keeps the connection. */
export function reply(body: string, head = ""): string {
  return `HTTP/1.1 200 OK\r\n${head}Content-Length: ${Buffer.byteLength(body, "latin1")}\r\n\r\n${body}`;
}
