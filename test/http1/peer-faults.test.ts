/** Eighteen responses that widespread clients get wrong, and the answer that RFC 9112 and 9110 give. */
import { expect, test } from "vitest";
import { readEveryWay, type Reading } from "./transcript.ts";

const ok = "HTTP/1.1 200 OK\r\n";
const okBody = `${ok}Content-Length: 2\r\n\r\nok`;

const faults: readonly (readonly [peer: string, input: string, says: string, reading?: Reading])[] = [
  [
    "an unsolicited 100",
    `HTTP/1.1 100 Continue\r\n\r\n${okBody}`,
    '100 | 1.1 200 length 2 | "ok" | persists',
  ],
  [
    "a head with bare LF (RFC 9112 §2.2: may be taken; a named tolerance)",
    okBody.replaceAll("\r\n", "\n"),
    "status-line-malformed @15",
  ],
  [
    "the same, allowed",
    okBody.replaceAll("\r\n", "\n"),
    '1.1 200 length 2 | "ok" | persists',
    { options: { allow: ["bare-lf-head"] } },
  ],
  ["obs-fold", `${ok}A: b\r\n c\r\nContent-Length: 2\r\n\r\nok`, '1.1 200 length 2 | "ok" | persists'],
  [
    "the same length twice",
    `${ok}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok`,
    '1.1 200 length 2 | "ok" | persists',
  ],
  ["the same length in a list", `${ok}Content-Length: 2, 2\r\n\r\nok`, '1.1 200 length 2 | "ok" | persists'],
  ["two lengths", `${ok}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`, "conflicting-lengths"],
  [
    "chunked and a length",
    `${ok}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    "length-and-transfer-coding",
  ],
  [
    "chunked, identity",
    `${ok}Transfer-Encoding: chunked, identity\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    "transfer-coding-refused",
  ],
  [
    "gzip, chunked",
    `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    "transfer-coding-refused",
  ],
  [
    "chunk lines with bare LF",
    `${ok}Transfer-Encoding: chunked\r\n\r\n2\nok\n0\n\n`,
    "1.1 200 chunked | chunk-malformed @48",
  ],
  [
    "chunked in HTTP/1.0",
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    '1.0 200 chunked | "ok" | closes transfer-coding-in-http-1.0',
  ],
  [
    "a space before the colon (a named tolerance)",
    `${ok}A : b\r\nContent-Length: 2\r\n\r\nok`,
    "field-malformed @18",
  ],
  ["NUL in a value", `${ok}A: b\0c\r\nContent-Length: 2\r\n\r\nok`, "field-malformed @21"],
  ["the status 099", `HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok`, "status-line-malformed @9"],
  [
    "five bytes announced, two sent, FIN",
    `${ok}Content-Length: 5\r\n\r\nok`,
    '1.1 200 length 5 | "ok" | body-truncated',
    { ending: "fin" },
  ],
  ["204 with a body", "HTTP/1.1 204 x\r\nContent-Length: 2\r\n\r\nok", "1.1 204 none | persists | unread 2"],
  ["bytes beyond the length", `${okBody}more`, '1.1 200 length 2 | "ok" | persists | unread 4'],
  [
    "101 that nobody asked for",
    "HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nok",
    "unasked-upgrade",
  ],
  [
    "TLS ended without close_notify, and no length",
    `${ok}\r\nok`,
    '1.1 200 until-close | "ok" | body-truncated',
    { ending: "bare-fin" },
  ],
];

test.each(faults.map((fault) => [fault[0], fault] as const))("%s", (_peer, [, input, says, reading]) => {
  expect(String(readEveryWay(input, reading))).toBe(says);
});

test("five bytes announced and two sent are counted, and how it ended is said", () => {
  const { failure } = readEveryWay(`${ok}Content-Length: 5\r\n\r\nok`, { ending: "fin" });
  expect(failure?.detail).toEqual({ framing: "length", expectedBytes: 5, receivedBytes: 2, ending: "fin" });
});
