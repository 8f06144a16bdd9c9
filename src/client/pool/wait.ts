/** What a connection waits for, how long at most, and the error where that does not come. */
import { HttpsError } from "../../core/index.ts";
import type { Timeouts } from "../options/timeouts.ts";
import type { Call } from "./call.ts";
import type { Deadline } from "./deadline.ts";

/** What the current request waits for: each has a deadline of its own. */
export type Wait = "send" | "head" | "body" | "reader";

function limitMsOf(wait: Wait, timeouts: Timeouts): number {
  switch (wait) {
    case "send":
      return timeouts.sendMs;
    case "head":
      return timeouts.headMs;
    case "body":
      return timeouts.bodyIdleMs;
    case "reader":
      return timeouts.unreadBodyMs;
  }
}

/** A deadline of a connection's own, or a request's share of one. */
type WaitDeadline = Pick<Deadline, "set" | "stop" | "keepAwake" | "clear">;

/** What a request waits for now, and until when. */
export class Waiting {
  for: Wait = "head";
  #limitMs = Infinity;
  readonly #deadline: WaitDeadline;

  constructor(deadline: WaitDeadline) {
    this.#deadline = deadline;
  }

  /** Whoever has just looked at the clock says what it showed. */
  begin(wait: Wait, call: Call | undefined, now: number = performance.now()): void {
    this.for = wait;
    if (call === undefined) return;
    this.#limitMs = limitMsOf(wait, call.outgoing.timeouts);
    this.#deadline.set(this.#limitMs, now);
  }

  /** Nothing is owed for now. */
  stop(): void {
    this.#deadline.stop();
  }

  /** Somebody waits for the connection's end. */
  keepAwake(): void {
    this.#deadline.keepAwake();
  }

  /** The error where it did not come. */
  lateError({ host, sentBytes, shutWindow, receivedBytes, bodyBytes }: Progress): HttpsError {
    const limitMs = this.#limitMs;
    switch (this.for) {
      case "send":
        return new HttpsError("send-timeout", { host, limitMs, bytesSent: sentBytes, shutWindow });
      case "head":
        return new HttpsError("head-timeout", { host, limitMs, bytesReceived: receivedBytes });
      case "body":
        return new HttpsError("body-timeout", { host, limitMs, bytesReceived: bodyBytes });
      case "reader":
        return new HttpsError("body-unread", { host, limitMs, bytesReceived: bodyBytes });
    }
  }

  /** For the end of the connection's life. */
  clear(): void {
    this.#deadline.clear();
  }
}

/** How far the request had come when its time was over. */
interface Progress {
  readonly host: string;
  readonly sentBytes: number;
  /** Over HTTP/2: the window that keeps the rest back. */
  readonly shutWindow?: "stream" | "connection" | undefined;
  readonly receivedBytes: number;
  readonly bodyBytes: number;
}
