/**
 * Opens a tap: a stream between a socket and Node's TLS that passes every byte on and records it.
 *
 * `tls.connect({ socket: tap.stream })` runs the handshake through it. Everything a socket does comes
 * through: pauses, half-close, a FIN without close_notify as an end, a reset as the error it is.
 */
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { bare } from "../core/index.ts";
import { Gate } from "./gate.ts";
import { KeyLog } from "./key-log.ts";
import { tapLimitsWith, type TapLimits } from "./limits.ts";
import { observe, type RecordedWay } from "./observe.ts";
import type { Observed, Side, WayEnd } from "./observed.ts";
import { RecordLog } from "./records.ts";

export interface Tap {
  /** The `socket` option of `tls.connect`. Timeouts and keep-alive stay with the socket itself. */
  readonly stream: Duplex;
  /** The listener of the TLS socket's `keylog` event. What it is given is kept here and never shown. */
  readonly onKeylog: (line: Buffer) => void;
  /** What the bytes so far say; may be asked at any time and again. Never throws. */
  readonly read: () => Observed;
  /** Lets go what was held back. */
  readonly release: () => void;
}

/**
 * Opens a tap on `socket`, which nothing else may read from now on, and which is left allowing half-open
 * connections, as the end of one direction must not end the other. The TLS socket keeps the choice the socket came with. `limits` replaces some of `tapLimits`.
 * With `onHold`, what the client sends after its ClientHello waits for `release()`; `onHold` is told once that it does.
 */
export function openTap(socket: Socket, limits: Partial<TapLimits> = {}, onHold?: () => void): Tap {
  const bounds = tapLimitsWith(limits);
  const keyLog = new KeyLog();
  const recorder = new Recorder(bounds);
  const stream = new TapStream(socket, recorder, onHold);
  return {
    stream,
    onKeylog: (line) => {
      keyLog.add(line);
    },
    read: () => observe(recorder, keyLog, bounds),
    release: () => stream.release(),
  };
}

/** Records both directions. */
class Recorder {
  #turn = 0;
  readonly client: MutableWay;
  readonly server: MutableWay;

  constructor(limits: TapLimits) {
    this.client = newWay(limits);
    this.server = newWay(limits);
  }

  record(from: Side, chunk: Uint8Array): void {
    this[from].log.push(chunk, this.#turn++);
  }

  finish(from: Side, kind: "fin" | "destroyed"): void {
    if (this[from].end.kind === "open") this[from].end = { kind };
  }

  fail(error: NodeJS.ErrnoException): void {
    const end: WayEnd =
      error.code === "ECONNRESET" ? { kind: "reset" } : { kind: "error", code: error.code ?? error.name };
    for (const way of [this.client, this.server]) if (way.end.kind === "open") way.end = end;
  }
}

type MutableWay = { -readonly [K in keyof RecordedWay]: RecordedWay[K] };

function newWay(limits: TapLimits): MutableWay {
  return { log: new RecordLog(limits), end: { kind: "open" } };
}

class TapStream extends Duplex {
  readonly #socket: Socket;
  readonly #recorder: Recorder;
  readonly #gate = new Gate();
  #onHold: (() => void) | undefined;

  constructor(socket: Socket, recorder: Recorder, onHold: (() => void) | undefined) {
    // TLS takes over whether to stay half-open from this stream, which takes it from the socket.
    super(bare({ allowHalfOpen: socket.allowHalfOpen }));
    this.#socket = socket;
    this.#recorder = recorder;
    this.#onHold = onHold;
    if (onHold === undefined) this.#gate.open();
    socket.allowHalfOpen = true;
    socket.on("data", (chunk: Buffer) => {
      recorder.record("server", chunk);
      if (!this.push(chunk)) socket.pause();
    });
    socket.on("end", () => {
      recorder.finish("server", "fin");
      // From here on it matters for this stream itself, which must still carry the client's close_notify.
      this.allowHalfOpen = true;
      this.push(null);
    });
    socket.on("error", (error) => {
      recorder.fail(error);
      this.destroy(error);
    });
    socket.on("close", () => {
      recorder.finish("client", "destroyed");
      recorder.finish("server", "destroyed");
      this.destroy();
    });
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const passed = this.#gate.pass(chunk);
    if (passed.length === 0) done();
    else this.#send(passed, done);
    if (!this.#gate.isHolding) return;
    this.#onHold?.();
    this.#onHold = undefined;
  }

  release(): void {
    const kept = this.#gate.open();
    if (kept.length > 0 && !this.destroyed) this.#send(kept, () => {});
  }

  #send(bytes: Buffer, done: (error?: Error | null) => void): void {
    this.#recorder.record("client", bytes);
    this.#socket.write(bytes, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#recorder.finish("client", "fin");
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
