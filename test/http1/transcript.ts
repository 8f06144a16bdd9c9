/** Reads bytes with a reader, in any pieces, and writes down what it said as one line that a table can hold. */
import {
  ResponseReader,
  type Completion,
  type Exchange,
  type Failure,
  type Fields,
  type Framing,
  type ReaderOptions,
  type ResponseHead,
  type ResponseSink,
} from "../../src/http1/index.ts";
import type { Ending } from "../../src/core/index.ts";

export interface Reading {
  /** The requests outstanding, in order; one GET unless said otherwise. */
  readonly exchanges?: readonly Exchange[];
  readonly options?: ReaderOptions;
  /** How the connection ends after the last byte; it stays open unless said. */
  readonly ending?: Ending;
}

/** What a reader said, event by event, with the pieces of a body joined. */
export class Transcript implements ResponseSink {
  readonly events: string[] = [];
  readonly heads: ResponseHead[] = [];
  outcomes = 0;
  failure: Failure | undefined;
  completion: Completion | undefined;
  body = "";

  onInformational(head: ResponseHead): void {
    this.events.push(String(head.status));
  }

  onHead(head: ResponseHead, framing: Framing): void {
    this.heads.push(head);
    this.events.push(`${head.version} ${head.status} ${renderFraming(framing)}`);
  }

  onBody(bytes: Uint8Array, start: number, end: number): boolean {
    if (start >= end) throw new Error("an empty piece of a body was given");
    this.body += Buffer.from(bytes.subarray(start, end)).toString("latin1");
    return true;
  }

  onTrailers(fields: Fields, dropped: readonly string[]): void {
    this.#endBody();
    this.events.push(`trailers ${[...fields].map(([name, value]) => `${name}: ${value}`).join(", ")}`);
    if (dropped.length > 0) this.events.push(`dropped ${dropped.join(", ")}`);
  }

  onComplete(completion: Completion): void {
    this.#endBody();
    this.outcomes++;
    this.completion = completion;
    const { persistence, completeness } = completion;
    const end = persistence.persists ? "persists" : `closes ${persistence.because}`;
    this.events.push(completeness === "complete" ? end : `${completeness} ${end}`);
  }

  onFailure(failure: Failure): void {
    this.#endBody();
    this.outcomes++;
    this.failure = failure;
    const offset = "offset" in failure.detail ? ` @${failure.detail.offset}` : "";
    this.events.push(`${failure.code}${offset}`);
  }

  #endBody(): void {
    if (this.body !== "") this.events.push(JSON.stringify(this.body));
    this.body = "";
  }

  /** The line: events between bars. */
  toString(): string {
    this.#endBody();
    return this.events.join(" | ");
  }
}

function renderFraming(framing: Framing): string {
  return framing.kind === "length" ? `length ${framing.bytes}` : framing.kind;
}

/** Bytes of text whose characters are octets. */
export function octets(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** The bytes read in pieces that end at `cuts` (ascending places), each piece alone in a reused buffer. */
export function readPieces(bytes: Uint8Array, cuts: readonly number[], reading: Reading = {}): Transcript {
  const { exchanges = [{ method: "GET" }], options = {}, ending } = reading;
  const reader = new ResponseReader(options);
  const transcript = new Transcript();
  const waiting = [...exchanges];
  // A buffer with other bytes before and behind: what is read outside its place shows.
  const buffer = new Uint8Array(bytes.length + 16).fill(0x5a);
  let unread = 0;
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    buffer.set(bytes.subarray(from, to), 8);
    const end = 8 + to - from;
    for (let at = 8; at < end && unread === 0;) {
      if (reader.phase === "idle") {
        const next = waiting.shift();
        if (next !== undefined) reader.begin(next);
        else unread = bytes.length - from - (at - 8);
      }
      if (unread === 0) at = reader.push(buffer, at, end, transcript);
      if (reader.phase === "tunnel" && at < end) unread = bytes.length - from - (at - 8);
    }
    buffer.fill(0x5a);
    from = to;
    if (unread > 0) break;
  }
  if (reader.phase === "idle" && waiting.length > 0)
    for (const next of waiting.splice(0, 1)) reader.begin(next);
  if (ending !== undefined) reader.end(ending, transcript);
  if (unread > 0) transcript.events.push(`unread ${unread}`);
  return transcript;
}

/** The bytes read at once, octet by octet, and in halves at every place: each must say the same. */
export function readEveryWay(text: string, reading: Reading = {}): Transcript {
  const bytes = octets(text);
  const whole = readPieces(bytes, [], reading);
  const single = Array.from(bytes, (_, at) => at).slice(1);
  expectSame(text, whole, readPieces(bytes, single, reading));
  for (const cut of single) expectSame(text, whole, readPieces(bytes, [cut], reading));
  return whole;
}

function expectSame(text: string, whole: Transcript, pieces: Transcript): void {
  const same =
    String(whole) === String(pieces) &&
    JSON.stringify(facts(whole.failure)) === JSON.stringify(facts(pieces.failure)) &&
    JSON.stringify(whole.heads.map(renderHead)) === JSON.stringify(pieces.heads.map(renderHead)) &&
    JSON.stringify(whole.completion) === JSON.stringify(pieces.completion);
  if (!same) {
    const [one, other] = [whole, pieces].map((it) => `${String(it)} ${JSON.stringify(facts(it.failure))}`);
    throw new Error(`In pieces ${JSON.stringify(text)} reads as\n  ${other}\nand whole as\n  ${one}`);
  }
}

/** A failure's facts, but for `not-http`'s: what it shows is whatever had come. */
function facts(failure: Failure | undefined): unknown {
  return failure?.code === "not-http" ? failure.code : failure;
}

/** A head as plain values. */
export function renderHead(head: ResponseHead): unknown {
  return { ...head, fields: [...head.fields] };
}
