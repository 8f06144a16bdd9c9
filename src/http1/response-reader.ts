/**
 * Reads the responses of one connection: bytes in, events out, no I/O. RFC 9112, from the client's side.
 *
 * One reader lives as long as its connection and reads one exchange after another. It works on the caller's buffer
 * in place: nothing is copied but the part of a head or trailer section that spans two reads, and body bytes are
 * handed on as places in the same buffer.
 *
 * Nothing here throws on input: a broken rule becomes a `Failure` for the sink, once, and the reader takes no more.
 */
import { ChunkScanner } from "./chunk-scanner.ts";
import type { Fields } from "./fields.ts";
import { responseFraming, type Framing } from "./framing.ts";
import { HeadScanner } from "./head-scanner.ts";
import { isInformational, type Exchange, type ResponseHead, type Version } from "./head.ts";
import { defaultReaderLimits, readerLimitChecks, type ReaderLimits } from "./limits.ts";
import { CR, LF, decodeLatin1, excerptBytes, renderOctets, type DecodeLatin1 } from "./octets.ts";
import { connectionPersists, type Persistence } from "./persistence.ts";
import { allowCheck, toleranceBits, type Tolerance } from "./tolerance.ts";
import { filterTrailers } from "./trailers.ts";
import {
  asGiven,
  assert,
  readOptions,
  record,
  withDefaults,
  type Checks,
  type Details,
  type Ending,
} from "../core/index.ts";
import type { Failure } from "./failure.ts";

/** How an exchange ended well. */
export interface Completion {
  /** Content received, after chunked was undone. */
  readonly bodyBytes: number;
  /** Everything received for this exchange: heads, framing, content, trailers. */
  readonly receivedBytes: number;
  /** "unverifiable": only a FIN told the end, and whether it was the server's cannot be seen (RFC 9112 §9.8). */
  readonly completeness: "complete" | "unverifiable";
  /** Whether the connection may carry another request, as far as this response says. */
  readonly persistence: Persistence;
}

/**
 * Who receives what the reader finds. It is told, and does not ask: reading a small response by a loop of
 * `next()` calls that return one event each was measured at 12 % more time, since every event left and entered again.
 *
 * The order is that of the methods; `onFailure` may replace any of them.
 */
export interface ResponseSink {
  /** A 1xx response other than 101. */
  onInformational(head: ResponseHead): void;
  /** The final response's head, or a 101 that was asked for. */
  onHead(head: ResponseHead, framing: Framing): void;
  /**
   * Content: `bytes` from `start` to `end`, never empty, valid during the call alone. `false` asks for a pause:
   * `push` then returns, and what it did not take has to be pushed again.
   */
  onBody(bytes: Uint8Array, start: number, end: number): boolean;
  /** The trailer section of a chunked body, if it has fields; `dropped` names those that no trailer may be. */
  onTrailers(fields: Fields, dropped: readonly string[]): void;
  onComplete(completion: Completion): void;
  /** The exchange cannot be completed, and the connection is good for nothing more. */
  onFailure(failure: Failure): void;
}

/** How strictly, and within which limits, responses are read. */
export interface ReaderOptions {
  readonly limits?: Partial<ReaderLimits>;
  /** Faults of the peer that are let pass. None, unless named. */
  readonly allow?: readonly Tolerance[];
  /** The machine's own way to make text of octets, if it has a fast one. */
  readonly decodeLatin1?: DecodeLatin1;
}

const readerChecks: Checks<ReaderOptions> = {
  limits: record(readerLimitChecks),
  allow: allowCheck,
  decodeLatin1: asGiven(),
};

/**
 * What the reader waits for. "idle": no exchange is outstanding. "tunnel": the bytes are no longer HTTP's.
 * "closed": nothing more is read, after a failure or the connection's end.
 */
export type ReaderPhase =
  "idle" | "head" | "length" | "chunked" | "trailers" | "until-close" | "tunnel" | "closed";

