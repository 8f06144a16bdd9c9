/**
 * One request and its answer on a connection (RFC 9113 §5, §8): where the stream stands, what of the message has come,
 * and what is still to be sent.
 */
import type { Fields, ResponseHead } from "../../http1/index.ts";
import type { Failure } from "../failure.ts";
import { ReceiveWindow } from "../streams/receive-window.ts";
import { SendWindow } from "../streams/send-window.ts";
import { streamTransitions, type StreamEvent, type StreamState } from "../streams/stream-state.ts";
import type { MessageFraming } from "./message.ts";

/** How an exchange ended well. */
export interface StreamCompletion {
  /** Content received. */
  readonly bodyBytes: number;
  /** Everything received for this stream: blocks and DATA frames, padding included. */
  readonly receivedBytes: number;
}

/** Who receives what comes for a stream. The order is that of the methods; `onFailure` may replace any of them. */
export interface StreamSink {
  onInformational(head: ResponseHead): void;
  onHead(head: ResponseHead, framing: MessageFraming): void;
  /** Content, valid during the call alone. `false`: it is kept, and no more is wanted until `resume` says so. */
  onBody(bytes: Uint8Array, start: number, end: number): boolean;
  onTrailers(fields: Fields, dropped: readonly string[]): void;
  /** The answer is whole. What was not sent of the request is not sent any more, unless it is a tunnel's (RFC 9113 §8.5). */
  onComplete(completion: StreamCompletion): void;
  /** @param isUnprocessed whether the peer says that it did nothing with the request (RFC 9113 §8.7) */
  onFailure(failure: Failure, isUnprocessed: boolean): void;
  /** What was written is on its way; more can be. */
  onWritable(): void;
}

/** What is to be sent of a body: one chunk at a time. */
export interface Unsent {
  readonly bytes: Uint8Array;
  /** As many as there were: whoever they belong to may take them away meanwhile. */
  readonly length: number;
  at: number;
  readonly isLast: boolean;
}

export class ClientStream {
  readonly id: number;
  readonly method: string;
  readonly sink: StreamSink;
  readonly sendWindow: SendWindow;
  readonly receiveWindow: ReceiveWindow;
  #state: StreamState = "idle";
  head: ResponseHead | undefined;
  framing: MessageFraming | undefined;
  informational = 0;
  bodyBytes = 0;
  receivedBytes = 0;
  /** Its reader said that it has room again, while it was given content. */
  wasResumed = false;
  /** Content that its reader has no room for: the peer gets no window for it. */
  heldBytes = 0;
  unsent: Unsent | undefined;
  /** Content that was sent. */
  sentBytes = 0;

  constructor(
    id: number,
    method: string,
    sink: StreamSink,
    windows: { readonly send: number; readonly receive: number },
  ) {
    this.id = id;
    this.method = method;
    this.sink = sink;
    this.sendWindow = new SendWindow(windows.send);
    this.receiveWindow = new ReceiveWindow(windows.receive);
  }

  get state(): StreamState {
    return this.#state;
  }

  move(event: StreamEvent): void {
    this.#state = streamTransitions[this.#state][event] ?? this.#state;
  }

  get expectedBytes(): number | undefined {
    return this.framing?.kind === "length" ? this.framing.bytes : undefined;
  }
}
