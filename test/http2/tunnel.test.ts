/** An extended CONNECT (RFC 8441), as WebSocket asks for it, against Node's server: bytes both ways, each half with an end of its own. */
import { once } from "node:events";
import { createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ClientConnection, requestLines, type ClientStream } from "../../src/http2/index.ts";
import { decodeLatin1 } from "../../src/net/index.ts";
import { Recorder } from "./harness.ts";

let server: Http2Server;
let socket: Socket;
let connection: ClientConnection;
let accepted: Promise<ServerHttp2Stream>;

beforeEach(async () => {
  server = createServer({ settings: { enableConnectProtocol: true } });
  accepted = once(server, "stream").then(([stream]) => stream as ServerHttp2Stream);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  connection = new ClientConnection(
    { decodeLatin1 },
    { onCapacity: () => {}, onRetired: () => {}, onBroken: () => {} },
  );
  socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  flush();
});

afterEach(() => {
  socket.destroy();
  server.close();
});

function flush(): void {
  for (let piece = connection.takeOutput(); piece !== undefined; piece = connection.takeOutput())
    socket.write(piece);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    const [bytes] = (await once(socket, "data")) as [Buffer];
    connection.receive(bytes, 0, bytes.length, performance.now());
    flush();
  }
}

function open(sink: Recorder): ClientStream {
  const target = { method: "CONNECT", scheme: "http", authority: "localhost", path: "/chat" } as const;
  const lines = requestLines(
    { ...target, protocol: "websocket" },
    [["Sec-WebSocket-Version", "13"]],
    new Set(),
  );
  return connection.open(lines, { method: "CONNECT", hasBody: true }, sink);
}

function write(stream: ClientStream, text: string, isLast: boolean): void {
  connection.write(stream, new TextEncoder().encode(text), isLast);
  flush();
}

test("the server says that it takes it; what is written comes there, and back", async () => {
  await until(() => connection.isOpen);
  const sink = new Recorder();
  const stream = open(sink);
  write(stream, "first", false);
  const there = await accepted;
  expect(there.sentHeaders).toBeUndefined();
  there.respond({ ":status": 200 });
  there.pipe(there);
  await until(() => sink.body === "first");
  expect(sink.events[0]).toMatch(/^head 200 .* tunnel$/);
  write(stream, " second", true);
  await until(() => sink.completion !== undefined);
  expect(sink.body).toBe("first second");
  expect(connection.size).toBe(0);
});

test("what the server has ended can still be written to", async () => {
  await until(() => connection.isOpen);
  const sink = new Recorder();
  const stream = open(sink);
  flush();
  const there = await accepted;
  const heard: string[] = [];
  // A stream of Node's that nobody reads is reset when it is ended.
  there.on("data", (bytes: Buffer) => heard.push(bytes.toString()));
  const ended = once(there, "end");
  there.respond({ ":status": 200 });
  there.end("bye");
  await until(() => sink.completion !== undefined);
  expect([sink.body, connection.size]).toEqual(["bye", 1]);
  write(stream, "late", true);
  await ended;
  expect([heard.join(""), connection.size]).toEqual(["late", 0]);
});

test("without a 2xx there is no tunnel, and the answer is an answer", async () => {
  await until(() => connection.isOpen);
  const sink = new Recorder();
  open(sink);
  flush();
  const there = await accepted;
  there.respond({ ":status": 403 });
  there.end("no");
  await until(() => sink.completion !== undefined);
  expect([sink.body, connection.size]).toEqual(["no", 0]);
});
