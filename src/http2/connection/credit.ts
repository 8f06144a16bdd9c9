/**
 * What the peer may send, of each stream and of all together (RFC 9113 §5.2), and what is given back. A stream gets its
 * window back as its reader reads. The connection gets it back at once, so that one body that nobody reads holds up no
 * other, unless what lies unread in all has reached its bound.
 */
import type { FrameWriter } from "../frames/index.ts";
import { http2Limits } from "../limits.ts";
import { Bandwidth } from "../streams/bandwidth.ts";
import { ReceiveWindow } from "../streams/receive-window.ts";
import { defaultWindow } from "../streams/send-window.ts";
import type { ClientStream } from "./stream.ts";

const unreadLimit = http2Limits.unreadBytes.value;

export class Credit {
  readonly #writer: FrameWriter;
  readonly #window = new ReceiveWindow(defaultWindow);
  readonly #bandwidth: Bandwidth;
  /** Held for readers that have no room, over all streams. */
  #heldBytes = 0;
  /** What the connection's window is owed, for as long as too much is held. */
  #owedBytes = 0;

  constructor(writer: FrameWriter, windowBytes: number, largestBytes: number) {
    this.#writer = writer;
    this.#bandwidth = new Bandwidth(windowBytes, largestBytes);
  }

  /** The window of a new stream. */
  get streamWindow(): number {
    return this.#bandwidth.window;
  }

  /** Announces the connection's window, which is larger than a stream's. */
  start(): void {
    this.#announce(0, this.#window.growTo(connectionWindow(this.streamWindow)));
  }

  /** Octets came. `false`: more than the connection's window, or the stream's, allowed. */
  take(stream: Pick<ClientStream, "receiveWindow"> | undefined, bytes: number): boolean {
    return this.#window.take(bytes) && (stream?.receiveWindow.take(bytes) ?? true);
  }

  /** It was read, dropped, or was padding. */
  read(stream: ClientStream | undefined, bytes: number): void {
    this.#readOfConnection(bytes);
    if (stream !== undefined) this.#readOfStream(stream, bytes);
  }

  /** Its reader keeps it, and has no room for more. */
  hold(stream: ClientStream, bytes: number): void {
    stream.heldBytes += bytes;
    this.#heldBytes += bytes;
    this.#readOfConnection(bytes);
  }

  /** The reader has room again, or is gone. */
  release(stream: ClientStream): void {
    const bytes = stream.heldBytes;
    if (bytes === 0) return;
    stream.heldBytes = 0;
    this.#heldBytes -= bytes;
    this.#readOfConnection(0);
    this.#readOfStream(stream, bytes);
  }

  /** DATA came. Whether a PING is to measure the way. */
  wantsPing(bytes: number): boolean {
    return this.#bandwidth.onData(bytes);
  }

  /** Whether a PING that measures the way is under way. */
  get isMeasuring(): boolean {
    return this.#bandwidth.isMeasuring;
  }

  /** The PING was answered: windows grow where they were too small. By how much a stream's has grown. */
  onPong(): number {
    const before = this.streamWindow;
    if (!this.#bandwidth.onPong()) return 0;
    this.#announce(0, this.#window.growTo(connectionWindow(this.streamWindow)));
    return this.streamWindow - before;
  }

  #readOfConnection(bytes: number): void {
    this.#owedBytes += bytes;
    if (this.#heldBytes > unreadLimit) return;
    const owed = this.#owedBytes;
    this.#owedBytes = 0;
    if (owed > 0) this.#announce(0, this.#window.read(owed));
  }

  #readOfStream(stream: ClientStream, bytes: number): void {
    // Whoever has ended sends nothing more that it needs a window for.
    const increment = stream.receiveWindow.read(bytes);
    if (stream.state === "open" || stream.state === "half-closed-local") this.#announce(stream.id, increment);
  }

  #announce(stream: number, increment: number): void {
    if (increment > 0) this.#writer.windowUpdate(stream, increment);
  }
}

/** Two streams at full speed fill it. */
function connectionWindow(streamWindow: number): number {
  return 2 * streamWindow;
}
