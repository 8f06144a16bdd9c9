/** A sink that nothing is done with: for measuring the reader alone, and for sinks that want few of the events. */
import type { FrameHeader, FrameSink } from "../../src/http2/index.ts";

export class SilentSink implements FrameSink {
  onData(_stream: number, _bytes: Uint8Array, _start: number, _end: number): void {}
  onDataEnd(_stream: number, _flowBytes: number, _contentBytes: number, _endStream: boolean): void {}
  onHeaders(_frame: FrameHeader, _bytes: Uint8Array, _start: number, _end: number): void {}
  onContinuation(_frame: FrameHeader, _bytes: Uint8Array, _start: number, _end: number): void {}
  onPriority(): void {}
  onReset(): void {}
  onSettings(_bytes: Uint8Array, _start: number, _end: number): void {}
  onSettingsAck(): void {}
  onPushPromise(): void {}
  onPing(): void {}
  onGoaway(): void {}
  onWindowUpdate(_stream: number, _increment: number): void {}
  onOther(): void {}
  onStreamFault(): void {}
}
