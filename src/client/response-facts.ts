/** What a response says besides its head and body: the ways it took, the time of each, the connection, and how far it has come. */
import type { Code } from "../core/index.ts";
import type { LinkFacts } from "../net/index.ts";
import type { TrustReport } from "../trust/index.ts";

/** A hop that was redirected. */
export interface Redirect {
  readonly url: string;
  readonly status: number;
  readonly location: string;
  readonly trust: TrustReport;
}

/** One time the request was sent, or was to be. */
export interface RequestAttempt {
  /** Number of the connection; `undefined` when none came about. */
  readonly connection: number | undefined;
  readonly reused: boolean;
  readonly outcome: { readonly status: number } | { readonly code: Code };
  /** Why there was another attempt after this one. */
  readonly retried: string | undefined;
}

declare module "../core/error.ts" {
  interface ErrorReports {
    readonly attempts: readonly RequestAttempt[];
  }
}

/** One time that a body which had broken off went on, over a connection that was admitted as any other. */
export interface Resumption {
  /** Where it went on: the first byte of the part, counted in the representation from 0. */
  readonly offset: number;
  /** What the part before had ended with; `undefined` for one that was shorter than what had been asked for. */
  readonly after: Code | undefined;
  /** Number of the connection. */
  readonly connection: number;
  /** Who vouched for its server. */
  readonly trust: TrustReport;
}

/** Milliseconds of each phase; 0 for one that did not take place, as on a connection that was there. */
export interface Timings {
  /** Waiting for a connection, its opening included. */
  readonly waitMs: number;
  readonly dnsMs: number;
  readonly tcpMs: number;
  readonly proxyMs: number;
  readonly tlsMs: number;
  /** Sending the request. */
  readonly requestMs: number;
  /** From the request's end to the first byte of the answer. */
  readonly firstByteMs: number;
  /** From the first byte to the end of the body; so far, while it is coming. */
  readonly downloadMs: number;
  readonly totalMs: number;
}

export interface ConnectionInfo extends LinkFacts {
  readonly id: number;
  /** It had carried another request before this one. */
  readonly reused: boolean;
}

/**
 * What the client's cache had to do with a response. `hit`: it was kept, and no server was asked now; `stale`: the same, past
 * its time, as its server allows (RFC 5861); `revalidated`: it was kept, and its server says that it still is so (304);
 * `miss`: it came from the server.
 */
export type CacheUse = "hit" | "stale" | "revalidated" | "miss";

/** What is known of the body's end: `pending` until it came. */
export type Completeness = "pending" | "complete" | "unverifiable" | "failed";
