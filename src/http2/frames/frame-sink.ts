/** Who receives the frames that a reader finds. Bytes are places in the reader's buffer, valid during the call alone. */
import type { FrameFault } from "./frame-fault.ts";
import type { FrameHeader } from "./frame-kinds.ts";

/** The header of a frame is an object that the reader uses again for the next: valid during the call alone, too. */
export interface FrameSink {
  /** A piece of a DATA frame's content, as it comes, never empty. */
  onData(stream: number, bytes: Uint8Array, start: number, end: number): void;
  /** A DATA frame is over. `flowBytes` counts its padding too, as flow control does (RFC 9113 §6.1). */
  onDataEnd(stream: number, flowBytes: number, contentBytes: number, endStream: boolean): void;
  /** A fragment of a header block, its padding and priority taken off. */
  onHeaders(frame: FrameHeader, bytes: Uint8Array, start: number, end: number): void;
  onContinuation(frame: FrameHeader, bytes: Uint8Array, start: number, end: number): void;
  onPriority(stream: number): void;
  onReset(stream: number, errorCode: number): void;
  /** Entries of six octets, whole, for `eachSetting`; no value breaks a rule. */
  onSettings(bytes: Uint8Array, start: number, end: number): void;
  onSettingsAck(): void;
  onPushPromise(frame: FrameHeader, promised: number, fragment: Uint8Array): void;
  /** Eight octets from `start` on. */
  onPing(isAck: boolean, bytes: Uint8Array, start: number): void;
  onGoaway(lastStream: number, errorCode: number, debug: Uint8Array): void;
  /** Of the connection, where the stream is 0. */
  onWindowUpdate(stream: number, increment: number): void;
  /** The header of a frame of an unknown type, which is ignored (RFC 9113 §4.1, §5.5): its payload is passed over. */
  onOther(frame: FrameHeader): void;
  /** A rule that the RFC makes a fault of the stream alone. */
  onStreamFault(stream: number, fault: FrameFault): void;
}
