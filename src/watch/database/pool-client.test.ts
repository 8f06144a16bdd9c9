/** What a connection to PostgreSQL says of its end is heard by whoever hears it next, and ends no process in which nobody does. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { poolClient } from "./pool-client.ts";

const Client = poolClient(pg.Client);

/** A message of the protocol (PostgreSQL 17, §53.7): its kind, its length and what it says. */
function message(kind: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(kind), length, body]);
}
const authenticated = message("R", Buffer.alloc(4));
const ready = message("Z", Buffer.from("I"));
const ended = message(
  "E",
  Buffer.from("SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"),
);

let server: Server;
let settings: { readonly host: string; readonly port: number; readonly user: string };
/** What is sent once somebody said who it is. */
let greeting: readonly Buffer[];
let sockets: Socket[];
let unheard: unknown[];
const hear = (error: unknown): void => void unheard.push(error);

/** `once` of node:events would hear its errors, too. */
const endOf = (client: pg.Client): Promise<void> =>
  new Promise((resolve) => void client.on("end", () => resolve()));

beforeEach(async () => {
  [greeting, sockets, unheard] = [[authenticated, ready], [], []];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => socket.write(Buffer.concat(greeting)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  settings = { host: "127.0.0.1", port: (server.address() as AddressInfo).port, user: "nobody" };
  process.on("uncaughtException", hear);
});
afterEach(() => {
  process.off("uncaughtException", hear);
  for (const socket of sockets) socket.destroy();
  server.close();
  expect(unheard).toEqual([]);
});

test("an end in the moment in which it is made is told to whoever hears it then, once", async () => {
  greeting = [authenticated, ready, ended];
  const client = new Client(settings);
  await client.connect();
  const told: unknown[] = [];
  client.on("error", (error) => told.push(error));
  expect(told).toEqual([]);
  await turn();
  expect(told).toEqual([expect.objectContaining({ code: "57P01" })]);
  client.on("error", (error) => told.push(error));
  await turn();
  expect(told).toHaveLength(1);
  await client.end();
});

test("an end while nobody hears it fails what is asked next, and keeps nobody from ending it", async () => {
  const client = new Client(settings);
  await client.connect();
  client.on("error", hear).removeAllListeners();
  for (const socket of sockets) socket.end(ended);
  await endOf(client);
  await expect(client.query("SELECT 1")).rejects.toThrow("not queryable");
  await client.end();
});

test("an end of one that a pool gave away is the pool's when it is given back, which makes another", async () => {
  const pool = new pg.Pool({ ...settings, Client, max: 1 });
  const told: unknown[] = [];
  pool.on("error", (error) => told.push(error));
  const client = await pool.connect();
  for (const socket of sockets) socket.end(ended);
  await endOf(client);
  client.release();
  await once(pool, "error");
  expect(told).toEqual([expect.objectContaining({ code: "57P01" })]);
  const other = await pool.connect();
  expect(sockets).toHaveLength(2);
  other.release(true);
  await pool.end();
});

test("one that could not be made is ended", async () => {
  greeting = [ended];
  const pool = new pg.Pool({ ...settings, Client });
  await expect(pool.connect()).rejects.toThrow("terminating connection due to administrator command");
  const [socket] = sockets;
  if (socket?.readableEnded === false) await once(socket.resume(), "end");
  await pool.end();
});
