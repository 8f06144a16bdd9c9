/**
 * Other people's clients over connections that two keys admitted. docs/connect.md shows each of these as it stands between its
 * marks; the tests run them against the real servers.
 */
import type { Socket } from "node:net";
import { Redis, type AbstractConnector } from "ioredis";
import { MqttClient } from "mqtt";
import { createConnection, type Connection } from "mysql2";
import { createTransport } from "nodemailer";
import pg from "pg";
import { WebSocket } from "ws";
import { MeerkatSocket, type Client } from "../../src/index.ts";

// recipe: pg
export function openPostgres(client: Client, url: string): pg.Client {
  const place = new URL(url);
  // pg puts what its URL says of TLS (sslmode, sslrootcert) in the place of `ssl`.
  for (const name of ["sslmode", "sslcert", "sslkey", "sslrootcert"]) place.searchParams.delete(name);
  return new pg.Client({
    connectionString: place.href,
    // The socket speaks TLS by itself, and is verified: pg has nothing to do for it.
    ssl: false,
    stream: () => new MeerkatSocket(client, url),
  });
}
// end

// recipe: mysql2
export function openMysql(client: Client, url: string): Connection {
  const connection = createConnection({ uri: url, ssl: {} });
  const { hostname: servername } = new URL(url);
  // Called once the server has been asked for TLS, before anything of the login is sent.
  Object.assign(connection, {
    startTLS(this: Inside, onSecure: (error?: Error) => void) {
      this.stream.removeAllListeners("data");
      client.startTls(this.stream, { servername }).then(
        ({ socket }) => {
          this.stream = socket;
          socket.on("data", (bytes) => this.packetParser.execute(bytes));
          socket.on("error", (error) => connection.emit("error", error));
          onSecure();
        },
        // mysql2 writes a code of its own into the error that it is given.
        (cause: Error) => onSecure(new Error(cause.message, { cause })),
      );
    },
  });
  return connection;
}

/** What mysql2 does not document. */
interface Inside {
  stream: Socket;
  readonly packetParser: { execute(bytes: Buffer): void };
}
// end

// recipe: ioredis
export function openRedis(client: Client, url: string): Redis {
  class Connector {
    #stop = new AbortController();
    async connect(): Promise<Socket> {
      this.#stop = new AbortController();
      const { socket } = await client.connect(url, { signal: this.#stop.signal });
      this.#stop.signal.addEventListener("abort", () => socket.end());
      return socket;
    }
    disconnect(): void {
      this.#stop.abort();
    }
    check(): boolean {
      return true;
    }
  }
  // It takes the user, the password and the number of the database from the URL.
  return new Redis(url, { Connector: Connector as unknown as new (options: unknown) => AbstractConnector });
}
// end

// recipe: nodemailer
export function openMail(client: Client, url: string): ReturnType<typeof createTransport> {
  const { hostname: host, protocol, username, password } = new URL(url);
  const [user = "", pass = ""] = [username, password].map(decodeURIComponent);
  return createTransport({
    host,
    secure: true,
    ...(user === "" ? {} : { auth: { user, pass } }),
    getSocket(_options: unknown, then: (error: Error | null, socket?: object) => void) {
      client.connect(url).then(({ socket: connection }) => {
        // Behind STARTTLS a server does not greet again (RFC 3207 §4.2), and nodemailer waits for it.
        if (protocol !== "smtps:" && protocol !== "submissions:") connection.unshift(`220 ${host}\r\n`);
        then(null, { connection, secured: true });
      }, then);
    },
  } as object);
}
// end

// recipe: mqtt
export function openMqtt(client: Client, url: string): MqttClient {
  const place = new URL(url);
  const [username = "", password] = [place.username, place.password].map(decodeURIComponent);
  return new MqttClient(() => new MeerkatSocket(client, url), {
    ...(username === "" ? {} : { username, password }),
    reconnectPeriod: 0, // Who wants to be connected again says after how many milliseconds.
  });
}
// end

// recipe: ws
export function openWebSocket(client: Client, url: string): WebSocket {
  return new WebSocket(url, {
    createConnection: ((_options: object, then: (error: Error | null, socket?: object) => void) => {
      client.connect(url).then(({ socket }) => then(null, socket), then);
    }) as never,
  });
}
// end
