/** What runs and jobs are called: the same for the same, so that what is asked for twice is there once. */
import { createHash } from "node:crypto";

/** A run of a place, by the moment at which it was to begin: `berlin-dmz 2026-01-15T12:00:00.000Z`. */
export function runName(place: string, beganAt: number): string {
  return `${place} ${new Date(beganAt).toISOString()}`;
}

export function planId(run: string): string {
  return idOf("plan", run);
}

/** By its content: a plan that is made twice has the same shards, or others under other ids. */
export function shardId(run: string, round: number, endpoints: readonly string[]): string {
  return idOf("shard", run, String(round), ...endpoints.toSorted());
}

// BullMQ's ids hold no colon, and are not numbers.
function idOf(kind: string, ...parts: readonly string[]): string {
  return `${kind}-${createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 40)}`;
}
