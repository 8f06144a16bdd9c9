/**
 * What a server that breaks a rule is told before the connection ends, over TCP and over TLS: the error code of GOAWAY where
 * the connection is over, that of RST_STREAM where one stream is; and what a client has to let pass. The frames are written
 * octet by octet, as RFC 9113 and RFC 7541 have them.
 */
import { describe, expect, test } from "vitest";
import { concatBytes } from "../../../src/core/index.ts";
import { Client, type ClientEvent, type Response } from "../../../src/index.ts";
import {
  block,
  data,
  flags,
  frame,
  goaway,
  headers,
  integer,
  largest31,
  octets,
  ping,
  reset,
  settings,
  types,
  windowUpdate,
} from "../../../src/lab/index.ts";
import { rootPem, until } from "../origin.ts";
import { openHearing, openRelay, recordTypes, type Hearing, type Told } from "./hearing.ts";

const trusting = { roots: rootPem, environment: {} };
const ways = [
  ["TCP", false],
  ["TLS", true],
] as const;

/** The client's request is the first: RFC 9113 §5.1.1. */
const stream = 1;
const connection = 0;
const ok = Uint8Array.of(0x88); // RFC 7541 Appendix A: `:status: 200`.
const head = headers(stream, ok);
const whole = headers(stream, ok, "ends");
const answer = concatBytes([head, data(stream, "ok", "ends")]);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const at = (id: number, more = 0): { stream: number; flags: number } => ({ stream: id, flags: more });
const ended = flags.endStream | flags.endHeaders;
const priorityFlag = 0x20;

type Row = readonly [what: string, sent: readonly Uint8Array[], told: Told];

const protocolError: Told = "GOAWAY PROTOCOL_ERROR";
const frameSizeError: Told = "GOAWAY FRAME_SIZE_ERROR";
const flowControlError: Told = "GOAWAY FLOW_CONTROL_ERROR";
const compressionError: Told = "GOAWAY COMPRESSION_ERROR";
const streamClosed: Told = "GOAWAY STREAM_CLOSED";
const malformed: Told = "RST_STREAM PROTOCOL_ERROR";

/** Instead of the server's SETTINGS. */
const openings: readonly Row[] = [
  ["PING before SETTINGS", [ping()], protocolError],
  ["HEADERS before SETTINGS", [whole], protocolError],
  [
    "SETTINGS that acknowledge, before any",
    [frame(types.settings, at(connection, flags.ack))],
    protocolError,
  ],
  ["HTTP/1.1", [octets("HTTP/1.1 400 Bad Request\r\n\r\n")], protocolError],
  ["nothing that is a frame", [octets("INVALID CONNECTION PREFACE\r\n\r\n")], protocolError],
];

