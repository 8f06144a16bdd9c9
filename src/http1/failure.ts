/**
 * What is wrong with a response, as a value: a finding, so never thrown here. Who carries the request turns it
 * into the error that its caller sees.
 */
import { HttpsError, type Details } from "../core/index.ts";

/** Codes that reading a response can end in. */
export type FailureCode =
  | "empty-response"
  | "not-http"
  | "head-truncated"
  | "http-version-unsupported"
  | "status-line-malformed"
  | "field-malformed"
  | "head-too-large"
  | "too-many-informational"
  | "content-length-malformed"
  | "conflicting-lengths"
  | "transfer-coding-refused"
  | "length-and-transfer-coding"
  | "unasked-upgrade"
  | "unsolicited-bytes"
  | "body-truncated"
  | "body-too-large"
  | "chunk-malformed"
  | "chunk-extensions-too-large"
  | "trailers-too-large";

/** A broken rule of one kind, with its facts. */
export interface FailureOf<C extends FailureCode> {
  readonly code: C;
  readonly detail: Details[C];
}

/** A broken rule: `code` decides the type of `detail`. */
export type Failure = { readonly [C in FailureCode]: FailureOf<C> }[FailureCode];

/** The error that a caller sees for a failure. */
export function errorFromFailure(
  failure: Failure,
  options?: { readonly cause?: unknown },
): HttpsError<FailureCode> {
  return new HttpsError<FailureCode>(failure.code, failure.detail, options);
}
