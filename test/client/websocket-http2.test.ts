/** WebSockets as streams of a connection of HTTP/2 (RFC 8441): when, what is asked, how they end, and what the connection's other requests notice. */
import { createServer as createHttpServer } from "node:http";
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream, type Settings } from "node:http2";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { WebSocket as Peer, WebSocketServer } from "ws";
import { Client, type ClientOptions, type HttpsError } from "../../src/index.ts";
import { FrameWriter } from "../../src/http2/index.ts";
import { hearFrames } from "./http2/hear-frames.ts";
import { openScript } from "./http2/origin.ts";
import { mintIdentity, openOrigin, rootPem, settle, until, whenEmpty, type Origin } from "./origin.ts";
import { mintRoot } from "../pki/today.ts";

const openClient = (more: ClientOptions = {}): Client =>
  new Client({ roots: rootPem, environment: {}, ...more });

const both = { ALPNProtocols: ["h2", "http/1.1"] };
const takes: Settings = { enableConnectProtocol: true };

interface Site {
  /** An extended CONNECT; without it, it is accepted and goes to `onPeer`. */
  readonly onConnect?: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
  readonly onPeer?: (peer: Peer, over: "h2" | "http/1.1") => void;
  readonly settings?: Settings;
  readonly tls?: false | object;
}

/** A server that speaks both versions, with WebSockets of the package ws over each, and answers every request with its path. */
async function openSite({ onConnect, onPeer = echo, settings = takes, tls = both }: Site = {}): Promise<
  Origin & { readonly asked: IncomingHttpHeaders[] }
> {
  const asked: IncomingHttpHeaders[] = [];
  const http2 = createServer({ settings, maxSessionMemory: 100 });
  http2.on("sessionError", () => {});
  http2.on("stream", (stream, headers) => {
    asked.push(headers);
    stream.on("error", () => {});
    if (headers[":method"] !== "CONNECT") {
      stream.respond({ ":status": 200 });
      return void stream.end(headers[":path"]);
    }
    if (onConnect !== undefined) return onConnect(stream, headers);
    const protocol = headers["sec-websocket-protocol"]?.toString().split(", ")[0];
    stream.respond({
      ":status": 200,
      ...(protocol === undefined ? {} : { "sec-websocket-protocol": protocol }),
    });
    onPeer(peerOver(stream), "h2");
  });
  const http = createHttpServer();
  const server = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) =>
    server.handleUpgrade(request, socket, head, (peer) => onPeer(peer, "http/1.1")),
  );
  const origin = await openOrigin(
    (socket) => {
      const isHttp1 = tls === false ? false : (socket as TLSSocket).alpnProtocol !== "h2";
      (isHttp1 ? http : http2).emit("connection", socket);
    },
    { tls },
  );
  return Object.assign(origin, { asked });
}

/** ws's server on a stream of Node's. */
function peerOver(stream: ServerHttp2Stream): Peer {
  const Made = Peer as unknown as new (address: null, protocols: undefined, options: object) => Peer;
  const peer = new Made(null, undefined, { autoPong: true });
  const inside = peer as unknown as { setSocket(socket: unknown, head: Buffer, options: object): void };
  inside.setSocket(stream, Buffer.alloc(0), {
    maxPayload: 0,
    skipUTF8Validation: false,
    allowSynchronousEvents: true,
  });
  return peer;
}

/** Opens a tunnel that says nothing of its own. */
function accept(stream: ServerHttp2Stream, accepted: ServerHttp2Stream[]): void {
  accepted.push(stream);
  stream.respond({ ":status": 200 });
  stream.resume();
}

function echo(peer: Peer): void {
  peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary }));
}

const text = async (client: Client, url: string): Promise<string> => (await client.request(url)).text();

