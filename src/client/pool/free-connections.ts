/** The connections of a pool that can take a request: which is used first, and for how long one without any is kept. */
import { clientLimits } from "../limits.ts";
import type { Call } from "./call.ts";
import { Deadline } from "./deadline.ts";
import type { PooledConnection } from "./pooled-connection.ts";

export interface KeepingOptions {
  /** `undefined`: as long as the version of HTTP that is spoken lets an idle connection be of use. */
  readonly idleMs: number | undefined;
  readonly lifetimeMs: number;
}

/** Why a pool takes out of use what could go on. */
export type PoolReason = "idle-too-long" | "lifetime-over" | "no-streams" | "room-for-a-retry";

// Looked at for every request.
const idleMs = clientLimits.idleMs.value;
const http2IdleMs = clientLimits.http2IdleMs.value;
const idleMarginMs = clientLimits.idleMarginMs.value;

export class FreeConnections {
  readonly #options: KeepingOptions;
  /** Takes one out of use while a request looks for one. */
  readonly #retire: (connection: PooledConnection, reason: PoolReason) => void;
  /** Those that carry one request at a time, and carry none; the last was used last. */
  readonly #idle: PooledConnection[] = [];
  /** Those that carry many at once, busy or not, in the order in which they came about: the first is filled first. */
  readonly #shared: PooledConnection[] = [];
  readonly #sweep = new Deadline(() => this.#closeStale());

  constructor(options: KeepingOptions, retire: (connection: PooledConnection, reason: PoolReason) => void) {
    this.#options = options;
    this.#retire = retire;
  }

  /** It can take a request. */
  add(connection: PooledConnection): void {
    if (connection.protocol === "http/1.1") this.#idle.push(connection);
    else if (!this.#shared.includes(connection)) this.#shared.push(connection);
  }

  remove(connection: PooledConnection): void {
    takeOut(this.#idle, connection);
    takeOut(this.#shared, connection);
  }

  /** One that takes the call; those that were kept for too long are retired on the way. */
  take(call: Call): PooledConnection | undefined {
    const now = performance.now();
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      const stale = this.#staleReason(connection, now);
      if (stale !== undefined) this.#retire(connection, stale);
      else if (connection.canTake(call)) return connection;
    }
    for (let at = 0; at < this.#shared.length; at++) {
      const connection = this.#shared[at] as PooledConnection;
      const stale = this.#staleReason(connection, now);
      if (stale === undefined && connection.canTake(call)) return connection;
      const reason = stale ?? (takesNothing(connection) ? "no-streams" : undefined);
      if (reason === undefined) continue;
      this.#retire(connection, reason);
      at--;
    }
    return undefined;
  }

  /** One that has answered nothing yet. */
  takeFresh(call: Call): PooledConnection | undefined {
    const at = this.#idle.findLastIndex(({ served }) => served === 0);
    if (at !== -1) return this.#idle.splice(at, 1)[0];
    return this.#shared.find((connection) => connection.served === 0 && connection.canTake(call));
  }

  /** One that can go, where there is no room to open another. */
  get spare(): PooledConnection | undefined {
    return this.#idle.at(-1) ?? this.#shared.at(-1);
  }

  /** It is retired when it has been idle for too long; traffic over others puts that off no further. */
  watch(connection: PooledConnection): void {
    if (connection.size === 0 && connection.retired === undefined)
      this.#sweep.setBy(connection.idleSince + this.#idleLimitMs(connection));
  }

  clear(): void {
    this.#sweep.clear();
  }

  #idleLimitMs(connection: PooledConnection): number {
    const usual = connection.protocol === "h2" ? http2IdleMs : idleMs;
    const hintMs = connection.keepAliveMs - idleMarginMs;
    return Math.max(0, Math.min(this.#options.idleMs ?? usual, hintMs));
  }

  #staleReason(connection: PooledConnection, now: number): PoolReason | undefined {
    if (connection.size === 0 && now - connection.idleSince >= this.#idleLimitMs(connection))
      return "idle-too-long";
    if (now - connection.openedAt >= this.#options.lifetimeMs) return "lifetime-over";
    return undefined;
  }

  #closeStale(): void {
    const now = performance.now();
    // A copy: whoever retires is taken out of the list.
    for (const connection of [...this.#idle, ...this.#shared]) {
      if (connection.size > 0) continue;
      const stale = this.#staleReason(connection, now);
      if (stale === undefined) this.watch(connection);
      else connection.retire(stale);
    }
  }
}

/** Whether a request would wait in vain for one that is there to end. */
function takesNothing({ size, isSettled }: PooledConnection): boolean {
  return size === 0 && isSettled;
}

function takeOut(list: PooledConnection[], connection: PooledConnection): void {
  const at = list.lastIndexOf(connection);
  if (at !== -1) list.splice(at, 1);
}
