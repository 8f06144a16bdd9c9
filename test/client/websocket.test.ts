/** WebSockets of a client: what goes out and when, what comes in and how much of it, and how they end. */
import { createServer } from "node:http";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { WebSocketServer, type ServerOptions, type WebSocket as Peer } from "ws";
import { Client, HttpsError, type ClientOptions, type WebSocketOptions } from "../../src/index.ts";
import {
  answering,
  cutTcp,
  mintIdentity,
  openOrigin,
  rootPem,
  settle,
  until,
  whenEmpty,
  type Origin,
} from "./origin.ts";
import { mintRoot } from "../pki/today.ts";
import { openRaw, switching } from "./raw-websocket.ts";
import { openProxy } from "./tunnel-proxy.ts";

const openClient = (more: ClientOptions = {}): Client =>
  new Client({ roots: rootPem, environment: {}, ...more });

const bound = { timeouts: { headMs: 60_000 } };

/** A server of the package ws. */
async function openPeer(
  onPeer: (peer: Peer, fields: Readonly<Record<string, unknown>>) => void,
  { tls = {}, ...options }: ServerOptions & { readonly tls?: false | object } = {},
): Promise<Origin> {
  const http = createServer();
  const server = new WebSocketServer({ noServer: true, ...options });
  http.on("upgrade", (request, socket, head) =>
    server.handleUpgrade(request, socket, head, (peer) => onPeer(peer, request.headers)),
  );
  return openOrigin((socket) => http.emit("connection", socket), { tls });
}

const echo = (peer: Peer): void =>
  void peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary }));

async function collect(
  url: string,
  options: WebSocketOptions = {},
  more: ClientOptions = {},
): Promise<{ readonly messages: readonly unknown[]; readonly error: HttpsError | undefined }> {
  await using client = openClient(more);
  const socket = client.websocket(url, { ...bound, ...options });
  socket.binaryType = "arraybuffer";
  const messages: unknown[] = [];
  try {
    for await (const message of socket) messages.push(message);
    return { messages, error: undefined };
  } catch (error) {
    if (error instanceof HttpsError) return { messages, error };
    throw error;
  }
}

const textFrame = (text: string): number[] => [0x81, text.length, ...Buffer.from(text)];
const closeFrame = [0x88, 2, 0x03, 0xe8];