const connectionFaults: readonly Row[] = [
  ["§4.2: DATA longer than was announced", [head, data(stream, "x".repeat(16_385))], frameSizeError],
  [
    "§4.2: HEADERS longer than was announced",
    [headers(stream, block([":status", "200"], ["a", "x".repeat(16_384)]))],
    frameSizeError,
  ],
  [
    "§4.2: a frame of an unknown type that is too long",
    [frame(0x16, at(stream), new Uint8Array(16_385))],
    frameSizeError,
  ],
  ["§4.3: a block that is no HPACK: index 0", [headers(stream, bytes(0x80))], compressionError],
  ["§4.3: an index behind both tables", [headers(stream, bytes(0x88, 0xff, 0x00))], compressionError],
  [
    "§4.3: a table larger than announced",
    [headers(stream, concatBytes([integer(0x20, 5, 4097), ok]))],
    compressionError,
  ],
  [
    "RFC 7541 §4.2: a new size of the table behind a field",
    [headers(stream, concatBytes([ok, bytes(0x20)]))],
    compressionError,
  ],
  [
    "RFC 7541 §5.1: an integer without an end",
    [headers(stream, bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f))],
    compressionError,
  ],
  [
    "RFC 7541 §5.2: a string behind the end of the block",
    [headers(stream, bytes(0x88, 0x00, 0x05, 0x61))],
    compressionError,
  ],
  [
    "RFC 7541 §5.2: EOS in a Huffman string",
    [headers(stream, bytes(0x88, 0x00, 0x01, 0x61, 0x84, 0xff, 0xff, 0xff, 0xff))],
    compressionError,
  ],
  [
    "RFC 7541 §5.2: padding of more than 7 bits",
    [headers(stream, bytes(0x88, 0x00, 0x01, 0x61, 0x82, 0x1f, 0xff))],
    compressionError,
  ],
  [
    "RFC 7541 §5.2: padding of zeros",
    [headers(stream, bytes(0x88, 0x00, 0x01, 0x61, 0x81, 0x18))],
    compressionError,
  ],
  ["§5.1: DATA on an idle stream", [data(3, "x")], protocolError],
  ["§5.1: HEADERS on an idle stream", [headers(3, ok)], protocolError],
  ["§5.1: RST_STREAM on an idle stream", [reset(3, 8)], protocolError],
  ["§5.1: WINDOW_UPDATE on an idle stream", [windowUpdate(3, 1)], protocolError],
  [
    "§5.1: CONTINUATION on an idle stream",
    [frame(types.continuation, at(3, flags.endHeaders), ok)],
    protocolError,
  ],
  ["§5.1: DATA behind END_STREAM", [whole, data(stream, "x")], streamClosed],
  ["§5.1: HEADERS behind END_STREAM", [whole, whole], streamClosed],
  [
    "§5.1: CONTINUATION behind END_STREAM",
    [whole, frame(types.continuation, at(stream, ended), ok)],
    protocolError,
  ],
  ["§5.1.1: HEADERS on an even stream", [headers(2, ok)], protocolError],
  [
    "§5.5: a frame of an unknown type within a block",
    [frame(types.headers, at(stream), ok), frame(0x16, at(stream))],
    protocolError,
  ],
  ["§6.1: DATA for the connection", [data(connection, "x")], protocolError],
  [
    "§6.1: padding as long as DATA",
    [head, frame(types.data, at(stream, flags.padded), bytes(5, 1, 2, 3, 4))],
    protocolError,
  ],
  ["§6.2: HEADERS for the connection", [headers(connection, ok)], protocolError],
  [
    "§6.2: padding as long as HEADERS",
    [frame(types.headers, at(stream, flags.padded | ended), bytes(2, 0x88))],
    protocolError,
  ],
  [
    "§6.2: HEADERS too short for their priority",
    [frame(types.headers, at(stream, priorityFlag | ended), bytes(0, 0, 0, 0))],
    frameSizeError,
  ],
  [
    "§6.2: PRIORITY within a block",
    [frame(types.headers, at(stream), ok), frame(types.priority, at(stream), new Uint8Array(5))],
    protocolError,
  ],
  [
    "§6.2: a block of another stream within a block",
    [frame(types.headers, at(stream), ok), headers(3, ok)],
    protocolError,
  ],
  [
    "§6.3: PRIORITY for the connection",
    [frame(types.priority, at(connection), new Uint8Array(5))],
    protocolError,
  ],
  ["§6.4: RST_STREAM for the connection", [reset(connection, 8)], protocolError],
  ["§6.4: RST_STREAM of three octets", [frame(types.reset, at(stream), new Uint8Array(3))], frameSizeError],
  [
    "§6.5: SETTINGS that acknowledge and hold some",
    [frame(types.settings, at(connection, flags.ack), new Uint8Array(6))],
    frameSizeError,
  ],
  ["§6.5: SETTINGS for a stream", [frame(types.settings, at(stream), new Uint8Array(6))], protocolError],
  [
    "§6.5: SETTINGS of three octets",
    [frame(types.settings, at(connection), new Uint8Array(3))],
    frameSizeError,
  ],
  ["§6.5.2: SETTINGS_ENABLE_PUSH 2", [settings([2, 2])], protocolError],
  ["§6.5.2: SETTINGS_ENABLE_PUSH 1, of a server", [settings([2, 1])], protocolError],
  ["§6.5.2: SETTINGS_INITIAL_WINDOW_SIZE 2^31", [settings([4, 2 ** 31])], flowControlError],
  ["§6.5.2: SETTINGS_MAX_FRAME_SIZE 2^14 - 1", [settings([5, 16_383])], protocolError],
  ["§6.5.2: SETTINGS_MAX_FRAME_SIZE 2^24", [settings([5, 16_777_216])], protocolError],
  [
    "§6.6: PUSH_PROMISE, which was declined",
    [frame(types.pushPromise, at(stream, flags.endHeaders), bytes(0, 0, 0, 2, 0x82, 0x87, 0x84))],
    protocolError,
  ],
  ["§6.7: PING for a stream", [frame(types.ping, at(stream), new Uint8Array(8))], protocolError],
  ["§6.7: PING of six octets", [frame(types.ping, at(connection), new Uint8Array(6))], frameSizeError],
  ["§6.8: GOAWAY for a stream", [frame(types.goaway, at(stream), new Uint8Array(8))], protocolError],
  ["§6.8: GOAWAY that takes streams back up", [goaway(1, 0), goaway(3, 0)], protocolError],
  ["§6.9: WINDOW_UPDATE of 0 for the connection", [windowUpdate(connection, 0)], protocolError],
  [
    "§6.9: WINDOW_UPDATE of three octets",
    [frame(types.windowUpdate, at(connection), new Uint8Array(3))],
    frameSizeError,
  ],
  ["§6.9.1: the connection's window past 2^31 - 1", [windowUpdate(connection, largest31)], flowControlError],
  [
    "§6.9.2: a stream's window past 2^31 - 1 by SETTINGS",
    [windowUpdate(stream, largest31 - 65_535), settings([4, 65_536])],
    flowControlError,
  ],
  [
    "§6.10: CONTINUATION without HEADERS",
    [frame(types.continuation, at(stream, flags.endHeaders), ok)],
    protocolError,
  ],
  [
    "§6.10: CONTINUATION for the connection",
    [frame(types.headers, at(stream), ok), frame(types.continuation, at(connection, flags.endHeaders), ok)],
    protocolError,
  ],
  [
    "§6.10: CONTINUATION behind the end of a block",
    [head, frame(types.continuation, at(stream, flags.endHeaders), ok)],
    protocolError,
  ],
  [
    "§6.10: DATA within a block",
    [
      frame(types.headers, at(stream), ok),
      data(stream, "x"),
      frame(types.continuation, at(stream, flags.endHeaders)),
    ],
    protocolError,
  ],
];

