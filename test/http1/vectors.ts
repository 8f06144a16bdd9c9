/**
 * Responses and what must be read from them. A row's line is the reader's events in order: interim statuses; the
 * final head with its framing; the content; trailers; then how it ended. `@n` is the offset of the broken rule.
 */
import type { Exchange, ReaderOptions } from "../../src/http1/index.ts";
import type { Ending } from "../../src/core/index.ts";

export interface Row {
  readonly law: string;
  readonly input: string;
  readonly says: string;
  readonly exchanges?: readonly Exchange[];
  readonly options?: ReaderOptions;
  readonly ending?: Ending;
}

type More = Pick<Row, "exchanges" | "options" | "ending">;

function row(law: string, input: string, says: string, more: More = {}): Row {
  return { law, input, says, ...more };
}

/** A normal response: what a row changes is what it tests. */
function withFields(lines: string, body = ""): string {
  return `HTTP/1.1 200 OK\r\n${lines}\r\n\r\n${body}`;
}

function chunked(body: string): string {
  return withFields("Transfer-Encoding: chunked", body);
}

const head: More = { exchanges: [{ method: "HEAD" }] };
const connect: More = { exchanges: [{ method: "CONNECT" }] };
const upgrade: More = { exchanges: [{ method: "GET", allowUpgrade: ["websocket"] }] };
const allow = (...names: NonNullable<ReaderOptions["allow"]>): More => ({ options: { allow: names } });
const chunkedHead = chunked("").length;

