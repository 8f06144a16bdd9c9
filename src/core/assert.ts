/** A bug is ours, never the peer's and never the caller's: it ends in an assertion that says why it holds. */

/** Throws when `condition` is false. `why` states the reason the condition was believed to hold. */
export function assert(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Error(`Bug in Meerkat: expected that ${why}.`);
}
