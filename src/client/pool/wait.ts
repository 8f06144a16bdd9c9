/** What a connection waits for, how long at most, and the error where that does not come. */
import { HttpsError } from "../../core/index.ts";
import type { Timeouts } from "../options/timeouts.ts";
import { Deadline } from "./deadline.ts";

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

/** What a connection waits for now, and until when. */
export class Waiting {
  for: Wait = "head";
  readonly #deadline: Deadline;

  constructor(onLate: () => void) {
    this.#deadline = new Deadline(onLate);
  }

  /** Whoever has just looked at the clock says what it showed. */
  begin(wait: Wait, timeouts: Timeouts | undefined, now: number = performance.now()): void {
    this.for = wait;
    if (timeouts !== undefined) this.#deadline.set(limitMsOf(wait, timeouts), now);
  }

  /** Nothing is owed for now. */
  stop(): void {
    this.#deadline.stop();
  }

  /** Somebody waits for the connection's end. */
  keepAwake(): void {
    this.#deadline.keepAwake();
  }

  /** For the end of the connection's life. */
  clear(): void {
    this.#deadline.clear();
  }
}

/** How far the request had come when its time was over. */
export interface Progress {
  readonly host: string;
  readonly timeouts: Timeouts;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly bodyBytes: number;
}

export function lateError(wait: Wait, progress: Progress): HttpsError {
  const { host, timeouts, sentBytes, receivedBytes, bodyBytes } = progress;
  const limitMs = limitMsOf(wait, timeouts);
  switch (wait) {
    case "send":
      return new HttpsError("send-timeout", { host, limitMs, bytesSent: sentBytes });
    case "head":
      return new HttpsError("head-timeout", { host, limitMs, bytesReceived: receivedBytes });
    case "body":
      return new HttpsError("body-timeout", { host, limitMs, bytesReceived: bodyBytes });
    case "reader":
      return new HttpsError("body-unread", { host, limitMs, bytesReceived: bodyBytes });
  }
}
