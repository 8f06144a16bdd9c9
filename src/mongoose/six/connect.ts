/**
 * The calls that connect. What can be seen at once (a URL that cannot be read, a CA file that is not there) gives
 * null, as in C, with the words in `error_string`; everything later is an event.
 *
 * Parameters stand in C's order, one by one, so that a call reads the same; that is why there are so many.
 */
/* oxlint-disable max-params */
import { bare, HttpsError, readOptions, type Own } from "../../core/index.ts";
import { parseAddress, parseHttpUrl, parseWebsocketUrl, type Destination } from "../shared/address.ts";
import {
  compileTrust,
  connectChecks,
  invalid,
  Refused,
  serverName,
  wantsTls,
  type mg_connect_opts,
} from "./connect-opts.ts";
import type { mg_connection } from "./connection.ts";
import type { mg_event_args, mg_event_handler } from "./events.ts";
import { callersFlags } from "./flags.ts";
import { LiveConnection } from "./live-connection.ts";
import { LL_ERROR, LOG } from "../shared/log.ts";
import type { mg_mgr } from "../shared/manager.ts";
import { deadlines, type Opening } from "../shared/open-link.ts";
import { writeRequest } from "./request-head.ts";
import { inOurNames } from "./setting-names.ts";
import { bytesOf, type Sendable } from "../shared/str.ts";
import { writeHandshake } from "./websocket-handshake.ts";

/** Text or nothing, where C has a `const char *` that may be NULL. */
type Text = string | null | undefined;

/**
 * A connection without a protocol: bytes both ways. Plain TCP; see `mg_connect_opt` for TLS.
 * @param address `host:port`
 * @returns null when the address cannot be used
 */
export function mg_connect<U>(
  mgr: mg_mgr,
  address: string,
  handler: mg_event_handler<U>,
  user_data: U,
): mg_connection | null {
  return mg_connect_opt(mgr, address, handler, user_data, {});
}

/** The same, with options: any `ssl_` field means TLS, verified, by Mozilla's roots unless `ssl_ca_cert` says others. */
export function mg_connect_opt<U>(
  mgr: mg_mgr,
  address: string,
  handler: mg_event_handler<U>,
  user_data: U,
  given: mg_connect_opts,
): mg_connection | null {
  return attempt(given, (opts) => {
    if (/^udp:/i.test(address))
      throw new Refused("cannot parse address", invalid("address", "a UDP address", "TCP"));
    const destination = inWords("cannot parse address", () => parseAddress(address, wantsTls(opts)));
    const connection = build({ mgr, handler, user_data, opts }, destination, []);
    connection.open();
    return connection;
  });
}

/**
 * A request over HTTP or HTTPS, verified by Mozilla's roots.
 *
 * GET, or POST if there is data. Nothing is sent that is not said here: a site that wants a User-Agent has to be given
 * one in `extra_headers`.
 *
 * @param url with its scheme
 * @param extra_headers lines, each ending in `\r\n`, the last one too
 * @returns null when the URL or the headers cannot be used; a line of LOG says why
 */
export function mg_connect_http<U>(
  mgr: mg_mgr,
  handler: mg_event_handler<U>,
  user_data: U,
  url: string,
  extra_headers: Text,
  post_data: Sendable | null | undefined,
): mg_connection | null {
  return mg_connect_http_opt(mgr, handler, user_data, {}, url, extra_headers, post_data);
}

/** The same, with options: other roots, a client certificate, a reason where null is returned. */
export function mg_connect_http_opt<U>(
  mgr: mg_mgr,
  handler: mg_event_handler<U>,
  user_data: U,
  given: mg_connect_opts,
  url: string,
  extra_headers: Text,
  post_data: Sendable | null | undefined,
): mg_connection | null {
  return attempt(given, (opts) => {
    const destination = inWords("cannot parse url", () => parseHttpUrl(url));
    const body = bytesOf(post_data ?? "");
    const head = inWords("cannot parse headers", () => writeRequest(destination, extra_headers, body));
    const connection = build({ mgr, handler, user_data, opts }, destination, ["http/1.1"]);
    connection.speakHttp({ method: body.length === 0 ? "GET" : "POST" });
    connection.send(Buffer.from(head, "latin1"));
    connection.send(body);
    connection.open();
    return connection;
  });
}

