/** `struct mg_connection`, as a handler sees it. */
import type { HttpsError } from "../../core/index.ts";
import type { Link } from "../../net/index.ts";
import type { TrustReport } from "../../trust/index.ts";
import type { mg_mgr } from "../shared/manager.ts";
import type { mbuf } from "../shared/mbuf.ts";

/** A connection. Made by `mg_connect` and its kin, and good until its MG_EV_CLOSE. */
export interface mg_connection {
  readonly mgr: mg_mgr;
  /** What was given with the handler. */
  user_data: unknown;
  /** MG_F_ bits. Those that close take effect at the end of the event, or soon, outside of one. */
  flags: number;
  /** What waits to be sent. */
  readonly send_mbuf: mbuf;
  /**
   * What has come. On an HTTP connection: in MG_EV_RECV the bytes that just came, in MG_EV_HTTP_CHUNK and
   * MG_EV_HTTP_REPLY the reply with chunked undone. Elsewhere it is kept until `mbuf_remove`, and once
   * `recv_mbuf_limit` is reached no more is read.
   */
  readonly recv_mbuf: mbuf;
  /** The most that `recv_mbuf` holds, and a WebSocket message, in bytes. */
  recv_mbuf_limit: number;
  /** Beyond the library: why the connection failed, in full; set before the event that tells of it. */
  readonly error: HttpsError | undefined;
  /** Beyond the library: who vouched for the server, or why nobody could. */
  readonly trust: TrustReport | undefined;
  /** Beyond the library: TLS version, cipher, addresses; once connected. */
  readonly facts: Link["facts"] | undefined;
}
