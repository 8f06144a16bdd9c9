/**
 * The recipes of docs/connect.md, each run with the library and against the real server: with its root the library does its
 * work, with another root it is refused, and the code is within reach in the library's error.
 */
import { once, type EventEmitter } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { Client, HttpsError } from "../../src/index.ts";
import {
  dovecot,
  isInstalled,
  mariadb,
  mosquitto,
  postgres,
  redis,
  start,
  type Program,
  type Running,
} from "../endpoints/brokers.ts";
import { mintAuthority, type AuthorityFiles } from "../servers/authority.ts";
import { findProgram } from "../servers/process.ts";
import { openMail, openMqtt, openMysql, openPostgres, openRedis, openWebSocket } from "./recipes.ts";

let folder: string;
let stranger: AuthorityFiles;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-recipes-"));
  stranger = mintAuthority(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Does something with the server by the recipe, and says what came of it; rejects with the library's error. */
type Work = (client: Client, url: string) => Promise<unknown>;

const queryPostgres: Work = async (client, url) => {
  const db = openPostgres(
    client,
    `${url.replace("localhost", "postgres@localhost")}/postgres?sslmode=require`,
  );
  db.on("error", () => {});
  try {
    await db.connect();
  } catch (error) {
    // It listens before it has started (SQLSTATE 57P03).
    if ((error as { readonly code?: unknown }).code === "57P03") return queryPostgres(client, url);
    throw error;
  }
  try {
    const { rows } = await db.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    return rows;
  } finally {
    await db.end();
  }
};

const queryMysql: Work = (client, url) =>
  new Promise((resolve, reject) => {
    const db = openMysql(client, url.replace("localhost", "root@localhost"));
    db.on("error", reject);
    db.query("show status like 'Ssl_version'", (error: Error | null, rows: unknown) => {
      db.destroy();
      if (error === null) resolve(rows);
      else reject(error);
    });
  });

const pingRedis: Work = async (client, url) => {
  const db = openRedis(client, url);
  const failed = once(db, "error").then(([error]) => Promise.reject(error as Error));
  try {
    return await Promise.race([db.ping(), failed]);
  } finally {
    db.disconnect();
    failed.catch(() => {});
  }
};

/** Who one is to the server. */
const whoInRedis: Work = async (client, url) => {
  const db = openRedis(client, url);
  try {
    return await db.call("ACL", "WHOAMI");
  } finally {
    db.disconnect();
  }
};

const verifyMail: Work = (client, url) => openMail(client, url).verify();

const echoWebSocket: Work = async (client, url) => {
  const socket = openWebSocket(client, url);
  await once(socket, "open");
  socket.send("hello");
  const [heard] = (await once(socket, "message")) as [Buffer];
  socket.terminate();
  return heard.toString();
};

const echoMqtt: Work = async (client, url) => {
  const broker = openMqtt(client, url);
  const events = broker as unknown as EventEmitter;
  try {
    await once(events, "connect");
    await broker.subscribeAsync("t");
    const heard = once(events, "message");
    await broker.publishAsync("t", "hello");
    const [topic, payload] = (await heard) as [string, Buffer];
    return [topic, payload.toString()];
  } finally {
    broker.end(true);
  }
};

/** The error that has a code of Meerkat's: the library's own, or what it came of. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof HttpsError) return error.code;
  return error instanceof Error && error.cause !== undefined ? codeOf(error.cause) : undefined;
}

/** What each of them starts; `undefined` where it is not installed. */
type Open = (() => Promise<Running>) | undefined;
const whereInstalled = (program: Program): Open => (isInstalled(program) ? () => start(program) : undefined);

/** The ws library's own server on Node's. */
async function startWs(): Promise<Running> {
  const home = mkdtempSync(join(tmpdir(), "meerkat-ws-"));
  const { caFile, chainFile, keyFile } = mintAuthority(home);
  const https = createServer({ cert: readFileSync(chainFile), key: readFileSync(keyFile) });
  const server = new WebSocketServer({ server: https });
  server.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  https.listen(0, "127.0.0.1");
  await once(https, "listening");
  const { port } = https.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.close();
    https.closeAllConnections();
    https.close();
    await once(https, "close");
    rmSync(home, { recursive: true });
  };
  return { caFile, port, url: `wss://localhost:${port}`, stop };
}

