/** What a server may not do on a connection of HTTP/2, rule by rule (RFC 9113): each ends the connection, with the code it prescribes. */
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
  join,
  octets,
  PADDED,
  reset,
  settings,
  types,
  uint32,
  windowUpdate,
} from "../../../test/http2/frames.ts";
import { Harness } from "../../../test/http2/harness.ts";
import { errorCodes, type ErrorName } from "../error-codes.ts";

const ok = block([":status", "200"]);

/** After one request on stream 1, what the server sends, and what it is told. */
const violations: readonly (readonly [what: string, section: string, code: ErrorName, sent: Uint8Array])[] = [
  ["DATA on a stream that nobody opened", "§5.1", "PROTOCOL_ERROR", data(3, "x")],
  ["DATA on stream 0", "§6.1", "PROTOCOL_ERROR", data(0, "x")],
  ["DATA padded beyond its end", "§6.1", "PROTOCOL_ERROR", frame(types.DATA, PADDED, 1, [5, 1])],
  ["HEADERS on a stream that nobody opened", "§5.1.1", "PROTOCOL_ERROR", headers(5, ok)],
  ["HEADERS on an even stream", "§5.1.1", "PROTOCOL_ERROR", headers(2, ok)],
  ["HEADERS on stream 0", "§6.2", "PROTOCOL_ERROR", headers(0, ok)],
  ["RST_STREAM on a stream that nobody opened", "§5.1", "PROTOCOL_ERROR", reset(7, 8)],
  ["RST_STREAM of five octets", "§6.4", "FRAME_SIZE_ERROR", frame(types.RST_STREAM, 0, 1, [0, 0, 0, 8, 0])],
  ["SETTINGS on a stream", "§6.5", "PROTOCOL_ERROR", frame(types.SETTINGS, 0, 1)],
  ["SETTINGS of five octets", "§6.5", "FRAME_SIZE_ERROR", frame(types.SETTINGS, 0, 0, [0, 1, 0, 0, 0])],
  [
    "an acknowledgement with entries",
    "§6.5",
    "FRAME_SIZE_ERROR",
    frame(types.SETTINGS, ACK, 0, [0, 1, 0, 0, 0, 0]),
  ],
  ["SETTINGS_ENABLE_PUSH 1", "§6.5.2", "PROTOCOL_ERROR", settings([2, 1])],
  ["a window of 2^31", "§6.5.2", "FLOW_CONTROL_ERROR", settings([4, 0x8000_0000])],
  ["frames of 16,383 at most", "§6.5.2", "PROTOCOL_ERROR", settings([5, 16_383])],
  ["SETTINGS_ENABLE_CONNECT_PROTOCOL 2", "RFC 8441 §3", "PROTOCOL_ERROR", settings([8, 2])],
  [
    "SETTINGS_ENABLE_CONNECT_PROTOCOL taken back",
    "RFC 8441 §3",
    "PROTOCOL_ERROR",
    join(settings([8, 1]), settings([8, 0])),
  ],
  [
    "PUSH_PROMISE",
    "§6.6, §8.4",
    "PROTOCOL_ERROR",
    frame(types.PUSH_PROMISE, END_HEADERS, 1, [...uint32(2), ...block([":path", "/"])]),
  ],
  ["PING on a stream", "§6.7", "PROTOCOL_ERROR", frame(types.PING, 0, 1, octets("12345678"))],
  ["PING of seven octets", "§6.7", "FRAME_SIZE_ERROR", frame(types.PING, 0, 0, octets("1234567"))],
  ["GOAWAY on a stream", "§6.8", "PROTOCOL_ERROR", frame(types.GOAWAY, 0, 1, [...uint32(0), ...uint32(0)])],
  ["a GOAWAY that names a higher stream", "§6.8", "PROTOCOL_ERROR", join(goaway(1, 0), goaway(3, 0))],
  ["WINDOW_UPDATE of 0 for the connection", "§6.9", "PROTOCOL_ERROR", windowUpdate(0, 0)],
  ["WINDOW_UPDATE past 2^31 - 1", "§6.9.1", "FLOW_CONTROL_ERROR", windowUpdate(0, 0x7fff_ffff)],
  ["WINDOW_UPDATE on a stream that nobody opened", "§5.1", "PROTOCOL_ERROR", windowUpdate(3, 1)],
  [
    "a window that grows past 2^31 - 1 with SETTINGS",
    "§6.9.1, §6.9.2",
    "FLOW_CONTROL_ERROR",
    join(windowUpdate(1, 0x7fff_ffff - 65_535), settings([4, 65_536])),
  ],
  ["CONTINUATION behind nothing", "§6.10", "PROTOCOL_ERROR", frame(types.CONTINUATION, END_HEADERS, 1, ok)],
  [
    "a frame between HEADERS and CONTINUATION",
    "§6.10",
    "PROTOCOL_ERROR",
    join(headers(1, ok, 0), frame(types.PING, 0, 0, octets("12345678"))),
  ],
  [
    "a frame of an unknown type between HEADERS and CONTINUATION",
    "§6.10",
    "PROTOCOL_ERROR",
    join(headers(1, ok, 0), frame(0xfa, 0, 1, [1, 2])),
  ],
  [
    "CONTINUATION of another stream",
    "§6.10",
    "PROTOCOL_ERROR",
    join(headers(1, ok, 0), frame(types.CONTINUATION, END_HEADERS, 3, [])),
  ],
  ["an index that no table has", "RFC 7541 §2.3.3", "COMPRESSION_ERROR", headers(1, [0x80 | 70])],
  ["a frame longer than we take", "§4.2", "FRAME_SIZE_ERROR", data(1, "x".repeat(16_385))],
  [
    "DATA behind END_STREAM",
    "§5.1",
    "STREAM_CLOSED",
    join(headers(1, ok, END_HEADERS | END_STREAM), data(1, "x")),
  ],
  [
    "HEADERS behind END_STREAM",
    "§5.1",
    "STREAM_CLOSED",
    join(headers(1, ok, END_HEADERS | END_STREAM), headers(1, ok)),
  ],
];

