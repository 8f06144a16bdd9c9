/** Limits of the DER reader. */
import type { Limit } from "../core/index.ts";

/** How deep elements may lie in one another. */
export const maxDepth: Limit = {
  value: 32,
  unit: "count",
  why: "A certificate with every extension nests about 12 deep. Recursion without an end stopped bc-java (#2291) and others.",
};

/** How long one object identifier may be. */
export const maxOidBytes: Limit = {
  value: 128,
  unit: "bytes",
  why: "The longest identifiers in use (arcs made from UUIDs) take 21 bytes. Turning a long arc into decimal costs the square of its length.",
};
