/** Why a connection carries no further request, in words for `-v`; the reasons are the client's. */
import { catalogue, isCode } from "../../core/index.ts";
import type { PoolReason } from "../../client/index.ts";
import type { CloseReason } from "../../http1/index.ts";

/** Reasons of a connection's own, beside those of RFC 9112; a failure's reason is its code. */
type ConnectionReason =
  | "answered-before-sent"
  | "closed-by-server"
  | "reset"
  | "keep-alive-max"
  | "goaway"
  | "stream-ids-used-up"
  | "many-resets";

const reasons: Readonly<Record<CloseReason | ConnectionReason | PoolReason, string>> = {
  "request-close": "the request said Connection: close",
  "response-close": "the server said Connection: close",
  "http-1.0": "an HTTP/1.0 server that does not say keep-alive closes (RFC 9112 §9.3)",
  "until-close": "its end was the end of the body",
  tunnel: "it became a tunnel",
  "transfer-coding-in-http-1.0":
    "an HTTP/1.0 answer with Transfer-Encoding is framed faultily (RFC 9112 §6.1)",
  "length-and-transfer-coding":
    "an answer with both Content-Length and Transfer-Encoding is framed faultily (RFC 9112 §6.1)",
  "ignored-lines": "the answer had lines that had to be passed over",
  "answered-before-sent": "the answer came before the request was sent (RFC 9112 §9.5)",
  "closed-by-server": "the server closed it",
  reset: "it was reset",
  "keep-alive-max": "it has carried as many requests as the server's Keep-Alive field allows",
  "idle-too-long": "it was idle for longer than it can be relied on",
  "lifetime-over": "it is too old; a new one follows the name to where it leads by now",
  "room-for-a-retry": "a request that is sent again wants a new one",
  "no-streams": "the server takes no request on it (SETTINGS_MAX_CONCURRENT_STREAMS)",
  goaway: "the server said GOAWAY",
  "stream-ids-used-up": "the numbers of its streams are used up (RFC 9113 §5.1.1)",
  "many-resets": "so many of its streams were reset from here that the server may take it for an attack",
};

/** The reason as a clause; a reason without words of its own as it is. */
export function renderRetirement(reason: string): string {
  if (isKnown(reason)) return reasons[reason];
  return isCode(reason) ? `${catalogue[reason].title.toLowerCase()} (${reason})` : reason;
}

function isKnown(reason: string): reason is keyof typeof reasons {
  return Object.hasOwn(reasons, reason);
}