const streamFaults: readonly Row[] = [
  [
    "§6.3: PRIORITY of four octets",
    [frame(types.priority, at(stream), new Uint8Array(4))],
    "RST_STREAM FRAME_SIZE_ERROR",
  ],
  ["§6.9: WINDOW_UPDATE of 0 for a stream", [windowUpdate(stream, 0)], malformed],
  [
    "§6.9.1: a stream's window past 2^31 - 1",
    [windowUpdate(stream, largest31)],
    "RST_STREAM FLOW_CONTROL_ERROR",
  ],
  ["§5.1: DATA behind RST_STREAM", [reset(stream, 8), data(stream, "x")], "RST_STREAM STREAM_CLOSED"],
  ["§5.1: HEADERS behind RST_STREAM", [reset(stream, 8), whole], "RST_STREAM STREAM_CLOSED"],
  ["§8.1: DATA before a head", [data(stream, "x")], malformed],
  [
    "§8.1: an interim answer that ends the stream",
    [headers(stream, block([":status", "103"]), "ends")],
    malformed,
  ],
  ["§8.1: trailers that do not end the stream", [head, headers(stream, block(["a", "b"]))], malformed],
  [
    "§8.1.1: more than Content-Length",
    [headers(stream, block([":status", "200"], ["content-length", "1"])), data(stream, "xx", "ends")],
    malformed,
  ],
  [
    "§8.1.1: less than Content-Length",
    [headers(stream, block([":status", "200"], ["content-length", "3"])), data(stream, "xx", "ends")],
    malformed,
  ],
  [
    "§8.2: a name with a capital",
    [headers(stream, block([":status", "200"], ["Name", "x"]), "ends")],
    malformed,
  ],
  [
    "§8.2.2: a field of the connection",
    [headers(stream, block([":status", "200"], ["connection", "close"]), "ends")],
    malformed,
  ],
  [
    "§8.3: a pseudo-field behind a field",
    [headers(stream, block(["a", "b"], [":status", "200"]), "ends")],
    malformed,
  ],
  [
    "§8.3: an unknown pseudo-field",
    [headers(stream, block([":status", "200"], [":x", "y"]), "ends")],
    malformed,
  ],
  ["§8.3: a pseudo-field in trailers", [head, headers(stream, block([":status", "200"]), "ends")], malformed],
  ["§8.3.2: no :status", [headers(stream, block(["a", "b"]), "ends")], malformed],
  [
    "§8.3.2: two of :status",
    [headers(stream, block([":status", "200"], [":status", "200"]), "ends")],
    malformed,
  ],
];

