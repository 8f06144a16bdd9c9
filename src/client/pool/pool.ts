/**
 * The connections to one origin under one policy: which is free, which is being opened, who waits. The one used
 * last is used first (its congestion window is open, and the others can age); who waited longest is served first.
 */
import { HttpsError } from "../../core/index.ts";
import type { Link } from "../../net/index.ts";
import type { Call } from "./call.ts";
import type { ConnectionOptions, ConnectionOwner } from "./connection-owner.ts";
import { Connection } from "./connection.ts";
import { Deadline } from "./deadline.ts";
import { clientLimits } from "../limits.ts";

export interface PoolOptions extends ConnectionOptions {
  readonly connections: number;
  readonly waiting: number;
  readonly idleMs: number;
  readonly lifetimeMs: number;
}

export interface PoolPorts {
  /** Opens a connection on behalf of a call, within its deadlines; the signal says that nobody wants it any more. */
  readonly open: (call: Call, signal: AbortSignal) => Promise<Link>;
  readonly onOpened: (connection: Connection, call: Call) => void;
  /** A connection will carry no other request, and why. */
  readonly onRetired: (connection: Connection, reason: string) => void;
  /** Nothing is left: no connection, nobody waiting. */
  readonly onEmpty: () => void;
}

/** A connection that is not there yet. */
interface Opening {
  /** Whom it was begun for, and within whose deadlines. */
  readonly call: Call;
  readonly stop: AbortController;
}

export class Pool implements ConnectionOwner<Connection> {
  readonly #options: PoolOptions;
  readonly #ports: PoolPorts;
  /** Free ones; the last was used last. */
  readonly #idle: Connection[] = [];
  readonly #open = new Set<Connection>();
  /** Retired, and not closed yet: still at their last requests, as a rule. */
  readonly #ending = new Set<Connection>();
  readonly #waiting: Call[] = [];
  readonly #sweep = new Deadline(() => this.#closeStale());
  readonly #opening = new Set<Opening>();
  #closed = false;
  /** A call is on its way in: with or without connections, the pool is not empty. */
  #isTaking = false;
  readonly #whenEmpty: (() => void)[] = [];