const hasOpenssl = findProgram("openssl") !== undefined;

const recipes: readonly (readonly [library: string, open: Open, work: Work, gives: unknown])[] = [
  ["pg with PostgreSQL", whereInstalled(postgres), queryPostgres, [{ ssl: true }]],
  [
    "mysql2 with MariaDB",
    whereInstalled(mariadb),
    queryMysql,
    [{ Variable_name: "Ssl_version", Value: "TLSv1.3" }],
  ],
  ["ioredis with Redis", whereInstalled(redis), pingRedis, "PONG"],
  ["nodemailer with Dovecot", whereInstalled(dovecot("submission")), verifyMail, true],
  ["mqtt.js with Mosquitto", whereInstalled(mosquitto()), echoMqtt, ["t", "hello"]],
  ["ws with its own server", hasOpenssl ? startWs : undefined, echoWebSocket, "hello"],
];

describe.each(recipes)("%s", (_library, open, work, gives) => {
  describe.skipIf(open === undefined)("(skipped where it is not installed)", () => {
    let server: Running;
    beforeAll(async () => {
      if (open !== undefined) server = await open();
    });
    afterAll(() => server.stop());

    it("works over a connection that two keys admitted", async () => {
      await using client = new Client({ environment: {}, roots: server.caFile });
      expect(await work(client, server.url)).toEqual(gives);
    });

    it("is refused where another root is trusted, and its error says why", async () => {
      await using client = new Client({ environment: {}, roots: stranger.caFile });
      const error: unknown = await work(client, server.url).then(
        (value) => value,
        (reason: unknown) => reason,
      );
      expect(codeOf(error)).toBe("bad-signature");
    });

    it("is refused where the certificate has another name than the client's identity", async () => {
      await using client = new Client({ environment: {}, roots: server.caFile, identity: "db.example" });
      const error: unknown = await work(client, server.url).then(
        (value) => value,
        (reason: unknown) => reason,
      );
      expect(codeOf(error)).toBe("wrong-host");
    });
  });
});

/** A recipe with a user and a password in its URL, and what comes of it. */
interface SignedIn {
  readonly library: string;
  readonly open: Open;
  readonly work: Work;
  readonly user: string;
  readonly comes: unknown;
}

const signedIn: readonly SignedIn[] = [
  {
    library: "ioredis",
    open: whereInstalled(redis),
    work: whoInRedis,
    user: "app:secret",
    comes: "app",
  },
  {
    library: "mqtt.js",
    open: whereInstalled(mosquitto()),
    work: echoMqtt,
    user: "app:secret",
    comes: ["t", "hello"],
  },
  {
    library: "mqtt.js, with a wrong password,",
    open: whereInstalled(mosquitto()),
    work: echoMqtt,
    user: "app:wr%6Fng",
    comes: expect.stringContaining("Not authorized"),
  },
  {
    library: "nodemailer, with a wrong password,",
    open: whereInstalled(dovecot("submission")),
    work: verifyMail,
    user: "app:wrong",
    comes: expect.stringContaining("Invalid login: 535"),
  },
];

describe.each(signedIn)("the user and the password of the URL: $library", ({ open, work, user, comes }) => {
  it.skipIf(open === undefined)("is known by them, where the server is installed", async () => {
    if (open === undefined) return;
    const server = await open();
    try {
      await using client = new Client({ environment: {}, roots: server.caFile });
      const came = await work(client, server.url.replace("//", `//${user}@`)).catch(
        (error: unknown) => (error as Error).message,
      );
      expect(came).toEqual(comes);
    } finally {
      await server.stop();
    }
  });
});
