/**
 * The faults of peers that may be allowed, each by its own name. None is allowed unless named.
 *
 * What RFC 9112 obliges a client to accept is not a tolerance and needs no name: obs-fold, equal repeated lengths,
 * a missing reason, 1xx at any time.
 */
import { listOf, oneOf, type Check } from "../core/index.ts";

/** One fault that may be allowed. */
export type Tolerance =
  /** A line of the head ends with LF alone. RFC 9112 §2.2 permits it; chunk framing never does. */
  | "bare-lf-head"
  /** White space between a field name and its colon (RFC 9112 §5.1 has it removed by proxies). */
  | "space-before-colon"
  /** A control character other than NUL, CR and LF in a field value or reason (RFC 9110 §5.5). */
  | "ctl-in-value"
  /** Content-Length beside Transfer-Encoding: chunked decides and the connection is not reused (RFC 9112 §6.1). */
  | "te-and-cl"
  /** White space after a chunk size, as some old servers pad it (RFC 9112 §7.1). */
  | "space-after-chunk-size"
  /** A line that is not a field line is skipped, and the connection is not reused. */
  | "ignore-invalid-field-lines";

/** The tolerances as bits, so that the reader asks with one instruction. */
export const tolerances: Readonly<Record<Tolerance, number>> = {
  "bare-lf-head": 1,
  "space-before-colon": 2,
  "ctl-in-value": 4,
  "te-and-cl": 8,
  "space-after-chunk-size": 16,
  "ignore-invalid-field-lines": 32,
};

export const toleranceNames = Object.keys(tolerances) as readonly Tolerance[];

/** Tolerances by name. A name that nobody knows would tolerate nothing, in silence: it is refused. */
export const allowCheck: Check<readonly Tolerance[]> = listOf(oneOf(toleranceNames));

/** The bits of the tolerances named. */
export function toleranceBits(allow: readonly Tolerance[]): number {
  let bits = 0;
  for (const name of allow) bits |= tolerances[name];
  return bits;
}
