/**
 * What the payloads of frames say, and the rules that they keep: RFC 9113 §6.2 to §6.10. DATA is not among them, whose
 * content is never held.
 */
import { protocolFault, sizeFault, type FrameFault } from "./frame-fault.ts";
import { frameFlags, frameTypes, type FrameHeader } from "./frame-kinds.ts";
import { settingBytes, settingFault } from "./settings.ts";
import type { FrameSink } from "./frame-sink.ts";

/** A whole payload: `bytes` from `start` to `end`. */
export interface Payload {
  readonly frame: FrameHeader;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Octets of PRIORITY, and of what HEADERS with its flag begin with (RFC 9113 §6.2, §6.3). */
const priorityBytes = 5;
const promisedBytes = 4;

/** Tells the sink what a payload says. The length has been held against what the type has. */
export function readPayload(payload: Payload, sink: FrameSink): FrameFault | undefined {
  const { frame, bytes, start, end } = payload;
  const { type, flags, stream } = frame;
  switch (type) {
    case frameTypes.headers:
      return readHeaders(payload, sink);
    case frameTypes.continuation:
      sink.onContinuation(frame, bytes, start, end);
      return undefined;
    case frameTypes.windowUpdate:
      return readWindowUpdate(payload, sink);
    case frameTypes.reset:
      sink.onReset(stream, uint32(bytes, start));
      return undefined;
    case frameTypes.settings:
      return readSettings(payload, sink);
    case frameTypes.ping:
      sink.onPing((flags & frameFlags.ack) !== 0, bytes, start);
      return undefined;
    case frameTypes.goaway:
      return readGoaway(payload, sink);
    case frameTypes.pushPromise:
      return readPushPromise(payload, sink);
    default:
      return readPriority(frame, sink);
  }
}

/** RFC 9113 §6.2. The priority that it may begin with is deprecated (§5.3.2), and not looked at. */
function readHeaders({ frame, bytes, start, end }: Payload, sink: FrameSink): FrameFault | undefined {
  const { flags, length } = frame;
  const isPadded = (flags & frameFlags.padded) !== 0;
  const before = (isPadded ? 1 : 0) + ((flags & frameFlags.priority) === 0 ? 0 : priorityBytes);
  if (length < before) return sizeFault(frame, "HEADERS hold what their flags say", "RFC 9113 §4.2, §6.2");
  const padding = isPadded ? (bytes[start] as number) : 0;
  if (padding > length - before) return paddingFault(frame, "RFC 9113 §6.2");
  sink.onHeaders(frame, bytes, start + before, end - padding);
  return undefined;
}

/** RFC 9113 §6.6, §5.1.1. */
function readPushPromise({ frame, bytes, start, end }: Payload, sink: FrameSink): FrameFault | undefined {
  const { flags, length } = frame;
  const isPadded = (flags & frameFlags.padded) !== 0;
  const before = (isPadded ? 1 : 0) + promisedBytes;
  if (length < before)
    return sizeFault(frame, "PUSH_PROMISE holds what its flags say", "RFC 9113 §4.2, §6.6");
  const padding = isPadded ? (bytes[start] as number) : 0;
  if (padding > length - before) return paddingFault(frame, "RFC 9113 §6.6");
  const promised = uint32(bytes, start + before - promisedBytes) & 0x7fff_ffff;
  if (promised === 0 || promised % 2 !== 0)
    return protocolFault(frame, "a promised stream has an even number", "RFC 9113 §6.6, §5.1.1");
  sink.onPushPromise(frame, promised, bytes.subarray(start + before, end - padding));
  return undefined;
}

/** The padding of a frame is within its payload. */
export function paddingFault(frame: FrameHeader, section: string): FrameFault {
  return protocolFault(frame, "padding leaves the rest of a frame its place", section);
}

/** RFC 9113 §6.5. Values are checked before the first is told. */
function readSettings({ frame, bytes, start, end }: Payload, sink: FrameSink): FrameFault | undefined {
  if ((frame.flags & frameFlags.ack) !== 0) {
    sink.onSettingsAck();
    return undefined;
  }
  for (let at = start; at < end; at += settingBytes) {
    const fault = settingFault(uint16(bytes, at), uint32(bytes, at + 2));
    if (fault !== undefined) return { ...fault, frame: { ...frame } };
  }
  sink.onSettings(bytes, start, end);
  return undefined;
}

/** RFC 9113 §6.8. */
function readGoaway({ bytes, start, end }: Payload, sink: FrameSink): undefined {
  const lastStream = uint32(bytes, start) & 0x7fff_ffff;
  sink.onGoaway(lastStream, uint32(bytes, start + 4), bytes.subarray(start + 8, end));
}

/** RFC 9113 §6.9: no increment is zero. */
function readWindowUpdate({ frame, bytes, start }: Payload, sink: FrameSink): FrameFault | undefined {
  const { stream } = frame;
  const increment = uint32(bytes, start) & 0x7fff_ffff;
  const fault =
    increment > 0 ? undefined : protocolFault(frame, "a window is not increased by zero", "RFC 9113 §6.9");
  if (fault !== undefined && stream === 0) return fault;
  if (fault === undefined) sink.onWindowUpdate(stream, increment);
  else sink.onStreamFault(stream, fault);
  return undefined;
}

/** RFC 9113 §6.3: deprecated, so that only its length matters, and that to the stream alone. */
function readPriority(frame: FrameHeader, sink: FrameSink): undefined {
  const { stream, length } = frame;
  if (length === priorityBytes) sink.onPriority(stream);
  else sink.onStreamFault(stream, sizeFault(frame, `PRIORITY has ${priorityBytes} octets`, "RFC 9113 §6.3"));
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** Four octets as an unsigned number (RFC 9113 §2.2: in network order). */
export function uint32(bytes: Uint8Array, at: number): number {
  return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0;
}
