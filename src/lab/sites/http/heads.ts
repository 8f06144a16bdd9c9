/** Sites whose response heads are broken: RFC 9112 §4, §5, §6; each by the code that says so. */
import type { Code } from "../../../core/index.ts";
import { fails, healthy, responds, type Definition } from "../../site.ts";
import { raw } from "./answer.ts";

const whole = "Content-Length: 6\r\n\r\nHello\n";

export const headSites: readonly Definition[] = [
  broken("empty-response", {
    title: "No answer at all",
    wrong: "The server reads the request and closes the connection.",
    bytes: "",
  }),
  broken("not-http", {
    title: "An answer in another language",
    wrong: "The server answers in something that is not HTTP.",
    bytes: "+OK lab ready\r\n",
  }),
  broken("head-truncated", {
    title: "A head cut off",
    wrong: "The connection is closed in the middle of the response head.",
    bytes: "HTTP/1.1 200 OK\r\nContent-Type: text/pl",
  }),
  broken("http-version-unsupported", {
    title: "A version that is not HTTP/1.1's",
    wrong: "The status line says HTTP/2.0, which has no status lines.",
    bytes: `HTTP/2.0 200 OK\r\n${whole}`,
  }),
  broken("status-line-malformed", {
    title: "A status that is not a number",
    wrong: "The status line says 2OO, with letters in place of zeros.",
    bytes: `HTTP/1.1 2OO OK\r\n${whole}`,
  }),
  broken("field-malformed", {
    title: "A field name with a space in it",
    wrong: "A field's name is followed by a space before the colon, by which requests have been smuggled.",
    bytes: `HTTP/1.1 200 OK\r\nX-Lab : 1\r\n${whole}`,
  }),
  broken("head-too-large", {
    title: "A head past every limit",
    wrong: "The response head has a mebibyte of fields.",
    bytes: `HTTP/1.1 200 OK\r\n${`X-Filler: ${"x".repeat(1_012)}\r\n`.repeat(1_024)}${whole}`,
  }),
  broken("too-many-informational", {
    title: "Endless hints",
    wrong: "A thousand informational responses come before the one that was asked for.",
    bytes: `${"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n".repeat(1_000)}HTTP/1.1 200 OK\r\n${whole}`,
  }),
  broken("content-length-malformed", {
    title: "A length that is not a number",
    wrong: "The Content-Length is -6.",
    bytes: "HTTP/1.1 200 OK\r\nContent-Length: -6\r\n\r\nHello\n",
  }),
  broken("conflicting-lengths", {
    title: "Two lengths",
    wrong: "Two Content-Length fields give different lengths for one body.",
    bytes: `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${whole}`,
  }),
  broken("transfer-coding-refused", {
    title: "A transfer coding nobody asked for",
    wrong: "The body's transfer coding is gzip under chunked, which the client did not say that it takes.",
    bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n6\r\nHello\n\r\n0\r\n\r\n",
  }),
  broken("unasked-upgrade", {
    title: "A switch of protocols nobody asked for",
    wrong: "The server answers 101 to a request without an Upgrade field.",
    bytes: "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  }),
  {
    name: "head-timeout",
    title: "An answer that does not come",
    wrong: "The server reads the request and says nothing, for ever.",
    ...fails("head-timeout", "deadline"),
    ...responds(() => undefined),
  },
  {
    name: "folded-field",
    title: "A field over two lines",
    wrong:
      "Nothing is wrong that a client may refuse: a field goes on in the next line, an old form that RFC 9112 has it take.",
    ...healthy,
    ...responds(raw(`HTTP/1.1 200 OK\r\nX-Lab: one\r\n two\r\n${whole}`)),
  },
  {
    name: "equal-lengths",
    title: "One length, twice",
    wrong: "Nothing is wrong: two Content-Length fields give the same length.",
    ...healthy,
    ...responds(raw(`HTTP/1.1 200 OK\r\nContent-Length: 6\r\n${whole}`)),
  },
  {
    name: "early-hints",
    title: "A hint before the answer",
    wrong: "Nothing is wrong: a 103 comes before the response.",
    ...healthy,
    ...responds(
      raw(`HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n${whole}`),
    ),
  },
];

interface Broken extends Pick<Definition, "title" | "wrong"> {
  readonly bytes: string;
}

function broken(code: Code, { bytes, ...words }: Broken): Definition {
  return { name: code, ...words, ...fails(code, "http-head"), ...responds(raw(bytes)) };
}
