/** A start that is asked to end before it is over. Whoever runs services stops them at any moment, and that is how a watch ends. */

/**
 * What came of a start; `undefined` where `signal` ended it: nothing is under way then, what was opened is closed, and the program
 * ends as one does that was stopped later, with 0.
 */
export async function unlessStopped<T>(signal: AbortSignal, start: () => Promise<T>): Promise<T | undefined> {
  try {
    return await start();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
