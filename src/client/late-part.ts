/** What is loaded when it is first needed, and may not be there then: a bundler can have put it behind the program that waits for it. */

/**
 * `undefined` where it is there and not evaluated yet. That is a bundle in one file: what is loaded when it is asked for stands
 * behind the program there, and a top-level await of the program that waits for it keeps it from ever being evaluated.
 */
export async function latePart<T>(load: () => Promise<T>): Promise<T | undefined> {
  try {
    const found: unknown = await load();
    return typeof found === "function" ? (found as T) : undefined;
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Why it is not there. */
export function whyNotThere(part: string): string {
  return `a bundler has put ${part} behind the program, which waits for it at its top level.`;
}

/** What to do about it. */
export const laterRemedy =
  "Have it write several files (rollup: no inlineDynamicImports), or await within a function.";
