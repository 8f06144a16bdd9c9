/**
 * Pings of the client's (RFC 6455 §5.5.2), where they are asked for: how long each is on its way, and whether the server is still
 * there. A pong is one sign of it; whatever else comes is another, since a pong stands behind what was being sent.
 */
import { clientLimits } from "../limits.ts";

export interface HeartbeatOptions {
  /** Between an answer and the next ping. */
  readonly pingMs: number;
  /** How long the server may say nothing to a ping. */
  readonly pongMs: number;
}

export interface HeartbeatPorts {
  /** Sends one; `onGone` when the network has taken it. */
  readonly ping: (payload: Uint8Array, onGone: () => void) => void;
  readonly onSilent: () => void;
}

/** The ping that is not answered yet. */
interface Asked {
  readonly number: number;
  readonly sentAt: number;
  /** It is no longer behind what we have to send ourselves. */
  isGone: boolean;
  /** Nobody read for a while meanwhile: what it took is not the way's time. */
  wasPaused: boolean;
  /** Its time was over late, and it was given as much again. */
  wasLate: boolean;
}

/** A ping behind a message that goes out slowly has the time that a body has. */
const sendMs = clientLimits.sendMs.value;
/** A timer may be later by some milliseconds in a program that is not busy: they are rounded up. */
const punctualMs = 5;

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #ports: HeartbeatPorts;
  #pings = 0;
  #asked: Asked | undefined;
  #roundTripMs: number | undefined;
  /** When something was heard, or went out, at last. */
  #movedAt: number;
  #isPaused = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HeartbeatOptions, ports: HeartbeatPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#movedAt = performance.now();
    this.#wait(options.pingMs, () => this.#ping());
  }

  /** How long the last ping that was answered was on its way, there and back. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Something came, or went out. */
  move(): void {
    this.#movedAt = performance.now();
  }

  onPong(payload: Uint8Array): void {
    const asked = this.#asked;
    // One that answers an earlier ping, or none, says nothing of this one (§5.5.3).
    if (asked === undefined || payload.length !== 4 || numberIn(payload) !== asked.number) return;
    if (!asked.wasPaused) this.#roundTripMs = performance.now() - asked.sentAt;
    this.#asked = undefined;
    this.#wait(this.#options.pingMs, () => this.#ping());
  }

  /** Nobody reads: a pong would not be seen. */
  pause(): void {
    this.#isPaused = true;
    if (this.#asked !== undefined) this.#asked.wasPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.move();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #ping(): void {
    const sentAt = performance.now();
    const asked: Asked = {
      number: ++this.#pings,
      sentAt,
      isGone: false,
      wasPaused: this.#isPaused,
      wasLate: false,
    };
    this.#asked = asked;
    this.move();
    const payload = new Uint8Array(4);
    new DataView(payload.buffer).setUint32(0, asked.number);
    this.#ports.ping(payload, () => {
      asked.isGone = true;
      this.move();
    });
    this.#lookIn(this.#options.pongMs, asked);
  }

  /** Whether its time is over; it may have moved on since the timer was set. */
  #look(asked: Asked, dueAt: number): void {
    const leftMs = this.#leftMs(asked);
    if (leftMs > 0) return this.#lookIn(leftMs, asked);
    // Where the program was busy, timers are late, and what has come meanwhile is read after them: that time does not count.
    const lateMs = performance.now() - dueAt;
    if (lateMs > punctualMs && !asked.wasLate) {
      asked.wasLate = true;
      return this.#lookIn(lateMs, asked);
    }
    this.#ports.onSilent();
  }

  #lookIn(ms: number, asked: Asked): void {
    const dueAt = performance.now() + ms;
    this.#wait(ms, () => this.#look(asked, dueAt));
  }

  #leftMs({ isGone }: Asked): number {
    const { pongMs } = this.#options;
    const limitMs = isGone ? pongMs : Math.max(pongMs, sendMs);
    return this.#isPaused ? limitMs : this.#movedAt + limitMs - performance.now();
  }

  /** The socket, and not this, is what keeps a program awake. */
  #wait(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    if (ms !== Infinity) this.#timer = setTimeout(then, Math.ceil(ms)).unref();
  }
}

function numberIn(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0);
}
