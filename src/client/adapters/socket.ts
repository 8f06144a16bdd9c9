/**
 * A socket for libraries that want one at once: it connects, by a client, when it is first used. What is written waits until
 * both keys have admitted the server; where they do not, it ends with the client's error and nothing of it has left.
 */
import { Duplex } from "node:stream";
import { bare, ownValue } from "../../core/index.ts";
import type { TrustReport } from "../../trust/index.ts";
import type { Client } from "../client.ts";
import { rememberTrust } from "../trust-of.ts";
import { requireClient } from "./refusal.ts";
import type { ConnectOptions } from "../options/connect-options.ts";

type Opened = Awaited<ReturnType<Client["connect"]>>;
type Done = (error?: Error | null) => void;

/**
 * A socket to whatever `client.connect()` takes, there at once: for libraries that ask for a stream and do not wait for one. It
 * connects when something is read, written, or `connect()` is called, which Node's sockets have too; `connect` and
 * `secureConnect` tell that the server is admitted (`connect` alone for `http:`, where nobody is). Errors are `HttpsError`s.
 *
 * @example
 * const db = new pg.Client({ stream: () => new MeerkatSocket(client, "postgres://db.example/") });
 */
export class MeerkatSocket extends Duplex {
  readonly #open: (signal: AbortSignal) => Promise<Opened>;
  readonly #stop = new AbortController();
  #opening: Promise<Opened> | undefined;
  #link: Opened | undefined;
  /** What was set before there was a socket to set it on. */
  readonly #settings: ((socket: Opened["socket"]) => void)[] = [];

  constructor(client: Client, url: string | URL, options: ConnectOptions = {}) {
    super(bare({ allowHalfOpen: false })); // Node reads from a prototype what is not said.
    requireClient(client);
    this.#open = (stop) => client.connect(url, stoppedBy(stop, options));
  }

  /** Who vouches for the server; `undefined` until it is admitted. */
  get trust(): TrustReport | undefined {
    return this.#link?.trust;
  }

  /** Begins to connect. Where to, was said; what a library says here changes nothing. */
  connect(..._where: readonly unknown[]): this {
    this.#begin().catch(() => {}); // The error is told where it is destroyed.
    return this;
  }

  setNoDelay(on = true): this {
    return this.#set((socket) => socket.setNoDelay(on));
  }

  setKeepAlive(on = false, delayMs = 0): this {
    return this.#set((socket) => socket.setKeepAlive(on, delayMs));
  }

  /** Emits `timeout` where nothing moves for so long. */
  setTimeout(ms: number, listener?: () => void): this {
    if (listener !== undefined) this.once("timeout", listener);
    return this.#set((socket) => socket.setTimeout(ms));
  }

  ref(): this {
    return this.#set((socket) => socket.ref());
  }

  unref(): this {
    return this.#set((socket) => socket.unref());
  }

  override _read(): void {
    if (this.#link === undefined)
      void this.#begin().catch(() => {}); // The error is told where it is destroyed.
    else this.#link.socket.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#whenOpen(done, ({ socket }) => socket.write(chunk, done));
  }

  override _final(done: Done): void {
    if (this.#opening === undefined) return done();
    this.#whenOpen(done, ({ socket }) => {
      if (socket.destroyed || socket.writableEnded) done();
      else socket.end(() => done());
    });
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#stop.abort(error ?? undefined);
    this.#link?.socket.destroy();
    done(error);
  }

  #set(change: (socket: Opened["socket"]) => void): this {
    if (this.#link === undefined) this.#settings.push(change);
    else change(this.#link.socket);
    return this;
  }

  #begin(): Promise<Opened> {
    if (this.#opening !== undefined) return this.#opening;
    const opening = this.#open(this.#stop.signal);
    this.#opening = opening;
    opening.then(
      (link) => this.#take(link),
      (error: Error) => this.destroy(error),
    );
    return opening;
  }

  #whenOpen(done: Done, act: (link: Opened) => void): void {
    this.#begin().then(act, done);
  }

  #take(link: Opened): void {
    const { socket } = link;
    if (this.destroyed) return void socket.destroy();
    this.#link = link;
    rememberTrust(this, link.trust);
    for (const change of this.#settings.splice(0)) change(socket);
    socket.on("data", (chunk: Uint8Array) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("timeout", () => this.emit("timeout"));
    socket.on("close", () => {
      if (!this.readableEnded && !socket.readableEnded) this.destroy();
    });
    this.emit("connect");
    // Nobody is admitted where there is no TLS.
    if (link.proof !== undefined) this.emit("secureConnect");
  }
}

/** The options with this signal beside their own. What is not a signal, or no options at all, is for `connect()` to refuse. */
function stoppedBy(stop: AbortSignal, options: ConnectOptions): ConnectOptions {
  if (typeof options !== "object" || options === null) return options;
  const own: unknown = ownValue(options, "signal");
  if (own === undefined) return { ...options, signal: stop };
  return own instanceof AbortSignal ? { ...options, signal: AbortSignal.any([own, stop]) } : options;
}
