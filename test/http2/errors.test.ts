/** What a person is told where HTTP/2 ends in an error: each code as the connection makes it, with its facts in the sentence. */
import { expect, test } from "vitest";
import { errorFromFailure, type Failure } from "../../src/http2/index.ts";
import {
  ACK,
  block,
  data,
  END_STREAM,
  frame,
  goaway,
  headers,
  join,
  octets,
  reset,
  settings,
  types,
  windowUpdate,
} from "./frames.ts";
import { Harness } from "./harness.ts";

const ok = block([":status", "200"], ["content-length", "9"]);

/** What the server sends after one request, with or without its SETTINGS, and how the request ends. */
const ends: readonly (readonly [code: Failure["code"], sentence: string | RegExp, sent: Uint8Array])[] = [
  [
    "http2-protocol-broken",
    /^The server broke HTTP\/2: a WINDOW_UPDATE frame for the connection breaks the rule that .* \(RFC 9113 §6\.9.*, FLOW_CONTROL_ERROR\)\.$/,
    join(settings(), windowUpdate(0, 0x7fff_ffff)),
  ],
  [
    "http2-protocol-broken",
    "The server broke HTTP/2: a SETTINGS (ACK) frame for the connection breaks the rule that the first frame is SETTINGS (RFC 9113 §3.4, PROTOCOL_ERROR).",
    frame(types.SETTINGS, ACK, 0),
  ],
  [
    "http2-message-malformed",
    'The head of the response over HTTP/2 breaks the rule that field names are in lower case, in "Server" (RFC 9113 §8.2.1).',
    join(settings(), headers(1, block([":status", "200"], ["Server", "x"]))),
  ],
  [
    "http2-flood",
    "The server sent too many SETTINGS frames: 33, where 32 are taken.",
    join(settings(), ...Array.from({ length: 33 }, () => settings())),
  ],
  [
    "http2-stream-reset",
    "The server reset the request with INTERNAL_ERROR after 4 of 9 bytes of the body.",
    join(settings(), headers(1, ok), data(1, "four"), reset(1, 2)),
  ],
  [
    "http2-stream-reset",
    "The server reset the request with REFUSED_STREAM, before any answer.",
    join(settings(), reset(1, 7)),
  ],
  [
    "http2-goaway",
    'The server ended the connection (GOAWAY ENHANCE_YOUR_CALM, "too_many_pings") and did nothing with this request.',
    join(settings(), goaway(0, 11, "too_many_pings")),
  ],
  [
    "http2-not-spoken",
    'The server agreed to HTTP/2 (ALPN) and speaks HTTP/1: its first bytes are "HTTP/1.1 400 Bad Request\\r\\nConten".',
    Uint8Array.from(octets("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
  ],
  [
    "body-truncated",
    "The body broke off after 4 of 9 bytes (END_STREAM).",
    join(settings(), headers(1, ok), data(1, "four", END_STREAM)),
  ],
  [
    "head-too-large",
    "The response head goes past the limit headBytes (65536).",
    join(settings(), headers(1, [0x88, ...Array<number>(2_001).fill(0x80 | 54)])),
  ],
];

test.each(ends)("%s: %s", (code, sentence, sent) => {
  const harness = new Harness();
  const { sink } = harness.request();
  harness.receive(sent);
  const failure = sink.failure as Failure;
  const error = errorFromFailure(failure);
  expect(error).toMatchObject({ code, fault: "peer" });
  if (typeof sentence === "string") expect(error.message).toBe(sentence);
  else expect(error.message).toMatch(sentence);
});

test.each([
  ["NO_ERROR", "The server did nothing with it: send it again, later; it gets a new connection."],
  ["INADEQUATE_SECURITY", /stronger TLS for HTTP\/2.*\(protocol: "http\/1\.1"\)\.$/],
  ["PROTOCOL_ERROR", /this client broke a rule of HTTP\/2: .*\(protocol: "http\/1\.1"\)\.$/],
  ["HTTP_1_1_REQUIRED", 'Ask for HTTP/1.1 (protocol: "http/1.1").'],
  ["ENHANCE_YOUR_CALM", /^Send fewer requests at once/],
])("GOAWAY with %s is advised by its reason", (errorCode, hint) => {
  const detail = { errorCode, lastStream: 0, debug: "", isProcessed: false };
  const said = errorFromFailure({ code: "http2-goaway", detail }).hint;
  if (typeof hint === "string") expect(said).toBe(hint);
  else expect(said).toMatch(hint);
});
