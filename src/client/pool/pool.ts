/**
 * The connections to one origin under one policy: which is free, which is being opened, who waits. The one used
 * last is used first (its congestion window is open, and the others can age); who waited longest is served first.
 * One of HTTP/2 is filled before another is opened; while nobody knows which version will be spoken, one is opened for all.
 */
import { HttpsError } from "../../core/index.ts";
import type { Link } from "../../net/index.ts";
import { whyBeside, type Others } from "./beside.ts";
import type { Call } from "./call.ts";
import type { ConnectionOptions, ConnectionOwner } from "./connection-owner.ts";
import type { Speak } from "./connection-over.ts";
import { FreeConnections, type KeepingOptions, type PoolReason } from "./free-connections.ts";
import { clientLimits } from "../limits.ts";
import type { Spoken } from "../options/protocol.ts";
import type { PooledConnection } from "./pooled-connection.ts";

export interface PoolOptions extends ConnectionOptions, KeepingOptions {
  readonly connections: number;
  readonly waiting: number;
}

const protocolMs = clientLimits.protocolMs.value;
const sharedOpeningMs = clientLimits.sharedOpeningMs.value;
const hopedStreams = clientLimits.hopedStreams.value;

/** A connection that is there, and how it is spoken on. */
export interface OpenedLink {
  readonly link: Link;
  readonly speak: Speak;
}

/** What is spoken where a pool leads, as soon as that is known. */
export interface SpokenThere {
  protocol: Spoken | undefined;
}

export interface PoolPorts {
  readonly spoken: SpokenThere;
  /** Opens a connection on behalf of a call, within its deadlines; the signal says that nobody wants it any more. */
  readonly open: (call: Call, signal: AbortSignal) => Promise<OpenedLink>;
  /** @param because why others did not take the call; `undefined` where there are none */
  readonly onOpened: (connection: PooledConnection, call: Call, because: string | undefined) => void;
  /** A connection will carry no other request, and why. */
  readonly onRetired: (connection: PooledConnection, reason: string) => void;
  /** Nothing is left: no connection, nobody waiting. */
  readonly onEmpty: () => void;
}

/** A connection that is not there yet. */
interface Opening {
  /** Whom it was begun for, and within whose deadlines. */
  readonly call: Call;
  readonly stop: AbortController;
  readonly since: number;
}

export class Pool implements ConnectionOwner<PooledConnection> {
  readonly #options: PoolOptions;
  readonly #ports: PoolPorts;
  readonly #free: FreeConnections;
  readonly #open = new Set<PooledConnection>();
  /** Retired, and not closed yet: still at their last requests, as a rule. */
  readonly #ending = new Set<PooledConnection>();
  #lastRetired: Others["lastRetired"];
  readonly #waiting: Call[] = [];
  readonly #opening = new Set<Opening>();
  /** Runs while whoever waits hopes to share what is being opened for another. */
  #hope: NodeJS.Timeout | undefined;
  /** Whether the last that was opened failed: nobody waits for how another fares then. */
  #hasFailed = false;
  /** Looks, once it is closed, for answers that nobody begins to read. */
  #unclaimed: NodeJS.Timeout | undefined;
  #closed = false;
  /** A call is on its way in: with or without connections, the pool is not empty. */
  #isTaking = false;
  readonly #whenEmpty: (() => void)[] = [];

  constructor(options: PoolOptions, ports: PoolPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#free = new FreeConnections(options, (connection, reason) => this.#makeRoom(connection, reason));
  }

