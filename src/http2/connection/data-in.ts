/** DATA frames (RFC 9113 §6.1): whose content it is, whether the windows allowed it, and when it is given back. */
import type { FrameWriter } from "../frames/index.ts";
import { peerMaySend } from "../streams/stream-state.ts";
import type { Breaker, Rule } from "./breaker.ts";
import type { Credit } from "./credit.ts";
import { takeData, type MessageRules } from "./incoming.ts";
import type { LateFrames } from "./late-frames.ts";
import type { LiveStreams } from "./live-streams.ts";
import { bandwidthPing } from "./pings.ts";
import type { ClientStream } from "./stream.ts";

export interface DataInParts {
  readonly breaker: Breaker;
  readonly credit: Credit;
  readonly late: LateFrames;
  readonly rules: MessageRules;
  readonly streams: LiveStreams;
  readonly writer: FrameWriter;
}

const windowRule: Rule = {
  errorCode: "FLOW_CONTROL_ERROR",
  rule: "no more is sent than the window has room for",
  section: "RFC 9113 §6.9.1",
};

export class DataIn {
  readonly #parts: DataInParts;

  constructor(parts: DataInParts) {
    this.#parts = parts;
  }

  take(id: number, bytes: Uint8Array, start: number, end: number): void {
    const stream = this.#admit(id, end - start);
    if (stream === undefined) return;
    const { credit, streams, rules } = this.#parts;
    stream.wasResumed = false;
    const room = takeData(stream, { bytes, start, end }, rules);
    if (typeof room === "object") {
      credit.read(undefined, end - start);
      streams.refuse(stream, room);
    } else if (room || stream.wasResumed || stream.state === "closed") credit.read(stream, end - start);
    else credit.hold(stream, end - start);
  }

  /** The frame is over. The stream, where that is one that may send. */
  finish(id: number, flowBytes: number, contentBytes: number): ClientStream | undefined {
    const { credit, writer, streams } = this.#parts;
    const padding = flowBytes - contentBytes;
    if (padding > 0) {
      const padded = this.#admit(id, padding);
      if (padded !== undefined) credit.read(padded, padding);
    }
    if (credit.wantsPing(flowBytes)) writer.ping(false, bandwidthPing, 0);
    const stream = streams.get(id);
    if (stream !== undefined) stream.receivedBytes += flowBytes;
    return stream;
  }

  /** The stream that octets are for; `undefined` where they are for nobody, or the windows do not allow them. */
  #admit(id: number, bytes: number): ClientStream | undefined {
    const { breaker, credit, late, streams } = this.#parts;
    const live = streams.get(id);
    // Whoever exceeds a stream's window does not count as we do, and what else it sends cannot be counted either: where a
    // frame comes in pieces, some of it has been given out before.
    if (!credit.take(live ?? streams.closed(id), bytes)) {
      breaker.break(windowRule, "DATA", id);
      return undefined;
    }
    if (live !== undefined && peerMaySend[live.state]) return live;
    credit.read(undefined, bytes);
    late.take("DATA", id);
    return undefined;
  }
}
