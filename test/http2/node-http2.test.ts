/** Header blocks and frames against another implementation on both sides of one connection: node:http2's (nghttp2). */
import { EventEmitter, once } from "node:events";
import {
  createServer,
  sensitiveHeaders,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
  type Settings,
} from "node:http2";
import { connect, type AddressInfo, type Socket } from "node:net";
import { expect, test } from "vitest";
import {
  eachSetting,
  FrameReader,
  frameFlags,
  FrameWriter,
  HpackDecoder,
  HpackEncoder,
  OctetWriter,
  settingIds,
  type FieldSpace,
  type FieldToEncode,
  type FrameHeader,
} from "../../src/http2/index.ts";
import { decodeLatin1 } from "../../src/net/index.ts";
import { SilentSink } from "./silent-sink.ts";
import { usualFrameBytes } from "./frame-transcript.ts";

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

interface Answer {
  readonly lines: string[];
  body: string;
}

/** As much of a client as it takes to see that the other side understands, and is understood. */
class Exchanger extends SilentSink {
  readonly #socket: Socket;
  readonly #writer = new FrameWriter();
  readonly #encoder = new HpackEncoder();
  readonly #decoder = new HpackDecoder({ decodeLatin1, maxTableBytes: 4_096 });
  readonly #reader = new FrameReader(usualFrameBytes);
  readonly #block = new OctetWriter();
  readonly #fragments = new OctetWriter();
  readonly #events = new EventEmitter();
  #answer: Answer = { lines: [], body: "" };
  #stream = -1;
  /** Octets of the last block that was sent. */
  blockBytes = 0;
  continuations = 0;

  constructor(socket: Socket) {
    super();
    this.#socket = socket.setNoDelay();
    this.#writer.raw(preface);
    this.#writer.settings([[settingIds.enablePush, 0]]);
    this.#flush();
    socket.on("data", (chunk: Buffer) => {
      const fault = this.#reader.push(chunk, 0, chunk.length, this);
      if (fault !== undefined) socket.destroy(new Error(fault.rule));
      this.#flush();
    });
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server hung up")));
  }

  /** Resolves when the server's settings have come and are answered. */
  async settled(): Promise<void> {
    await once(this.#events, "settings");
  }

  async ask(fields: readonly FieldToEncode[]): Promise<Answer> {
    this.#stream += 2;
    this.#answer = { lines: [], body: "" };
    this.#block.clear();
    this.#encoder.encode(fields, this.#block);
    this.blockBytes = this.#block.length;
    const target = { stream: this.#stream, endStream: true, maxFrameBytes: usualFrameBytes };
    this.#writer.headers(target, this.#block);
    this.#flush();
    await once(this.#events, "answer");
    return this.#answer;
  }

  /** Who waits is told. */
  #fail(error: Error): void {
    if (this.#events.listenerCount("error") > 0) this.#events.emit("error", error);
  }

  #flush(): void {
    const bytes = this.#writer.take();
    if (bytes !== undefined) this.#socket.write(bytes);
  }

  override onSettings(bytes: Uint8Array, start: number, end: number): void {
    eachSetting(bytes, start, end, (id, value) => {
      if (id === settingIds.headerTableSize) this.#encoder.setMaxTableBytes(value);
    });
    this.#writer.settingsAck();
    this.#events.emit("settings");
  }

  override onHeaders(frame: FrameHeader, bytes: Uint8Array, start: number, end: number): void {
    this.#fragments.clear();
    this.#take(frame, bytes.subarray(start, end));
  }

  override onContinuation(frame: FrameHeader, bytes: Uint8Array, start: number, end: number): void {
    this.continuations++;
    this.#take(frame, bytes.subarray(start, end));
  }

  #take({ flags }: FrameHeader, fragment: Uint8Array): void {
    this.#fragments.append(fragment, 0, fragment.length);
    if ((flags & frameFlags.endHeaders) === 0) return;
    const into: FieldSpace = { fields: [], bytes: 1e6, count: 1e4 };
    const outcome = this.#decoder.decode(this.#fragments.bytes, 0, this.#fragments.length, into);
    if (outcome !== "decoded") this.#socket.destroy(new Error(JSON.stringify(outcome)));
    this.#answer.lines.push(
      ...into.fields.map(({ name, value, sensitive }) => `${sensitive ? "!" : ""}${name}: ${value}`),
    );
  }

