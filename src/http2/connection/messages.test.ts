/** What a message may not be (RFC 9113 §8): each fault ends its stream alone, and the connection goes on. */
import { expect, test } from "vitest";
import {
  block,
  data,
  END_HEADERS,
  END_STREAM,
  headers,
  join,
  reset,
  types,
  frame,
  PADDED,
} from "../../../test/http2/frames.ts";
import { Harness } from "../../../test/http2/harness.ts";
import { defaultReaderLimits } from "../../http1/index.ts";
import { errorCodes, type ErrorName } from "../error-codes.ts";

type Pairs = readonly (readonly [name: string, value: string])[];

function head(...lines: Pairs): Uint8Array {
  return headers(1, block(...lines));
}

function lastHead(...lines: Pairs): Uint8Array {
  return headers(1, block(...lines), END_HEADERS | END_STREAM);
}

const ok = head([":status", "200"]);

const malformed: readonly (readonly [what: string, section: string, sent: Uint8Array])[] = [
  ["no status", "§8.3.2", head(["server", "x"])],
  ["an empty section", "§8.3.2", head()],
  ["two statuses", "§8.3", head([":status", "200"], [":status", "200"])],
  ["a status behind a field", "§8.3", head(["server", "x"], [":status", "200"])],
  ["a status of two digits", "§8.3.2", head([":status", "20"])],
  ["a status of letters", "§8.3.2", head([":status", "2oo"])],
  ["a request's pseudo-field", "§8.3", head([":status", "200"], [":path", "/"])],
  ["an unknown pseudo-field", "§8.3", head([":status", "200"], [":test", "x"])],
  ["a name in upper case", "§8.2.1", head([":status", "200"], ["Server", "x"])],
  ["an empty name", "§8.2.1", head([":status", "200"], ["", "x"])],
  ["a name with a space", "§8.2.1", head([":status", "200"], ["a b", "x"])],
  ["a name with a colon", "§8.2.1", head([":status", "200"], ["a:b", "x"])],
  ["a value with CR LF", "§8.2.1", head([":status", "200"], ["a", "x\r\nb: c"])],
  ["a value with NUL", "§8.2.1", head([":status", "200"], ["a", "x\0"])],
  ["a value with BEL", "§8.2.1", head([":status", "200"], ["a", "x\u0007"])],
  ["a value that begins with a space", "§8.2.1", head([":status", "200"], ["a", " x"])],
  ["a value that ends with a tab", "§8.2.1", head([":status", "200"], ["a", "x\t"])],
  ["Connection", "§8.2.2", head([":status", "200"], ["connection", "close"])],
  ["Keep-Alive", "§8.2.2", head([":status", "200"], ["keep-alive", "timeout=5"])],
  ["Proxy-Connection", "§8.2.2", head([":status", "200"], ["proxy-connection", "close"])],
  ["Transfer-Encoding", "§8.2.2", head([":status", "200"], ["transfer-encoding", "chunked"])],
  ["Upgrade", "§8.2.2", head([":status", "200"], ["upgrade", "h2c"])],
  ["101", "§8.6", head([":status", "101"])],
  ["an informational head that ends the stream", "§8.1", lastHead([":status", "103"])],
  ["an end without a head", "§8.1", join(data(1, "", END_STREAM))],
  ["content before a head", "§8.1", data(1, "x")],
  ["content behind an informational head", "§8.1", join(head([":status", "100"]), data(1, "x"))],
  [
    "more content than announced",
    "§8.1.1",
    join(head([":status", "200"], ["content-length", "2"]), data(1, "abc")),
  ],
  ["trailers that do not end the stream", "§8.1", join(ok, head(["a", "b"]))],
  ["trailers with a pseudo-field", "§8.1", join(ok, lastHead([":status", "200"]))],
  ["trailers with a name in upper case", "§8.2.1", join(ok, lastHead(["A", "b"]))],
  ["content of a 204", "RFC 9110 §6.4.1", join(head([":status", "204"]), data(1, "x"))],
  ["content of a 304", "RFC 9110 §6.4.1", join(head([":status", "304"]), data(1, "x"))],
];

