/** Why a connection is opened beside others, or in the place of one: what keeps each of them from taking the request. */
import type { Call } from "./call.ts";
import type { PooledConnection } from "./pooled-connection.ts";

/** What a pool has when it opens another. */
export interface Others {
  readonly open: ReadonlySet<PooledConnection>;
  /** How many are being opened. */
  readonly opening: number;
  /** The last that takes no more. */
  readonly lastRetired: { readonly id: number; readonly reason: string } | undefined;
}

/** A clause; `undefined` where there are no others. */
export function whyBeside(call: Call, { open, opening, lastRetired }: Others): string | undefined {
  if (call.needsFresh) return "a request that is sent again wants a new connection";
  const [first] = open;
  if (first !== undefined) {
    const { protocol, streamsAtOnce } = first;
    if (protocol === "http/1.1") return "every connection carries a request already";
    return streamsAtOnce === undefined
      ? "no connection has room for another request"
      : `every connection carries as many requests as the server takes at once (${streamsAtOnce})`;
  }
  if (opening > 0) return "the one that is being opened for another request is not there yet";
  return lastRetired && `connection ${lastRetired.id} takes no more requests: ${lastRetired.reason}`;
}
