/**
 * Where a connection's bytes go. Made before the socket, because Node takes the read callback when it connects,
 * and pointed at the connection once there is one.
 *
 * All sockets read into one buffer: the callback runs inside the read, and whoever receives has to be done with
 * the bytes, or have copied them, when it returns. So a thousand idle connections cost no buffers. Who wants to keep the
 * bytes in place for longer names a buffer of its own: Node asks behind each read where the next one goes.
 */
import type { Socket } from "node:net";
import type { Ending } from "../core/index.ts";
import { earlyErrors } from "./early-errors.ts";
import { netLimits } from "./limits.ts";

export interface Handler {
  /** Takes `buffer[0..length)`, which is reused afterwards. `false` asks for no more until `resume()`. */
  onBytes(buffer: Uint8Array, length: number): boolean;
  onEnd(ending: Ending, error: Error | undefined): void;
  onDrain(): void;
}

/** What Node's `onread` takes: net.Socket's options. */
interface OnRead {
  readonly buffer: () => Uint8Array;
  readonly callback: (length: number, buffer: Uint8Array) => boolean;
}

/** Made with the first connection. */
let sharedBuffer: Uint8Array | undefined;

export class Receiver {
  /** Where the next read goes; the buffer that all share, unless there is one. Sockets that are read by `data` have none. */
  readsInto: Uint8Array | undefined;
  #handler: Handler | undefined;
  readonly #early: Uint8Array[] = [];
  #ending: { readonly ending: Ending; readonly error: Error | undefined } | undefined;

  #buffer: Uint8Array | undefined;

  readonly onread: OnRead = {
    // Node's types do not say that anything but bytes leaves the buffer as it is.
    buffer: () => this.#nextBuffer() as Uint8Array,
    callback: (length, buffer) => this.#take(buffer, length),
  };

  /** Listens to the socket's ends, and to its data where `onread` is not in force (`node-traps`: a socket in a socket). */
  attach(socket: Socket, reads: "onread" | "data"): void {
    if (reads === "data") {
      socket.on("data", ({ buffer, byteOffset, length }: Buffer) => {
        // As plain bytes, like the other way: a Buffer's `slice` would copy nothing.
        if (!this.#take(new Uint8Array(buffer, byteOffset, length), length)) socket.pause();
      });
    }
    socket.on("end", () => this.#end("fin", undefined));
    // After a fatal alert Node says `error`, and neither `end` nor `close`.
    socket.on("error", (error) => this.#end("reset", error));
    socket.on("close", () => this.#end("fin", undefined));
    socket.on("drain", () => this.#handler?.onDrain());
    const early = earlyErrors.get(socket);
    if (early !== undefined) this.#end("reset", early);
  }

  /** From now on `handler` gets everything, beginning with what had come before it was there. */
  handTo(handler: Handler): void {
    this.#handler = handler;
    for (const bytes of this.#early.splice(0)) handler.onBytes(bytes, bytes.length);
    if (this.#ending !== undefined) handler.onEnd(this.#ending.ending, this.#ending.error);
  }

  /** Where the next read goes, if that is another place than before. */
  #nextBuffer(): Uint8Array | undefined {
    const wanted = this.readsInto ?? (sharedBuffer ??= new Uint8Array(netLimits.readBufferBytes.value));
    // Every socket of a race asks for its first: until one has won, none may go without.
    if (this.#handler !== undefined && wanted === this.#buffer) return undefined;
    return (this.#buffer = wanted);
  }

  #take(buffer: Uint8Array, length: number): boolean {
    if (this.#handler !== undefined) return this.#handler.onBytes(buffer, length);
    // A server that speaks before it was asked: kept (one read at most), so that the connection can say so.
    this.#early.push(buffer.slice(0, length));
    return false;
  }

  #end(ending: Ending, error: Error | undefined): void {
    if (this.#ending !== undefined) return;
    this.#ending = { ending, error };
    this.#handler?.onEnd(ending, error);
  }
}