  /** Sends the call as soon as a connection can take it; its own promise tells how it ends. */
  dispatch(call: Call): void {
    const connection = this.#take(call);
    // Whoever heard of a connection that was too old may want the request no more.
    if (call.isOver) return this.#giveBack(connection);
    if (connection !== undefined) return connection.send(call);
    if (this.#waiting.length >= this.#options.waiting) {
      const { host } = call.outgoing;
      return call.fail(new HttpsError("too-many-waiting", { host, value: this.#options.waiting }));
    }
    this.#waiting.push(call);
    const waits = this.#size >= this.#options.connections || (!call.needsFresh && this.#mayShare());
    if (waits) this.#waitFor(call);
    else this.#openFor(call);
  }

  /** Sends a call that asks for a tunnel over a connection that is there and takes it; `false` where there is none. */
  share(call: Call): boolean {
    for (const connection of this.#open) {
      if (!connection.takesTunnels || !connection.canTake(call)) continue;
      connection.send(call);
      return true;
    }
    return false;
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
    // The deadlines of what is under way keep the process awake.
    if (this.#ending.size > 0)
      this.#unclaimed ??= setInterval(() => this.#endUnclaimed(), clientLimits.unclaimedBodyMs.value).unref();
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

  onIdle(connection: PooledConnection): void {
    this.#free.add(connection);
    if (connection.remainingRequests <= 0) return connection.retire("keep-alive-max");
    this.#serveWaiting();
    this.#free.watch(connection);
  }

  onRoom(): void {
    this.#serveWaiting();
  }

  onRetired(connection: PooledConnection, reason: string): void {
    this.#open.delete(connection);
    this.#free.remove(connection);
    this.#ending.add(connection);
    this.#lastRetired = { id: connection.id, reason };
    this.#ports.onRetired(connection, reason);
  }

  onClosed(connection: PooledConnection): void {
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

  #take(call: Call): PooledConnection | undefined {
    if (call.needsFresh) return this.#takeFresh(call);
    const free = this.#free.take(call);
    if (free !== undefined || this.#options.pipelining <= 1) return free;
    for (const connection of this.#open) if (connection.canTake(call)) return connection;
    return undefined;
  }

  /** One that has carried nothing yet; where there is no room to open one, another makes it. */
  #takeFresh(call: Call): PooledConnection | undefined {
    const fresh = this.#free.takeFresh(call);
    if (fresh !== undefined) return fresh;
    const { spare } = this.#free;
    if (spare !== undefined && this.#size >= this.#options.connections)
      this.#makeRoom(spare, "room-for-a-retry");
    return undefined;
  }

  /** Retires a connection for a call that is not in the queue yet. */
  #makeRoom(connection: PooledConnection, reason: PoolReason): void {
    this.#isTaking = true;
    connection.retire(reason);
    this.#isTaking = false;
  }

  #serveWaiting(): void {
    for (let call = this.#waiting[0]; call !== undefined; call = this.#waiting[0]) {
      const connection = this.#take(call);
      if (connection === undefined && this.#waiting[0] === call) return;
      if (this.#takeOut(call)) connection?.send(call);
      else this.#giveBack(connection);
    }
  }

  /** The call that it was taken for is over: it was given up as a connection that was too old was taken out of use. */
  #giveBack(connection: PooledConnection | undefined): void {
    if (connection !== undefined && connection.retired === undefined) this.#free.add(connection);
  }

  /** Room came free: whoever still waits and has nobody opening for it gets a connection of its own. */
  #openForWaiting(): void {
    const provided = new Set(Array.from(this.#opening, ({ call }) => call));
    // Many may wait: what holds for all of them is looked at again only when another was begun.
    let mayShare: boolean | undefined;
    for (const call of this.#waiting) {
      if (this.#size >= this.#options.connections) return;
      if (provided.has(call) || (!call.needsFresh && (mayShare ??= this.#mayShare()))) continue;
      this.#openFor(call);
      mayShare = undefined;
    }
  }

  /** How many requests one connection of HTTP/2 takes at once, by what the server said on another. */
  get #streamsEach(): number {
    for (const { streamsAtOnce } of this.#open)
      if (streamsAtOnce !== undefined) return Math.max(1, streamsAtOnce);
    return hopedStreams;
  }

  /** Whether who waits may share what is being opened for others, and waits for that: not for long. */
  #mayShare(): boolean {
    const { protocol } = this.#ports.spoken;
    if (protocol === "http/1.1") return false;
    if (protocol === undefined && this.#hasFailed) return false;
    const hopeMs = protocol === undefined ? protocolMs : sharedOpeningMs;
    const now = performance.now();
    const unsettled = Array.from(this.#open).filter(({ isSettled }) => !isSettled);
    const begun = [
      ...Array.from(this.#opening, ({ since }) => since),
      ...unsettled.map(({ openedAt }) => openedAt),
    ];
    const left = begun.map((since) => since + hopeMs - now).filter((ms) => ms > 0);
    // HTTP/1.1 may come of it, and then each needs one of its own.
    const isLate = protocol === undefined && left.length < this.#opening.size;
    const [firstMs] = left;
    if (firstMs === undefined || isLate || this.#waiting.length > left.length * this.#streamsEach)
      return false;
    this.#hope ??= setTimeout(() => {
      this.#hope = undefined;
      this.#openForWaiting();
    }, firstMs).unref();
    return true;
  }

  #openFor(call: Call): void {
    clearTimeout(call.poolTimer);
    const others = { open: this.#open, opening: this.#opening.size, lastRetired: this.#lastRetired };
    const because = whyBeside(call, others);
    const opening = { call, stop: new AbortController(), since: performance.now() };
    this.#opening.add(opening);
    this.#ports.open(call, opening.stop.signal).then(
      ({ link, speak }) => {
        const connection = this.#closed ? undefined : speak(link, this, this.#streamsEach);
        // It counts as being opened until whoever hears of it has heard: whatever they ask for, it is not theirs to take.
        if (connection !== undefined && connection.retired === undefined)
          this.#ports.onOpened(connection, call, because);
        // Not before: one that ends as it is made would have another opened for the same call.
        this.#opening.delete(opening);
        if (connection === undefined) {
          link.socket.destroy();
          return this.#failWaiting(call, closedError(call));
        }
        this.#enter(connection, call);
      },
      (error: Error) => {
        this.#hasFailed = true;
        this.#opening.delete(opening);
        this.#failWaiting(call, error);
      },
    );
  }

  /** A connection is there, and goes to the call that it was opened for, unless it or the pool ended meanwhile. */
  #enter(connection: PooledConnection, call: Call): void {
    const { retired } = connection;
    if (retired !== undefined) {
      this.#hasFailed = true;
      const error = earlyEnd(connection, retired);
      // Nothing was sent: a server that is leaving has others that are not.
      call.isUnprocessed = error.code === "http2-goaway";
      return this.#failWaiting(call, error);
    }
    this.#hasFailed = false;
    this.#ports.spoken.protocol = connection.protocol;
    this.#open.add(connection);
    // Who heard of it closed the pool, which did not have it yet: its calls have failed.
    if (this.#closed) return connection.fail(closedError(call));
    // Another could take it and leave its own behind, for this call to wait for within deadlines that are not its own.
    if (connection.canTake(call) && this.#takeOut(call)) {
      connection.send(call);
      if (connection.protocol === "h2") this.onIdle(connection);
    } else this.onIdle(connection);
    this.#openForWaiting();
  }

  /** Fails a call that still waits. Another connection may have served it meanwhile: then nobody has to hear of this. */
  #failWaiting(call: Call, error: Error): void {
    if (this.#takeOut(call)) call.fail(error);
    this.#openForWaiting();
    this.#checkEmpty();
  }

  #waitFor(call: Call): void {
    const { host, timeouts } = call.outgoing;
    const { poolMs } = timeouts;
    if (poolMs === Infinity) return;
    const lookMs = clientLimits.unreadHoldMs.value;
    const startedAt = performance.now();
    const look = (): void => {
      const now = performance.now();
      const unreadBodies = this.#unreadBodies(now - lookMs);
      const isHeld = unreadBodies > 0 && unreadBodies === this.#size;
      const leftMs = startedAt + poolMs - now;
      if (leftMs > 0 && !isHeld) return lookIn(leftMs);
      const limitMs = isHeld ? Math.min(lookMs, poolMs) : poolMs;
      const detail = { host, limitMs, openConnections: this.#size, unreadBodies };
      this.#failWaiting(call, new HttpsError("pool-timeout", detail));
    };
    const lookIn = (leftMs: number): void =>
      void (call.poolTimer = setTimeout(look, Math.min(leftMs, lookMs)));
    lookIn(poolMs);
  }

  /** An answer may come slowly, and never fill its queue: whoever waits for the end is not to wait for that. */
  #endUnclaimed(): void {
    const { value: limitMs } = clientLimits.unclaimedBodyMs;
    const since = performance.now() - limitMs;
    for (const connection of this.#ending) connection.endUnread(since, limitMs);
  }

  /** Connections that answers which nobody has begun to read since then keep from taking more. */
  #unreadBodies(since: number): number {
    let count = 0;
    for (const connection of this.#open) if (connection.isHeldSince(since)) count++;
    return count;
  }

  #checkEmpty(): void {
    if (this.#isTaking || this.#size > 0) return; // Nobody waits without a connection that is there, or is being opened.
    this.#free.clear();
    clearTimeout(this.#hope);
    clearInterval(this.#unclaimed);
    this.#ports.onEmpty();
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }
}

/** What ended a connection before it could be used: another would only meet the same. */
export function earlyEnd({ unsolicited, refusal }: PooledConnection, retired: string): HttpsError {
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
