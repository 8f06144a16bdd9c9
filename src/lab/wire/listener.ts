/**
 * A TCP listener on loopback that knows every connection it holds, so that closing it leaves nothing.
 *
 * IPv4 always, and IPv6 on the same port where the machine has it: `localhost` means either.
 */
import { createServer, type Server, type Socket } from "node:net";

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** How often a port that the kernel gave for 127.0.0.1 may turn out to be taken on ::1. */
const portAttempts = 5;

/** Listens on 127.0.0.1 and ::1. `port` 0 lets the kernel choose. Rejects with Node's error (`EADDRINUSE`). */
export async function openListener(port: number, onSocket: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined); // Clients under test reset connections; that is theirs to report.
    onSocket(socket);
  };
  for (let attempt = 1; ; attempt++) {
    const ipv4 = createServer({ noDelay: true }, accept);
    await listen(ipv4, "127.0.0.1", port);
    const address = ipv4.address();
    const chosen = typeof address === "object" && address !== null ? address.port : port;
    const ipv6 = createServer({ noDelay: true }, accept);
    const failure = await listen(ipv6, "::1", chosen).catch((error: unknown) => error);
    const servers = failure === undefined ? [ipv4, ipv6] : [ipv4];
    if (isTaken(failure)) {
      await stop(ipv4);
      if (port === 0 && attempt < portAttempts) continue;
      throw failure;
    }
    const close = async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map(stop));
    };
    return { port: chosen, close };
  }
}

function isTaken(failure: unknown): failure is Error {
  return failure instanceof Error && "code" in failure && failure.code === "EADDRINUSE";
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

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
