/** DATA and HEADERS for a stream that takes none (RFC 9113 §5.1): what they mean depends on how it ended. */
import type { FrameWriter } from "../frames/index.ts";
import { http2Limits } from "../limits.ts";
import type { Breaker, Rule } from "./breaker.ts";
import type { LiveStreams } from "./live-streams.ts";

const endRule: Rule = {
  errorCode: "STREAM_CLOSED",
  rule: "nothing comes after END_STREAM",
  section: "RFC 9113 §5.1",
};

const mostLate = http2Limits.lateBlocks.value;

export class LateFrames {
  readonly #breaker: Breaker;
  readonly #streams: LiveStreams;
  readonly #writer: FrameWriter;

  constructor(breaker: Breaker, streams: LiveStreams, writer: FrameWriter) {
    this.#breaker = breaker;
    this.#streams = streams;
    this.#writer = writer;
  }

  take(frame: string, id: number): void {
    if (this.#streams.isIdle(id)) return this.#breaker.breakIdle(frame, id);
    // A stream that lives has ended on the peer's side.
    const closed = this.#streams.closed(id);
    const by = this.#streams.get(id) === undefined ? closed?.by : "end";
    switch (by) {
      case "end":
        return this.#breaker.break(endRule, frame, id);
      case "our-reset":
        // It was under way. Content is bounded by the stream's window.
        if (frame === "HEADERS" && closed !== undefined && ++closed.lateBlocks > mostLate)
          this.#breaker.flood("reset", mostLate, closed.lateBlocks);
        return;
      case "peer-reset":
        if (this.#breaker.spend("reset")) this.#writer.reset(id, "STREAM_CLOSED");
        return;
      case undefined: // Too long ago to be known.
        this.#breaker.spend("reset");
    }
  }
}
