/** Limits of reading what somebody pasted. */
import type { Limit } from "../core/index.ts";

/** Characters of a pasted text that are looked at. */
export const pastedCharacters: Limit = {
  value: 4_096,
  unit: "count",
  why: "The error stands at the beginning of what people paste; a Java stack trace's first cause comes within 4,000 characters.",
};