/**
 * The name that is often looked for. The library has none such: it is `mg_connect_http_opt`, without the s, and this
 * is another name of it.
 */
export function mg_connect_http_opts<U>(
  mgr: mg_mgr,
  handler: mg_event_handler<U>,
  user_data: U,
  given: mg_connect_opts,
  url: string,
  extra_headers: Text,
  post_data: Sendable | null | undefined,
): mg_connection | null {
  return mg_connect_http_opt(mgr, handler, user_data, given, url, extra_headers, post_data);
}

/**
 * A WebSocket, `ws:` or `wss:`, verified by Mozilla's roots.
 *
 * @param protocol the subprotocols to offer, separated by commas, or null
 * @param extra_headers lines, each ending in `\r\n`, or null
 */
export function mg_connect_ws<U>(
  mgr: mg_mgr,
  handler: mg_event_handler<U>,
  user_data: U,
  url: string,
  protocol: Text,
  extra_headers: Text,
): mg_connection | null {
  return mg_connect_ws_opt(mgr, handler, user_data, {}, url, protocol, extra_headers);
}

/** The same, with options. */
export function mg_connect_ws_opt<U>(
  mgr: mg_mgr,
  handler: mg_event_handler<U>,
  user_data: U,
  given: mg_connect_opts,
  url: string,
  protocol: Text,
  extra_headers: Text,
): mg_connection | null {
  return attempt(given, (opts) => {
    const destination = inWords("cannot parse url", () => parseWebsocketUrl(url));
    const handshake = inWords("cannot parse headers", () =>
      writeHandshake(destination, protocol, extra_headers),
    );
    const connection = build({ mgr, handler, user_data, opts }, destination, ["http/1.1"]);
    connection.speakHttp({ method: "GET", allowUpgrade: ["websocket"] }, handshake);
    connection.send(Buffer.from(handshake.request, "latin1"));
    connection.open();
    return connection;
  });
}

interface Asked<U> {
  readonly mgr: mg_mgr;
  readonly handler: mg_event_handler<U>;
  readonly user_data: U;
  readonly opts: Own<mg_connect_opts>;
}

/** @throws Refused */
function build<U>(
  { mgr, handler, user_data, opts }: Asked<U>,
  destination: Destination,
  alpn: readonly string[],
): LiveConnection {
  const opening: Opening = {
    destination,
    policy: compileTrust(opts),
    name: serverName(opts),
    alpn,
    nameserver: opts.nameserver ?? undefined,
    resolve: opts.resolve,
    timeouts: deadlines(opts.timeouts),
  };
  return new LiveConnection({
    mgr,
    opening,
    flags: (opts.flags ?? 0) & callersFlags,
    user_data,
    // What goes in as U comes out as U: it is the same value.
    handler: handler as (...args: mg_event_args) => void,
  });
}

/** Runs what may be refused, and says so where the caller looks. */
function attempt(
  given: mg_connect_opts,
  connect: (opts: Own<mg_connect_opts>) => LiveConnection,
): mg_connection | null {
  // One look at each: where to say that an option is refused is an option too.
  const said = bare(given);
  const told = typeof said.error_string === "object" ? (said.error_string ?? undefined) : undefined;
  if (told !== undefined) told.value = null;
  try {
    return connect(inWords("failed to init connection", () => readOptions(said, connectChecks)));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (told === undefined) LOG(LL_ERROR, ["%s: %s", error.words, error.message]);
    else {
      told.value = error.words;
      told.error = inOurNames(error.error);
    }
    return null;
  }
}

function inWords<T>(words: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof HttpsError ? new Refused(words, error) : error;
  }
}
