/** What the settings that hints name are called here: fields of `mg_connect_opts` and of the connection, flags, events. */
import { renameSettings, type HttpsError, type SettingId } from "../../core/index.ts";
import type { DialTimeouts } from "../../net/index.ts";
import type { mg_connect_opts } from "./connect-opts.ts";
import type { mg_connection } from "./connection.ts";
import type * as events from "./events.ts";
import type * as flags from "./flags.ts";

/** Each by its type's own key, so that a name that does not exist does not compile. */
const names = {
  root: "ssl_ca_cert",
  certificate: "ssl_cert",
  key: "ssl_key",
  dnsMs: "timeouts.dnsMs",
  connectMs: "timeouts.connectMs",
  tlsMs: "timeouts.tlsMs",
  headMs: "timeouts.headMs",
  bodyIdleMs: "timeouts.bodyIdleMs",
  heldBytes: "recv_mbuf_limit",
  fragments: "MG_F_WEBSOCKET_NO_DEFRAG",
  sentEvent: "MG_EV_SEND",
} satisfies Readonly<Partial<Record<SettingId, Name>>>;

type Name =
  | keyof mg_connect_opts
  | keyof mg_connection
  | keyof typeof events
  | keyof typeof flags
  | `timeouts.${keyof DialTimeouts | "headMs" | "bodyIdleMs"}`;

/** The error, whose hint then speaks of these. */
export function inOurNames(error: HttpsError): HttpsError {
  return renameSettings(error, names);
}
