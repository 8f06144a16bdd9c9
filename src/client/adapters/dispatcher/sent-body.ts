/** The bodies that undici takes, as the client takes them. */
import { nameKind, HttpsError } from "../../../core/index.ts";
import type { BodyInput } from "../../body/request-body.ts";
import { copyForm, isForm } from "../foreign-form.ts";

/** @throws HttpsError `option-invalid` */
export function readBody(given: unknown): BodyInput | undefined {
  if (given === undefined || given === null || given === "") return undefined;
  // undici gives text no type.
  if (typeof given === "string") return Buffer.from(given);
  if (typeof given === "object") {
    if (given instanceof URLSearchParams || Symbol.asyncIterator in given || isInHand(given))
      return given as BodyInput;
    if (isForm(given)) return copyForm(given);
    if (Symbol.iterator in given) return inTime(given as Iterable<Uint8Array | string>);
  }
  throw new HttpsError("option-invalid", {
    option: "body",
    value: nameKind(given),
    expected: "a text, bytes, a Blob, FormData, a stream, or what can be iterated over",
  });
}

function isInHand(given: object): boolean {
  const kinds = [ArrayBuffer, Blob, FormData, ReadableStream];
  return ArrayBuffer.isView(given) || kinds.some((kind) => given instanceof kind);
}

async function* inTime(given: Iterable<Uint8Array | string>): AsyncGenerator<Uint8Array | string> {
  yield* given;
}
