/** One event of an event stream, and how streams of them are read. */
import type { Check, Checks } from "../../core/index.ts";
import { flag, nameKind, pauseMs, HttpsError, record, text, wholeOrInfinity } from "../../core/index.ts";
import type { RequestOptions } from "../options/options.ts";

/** An event of a server's, as the standard's `EventSource` has it (HTML §9.2.6). */
export interface ServerEvent {
  /** Its type; `message` where the server gave none. */
  readonly event: string;
  /** Its lines, joined with `\n`. */
  readonly data: string;
  /** The ID that was last given, by this event or by one before it; empty where there was none. */
  readonly id: string;
  /** The pause before another request that the server last asked for, in milliseconds; `undefined` where it has not. */
  readonly retry: number | undefined;
}

/** How the events of one body are read. */
export interface EventsOptions {
  /** The most that the data of one event may hold, in bytes of UTF-8. Default 1 MiB. */
  readonly maxEventBytes?: number;
}

/** When a stream that ended is asked for again. */
export interface Reconnection {
  /** Failures in a row before it is given up; an answer that is a stream begins anew. Default 10. */
  readonly attempts?: number;
  /** The pause before it is asked for again, in milliseconds, doubled for each failure in a row up to 30 seconds. The server's `retry:` takes its place. Default 3,000. */
  readonly delayMs?: number;
}

/** What `client.events()` takes beside a request's options. */
export interface EventStreamWords extends EventsOptions {
  /**
   * Whether a stream that ended, or broke, is asked for again, and when. Default: as the standard has it, for GET; another
   * method is repeated only where this says so.
   */
  readonly reconnect?: boolean | Reconnection;
  /** The ID to go on from, as `id` of an event had it: sent as Last-Event-ID with the first request. */
  readonly lastEventId?: string;
}

/**
 * A request's options, and how the stream is read. `timeout` (`timeouts.totalMs`) is that of the whole stream, all its requests
 * included; left out, there is none, whatever the client's is. Every other deadline applies to each request;
 * `timeouts.bodyIdleMs` is how long a stream may be silent (servers send a comment now and then) before it counts as lost.
 */
export interface EventStreamOptions extends RequestOptions, EventStreamWords {}

export const eventsChecks: Checks<EventsOptions> = { maxEventBytes: wholeOrInfinity(1) };

const reconnection = record<Reconnection>({ attempts: wholeOrInfinity(0), delayMs: pauseMs });

const reconnect: Check<boolean | Reconnection> = (value, option) => {
  if (typeof value === "boolean") return flag(value, option);
  if (typeof value === "object" && value !== null) return reconnection(value, option);
  const expected = "true, false, or an object with attempts and delayMs";
  throw new HttpsError("option-invalid", { option, value: nameKind(value), expected });
};

export const eventStreamChecks: Checks<EventStreamWords> = {
  ...eventsChecks,
  reconnect,
  lastEventId: text,
};