describe("a connection of HTTP/2 that the client has, whose server takes WebSockets", () => {
  test("carries them beside its requests, and vouches for them as it does for those", async () => {
    await using origin = await openSite();
    await using client = openClient();
    const response = await client.request(`${origin.url}/a`);
    await response.text();
    const jar = { getCookieString: async () => "a=b", setCookie: async () => undefined };
    const socket = await client.websocket(`${origin.url.replace("https", "wss")}/chat?x=1`, {
      protocols: ["chat", "other"],
      headers: { origin: "https://a.example", "sec-websocket-key": "own" },
      authentication: { scheme: "bearer", token: "secret" },
      cookies: jar,
    }).opened;
    expect(socket.protocol).toBe("chat");
    expect(socket.trust).toBe(response.trust);
    expect(socket.connection?.alpn).toBe("h2");
    socket.binaryType = "arraybuffer";
    socket.send("Grüße");
    socket.send(new Uint8Array(300_000).fill(7));
    const got: unknown[] = [];
    for await (const message of socket) {
      got.push(typeof message === "string" ? message : (message as ArrayBuffer).byteLength);
      if (got.length === 1) expect(await text(client, `${origin.url}/b`)).toBe("/b");
      if (got.length === 2) break;
    }
    expect(got).toEqual(["Grüße", 300_000]);
    await socket[Symbol.asyncDispose]();
    expect(await text(client, `${origin.url}/c`)).toBe("/c");
    expect(origin.accepted).toHaveLength(1);
    const asked = origin.asked[1];
    expect(asked).toMatchObject({
      ":method": "CONNECT",
      ":protocol": "websocket",
      ":scheme": "https",
      ":path": "/chat?x=1",
      ":authority": `localhost:${origin.port}`,
      "sec-websocket-version": "13",
      "sec-websocket-protocol": "chat, other",
      origin: "https://a.example",
      authorization: "Bearer secret",
      cookie: "a=b",
    });
    for (const name of ["connection", "upgrade", "host", "sec-websocket-key", "sec-websocket-extensions"])
      expect(asked).not.toHaveProperty(name);
  });

  test("is not looked for where HTTP/1.1 is asked for, and where there is none yet", async () => {
    const overs: string[] = [];
    await using origin = await openSite({ onPeer: (_, over) => void overs.push(over) });
    await using client = openClient();
    await client.websocket(origin.url).opened;
    await text(client, `${origin.url}/a`);
    await client.websocket(origin.url, { protocol: "http/1.1" }).opened;
    await client.websocket(origin.url).opened;
    expect(overs).toEqual(["http/1.1", "http/1.1", "h2"]);
    client.destroy();
  });

  test("has room for as many as the server says: the next goes by HTTP/1.1, or by another of HTTP/2", async () => {
    const overs: string[] = [];
    await using origin = await openSite({
      onPeer: (_, over) => void overs.push(over),
      settings: { ...takes, maxConcurrentStreams: 1 },
    });
    await using client = openClient();
    await text(client, origin.url);
    await client.websocket(origin.url).opened;
    await client.websocket(origin.url).opened;
    const only = { protocol: "h2" } as const;
    await client.websocket(origin.url, only).opened;
    await client.websocket(origin.url, only).opened;
    expect(overs).toEqual(["h2", "http/1.1", "h2", "h2"]);
    expect(origin.accepted).toHaveLength(4);
    client.destroy();
  });

  test("may turn out not to take it: then it is asked for by HTTP/1.1", async () => {
    let heads = 0;
    await using origin = await openScript({
      settings: [[8, 1]],
      onRequest: (talk, stream, index) => {
        heads++;
        if (heads === 1) talk.head(stream, 200, true);
        else if (index === 0) talk.writer.reset(stream, "REFUSED_STREAM");
      },
      onHttp1: (socket) =>
        void socket.once("data", () => socket.end("HTTP/1.1 503 Late\r\ncontent-length: 0\r\n\r\n")),
    });
    await using client = openClient();
    await text(client, origin.url);
    await expect(client.websocket(origin.url).opened).rejects.toMatchObject({
      code: "websocket-refused",
      detail: { status: 503 },
    });
    expect(heads).toBe(2);
  });
});

