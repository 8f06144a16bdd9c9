/** The head of a response, as read: RFC 9112 §4 and §5. */
import type { Fields } from "./fields.ts";

/** A minor version above 1 is read as 1.1 (RFC 9110 §2.5). `2` is what came in frames (RFC 9113), read elsewhere. */
export type Version = `1.${number}` | "2";

/** A response's status line and fields (RFC 9112 §4, §5). */
export interface ResponseHead {
  readonly version: Version;
  /** 100 to 999; 600 and above mean what 5xx means (RFC 9110 §15). */
  readonly status: number;
  /** ISO 8859-1; empty when none was sent. It means nothing (RFC 9112 §4). */
  readonly reason: string;
  readonly fields: Fields;
  /** Lines, of interim heads too, that were not field lines and were skipped; 0 unless "ignore-invalid-field-lines" is allowed. */
  readonly ignoredLines: number;
}

/** What the reader must know of the request that a response answers. */
export interface Exchange {
  readonly method: string;
  /** Protocols that the request's Upgrade field offered; 101 to anything else is refused. */
  readonly allowUpgrade?: readonly string[];
  /** Whether the request asked for the connection to be closed (`Connection: close`). */
  readonly close?: boolean;
}

/** Whether a status is informational (1xx). */
export function isInformational(status: number): boolean {
  return status < 200;
}
