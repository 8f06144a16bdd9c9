/** WebSocket, a client's side: against the ws library, and against frames that no honest server sends. */
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import * as mongoose from "../../src/mongoose/index.ts";
import { openHttp, openOrigin, type Origin } from "../client/origin.ts";
import { caFile, course, type Course, type Watch } from "./stage.ts";

const { MG_EV_WEBSOCKET_CONTROL_FRAME, MG_EV_WEBSOCKET_FRAME, MG_EV_WEBSOCKET_HANDSHAKE_DONE } = mongoose;
const { WEBSOCKET_OP_BINARY, WEBSOCKET_OP_CLOSE, WEBSOCKET_OP_PING, WEBSOCKET_OP_TEXT, WEBSOCKET_DONT_FIN } =
  mongoose;

/** A server by the ws library, over TLS. */
async function openServer(onSocket: (socket: WebSocket) => void, protocols = ["echo"]): Promise<Origin> {
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((name) => offered.has(name)) ?? false,
  });
  const origin = await openHttp((_request, response) => void response.writeHead(404).end("no such place"));
  // The origin hands its connections to an HTTP server of its own; the upgrade is this one's.
  origin.server.removeAllListeners("secureConnection");
  const { createServer } = await import("node:http");
  const http = createServer((_request, response) => void response.writeHead(404).end("no such place"));
  http.on("upgrade", (request, socket, head) => {
    if (request.url === "/nowhere")
      return void socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n");
    server.handleUpgrade(request, socket, head, onSocket);
  });
  origin.server.on("secureConnection", (socket: Socket) => http.emit("connection", socket));
  return origin;
}

const echo = await openServer((socket) => {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
});
afterAll(() => echo.close());

function wsUrl({ port }: Origin, path = "/"): string {
  return `wss://localhost:${port}${path}`;
}

function opened(
  url: string,
  watch: Watch,
  { opts = {}, protocol = null }: { opts?: mongoose.mg_connect_opts; protocol?: string | null } = {},
): Promise<Course> {
  return course(
    (handler, told) =>
      mongoose.mg_connect_ws_opt(
        mongoose.mgos_get_mgr(),
        handler,
        told,
        { ssl_ca_cert: caFile, ...opts },
        url,
        protocol,
        null,
      ),
    watch,
  );
}

/** Sends these, and closes when as many have come back. */
function echoed(messages: readonly (readonly [op: number, data: string | Uint8Array])[]): Promise<string[]> {
  const back: string[] = [];
  return opened(wsUrl(echo), (c, ev, ev_data, _user) => {
    if (ev === MG_EV_WEBSOCKET_HANDSHAKE_DONE)
      for (const [op, data] of messages) mongoose.mg_send_websocket_frame(c, op, data);
    if (ev !== MG_EV_WEBSOCKET_FRAME) return;
    back.push(Buffer.from(ev_data.data).toString("base64"));
    if (back.length === messages.length) mongoose.mg_send_websocket_frame(c, WEBSOCKET_OP_CLOSE);
  }).then(({ connection }) => {
    expect(connection.error).toBeUndefined();
    return back;
  });
}