describe("HTTP/2 alone", () => {
  test("is opened where there is none, and shared by those that follow", async () => {
    await using origin = await openSite();
    await using client = openClient({ protocol: "h2" });
    const sockets = await Promise.all(Array.from({ length: 3 }, () => client.websocket(origin.url).opened));
    await text(client, `${origin.url}/a`);
    for (const socket of sockets) {
      socket.send("hello");
      for await (const message of socket) {
        expect(message).toBe("hello");
        break;
      }
    }
    expect(origin.asked.filter((headers) => headers[":protocol"] === "websocket")).toHaveLength(3);
  });

  test("in plain, too", async () => {
    await using origin = await openSite({ tls: false });
    await using client = openClient();
    const socket = await client.websocket(origin.url.replace("http", "ws"), { protocol: "h2" }).opened;
    expect(socket.trust?.kind).toBe("plaintext");
    socket.send("hello");
    for await (const message of socket) {
      expect(message).toBe("hello");
      break;
    }
    expect(origin.asked[0]).toMatchObject({ ":scheme": "http" });
  });

  test("is refused where the server does not say that it takes it, and nothing was asked; otherwise HTTP/1.1 is", async () => {
    const overs: string[] = [];
    await using origin = await openSite({ settings: {}, onPeer: (_, over) => void overs.push(over) });
    await using client = openClient();
    const error: unknown = await client
      .websocket(origin.url, { protocol: "h2" })
      .opened.catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "websocket-refused", detail: { host: "localhost" } });
    expect((error as HttpsError).message).toMatch(
      /^localhost did not switch to WebSocket: .*SETTINGS_ENABLE_CONNECT/,
    );
    expect(origin.asked).toEqual([]);
    await text(client, origin.url);
    await client.websocket(origin.url).opened;
    expect(overs).toEqual(["http/1.1"]);
    client.destroy();
  });

  test("nothing is asked before the server's SETTINGS have come", async () => {
    const heads: number[] = [];
    let begun: (() => void) | undefined;
    await using origin = await openOrigin(
      (socket) => {
        const writer = new FrameWriter();
        const say = (): void => void socket.write(writer.take() ?? "");
        hearFrames(
          socket,
          { onHeaders: ({ stream }) => heads.push(stream), onSettings: () => writer.settingsAck() },
          () => {
            begun ??= () => {
              const ahead = new FrameWriter();
              ahead.settings([[8, 1]]);
              socket.write(ahead.take() ?? "");
              say();
            };
          },
        );
      },
      { tls: both },
    );
    await using client = openClient();
    const socket = client.websocket(origin.url, { protocol: "h2" });
    await until(() => begun !== undefined);
    await settle();
    expect(heads).toEqual([]);
    begun?.();
    await until(() => heads.length === 1);
    socket.close();
    await expect(socket.opened).rejects.toMatchObject({ code: "aborted" });
    client.destroy();
  });

  test("is not sent to a server that is not admitted", async () => {
    let received = 0;
    await using origin = await openOrigin(
      (socket) => void socket.on("data", ({ length }) => (received += length)),
      {
        tls: { ...mintIdentity({}, mintRoot("A stranger")), ...both },
      },
    );
    await using client = openClient();
    await expect(client.websocket(origin.url, { protocol: "h2" }).opened).rejects.toMatchObject({
      stage: "trust",
    });
    await whenEmpty(origin);
    expect(received).toBe(0);
  });

  test("a server that is silent about it has the deadline of a head", async () => {
    await using origin = await openSite({ onConnect: () => {} });
    await using client = openClient();
    const socket = client.websocket(origin.url, { protocol: "h2", timeouts: { headMs: 50 } });
    await expect(socket.opened).rejects.toMatchObject({ code: "head-timeout" });
  });

  test.each<[string, IncomingHttpHeaders, object]>([
    ["403", { ":status": "403" }, { status: 403 }],
    [
      "302",
      { ":status": "302", location: "/" },
      { status: 302, reason: expect.stringContaining("redirect") },
    ],
    [
      "an extension that was not offered",
      { ":status": "200", "sec-websocket-extensions": "x" },
      { status: 200 },
    ],
    [
      "a subprotocol that was not offered",
      { ":status": "200", "sec-websocket-protocol": "x" },
      { status: 200 },
    ],
  ])("is refused with %s, which ends the stream alone", async (_, answer, detail) => {
    await using origin = await openSite({ onConnect: (stream) => stream.respond(answer) });
    await using client = openClient({ protocol: "h2" });
    await text(client, origin.url);
    await expect(client.websocket(origin.url).opened).rejects.toMatchObject({
      code: "websocket-refused",
      detail,
    });
    expect(await text(client, `${origin.url}/b`)).toBe("/b");
    expect(origin.accepted).toHaveLength(1);
  });

  test("any 2xx opens it", async () => {
    await using origin = await openSite({ onConnect: (stream) => stream.respond({ ":status": 201 }) });
    await using client = openClient({ protocol: "h2" });
    expect((await client.websocket(origin.url).opened).readyState).toBe(1);
    client.destroy();
  });
});

