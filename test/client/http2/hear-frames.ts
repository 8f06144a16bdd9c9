/** Reads what a client says over HTTP/2, frame by frame, behind its preface. */
import type { Socket } from "node:net";
import { FrameReader, type FrameSink } from "../../../src/http2/index.ts";

/** The frames that a test looks at; all others are passed over. */
export type Heard = Partial<FrameSink>;

/** RFC 9113 §3.4. */
const prefaceBytes = 24;
/** RFC 9113 §6.5.2: what a client keeps to where nothing was said. */
const frameBytes = 16_384;

const ignore = (): void => {};
const nothing: FrameSink = {
  onData: ignore,
  onDataEnd: ignore,
  onHeaders: ignore,
  onContinuation: ignore,
  onPriority: ignore,
  onReset: ignore,
  onSettings: ignore,
  onSettingsAck: ignore,
  onPushPromise: ignore,
  onPing: ignore,
  onGoaway: ignore,
  onWindowUpdate: ignore,
  onOther: ignore,
  onStreamFault: ignore,
};

/** @param onRead what follows each read */
export function hearFrames(socket: Socket, heard: Heard, onRead: () => void = ignore): void {
  const reader = new FrameReader(frameBytes);
  const sink = { ...nothing, ...heard };
  let skipped = 0;
  socket.on("data", (bytes) => {
    const start = Math.min(prefaceBytes - skipped, bytes.length);
    skipped += start;
    if (start < bytes.length) reader.push(bytes, start, bytes.length, sink);
    onRead();
  });
}