const noExchange: Exchange = { method: "GET" };
const noBytes = new Uint8Array(0);
/** Most heads fit; a longer one is not kept room for while the connection is idle. */
const keptCarryBytes = 4_096;
const smallestCarryBytes = 512;
const versions: readonly Version[] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9"];

/** Reads the responses of one connection: bytes in, events out, within limits (RFC 9112). */
export class ResponseReader {
  readonly #limits: ReaderLimits;
  readonly #allowLengthBesideChunked: boolean;
  readonly #decode: DecodeLatin1;
  readonly #head: HeadScanner;
  readonly #chunks: ChunkScanner;
  #phase: ReaderPhase = "idle";
  #exchange: Exchange = noExchange;
  #persistence: Persistence = { persists: true };
  /** Octets of this exchange that were taken by pushes before this one, and by this one. */
  #received = 0;
  #bodyBytes = 0;
  #expectedBytes = 0;
  #informational = 0;
  #ignoredLines = 0;
  /** A section's octets from reads before this one. */
  #carry: Uint8Array = noBytes;
  #carried = 0;
  #idleCr = false;
  #stopped = false;

  /** @throws HttpsError `option-unknown`, `option-invalid` */
  constructor(options: ReaderOptions = {}) {
    const { limits, allow = [], decodeLatin1: decode = decodeLatin1 } = readOptions(options, readerChecks);
    this.#limits = withDefaults(defaultReaderLimits, limits);
    const allowedBits = toleranceBits(allow);
    this.#allowLengthBesideChunked = allow.includes("te-and-cl");
    this.#decode = decode;
    this.#head = new HeadScanner(this.#limits, allowedBits);
    this.#chunks = new ChunkScanner(this.#limits, allowedBits);
  }

  get phase(): ReaderPhase {
    return this.#phase;
  }

  /** Octets received for the current exchange, or the last one: 0 means that a retry loses nothing. */
  get receivedBytes(): number {
    return this.#received;
  }

  /** Content received in the current exchange, or the last one. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  /** Says that a request was sent and that what comes now answers it. The exchange before must be over. */
  begin(exchange: Exchange): void {
    assert(this.#phase === "idle", "an exchange begins on a connection that is idle");
    this.#exchange = exchange;
    this.#received = 0;
    this.#bodyBytes = 0;
    this.#informational = 0;
    this.#ignoredLines = 0;
    this.#beginSection("head");
  }

  /**
   * Takes the bytes from `start` to `end`, tells the sink what they mean, and gives the place after the last byte
   * taken. That is `end`, except when the exchange is complete and more bytes follow (push them after the next
   * `begin`; pushed while idle they are unsolicited), when the sink asked for a pause, and in a tunnel.
   */
  push(bytes: Uint8Array, start: number, end: number, sink: ResponseSink): number {
    let at = start;
    this.#stopped = false;
    while (at < end && !this.#stopped) at = this.#advance(bytes, at, end, sink);
    return this.#phase === "closed" ? end : at;
  }

  /** Says that the connection ended, and how; a body that this completes is complete. */
  end(ending: Ending, sink: ResponseSink): void {
    const phase = this.#phase;
    const receivedBytes = this.#received;
    if (phase === "until-close" && (ending === "close-notify" || ending === "fin")) {
      this.#complete(ending === "fin" ? "unverifiable" : "complete", sink);
    } else if (phase === "head") {
      const empty: Failure = { code: "empty-response", detail: { ending } };
      this.#fail(
        receivedBytes === 0 ? empty : { code: "head-truncated", detail: { receivedBytes, ending } },
        sink,
      );
    } else if (phase !== "idle" && phase !== "tunnel" && phase !== "closed") {
      this.#fail({ code: "body-truncated", detail: this.#truncation(phase, ending) }, sink);
    }
    this.#phase = "closed";
  }

  #truncation(
    phase: "length" | "chunked" | "trailers" | "until-close",
    ending: Ending,
  ): Details["body-truncated"] {
    const framing = phase === "trailers" ? "chunked" : phase;
    const detail = { framing, receivedBytes: this.#bodyBytes, ending };
    return phase === "length" ? { ...detail, expectedBytes: this.#expectedBytes } : detail;
  }

  /** Takes some of the bytes, as the phase has it. */
  #advance(bytes: Uint8Array, at: number, end: number, sink: ResponseSink): number {
    switch (this.#phase) {
      case "head":
      case "trailers":
        return this.#carried === 0
          ? this.#scanSection(bytes, at, end, sink)
          : this.#scanCarried(bytes, at, end, sink);
      case "length":
      case "until-close":
        return this.#readBody(bytes, at, end, sink);
      case "chunked":
        return this.#readChunked(bytes, at, end, sink);
      case "idle":
        return this.#readIdle(bytes, at, end, sink);
      case "tunnel":
      case "closed":
        this.#stopped = true;
        return at;
    }
  }

  #beginSection(section: "head" | "trailers"): void {
    this.#phase = section;
    this.#head.begin(section, this.#received);
  }

