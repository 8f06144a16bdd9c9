/** The entries of SETTINGS and what each may hold: RFC 9113 §6.5.1, §6.5.2; RFC 8441 §3; RFC 9218 §2.1. */
import type { ErrorName } from "../error-codes.ts";
import { largestWindow } from "../streams/send-window.ts";

/** Identifiers of settings. */
export const settingIds = {
  headerTableSize: 0x1,
  enablePush: 0x2,
  maxConcurrentStreams: 0x3,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
  maxHeaderListSize: 0x6,
  /** RFC 8441 §3. */
  enableConnectProtocol: 0x8,
  /** RFC 9218 §2.1. */
  noRfc7540Priorities: 0x9,
} as const;

/** Octets of one entry (RFC 9113 §6.5.1). */
export const settingBytes = 6;

/** Sizes that SETTINGS_MAX_FRAME_SIZE may have (RFC 9113 §6.5.2). */
export const smallestMaxFrame = 16_384;
export const largestMaxFrame = 16_777_215;

/** A rule that the value of a setting breaks; it is a fault of the connection. */
export interface SettingFault {
  readonly errorCode: ErrorName;
  /** Finishes "it breaks the rule that ...". */
  readonly rule: string;
  readonly section: string;
}

/** Tells every entry of a payload, in its order: a later one of the same setting replaces the earlier (RFC 9113 §6.5.3). */
export function eachSetting(
  bytes: Uint8Array,
  start: number,
  end: number,
  tell: (id: number, value: number) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = start; at + settingBytes <= end; at += settingBytes)
    tell(view.getUint16(at), view.getUint32(at + 2));
}

/** What is wrong with a value that a server sends; an unknown setting means nothing. */
export function settingFault(id: number, value: number): SettingFault | undefined {
  switch (id) {
    case settingIds.enablePush:
      // A server that says 1 has mistaken who may push.
      return value === 0 ? undefined : broken("a server sends no SETTINGS_ENABLE_PUSH but 0");
    case settingIds.initialWindowSize:
      if (value <= largestWindow) return undefined;
      return {
        errorCode: "FLOW_CONTROL_ERROR",
        rule: "SETTINGS_INITIAL_WINDOW_SIZE is at most 2^31 - 1",
        section: "RFC 9113 §6.5.2",
      };
    case settingIds.maxFrameSize:
      return value >= smallestMaxFrame && value <= largestMaxFrame
        ? undefined
        : broken("SETTINGS_MAX_FRAME_SIZE lies between 2^14 and 2^24 - 1");
    case settingIds.enableConnectProtocol:
      return value <= 1 ? undefined : broken("SETTINGS_ENABLE_CONNECT_PROTOCOL is 0 or 1", "RFC 8441 §3");
    case settingIds.noRfc7540Priorities:
      return value <= 1 ? undefined : broken("SETTINGS_NO_RFC7540_PRIORITIES is 0 or 1", "RFC 9218 §2.1");
    default:
      return undefined;
  }
}

function broken(rule: string, section = "RFC 9113 §6.5.2"): SettingFault {
  return { errorCode: "PROTOCOL_ERROR", rule, section };
}
