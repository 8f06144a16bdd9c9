/** Frames by name, for sentences. */
import { frameTypes } from "../frames/index.ts";

const names: ReadonlyMap<number, string> = new Map([
  [frameTypes.data, "DATA"],
  [frameTypes.headers, "HEADERS"],
  [frameTypes.priority, "PRIORITY"],
  [frameTypes.reset, "RST_STREAM"],
  [frameTypes.settings, "SETTINGS"],
  [frameTypes.pushPromise, "PUSH_PROMISE"],
  [frameTypes.ping, "PING"],
  [frameTypes.goaway, "GOAWAY"],
  [frameTypes.windowUpdate, "WINDOW_UPDATE"],
  [frameTypes.continuation, "CONTINUATION"],
  [frameTypes.priorityUpdate, "PRIORITY_UPDATE"],
]);

/** `SETTINGS`; `0x2f` for a type that has no name here. */
export function frameName(type: number): string {
  return names.get(type) ?? `0x${type.toString(16)}`;
}
