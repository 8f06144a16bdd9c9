/**
 * What the HTTP/1.1 reader and writer cost: nanoseconds a small message, megabytes a second of bodies. Medians of
 * rounds, in one process, with Buffer's decoder as `net` passes it. `npx tsx bench/http1.ts`
 */
import {
  ResponseReader,
  writeRequestHead,
  type Completion,
  type Failure,
  type ReaderOptions,
  type ResponseHead,
  type ResponseSink,
} from "../src/http1/index.ts";

const decodeLatin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.prototype.latin1Slice.call(bytes, start, end);

const options: ReaderOptions = { decodeLatin1 };

const smallHead = [
  "HTTP/1.1 200 OK",
  "Server: nginx/1.22.1",
  "Date: Tue, 04 Aug 2026 07:59:32 GMT",
  "Content-Type: application/json",
  "Content-Length: 27",
  "Connection: keep-alive",
  'ETag: "66b0a7d4-1b"',
  "",
  '{"message":"hello, world!"}',
].join("\r\n");

class CountingSink implements ResponseSink {
  completed = 0;
  bytes = 0;
  used = 0;
  failure: Failure | undefined;
  onInformational(): void {}
  onHead(head: ResponseHead): void {
    // What a client asks of every response.
    this.used += head.status;
    if (head.fields.get("content-encoding") !== undefined) this.used++;
    if (head.fields.get("content-type") !== undefined) this.used++;
    if (head.fields.get("set-cookie") !== undefined) this.used++;
  }
  onBody(_bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes += end - start;
    return true;
  }
  onTrailers(): void {}
  onComplete(completion: Completion): void {
    this.completed += completion.persistence.persists ? 1 : 2;
  }
  onFailure(failure: Failure): void {
    this.failure = failure;
  }
}

const exchange = { method: "GET" };

function readSmall(count: number): number {
  const reader = new ResponseReader(options);
  const sink = new CountingSink();
  const bytes = Buffer.from(smallHead, "latin1");
  const startedAt = performance.now();
  for (let i = 0; i < count; i++) {
    reader.begin(exchange);
    reader.push(bytes, 0, bytes.length, sink);
  }
  const elapsedMs = performance.now() - startedAt;
  if (sink.completed !== count || sink.failure !== undefined) throw new Error("not every response was read");
  return (elapsedMs * 1e6) / count;
}

/** The same, in two reads that split the head. */
function readSplit(count: number): number {
  const reader = new ResponseReader(options);
  const sink = new CountingSink();
  const bytes = Buffer.from(smallHead, "latin1");
  const startedAt = performance.now();
  for (let i = 0; i < count; i++) {
    reader.begin(exchange);
    reader.push(bytes, 0, 100, sink);
    reader.push(bytes, 100, bytes.length, sink);
  }
  const elapsedMs = performance.now() - startedAt;
  if (sink.completed !== count) throw new Error("not every response was read");
  return (elapsedMs * 1e6) / count;
}

/** Bodies in reads of 64 KiB, as `net` reads; a sink that only counts, so that the reader alone is measured. */
function readBody(head: string, piece: Buffer, total: number): number {
  const reader = new ResponseReader(options);
  const sink = new CountingSink();
  const headBytes = Buffer.from(head, "latin1");
  reader.begin(exchange);
  reader.push(headBytes, 0, headBytes.length, sink);
  const startedAt = performance.now();
  for (let sent = 0; sent < total; sent += piece.length) reader.push(piece, 0, piece.length, sink);
  const elapsedMs = performance.now() - startedAt;
  if (sink.failure !== undefined) throw new Error(sink.failure.code);
  return total / 1e6 / (elapsedMs / 1e3);
}

function chunksOf(dataBytes: number, count: number): Buffer {
  const chunk = `${dataBytes.toString(16)}\r\n${"x".repeat(dataBytes)}\r\n`;
  return Buffer.from(chunk.repeat(count), "latin1");
}

function writeSmall(count: number): number {
  const fields = [
    ["Host", "api.weather.gov"],
    ["User-Agent", "meerkat/0.1.0"],
    ["Accept", "*/*"],
    ["Accept-Encoding", "gzip, deflate, br"],
  ] as const;
  let length = 0;
  const startedAt = performance.now();
  for (let i = 0; i < count; i++) {
    length += writeRequestHead({
      method: "GET",
      target: "/points/39.7456,-97.0892",
      fields,
      content: { kind: "none" },
    }).length;
  }
  const elapsedMs = performance.now() - startedAt;
  if (length === 0) throw new Error("nothing was written");
  return (elapsedMs * 1e6) / count;
}

const chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const lengthHead = "HTTP/1.1 200 OK\r\nContent-Length: 9007199254740991\r\n\r\n";
const gigabyte = 1e9;

const scenarios: readonly (readonly [name: string, unit: string, run: () => number])[] = [
  ["small response, whole", "ns", () => readSmall(300_000)],
  ["small response, head in two reads", "ns", () => readSplit(200_000)],
  ["request head", "ns", () => writeSmall(300_000)],
  ["length body, 64 KiB reads", "MB/s", () => readBody(lengthHead, Buffer.alloc(65_536), 100 * gigabyte)],
  ["chunked, 16 KiB chunks", "MB/s", () => readBody(chunkedHead, chunksOf(16_384, 4), 20 * gigabyte)],
  ["chunked, 1 KiB chunks", "MB/s", () => readBody(chunkedHead, chunksOf(1_024, 64), 4 * gigabyte)],
  ["chunked, 16-byte chunks", "MB/s", () => readBody(chunkedHead, chunksOf(16, 2_048), 0.1 * gigabyte)],
];

const rounds = 7;
for (const [name, unit, run] of scenarios) {
  const figures = Array.from({ length: rounds }, run).sort((a, b) => a - b);
  const median = figures[Math.floor(rounds / 2)] ?? Number.NaN;
  console.log(`${name.padEnd(36)} ${median.toFixed(0).padStart(10)} ${unit}`);
}
