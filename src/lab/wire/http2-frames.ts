/**
 * Frames of HTTP/2 as a server writes them, octet by octet: RFC 9113 §4.1, §6; RFC 7541 §5, §6.
 *
 * Nothing of `http2/` is used: were they written by the room that reads them, one misreading could hide in both. And
 * most of what is sent here breaks a rule that a proper writer keeps.
 */
import { concatBytes } from "../../core/index.ts";

/** RFC 9113 §6. */
export const types = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const flags = { endStream: 1, ack: 1, endHeaders: 4, padded: 8 } as const;

/** RFC 9113 §6.5.2. */
export const settingIds = {
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
} as const;

/** RFC 9113 §7. */
export const errorCodes = {
  noError: 0x0,
  internalError: 0x2,
  refusedStream: 0x7,
  enhanceYourCalm: 0xb,
  inadequateSecurity: 0xc,
  http11Required: 0xd,
} as const;

/** Octets of a frame's header (RFC 9113 §4.1). */
export const headerBytes = 9;

/** What a stream may be at most (RFC 9113 §5.1.1), and a window (§6.9.1). */
export const largest31 = 0x7fff_ffff;

/** One frame. Its length is what it says, whatever the peer takes. */
export function frame(
  type: number,
  { stream, flags = 0 }: { readonly stream: number; readonly flags?: number },
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const { length } = payload;
  const header = [length >> 16, (length >> 8) & 0xff, length & 0xff, type, flags, ...uint32(stream)];
  return concatBytes([Uint8Array.from(header), payload]);
}

export function settings(...entries: readonly (readonly [id: number, value: number])[]): Uint8Array {
  const payload = entries.flatMap(([id, value]) => [id >> 8, id & 0xff, ...uint32(value)]);
  return frame(types.settings, { stream: 0 }, Uint8Array.from(payload));
}

/** A header block that is whole, and that ends its stream where it is told to. */
export function headers(stream: number, block: Uint8Array, ends: "stays" | "ends" = "stays"): Uint8Array {
  const both = flags.endHeaders | (ends === "ends" ? flags.endStream : 0);
  return frame(types.headers, { stream, flags: both }, block);
}

export function data(stream: number, text: string, ends: "stays" | "ends" = "stays"): Uint8Array {
  return frame(types.data, { stream, flags: ends === "ends" ? flags.endStream : 0 }, octets(text));
}

export function reset(stream: number, errorCode: number): Uint8Array {
  return frame(types.reset, { stream }, Uint8Array.from(uint32(errorCode)));
}

export function goaway(lastStream: number, errorCode: number, debug = ""): Uint8Array {
  const numbers = Uint8Array.from([...uint32(lastStream), ...uint32(errorCode)]);
  return frame(types.goaway, { stream: 0 }, concatBytes([numbers, octets(debug)]));
}

/** Of the connection, where the stream is 0. */
export function windowUpdate(stream: number, increment: number): Uint8Array {
  return frame(types.windowUpdate, { stream }, Uint8Array.from(uint32(increment)));
}

export function ping(payload: Uint8Array = new Uint8Array(8), isAck = false): Uint8Array {
  return frame(types.ping, { stream: 0, flags: isAck ? flags.ack : 0 }, payload);
}

/** A header block of literals, none of them indexed or compressed: RFC 7541 §6.2.2. */
export function block(...lines: readonly (readonly [name: string, value: string])[]): Uint8Array {
  return concatBytes(
    lines.map(([name, value]) => concatBytes([Uint8Array.of(0), string(name), string(value)])),
  );
}

/** A string as it is: RFC 7541 §5.2. */
export function string(text: string): Uint8Array {
  return concatBytes([integer(0, 7, text.length), octets(text)]);
}

/** An integer behind the bits of a pattern: RFC 7541 §5.1. */
export function integer(pattern: number, prefixBits: number, value: number): Uint8Array {
  const most = 2 ** prefixBits - 1;
  if (value < most) return Uint8Array.of(pattern | value);
  const found = [pattern | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) found.push((rest % 128) | 128);
  return Uint8Array.from([...found, rest]);
}

/** One character an octet. */
export function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function uint32(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
