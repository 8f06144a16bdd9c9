/** Where a request's body goes as it comes: framed as the version of HTTP has it. */
import type { Socket } from "node:net";
import { chunkEnd, writeChunkHead, writeLastChunk } from "../../http1/index.ts";

export interface BodyOutlet {
  /** Takes content, and whether it is known to be the last. `false`: no more before the upload is told `onDrain`. */
  write(bytes: Uint8Array, isLast: boolean): boolean;
  /** All of it was written. */
  end(): void;
}

/** HTTP/1.1: the bytes as they are, or chunked where their number is not known (RFC 9112 §7.1). */
export class SocketOutlet implements BodyOutlet {
  readonly #socket: Socket;
  readonly #isChunked: boolean;

  constructor(socket: Socket, isChunked: boolean) {
    this.#socket = socket;
    this.#isChunked = isChunked;
  }

  write(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    if (!this.#isChunked) return socket.write(bytes);
    socket.cork();
    socket.write(writeChunkHead(bytes.length), "latin1");
    socket.write(bytes);
    const flowing = socket.write(chunkEnd, "latin1");
    socket.uncork();
    return flowing;
  }

  end(): void {
    if (this.#isChunked) this.#socket.write(writeLastChunk(), "latin1");
  }
}
