/** Frames one by one: RFC 9113 §4, §6. */
export type { FrameFault } from "./frame-fault.ts";
export { frameFlags, frameTypes, type FrameHeader } from "./frame-kinds.ts";
export { FrameReader } from "./frame-reader.ts";
export type { FrameSink } from "./frame-sink.ts";
export { FrameWriter } from "./frame-writer.ts";
export { eachSetting, settingIds, smallestMaxFrame } from "./settings.ts";