test.each(violations)("%s ends the connection (%s): %s", (_what, section, code, sent) => {
  for (const pieceBytes of [sent.length, 1]) {
    const harness = Harness.open();
    const { sink } = harness.request();
    harness.sent();
    for (let at = 0; at < sent.length; at += pieceBytes) harness.receive(sent.subarray(at, at + pieceBytes));
    expect(harness.goawayCode()).toBe(errorCodes[code]);
    expect(harness.failure).toMatchObject({ code: "http2-protocol-broken", detail: { errorCode: code } });
    expect(harness.failure).toMatchObject({
      detail: { section: expect.stringContaining(section) as string },
    });
    expect(harness.connection.retired).toBeDefined();
    if (sink.completion === undefined) expect(sink.failure).toBe(harness.failure);
    // Nothing more is read, or said.
    harness.receive(frame(types.PING, 0, 0, octets("12345678")));
    expect(harness.sent()).toEqual([]);
  }
});

test("the first thing that is sent is the preface, SETTINGS without pushes, and the connection's window (§3.4)", () => {
  const harness = new Harness();
  expect(harness.takePreface()).toBe("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  const [first, second, ...others] = harness.sent();
  expect(first).toMatchObject({ type: "SETTINGS", flags: 0, stream: 0 });
  expect([...(first?.payload ?? [])].slice(0, 6)).toEqual([0, 2, 0, 0, 0, 0]);
  expect(second).toMatchObject({ type: "WINDOW_UPDATE", stream: 0 });
  expect(others).toEqual([]);
});

test("a first frame that is not SETTINGS ends the connection (§3.4)", () => {
  const harness = new Harness();
  harness.takePreface();
  harness.receive(frame(types.PING, 0, 0, octets("12345678")));
  expect(harness.failure).toMatchObject({ code: "http2-protocol-broken", detail: { frame: "PING" } });
});

test.each([
  ["HTTP/1", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"],
  ["SSH", "SSH-2.0-OpenSSH_9.2\r\n"],
  ["HTML", "<html><head><title>400</title></head></html>"],
])("a server that speaks %s after it chose h2 is told apart", (speaks, text) => {
  for (const pieceBytes of [text.length, 1]) {
    const harness = new Harness();
    harness.takePreface();
    const { sink } = harness.request();
    for (let at = 0; at < text.length; at += pieceBytes)
      harness.receive(Uint8Array.from(octets(text.slice(at, at + pieceBytes))));
    harness.connection.end("fin");
    expect(sink.failure).toMatchObject({ code: "http2-not-spoken", detail: { speaks } });
  }
});

test("SETTINGS are acknowledged, and so is PING, with its octets (§6.5.3, §6.7)", () => {
  const harness = Harness.open();
  harness.receive(settings([3, 7]), frame(types.PING, 0, 0, octets("12345678")));
  const [settingsAck, pong] = harness.sent();
  expect(settingsAck).toMatchObject({ type: "SETTINGS", flags: ACK });
  expect(pong).toMatchObject({ type: "PING", flags: ACK, payload: Uint8Array.from(octets("12345678")) });
  expect(harness.connection.capacity).toBe(7);
});

test("the peer's limit of streams holds at once, and streams that end make room", () => {
  const harness = Harness.open([[3, 2]]);
  harness.request();
  harness.request();
  expect(harness.connection.capacity).toBe(0);
  harness.receive(headers(1, ok, END_HEADERS | END_STREAM));
  expect(harness.connection.capacity).toBe(1);
  harness.receive(settings([3, 0]));
  expect(harness.connection.capacity).toBe(0);
});

test("GOAWAY ends the requests behind the last stream unprocessed, and lets the others finish (§6.8)", () => {
  const harness = Harness.open();
  const first = harness.request();
  const second = harness.request();
  harness.receive(goaway(1, 0, "shutting down"));
  expect(harness.events).toEqual(["retired goaway"]);
  expect(harness.connection.capacity).toBe(0);
  expect(second.sink.failure).toEqual({
    code: "http2-goaway",
    detail: { errorCode: "NO_ERROR", lastStream: 1, debug: "shutting down", isProcessed: false },
  });
  expect(second.sink.isUnprocessed).toBe(true);
  harness.receive(headers(1, ok), data(1, "whole", END_STREAM));
  expect(first.sink.events.at(-1)).toBe("complete");
});

test("what an earlier GOAWAY blamed is said where the last one blames nothing", () => {
  const harness = Harness.open();
  const { sink } = harness.request();
  harness.receive(goaway(1, 11, "calm"), goaway(1, 0));
  harness.connection.end("fin");
  expect(sink.failure).toEqual({
    code: "http2-goaway",
    detail: { errorCode: "ENHANCE_YOUR_CALM", lastStream: 1, debug: "calm", isProcessed: true },
  });
});

test("a connection that ends after GOAWAY says what the server said", () => {
  const harness = Harness.open();
  const { sink } = harness.request();
  harness.receive(goaway(1, 11, "calm\u0007"));
  harness.connection.end("fin");
  expect(sink.failure).toMatchObject({
    code: "http2-goaway",
    detail: { errorCode: "ENHANCE_YOUR_CALM", debug: "calm\\x07", isProcessed: true },
  });
});

test("an end before an answer, and within a body, are told as in HTTP/1.1", () => {
  const harness = Harness.open();
  const silent = harness.request();
  const begun = harness.request();
  const open = harness.request();
  harness.receive(headers(3, block([":status", "200"], ["content-length", "10"])), data(3, "four"));
  harness.receive(headers(5, ok), data(5, "some"));
  harness.connection.end("bare-fin");
  expect(silent.sink.failure).toEqual({ code: "empty-response", detail: { ending: "bare-fin" } });
  expect(begun.sink.failure).toEqual({
    code: "body-truncated",
    detail: { framing: "length", expectedBytes: 10, receivedBytes: 4, ending: "bare-fin" },
  });
  expect(open.sink.failure).toEqual({
    code: "body-truncated",
    detail: { framing: "end-stream", receivedBytes: 4, ending: "bare-fin" },
  });
});
