/** `struct mg_connection` of Mongoose 7, as a handler sees it. */
import type { HttpsError } from "../../core/index.ts";
import type { TrustReport } from "../../trust/index.ts";
import type { mg_mgr } from "../shared/manager.ts";
import type { mbuf } from "../shared/mbuf.ts";

/** A connection. Made by `mg_http_connect`. */
export interface mg_connection {
  readonly mgr: mg_mgr;
  /** What was given with the handler. */
  readonly fn_data: unknown;
  /** For the program's own use. */
  data: unknown;
  /** What the reply has so far; in MG_EV_READ the bytes that just came. */
  readonly recv: mbuf;
  /** What waits to be sent. */
  readonly send: mbuf;
  /** The URL was https:. Unlike in the library it stays so: a program that forgets `mg_tls_init` gets TLS all the same. */
  readonly is_tls: boolean;
  /** Whether TLS is being agreed. */
  readonly is_tls_hs: boolean;
  readonly is_connecting: boolean;
  readonly is_resolving: boolean;
  /** Set: send what there is, then close. */
  is_draining: boolean | 0 | 1;
  /** Set: close now. */
  is_closing: boolean | 0 | 1;
  /** Beyond the library: why it failed, in full. */
  readonly error: HttpsError | undefined;
  /** Beyond the library: who vouched for the server, or why nobody could. */
  readonly trust: TrustReport | undefined;
}
