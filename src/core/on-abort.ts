/** Listens to a signal that many may share: it gets one listener, however many wait for it. */
import { bare } from "./options/own.ts";

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Runs `then` once, when the signal aborts; gives what stops waiting for that. */
export function onAbort(signal: AbortSignal, then: () => void): () => void {
  const known = waiting.get(signal);
  const tasks = known ?? new Set();
  const task = (): void => then();
  tasks.add(task);
  if (known === undefined) {
    waiting.set(signal, tasks);
    signal.addEventListener("abort", tellAll, bare({ once: true }));
  }
  return () => {
    tasks.delete(task);
    if (tasks.size > 0 || waiting.get(signal) !== tasks) return;
    waiting.delete(signal);
    signal.removeEventListener("abort", tellAll);
  };
}

function tellAll(this: AbortSignal): void {
  const tasks = waiting.get(this) ?? [];
  waiting.delete(this);
  for (const task of tasks) task();
}
