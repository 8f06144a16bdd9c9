/** The calls of Mongoose 7 that a client makes. */
/* oxlint-disable max-params -- The parameters stand in C's order, so that a call reads the same. */
import { assert, HttpsError, readOptions, type Checks } from "../../core/index.ts";
import { resolveCheck } from "../../net/index.ts";
import { parseHttpUrl } from "../shared/address.ts";
import { LL_ERROR, LOG } from "../shared/log.ts";
import type { mg_mgr } from "../shared/manager.ts";
import { formatText, type Printable } from "../shared/printf.ts";
import { bytesOf, type Sendable } from "../shared/str.ts";
import type { mg_connection } from "./connection.ts";
import type { mg_event_handler } from "./events.ts";
import { LiveConnection } from "./live-connection.ts";
import type { mg_tls_opts } from "./tls.ts";

/** Beyond the library. */
export interface mg_http_connect_options {
  /** `host:port` to addresses, instead of a look-up. */
  readonly resolve?: Readonly<Record<string, string>>;
}

const connectChecks: Checks<mg_http_connect_options> = { resolve: resolveCheck };

/**
 * Connects, and sends nothing: that is for MG_EV_CONNECT, after `mg_tls_init`.
 * @param url with its scheme
 * @returns null when the URL cannot be used; a line of LOG says why
 */
export function mg_http_connect(
  mgr: mg_mgr,
  url: string,
  fn: mg_event_handler,
  fn_data?: unknown,
  options: mg_http_connect_options = {},
): mg_connection | null {
  try {
    const { resolve } = readOptions(options, connectChecks);
    const destination = parseHttpUrl(url);
    const connection = new LiveConnection({ mgr, destination, fn, fn_data, resolve });
    connection.open();
    return connection;
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    LOG(LL_ERROR, ["%s", error.message]);
    return null;
  }
}

/** Says how TLS is to be done; in MG_EV_CONNECT, or before it. */
export function mg_tls_init(c: mg_connection, opts: mg_tls_opts): void {
  liveOf(c).beginTls(opts);
}

/** Ends the connection with MG_EV_ERROR, its sentence made as `printf` does, and MG_EV_CLOSE. */
export function mg_error(c: mg_connection, fmt: string, ...args: Printable[]): void {
  liveOf(c).fail(undefined, formatText(fmt, args));
}

/** Sends bytes, or a text as UTF-8. True, as there is room. */
export function mg_send(c: mg_connection, data: Sendable, len?: number): boolean {
  liveOf(c).sendBytes(bytesOf(data, len));
  return true;
}

/** Sends what `printf` makes of a format; how many bytes. @throws HttpsError `option-invalid` where the two do not fit */
export function mg_printf(c: mg_connection, fmt: string, ...args: Printable[]): number {
  const bytes = bytesOf(formatText(fmt, args));
  liveOf(c).sendBytes(bytes);
  return bytes.length;
}

/** Milliseconds, for measuring. */
export function mg_millis(): number {
  return Math.floor(performance.now());
}

function liveOf(c: mg_connection): LiveConnection {
  assert(c instanceof LiveConnection, "a connection comes from mg_http_connect");
  return c;
}
