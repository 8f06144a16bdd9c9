/** Writes what a tap saw as JSON: bytes in base64, everything else as it is. */
import { renderBase64 } from "../../core/index.ts";
import type { Observed } from "./observed.ts";

/** JSON of one line; `indent` spreads it. */
export function renderObserved(observed: Observed, indent?: number): string {
  const write = (_key: string, value: unknown): unknown =>
    value instanceof Uint8Array ? renderBase64(value) : value;
  return JSON.stringify(observed, write, indent);
}