  override onData(_stream: number, bytes: Uint8Array, start: number, end: number): void {
    this.#answer.body += Buffer.from(bytes.subarray(start, end)).toString("latin1");
  }

  override onDataEnd(stream: number, flowBytes: number, _contentBytes: number, endStream: boolean): void {
    if (flowBytes > 0) {
      this.#writer.windowUpdate(0, flowBytes);
      if (!endStream) this.#writer.windowUpdate(stream, flowBytes);
    }
    if (endStream) this.#events.emit("answer");
  }
}

/** Answers with the fields that it understood. */
async function openServer(settings: Settings): Promise<Http2Server> {
  const server = createServer({ settings, maxHeaderListPairs: 2_000 });
  server.on(
    "stream",
    (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
      stream.respond({
        ":status": 200,
        "content-type": "application/json",
        "x-long": "a long value.".repeat(Number(headers["x-long"] ?? 1)),
        "x-secret": "secret",
        "set-cookie": ["a=1", "b=2"],
        [sensitiveHeaders]: ["x-secret"],
      });
      stream.end(JSON.stringify(raw));
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const request: readonly FieldToEncode[] = [
  [":method", "GET"],
  [":scheme", "http"],
  [":authority", "localhost"],
  [":path", "/a?b=c"],
  ["user-agent", "meerkat/0.1.0"],
  ["accept", "*/*"],
  ["accept-encoding", "gzip, deflate, br"],
  ["authorization", "Bearer mF_9.B5f-4.1JqM"],
  ["x-octets", "~{|}\xe9\xff"],
];

const settings: readonly (readonly [table: string, settings: Settings])[] = [
  ["of the usual size", {}],
  ["without room", { headerTableSize: 0 }],
  ["with room for two fields", { headerTableSize: 120 }],
  ["that is larger than ours becomes", { headerTableSize: 65_536 }],
];

function answerOf(long: number): readonly string[] {
  return [
    ":status: 200",
    "content-type: application/json",
    `x-long: ${"a long value.".repeat(long)}`,
    "!x-secret: secret",
    "set-cookie: a=1",
    "set-cookie: b=2",
  ];
}

async function exchange(given: Settings, use: (exchanger: Exchanger) => Promise<void>): Promise<void> {
  const server = await openServer(given);
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  try {
    const exchanger = new Exchanger(socket);
    await exchanger.settled();
    await use(exchanger);
  } finally {
    socket.destroy();
    server.close();
  }
}

async function expectUnderstood(
  exchanger: Exchanger,
  fields: readonly FieldToEncode[],
  long = 1,
): Promise<void> {
  const { lines, body } = await exchanger.ask(fields);
  expect(JSON.parse(Buffer.from(body, "latin1").toString("utf8"))).toEqual(fields.flat());
  expect(lines.filter((line) => !line.startsWith("date: "))).toEqual(answerOf(long));
}

test.each(settings)("both sides understand each other, with a table %s", async (_table, given) => {
  await exchange(given, async (exchanger) => {
    for (let round = 0; round < 60; round++) {
      await expectUnderstood(
        exchanger,
        round % 3 === 0 ? request : [...request, ["x-round", `round ${round}`]],
      );
    }
  });
});

test("blocks that are longer than a frame go on in CONTINUATION, both ways", async () => {
  await exchange({}, async (exchanger) => {
    for (let round = 0; round < 3; round++) {
      await expectUnderstood(
        exchanger,
        [...request, ["x-long", "2000"], ["x-much", "~".repeat(20_000)]],
        2_000,
      );
      expect(exchanger.blockBytes).toBeGreaterThan(usualFrameBytes);
      expect(exchanger.continuations).toBeGreaterThan(round);
    }
  });
});