export const rows: Readonly<Record<string, readonly Row[]>> = {
  "status line (checks 1 to 7)": [
    row(
      "a response with a length",
      withFields("Content-Length: 5", "hello"),
      '1.1 200 length 5 | "hello" | persists',
    ),
    row(
      "a missing reason is accepted",
      "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
      "1.1 200 length 0 | persists",
    ),
    row(
      "a missing reason and space too",
      "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
      "1.1 200 length 0 | persists",
    ),
    row(
      "octets above 127 in a reason",
      "HTTP/1.1 200 \xfc\r\nContent-Length: 0\r\n\r\n",
      "1.1 200 length 0 | persists",
    ),
    row("one empty line may precede", "\r\nHTTP/1.1 204 x\r\n\r\n", "1.1 204 none | persists"),
    row("two may not", "\r\n\r\nHTTP/1.1 204 x\r\n\r\n", "not-http"),
    row("white space may not", " HTTP/1.1 204 x\r\n\r\n", "not-http"),
    row(
      "an empty line of LF alone where allowed",
      "\nHTTP/1.1 204 x\n\n",
      "1.1 204 none | persists",
      allow("bare-lf-head"),
    ),
    row("and not where it is not", "\nHTTP/1.1 204 x\r\n\r\n", "not-http"),
    ...["2", "3", "4", "5", "6", "7", "8", "9"].map((minor) =>
      row(
        `the higher version 1.${minor} is read as 1.1`,
        `HTTP/1.${minor} 204 x\r\n\r\n`,
        `1.${minor} 204 none | persists`,
      ),
    ),
    row("a minor version is a digit", "HTTP/1.: 204 x\r\n\r\n", "status-line-malformed @7"),
    row("and so is a major one", "HTTP/:.1 204 x\r\n\r\n", "status-line-malformed @5"),
    row("between them is a dot", "HTTP/1:1 204 x\r\n\r\n", "status-line-malformed @6"),
    row("HTTP/2.0 is not read", "HTTP/2.0 200 OK\r\n\r\n", "http-version-unsupported @8"),
    row("nor HTTP/2", "HTTP/2 200 OK\r\n\r\n", "http-version-unsupported @6"),
    row("nor HTTP/0.9", "HTTP/0.9 200 OK\r\n\r\n", "http-version-unsupported @8"),
    row("a version has one digit on either side", "HTTP/1.10 200 OK\r\n\r\n", "status-line-malformed @8"),
    row("and no leading zero", "HTTP/01.1 200 OK\r\n\r\n", "status-line-malformed @6"),
    row("another protocol is not HTTP", "SSH-2.0-OpenSSH_9.2\r\n", "not-http"),
    row("names are case-sensitive", "http/1.1 200 OK\r\n\r\n", "not-http"),
    row("099 is not a status", "HTTP/1.1 099 x\r\n\r\n", "status-line-malformed @9"),
    row("99 is not a status", "HTTP/1.1 99 x\r\n\r\n", "status-line-malformed @11"),
    row("1000 is not a status", "HTTP/1.1 1000 x\r\n\r\n", "status-line-malformed @12"),
    ...["x00", ":00", "2x0", "2/0", "2:0", "20x", "20/", "20:"].map((code) =>
      row(
        `${code} is not a status`,
        `HTTP/1.1 ${code} x\r\n\r\n`,
        `status-line-malformed @${9 + code.search(/[^02]/)}`,
      ),
    ),
    row("999 is a status", "HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n", "1.1 999 length 0 | persists"),
    row(
      "a code that ends its line with LF alone where allowed",
      "HTTP/1.1 204\n\n",
      "1.1 204 none | persists",
      allow("bare-lf-head"),
    ),
    row("two spaces are malformed", "HTTP/1.1  200 OK\r\n\r\n", "status-line-malformed @9"),
    row("a tab is malformed", "HTTP/1.1\t200 OK\r\n\r\n", "status-line-malformed @8"),
    row("a control character in a reason", "HTTP/1.1 200 a\x01\r\n\r\n", "status-line-malformed @14"),
    row("a bare CR", "HTTP/1.1 200 OK\rA: b\r\n\r\n", "status-line-malformed @16"),
    row("a bare LF", "HTTP/1.1 204 x\n\r\n", "status-line-malformed @14"),
    row(
      "a bare LF where allowed",
      "HTTP/1.1 204 x\nA: b\n\n",
      "1.1 204 none | persists",
      allow("bare-lf-head"),
    ),
  ],
  "field lines (checks 8 to 13)": [
    row("white space after the status line", withFields(" A: b"), "field-malformed @17"),
    row("an empty name", withFields(": b"), "field-malformed @17"),
    row("no colon", withFields("abc"), "field-malformed @20"),
    row("a space before the colon", withFields("A : b"), "field-malformed @18"),
    row(
      "a space before the colon where allowed",
      withFields("Content-Length \t: 2", "ok"),
      '1.1 200 length 2 | "ok" | persists',
      allow("space-before-colon"),
    ),
    row("a name that is not a token", withFields("A(: b"), "field-malformed @18"),
    row(
      "a name that is not a token, where a space may stand",
      withFields("A(: b"),
      "field-malformed @18",
      allow("space-before-colon"),
    ),
    row(
      "more than a space before the colon",
      withFields("A b: c"),
      "field-malformed @19",
      allow("space-before-colon"),
    ),
    row("a second status line", withFields("HTTP/1.1 204 x"), "field-malformed @21"),
    row("octets above 127 in a name", withFields("\xe4: b"), "field-malformed @17"),
    row("NUL in a value", withFields("A: b\0c"), "field-malformed @21"),
    row(
      "NUL in a value, whatever is allowed",
      withFields("A: b\0c"),
      "field-malformed @21",
      allow("ctl-in-value"),
    ),
    row(
      "NUL does not end a line, where LF does",
      withFields("A: b\0c"),
      "field-malformed @21",
      allow("bare-lf-head"),
    ),
    row("a control character in a value", withFields("A: b\x01c"), "field-malformed @21"),
    row("DEL in a value", withFields("A: \x7f"), "field-malformed @20"),
    row(
      "a control character where allowed",
      withFields("A: b\x01c\r\nContent-Length: 0"),
      "1.1 200 length 0 | persists",
      allow("ctl-in-value"),
    ),
    row("a bare CR in a value", withFields("A: b\rc"), "field-malformed @22"),
    row("a bare LF in a field line", "HTTP/1.1 200 OK\r\nA: b\nB: c\r\n\r\n", "field-malformed @21"),
    row("a bare LF instead of the empty line", "HTTP/1.1 200 OK\r\nA: b\r\n\n", "field-malformed @23"),
    row(
      "a bare LF instead of the empty line is never skipped",
      "HTTP/1.1 200 OK\r\nA: b\r\n\n",
      "field-malformed @23",
      allow("ignore-invalid-field-lines"),
    ),
    row(
      "octets above 127 in a value",
      withFields("A: \xe4\r\nContent-Length: 0"),
      "1.1 200 length 0 | persists",
    ),
    row("a folded line", withFields("A: b\r\n c\r\nContent-Length: 0"), "1.1 200 length 0 | persists"),
    row("a folded length", withFields("Content-Length:\r\n 2", "ok"), '1.1 200 length 2 | "ok" | persists'),
  ],
  "framing (checks 16 to 23)": [
    row("HEAD has no body", withFields("Content-Length: 9"), "1.1 200 none | persists", head),
    row("nor with chunked", chunked(""), "1.1 200 none | persists", head),
    row("204 has no body", "HTTP/1.1 204 x\r\nContent-Length: 9\r\n\r\n", "1.1 204 none | persists"),
    row("304 has no body", "HTTP/1.1 304 x\r\nTransfer-Encoding: chunked\r\n\r\n", "1.1 304 none | persists"),
    row("200 to CONNECT is a tunnel", `${chunked("")}\x16\x03`, "1.1 200 tunnel | unread 2", connect),
    row("299 to CONNECT too", "HTTP/1.1 299 x\r\nContent-Length: 5\r\n\r\n", "1.1 299 tunnel", connect),
    row("204 to CONNECT too", "HTTP/1.1 204 x\r\n\r\n", "1.1 204 tunnel", connect),
    row(
      "407 to CONNECT is a response",
      "HTTP/1.1 407 x\r\nContent-Length: 2\r\n\r\nno",
      '1.1 407 length 2 | "no" | persists',
      connect,
    ),
    row(
      "equal lengths count once",
      withFields("Content-Length: 2\r\nContent-Length: 2", "ok"),
      '1.1 200 length 2 | "ok" | persists',
    ),
    row(
      "equal lengths in a list count once too",
      withFields("Content-Length: 2, 2", "ok"),
      '1.1 200 length 2 | "ok" | persists',
    ),
    row(
      "and written otherwise",
      withFields("Content-Length: 2, 02", "ok"),
      '1.1 200 length 2 | "ok" | persists',
    ),
    row(
      "different lengths are refused",
      withFields("Content-Length: 2\r\nContent-Length: 3", "ok"),
      "conflicting-lengths",
    ),
    row("different lengths in a list too", withFields("Content-Length: 2, 3", "ok"), "conflicting-lengths"),
    ...["+2", "-2", "0x2", "2 2", "", "2,", "2.0", "9007199254740992", "2;2", "1e1"].map((value) =>
      row(
        `${JSON.stringify(value)} is not a length`,
        withFields(`Content-Length: ${value}`),
        "content-length-malformed",
      ),
    ),
    row(
      "2^53 - 1 is a length",
      withFields("Content-Length: 9007199254740991"),
      "1.1 200 length 9007199254740991",
    ),
    row(
      "chunked in any case",
      withFields("transfer-ENCODING: CHUNKED", "0\r\n\r\n"),
      "1.1 200 chunked | persists",
    ),
    row(
      "chunked in a list with nothing",
      withFields("Transfer-Encoding: , chunked,", "0\r\n\r\n"),
      "1.1 200 chunked | persists",
    ),
    row(
      "chunked that a front and its origin both name (a deviation)",
      withFields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
      "1.1 200 chunked | persists",
    ),
    row(
      "the same on one line",
      withFields("Transfer-Encoding: chunked, Chunked", "0\r\n\r\n"),
      "1.1 200 chunked | persists",
    ),
    ...[
      "chunked, identity",
      "chunked, gzip",
      "gzip, chunked",
      "chunked, gzip, chunked",
      "identity",
      "chunkedchunked",
      "xchunked",
      "chunked;q=1",
      '"chunked"',
      "",
      ",",
      "chunked\r\nTransfer-Encoding: identity",
      "chunked\r\n  abc",
    ].map((value) =>
      row(
        `${JSON.stringify(value)} is refused`,
        withFields(`Transfer-Encoding: ${value}`),
        "transfer-coding-refused",
      ),
    ),
    row(
      "a length beside chunked is refused",
      withFields("Content-Length: 2\r\nTransfer-Encoding: chunked"),
      "length-and-transfer-coding",
    ),
    row(
      "a length beside chunked where allowed: chunked decides",
      withFields("Transfer-Encoding: chunked\r\nContent-Length: 9", "2\r\nok\r\n0\r\n\r\n"),
      '1.1 200 chunked | "ok" | closes length-and-transfer-coding',
      allow("te-and-cl"),
    ),
    row(
      "chunked in HTTP/1.0 is read, and closes",
      "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      '1.0 200 chunked | "ok" | closes transfer-coding-in-http-1.0',
    ),
    row("neither: until close", withFields("A: b", "ok"), '1.1 200 until-close | "ok" | closes until-close', {
      ending: "close-notify",
    }),
    row(
      "where only a FIN is seen it cannot be verified",
      withFields("A: b", "ok"),
      '1.1 200 until-close | "ok" | unverifiable closes until-close',
      { ending: "fin" },
    ),
    row(
      "a FIN without close_notify is incomplete",
      withFields("A: b", "ok"),
      '1.1 200 until-close | "ok" | body-truncated',
      { ending: "bare-fin" },
    ),
    row("so is a reset", withFields("A: b", "ok"), '1.1 200 until-close | "ok" | body-truncated', {
      ending: "reset",
    }),
    row(
      "less than the length is incomplete",
      withFields("Content-Length: 5", "he"),
      '1.1 200 length 5 | "he" | body-truncated',
      { ending: "close-notify" },
    ),
    row("no byte at all is an empty response", "", "empty-response", { ending: "fin" }),
    row("part of a head is not a response", "HTTP/1.1 200 OK\r\n", "head-truncated", {
      ending: "close-notify",
    }),
  ],
  "chunked (checks 24 to 30)": [
    row(
      "chunks are joined",
      chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"),
      '1.1 200 chunked | "hello world" | persists',
    ),
    row(
      "sizes are hexadecimal in any case",
      chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n000\r\n\r\n"),
      '1.1 200 chunked | "01234567890123456789" | persists',
    ),
    row(
      "data may look like framing",
      chunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"),
      '1.1 200 chunked | "0\\r\\n\\r\\n" | persists',
    ),
    row(
      "16 digits are a size",
      chunked("0000000000000002\r\nok\r\n0\r\n\r\n"),
      '1.1 200 chunked | "ok" | persists',
    ),
    row(
      "17 are not",
      chunked("00000000000000002\r\nok\r\n"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 16}`,
    ),
    row(
      "nor 2^53 or more",
      chunked("20000000000000\r\n"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 13}`,
    ),
    row("2^53 - 1 is a size", chunked("1fffffffffffff\r\n"), "1.1 200 chunked"),
    row("no size", chunked("\r\n"), `1.1 200 chunked | chunk-malformed @${chunkedHead}`),
    row("a sign", chunked("+2\r\nok"), `1.1 200 chunked | chunk-malformed @${chunkedHead}`),
    row("a prefix", chunked("0x2\r\nok"), `1.1 200 chunked | chunk-malformed @${chunkedHead + 1}`),
    row(
      "LF alone after a size",
      chunked("2\nok\r\n0\r\n\r\n"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 1}`,
    ),
    row(
      "LF alone after a size, whatever is allowed",
      chunked("2\nok\r\n0\r\n\r\n"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 1}`,
      allow("bare-lf-head"),
    ),
    row(
      "CR twice after a size",
      chunked("2\r\r\nok\r\n"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 2}`,
    ),
    row(
      "CR twice after data",
      chunked("2\r\nok\r\r\n"),
      `1.1 200 chunked | "ok" | chunk-malformed @${chunkedHead + 6}`,
    ),
    row(
      "CR alone after a size",
      chunked("2\rok\r\n0\r\n\r\n"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 2}`,
    ),
    row(
      "LF alone after data",
      chunked("2\r\nok\n0\r\n\r\n"),
      `1.1 200 chunked | "ok" | chunk-malformed @${chunkedHead + 5}`,
    ),
    row(
      "data longer than its size",
      chunked("3\r\nxxx__1a"),
      `1.1 200 chunked | "xxx" | chunk-malformed @${chunkedHead + 6}`,
    ),
    row(
      "data shorter than its size",
      chunked("5\r\nok\r\n0\r\n\r\n"),
      `1.1 200 chunked | "ok\\r\\n0" | chunk-malformed @${chunkedHead + 10}`,
    ),
    row(
      "extensions are passed over",
      chunked('2;a;b=c ; d = "e;\\""\r\nok\r\n0;x\r\n\r\n'),
      '1.1 200 chunked | "ok" | persists',
    ),
    row(
      "white space may precede an extension",
      chunked("2 \t;a\r\nok\r\n0\r\n\r\n"),
      '1.1 200 chunked | "ok" | persists',
    ),
    row(
      "but nothing else",
      chunked("2 \r\nok\r\n0\r\n\r\n"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 2}`,
    ),
    row(
      "except where allowed",
      chunked("2 \r\nok\r\n0  \r\n\r\n"),
      '1.1 200 chunked | "ok" | persists',
      allow("space-after-chunk-size"),
    ),
    row(
      "where padding is, and nothing else",
      chunked("2 x\nok\r\n0\r\n\r\n"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 2}`,
      allow("space-after-chunk-size"),
    ),
    row(
      "white space behind its name precedes a value, or another",
      chunked("2;a =b;c ;d\r\nok\r\n0\r\n\r\n"),
      '1.1 200 chunked | "ok" | persists',
    ),
    row(
      "an extension has a name",
      chunked("2;\r\nok"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 2}`,
    ),
    row(
      "and, if any, a value",
      chunked("2;a=\r\nok"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 4}`,
    ),
    row(
      "a quoted value holds no line end",
      chunked('2;a="\r\n"\r\nok'),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 5}`,
    ),
    row(
      "nor does a quoted pair",
      chunked('2;a="\\\n"\r\nok'),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 6}`,
    ),
    row(
      "nothing follows a quoted value",
      chunked('2;a="b"c\r\nok'),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 7}`,
    ),
    row(
      "LF alone ends no extension",
      chunked("2;a\nok"),
      `1.1 200 chunked | chunk-malformed @${chunkedHead + 3}`,
    ),
    row(
      "trailers are kept apart",
      chunked("0\r\nA: b\r\nC:d\r\n\r\n"),
      "1.1 200 chunked | trailers A: b, C: d | persists",
    ),
    row(
      "some may not be trailers",
      chunked("0\r\nContent-Length: 5\r\nA: b\r\nHost: x\r\n\r\n"),
      "1.1 200 chunked | trailers A: b | dropped Content-Length, Host | persists",
    ),
    row(
      "trailers are fields",
      chunked("0\r\nA b\r\n\r\n"),
      `1.1 200 chunked | field-malformed @${chunkedHead + 4}`,
    ),
    row(
      "their first is not folded",
      chunked("0\r\n A: b\r\n\r\n"),
      `1.1 200 chunked | field-malformed @${chunkedHead + 3}`,
    ),
    row(
      "without the last chunk it is incomplete",
      chunked("2\r\nok\r\n"),
      '1.1 200 chunked | "ok" | body-truncated',
      { ending: "close-notify" },
    ),
    row("without the last empty line too", chunked("0\r\n"), "1.1 200 chunked | body-truncated", {
      ending: "close-notify",
    }),
  ],
  "interim responses (check 31)": [
    row(
      "100 precedes the response, asked for or not",
      `HTTP/1.1 100 Continue\r\n\r\n${withFields("Content-Length: 0")}`,
      "100 | 1.1 200 length 0 | persists",
    ),
    row(
      "any number may",
      `HTTP/1.1 102 x\r\n\r\nHTTP/1.1 103 x\r\nLink: <a>\r\n\r\n${withFields("Content-Length: 0")}`,
      "102 | 103 | 1.1 200 length 0 | persists",
    ),
    row(
      "they have no body, whatever they say",
      `HTTP/1.1 100 x\r\nContent-Length: 5\r\n\r\n${withFields("Content-Length: 0")}`,
      "100 | 1.1 200 length 0 | persists",
    ),
    row(
      "offsets count from the first",
      "HTTP/1.1 100 x\r\n\r\nHTTP/1.1 099 x\r\n",
      "100 | status-line-malformed @27",
    ),
    row("nothing after them is not a response", "HTTP/1.1 100 x\r\n\r\n", "100 | head-truncated", {
      ending: "fin",
    }),
    row(
      "101 that nobody asked for is refused",
      "HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
      "unasked-upgrade",
    ),
    row(
      "101 to what was offered is a tunnel",
      "HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\nContent-Length: 3\r\n\r\nabc",
      "1.1 101 tunnel | unread 3",
      upgrade,
    ),
    row(
      "101 to another protocol is refused",
      "HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
      "unasked-upgrade",
      upgrade,
    ),
    row(
      "101 to a further protocol is refused",
      "HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: websocket, h2c\r\n\r\n",
      "unasked-upgrade",
      upgrade,
    ),
    row("101 to nothing is refused", "HTTP/1.1 101 x\r\n\r\n", "unasked-upgrade", upgrade),
  ],
  "persistence (check 33)": [
    row(
      "close closes",
      withFields("Connection: close\r\nContent-Length: 0"),
      "1.1 200 length 0 | closes response-close",
    ),
    row(
      "in a list, in any case",
      withFields("Connection: foo, CLOSE , bar\r\nContent-Length: 0"),
      "1.1 200 length 0 | closes response-close",
    ),
    row(
      "on a second line",
      withFields("Connection: keep-alive\r\nConnection: close\r\nContent-Length: 0"),
      "1.1 200 length 0 | closes response-close",
    ),
    row(
      "closed is not close",
      withFields("Connection: closed\r\nContent-Length: 0"),
      "1.1 200 length 0 | persists",
    ),
    row(
      "HTTP/1.0 closes",
      "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
      "1.0 200 length 0 | closes http-1.0",
    ),
    row(
      "unless it says keep-alive",
      "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n",
      "1.0 200 length 0 | persists",
    ),
    row(
      "a request that closes, closes",
      withFields("Content-Length: 0"),
      "1.1 200 length 0 | closes request-close",
      { exchanges: [{ method: "GET", close: true }] },
    ),
  ],
};
