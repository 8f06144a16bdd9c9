/** Servers of HTTP/2 for the client's tests: Node's own, and one whose every frame is the test's. */
import {
  createServer,
  type Http2Server,
  type ServerHttp2Stream,
  type IncomingHttpHeaders,
  type Settings,
} from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { FrameWriter, HpackEncoder, OctetWriter } from "../../../src/http2/index.ts";
import { openOrigin, type Origin, type OriginOptions } from "../origin.ts";
import { hearFrames, type Heard } from "./hear-frames.ts";

const byHttp2 = { ALPNProtocols: ["h2", "http/1.1"] };

/** Node's implementation behind this project's listener. */
export async function openHttp2(
  onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
  {
    settings = {},
    tls = byHttp2,
  }: { readonly settings?: Settings; readonly tls?: OriginOptions["tls"] } = {},
): Promise<Origin & { readonly http2: Http2Server }> {
  const http2 = createServer({ settings });
  http2.on("sessionError", () => {});
  http2.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    onStream(stream, headers);
  });
  const origin = await openOrigin((socket) => http2.emit("connection", socket), { tls });
  return Object.assign(origin, { http2 });
}

/** What a script says of one connection. */
export interface Talk {
  readonly socket: Socket;
  readonly writer: FrameWriter;
  /** Writes what the writer holds. */
  say(): void;
  /** A head of an answer, as a block of its own. */
  head(stream: number, status: number, endStream?: boolean): void;
  data(stream: number, text: string, endStream: boolean): void;
}

export interface Script {
  /** At once, behind the server's SETTINGS. */
  readonly onOpen?: (talk: Talk, index: number) => void;
  readonly onRequest?: (talk: Talk, stream: number, index: number) => void;
  readonly onData?: (talk: Talk, stream: number, bytes: number) => void;
  readonly onPing?: (talk: Talk, bytes: Uint8Array, start: number) => void;
  readonly onReset?: (stream: number, code: number) => void;
  readonly onGoaway?: (lastStream: number, code: number) => void;
  readonly settings?: readonly (readonly [id: number, value: number])[];
  /** Whoever chose HTTP/1.1. */
  readonly onHttp1?: (socket: Socket, index: number) => void;
}

/** A server that says what the script says. */
export function openScript(script: Script, tls: OriginOptions["tls"] = byHttp2): Promise<Origin> {
  return openOrigin(
    (socket, index) => {
      const { alpnProtocol } = socket as TLSSocket;
      if (script.onHttp1 !== undefined && alpnProtocol === "http/1.1") script.onHttp1(socket, index);
      else converse(socket, index, script);
    },
    { tls },
  );
}

function converse(socket: Socket, index: number, script: Script): void {
  const writer = new FrameWriter();
  const encoder = new HpackEncoder();
  const talk: Talk = {
    socket,
    writer,
    say: () => {
      const piece = writer.take();
      if (piece !== undefined) socket.write(piece);
    },
    head: (stream, status, endStream = false) => {
      const block = new OctetWriter();
      encoder.encode([[":status", String(status)]], block);
      writer.headers({ stream, endStream, maxFrameBytes: 16_384 }, block);
    },
    data: (stream, text, endStream) => {
      const bytes = new TextEncoder().encode(text);
      writer.data({ stream, endStream }, bytes, 0, bytes.length);
    },
  };
  writer.settings(script.settings ?? []);
  script.onOpen?.(talk, index);
  talk.say();
  const heard: Heard = {
    onData: (stream, _bytes, start, end) => script.onData?.(talk, stream, end - start),
    onHeaders: ({ stream }) => script.onRequest?.(talk, stream, index),
    onReset: (stream, code) => script.onReset?.(stream, code),
    onSettings: () => writer.settingsAck(),
    onPing: (isAck, bytes, start) => {
      if (isAck) return;
      if (script.onPing === undefined) writer.ping(true, bytes, start);
      else script.onPing(talk, bytes, start);
    },
    onGoaway: (lastStream, code) => script.onGoaway?.(lastStream, code),
  };
  hearFrames(socket, heard, () => talk.say());
}
