/**
 * What HTTP/2's header compression and frames cost: nanoseconds a header block and a frame, megabytes a second of
 * content. Medians of rounds of CPU time, in one process, with Buffer's decoder as `net` passes it. `npm run bench:http2`
 */
import {
  FrameReader,
  FrameWriter,
  HpackDecoder,
  HpackEncoder,
  OctetWriter,
  type FieldToEncode,
  type FrameHeader,
  type HeaderField,
} from "../src/http2/index.ts";
import { decodeLatin1 } from "../src/net/index.ts";
import { SilentSink } from "../test/http2/silent-sink.ts";

const answer: readonly FieldToEncode[] = [
  [":status", "200"],
  ["server", "nginx/1.22.1"],
  ["content-type", "application/json"],
  ["vary", "accept-encoding"],
  ["x-content-type-options", "nosniff"],
  ["strict-transport-security", "max-age=31536000; includeSubDomains"],
  ["cache-control", "no-cache"],
  ["access-control-allow-origin", "*"],
];
/** What differs from one answer to the next. */
const literals: readonly FieldToEncode[] = [
  ["content-length", "1270"],
  ["date", "Tue, 04 Aug 2026 07:59:32 GMT"],
  ["if-none-match", '"66b0a7d4-1b"'],
];

function blockOf(encoder: HpackEncoder, fields: readonly FieldToEncode[]): Uint8Array {
  const out = new OctetWriter();
  encoder.encode(fields, out);
  return out.bytes.slice(0, out.length);
}

/** Answers like the ones before, whose fields the table has. */
function decode(fields: readonly FieldToEncode[], count: number): number {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder({ decodeLatin1, maxTableBytes: 4_096 });
  const into = { fields: [] as HeaderField[], bytes: 65_536, count: 2_000 };
  const first = blockOf(encoder, fields);
  decoder.decode(first, 0, first.length, into);
  const block = blockOf(encoder, fields);
  return nsOf(count, () => {
    if (decoder.decode(block, 0, block.length, into) !== "decoded") throw new Error("not decoded");
    return into.fields.length;
  });
}

const request = (path: string): readonly FieldToEncode[] => [
  [":method", "GET"],
  [":scheme", "https"],
  [":authority", "api.weather.gov"],
  [":path", path],
  ["user-agent", "meerkat/0.1.0"],
  ["accept", "*/*"],
  ["accept-encoding", "gzip, deflate, br"],
  ["authorization", "Bearer mF_9.B5f-4.1JqM"],
];

function encode(paths: readonly string[], count: number): number {
  const encoder = new HpackEncoder();
  const out = new OctetWriter();
  const requests = paths.map(request);
  let next = 0;
  return nsOf(count, () => {
    out.clear();
    encoder.encode(requests[next++ % requests.length] ?? [], out);
    return out.length;
  });
}

/** Counts what it is told. */
class Counter extends SilentSink {
  calls = 0;
  bytes = 0;
  override onData(_stream: number, _bytes: Uint8Array, start: number, end: number): void {
    this.bytes += end - start;
  }
  override onDataEnd(): void {
    this.calls++;
  }
  override onHeaders(frame: FrameHeader): void {
    this.calls += frame.stream;
  }
  override onWindowUpdate(): void {
    this.calls++;
  }
}

/** A small answer in each round: HEADERS, DATA and WINDOW_UPDATE in one read. */
function readAnswers(count: number): number {
  const writer = new FrameWriter();
  const block = new OctetWriter();
  block.append(new Uint8Array(20), 0, 20);
  writer.headers({ stream: 1, endStream: false, maxFrameBytes: 16_384 }, block);
  writer.data({ stream: 1, endStream: true }, new Uint8Array(27), 0, 27);
  writer.windowUpdate(0, 27);
  const bytes = writer.take() ?? new Uint8Array(0);
  const reader = new FrameReader(16_384);
  const sink = new Counter();
  const ns = nsOf(count, () => {
    if (reader.push(bytes, 0, bytes.length, sink) !== undefined) throw new Error("not read");
    return sink.calls;
  });
  return ns / 3;
}

/** A small request in each round: HEADERS, and what waits is taken. */
function writeRequests(count: number): number {
  const writer = new FrameWriter();
  const block = new OctetWriter();
  block.append(new Uint8Array(40), 0, 40);
  return nsOf(count, () => {
    writer.headers({ stream: 1, endStream: true, maxFrameBytes: 16_384 }, block);
    return writer.take()?.length ?? 0;
  });
}

/** Content in reads of 64 KiB, as `net` reads. */
function readContent(frameBytes: number, total: number): number {
  const writer = new FrameWriter();
  const frames = Math.floor(65_536 / (frameBytes + 9));
  const content = new Uint8Array(frameBytes);
  for (let at = 0; at < frames; at++) writer.data({ stream: 1, endStream: false }, content, 0, frameBytes);
  const bytes = writer.take() ?? new Uint8Array(0);
  const reader = new FrameReader(16_384);
  const sink = new Counter();
  const ns = nsOf(Math.ceil(total / bytes.length), () => {
    reader.push(bytes, 0, bytes.length, sink);
    return sink.bytes;
  });
  return (bytes.length / ns) * 1e3;
}

function nsOf(count: number, work: () => number): number {
  let sum = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < count; round++) sum += work();
  const { user, system } = process.cpuUsage(before);
  if (sum === 0) throw new Error("nothing was done");
  return ((user + system) * 1e3) / count;
}

const paths = Array.from({ length: 64 }, (_, number) => `/points/39.7456,-97.08${number}`);

const scenarios: readonly (readonly [name: string, unit: string, run: () => number])[] = [
  ["answer's block, all indexed", "ns", () => decode(answer, 300_000)],
  ["answer's block, with 3 literals", "ns", () => decode([...answer, ...literals], 200_000)],
  ["request's block, the same again", "ns", () => encode(paths.slice(0, 1), 300_000)],
  ["request's block, another path", "ns", () => encode(paths, 200_000)],
  ["frame, read", "ns", () => readAnswers(300_000)],
  ["request's HEADERS, written and taken", "ns", () => writeRequests(300_000)],
  ["content, frames of 16 KiB", "MB/s", () => readContent(16_384, 20e9)],
  ["content, frames of 1 KiB", "MB/s", () => readContent(1_024, 4e9)],
];

const rounds = 7;
for (const [name, unit, run] of scenarios) {
  const figures = Array.from({ length: rounds }, run).sort((a, b) => a - b);
  const median = figures[Math.floor(rounds / 2)] ?? Number.NaN;
  console.log(`${name.padEnd(40)} ${median.toFixed(0).padStart(10)} ${unit}`);
}
