/** What the pool knows of a connection, whichever version of HTTP is spoken on it. */
import type { Details, HttpsError } from "../../core/index.ts";
import type { Link } from "../../net/index.ts";
import type { Spoken } from "../options/protocol.ts";
import type { Call } from "./call.ts";

export interface PooledConnection {
  readonly id: number;
  readonly link: Link;
  readonly openedAt: number;
  /** Since when nothing is under way on it. */
  readonly idleSince: number;
  /** Requests it has answered. */
  readonly served: number;
  /** Requests that are under way. */
  readonly size: number;
  /** How long the server keeps it while it is idle, as far as it has said so. */
  readonly keepAliveMs: number;
  /** How many more requests it carries. */
  readonly remainingRequests: number;
  /** By ALPN's names (RFC 7301). `h2` carries many requests at once, each answered when it is (RFC 9113 §5). */
  readonly protocol: Spoken;
  /** How many requests at once the server takes; `undefined` where that is not known, or is not for it to say. */
  readonly streamsAtOnce: number | undefined;
  /** Whether it is known how many requests it takes: over HTTP/2 the server says so first (RFC 9113 §3.4). */
  readonly isSettled: boolean;
  /** Whether the server has said that it takes tunnels within the connection (RFC 8441 §3). */
  readonly takesTunnels: boolean;
  /** Why it carries no other request; `undefined` while it can. */
  readonly retired: string | undefined;
  /** What it was ended with before it could be used, where that is known. */
  readonly refusal: HttpsError | undefined;
  /** Bytes that came while nothing was asked (RFC 9112 §9.2); they closed it. */
  readonly unsolicited: Details["unsolicited-bytes"] | undefined;
  /** Whether a request can be sent now. */
  canTake(call: Call): boolean;
  /** Sends a request; `canTake` has to have said so. */
  send(call: Call): void;
  /** Whether it can take no more because of answers that nobody has begun to read since then. */
  isHeldSince(since: number): boolean;
  /** Ends those answers that nobody has begun to read since then, with `body-unread`. */
  endUnread(since: number, limitMs: number): void;
  /** The requests it has end with this error, and so does the connection. */
  fail(error: Error): void;
  /** Takes no more requests, and closes when those it has are answered. */
  retire(reason: string): void;
  /** Somebody waits for its end: a body that is not read on keeps no socket busy, and is ended by its deadline. */
  outlast(): void;
}