describe("its end", () => {
  test("END_STREAM is what a FIN is, and a reset what a reset is; the connection goes on", async () => {
    const accepted: ServerHttp2Stream[] = [];
    await using origin = await openSite({ onConnect: (stream) => accept(stream, accepted) });
    await using client = openClient({ protocol: "h2" });
    const first = await client.websocket(origin.url).opened;
    accepted[0]?.end(Buffer.from([0x81, 1, 0x78]));
    const messages: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const message of first) messages.push(message);
    };
    await expect(read()).rejects.toMatchObject({ code: "websocket-cut", detail: { ending: "fin" } });
    expect(messages).toEqual(["x"]);
    expect(await text(client, `${origin.url}/b`)).toBe("/b");
    expect(origin.accepted).toHaveLength(1);
    let reset: (() => void) | undefined;
    await using script = await openScript({
      settings: [[8, 1]],
      onRequest: (talk, id) => {
        talk.head(id, 200);
        reset = () => {
          talk.writer.reset(id, "CANCEL");
          talk.say();
        };
      },
    });
    const second = await client.websocket(script.url).opened;
    reset?.();
    await expect(second[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "websocket-cut",
      detail: { ending: "reset" },
      cause: { code: "http2-stream-reset", detail: { errorCode: "CANCEL" } },
    });
  });

  test("of our own is a Close both ways, and the stream's; who is given up is reset with CANCEL", async () => {
    const ends: unknown[] = [];
    await using origin = await openSite({
      onPeer: (peer) => void peer.on("close", (code) => ends.push(code)),
    });
    await using client = openClient({ protocol: "h2" });
    const socket = await client.websocket(origin.url).opened;
    const closed = new Promise((resolve) => (socket.onclose = resolve));
    socket.close(3_000, "done");
    expect(await closed).toMatchObject({ code: 3_000, wasClean: true, error: undefined });
    await until(() => ends.length === 1);
    expect(ends).toEqual([3_000]);
    await client.close();
    await whenEmpty(origin);
  });

  test("a signal resets the stream with CANCEL", async () => {
    const accepted: ServerHttp2Stream[] = [];
    await using origin = await openSite({ onConnect: (stream) => accept(stream, accepted) });
    await using client = openClient({ protocol: "h2" });
    const stop = new AbortController();
    await client.websocket(origin.url, { signal: stop.signal }).opened;
    stop.abort();
    await until(() => accepted[0]?.closed === true);
    expect(accepted[0]?.rstCode).toBe(8);
    expect(await text(client, `${origin.url}/b`)).toBe("/b");
  });

  test("a client that is closed says going away, and waits for the answer; one that is destroyed does not", async () => {
    const codes: number[] = [];
    await using origin = await openSite({
      onPeer: (peer) => void peer.on("close", (code) => codes.push(code)),
    });
    const client = openClient({ protocol: "h2" });
    await client.websocket(origin.url).opened;
    await client.close();
    await until(() => codes.length === 1);
    expect(codes).toEqual([1_001]);
    await whenEmpty(origin);
    const other = openClient({ protocol: "h2" });
    const socket = await other.websocket(origin.url).opened;
    other.destroy();
    await expect(socket[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "client-closed" });
    await whenEmpty(origin);
  });

  test("a server that is leaving lets it go on, and takes nothing else on that connection", async () => {
    let say: (() => void) | undefined;
    await using origin = await openScript({
      settings: [[8, 1]],
      onRequest: (talk, id, index) => {
        talk.head(id, 200, index > 0);
        if (index > 0) return;
        talk.writer.goaway(id, "NO_ERROR");
        say = () => {
          talk.writer.data({ stream: id, endStream: false }, Uint8Array.of(0x81, 1, 0x78, 0x88, 0), 0, 5);
          talk.say();
        };
      },
    });
    await using client = openClient({ protocol: "h2" });
    const socket = await client.websocket(origin.url, { closeMs: 50 }).opened;
    await text(client, origin.url);
    expect(origin.accepted).toHaveLength(2);
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    const messages: unknown[] = [];
    socket.addEventListener("message", ({ data }) => messages.push(data));
    say?.();
    await until(() => messages.length === 1);
    expect(await closed).toMatchObject({ code: 1_005, wasClean: true });
    await until(() => origin.open() === 1);
  });

  test("a connection that is lost ends all that it carried", async () => {
    await using origin = await openSite();
    await using client = openClient({ protocol: "h2" });
    const sockets = [await client.websocket(origin.url).opened, await client.websocket(origin.url).opened];
    origin.accepted[0]?.destroy();
    for (const socket of sockets)
      await expect(socket[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "websocket-cut" });
  });
});