describe("against the ws library", () => {
  it("the order is CONNECT, SEND, RECV, HANDSHAKE_DONE, frames, CLOSE", async () => {
    const { order, told } = await opened(wsUrl(echo), (c, ev, _data, _user) => {
      if (ev === MG_EV_WEBSOCKET_HANDSHAKE_DONE)
        mongoose.mg_send_websocket_frame(c, WEBSOCKET_OP_TEXT, "hello");
      if (ev === MG_EV_WEBSOCKET_FRAME) c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
    });
    expect(order.filter((name) => name !== "SEND" && name !== "RECV")).toEqual([
      "CONNECT",
      "WEBSOCKET_HANDSHAKE_DONE",
      "WEBSOCKET_FRAME",
      "CLOSE",
    ]);
    expect(order.slice(0, 3)).toEqual(["CONNECT", "SEND", "RECV"]);
    expect(told.find(({ name }) => name === "WEBSOCKET_HANDSHAKE_DONE")?.data).toEqual({
      status: 101,
      body: "",
    });
    expect(told.at(-2)?.data).toEqual({ flags: 0x81, data: "hello" });
  });

  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 300_000])(
    "a message of %i bytes comes back as it was",
    async (length) => {
      const data = Buffer.alloc(length, "x");
      expect(await echoed([[WEBSOCKET_OP_BINARY, data]])).toEqual([data.toString("base64")]);
    },
  );

  it("whatever is sent comes back, in its order", async () => {
    const bytes = fc.uint8Array({ maxLength: 2_000 });
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 10 }), async (messages) => {
        const back = await echoed(messages.map((data) => [WEBSOCKET_OP_BINARY, data]));
        expect(back).toEqual(messages.map((data) => Buffer.from(data).toString("base64")));
      }),
      { numRuns: 15 },
    );
  });

  it("fragments that are sent are one message there", async () => {
    expect(
      await opened(wsUrl(echo), (c, ev, ev_data, _user) => {
        if (ev === MG_EV_WEBSOCKET_HANDSHAKE_DONE) {
          mongoose.mg_send_websocket_frame(c, WEBSOCKET_OP_TEXT | WEBSOCKET_DONT_FIN, "one ");
          mongoose.mg_send_websocket_frame(c, WEBSOCKET_OP_PING, "between");
          mongoose.mg_printf_websocket_frame(c, mongoose.WEBSOCKET_OP_CONTINUE, "%s %d", "two", 3);
        }
        if (ev === MG_EV_WEBSOCKET_FRAME && ev_data.size > 0)
          mongoose.mg_send_websocket_frame(c, WEBSOCKET_OP_CLOSE);
      }).then(({ told }) =>
        told
          .filter(({ name }) => name.startsWith("WEBSOCKET_") && !name.endsWith("DONE"))
          .map(({ data }) => data),
      ),
    ).toEqual([
      { flags: 0x8a, data: "between" },
      { flags: 0x81, data: "one two 3" },
    ]);
  });

  it("a ping is answered and told, and so is a Close, after which the connection ends", async () => {
    const ponged: string[] = [];
    await using server = await openServer((socket) => {
      socket.on("pong", (data) => {
        ponged.push(data.toString());
        socket.close(4000, "enough");
      });
      socket.ping("are you there");
    });
    const { told, connection, order } = await opened(wsUrl(server), () => {});
    expect(ponged).toEqual(["are you there"]);
    expect(told.filter(({ name }) => name === "WEBSOCKET_CONTROL_FRAME").map(({ data }) => data)).toEqual([
      { flags: 0x89, data: "are you there" },
      { flags: 0x88, data: "\u000F\uFFFDenough" },
    ]);
    expect(order.at(-1)).toBe("CLOSE");
    expect(connection.error).toBeUndefined();
  });

  it("a subprotocol is offered, and the server's choice is in the reply", async () => {
    let chosen: unknown;
    await opened(
      wsUrl(echo),
      (c, ev, ev_data, _user) => {
        if (ev !== MG_EV_WEBSOCKET_HANDSHAKE_DONE) return;
        chosen = mongoose.mg_get_http_header(ev_data, "sec-websocket-protocol");
        c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
      },
      { protocol: "chat, echo" },
    );
    expect(String(chosen)).toBe("echo");
  });

  it("a refusal is HANDSHAKE_DONE with its status, and no error", async () => {
    const { told, connection } = await opened(wsUrl(echo, "/nowhere"), () => {});
    expect(told.find(({ name }) => name === "WEBSOCKET_HANDSHAKE_DONE")?.data).toEqual({
      status: 404,
      body: "no\n",
    });
    expect(connection.error).toBeUndefined();
  });

  it("the certificate is verified before anything is said", async () => {
    const { order, connection } = await opened(wsUrl(echo), () => {}, { opts: { ssl_ca_cert: null } });
    expect(order).toEqual(["CONNECT", "CLOSE"]);
    expect(connection.error?.stage).toBe("trust");
  });
});

