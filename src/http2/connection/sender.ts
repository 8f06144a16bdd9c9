/** Sends DATA as far as both windows, the peer's frame size and the output's bound let it, stream by stream in turns. */
import type { FrameWriter } from "../frames/index.ts";
import { http2Limits } from "../limits.ts";
import { defaultWindow, SendWindow } from "../streams/send-window.ts";
import type { ClientStream } from "./stream.ts";

/** Which window keeps a stream from sending (RFC 9113 §5.2.2). */
export type ShutWindow = "stream" | "connection";

export interface SenderEvents {
  /** The last of a stream's content is in the output. */
  onEndSent(stream: ClientStream): void;
  /** What was to be sent is not there any more. */
  onContentGone(stream: ClientStream): void;
}

const outputBytes = http2Limits.outputBytes.value;

export class Sender {
  readonly window: SendWindow = new SendWindow(defaultWindow);
  readonly #writer: FrameWriter;
  readonly #events: SenderEvents;
  /** Streams with content to send, in turns. */
  readonly #sending = new Set<ClientStream>();
  #maxFrameBytes = http2Limits.sentFrameBytes.value;
  /** DATA frames that were sent since it was last asked. */
  #frames = 0;

  constructor(writer: FrameWriter, events: SenderEvents) {
    this.#writer = writer;
    this.#events = events;
  }

  /** The peer's SETTINGS_MAX_FRAME_SIZE, of which no more than is useful is used. */
  setMaxFrameBytes(bytes: number): void {
    this.#maxFrameBytes = Math.min(bytes, http2Limits.sentFrameBytes.value);
  }

  add(stream: ClientStream): void {
    this.#sending.add(stream);
  }

  remove(stream: ClientStream): void {
    stream.unsent = undefined;
    this.#sending.delete(stream);
  }

  /** DATA frames sent since the last call: what WINDOW_UPDATE frames may answer. */
  takeFrames(): number {
    const frames = this.#frames;
    this.#frames = 0;
    return frames;
  }

  /** Frames what can be sent now. Who is `writing` is told by what `write` gives. */
  pump(writing?: ClientStream): void {
    if (this.#sending.size === 0) return;
    const written: ClientStream[] = [];
    for (let progressed = true; progressed && this.#hasRoom;) {
      progressed = false;
      for (const stream of this.#sending) {
        if (!this.#hasRoom) break;
        if (!this.#sendOne(stream)) continue;
        progressed = true;
        if (stream.unsent === undefined) {
          this.#sending.delete(stream);
          written.push(stream);
        }
      }
    }
    for (const stream of written)
      if (stream !== writing && stream.state !== "closed") stream.sink.onWritable();
  }

  shutWindow(stream: ClientStream): ShutWindow | undefined {
    if (stream.unsent === undefined) return undefined;
    if (stream.sendWindow.available <= 0) return "stream";
    return this.window.available <= 0 ? "connection" : undefined;
  }

  get #hasRoom(): boolean {
    return this.#writer.pendingBytes < outputBytes;
  }

  /** One frame of a stream; `false` where a window is shut. */
  #sendOne(stream: ClientStream): boolean {
    const { unsent } = stream;
    if (unsent === undefined) return false;
    const { length } = unsent;
    if (unsent.bytes.length < length) {
      this.#events.onContentGone(stream);
      return false;
    }
    const left = length - unsent.at;
    const bytes = Math.min(left, this.#maxFrameBytes, stream.sendWindow.available, this.window.available);
    if (bytes <= 0 && left > 0) return false;
    const end = unsent.at + bytes;
    const isEnd = unsent.isLast && end === length;
    this.#writer.data({ stream: stream.id, endStream: isEnd }, unsent.bytes, unsent.at, end);
    this.#frames++;
    stream.sendWindow.spend(bytes);
    this.window.spend(bytes);
    stream.sentBytes += bytes;
    unsent.at = end;
    if (end === length) stream.unsent = undefined;
    if (isEnd) this.#events.onEndSent(stream);
    return true;
  }
}
