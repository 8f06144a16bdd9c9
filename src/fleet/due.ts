/**
 * When an endpoint is visited again. Each has its own moment within the interval, by a hash, so that however many there are
 * they come evenly and not at once, after a restart too. Sooner after a failure, so that an outage is known from a slip, and
 * sooner when the path is about to end. Never before what the server asked for (Retry-After, RFC 9110 §10.2.3).
 */
import { fleetLimits } from "./limits.ts";
import type { FleetSettings } from "./settings.ts";

export interface DueRequest {
  /** `WatchedEndpoint.id`, and the place that visits. */
  readonly endpoint: string;
  readonly place: string;
  readonly now: number;
  readonly settings: Pick<FleetSettings, "everyMs" | "failuresInARow">;
  /** How many visits in a row were not well. */
  readonly failures: number;
  /** `Visit.notBeforeAt` */
  readonly notBeforeAt?: number | undefined;
  /** The end of the usable path. */
  readonly pathEndAt?: number | undefined;
}

/** The moment of the next visit, epoch milliseconds. */
export function nextVisitAt(request: DueRequest): number {
  const { now, notBeforeAt = now } = request;
  const asked = Math.min(notBeforeAt, now + fleetLimits.retryAfterMs.value);
  return Math.max(asked, now + fleetLimits.soonestMs.value, wishedAt(request));
}

function wishedAt(request: DueRequest): number {
  const { endpoint, place, now, settings, failures, pathEndAt = Infinity } = request;
  const { everyMs, failuresInARow } = settings;
  // A failure is looked at again until it counts; after that the interval is enough.
  if (failures > 0 && failures < failuresInARow) return now + everyMs / sooner;
  const usual = nextOfPhase(now + everyMs / 2, spread(`${place} ${endpoint}`) * everyMs, everyMs);
  const isNearEnd = pathEndAt > now && pathEndAt - now < everyMs * sooner;
  return isNearEnd ? Math.min(usual, now + everyMs / sooner) : usual;
}

/** A part of the interval in which it is looked at again when that matters; and as many intervals before an end it does. */
const sooner = 4;

/** The first moment from `from` on that lies `phase` behind a whole number of intervals. */
function nextOfPhase(from: number, phase: number, everyMs: number): number {
  return Math.ceil((from - phase) / everyMs) * everyMs + phase;
}

/** A number from 0 up to 1 that is spread evenly over texts: FNV-1a with a last mixing, since its high bits differ little. */
export function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place++)
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
