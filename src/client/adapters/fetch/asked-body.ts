/**
 * A fetch's body, taken at the call (Fetch §5.2, extract a body): what the caller does to its bytes or its form
 * afterwards changes nothing. What is in hand goes with its length, and can be sent again.
 */
import { isArrayBuffer } from "node:util/types";
import type { BodyInput } from "../../body/request-body.ts";
import { copyForm, isForm } from "../foreign-form.ts";

/** A body that is there as a whole; `undefined` for one that comes in time, and for what is not a body. */
export function bodyInHand(value: unknown): BodyInput | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof URLSearchParams || value instanceof Blob || value instanceof FormData) return value;
  if (ArrayBuffer.isView(value) || isArrayBuffer(value)) return copyBytes(value);
  return isForm(value) ? copyForm(value) : undefined;
}

/** WebIDL §3.2.26: nothing of a detached buffer; one that is shared is the platform's to refuse. */
function copyBytes(value: ArrayBufferView | ArrayBuffer): Uint8Array | undefined {
  const [buffer, offset] = ArrayBuffer.isView(value) ? [value.buffer, value.byteOffset] : [value, 0];
  if (!isArrayBuffer(buffer)) return undefined;
  return value.byteLength === 0
    ? new Uint8Array(0)
    : new Uint8Array(buffer.slice(offset, offset + value.byteLength));
}
