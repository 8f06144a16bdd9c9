/** Flow control in both directions (RFC 9113 §5.2, §6.9), and the budgets of frames that bring nothing (§10.5). */
import { expect, test } from "vitest";
import {
  ACK,
  block,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  goaway,
  headers,
  octets,
  reset,
  settings,
  types,
  uint32,
  windowUpdate,
} from "../../../test/http2/frames.ts";
import { Harness } from "../../../test/http2/harness.ts";
import { errorCodes } from "../error-codes.ts";
import { floodAllowances, http2Limits } from "../limits.ts";
import { bandwidthPing, livenessPing } from "./pings.ts";

const ok = block([":status", "200"]);
/** A full frame for stream 1. */
const piece = data(1, "x".repeat(16_384));
const pieceBytes = 16_384;
const windowBytes = http2Limits.streamWindowBytes.value;

/** The same for another stream. */
function pieceFor(stream: number): Uint8Array {
  const bytes = piece.slice();
  new DataView(bytes.buffer).setUint32(5, stream);
  return bytes;
}

function sumOf(
  frames: readonly { type: string; stream: number; payload: Uint8Array }[],
  stream: number,
): number {
  return frames
    .filter(({ type, stream: id }) => type === "WINDOW_UPDATE" && id === stream)
    .reduce((sum, { payload }) => sum + new DataView(payload.buffer).getUint32(0), 0);
}

test("what is read is given back by halves of the window, of the stream and of the connection", () => {
  const harness = Harness.open();
  harness.request();
  harness.receive(headers(1, ok));
  harness.sent();
  let given = 0;
  for (let bytes = 0; bytes < 4 * windowBytes; bytes += pieceBytes) {
    harness.receive(piece);
    given += sumOf(harness.sent(), 1);
  }
  expect(given).toBeGreaterThanOrEqual(3 * windowBytes);
  expect(given % (windowBytes / 2)).toBe(0);
});

test("a body that nobody reads gets no more than its window, and holds up no other", () => {
  const harness = Harness.open();
  const unread = harness.request();
  unread.sink.hasRoom = false;
  harness.receive(headers(1, ok));
  for (let bytes = 0; bytes < windowBytes; bytes += pieceBytes) harness.receive(piece);
  const sent = harness.sent();
  expect(sumOf(sent, 1)).toBe(0);
  expect(sumOf(sent, 0)).toBeGreaterThan(0);
  const other = harness.request();
  harness.receive(headers(3, ok), data(3, "other", END_STREAM));
  expect(other.sink.events.at(-1)).toBe("complete");
  // Its reader reads on, and it goes on.
  unread.sink.hasRoom = true;
  harness.connection.resume(unread.stream);
  expect(sumOf(harness.sent(), 1)).toBe(windowBytes);
  harness.receive(data(1, "end", END_STREAM));
  expect(unread.sink.completion).toMatchObject({ bodyBytes: windowBytes + 3 });
});

test("where too much lies unread in all, the connection gives nothing back until it is read", () => {
  const harness = Harness.open();
  const requests = Array.from({ length: 200 }, () => harness.request());
  harness.sent();
  let given = 2 * windowBytes;
  let taken = 0;
  for (const { stream, sink } of requests) {
    sink.hasRoom = false;
    harness.receive(headers(stream.id, ok));
    for (let bytes = 0; bytes < windowBytes && taken + pieceBytes <= given; bytes += pieceBytes) {
      harness.receive(pieceFor(stream.id));
      taken += pieceBytes;
      given += sumOf(harness.sent(), 0);
    }
  }
  expect(harness.failure).toBeUndefined();
  expect(taken).toBeLessThan(http2Limits.unreadBytes.value + 3 * windowBytes);
  for (const { stream } of requests) harness.connection.resume(stream);
  expect(sumOf(harness.sent(), 0)).toBeGreaterThan(0);
});

test("more than a stream's window ends the connection, in whatever pieces it comes (§6.9.1)", () => {
  const beyond = data(1, "xy");
  for (const pieces of [[beyond], [beyond.subarray(0, 10), beyond.subarray(10)]]) {
    const harness = Harness.open();
    const { sink } = harness.request();
    sink.hasRoom = false;
    harness.receive(headers(1, ok));
    for (let bytes = 0; bytes < windowBytes; bytes += pieceBytes) harness.receive(piece);
    harness.receive(...pieces);
    expect(harness.failure).toMatchObject({ detail: { errorCode: "FLOW_CONTROL_ERROR", stream: 1 } });
    expect(sink.failure).toBe(harness.failure);
  }
});

test("a reader may say that it has room again while it is given content", () => {
  const harness = Harness.open();
  const { stream, sink } = harness.request();
  sink.hasRoom = false;
  sink.whileGiven = () => harness.connection.resume(stream);
  harness.receive(headers(1, ok));
  harness.sent();
  for (let bytes = 0; bytes < windowBytes / 2; bytes += pieceBytes) harness.receive(piece);
  expect(sumOf(harness.sent(), 1)).toBe(windowBytes / 2);
});

