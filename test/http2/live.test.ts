/** The connection against a server that is not ours: Node's, in plain, over loopback. */
import { once } from "node:events";
import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeLatin1 } from "../../src/net/index.ts";
import { ClientConnection, requestLines, type Failure } from "../../src/http2/index.ts";
import { Recorder } from "./harness.ts";

let server: Http2Server;

beforeAll(async () => {
  server = createServer({ settings: { maxConcurrentStreams: 50 } });
  server.on("stream", (stream, headers) => answer(stream, headers));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterAll(() => server.close());

function answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  stream.on("error", () => {});
  const path = String(headers[":path"]);
  if (path === "/echo") {
    stream.respond({ ":status": 200 });
    stream.pipe(stream);
  } else if (path === "/trailers") {
    stream.respond({ ":status": 200 }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "42" }));
    stream.end("body");
  } else if (path === "/large") {
    stream.respond({ ":status": 200, "content-length": largeBytes });
    stream.end(Buffer.alloc(largeBytes, "m"));
  } else {
    stream.respond({ ":status": 200, "x-path": path, "x-agent": String(headers["user-agent"]) });
    stream.end(JSON.stringify({ path }));
  }
}

const largeBytes = 8_000_000;

/** Carries a connection's octets over a socket. */
class Carrier {
  readonly connection: ClientConnection;
  readonly socket: Socket;
  failure: Failure | undefined;
  readonly #wake: (() => void)[] = [];

  constructor() {
    this.connection = new ClientConnection(
      { decodeLatin1 },
      {
        onCapacity: () => this.#flushSoon(),
        onRetired: () => {},
        onBroken: (failure) => (this.failure = failure),
      },
    );
    this.socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    this.socket.on("data", (bytes) => {
      this.connection.receive(bytes, 0, bytes.length, performance.now());
      this.flush();
      for (const wake of this.#wake.splice(0)) wake();
    });
    this.socket.on("close", () => this.connection.end("fin"));
    this.socket.on("error", () => {});
    this.flush();
  }

  flush(): void {
    for (
      let piece = this.connection.takeOutput();
      piece !== undefined;
      piece = this.connection.takeOutput()
    ) {
      this.socket.write(piece);
      this.connection.drained();
    }
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  #flushSoon(): void {
    queueMicrotask(() => this.flush());
  }
}

const authority = "localhost";

test("many requests over one connection; those that the server refused, before it had said how many it takes, are sent again", async () => {
  const carrier = new Carrier();
  const sinks = new Map<string, Recorder>();
  const unsent = Array.from({ length: 500 }, (_, at) => `/${at}`);
  const send = (): void => {
    for (const [path, sink] of sinks)
      if (sink.isUnprocessed === true && sinks.delete(path)) unsent.push(path);
    while (unsent.length > 0 && carrier.connection.capacity > 0) {
      const path = unsent.shift() as string;
      const sink = new Recorder();
      sinks.set(path, sink);
      const lines = requestLines(
        { method: "GET", scheme: "http", authority, path },
        [["User-Agent", "meerkat"]],
        new Set(),
      );
      carrier.connection.open(lines, { method: "GET", hasBody: false }, sink);
    }
    carrier.flush();
  };
  await carrier.until(() => {
    send();
    return sinks.size === 500 && [...sinks.values()].every(({ completion }) => completion !== undefined);
  });
  for (const [path, sink] of sinks) expect(sink.body).toBe(JSON.stringify({ path }));
  expect(sinks.get("/7")?.events[0]).toContain('"x-agent","meerkat"');
  expect(carrier.connection.streamsAtOnce).toBe(50);
  carrier.socket.destroy();
});

test("an upload larger than every window comes back whole", async () => {
  const carrier = new Carrier();
  const sink = new Recorder();
  const lines = requestLines({ method: "POST", scheme: "http", authority, path: "/echo" }, [], new Set());
  const stream = carrier.connection.open(lines, { method: "POST", hasBody: true }, sink);
  const body = Uint8Array.from({ length: 1_000_000 }, (_, at) => 97 + (at % 26));
  carrier.connection.write(stream, body, true);
  carrier.flush();
  await carrier.until(() => sink.completion !== undefined);
  expect(sink.body).toBe(decodeLatin1(body, 0, body.length));
  carrier.socket.destroy();
});

test("trailers, and a download larger than every window", async () => {
  const carrier = new Carrier();
  const [trailers, large] = ["/trailers", "/large"].map((path) => {
    const sink = new Recorder();
    carrier.connection.open(
      requestLines({ method: "GET", scheme: "http", authority, path }, [], new Set()),
      { method: "GET", hasBody: false },
      sink,
    );
    return sink;
  });
  carrier.flush();
  await carrier.until(() => large?.completion !== undefined && trailers?.completion !== undefined);
  expect(trailers?.events).toContain('trailers [["x-sum","42"]] ');
  expect(large?.completion).toMatchObject({ bodyBytes: largeBytes });
  expect(carrier.failure).toBeUndefined();
  carrier.socket.destroy();
});