describe("with a server of ws", () => {
  test("messages go both ways, of text and of bytes, and it knows who vouched for the server", async () => {
    await using origin = await openPeer(echo);
    await using client = openClient();
    const socket = await client.websocket(origin.url.replace("https", "wss")).opened;
    expect(socket.trust?.kind).toBe("verified");
    expect(socket.connection?.protocol).toMatch(/^TLS/);
    expect(socket).toMatchObject({
      readyState: 1,
      OPEN: 1,
      extensions: "",
      protocol: "",
      binaryType: "blob",
    });
    expect(socket.url).toBe(`${origin.url.replace("https", "wss")}/`);
    socket.binaryType = "arraybuffer";
    socket.send("Grüße");
    socket.send(Uint8Array.of(0, 255));
    socket.send(new Blob(["slow"]));
    socket.send("behind it");
    socket.send(new Uint8Array(200_000).fill(7));
    const got: unknown[] = [];
    for await (const message of socket) {
      got.push(message);
      if (got.length === 5) break;
    }
    expect(got.slice(0, 4)).toEqual([
      "Grüße",
      Uint8Array.of(0, 255).buffer,
      Uint8Array.from(Buffer.from("slow")).buffer,
      "behind it",
    ]);
    expect((got[4] as ArrayBuffer).byteLength).toBe(200_000);
    expect(socket.readyState).toBe(2);
    await socket[Symbol.asyncDispose]();
    expect(socket.readyState).toBe(3);
  });

  test("events come in the standard's order, with the close of both sides", async () => {
    await using origin = await openPeer((peer) => {
      peer.send("first");
      peer.on("message", () => peer.close(4_321, "enough"));
    });
    await using client = openClient();
    const socket = client.websocket(origin.url);
    const events: unknown[] = [];
    socket.onopen = () => events.push("open");
    socket.addEventListener("message", ({ data }) => {
      events.push(data);
      socket.send("next");
    });
    socket.onerror = () => events.push("error");
    const closed = new Promise<void>((resolve) => {
      socket.onclose = ({ code, reason, wasClean, error }) => {
        events.push({ code, reason, wasClean, error });
        resolve();
      };
    });
    await closed;
    expect(events).toEqual([
      "open",
      "first",
      { code: 4_321, reason: "enough", wasClean: true, error: undefined },
    ]);
  });

  test("a subprotocol, fields and credentials go out with the handshake", async () => {
    let seen: Readonly<Record<string, unknown>> = {};
    await using origin = await openPeer((_, fields) => void (seen = fields));
    await using client = openClient({ headers: { "x-own": "1" } });
    const jar = { getCookieString: async () => "a=b", setCookie: async () => undefined };
    const socket = await client.websocket(origin.url, {
      protocols: ["chat", "other"],
      headers: { origin: "https://a.example" },
      authentication: { scheme: "bearer", token: "secret" },
      cookies: jar,
    }).opened;
    expect(socket.protocol).toBe("chat");
    expect(seen).toMatchObject({
      "x-own": "1",
      origin: "https://a.example",
      cookie: "a=b",
      authorization: "Bearer secret",
      "sec-websocket-version": "13",
    });
    expect(seen["sec-websocket-extensions"]).toBeUndefined();
  });

  test("ws: is plain, as http: is", async () => {
    await using origin = await openPeer(echo, { tls: false });
    await using client = openClient();
    const socket = await client.websocket(origin.url.replace("http", "ws")).opened;
    expect(socket.trust?.kind).toBe("plaintext");
    expect(socket.url).toMatch(/^ws:/);
  });

  test("it goes by the client's proxy, through a tunnel", async () => {
    await using origin = await openPeer(echo);
    await using proxy = await openProxy({ tls: false });
    await using client = openClient({ proxy: proxy.url });
    const socket = await client.websocket(origin.url).opened;
    socket.send("hello");
    for await (const message of socket) {
      expect(message).toBe("hello");
      break;
    }
  });

  test("a slow loop pauses the server: what was not asked for is not read", async () => {
    let peer: Peer | undefined;
    await using origin = await openPeer((one) => {
      peer = one;
      for (let at = 0; at < 2_000; at++) one.send(new Uint8Array(16_384).fill(at));
    });
    await using client = openClient();
    const socket = await client.websocket(origin.url).opened;
    socket.binaryType = "arraybuffer";
    let count = 0;
    for await (const message of socket) {
      if (count === 0) {
        // Far more than the buffers of loopback hold is waiting at the server: it stays there for as long as nobody reads.
        let before = -1;
        for (let turns = 0; turns < 200; turns++) {
          before = peer?.bufferedAmount ?? 0;
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect(before).toBeGreaterThan(1_000_000);
      }
      expect(new Uint8Array(message as ArrayBuffer)[0]).toBe(count % 256);
      if (++count === 2_000) break;
    }
    expect(count).toBe(2_000);
  });

  test("what was sent has gone out when it is drained, and more than 16 MiB do not wait", async () => {
    await using origin = await openPeer((peer) => peer.pause());
    await using client = openClient();
    const socket = await client.websocket(origin.url).opened;
    socket.send("small");
    await socket.drained();
    expect(socket.bufferedAmount).toBe(0);
    const part = new Uint8Array(8 * 1_048_576);
    expect(() => {
      for (let at = 0; at < 10; at++) socket.send(part);
    }).toThrow(expect.objectContaining({ code: "send-buffer-full" }));
    expect(socket.bufferedAmount).toBe(2 * part.length);
    client.destroy();
    await expect(socket.drained()).rejects.toMatchObject({ code: "client-closed" });
  });

  test("a client that is closed says going away, and one that is destroyed does not wait", async () => {
    const codes: number[] = [];
    await using origin = await openPeer((peer) => void peer.on("close", (code) => codes.push(code)));
    const client = openClient();
    await client.websocket(origin.url).opened;
    await client.close();
    await until(() => codes.length === 1);
    expect(codes).toEqual([1_001]);
    expect(() => client.websocket(origin.url)).toThrow(expect.objectContaining({ code: "client-closed" }));
  });

  test("a signal ends it whenever it aborts", async () => {
    await using origin = await openPeer(echo);
    await using client = openClient();
    const stop = new AbortController();
    const socket = await client.websocket(origin.url, { signal: stop.signal }).opened;
    stop.abort();
    await expect(socket[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "aborted" });
    await expect(client.websocket(origin.url, { signal: stop.signal }).opened).rejects.toMatchObject({
      code: "aborted",
    });
    await whenEmpty(origin);
  });
});

describe("a handshake", () => {
  test("nothing of it is sent to a server that is not admitted", async () => {
    let received = 0;
    await using origin = await openOrigin(
      (socket) => void socket.on("data", (bytes) => (received += bytes.length)),
      {
        tls: mintIdentity({}, mintRoot("A stranger")),
      },
    );
    await using client = openClient();
    const socket = client.websocket(origin.url, bound);
    await expect(socket.opened).rejects.toMatchObject({ stage: "trust" });
    expect(socket.readyState).toBe(3);
    await whenEmpty(origin);
    expect(received).toBe(0);
  });

  test.each<[string, (head: readonly string[]) => string, object]>([
    [
      "an accept that answers another key",
      () => switching(["Sec-WebSocket-Key: another"]),
      { code: "websocket-refused", detail: { status: 101 } },
    ],
    [
      "101 without Upgrade",
      (head) => switching(head).replace("Upgrade: websocket\r\n", ""),
      { code: "websocket-refused", detail: { status: 101 } },
    ],
    [
      "an extension that was not offered",
      (head) => switching(head, "Sec-WebSocket-Extensions: permessage-deflate\r\n"),
      { code: "websocket-refused" },
    ],
    [
      "a subprotocol that was not offered",
      (head) => switching(head, "Sec-WebSocket-Protocol: x\r\n"),
      { code: "websocket-refused" },
    ],
    [
      "a redirect",
      () => "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
      { code: "websocket-refused", detail: { status: 302 } },
    ],
    [
      "401",
      () => "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
      { code: "websocket-refused", detail: { status: 401 } },
    ],
    ["200", () => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", { code: "websocket-refused" }],
    ["what is not HTTP", () => "SSH-2.0-x\r\n\r\n", { code: "not-http" }],
  ])("is refused with %s", async (_, answer, expected) => {
    await using origin = await openOrigin(answering(({ head }) => answer(head)));
    await using client = openClient();
    const socket = client.websocket(origin.url, bound);
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    await expect(socket.opened).rejects.toMatchObject(expected);
    expect(await closed).toMatchObject({ code: 1_006, wasClean: false, error: expected });
    await whenEmpty(origin);
    expect(origin.accepted).toHaveLength(1);
  });

  test("that never ends has a deadline, and so has the whole opening", async () => {
    await using origin = await openOrigin((socket) => void socket.resume());
    await using client = openClient();
    await expect(client.websocket(origin.url, { timeouts: { headMs: 50 } }).opened).rejects.toMatchObject({
      code: "head-timeout",
    });
    await expect(
      client.websocket(origin.url, { timeout: 50, throwOnStatus: true }).opened,
    ).rejects.toMatchObject({
      code: "total-timeout",
    });
    await whenEmpty(origin);
  });

  test("that is cut is told as such; close() before it is over ends it", async () => {
    await using origin = await openOrigin((socket, index) => {
      socket.once("data", () => (index === 0 ? socket.end("HTTP/1.1 101") : undefined));
    });
    await using client = openClient();
    await expect(client.websocket(origin.url, bound).opened).rejects.toMatchObject({
      code: "head-truncated",
    });
    const socket = client.websocket(origin.url, bound);
    await until(() => origin.accepted.length === 2);
    socket.close();
    await expect(socket.opened).rejects.toMatchObject({ code: "aborted" });
    await whenEmpty(origin);
  });

  test("options that have no place in it are refused at once", () => {
    const client = openClient();
    for (const options of [{ method: "POST" }, { body: "x" }, { middleware: [] }, { nothing: 1 }])
      expect(() => client.websocket("wss://a.example", options as never)).toThrow(
        expect.objectContaining({ code: "option-unknown" }),
      );
    for (const options of [
      { protocols: "a b" },
      { protocols: ["a", "a"] },
      { closeMs: -1 },
      { protocol: "h3" as never },
    ])
      expect(() => client.websocket("wss://a.example", options)).toThrow(
        expect.objectContaining({ code: "option-invalid" }),
      );
  });
});

test("a server that wants a certificate says so behind the handshake of TLS 1.3, and the socket's error says it", async () => {
  await using origin = await openPeer(echo, {
    tls: { requestCert: true, rejectUnauthorized: true, ca: rootPem },
  });
  await using client = openClient();
  await expect(client.websocket(origin.url).opened).rejects.toMatchObject({
    code: "client-certificate-required",
    detail: { host: "localhost", sent: false },
  });
});

describe("frames", () => {
  test("right behind the handshake are messages, and wait for who takes them", async () => {
    await using origin = await openRaw({
      behind: [...textFrame("one"), ...textFrame("two"), ...closeFrame],
      onWritten: (socket) => socket.end(),
    });
    expect(await collect(origin.url)).toEqual({ messages: ["one", "two"], error: undefined });
  });

  test.each<[string, readonly number[], object]>([
    [
      "a masked frame",
      [0x81, 0x81, 0, 0, 0, 0, 0x78],
      { code: "websocket-malformed", detail: { closeCode: 1_002 } },
    ],
    ["a control frame in fragments", [0x09, 0x01, 0x78], { code: "websocket-malformed" }],
    ["a reserved bit", [0xc1, 0x01, 0x78], { code: "websocket-malformed" }],
    [
      "text that is not UTF-8",
      [0x81, 0x01, 0xff],
      { code: "websocket-malformed", detail: { closeCode: 1_007 } },
    ],
    [
      "a message past the limit",
      [0x82, 0x7e, 0x04, 0x01],
      { code: "websocket-too-large", detail: { value: 1_024 } },
    ],
    [
      "fragments past the limit together",
      [0x02, 0x7e, 0x04, 0x00, ...new Uint8Array(1_024), 0x80, 0x01, 0x00],
      { code: "websocket-too-large" },
    ],
  ])("that break a rule end it: %s", async (_, octets, expected) => {
    await using origin = await openRaw({ behind: [...textFrame("before"), ...octets] });
    const { messages, error } = await collect(origin.url, { maxMessageBytes: 1_024 });
    expect(messages).toEqual(["before"]);
    expect(error).toMatchObject(expected);
    await until(() => origin.said().length > 0);
    expect(origin.said()[0]).toBe(0x88);
    await whenEmpty(origin);
  });

  test("too large names the option that raises it", async () => {
    await using origin = await openRaw({ behind: [0x82, 0x7e, 0x04, 0x01] });
    const { error } = await collect(origin.url, { maxMessageBytes: 1_024 });
    expect(error?.hint).toContain("maxMessageBytes");
  });

  test("a connection that is cut is an error, after what came before it", async () => {
    await using origin = await openRaw({
      behind: [...textFrame("one"), 0x81, 0x05, 0x78],
      onWritten: (socket) => cutTcp(socket),
    });
    const { messages, error } = await collect(origin.url);
    expect(messages).toEqual(["one"]);
    expect(error?.code).toBe("websocket-cut");
  });

  test("a ping is answered with its octets, masked anew each time", async () => {
    await using origin = await openRaw({ behind: [0x89, 0x01, 0x78, 0x89, 0x01, 0x78] });
    await using client = openClient();
    await client.websocket(origin.url).opened;
    await until(() => origin.said().length === 14);
    const said = origin.said();
    const pongs = [said.subarray(0, 7), said.subarray(7)];
    for (const pong of pongs) {
      expect([...pong.subarray(0, 2)]).toEqual([0x8a, 0x81]);
      expect((pong[6] ?? 0) ^ (pong[2] ?? 0)).toBe(0x78);
    }
    expect(pongs[0]?.subarray(2, 6)).not.toEqual(pongs[1]?.subarray(2, 6));
    client.destroy();
  });
});

describe("the end", () => {
  test("a Close that nobody answers has a deadline", async () => {
    await using origin = await openRaw({ behind: [] });
    await using client = openClient();
    const socket = await client.websocket(origin.url, { closeMs: 50 }).opened;
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    socket.close(3_000, "done");
    expect(socket.readyState).toBe(2);
    const event = await closed;
    expect(event).toMatchObject({
      code: 1_006,
      error: { code: "websocket-cut", detail: { ending: "unanswered-close" } },
    });
    expect(inspect(event)).toMatch(/^WebSocketCloseEvent \{[^]*code: 1006,[^]*websocket-cut/);
    await whenEmpty(origin);
    expect(origin.said().subarray(0, 2)).toEqual(Buffer.of(0x88, 0x86));
  });

  test("a server that says Close and does not close the connection is not waited for", async () => {
    await using origin = await openRaw({ behind: closeFrame });
    await using client = openClient();
    const socket = await client.websocket(origin.url, { closeMs: 50 }).opened;
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    expect(await closed).toMatchObject({ code: 1_000, wasClean: true, error: undefined });
    await whenEmpty(origin);
  });

  test("codes and reasons that a program may not send are refused", async () => {
    await using origin = await openPeer(echo);
    await using client = openClient();
    const pending = client.websocket(origin.url);
    expect(() => pending.send("early")).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
    const socket = await pending.opened;
    expect(() => socket.close(1_001)).toThrow(expect.objectContaining({ name: "InvalidAccessError" }));
    expect(() => socket.close(1_000, "é".repeat(62))).toThrow(
      expect.objectContaining({ name: "SyntaxError" }),
    );
    socket.close(1_000, "é".repeat(61));
    socket.send("late");
    expect(socket.bufferedAmount).toBe(4);
  });
});

describe("pings of the client's", () => {
  test("are sent where they are asked for, and measure the way", async () => {
    const pings: Buffer[] = [];
    await using origin = await openPeer((peer) => void peer.on("ping", (data) => pings.push(data)));
    await using client = openClient();
    const silent = await client.websocket(origin.url).opened;
    expect(silent.roundTripMs).toBeUndefined();
    const socket = await client.websocket(origin.url, { pingMs: 1, pongMs: 60_000 }).opened;
    await until(() => pings.length >= 3);
    expect(socket.roundTripMs).toBeGreaterThan(0);
    expect(new Set(pings.map((payload) => payload.toString("hex"))).size).toBe(pings.length);
    expect(silent.roundTripMs).toBeUndefined();
    client.destroy();
  });

  test("that nobody answers end it with one error", async () => {
    // A pong that answers no ping of ours is not an answer.
    await using origin = await openRaw({ behind: [...textFrame("one"), 0x8a, 4, 0, 0, 0, 9] });
    const { messages, error } = await collect(origin.url, { pingMs: 20, pongMs: 50 });
    expect(messages).toEqual(["one"]);
    expect(error).toMatchObject({ code: "websocket-cut", detail: { ending: "silence" } });
    expect(origin.said().subarray(0, 2)).toEqual(Buffer.of(0x89, 0x84));
    await whenEmpty(origin);
  });

  test("are put off by whatever else comes: a pong stands behind what is being sent", async () => {
    let sent = 0;
    await using origin = await openRaw({
      behind: [0x82, 126, 4, 0],
      onWritten: (socket) => {
        const drip = setInterval(() => {
          if (++sent <= 40) socket.write(new Uint8Array(25));
          if (sent !== 40) return;
          socket.end(new Uint8Array(24 + closeFrame.length).fill(0).map((_, at) => closeFrame[at - 24] ?? 0));
          clearInterval(drip);
        }, 40);
      },
    });
    const { messages, error } = await collect(origin.url, { pingMs: 10, pongMs: 1_000 });
    expect(error).toBeUndefined();
    expect(messages).toHaveLength(1);
  });

  test("count nothing against a server while its messages are not taken", async () => {
    await using origin = await openPeer((peer) => {
      for (let at = 0; at < 200; at++) peer.send(new Uint8Array(65_536));
    });
    await using client = openClient();
    const socket = await client.websocket(origin.url, { pingMs: 10, pongMs: 30 }).opened;
    await new Promise((resolve) => setTimeout(resolve, 150));
    let count = 0;
    for await (const _ of socket) if (++count === 200) break;
    expect(count).toBe(200);
  });

  test("count nothing against a server while the program is busy", async () => {
    await using origin = await openPeer(
      (peer) =>
        void peer.on("ping", (data) => {
          // It has come before the deadline is looked at, and is read after that.
          const beBusy = (): void => {
            peer.send("meanwhile");
            const busyUntil = performance.now() + 250;
            while (performance.now() < busyUntil);
            peer.pong(data);
          };
          void settle().then(beBusy);
        }),
      { autoPong: false },
    );
    await using client = openClient();
    const socket = await client.websocket(origin.url, { pingMs: 10, pongMs: 200 }).opened;
    let count = 0;
    for await (const message of socket) {
      expect(message).toBe("meanwhile");
      if (++count === 3) break;
    }
    client.destroy();
  });
});
