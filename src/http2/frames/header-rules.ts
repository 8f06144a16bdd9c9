/**
 * What a frame's header alone decides: the stream that its type is for, and the lengths that its type has. RFC 9113 §4.2
 * and §6, as a table.
 */
import { protocolFault, sizeFault, type FrameFault } from "./frame-fault.ts";
import { frameFlags, frameTypes, type FrameHeader } from "./frame-kinds.ts";
import { settingBytes } from "./settings.ts";

interface TypeRules {
  readonly name: string;
  readonly section: string;
  /** Whether it is for one stream, or for the connection; WINDOW_UPDATE may be either. */
  readonly isOf: "stream" | "connection" | "either";
  /** The only length that it has. */
  readonly exactly?: number;
  readonly atLeast?: number;
}

const rules: readonly TypeRules[] = [
  { name: "DATA", section: "RFC 9113 §6.1", isOf: "stream" },
  { name: "HEADERS", section: "RFC 9113 §6.2", isOf: "stream" },
  // Its length is a fault of the stream alone, which the reader tells.
  { name: "PRIORITY", section: "RFC 9113 §6.3", isOf: "stream" },
  { name: "RST_STREAM", section: "RFC 9113 §6.4", isOf: "stream", exactly: 4 },
  { name: "SETTINGS", section: "RFC 9113 §6.5", isOf: "connection" },
  { name: "PUSH_PROMISE", section: "RFC 9113 §6.6", isOf: "stream", atLeast: 4 },
  { name: "PING", section: "RFC 9113 §6.7", isOf: "connection", exactly: 8 },
  { name: "GOAWAY", section: "RFC 9113 §6.8", isOf: "connection", atLeast: 8 },
  { name: "WINDOW_UPDATE", section: "RFC 9113 §6.9", isOf: "either", exactly: 4 },
  { name: "CONTINUATION", section: "RFC 9113 §6.10", isOf: "stream" },
];

/** The fault of the connection that a frame's header is, if it is one. */
export function headerFault(frame: FrameHeader, maxFrameBytes: number): FrameFault | undefined {
  const { length, type, stream } = frame;
  if (length > maxFrameBytes)
    return sizeFault(frame, `a frame has at most the ${maxFrameBytes} octets announced`, "RFC 9113 §4.2");
  if (type === frameTypes.priorityUpdate)
    return protocolFault(frame, "only a client sends PRIORITY_UPDATE", "RFC 9218 §7.1");
  const rule = rules[type];
  if (rule === undefined) return undefined;
  const { name, section, isOf } = rule;
  if (isOf === "stream" && stream === 0)
    return protocolFault(frame, `${name} is sent for a stream, not for the connection`, section);
  if (isOf === "connection" && stream !== 0)
    return protocolFault(frame, `${name} is sent for the connection, not for a stream`, section);
  return lengthFault(frame, rule);
}

function lengthFault(
  frame: FrameHeader,
  { name, section, exactly, atLeast }: TypeRules,
): FrameFault | undefined {
  const { length, type, flags } = frame;
  if (exactly !== undefined && length !== exactly)
    return sizeFault(frame, `${name} has ${exactly} octets`, section);
  if (atLeast !== undefined && length < atLeast)
    return sizeFault(frame, `${name} has at least ${atLeast} octets`, section);
  if (type !== frameTypes.settings) return undefined;
  if ((flags & frameFlags.ack) !== 0 && length !== 0)
    return sizeFault(frame, "SETTINGS that acknowledge are empty", section);
  return length % settingBytes === 0
    ? undefined
    : sizeFault(frame, `SETTINGS have ${settingBytes} octets for each setting`, section);
}
