/** Frames as a server writes them, octet by octet, by nothing that the room under test has: RFC 9113 §4.1, §6; RFC 7541. */

export const types = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;
export const PADDED = 8;

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: readonly number[] = [],
): Uint8Array {
  const { length } = payload;
  return Uint8Array.of(
    length >> 16,
    (length >> 8) & 255,
    length & 255,
    type,
    flags,
    ...uint32(stream),
    ...payload,
  );
}

export function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

export function octets(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** A literal field line without indexing, nothing Huffman-coded (RFC 7541 §6.2.2). Names and values shorter than 127 octets. */
export function line(name: string, value: string): number[] {
  return [0, name.length, ...octets(name), value.length, ...octets(value)];
}

/** A field section in that form. */
export function block(...lines: readonly (readonly [name: string, value: string])[]): number[] {
  return lines.flatMap(([name, value]) => line(name, value));
}

export function settings(...entries: readonly (readonly [id: number, value: number])[]): Uint8Array {
  return frame(
    types.SETTINGS,
    0,
    0,
    entries.flatMap(([id, value]) => [id >> 8, id & 255, ...uint32(value)]),
  );
}

export function headers(stream: number, payload: readonly number[], flags: number = END_HEADERS): Uint8Array {
  return frame(types.HEADERS, flags, stream, payload);
}

export function data(stream: number, text: string, flags = 0): Uint8Array {
  return frame(types.DATA, flags, stream, octets(text));
}

export function reset(stream: number, code: number): Uint8Array {
  return frame(types.RST_STREAM, 0, stream, uint32(code));
}

export function goaway(last: number, code: number, debug = ""): Uint8Array {
  return frame(types.GOAWAY, 0, 0, [...uint32(last), ...uint32(code), ...octets(debug)]);
}

export function windowUpdate(stream: number, increment: number): Uint8Array {
  return frame(types.WINDOW_UPDATE, 0, stream, uint32(increment));
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export interface SentFrame {
  readonly type: string;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

/** The frames that a client sent, its preface first. */
export function readSent(bytes: Uint8Array): SentFrame[] {
  const frames: SentFrame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    const length = (view.getUint8(at) << 16) | view.getUint16(at + 1);
    const type = view.getUint8(at + 3);
    const name = Object.entries(types).find(([, value]) => value === type)?.[0] ?? String(type);
    const payload = bytes.slice(at + 9, at + 9 + length);
    frames.push({ type: name, flags: view.getUint8(at + 4), stream: view.getUint32(at + 5), payload });
    at += 9 + length;
  }
  return frames;
}
