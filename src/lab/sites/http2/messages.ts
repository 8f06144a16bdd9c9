/** Sites whose frames are in order, and whose message is not: RFC 9113 §8.1 to §8.3, §8.6. */
import type { Code } from "../../../core/index.ts";
import { fails, speaksHttp2, type Definition } from "../../site.ts";
import { block, data, headers } from "../../wire/http2-frames.ts";
import { plays } from "../../wire/http2-script.ts";
import { hello, okBlock, says } from "./answers.ts";

export const messageSites: readonly Definition[] = [
  malformedHead({
    name: "http2-message-malformed",
    title: "A field name in upper case",
    wrong: "A field's name is in upper case, as HTTP/2 does not have it.",
    lines: [
      [":status", "200"],
      ["X-Lab", "1"],
    ],
  }),
  malformedHead({
    name: "http2-connection-field",
    title: "A field that belongs to HTTP/1.1",
    wrong:
      "The head says Connection: keep-alive, which HTTP/2 has no use for, and by which requests are smuggled.",
    lines: [
      [":status", "200"],
      ["connection", "keep-alive"],
    ],
  }),
  malformedHead({
    name: "http2-transfer-encoding",
    title: "Chunks, over HTTP/2",
    wrong: "The head says Transfer-Encoding: chunked, and HTTP/2 has no chunks.",
    lines: [
      [":status", "200"],
      ["transfer-encoding", "chunked"],
    ],
  }),
  malformedHead({
    name: "http2-status-missing",
    title: "A head without a status",
    wrong: "The head has fields, and no :status.",
    lines: [["content-type", "text/plain"]],
  }),
  malformedHead({
    name: "http2-status-late",
    title: "A status behind the fields",
    wrong: "The :status comes behind an ordinary field; it has to come before them all.",
    lines: [
      ["content-type", "text/plain"],
      [":status", "200"],
    ],
  }),
  malformedHead({
    name: "http2-status-twice",
    title: "Two statuses",
    wrong: "The head says 200, and then 403.",
    lines: [
      [":status", "200"],
      [":status", "403"],
    ],
  }),
  malformedHead({
    name: "http2-status-malformed",
    title: "A status that is not a number, over HTTP/2",
    wrong: "The :status is 2OO, with letters in place of zeros.",
    lines: [[":status", "2OO"]],
  }),
  malformedHead({
    name: "http2-pseudo-of-request",
    title: "An answer with a path",
    wrong: "The head has a :path, which only a request has.",
    lines: [
      [":status", "200"],
      [":path", "/"],
    ],
  }),
  malformedHead({
    name: "http2-line-break",
    title: "A second field inside a value",
    wrong: "A field's value holds a line break and what would be another field over HTTP/1.1.",
    lines: [
      [":status", "200"],
      ["x-lab", "1\r\nset-cookie: stolen=1"],
    ],
  }),
  malformedHead({
    name: "http2-switching-protocols",
    title: "A switch of protocols, over HTTP/2",
    wrong: "The status is 101, which HTTP/2 does not have.",
    lines: [
      [":status", "101"],
      ["x-lab", "websocket"],
    ],
  }),
  {
    name: "http2-data-before-head",
    title: "A body without a head",
    wrong: "The body comes, and no head before it.",
    ...fails("http2-message-malformed", "http-head"),
    ...speaksHttp2(plays(says((stream) => [data(stream, hello, "ends")]))),
  },
  {
    name: "http2-hint-ends",
    title: "A hint and nothing more",
    wrong: "A 103 ends the stream, and no response follows it.",
    ...fails("http2-message-malformed", "http-head"),
    ...speaksHttp2(plays(says((stream) => [headers(stream, block([":status", "103"]), "ends")]))),
  },
  {
    name: "http2-trailers-malformed",
    title: "A status behind the body",
    wrong: "The trailers hold a :status.",
    ...breaksOff("http2-message-malformed"),
    ...speaksHttp2(
      plays(
        says((stream) => [
          headers(stream, okBlock),
          data(stream, hello),
          headers(stream, block([":status", "403"]), "ends"),
        ]),
      ),
    ),
  },
  {
    name: "http2-body-longer",
    title: "A body longer than announced, over HTTP/2",
    wrong: "The Content-Length is 6, and the body has 12 bytes.",
    ...breaksOff("http2-message-malformed"),
    ...speaksHttp2(
      plays(
        says((stream) => [headers(stream, okBlock), data(stream, hello), data(stream, "More.\n", "ends")]),
      ),
    ),
  },
  {
    name: "http2-body-shorter",
    title: "A body shorter than announced, over HTTP/2",
    wrong: "The Content-Length is 1,000, and the body ends, as it should, after 6 bytes.",
    ...breaksOff("body-truncated"),
    ...speaksHttp2(
      plays(
        says((stream) => [
          headers(stream, block([":status", "200"], ["content-length", "1000"])),
          data(stream, hello, "ends"),
        ]),
      ),
    ),
  },
  {
    name: "http2-conflicting-lengths",
    title: "Two lengths, over HTTP/2",
    wrong: "Two Content-Length fields give different lengths for one body.",
    ...fails("conflicting-lengths", "http-head"),
    ...speaksHttp2(
      plays(
        says((stream) => [
          headers(stream, block([":status", "200"], ["content-length", "6"], ["content-length", "2"])),
          data(stream, hello, "ends"),
        ]),
      ),
    ),
  },
];

interface MalformedHead extends Pick<Definition, "name" | "title" | "wrong"> {
  readonly lines: readonly (readonly [name: string, value: string])[];
}

/** A whole answer behind a head like this. */
function malformedHead({ lines, ...words }: MalformedHead): Definition {
  return {
    ...words,
    ...fails("http2-message-malformed", "http-head"),
    ...speaksHttp2(plays(says((stream) => [headers(stream, block(...lines)), data(stream, hello, "ends")]))),
  };
}

/** The entry of a site whose head arrives and whose body is wrong. */
function breaksOff(code: Code): Pick<Definition, "expected" | "caughtBy"> {
  return { expected: { code, status: 200 }, caughtBy: "http-body" };
}