test.each(malformed)("%s is malformed (%s)", (_what, section, sent) => {
  for (const pieceBytes of [sent.length, 1]) {
    const harness = Harness.open();
    const { sink, stream } = harness.request();
    const other = harness.request();
    harness.sent();
    for (let at = 0; at < sent.length; at += pieceBytes) harness.receive(sent.subarray(at, at + pieceBytes));
    expect(sink.failure).toMatchObject({ code: "http2-message-malformed", detail: { stream: 1 } });
    expect(sink.failure).toMatchObject({ detail: { section: expect.stringContaining(section) as string } });
    expect(stream.state).toBe("closed");
    expect(toldReset(harness)).toEqual([[1, errorCodes.PROTOCOL_ERROR]]);
    harness.receive(headers(3, block([":status", "200"]), END_HEADERS | END_STREAM));
    expect(other.sink.events.at(-1)).toBe("complete");
  }
});

function toldReset(harness: Harness): [stream: number, code: number][] {
  return harness
    .sent()
    .filter(({ type }) => type === "RST_STREAM")
    .map(({ stream, payload }) => [stream, new DataView(payload.buffer).getUint32(0)]);
}

test.each<readonly [what: string, code: string, error: ErrorName, sent: Uint8Array]>([
  [
    "less content than announced",
    "body-truncated",
    "PROTOCOL_ERROR",
    join(head([":status", "200"], ["content-length", "5"]), data(1, "abc", END_STREAM)),
  ],
  [
    "a length that is none",
    "content-length-malformed",
    "PROTOCOL_ERROR",
    head([":status", "200"], ["content-length", "5x"]),
  ],
  [
    "two lengths",
    "conflicting-lengths",
    "PROTOCOL_ERROR",
    head([":status", "200"], ["content-length", "5"], ["content-length", "6"]),
  ],
])("%s: %s", (_what, code, error, sent) => {
  const harness = Harness.open();
  const { sink } = harness.request();
  harness.sent();
  harness.receive(sent);
  expect(sink.failure?.code).toBe(code);
  expect(toldReset(harness)).toEqual([[1, errorCodes[error]]]);
});

test("a whole answer: informational heads, a head, content with padding, trailers", () => {
  const harness = Harness.open();
  const { sink, stream } = harness.request();
  harness.receive(
    head([":status", "103"], ["link", "</a>"]),
    head([":status", "200"], ["set-cookie", "a=1"], ["set-cookie", "b=2"], ["content-length", "5"]),
    frame(types.DATA, PADDED, 1, [2, 0x61, 0x62, 0, 0]),
    data(1, "cde"),
    lastHead(["grpc-status", "0"], ["content-length", "9"]),
  );
  expect(sink.events).toEqual([
    "informational 103",
    'head 200 [["set-cookie","a=1"],["set-cookie","b=2"],["content-length","5"]] length',
    'trailers [["grpc-status","0"]] content-length',
    "complete",
  ]);
  expect(sink.body).toBe("abcde");
  expect(sink.completion).toMatchObject({ bodyBytes: 5 });
  expect(stream.state).toBe("closed");
});

test.each([
  ["HEAD", "200"],
  ["GET", "204"],
  ["GET", "304"],
])("%s with %s has no content, whatever its length says (RFC 9110 §8.6)", (method, status) => {
  const harness = Harness.open();
  const { sink } = harness.request({ method });
  harness.receive(lastHead([":status", status], ["content-length", "5"]));
  expect(sink.events.at(-1)).toBe("complete");
});

test("a head may end the stream, or an empty DATA frame behind it", () => {
  for (const sent of [lastHead([":status", "200"]), join(ok, data(1, "", END_STREAM))]) {
    const harness = Harness.open();
    const { sink } = harness.request();
    harness.receive(sent);
    expect(sink.events).toEqual(["head 200 [] end-stream", "complete"]);
  }
});

test("a control character passes where it is allowed, and NUL never (RFC 9110 §5.5)", () => {
  const harness = Harness.open([], { allowsControls: true });
  const { sink } = harness.request();
  harness.receive(lastHead([":status", "200"], ["a", "x\u0007"]));
  expect(sink.events.at(-1)).toBe("complete");
  const other = harness.request();
  harness.receive(headers(3, block([":status", "200"], ["a", "x\0"]), END_HEADERS | END_STREAM));
  expect(other.sink.failure?.code).toBe("http2-message-malformed");
});

