/** A socket that is there before its connection: what is said waits for both keys, and it ends as any socket does. */
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { Client, MeerkatSocket, trustOf } from "../../src/index.ts";
import { mintRoot } from "../pki/today.ts";
import { mintIdentity, openOrigin, rootPem, settle, until, whenEmpty, type Origin } from "./origin.ts";
import { openStartTlsServer, startTlsTurns } from "./start-tls-server.ts";

const trusting = { environment: {}, roots: rootPem };
const urlOf = ({ port }: Origin): string => `tls://localhost:${port}`;
const openEcho = (): Promise<Origin> => openOrigin((socket) => void socket.pipe(socket));

test("what is written before there is a connection arrives once it is admitted, in order", async () => {
  await using origin = await openEcho();
  await using client = new Client(trusting);
  const socket = new MeerkatSocket(client, urlOf(origin));
  expect(socket.trust).toBeUndefined();
  socket.write("a");
  socket.end("b");
  const heard: Buffer[] = await socket.toArray();
  expect(Buffer.concat(heard).toString()).toBe("ab");
  expect([socket.trust?.kind, trustOf(socket)]).toEqual(["verified", socket.trust]);
  await whenEmpty(origin);
});

describe("it connects", () => {
  test.each<[how: string, begin: (socket: MeerkatSocket) => unknown]>([
    ["by connect(), whatever is said of where", (socket) => socket.connect(1, "other.example")],
    ["by what is read", (socket) => socket.on("data", () => {})],
    ["by what is written", (socket) => socket.write("x")],
  ])("%s, once, and tells of it", async (_how, begin) => {
    await using origin = await openEcho();
    await using client = new Client(trusting);
    const socket = new MeerkatSocket(client, urlOf(origin));
    const told: string[] = [];
    for (const event of ["connect", "secureConnect"]) socket.on(event, () => told.push(event));
    begin(socket);
    begin(socket);
    await once(socket, "secureConnect");
    expect(told).toEqual(["connect", "secureConnect"]);
    expect(origin.open()).toBe(1);
    socket.destroy();
    await whenEmpty(origin);
  });

  test("to a server without TLS, and does not tell that anybody was admitted", async () => {
    await using origin = await openOrigin((socket) => void socket.end("plain"), { tls: false });
    await using client = new Client(trusting);
    const socket = new MeerkatSocket(client, `http://localhost:${origin.port}`);
    const told: string[] = [];
    for (const event of ["connect", "secureConnect"]) socket.on(event, () => told.push(event));
    expect(String(Buffer.concat(await socket.toArray()))).toBe("plain");
    expect([socket.trust?.kind, told]).toEqual(["plaintext", ["connect"]]);
  });

  test("not at all, where nobody uses it", async () => {
    await using origin = await openEcho();
    await using client = new Client(trusting);
    const socket = new MeerkatSocket(client, urlOf(origin));
    socket.setNoDelay().setKeepAlive(true, 1).setTimeout(1).ref().unref().end();
    await once(socket, "finish");
    await settle();
    expect([origin.accepted, socket.trust]).toEqual([[], undefined]);
  });
});

test("whom nobody vouches for is sent nothing, and the error is the client's", async () => {
  const heard: unknown[] = [];
  const tls = mintIdentity({}, mintRoot("Stranger"));
  await using origin = await openOrigin((socket) => void socket.on("data", (data) => heard.push(data)), {
    tls,
  });
  await using client = new Client(trusting);
  const socket = new MeerkatSocket(client, urlOf(origin));
  socket.write("SECRET");
  const [error] = (await once(socket, "error")) as [Error];
  expect(error).toMatchObject({ code: "missing-intermediate", stage: "trust" });
  await whenEmpty(origin);
  expect(heard).toEqual([]);
});

test.each<[what: string, options: unknown]>([
  ["a signal that is none", { signal: 5 }],
  ["no options at all", null],
  ["an option that nobody knows", { timeout: 5 }],
])(
  "what connect() would refuse is the socket's error, and thrown at nobody who writes: %s",
  async (_what, options) => {
    await using client = new Client(trusting);
    const socket = new MeerkatSocket(client, "tls://localhost:1", options as object);
    socket.write("x");
    const [error] = (await once(socket, "error")) as [Error];
    expect(error).toMatchObject({ name: "HttpsError", fault: "caller" });
  },
);

test("a caller's signal, and the end of the socket, end a connection that is being opened", async () => {
  await using silent = await openOrigin((socket) => socket.resume(), { tls: false });
  await using client = new Client(trusting);
  const controller = new AbortController();
  const socket = new MeerkatSocket(client, urlOf(silent), { signal: controller.signal }).connect();
  const failed = once(socket, "error");
  await until(() => silent.accepted.length === 1);
  controller.abort();
  expect(await failed).toMatchObject([{ code: "aborted" }]);
  await whenEmpty(silent);
  const other = new MeerkatSocket(client, urlOf(silent)).connect();
  await until(() => silent.accepted.length === 2);
  other.destroy();
  await whenEmpty(silent);
});

test("the server's end, and its breaking off, are the socket's", async () => {
  await using origin = await openOrigin((socket, index) => {
    if (index === 0) socket.end("bye");
    else socket.destroy();
  });
  await using client = new Client(trusting);
  const ended = new MeerkatSocket(client, urlOf(origin));
  expect(Buffer.concat(await ended.toArray()).toString()).toBe("bye");
  const broken = new MeerkatSocket(client, urlOf(origin)).connect().resume();
  broken.on("error", () => {});
  if (!broken.closed) await once(broken, "close");
  expect(broken.destroyed).toBe(true);
});

test("back-pressure holds: what nobody reads is not taken from the server", async () => {
  const size = 8 * 1024 * 1024;
  let isFlushed = false;
  await using origin = await openOrigin(
    (socket) => void socket.end(Buffer.alloc(size), () => (isFlushed = true)),
  );
  await using client = new Client(trusting);
  const socket = new MeerkatSocket(client, urlOf(origin)).connect();
  await once(socket, "secureConnect");
  await until(() => socket.readableLength > 0);
  await settle();
  expect(isFlushed).toBe(false);
  expect(socket.readableLength).toBeLessThan(1024 * 1024);
  let bytes = 0;
  for await (const chunk of socket) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(size);
});

test("STARTTLS is said for it, and options are connect()'s", async () => {
  await using server = await openStartTlsServer({
    turns: startTlsTurns.postgres,
    tls: mintIdentity({ names: ["dns:db.example"] }),
    within: (socket) => void socket.pipe(socket),
  });
  await using client = new Client(trusting);
  const url = `postgres://localhost:${server.port}`;
  const socket = new MeerkatSocket(client, url, { servername: "db.example" });
  socket.write("ping");
  expect(String((await once(socket, "data"))[0])).toBe("ping");
  expect(socket.trust?.host).toBe("db.example");
  socket.destroy();
});
