/**
 * The same bytes to this reader and to Node's own client (llhttp). They agree, except as the ledger says and why.
 *
 * Through `node:http` over loopback, because that is what users run and its API is public: `process.binding` is
 * deprecated and `node:_http_common` is Node's own.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { runtime } from "../runtime.ts";
import { RawServer } from "./node-client.ts";
import { octets, readPieces } from "./transcript.ts";
import { rows, type Row } from "./vectors.ts";

interface Difference {
  readonly law: string;
  readonly node: string;
  readonly reason: string;
}

const untilClose =
  "until close: the framing or the coding would be handed out as content; we refuse (DEVIATION in framing.ts)";
const ledger: readonly Difference[] = [
  {
    law: "two may not",
    node: '204 ""',
    reason: "llhttp passes over any number of empty lines; one is what a stray CRLF explains",
  },
  {
    law: "and not where it is not",
    node: '204 ""',
    reason: "RFC 9112 §2.2: LF alone ends a line only where the caller allows it",
  },
  ...["2", "3", "4", "5", "6", "7", "8", "9"].map((minor) => ({
    law: `the higher version 1.${minor} is read as 1.1`,
    node: "refused",
    reason: "RFC 9110 §2.5 says to read it",
  })),
  {
    law: "HTTP/2.0 is not read",
    node: '200 ""',
    reason: "RFC 9112 §2.3: the syntax of another major version is another",
  },
  { law: "nor HTTP/0.9", node: '200 ""', reason: "HTTP/0.9 has no status line" },
  { law: "099 is not a status", node: '99 ""', reason: "RFC 9110 §15: a status code is 100 or more" },
  {
    law: "a control character in a reason",
    node: '200 ""',
    reason: "RFC 9112 §4: HTAB, SP, VCHAR and obs-text",
  },
  {
    law: "a folded line",
    node: "refused",
    reason: "RFC 9112 §5.2: a user agent must replace it with spaces",
  },
  { law: "a folded length", node: "refused", reason: "RFC 9112 §5.2" },
  { law: "407 to CONNECT is a response", node: "tunnel", reason: "Node hands over whatever answers CONNECT" },
  { law: "equal lengths count once", node: "refused", reason: "RFC 9112 §6.3 (5) has them count once" },
  { law: "equal lengths in a list count once too", node: "refused", reason: "RFC 9112 §6.3 (5)" },
  { law: "and written otherwise", node: "refused", reason: "RFC 9112 §6.3 (5): the values are equal" },
  {
    law: "chunked in a list with nothing",
    node: '200 "0\\r\\n\\r\\n"',
    reason: "RFC 9110 §5.6.1.2: empty elements are ignored",
  },
  { law: '"chunked, identity" is refused', node: '200 ""', reason: untilClose },
  { law: '"chunked, gzip" is refused', node: '200 ""', reason: untilClose },
  { law: '"identity" is refused', node: '200 ""', reason: untilClose },
  { law: '"chunkedchunked" is refused', node: '200 ""', reason: untilClose },
  { law: '"xchunked" is refused', node: '200 ""', reason: untilClose },
  { law: '"chunked;q=1" is refused', node: '200 ""', reason: untilClose },
  { law: String.raw`"\"chunked\"" is refused`, node: '200 ""', reason: untilClose },
  ...(runtime.refusesEmptyTransferEncoding
    ? []
    : [{ law: '"" is refused', node: '200 ""', reason: untilClose }]),
  { law: '"," is refused', node: '200 ""', reason: untilClose },
  {
    law: String.raw`"chunked\r\nTransfer-Encoding: identity" is refused`,
    node: '200 ""',
    reason: untilClose,
  },
  {
    law: "extensions are passed over",
    node: "refused",
    reason: "RFC 9112 §7.1.1: white space may stand around ; and =",
  },
  { law: "white space may precede an extension", node: "refused", reason: "RFC 9112 §7.1.1" },
  {
    law: "white space behind its name precedes a value, or another",
    node: "refused",
    reason: "RFC 9112 §7.1.1",
  },
  {
    law: "some may not be trailers",
    node: "refused",
    reason: "RFC 9110 §6.5.1: ignored; llhttp sees a length beside chunked",
  },
  {
    law: "101 that nobody asked for is refused",
    node: "tunnel",
    reason: "RFC 9110 §15.2.2: it answers an Upgrade field",
  },
  {
    law: "101 to another protocol is refused",
    node: "tunnel",
    reason: "RFC 9110 §7.8: only to a protocol offered",
  },
  { law: "101 to a further protocol is refused", node: "tunnel", reason: "RFC 9110 §7.8" },
  { law: "101 to nothing is refused", node: '101 ""', reason: "RFC 9110 §7.8: the protocol is named" },
];

/** Rows read with the defaults; a tolerance has no counterpart in Node. */
const cases = Object.values(rows)
  .flat()
  .filter(({ options }) => options === undefined);

/** The row's outcome as `RawServer.ask` says it, when the connection ends with a FIN. */
function ours(row: Row): string {
  const { events, failure, completion, heads } = readPieces(octets(row.input), [], { ...row, ending: "fin" });
  if (failure !== undefined) return "refused";
  if (completion === undefined) return "tunnel";
  return `${heads[0]?.status} ${events.find((event) => event.startsWith('"')) ?? '""'}`;
}

const server = new RawServer();
beforeAll(async () => await server.open());
afterAll(async () => await server.close());

test("every case has a law of its own, and every entry of the ledger a case", () => {
  const laws = cases.map(({ law }) => law);
  expect(laws.filter((law, index) => laws.indexOf(law) !== index)).toEqual([]);
  expect(ledger.map(({ law }) => law).filter((law) => !laws.includes(law))).toEqual([]);
});

test.each(cases.map((row) => [row.law, row] as const))(
  "Node and we agree, or the ledger says why: %s",
  async (law, row) => {
    const node = await server.ask(octets(row.input), row.exchanges?.[0] ?? { method: "GET" });
    const entry = ledger.find((difference) => difference.law === law);
    if (entry === undefined) expect(node).toBe(ours(row));
    else {
      expect(node).toBe(entry.node);
      expect(node).not.toBe(ours(row));
    }
  },
);
