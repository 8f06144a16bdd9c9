/**
 * A line between a client's socket and the TLS server behind it, on which things go wrong: bytes come
 * one at a time, or the line is cut at a chosen moment of the handshake.
 *
 * The TLS server speaks to `inner` and knows nothing of it.
 */
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** How a line ends: with a FIN, with a RST, or without a word while the connection stays. */
export type Ending = "close" | "reset" | "silence";

export type Wire =
  /** Carries everything; `cut` is called by the site itself. */
  | { readonly kind: "plain" }
  /** What the server sends goes out in segments of one byte. */
  | { readonly kind: "one-byte" }
  /** Cut after the record with the ServerHello, or when the client answers the server's first flight. */
  | { readonly kind: "cut"; readonly after: "server-hello" | "server-flight"; readonly how: Ending };

/**
 * A reset waits this long, so that the client has read what came before it: libuv takes a reset that arrives
 * together with data for an ordinary end (uv__stream_io, on POLLHUP after a short read). A client of this very process
 * reads in the turn of the event loop after that, on a machine so busy that the wait was over before it came to read.
 */
const resetPauseMs = 50;

const recordHeaderBytes = 5; // RFC 8446 §5.1.

export class Line {
  /** What the TLS server reads and writes. */
  readonly inner: Duplex;
  readonly #socket: Socket;
  readonly #wire: Wire;
  #isCut = false;
  /** Bytes of the server's first record that have not gone out yet; -1 before it begins. */
  #firstRecordLeft = -1;
  #serverHasSpoken = false;

  constructor(socket: Socket, wire: Wire) {
    this.#socket = socket;
    this.#wire = wire;
    this.inner = new Duplex({
      read: () => socket.resume(),
      write: (chunk: Buffer, _encoding, done) => {
        this.#toClient(chunk, done);
      },
      final: (done) => {
        if (!this.#isCut) socket.end();
        done();
      },
      destroy: (error, done) => {
        if (!this.#isCut) socket.destroy();
        done(error);
      },
    });
    this.inner.on("error", () => undefined); // Whoever speaks to it hears of it too.
    socket.on("data", (chunk: Buffer) => {
      this.#fromClient(chunk);
    });
    socket.on("end", () => {
      if (!this.#isCut) this.inner.push(null);
    });
    socket.on("close", () => this.inner.destroy());
    socket.resume();
  }

  /** Nothing passes any more in either direction. */
  cut(how: Ending): void {
    if (this.#isCut) return;
    this.#isCut = true;
    switch (how) {
      case "close":
        this.#socket.end();
        break;
      case "reset":
        setTimeout(() => setImmediate(() => this.#socket.resetAndDestroy()), resetPauseMs).unref();
        break;
      case "silence":
        break;
    }
    // What the client still sends is read and dropped: unread bytes would turn a FIN into a RST.
    this.#socket.resume();
  }

  #fromClient(chunk: Buffer): void {
    const wire = this.#wire;
    if (wire.kind === "cut" && wire.after === "server-flight" && this.#serverHasSpoken) this.cut(wire.how);
    if (!this.#isCut && !this.inner.push(chunk)) this.#socket.pause();
  }

  #toClient(chunk: Buffer, done: () => void): void {
    this.#serverHasSpoken = true;
    const wire = this.#wire;
    if (this.#isCut || this.#socket.destroyed) done();
    else if (wire.kind === "one-byte") this.#trickle(chunk, done);
    else if (wire.kind === "cut" && wire.after === "server-hello") {
      if (this.#firstRecordLeft < 0) this.#firstRecordLeft = recordHeaderBytes + chunk.readUInt16BE(3);
      const passing = chunk.subarray(0, this.#firstRecordLeft);
      this.#firstRecordLeft -= passing.length;
      this.#socket.write(passing, () => {
        if (this.#firstRecordLeft === 0) this.cut(wire.how);
        done();
      });
    } else
      this.#socket.write(chunk, () => {
        done();
      });
  }

  #trickle(chunk: Buffer, done: () => void): void {
    if (chunk.length === 0 || this.#socket.destroyed) {
      done();
      return;
    }
    this.#socket.write(chunk.subarray(0, 1), () => {
      this.#trickle(chunk.subarray(1), done);
    });
  }
}
