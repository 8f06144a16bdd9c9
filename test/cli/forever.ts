/** A signal that never comes, for what has to be given one. */
export const forever: AbortSignal = new AbortController().signal;
