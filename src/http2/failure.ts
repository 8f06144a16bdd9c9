/** What is wrong with a connection of HTTP/2 or with one of its streams, as a value: never thrown here. */
import { HttpsError, type Details } from "../core/index.ts";

/** Codes that a stream can end in. */
export type FailureCode =
  | "http2-protocol-broken"
  | "http2-message-malformed"
  | "http2-flood"
  | "http2-stream-reset"
  | "http2-goaway"
  | "http2-not-spoken"
  | "request-body-failed"
  | "empty-response"
  | "head-too-large"
  | "too-many-informational"
  | "content-length-malformed"
  | "conflicting-lengths"
  | "body-truncated"
  | "body-too-large"
  | "trailers-too-large";

export interface FailureOf<C extends FailureCode> {
  readonly code: C;
  readonly detail: Details[C];
}

export type Failure = { readonly [C in FailureCode]: FailureOf<C> }[FailureCode];

/** The error that a caller sees for a failure. */
export function errorFromFailure(failure: Failure): HttpsError<FailureCode> {
  return new HttpsError<FailureCode>(failure.code, failure.detail);
}
