/** Messages that are compressed (permessage-deflate, RFC 7692): what is agreed, that both sides read each other, and what a server may not do. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { constants, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { WebSocketServer, type PerMessageDeflateOptions, type WebSocket as Peer } from "ws";
import { Client, HttpsError, type WebSocketOptions } from "../../src/index.ts";
import { openOrigin, rootPem, until, whenEmpty, type Origin } from "./origin.ts";
import { openRaw } from "./raw-websocket.ts";

const openClient = (): Client => new Client({ roots: rootPem, environment: {} });

/** A server of the package ws that echoes. */
async function openPeer(
  perMessageDeflate: boolean | PerMessageDeflateOptions,
  onPeer: (peer: Peer) => void = () => {},
): Promise<Origin & { readonly offers: (string | undefined)[]; readonly received: () => number }> {
  const http = createServer();
  const offers: (string | undefined)[] = [];
  let received = 0;
  const server = new WebSocketServer({ noServer: true, perMessageDeflate });
  http.on("upgrade", (request, socket, head) => {
    offers.push(request.headers["sec-websocket-extensions"]);
    socket.on("data", ({ length }: Buffer) => (received += length));
    server.handleUpgrade(request, socket, head, (peer) => {
      onPeer(peer);
      peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary }));
    });
  });
  const origin = await openOrigin((socket) => http.emit("connection", socket));
  return Object.assign(origin, { offers, received: () => received });
}

const agreed = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

/** A frame of a server's. */
function frame(first: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const head = length < 126 ? Buffer.of(first, length) : Buffer.from([first, 127, ...new Uint8Array(8)]);
  if (length >= 126) head.writeBigUInt64BE(BigInt(length), 2);
  if (length >= 126 && length < 65_536)
    return Buffer.concat([Buffer.of(first, 126, length >> 8, length & 255), payload]);
  return Buffer.concat([head, payload]);
}

/** As a sender has it (§7.2.1). */
function compressed(bytes: Uint8Array | string, dictionary?: Buffer): Buffer {
  const options = {
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(dictionary === undefined ? {} : { dictionary }),
  };
  return deflateRawSync(bytes, options).subarray(0, -4);
}

const close = frame(0x88, Buffer.of(0x03, 0xe8));

