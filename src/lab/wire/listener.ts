/**
 * TCP ports on loopback: listeners that know every connection they hold, so that closing leaves nothing,
 * and a port on which nobody listens, nor can.
 */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

export interface ListenerOptions {
  /** 0 lets the kernel choose. */
  readonly port: number;
  /** `both` is 127.0.0.1 and, where the machine has it, ::1 on the same port: `localhost` means either. */
  readonly families: "both" | "ipv4";
}

/** How often a port that the kernel gave for 127.0.0.1 may turn out to be taken on ::1. */
const portAttempts = 5;

/** Listens on loopback. Rejects with Node's error (`EADDRINUSE`). */
export async function openListener(
  { port, families }: ListenerOptions,
  onSocket: (socket: Socket) => void,
): Promise<Listener> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined); // Clients under test reset connections; that is theirs to report.
    onSocket(socket);
  };
  const servers = await listenOnLoopback({ port, families }, accept);
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map(stop));
  };
  const [first] = servers;
  return { port: first === undefined ? port : portOf(first), close };
}

/**
 * A port of 127.0.0.1 that refuses connections, and goes on doing so: it is the near end of a connection of
 * our own, so the kernel gives it to nobody else.
 */
export async function holdRefusingPort(): Promise<Listener> {
  const server = createServer();
  await listen(server, "127.0.0.1", 0);
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const near = connect(portOf(server), "127.0.0.1");
  const far = await accepted;
  for (const socket of [near, far]) socket.on("error", () => undefined);
  server.close(); // Listening ends at once; the connection stays.
  const close = async (): Promise<void> => {
    near.destroy();
    far.destroy();
    await Promise.all([once(near, "close"), once(far, "close")]);
  };
  return { port: near.localPort ?? 0, close };
}

async function listenOnLoopback(
  { port, families }: ListenerOptions,
  accept: (socket: Socket) => void,
): Promise<readonly Server[]> {
  for (let attempt = 1; ; attempt++) {
    const ipv4 = createServer({ noDelay: true }, accept);
    await listen(ipv4, "127.0.0.1", port);
    if (families === "ipv4") return [ipv4];
    const ipv6 = createServer({ noDelay: true }, accept);
    try {
      await listen(ipv6, "::1", portOf(ipv4));
      return [ipv4, ipv6];
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) return [ipv4]; // No IPv6 here.
      await stop(ipv4);
      if (port !== 0 || attempt === portAttempts) throw error;
    }
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Done when the last connection has ended. */
function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
