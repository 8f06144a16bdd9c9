/** The streams of a connection from their opening to their end: what each end means for the peer, for its sink and for the windows. */
import type { ErrorName } from "../error-codes.ts";
import type { Failure } from "../failure.ts";
import type { FrameWriter } from "../frames/index.ts";
import { StreamTable, type Closed, type ClosedBy } from "../streams/stream-table.ts";
import type { Credit } from "./credit.ts";
import type { StreamFault } from "./incoming.ts";
import type { Sender } from "./sender.ts";
import type { ClientStream } from "./stream.ts";

export interface LiveStreamsEvents {
  /** One ended: there is room for another. */
  onClosed(): void;
  /** We reset one. */
  onOwnReset(): void;
}

export class LiveStreams {
  readonly #table = new StreamTable<ClientStream>();
  readonly #writer: FrameWriter;
  readonly #credit: Credit;
  readonly #sender: Sender;
  readonly #events: LiveStreamsEvents;

  constructor(ports: {
    readonly writer: FrameWriter;
    readonly credit: Credit;
    readonly sender: Sender;
    readonly events: LiveStreamsEvents;
  }) {
    this.#writer = ports.writer;
    this.#credit = ports.credit;
    this.#sender = ports.sender;
    this.#events = ports.events;
  }

  get size(): number {
    return this.#table.size;
  }

  get nextId(): number | undefined {
    return this.#table.nextId;
  }

  get all(): readonly ClientStream[] {
    return this.#table.live;
  }

  get(id: number): ClientStream | undefined {
    return this.#table.get(id);
  }

  closed(id: number): Closed | undefined {
    return this.#table.closed(id);
  }

  isIdle(id: number): boolean {
    return this.#table.isIdle(id);
  }

  add(stream: ClientStream): void {
    this.#table.add(stream);
    stream.move("headers-sent");
  }

  /** The last of the request is in the output. */
  endSent(stream: ClientStream): void {
    stream.move("end-sent");
    if (stream.state !== "closed") return;
    this.#leave(stream, "end");
    this.#events.onClosed();
  }

  /**
   * The answer is whole. A request that is not sent to its end is not sent any further (RFC 9113 §8.1); of a tunnel, it is the
   * peer's half alone that has ended (§8.5).
   */
  endReceived(stream: ClientStream): void {
    stream.move("end-received");
    const isEnded = stream.state === "closed";
    const isHalfOpen = !isEnded && stream.framing?.kind === "tunnel";
    if (isEnded) this.#leave(stream, "end");
    else if (!isHalfOpen) this.#abandon(stream, "CANCEL");
    const { bodyBytes, receivedBytes } = stream;
    stream.sink.onComplete({ bodyBytes, receivedBytes });
    if (isHalfOpen) return;
    if (isEnded) this.#events.onClosed();
    else this.#tellReset();
  }

  /** The answer is whole, and the peer has ended the stream itself. */
  endByReset(stream: ClientStream): void {
    if (stream.state === "closed") return;
    stream.move("reset");
    this.#leave(stream, "peer-reset");
    const { bodyBytes, receivedBytes } = stream;
    stream.sink.onComplete({ bodyBytes, receivedBytes });
    this.#events.onClosed();
  }

  /** Tells the peer that the stream is not wanted any more; its sink hears nothing. */
  reset(stream: ClientStream, errorCode: ErrorName): void {
    if (stream.state === "closed") return;
    this.#abandon(stream, errorCode);
    this.#tellReset();
  }

  /** A fault of the peer's that ends this stream alone. */
  refuse(stream: ClientStream, { failure, errorCode }: StreamFault): void {
    // Its sink may have given it up just now.
    if (stream.state === "closed") return;
    this.#abandon(stream, errorCode);
    stream.sink.onFailure(failure, false);
    this.#tellReset();
  }

  /** It is over without a word of ours: the peer reset it, or the connection is gone. */
  lose(stream: ClientStream, failure: Failure, isUnprocessed: boolean): void {
    // The sink of another may have given it up just now.
    if (stream.state === "closed") return;
    stream.move("reset");
    this.#leave(stream, "peer-reset");
    stream.sink.onFailure(failure, isUnprocessed);
    this.#events.onClosed();
  }

  #abandon(stream: ClientStream, errorCode: ErrorName): void {
    this.#writer.reset(stream.id, errorCode);
    stream.move("reset");
    this.#leave(stream, "our-reset");
  }

  /** Behind the outcome: whoever hears of it may give up any stream, and that one is over for its sink. */
  #tellReset(): void {
    this.#events.onOwnReset();
    this.#events.onClosed();
  }

  #leave(stream: ClientStream, by: ClosedBy): void {
    this.#sender.remove(stream);
    this.#credit.release(stream);
    this.#table.close(stream, by);
    if (this.#table.size === 0) this.#writer.trim();
  }
}