test("windows grow while a round trip fills them, and streams that are open get the room", () => {
  const harness = Harness.open();
  const { stream } = harness.request();
  harness.receive(headers(1, ok));
  harness.sent();
  let grown = 0;
  let pings: Uint8Array[] = [];
  for (let round = 0; round < 40; round++) {
    for (let bytes = 0; bytes < windowBytes / 2; bytes += pieceBytes) harness.receive(piece);
    const answered = pings;
    pings = [];
    // A round trip later.
    harness.receive(...answered);
    for (const { type, flags, payload } of harness.sent()) {
      if (type === "PING" && flags === 0) pings.push(frame(types.PING, ACK, 0, [...payload]));
      if (type !== "SETTINGS" || flags !== 0) continue;
      expect(payload.slice(0, 2)).toEqual(Uint8Array.of(0, 4));
      grown = new DataView(payload.buffer).getUint32(2);
      expect(stream.receiveWindow.size).toBe(grown);
    }
  }
  expect(grown).toBeGreaterThan(windowBytes);
  expect(grown).toBeLessThanOrEqual(http2Limits.largestWindowBytes.value);
});

test("content is sent as far as both windows and the peer's frame size let it", () => {
  const harness = Harness.open([[4, 20_000]]);
  const { stream, sink } = harness.request({ method: "POST", hasBody: true });
  harness.sent();
  const body = new Uint8Array(100_000);
  expect(harness.connection.write(stream, body, true)).toBe(false);
  expect(lengths(harness)).toEqual([16_384, 3_616]);
  expect(harness.connection.shutWindow(stream)).toBe("stream");
  harness.receive(windowUpdate(1, 60_000));
  // 65,535 in all are the connection's.
  expect(lengths(harness).reduce((sum, length) => sum + length, 0)).toBe(45_535);
  expect(harness.connection.shutWindow(stream)).toBe("connection");
  expect(sink.writable).toBe(0);
  harness.receive(windowUpdate(0, 100_000), windowUpdate(1, 100_000));
  const last = harness.sent().filter(({ type }) => type === "DATA");
  expect(last.at(-1)?.flags).toBe(END_STREAM);
  expect(sink.writable).toBe(1);
  expect(stream.sentBytes).toBe(100_000);
  expect(stream.state).toBe("half-closed-local");
});

function lengths(harness: Harness): number[] {
  return harness
    .sent()
    .filter(({ type }) => type === "DATA")
    .map(({ payload }) => payload.length);
}

test("a window that the peer makes smaller may fall below zero, and opens again (§6.9.2)", () => {
  const harness = Harness.open([[4, 10]]);
  const { stream } = harness.request({ method: "POST", hasBody: true });
  harness.sent();
  harness.connection.write(stream, new Uint8Array(30), true);
  harness.receive(settings([4, 0]));
  expect(stream.sendWindow.available).toBe(-10);
  harness.receive(windowUpdate(1, 10));
  expect(lengths(harness)).toEqual([10]);
  harness.receive(settings([4, 25]));
  expect(lengths(harness)).toEqual([20]);
});

test("streams send in turns", () => {
  const harness = Harness.open([[4, 1_000_000]]);
  harness.receive(windowUpdate(0, 1_000_000));
  const first = harness.request({ method: "POST", hasBody: true });
  const second = harness.request({ method: "POST", hasBody: true });
  harness.sent();
  harness.connection.write(first.stream, new Uint8Array(100_000), true);
  harness.connection.write(second.stream, new Uint8Array(100_000), true);
  const order = harness
    .sent()
    .filter(({ type }) => type === "DATA")
    .map(({ stream }) => stream);
  expect(order.slice(4, 10)).toEqual([1, 3, 1, 3, 1, 3]);
});

test("an answer that is whole before the request ends the request (§8.1)", () => {
  const harness = Harness.open();
  const { stream, sink } = harness.request({ method: "POST", hasBody: true });
  harness.connection.write(stream, new Uint8Array(100_000), true);
  harness.sent();
  harness.receive(headers(1, block([":status", "413"]), END_HEADERS | END_STREAM));
  expect(sink.events.at(-1)).toBe("complete");
  expect(harness.sent()).toMatchObject([{ type: "RST_STREAM", stream: 1 }]);
  harness.receive(windowUpdate(0, 100_000), windowUpdate(1, 100_000), reset(1, 0));
  expect(harness.sent()).toEqual([]);
  expect(harness.failure).toBeUndefined();
});

const floods: readonly (readonly [budget: keyof typeof floodAllowances, frame: Uint8Array])[] = [
  ["settings", settings([3, 100])],
  ["ping", frame(types.PING, 0, 0, octets("12345678"))],
  ["ping", frame(types.PING, ACK, 0, [...livenessPing])],
  ["ping", frame(types.PING, ACK, 0, [...bandwidthPing])],
  ["goaway", goaway(3, 0, "going")],
  ["reset", reset(1, 8)],
  ["empty-data", data(3, "")],
  ["priority-and-unknown", frame(types.PRIORITY, 0, 3, [...uint32(0), 1])],
  ["priority-and-unknown", frame(0xc, 0, 0, octets("\0\x05https"))],
  ["window-update", windowUpdate(3, 1)],
];