async function collect(
  origin: Origin,
  options: WebSocketOptions = {},
): Promise<{ readonly messages: readonly unknown[]; readonly error: HttpsError | undefined }> {
  await using client = openClient();
  const socket = client.websocket(origin.url, { perMessageDeflate: true, closeMs: 50, ...options });
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

const sentence = "the same words again and again, and the same words again. ";
const conversation: readonly (string | Uint8Array)[] = [
  "",
  "x",
  sentence,
  sentence,
  sentence.repeat(100),
  randomBytes(5_000),
  sentence,
  randomBytes(70_000),
  Buffer.from(sentence.repeat(5_000)),
  "",
  sentence.repeat(2_000),
  "Grüße",
];

describe("with a server of ws", () => {
  test.each<[string, PerMessageDeflateOptions | boolean, WebSocketOptions["perMessageDeflate"], RegExp]>([
    ["as it is usually", true, true, /^permessage-deflate$/],
    [
      "each message by itself",
      { serverNoContextTakeover: true, clientNoContextTakeover: true },
      true,
      /client_no_context/,
    ],
    [
      "as the client wants it",
      true,
      { clientNoContextTakeover: true, serverNoContextTakeover: true },
      /server_no_context/,
    ],
    [
      "with small windows",
      { clientMaxWindowBits: 9, serverMaxWindowBits: 9 },
      true,
      /client_max_window_bits=9/,
    ],
    [
      "with the smallest windows",
      { clientMaxWindowBits: 8 },
      { serverMaxWindowBits: 9 },
      /client_max_window_bits=8/,
    ],
    [
      "with windows of the client's choice",
      true,
      { clientMaxWindowBits: 10, serverMaxWindowBits: 11 },
      /server_max_window_bits=11/,
    ],
    ["not at all where it declines", false, true, /^$/],
  ])("messages are read by both sides, compressed %s", async (_, server, asked, extensions) => {
    await using origin = await openPeer(server);
    await using client = openClient();
    const socket = await client.websocket(origin.url, { perMessageDeflate: asked ?? true }).opened;
    expect(socket.extensions).toMatch(extensions);
    socket.binaryType = "arraybuffer";
    for (const message of conversation) socket.send(message);
    let at = 0;
    for await (const message of socket) {
      const got = typeof message === "string" ? message : Buffer.from(message as ArrayBuffer);
      const sent = conversation[at];
      expect(typeof got, `message ${at}`).toBe(typeof sent === "string" ? "string" : "object");
      expect(Buffer.compare(Buffer.from(got), Buffer.from(sent ?? "")), `message ${at}`).toBe(0);
      if (++at === conversation.length) break;
    }
    expect(at).toBe(conversation.length);
    await socket[Symbol.asyncDispose]();
  });

  test("what repeats is sent short, across messages, too, and only where it was asked for", async () => {
    await using origin = await openPeer(true);
    await using client = openClient();
    await client.websocket(origin.url).opened;
    const socket = await client.websocket(origin.url, { perMessageDeflate: true }).opened;
    expect(origin.offers).toEqual([undefined, "permessage-deflate; client_max_window_bits"]);
    const before = origin.received();
    const words = randomBytes(1_500).toString("hex");
    for (let at = 0; at < 10; at++) socket.send(words);
    await socket.drained();
    let count = 0;
    for await (const message of socket) {
      expect(message).toBe(words);
      if (++count === 10) break;
    }
    expect(origin.received() - before).toBeLessThan(3_000);
  });

  test("a long message, which is compressed beside the program, keeps its place and what it was", async () => {
    await using origin = await openPeer(true);
    await using client = openClient();
    const socket = await client.websocket(origin.url, { perMessageDeflate: true }).opened;
    socket.binaryType = "arraybuffer";
    const long = Buffer.from(sentence.repeat(20_000));
    socket.send(long);
    socket.send("behind it");
    long.fill(0);
    socket.close(3_000);
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    let texts = 0;
    await using other = await openPeer(true, (peer) => void peer.on("message", () => texts++));
    const second = await client.websocket(other.url, { perMessageDeflate: true }).opened;
    second.binaryType = "arraybuffer";
    const kept = Buffer.from(sentence.repeat(20_000));
    const expected = Buffer.from(kept);
    second.send(kept);
    second.send("behind it");
    kept.fill(0);
    const got: unknown[] = [];
    for await (const message of second) if (got.push(message) === 2) break;
    expect(Buffer.compare(Buffer.from(got[0] as ArrayBuffer), expected)).toBe(0);
    expect(got[1]).toBe("behind it");
    expect(texts).toBe(2);
    expect(await closed).toMatchObject({ code: 3_000, wasClean: true });
  });
});

describe("a server's messages", () => {
  test("refer back to those before, in fragments or not, and not to what was sent as it is", async () => {
    await using origin = await openRaw({
      fields: agreed,
      behind: Buffer.concat([
        frame(0xc1, compressed(sentence)),
        frame(0x81, Buffer.from("as it is")),
        frame(0x41, compressed(sentence, Buffer.from(sentence)).subarray(0, 1)),
        frame(0x89, Buffer.from("in between")),
        frame(0x80, compressed(sentence, Buffer.from(sentence)).subarray(1)),
        close,
      ]),
    });
    expect(await collect(origin)).toEqual({ messages: [sentence, "as it is", sentence], error: undefined });
  });

  test("may end with a last block, and go on behind it (§7.2.3.4, §7.2.3.5)", async () => {
    await using origin = await openRaw({
      fields: agreed,
      behind: Buffer.concat([
        frame(0xc1, Buffer.from("f348cdc9c9070000", "hex")),
        frame(0xc1, Buffer.from("f24805000000ffffcac9c90700", "hex")),
        frame(0xc1, Buffer.concat([deflateRawSync("one "), deflateRawSync("two"), Buffer.of(0)])),
        frame(0xc1, Buffer.of(0)),
        close,
      ]),
    });
    expect(await collect(origin)).toEqual({ messages: ["Hello", "Hello", "one two", ""], error: undefined });
  });

  const bomb = compressed(new Uint8Array(4_000_000));
  const empties = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.of(0x03, 0x00)));
  test.each<[string, string, Buffer, readonly [object, number]]>([
    [
      "a bomb",
      agreed,
      frame(0xc2, bomb),
      [{ code: "websocket-too-large", detail: { value: 1_048_576 } }, 1_009],
    ],
    [
      "octets that cannot be decompressed",
      agreed,
      frame(0xc2, Buffer.of(0xff, 0xff, 0xff)),
      [{ code: "websocket-malformed", detail: { closeCode: 1_007 } }, 1_007],
    ],
    ["last blocks without end", agreed, frame(0xc2, empties), [{ code: "websocket-malformed" }, 1_007]],
    [
      "text that is not UTF-8",
      agreed,
      frame(0xc1, compressed(Buffer.of(0xff))),
      [{ code: "websocket-malformed" }, 1_007],
    ],
    [
      "a continuation that says it is compressed",
      agreed,
      Buffer.concat([frame(0x01, Buffer.from("a")), frame(0xc0, compressed("b"))]),
      [{ code: "websocket-malformed" }, 1_002],
    ],
    [
      "a ping that is compressed",
      agreed,
      frame(0xc9, compressed("b")),
      [{ code: "websocket-malformed" }, 1_002],
    ],
    [
      "another reserved bit beside it",
      agreed,
      frame(0xe1, compressed("b")),
      [{ code: "websocket-malformed" }, 1_002],
    ],
    [
      "a compressed message where nothing was agreed",
      "",
      frame(0xc1, compressed("b")),
      [{ code: "websocket-malformed" }, 1_002],
    ],
    [
      "a reference to a message before, where each is by itself",
      "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n",
      Buffer.concat([
        frame(0xc1, compressed(sentence)),
        frame(0xc1, compressed(sentence, Buffer.from(sentence))),
      ]),
      [{ code: "websocket-malformed" }, 1_007],
    ],
  ])("%s is one error, and the server is told", async (_, extensions, octets, [expected, closeCode]) => {
    await using origin = await openRaw({ fields: extensions, behind: octets });
    const { error } = await collect(origin, { maxMessageBytes: 1_048_576 });
    expect(error).toMatchObject(expected);
    await until(() => origin.said().length >= 8);
    const said = origin.said();
    expect(said.subarray(0, 2)).toEqual(Buffer.of(0x88, 0x82));
    expect(((said[6] ?? 0) ^ (said[2] ?? 0)) * 256 + ((said[7] ?? 0) ^ (said[3] ?? 0))).toBe(closeCode);
    await whenEmpty(origin);
  });

  test("a message of just as much as is taken is taken", async () => {
    await using origin = await openRaw({
      fields: agreed,
      behind: Buffer.concat([
        frame(0xc2, compressed(new Uint8Array(1_000))),
        frame(0xc2, compressed(new Uint8Array(1_001))),
      ]),
    });
    const { messages, error } = await collect(origin, { maxMessageBytes: 1_000 });
    expect(messages.map((message) => (message as ArrayBuffer).byteLength)).toEqual([1_000]);
    expect(error?.code).toBe("websocket-too-large");
  });
});

test.each([
  "permessage-deflate; x",
  "permessage-deflate, permessage-deflate",
  "permessage-deflate; server_max_window_bits=99",
  "x-other",
])("an answer of %s is refused", async (extensions) => {
  await using origin = await openRaw({ fields: `Sec-WebSocket-Extensions: ${extensions}\r\n`, behind: [] });
  const { error } = await collect(origin);
  expect(error).toMatchObject({ code: "websocket-refused", detail: { status: 101 } });
  await whenEmpty(origin);
});

test("options that it does not have are refused by their names", () => {
  const client = openClient();
  for (const perMessageDeflate of [
    "yes",
    { clientMaxWindowBits: 7 },
    { serverMaxWindowBits: 16 },
    { level: 9 },
  ])
    expect(() => client.websocket("wss://a.example", { perMessageDeflate } as never)).toThrow(
      /perMessageDeflate/,
    );
});