test("RST_STREAM ends one request, and says by which code and how far it had come", () => {
  const harness = Harness.open();
  const refused = harness.request();
  const begun = harness.request();
  harness.receive(reset(1, errorCodes.REFUSED_STREAM));
  harness.receive(
    headers(3, block([":status", "200"], ["content-length", "9"])),
    data(3, "four"),
    reset(3, 0xff),
  );
  expect(refused.sink.failure).toEqual({
    code: "http2-stream-reset",
    detail: {
      stream: 1,
      errorCode: "REFUSED_STREAM",
      hasHead: false,
      receivedBytes: 0,
      expectedBytes: undefined,
    },
  });
  expect(refused.sink.isUnprocessed).toBe(true);
  expect(begun.sink.failure).toEqual({
    code: "http2-stream-reset",
    detail: { stream: 3, errorCode: "0xff", hasHead: true, receivedBytes: 4, expectedBytes: 9 },
  });
  expect(begun.sink.isUnprocessed).toBe(false);
  expect(harness.failure).toBeUndefined();
});

test("what was under way for a stream that was given up is passed over, and its window given back", () => {
  const harness = Harness.open();
  const { stream, sink } = harness.request();
  harness.receive(ok);
  harness.connection.cancel(stream, harness.now);
  expect(toldReset(harness)).toEqual([[1, errorCodes.CANCEL]]);
  for (let frames = 0; frames < 16; frames++) harness.receive(data(1, "x".repeat(16_384)));
  harness.receive(lastHead(["a", "b"]), reset(1, 8));
  expect(harness.failure).toBeUndefined();
  expect(sink.body).toBe("");
  expect(harness.sent().some(({ type, stream: id }) => type === "WINDOW_UPDATE" && id === 0)).toBe(true);
  // It had a window, and that was all.
  harness.receive(data(1, "x"));
  expect(harness.failure).toMatchObject({ detail: { errorCode: "FLOW_CONTROL_ERROR" } });
});

test("a field section within its limits in octets and lines passes; one beyond ends its stream, and the table stays in step", () => {
  // Each is put into the table (RFC 7541 §6.2.1), and the next block refers to it.
  const indexed = [0x40, 1, 0x61, 100, ...Array<number>(100).fill(0x62)];
  const harness = Harness.open();
  const { sink } = harness.request();
  const references = Array<number>(600).fill(0x80 | 62);
  harness.receive(headers(1, [0x88, ...indexed, ...references]));
  expect(sink.failure).toMatchObject({
    code: "head-too-large",
    detail: { limit: "headBytes", value: 65_536 },
  });
  const next = harness.request();
  harness.receive(headers(3, [0x88, 0x80 | 62], END_HEADERS | END_STREAM));
  expect(next.sink.events[0]).toContain("bbbb");
});

test.each([
  [0, "5", "hello", "complete"],
  [0, "6", "hello", "failure http2-stream-reset"],
  [0, undefined, "hello", "failure http2-stream-reset"],
  [8, "5", "hello", "failure http2-stream-reset"],
])("a reset with code %i, of length %s, behind %j: %s", (code, length, content, outcome) => {
  const harness = Harness.open();
  const { sink } = harness.request();
  harness.sent();
  const lines: Pairs = length === undefined ? [] : [["content-length", length]];
  harness.receive(head([":status", "200"], ...lines), data(1, content), reset(1, code));
  expect([sink.body, sink.events.at(-1)]).toEqual([content, outcome]);
  expect([harness.connection.size, harness.sent()]).toEqual([0, []]);
});

test("content up to the announced length, or the limit, is given out before more of it is a fault", () => {
  const limits = { ...defaultReaderLimits, bodyBytes: 3 };
  for (const [fields, code] of [
    [[["content-length", "3"]], "http2-message-malformed"],
    [[], "body-too-large"],
  ] as const) {
    const harness = Harness.open([], { limits });
    const { sink } = harness.request();
    harness.receive(head([":status", "200"], ...fields), data(1, "abcd"));
    expect([sink.body, sink.failure?.code]).toEqual(["abc", code]);
  }
});