/** A server that answers the handshake, and then sends these bytes. */
async function speaking(
  bytes: Uint8Array,
  { head = "", accept = (key: string) => key, end = false } = {},
): Promise<Origin> {
  return openOrigin((socket) => {
    socket.once("data", (data: Buffer) => {
      const key = /^sec-websocket-key: (.*)\r$/im.exec(data.toString("latin1"))?.[1] ?? "";
      const proof = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept(proof)}\r\n${head}\r\n`,
      );
      socket.write(bytes);
      if (end) socket.end();
    });
  });
}

const frame = (first: number, payload: string | Uint8Array, second?: readonly number[]): Uint8Array =>
  Buffer.concat([Uint8Array.of(first, ...(second ?? [payload.length])), Buffer.from(payload as string)]);

describe("a handshake is refused", () => {
  it.each([
    ["whose Sec-WebSocket-Accept answers another key", { accept: () => "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" }],
    ["that names an extension nobody offered", { head: "Sec-WebSocket-Extensions: permessage-deflate\r\n" }],
    ["that names a subprotocol nobody offered", { head: "Sec-WebSocket-Protocol: chat\r\n" }],
    ["with two answers", { head: "Sec-WebSocket-Accept: x\r\n" }],
  ])("%s", async (_what, answer) => {
    await using server = await speaking(new Uint8Array(0), answer);
    const { order, connection } = await opened(wsUrl(server), () => {});
    expect(connection.error?.code).toBe("websocket-refused");
    expect(order).not.toContain("WEBSOCKET_HANDSHAKE_DONE");
  });
});

describe("a frame is refused", () => {
  it.each([
    ["with a reserved bit", frame(0xc1, "a"), 1002],
    ["with an opcode that means nothing", frame(0x83, "a"), 1002],
    ["that is masked", frame(0x81, "", [0x80, 1, 2, 3, 4]), 1002],
    ["whose length is not the shortest, of two bytes", frame(0x81, "a", [126, 0, 1]), 1002],
    ["whose length is not the shortest, of eight", frame(0x81, "a", [127, 0, 0, 0, 0, 0, 0, 0, 1]), 1002],
    ["that controls, in fragments", frame(0x09, "a"), 1002],
    ["that controls, and is long", frame(0x89, "a".repeat(126), [126, 0, 126]), 1002],
    ["that continues nothing", frame(0x80, "a"), 1002],
    ["that begins inside another message", Buffer.concat([frame(0x01, "a"), frame(0x81, "b")]), 1002],
    ["whose text is not UTF-8", frame(0x81, Uint8Array.of(0xff)), 1007],
    ["whose text ends inside a character", frame(0x81, Uint8Array.of(0xc3)), 1007],
    ["whose Close has half a code", frame(0x88, "a"), 1002],
    ["whose Close has a code that is never sent", frame(0x88, Uint8Array.of(0x03, 0xed)), 1002],
    ["whose Close has a reason that is not UTF-8", frame(0x88, Uint8Array.of(0x03, 0xe8, 0xff)), 1007],
  ])("%s", async (_what, bytes, closeCode) => {
    await using server = await speaking(bytes);
    const { connection, order } = await opened(wsUrl(server), () => {});
    expect(connection.error).toMatchObject({ code: "websocket-malformed", detail: { closeCode } });
    expect(order.at(-1)).toBe("CLOSE");
  });

  it.each([
    ["just under the limit is taken", 1000, undefined],
    ["just over it is an error", 1001, "websocket-too-large"],
  ])("that is long: %s", async (_what, length, code) => {
    const data = "x".repeat(length);
    await using server = await speaking(
      Buffer.concat([frame(0x82, data, [126, length >> 8, length & 0xff]), frame(0x88, "")]),
    );
    const { connection } = await opened(
      wsUrl(server),
      (c, _ev, _data, _user) => void (c.recv_mbuf_limit = 1000),
    );
    expect(connection.error?.code).toBe(code);
  });

  it("that is long in fragments, too", async () => {
    const fragments = [
      frame(0x02, "x".repeat(100)),
      ...Array.from({ length: 20 }, () => frame(0x00, "x".repeat(100))),
    ];
    await using server = await speaking(Buffer.concat(fragments));
    const { connection } = await opened(
      wsUrl(server),
      (c, _ev, _data, _user) => void (c.recv_mbuf_limit = 1000),
    );
    expect(connection.error).toMatchObject({ code: "websocket-too-large", detail: { value: 1000 } });
  });
});

describe("messages", () => {
  it("come as the fragments they were sent in, under MG_F_WEBSOCKET_NO_DEFRAG", async () => {
    const bytes = Buffer.concat([frame(0x01, "ab"), frame(0x89, "?"), frame(0x80, "c"), frame(0x88, "")]);
    await using server = await speaking(bytes);
    const { told } = await opened(wsUrl(server), () => {}, {
      opts: { flags: mongoose.MG_F_WEBSOCKET_NO_DEFRAG },
    });
    const frames = told.flatMap(({ name, data }) => (name.endsWith("FRAME") ? [data] : []));
    expect(frames).toEqual([
      { flags: 0x01, data: "ab" },
      { flags: 0x89, data: "?" },
      { flags: 0x80, data: "c" },
      { flags: 0x88, data: "" },
    ]);
  });

  it("may hold a character that spans fragments", async () => {
    const bytes = Buffer.concat([
      frame(0x01, Uint8Array.of(0xc3)),
      frame(0x80, Uint8Array.of(0xa9)),
      frame(0x88, ""),
    ]);
    await using server = await speaking(bytes);
    const { told, connection } = await opened(wsUrl(server), () => {});
    expect(connection.error).toBeUndefined();
    expect(told.find(({ name }) => name === "WEBSOCKET_FRAME")?.data).toEqual({ flags: 0x81, data: "é" });
  });

  it("that end without a Close are an error", async () => {
    await using server = await speaking(frame(0x81, "a"), { end: true });
    const { connection } = await opened(wsUrl(server), () => {});
    expect(connection.error?.code).toBe("websocket-cut");
  });

  it("never make the reader throw, whatever comes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        await using server = await speaking(bytes, { end: true });
        const { order } = await opened(wsUrl(server), () => {});
        expect(order.at(-1)).toBe("CLOSE");
      }),
      { numRuns: 40 },
    );
  });

  it("are told by a control frame's flags what they are", async () => {
    await using server = await speaking(frame(0x88, Uint8Array.of(0x03, 0xe8)));
    const ops: number[] = [];
    await opened(wsUrl(server), (_c, ev, ev_data, _user) => {
      if (ev === MG_EV_WEBSOCKET_CONTROL_FRAME) ops.push(ev_data.flags & 0x0f);
    });
    expect(ops).toEqual([WEBSOCKET_OP_CLOSE]);
  });
});