test.each(floods)(
  "a flood of %s ends the connection, and what an honest server sends does not",
  (budget, sent) => {
    const { burst, perSecond } = floodAllowances[budget];
    const harness = Harness.open();
    const first = harness.request();
    harness.connection.cancel(first.stream, harness.now);
    const { sink } = harness.request();
    harness.receive(headers(3, ok));
    for (let frames = 0; frames < burst; frames++) harness.receive(sent);
    expect(harness.failure).toBeUndefined();
    // A second later there is room for some more.
    harness.now += 1_000;
    for (let frames = 0; frames < perSecond; frames++) harness.receive(sent);
    expect(harness.failure).toBeUndefined();
    harness.receive(sent);
    expect(harness.failure).toMatchObject({ code: "http2-flood", detail: { budget, value: burst } });
    expect(harness.goawayCode()).toBe(errorCodes.ENHANCE_YOUR_CALM);
    expect(sink.failure?.code).toBe("http2-flood");
  },
);

test("header blocks of a stream that was reset are as many as can have been under way", () => {
  const harness = Harness.open();
  harness.connection.cancel(harness.request().stream, harness.now);
  const { sink } = harness.request();
  const { value } = http2Limits.lateBlocks;
  for (let blocks = 0; blocks < value; blocks++) harness.receive(headers(1, ok));
  expect(harness.failure).toBeUndefined();
  harness.receive(headers(1, ok));
  const flood = { code: "http2-flood", detail: { budget: "reset", value, count: value + 1 } };
  expect(harness.failure).toMatchObject(flood);
  expect(sink.failure).toMatchObject(flood);
});

test("what write() took at once is told by what it gives, and not by onWritable as well", () => {
  const harness = Harness.open();
  const { stream, sink } = harness.request({ method: "POST", hasBody: true });
  for (let chunks = 0; chunks < 3; chunks++)
    expect(harness.connection.write(stream, new Uint8Array(10), false)).toBe(true);
  harness.connection.drained();
  expect(sink.writable).toBe(0);
});

test("each DATA frame that is sent may be answered by WINDOW_UPDATE", () => {
  const harness = Harness.open([[4, 0x7fff_ffff]]);
  harness.receive(windowUpdate(0, 0x7fff_0000 - 65_535));
  const { stream } = harness.request({ method: "POST", hasBody: true });
  for (let frames = 0; frames < 2_000; frames++) {
    harness.connection.write(stream, new Uint8Array(1), false);
    harness.sent();
    harness.receive(windowUpdate(0, 1), windowUpdate(0, 1));
  }
  expect(harness.failure).toBeUndefined();
});

test("a header block without end is bounded in frames, octets and time (§10.5.1)", () => {
  const endless = (pieceBytes: number, most: number, afterMs: number): Harness => {
    const harness = Harness.open();
    harness.request();
    harness.receive(headers(1, [], 0));
    for (let frames = 0; frames < most && harness.failure === undefined; frames++) {
      harness.now += afterMs;
      harness.receive(frame(types.CONTINUATION, 0, 1, Array<number>(pieceBytes).fill(0x88)));
    }
    return harness;
  };
  expect(endless(0, 65, 0).failure).toMatchObject({ detail: { budget: "continuation-frames" } });
  expect(endless(16_000, 5, 0).failure).toMatchObject({ detail: { budget: "head-block-bytes" } });
  expect(endless(1, 12, 1_000).failure).toMatchObject({ detail: { budget: "head-block-ms" } });
});

test("who resets many requests is given a new connection, before the server takes it for an attack", () => {
  const harness = Harness.open();
  for (let requests = 0; requests <= floodAllowances["own-resets"].burst; requests++) {
    expect(harness.connection.retired).toBeUndefined();
    harness.connection.cancel(harness.request().stream, harness.now);
  }
  expect(harness.connection.retired).toBe("many-resets");
});

test("however often the client asks by PING, the answers are no flood", () => {
  const harness = Harness.open();
  for (let answers = 0; answers <= floodAllowances.ping.burst; answers++) {
    harness.connection.ping();
    const [ping] = harness.sent();
    harness.receive(frame(types.PING, ACK, 0, [...(ping?.payload ?? [])]));
  }
  expect(harness.failure).toBeUndefined();
});

test("content that is taken away while a window keeps it back ends its stream alone", () => {
  const harness = Harness.open();
  const { stream, sink } = harness.request({ method: "POST", hasBody: true });
  const other = harness.request();
  const bytes = new Uint8Array(100_000);
  expect(harness.connection.write(stream, bytes, true)).toBe(false);
  harness.sent();
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  harness.receive(windowUpdate(0, 100_000), windowUpdate(1, 100_000));
  expect(harness.sent()).toMatchObject([{ type: "RST_STREAM", stream: 1 }]);
  expect(sink.failure?.code).toBe("request-body-failed");
  harness.receive(headers(3, ok, END_HEADERS | END_STREAM));
  expect(other.sink.events.at(-1)).toBe("complete");
});