  /** A section whose octets are all in the buffer, as far as they have come. */
  #scanSection(bytes: Uint8Array, start: number, end: number, sink: ResponseSink): number {
    const next = this.#head.scan(bytes, start, start, end);
    this.#received += next - start;
    if (this.#head.done) this.#endSection(bytes, next, sink);
    else if (this.#head.failure !== undefined) this.#fail(this.#head.failure, sink);
    else this.#carryOver(bytes, start, end);
    return next;
  }

  /** A section that began in an earlier read: what is new goes behind what was kept, and is scanned there. */
  #scanCarried(bytes: Uint8Array, start: number, end: number, sink: ResponseSink): number {
    const kept = this.#carried;
    const room = Math.max(this.#limits.headBytes, this.#limits.trailerBytes) + 1 - kept;
    this.#carryOver(bytes, start, Math.min(end, start + room));
    const next = this.#head.scan(this.#carry, 0, kept, this.#carried);
    this.#received += next - kept;
    if (this.#head.done) this.#endSection(this.#carry, next, sink);
    else if (this.#head.failure !== undefined) this.#fail(this.#head.failure, sink);
    return start + next - kept;
  }

  #carryOver(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#carried + end - start;
    if (length > this.#carry.length) {
      const grown = new Uint8Array(Math.max(smallestCarryBytes, 2 * length));
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    this.#carry.set(bytes.subarray(start, end), this.#carried);
    this.#carried = length;
  }

  #endSection(bytes: Uint8Array, end: number, sink: ResponseSink): void {
    const scanner = this.#head;
    const text = scanner.text(bytes, end, this.#decode);
    const fields = scanner.fields(text);
    this.#ignoredLines += scanner.ignoredLines;
    this.#carried = 0;
    if (this.#carry.length > keptCarryBytes) this.#carry = noBytes;
    if (this.#phase === "trailers") return this.#endTrailers(fields, sink);
    this.#endHead(
      {
        version: versions[scanner.minorVersion] ?? "1.1",
        status: scanner.status,
        reason: scanner.reason(text),
        fields,
        ignoredLines: this.#ignoredLines,
      },
      sink,
    );
  }

  #endHead(head: ResponseHead, sink: ResponseSink): void {
    if (isInformational(head.status) && head.status !== 101) return this.#endInformational(head, sink);
    const result = responseFraming(head, this.#exchange, this.#allowLengthBesideChunked);
    if (!result.ok) return this.#fail(result.failure, sink);
    const { framing } = result;
    this.#persistence = connectionPersists(head, this.#exchange, framing);
    this.#expectedBytes = framing.kind === "length" ? framing.bytes : 0;
    this.#phase = framing.kind === "none" ? "length" : framing.kind;
    sink.onHead(head, framing);
    if (framing.kind === "chunked") this.#chunks.begin();
    else if (framing.kind === "length" || framing.kind === "none") this.#beginLength(sink);
  }

  /** RFC 9110 §15.2: any number of them, asked for or not. */
  #endInformational(head: ResponseHead, sink: ResponseSink): void {
    const value = this.#limits.informationalCount;
    if (++this.#informational > value) {
      return this.#fail({ code: "too-many-informational", detail: { value, status: head.status } }, sink);
    }
    this.#beginSection("head");
    sink.onInformational(head);
  }

  #beginLength(sink: ResponseSink): void {
    if (this.#expectedBytes > this.#limits.bodyBytes) this.#failTooLarge(this.#expectedBytes, sink);
    else if (this.#expectedBytes === 0) this.#complete("complete", sink);
  }

  #endTrailers(section: Fields, sink: ResponseSink): void {
    if (this.#head.ignoredLines > 0) this.#persistence = { persists: false, because: "ignored-lines" };
    if (section.size > 0) {
      const { fields, dropped } = filterTrailers(section);
      sink.onTrailers(fields, dropped);
    }
    this.#complete("complete", sink);
  }

  /** A body that ends at a length, or with the connection. */
  #readBody(bytes: Uint8Array, start: number, end: number, sink: ResponseSink): number {
    const isLength = this.#phase === "length";
    const most = isLength ? this.#expectedBytes : this.#limits.bodyBytes;
    const stop = Math.min(end, start + most - this.#bodyBytes);
    if (stop > start) this.#give(bytes, start, stop, sink);
    if (isLength && this.#bodyBytes === most) this.#complete("complete", sink);
    else if (stop < end) this.#failTooLarge(undefined, sink);
    return stop;
  }

  #readChunked(bytes: Uint8Array, start: number, end: number, sink: ResponseSink): number {
    const chunks = this.#chunks;
    let at = start;
    while (at < end && !this.#stopped) {
      if (chunks.hasData) {
        const stop = Math.min(end, at + chunks.dataBytes);
        chunks.take(stop - at);
        this.#give(bytes, at, stop, sink);
        at = stop;
        continue;
      }
      const next = chunks.scan(bytes, at, end, this.#received - at);
      this.#received += next - at;
      at = next;
      if (chunks.failure !== undefined) this.#fail(chunks.failure, sink);
      else if (chunks.hasData) this.#checkChunk(chunks.dataBytes, sink);
      else if (chunks.last) {
        this.#beginSection("trailers");
        break;
      }
    }
    return at;
  }

  #checkChunk(dataBytes: number, sink: ResponseSink): void {
    const announced = this.#bodyBytes + dataBytes;
    if (announced > this.#limits.bodyBytes) this.#failTooLarge(announced, sink);
  }

  #give(bytes: Uint8Array, start: number, end: number, sink: ResponseSink): void {
    this.#received += end - start;
    this.#bodyBytes += end - start;
    if (!sink.onBody(bytes, start, end)) this.#stopped = true;
  }

  /** RFC 9112 §9.2: bytes that answer no request are not a response; empty lines alone may be passed over. */
  #readIdle(bytes: Uint8Array, start: number, end: number, sink: ResponseSink): number {
    for (let at = start; at < end; at++) {
      if (bytes[at] !== (this.#idleCr ? LF : CR)) {
        const excerpt = renderOctets(bytes.subarray(at, Math.min(end, at + excerptBytes)));
        this.#fail({ code: "unsolicited-bytes", detail: { bytes: end - at, excerpt } }, sink);
        break;
      }
      this.#idleCr = !this.#idleCr;
    }
    return end;
  }

  #complete(completeness: Completion["completeness"], sink: ResponseSink): void {
    this.#phase = "idle";
    this.#stopped = true;
    this.#idleCr = false;
    sink.onComplete({
      bodyBytes: this.#bodyBytes,
      receivedBytes: this.#received,
      completeness,
      persistence: this.#persistence,
    });
  }

  #failTooLarge(announcedBytes: number | undefined, sink: ResponseSink): void {
    const value = this.#limits.bodyBytes;
    const announced = announcedBytes === undefined ? {} : { announcedBytes };
    this.#fail({ code: "body-too-large", detail: { limit: "bodyBytes", value, ...announced } }, sink);
  }

  #fail(failure: Failure, sink: ResponseSink): void {
    this.#phase = "closed";
    this.#stopped = true;
    sink.onFailure(failure);
  }
}
