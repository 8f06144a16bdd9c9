/** Keeps a WebSocket alive: the library pings one that is idle; a peer that never answers is gone. */
import { mongooseLimits } from "../limits.ts";

/** What an idle WebSocket wants done. */
export type Beat = "nothing" | "ping" | "gone";

export class WebsocketHeartbeat {
  #lastBytesAt: number;
  #lastPingAt: number;

  /** From the moment it was opened, in milliseconds of any clock. */
  constructor(now: number) {
    this.#lastBytesAt = now;
    this.#lastPingAt = now;
  }

  /** Bytes came. */
  hear(now: number): void {
    this.#lastBytesAt = now;
  }

  /** What is to be done now; whoever is told to ping pings. */
  beat(now: number): Beat {
    const silentMs = now - this.#lastBytesAt;
    if (silentMs > mongooseLimits.websocketSilenceMs.value) return "gone";
    const idleMs = Math.min(silentMs, now - this.#lastPingAt);
    if (idleMs < mongooseLimits.websocketPingMs.value) return "nothing";
    this.#lastPingAt = now;
    return "ping";
  }
}