  constructor(options: PoolOptions, ports: PoolPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Sends the call as soon as a connection can take it; its own promise tells how it ends. */
  dispatch(call: Call): void {
    const connection = this.#take(call);
    if (connection !== undefined) return connection.send(call);
    if (this.#waiting.length >= this.#options.waiting) {
      const { host } = call.outgoing;
      return call.fail(new HttpsError("too-many-waiting", { host, value: this.#options.waiting }));
    }
    this.#waiting.push(call);
    if (this.#size < this.#options.connections) this.#openFor(call);
    else this.#waitFor(call);
  }

  /** Takes the call out of the queue; it failed or was aborted. */
  withdraw(call: Call): void {
    clearTimeout(call.poolTimer);
    this.#takeOut(call);
    // Others may wait for a connection, but within deadlines of their own: they get their own.
    for (const opening of this.#opening) if (opening.call === call) opening.stop.abort();
  }

  /** Whether it waited; it does no longer. */
  #takeOut(call: Call): boolean {
    const at = this.#waiting.indexOf(call);
    if (at !== -1) this.#waiting.splice(at, 1);
    return at !== -1;
  }

  /** Closes the idle connections now, those being opened too, and the busy ones when they are done; ends when none is left. */
  close(reason: string): Promise<void> {
    const emptied = new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
    this.#closed = true;
    this.#failAllWaiting();
    for (const connection of this.#open) {
      connection.outlast();
      connection.retire(reason);
    }
    this.#checkEmpty();
    return emptied;
  }

  /** Ends everything at once. */
  destroy(): void {
    this.#closed = true;
    this.#failAllWaiting();
    for (const connection of [...this.#open, ...this.#ending]) {
      connection.fail(new HttpsError("client-closed", { host: connection.link.trust.host }));
    }
  }

  onIdle(connection: Connection): void {
    this.#idle.push(connection);
    if (connection.remainingRequests <= 0) return connection.retire("keep-alive-max");
    this.#serveWaiting();
    if (this.#idle.length > 0) this.#sweepFor(connection);
  }

  onRoom(): void {
    this.#serveWaiting();
  }

  onRetired(connection: Connection, reason: string): void {
    this.#open.delete(connection);
    const at = this.#idle.lastIndexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
    this.#ending.add(connection);
    this.#ports.onRetired(connection, reason);
  }

  onClosed(connection: Connection): void {
    if (!this.#ending.delete(connection)) return;
    this.#openForWaiting();
    this.#checkEmpty();
  }

  /** It waits on, first in the queue: it was on its way already. Its connection is about to leave room for another. */
  onUnsent(call: Call): void {
    if (this.#closed) return failClosed(call);
    const connection = this.#take(call);
    if (connection !== undefined) return connection.send(call);
    this.#waiting.unshift(call);
  }

  /** Nobody waits any more, and nobody will: nothing that is being opened is of use. */
  #failAllWaiting(): void {
    for (const call of this.#waiting.splice(0)) failClosed(call);
    for (const { stop } of this.#opening) stop.abort();
  }

  get #size(): number {
    return this.#open.size + this.#ending.size + this.#opening.size;
  }

  #take(call: Call): Connection | undefined {
    if (call.needsFresh) return this.#takeFresh();
    const now = performance.now();
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      const stale = this.#staleReason(connection, now);
      if (stale !== undefined) this.#makeRoom(connection, stale);
      else if (connection.canTake(call)) return connection;
    }
    if (this.#options.pipelining > 1)
      for (const connection of this.#open) if (connection.canTake(call)) return connection;
    return undefined;
  }

  /** One that has carried nothing yet; where there is no room to open one, an idle one makes it. */
  #takeFresh(): Connection | undefined {
    const at = this.#idle.findLastIndex(({ served }) => served === 0);
    if (at !== -1) return this.#idle.splice(at, 1)[0];
    const last = this.#idle.at(-1);
    if (last !== undefined && this.#size >= this.#options.connections)
      this.#makeRoom(last, "room-for-a-retry");
    return undefined;
  }

  /** Retires an idle connection for a call that is not in the queue yet. */
  #makeRoom(connection: Connection, reason: string): void {
    this.#isTaking = true;
    connection.retire(reason);
    this.#isTaking = false;
  }

  #serveWaiting(): void {
    for (let call = this.#waiting[0]; call !== undefined; call = this.#waiting[0]) {
      const connection = this.#take(call);
      if (connection === undefined) return;
      this.#waiting.shift();
      connection.send(call);
    }
  }

  /** Room came free: whoever still waits and has nobody opening for it gets a connection of its own. */
  #openForWaiting(): void {
    const provided = new Set(Array.from(this.#opening, ({ call }) => call));
    for (const call of this.#waiting) {
      if (this.#size >= this.#options.connections) return;
      if (!provided.has(call)) this.#openFor(call);
    }
  }

  #openFor(call: Call): void {
    clearTimeout(call.poolTimer);
    const opening = { call, stop: new AbortController() };
    this.#opening.add(opening);
    this.#ports.open(call, opening.stop.signal).then(
      (link) => {
        const connection = this.#closed ? undefined : new Connection(link, this, this.#options);
        // It counts as being opened until whoever hears of it has heard: whatever they ask for, it is not theirs to take.
        if (connection !== undefined && connection.retired === undefined)
          this.#ports.onOpened(connection, call);
        // Not before: one that ends as it is made would have another opened for the same call.
        this.#opening.delete(opening);
        if (connection === undefined) {
          link.socket.destroy();
          return this.#failWaiting(call, closedError(call));
        }
        this.#enter(connection, call);
      },
      (error: Error) => {
        this.#opening.delete(opening);
        this.#failWaiting(call, error);
      },
    );
  }

  /** A connection is there, and goes to the call that it was opened for, unless it or the pool ended meanwhile. */
  #enter(connection: Connection, call: Call): void {
    const { retired } = connection;
    if (retired !== undefined) return this.#failWaiting(call, earlyEnd(connection, retired));
    this.#open.add(connection);
    // Who heard of it closed the pool, which did not have it yet: its calls have failed.
    if (this.#closed) return connection.fail(closedError(call));
    // Another could take it and leave its own behind, for this call to wait for within deadlines that are not its own.
    if (connection.canTake(call) && this.#takeOut(call)) connection.send(call);
    else this.onIdle(connection);
  }

  /** Fails a call that still waits. Another connection may have served it meanwhile: then nobody has to hear of this. */
  #failWaiting(call: Call, error: Error): void {
    if (this.#takeOut(call)) call.fail(error);
    this.#openForWaiting();
    this.#checkEmpty();
  }

  #waitFor(call: Call): void {
    const { host, timeouts } = call.outgoing;
    const limitMs = timeouts.poolMs;
    if (limitMs === Infinity) return;
    call.poolTimer = setTimeout(() => {
      this.#failWaiting(call, new HttpsError("pool-timeout", { host, limitMs, openConnections: this.#size }));
    }, limitMs);
  }

  #idleLimitMs(connection: Connection): number {
    const hintMs = connection.keepAliveMs - clientLimits.idleMarginMs.value;
    return Math.max(0, Math.min(this.#options.idleMs, hintMs));
  }

  #staleReason(connection: Connection, now: number): string | undefined {
    if (now - connection.idleSince >= this.#idleLimitMs(connection)) return "idle-too-long";
    if (now - connection.openedAt >= this.#options.lifetimeMs) return "lifetime-over";
    return undefined;
  }

  #closeStale(): void {
    const now = performance.now();
    // A copy: whoever retires is taken out of the list.
    for (const connection of this.#idle.slice()) {
      const stale = this.#staleReason(connection, now);
      if (stale === undefined) this.#sweepFor(connection);
      else connection.retire(stale);
    }
  }

  /** The stale ones are closed when the first of them is due; traffic over others puts that off no further. */
  #sweepFor(connection: Connection): void {
    this.#sweep.setBy(connection.idleSince + this.#idleLimitMs(connection));
  }

  #checkEmpty(): void {
    if (this.#isTaking || this.#size > 0) return; // Nobody waits without a connection that is there, or is being opened.
    this.#sweep.clear();
    this.#ports.onEmpty();
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }
}

/** What ended a connection before it could be used: another would only meet the same. */
function earlyEnd({ unsolicited, refusal }: Connection, retired: string): HttpsError {
  if (refusal !== undefined) return refusal;
  if (unsolicited !== undefined) return new HttpsError("unsolicited-bytes", unsolicited);
  return new HttpsError("empty-response", { ending: retired === "reset" ? "reset" : "fin" });
}

function failClosed(call: Call): void {
  clearTimeout(call.poolTimer);
  call.fail(closedError(call));
}

function closedError({ outgoing: { host } }: Call): HttpsError {
  return new HttpsError("client-closed", { host });
}
