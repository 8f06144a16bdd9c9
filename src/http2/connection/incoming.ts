/** What comes for one stream, made into a message (RFC 9113 §8.1): heads, content, trailers, the end. */
import { isInformational, type ReaderLimits } from "../../http1/index.ts";
import type { ErrorName } from "../error-codes.ts";
import type { Failure } from "../failure.ts";
import type { HeaderField, HpackOutcome } from "../hpack/index.ts";
import type { MessageFault } from "./field-rules.ts";
import { framingOf, readHead, readTrailers } from "./message.ts";
import type { ClientStream } from "./stream.ts";

/** What ends one stream, and leaves the connection as it is. */
export interface StreamFault {
  readonly failure: Failure;
  /** What the peer is told in RST_STREAM. */
  readonly errorCode: ErrorName;
}

/** How messages are read. */
export interface MessageRules {
  readonly limits: ReaderLimits;
  /** The tolerance `ctl-in-value`. */
  readonly allowsControls: boolean;
}

/** What a decoded block holds: nothing more than what the limits let through. */
export interface DecodedBlock {
  readonly fields: readonly HeaderField[];
  readonly outcome: Exclude<HpackOutcome, object>;
  readonly blockBytes: number;
  readonly endStream: boolean;
}

/** A header block: an informational head, the head, or the trailers. */
export function takeBlock(
  stream: ClientStream,
  block: DecodedBlock,
  rules: MessageRules,
): StreamFault | undefined {
  stream.receivedBytes += block.blockBytes;
  return stream.head === undefined ? takeHead(stream, block, rules) : takeTrailers(stream, block, rules);
}

function takeHead(stream: ClientStream, block: DecodedBlock, rules: MessageRules): StreamFault | undefined {
  const tooLarge = headTooLarge(block, rules.limits);
  if (tooLarge !== undefined) return tooLarge;
  const read = readHead(block.fields, rules.allowsControls);
  if (!read.ok) return malformed(stream, read.fault, "head");
  const { head } = read;
  if (isInformational(head.status)) return takeInformational(stream, head.status, block, rules) ?? tell();
  const result = framingOf(head, stream.method);
  if (!result.ok) return { failure: result.failure, errorCode: "PROTOCOL_ERROR" };
  const { framing } = result;
  stream.head = head;
  stream.framing = framing;
  stream.sink.onHead(head, framing);
  return tooLong(stream, rules.limits);

  function tell(): undefined {
    stream.sink.onInformational(head);
  }
}

function takeInformational(
  stream: ClientStream,
  status: number,
  { endStream }: DecodedBlock,
  { limits }: MessageRules,
): StreamFault | undefined {
  if (endStream)
    return malformed(
      stream,
      {
        rule: "an informational response does not end the stream",
        section: "RFC 9113 §8.1",
        field: undefined,
      },
      "head",
    );
  const value = limits.informationalCount;
  if (++stream.informational <= value) return undefined;
  return {
    failure: { code: "too-many-informational", detail: { value, status } },
    errorCode: "ENHANCE_YOUR_CALM",
  };
}

/** A length that is announced, and more than is taken. */
function tooLong(stream: ClientStream, { bodyBytes: value }: ReaderLimits): StreamFault | undefined {
  const announcedBytes = stream.expectedBytes;
  if (announcedBytes === undefined || announcedBytes <= value) return undefined;
  return {
    failure: { code: "body-too-large", detail: { limit: "bodyBytes", value, announcedBytes } },
    errorCode: "CANCEL",
  };
}

function takeTrailers(
  stream: ClientStream,
  block: DecodedBlock,
  rules: MessageRules,
): StreamFault | undefined {
  if (!block.endStream)
    return malformed(
      stream,
      { rule: "a trailer section ends the stream", section: "RFC 9113 §8.1", field: undefined },
      "trailers",
    );
  const { outcome } = block;
  const { trailerBytes, fieldCount } = rules.limits;
  if (outcome !== "decoded") {
    const limit = outcome === "over-count" ? "fieldCount" : "trailerBytes";
    const value = outcome === "over-count" ? fieldCount : trailerBytes;
    return {
      failure: { code: "trailers-too-large", detail: { limit, value, offset: undefined } },
      errorCode: "ENHANCE_YOUR_CALM",
    };
  }
  const read = readTrailers(block.fields, rules.allowsControls);
  if (!read.ok) return malformed(stream, read.fault, "trailers");
  if (block.fields.length > 0) stream.sink.onTrailers(read.fields, read.dropped);
  return undefined;
}

function headTooLarge(
  { outcome }: DecodedBlock,
  { headBytes, fieldCount }: ReaderLimits,
): StreamFault | undefined {
  if (outcome === "decoded") return undefined;
  const limit = outcome === "over-count" ? "fieldCount" : "headBytes";
  const value = outcome === "over-count" ? fieldCount : headBytes;
  return {
    failure: { code: "head-too-large", detail: { limit, value, offset: undefined } },
    errorCode: "ENHANCE_YOUR_CALM",
  };
}

/** Content. Whether its reader has room for more, or what is wrong with it. */
export function takeData(
  stream: ClientStream,
  content: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
  { limits }: MessageRules,
): boolean | StreamFault {
  const { bytes, start, end } = content;
  const { framing } = stream;
  if (framing === undefined)
    return malformed(
      stream,
      { rule: "content comes after a head", section: "RFC 9113 §8.1", field: undefined },
      "body",
    );
  if (framing.kind === "none")
    return malformed(
      stream,
      { rule: "this response has no content", section: "RFC 9110 §6.4.1, §9.3.2", field: undefined },
      "body",
    );
  const { expectedBytes = Infinity } = stream;
  // What comes before the fault is content, in whatever pieces the frame is read.
  const stop = Math.min(end, start + Math.min(expectedBytes, limits.bodyBytes) - stream.bodyBytes);
  stream.bodyBytes += stop - start;
  const hasRoom = stop === start || stream.sink.onBody(bytes, start, stop);
  return stop < end ? tooMuch(stream, limits) : hasRoom;
}

/** What is wrong with content beyond its bounds: the nearer of them. */
function tooMuch(stream: ClientStream, { bodyBytes: value }: ReaderLimits): StreamFault {
  const { expectedBytes = Infinity } = stream;
  if (expectedBytes <= value) return malformed(stream, lengthFault, "body");
  return { failure: { code: "body-too-large", detail: { limit: "bodyBytes", value } }, errorCode: "CANCEL" };
}

const lengthFault: MessageFault = {
  rule: "the lengths of the DATA frames add up to Content-Length",
  section: "RFC 9113 §8.1.1",
  field: "content-length",
};

/** END_STREAM came. What is missing, if anything is. */
export function takeEnd(stream: ClientStream): StreamFault | undefined {
  if (stream.head === undefined)
    return malformed(
      stream,
      { rule: "a response has a head before its end", section: "RFC 9113 §8.1", field: undefined },
      "head",
    );
  const { expectedBytes, bodyBytes } = stream;
  if (expectedBytes === undefined || bodyBytes === expectedBytes) return undefined;
  const detail = {
    framing: "length",
    expectedBytes,
    receivedBytes: bodyBytes,
    ending: "end-stream",
  } as const;
  return { failure: { code: "body-truncated", detail }, errorCode: "PROTOCOL_ERROR" };
}

function malformed(
  stream: ClientStream,
  { rule, section, field }: MessageFault,
  part: "head" | "body" | "trailers",
): StreamFault {
  return {
    failure: { code: "http2-message-malformed", detail: { stream: stream.id, part, rule, section, field } },
    errorCode: "PROTOCOL_ERROR",
  };
}
