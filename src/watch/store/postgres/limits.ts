/** The limits of the store in PostgreSQL: how long it is waited for, how often something is tried, and how much one statement takes. */
import type { Limit } from "../../../core/index.ts";

export const postgresLimits: Readonly<
  Record<
    | "connections"
    | "connectMs"
    | "statementMs"
    | "readMs"
    | "silentMs"
    | "idleMs"
    | "attempts"
    | "decidedAtOnce"
    | "listedAtOnce"
    | "prunedAtOnce",
    Limit
  >
> = {
  connections: {
    value: 4,
    unit: "count",
    why: "One writes, one tells, two show pages. With the queue in the same server a worker has up to ten (poolSize): the 100 that PostgreSQL takes by default are for nine workers and a watch.",
  },
  connectMs: {
    value: 10_000,
    unit: "ms",
    why: "A connection takes a few round trips and a handshake; a server that is there has answered by then.",
  },
  statementMs: {
    value: 60_000,
    unit: "ms",
    why: "Each statement writes a thousand rows or a few; one that waits for others for a minute waits for somebody who stands still.",
  },
  readMs: {
    value: 15_000,
    unit: "ms",
    why: "A page has been given up by then, and whoever writes needs the connection.",
  },
  silentMs: {
    value: 75_000,
    unit: "ms",
    why: "Longer than statementMs: the server would have ended it. Whoever says nothing then is not there any more.",
  },
  idleMs: {
    value: 30_000,
    unit: "ms",
    why: "A worker that stands still in the middle of writing holds its endpoints; so long the others wait for it.",
  },
  attempts: {
    value: 6,
    unit: "count",
    why: "A deadlock ends one of two, so that the other goes on; several in a row are rare, and the next try meets fewer.",
  },
  decidedAtOnce: {
    value: 25,
    unit: "count",
    why: "Endpoints whose histories are in memory together: about 10 KB each, and up to a megabyte with many addresses.",
  },
  listedAtOnce: {
    value: 1_000,
    unit: "count",
    why: "Endpoints in one statement: with 300 octets each it is 300 KB, and a million is listed by a thousand of them.",
  },
  prunedAtOnce: {
    value: 1_000,
    unit: "count",
    why: "Rows or endpoints in one transaction: milliseconds, so that nobody who writes waits for what is forgotten.",
  },
};
