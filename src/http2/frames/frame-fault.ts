/** What is wrong with one frame, as a value. */
import type { ErrorName } from "../error-codes.ts";
import type { FrameHeader } from "./frame-kinds.ts";

/** A rule that a frame breaks by itself. */
export interface FrameFault {
  readonly errorCode: ErrorName;
  /** Finishes "it breaks the rule that ...". */
  readonly rule: string;
  /** As `RFC 9113 §6.9`. */
  readonly section: string;
  readonly frame: FrameHeader;
}

/** A frame whose length is not what its type has: RFC 9113 §4.2. */
export function sizeFault(frame: FrameHeader, rule: string, section: string): FrameFault {
  return { errorCode: "FRAME_SIZE_ERROR", rule, section, frame: { ...frame } };
}

export function protocolFault(frame: FrameHeader, rule: string, section: string): FrameFault {
  return { errorCode: "PROTOCOL_ERROR", rule, section, frame: { ...frame } };
}
