/** What a connection waits for, how long at most, and the error where that does not come. */
import { HttpsError } from "../../core/index.ts";
import type { Timeouts } from "../options/timeouts.ts";
import { clientLimits } from "../limits.ts";
import type { Call } from "./call.ts";
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
  #limitMs = Infinity;
  readonly #deadline: Deadline;
  #isAwaited = false;

  constructor(onLate: () => void) {
    this.#deadline = new Deadline(onLate);
  }

  /** Whoever has just looked at the clock says what it showed. */
  begin(wait: Wait, call: Call | undefined, now: number = performance.now()): void {
    this.for = wait;
    if (call === undefined) return;
    this.#limitMs = limitMsOf(wait, call.outgoing.timeouts);
    if (this.#isAwaited && wait === "reader" && call.body?.isRead === false)
      this.#limitMs = Math.min(this.#limitMs, clientLimits.unclaimedBodyMs.value);
    this.#deadline.set(this.#limitMs, now);
  }

  /** Nothing is owed for now. */
  stop(): void {
    this.#deadline.stop();
  }

  /** Somebody waits for the connection's end. */
  keepAwake(call: Call | undefined): void {
    this.#isAwaited = true;
    this.#deadline.keepAwake();
    if (this.for === "reader") this.begin("reader", call);
  }

  /** The error where it did not come. */
  lateError({ host, sentBytes, receivedBytes, bodyBytes }: Progress): HttpsError {
    const limitMs = this.#limitMs;
    switch (this.for) {
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

  /** For the end of the connection's life. */
  clear(): void {
    this.#deadline.clear();
  }
}

/** How far the request had come when its time was over. */
interface Progress {
  readonly host: string;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly bodyBytes: number;
}
