/**
 * The frames of WebSocket, a client's side: RFC 6455 §5. Bytes in, frames out, within a bound; what breaks a rule is
 * told with the close code that §7.4.1 has for it. Of extensions, it knows the bit that says that a message is compressed
 * (RFC 7692 §6).
 */
import { ByteQueue } from "./byte-queue.ts";

/** A further fragment of a message (RFC 6455 §5.4). */
export const WEBSOCKET_OP_CONTINUE = 0;
/** Text, in UTF-8 (RFC 6455 §5.6). */
export const WEBSOCKET_OP_TEXT = 1;
/** Bytes (RFC 6455 §5.6). */
export const WEBSOCKET_OP_BINARY = 2;
/** The closing handshake (RFC 6455 §5.5.1). */
export const WEBSOCKET_OP_CLOSE = 8;
/** A ping (RFC 6455 §5.5.2). */
export const WEBSOCKET_OP_PING = 9;
/** The answer to a ping (RFC 6455 §5.5.3). */
export const WEBSOCKET_OP_PONG = 10;
/** Beside an opcode: this is not the last fragment. */
export const WEBSOCKET_DONT_FIN = 0x100;

/** Beside an opcode: the message is compressed (RFC 7692 §6). */
export const WEBSOCKET_COMPRESSED = 0x200;

/** FIN in a frame's first octet. */
export const finBit = 0x80;
/** RSV1 in it: the message that begins there is compressed (RFC 7692 §6). */
export const compressedBit = 0x40;

/** A frame that came whole: its first octet and its payload. */
export interface Frame {
  readonly flags: number;
  readonly payload: Uint8Array;
}

export type FrameFault =
  | { readonly code: "websocket-malformed"; readonly reason: string; readonly closeCode: number }
  | { readonly code: "websocket-too-large"; readonly value: number };

/** Whether an opcode is a control frame's: RFC 6455 §5.5. */
export function isControl(flags: number): boolean {
  return (flags & 0x08) !== 0;
}

/** A frame as a client sends it, masked: RFC 6455 §5.2, §5.3. `mask` is four octets nobody can foresee. */
export function writeFrame(op: number, payload: Uint8Array, mask: Uint8Array): Uint8Array {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + lengthBytes + 4 + length);
  const view = new DataView(frame.buffer);
  const isCompressed = (op & WEBSOCKET_COMPRESSED) !== 0;
  frame[0] =
    ((op & WEBSOCKET_DONT_FIN) === 0 ? finBit : 0) | (isCompressed ? compressedBit : 0) | (op & 0x0f);
  frame[1] = 0x80 | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) view.setUint16(2, length);
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(length));
  frame.set(mask, 2 + lengthBytes);
  const start = 6 + lengthBytes;
  for (let i = 0; i < length; i++) frame[start + i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
  return frame;
}

export class FrameReader {
  readonly #limitBytes: () => number;
  readonly #mayBeCompressed: boolean;
  readonly #kept = new ByteQueue();

  /** @param mayBeCompressed whether permessage-deflate was agreed on */
  constructor(limitBytes: () => number, mayBeCompressed: boolean) {
    this.#limitBytes = limitBytes;
    this.#mayBeCompressed = mayBeCompressed;
  }

  /** The frames that are whole now, and what is wrong with the one after them, if anything is. */
  read(bytes: Uint8Array): { readonly frames: readonly Frame[]; readonly fault: FrameFault | undefined } {
    this.#kept.append(bytes);
    const frames: Frame[] = [];
    for (;;) {
      const all = this.#kept.buf;
      const header = readHeader(all);
      if (header === undefined) break;
      const fault = this.#faultOf(header);
      if (fault !== undefined) return { frames, fault };
      const end = header.bytes + header.payloadBytes;
      if (end > all.length) break;
      frames.push({ flags: header.flags, payload: all.subarray(header.bytes, end) });
      this.#kept.remove(end);
    }
    return { frames, fault: undefined };
  }

  #faultOf({ flags, isMasked, payloadBytes, isShortest }: Header): FrameFault | undefined {
    const op = flags & 0x0f;
    if (this.#mayBeCompressed && (flags & 0x70) === compressedBit) {
      if (op !== WEBSOCKET_OP_TEXT && op !== WEBSOCKET_OP_BINARY)
        return malformed("a frame that begins no message says that it is compressed (RFC 7692 §6)");
    } else if ((flags & 0x70) !== 0)
      return malformed("a reserved bit is set, and no extension was agreed that has it (§5.2)");
    if ((op > 2 && op < 8) || op > 10) return malformed(`the opcode ${op} means nothing (§5.2)`);
    if (isMasked) return malformed("a server's frame is masked (§5.1)");
    if (!isShortest) return malformed("a length is not written as short as it can be (§5.2)");
    if (isControl(flags) && (flags & finBit) === 0) return malformed("a control frame is fragmented (§5.5)");
    if (isControl(flags) && payloadBytes > 125)
      return malformed("a control frame is longer than 125 bytes (§5.5)");
    const value = this.#limitBytes();
    return payloadBytes <= value ? undefined : { code: "websocket-too-large", value };
  }
}

export function malformed(reason: string, closeCode = 1002): FrameFault {
  return { code: "websocket-malformed", reason, closeCode };
}

interface Header {
  readonly flags: number;
  readonly isMasked: boolean;
  readonly payloadBytes: number;
  readonly isShortest: boolean;
  /** Its own length. */
  readonly bytes: number;
}

/** The header at the start of `bytes`, when it is whole. A masked one is refused before its mask matters. */
function readHeader(bytes: Uint8Array): Header | undefined {
  const [flags, second] = bytes;
  if (flags === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const isMasked = (second & 0x80) !== 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (short < 126) return { flags, isMasked, payloadBytes: short, isShortest: true, bytes: 2 };
  if (short === 126) {
    if (bytes.length < 4) return undefined;
    const payloadBytes = view.getUint16(2);
    return { flags, isMasked, payloadBytes, isShortest: payloadBytes > 125, bytes: 4 };
  }
  if (bytes.length < 10) return undefined;
  const payloadBytes = Number(view.getBigUint64(2));
  return { flags, isMasked, payloadBytes, isShortest: payloadBytes > 65_535, bytes: 10 };
}