/** What RFC 9113 has a client let pass: the answer behind it is taken. */
const harmless: readonly (readonly [what: string, sent: readonly Uint8Array[]])[] = [
  ["§4.1: a flag that means nothing", [frame(types.ping, at(connection, 0x16), new Uint8Array(8))]],
  [
    "§4.1: the reserved bit",
    [frame(types.headers, at(0x8000_0001, flags.endHeaders), block([":status", "103"]))],
  ],
  [
    "§4.1, §5.5: a frame of an unknown type",
    [frame(0x16, at(stream), new Uint8Array(8)), frame(0x16, at(connection), new Uint8Array(8))],
  ],
  ["§5.1: PRIORITY on an idle stream", [frame(types.priority, at(3), new Uint8Array(5))]],
  [
    "§6.2: padding and a priority",
    [
      frame(
        types.headers,
        at(stream, flags.endHeaders | flags.padded | priorityFlag),
        concatBytes([bytes(2, 0, 0, 0, 0, 0), block([":status", "103"]), bytes(0, 0)]),
      ),
    ],
  ],
  ["§6.5.2: a setting that is not known", [settings([0xff, 1])]],
  ["§6.5.3: several values of one setting", [settings([4, 100], [4, 65_535])]],
  ["§6.7: an answer to a PING that was not sent", [ping(octets("h2pinged"), true)]],
  [
    "§6.10: a block in three frames",
    [
      frame(types.headers, at(stream)),
      frame(types.continuation, at(stream)),
      frame(types.continuation, at(stream, flags.endHeaders), block([":status", "103"])),
    ],
  ],
  [
    "RFC 7541 §4.2: a smaller table at the beginning of a block",
    [headers(stream, concatBytes([bytes(0x20), integer(0x20, 5, 4096), block([":status", "103"])]))],
  ],
];

describe.each(ways)("over %s, the server is told", (_, isTls) => {
  const hear = (row: Row, sendsSettings = true): Promise<Hearing> =>
    openHearing({ isTls, opening: sendsSettings ? [settings()] : [], onRequest: row[1] });

  test.each(openings)("of what it begins with: %s", async (...row) => {
    await using server = await hear(row, false);
    expect(await outcomeOf(server)).toBeInstanceOf(Error);
    expect(await server.lastWord).toBe(row[2]);
    await until(() => server.open() === 0);
  });

  test.each(connectionFaults)("of a fault of the connection, %s", async (...row) => {
    await using server = await hear(row);
    await outcomeOf(server);
    expect(await server.lastWord).toBe(row[2]);
    await until(() => server.open() === 0);
  });

  test.each(streamFaults)("of a fault of one stream, %s", async (...row) => {
    await using server = await hear(row);
    await using client = new Client({ ...trusting, protocol: "h2" });
    const first = await client.request(server.url).then(readAll, (error: Error) => error);
    expect(first).toBeInstanceOf(Error);
    expect(await server.lastWord).toBe(row[2]);
    expect(server.open()).toBe(1);
  });

  test.each(harmless)("nothing of what is to be let pass, %s", async (what, sent) => {
    await using server = await openHearing({ isTls, opening: [settings()], onRequest: [...sent, answer] });
    expect([what, await outcomeOf(server)]).toEqual([what, "ok"]);
    expect(await server.lastWord).toBe("GOAWAY NO_ERROR");
  });

  test("SETTINGS and PING are acknowledged, PING with what it holds", async () => {
    await using server = await openHearing({
      isTls,
      opening: [settings([3, 10])],
      onRequest: [ping(octets("12345678")), settings([3, 20]), answer],
    });
    expect(await outcomeOf(server)).toBe("ok");
    await server.lastWord;
    expect(server.acknowledged).toEqual(["SETTINGS", "PING 12345678", "SETTINGS"]);
  });
});

test("over TLS, close_notify is behind the last word", async () => {
  const tls = { ALPNProtocols: ["h2"], maxVersion: "TLSv1.2" } as const;
  const said = { opening: [settings()], onRequest: [windowUpdate(connection, 0)] };
  await using server = await openHearing({ isTls: true, tls, ...said });
  await using relay = await openRelay(server.port);
  await outcomeOf({ url: `https://localhost:${relay.port}` });
  expect(await server.lastWord).toBe(protocolError);
  await until(() => relay.isEnded);
  // RFC 5246 §6.2.1, §7.2.1: the last record is an alert.
  expect(recordTypes(relay.heard).at(-1)).toBe(21);
});

test("a connection that breaks is retired for what broke it", async () => {
  const said = { opening: [settings()], onRequest: [windowUpdate(connection, 0)] };
  await using server = await openHearing({ isTls: false, ...said });
  const reasons: string[] = [];
  const onEvent = (event: ClientEvent): void => void (event.kind === "retired" && reasons.push(event.reason));
  await using client = new Client({ ...trusting, protocol: "h2", onEvent });
  await expect(client.request(server.url)).rejects.toMatchObject({ code: "http2-protocol-broken" });
  expect(reasons).toEqual(["http2-protocol-broken"]);
});

/** One request, read to its end; the client is closed. */
async function outcomeOf({ url }: Pick<Hearing, "url">): Promise<string | Error> {
  await using client = new Client({ ...trusting, protocol: "h2" });
  return await client.request(url).then(readAll, (error: Error) => error);
}

function readAll(response: Response): Promise<string | Error> {
  return response.text().catch((error: Error) => error);
}
