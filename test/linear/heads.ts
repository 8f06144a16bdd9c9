/** Heads, trailers and framing at the bounds of the HTTP/1.1 reader. */
import { assert } from "../../src/core/index.ts";
import {
  readerLimits,
  ResponseReader,
  type ReaderOptions,
  type ResponseSink,
  type Tolerance,
} from "../../src/http1/index.ts";
import { decodeLatin1 } from "../../src/net/index.ts";
import { octets } from "../http1/transcript.ts";
import type { PeerWork } from "./growth.ts";

const statusLine = "HTTP/1.1 200 OK\r\n";
const chunkedHead = `${statusLine}Transfer-Encoding: chunked\r\n\r\n`;
const section = readerLimits.headBytes.value - 1_000;

/** A text of a size, read at once, and octet by octet from a buffer that is used again. */
function bothWays(
  what: string,
  bound: number,
  text: (size: number) => string,
  allow: readonly Tolerance[] = [],
): readonly PeerWork[] {
  const options = { decodeLatin1, allow };
  const prepare = (size: number): (() => void) => {
    const bytes = octets(text(size));
    return () => readAtOnce(bytes, options);
  };
  const prepareOctets = (size: number): (() => void) => {
    const bytes = octets(text(size));
    return () => readOctets(bytes, options);
  };
  return [
    { what, bound, prepare },
    { what: `${what}, octet by octet`, bound, prepare: prepareOctets },
  ];
}

function readAtOnce(bytes: Uint8Array, options: ReaderOptions): void {
  const reader = new ResponseReader(options);
  reader.begin({ method: "GET" });
  const sink = new Outcome();
  reader.push(bytes, 0, bytes.length, sink);
  assert(sink.isComplete, "the input is read to its end");
}

function readOctets(bytes: Uint8Array, options: ReaderOptions): void {
  const reader = new ResponseReader(options);
  reader.begin({ method: "GET" });
  const sink = new Outcome();
  const buffer = new Uint8Array(1);
  for (const octet of bytes) {
    buffer[0] = octet;
    reader.push(buffer, 0, 1, sink);
  }
  assert(sink.isComplete, "the input is read to its end");
}

/** Looks at no more than whether the exchange was completed. */
class Outcome implements ResponseSink {
  isComplete = false;

  onInformational(): void {}
  onHead(): void {}
  onBody(): boolean {
    return true;
  }
  onTrailers(): void {}
  onComplete(): void {
    this.isComplete = true;
  }
  onFailure(): void {}
}

const line = readerLimits.lineBytes.value - 100;
const blanks = (size: number): string => " ".repeat(size);
const lines = (text: string, size: number): string => text.repeat(Math.ceil(size / text.length));
const head = (fields: string): string => `${statusLine}${fields}Content-Length: 0\r\n\r\n`;
const ignoring: readonly Tolerance[] = ["ignore-invalid-field-lines", "bare-lf-head"];

export const heads: readonly PeerWork[] = [
  ...bothWays("a long value", line, (size) => head(`A: ${"x".repeat(size)}\r\n`)),
  ...bothWays("blanks within a value, and a fold", line, (size) =>
    head(`A: x${blanks(size)}y\r\n z\r\nB: x${blanks(size)}y\r\n`),
  ),
  ...bothWays("blanks before and behind a fold", line, (size) =>
    head(`A: x${blanks(size)}\r\n${blanks(size)}y\r\n`),
  ),
  ...bothWays("folds of a word", section, (size) => head(`A: x\r\n${lines(" y\r\n", size)}`)),
  ...bothWays("folds of blanks", section, (size) => head(`A: x\r\n${lines("  \t\r\n", size)} y\r\n`)),
  ...bothWays("folds that end in LF", section, (size) => head(`A: x\n${lines(" y \n", size)}`), ignoring),
  ...bothWays("many fields", 11_900, (size) => head(lines("A: b\r\n", size))),
  ...bothWays("lines that are skipped", section, (size) => head(lines("no colon\r\n", size)), ignoring),
  ...bothWays("trailers with a fold", readerLimits.trailerBytes.value - 100, (size) => {
    return `${chunkedHead}0\r\nA: x${blanks(size / 2)}\r\n${blanks(size / 2)}y\r\n\r\n`;
  }),
  ...bothWays("a chunk extension", readerLimits.chunkExtensionBytes.value - 100, (size) => {
    return `${chunkedHead}1;${"x".repeat(size)}\r\ny\r\n0\r\n\r\n`;
  }),
  ...bothWays("chunks of one octet", 65_536, (size) => `${chunkedHead}${lines("1\r\nx\r\n", size)}0\r\n\r\n`),
  ...bothWays("interim heads", 31, (count) => {
    const interim = `HTTP/1.1 103 x\r\nA: x${blanks(1_000)}\r\n${blanks(1_000)}y\r\n\r\n`;
    return interim.repeat(count) + head("");
  }).slice(0, 1),
];
