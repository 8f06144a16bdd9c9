/** Types and flags of frames (RFC 9113 §6, §4.1), and a frame's header. */

/** The types of RFC 9113 §6.1 to §6.10, and those of its extensions that are named here. */
export const frameTypes = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  reset: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
  /** RFC 9218 §7.1. */
  priorityUpdate: 0x10,
} as const;

/** Bits of the flags; what they mean depends on the type, and those without a meaning are ignored (RFC 9113 §4.1). */
export const frameFlags = {
  endStream: 0x1,
  ack: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

/** Octets of a frame's header (RFC 9113 §4.1). */
export const frameHeaderBytes = 9;

/** What stands before a frame's payload (RFC 9113 §4.1); the reserved bit is taken off. */
export interface FrameHeader {
  /** Octets of the payload. */
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
}