describe("the stream's window", () => {
  test("is shut while nobody takes messages, and holds up no other request", async () => {
    let peer: Peer | undefined;
    await using origin = await openSite({
      onPeer: (one) => {
        peer = one;
        for (let at = 0; at < 1_000; at++) one.send(new Uint8Array(16_384).fill(at));
      },
    });
    await using client = openClient({ protocol: "h2" });
    const socket = await client.websocket(origin.url).opened;
    socket.binaryType = "arraybuffer";
    let count = 0;
    for await (const message of socket) {
      if (count === 0) {
        for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
        expect(peer?.bufferedAmount).toBeGreaterThan(1_000_000);
        expect(await text(client, `${origin.url}/b`)).toBe("/b");
      }
      expect(new Uint8Array(message as ArrayBuffer)[0]).toBe(count % 256);
      if (++count === 1_000) break;
    }
    expect(count).toBe(1_000);
  });

  test("holds back what the server does not take, up to the bound of what may wait", async () => {
    let stream: ServerHttp2Stream | undefined;
    await using origin = await openSite({
      onConnect: (one) => {
        stream = one;
        one.respond({ ":status": 200 });
      },
    });
    await using client = openClient({ protocol: "h2" });
    const socket = await client.websocket(origin.url).opened;
    const part = new Uint8Array(8 * 1_048_576);
    expect(() => {
      for (let at = 0; at < 10; at++) socket.send(part);
    }).toThrow(expect.objectContaining({ code: "send-buffer-full" }));
    expect(socket.bufferedAmount).toBe(2 * part.length);
    expect(await text(client, `${origin.url}/b`)).toBe("/b");
    let received = 0;
    stream?.on("data", ({ length }: Buffer) => (received += length));
    await socket.drained();
    await until(() => received === 2 * (part.length + 14));
    client.destroy();
  });
});
