/**
 * `HTTP.query` of mJS over the same connections. As there, `success` is called for whatever status; unlike there, the
 * request is HTTP/1.1 with a proper Host, and `error` is told what it was.
 */
import {
  asGiven,
  bare,
  callback,
  needed,
  readOptions,
  text,
  type Checks,
  type HttpsError,
} from "../../core/index.ts";
import { mg_connect_http_opt } from "./connect.ts";
import type { mg_connect_opts, mg_error_string } from "./connect-opts.ts";
import { MG_EV_CLOSE, MG_EV_HTTP_REPLY, type mg_event_handler } from "./events.ts";
import { MG_F_CLOSE_IMMEDIATELY } from "./flags.ts";
import type { http_message } from "./http-message.ts";
import { mgos_get_mgr } from "../shared/manager.ts";

/** What to ask, and whom to tell. */
export interface HttpQuery {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is; either is a POST. */
  readonly data?: string | object;
  /** The body, and the whole message: head and body. For every status: look at the message for it. */
  readonly success?: (body: string, full_http_msg: string, message: http_message) => void;
  /** Nothing, then what happened, as a sentence; then the query and, where there is one, the error. */
  readonly error?: (nothing: "", message: string, query: HttpQuery, error: HttpsError | undefined) => void;
  /** Beyond mJS: options of the connection, such as `ssl_ca_cert`. */
  readonly opts?: Omit<mg_connect_opts, "error_string" | "user_data">;
}

const queryChecks: Checks<HttpQuery> = {
  url: needed(text),
  headers: asGiven(),
  data: asGiven(),
  success: callback(),
  error: callback(),
  opts: asGiven(),
};

interface State {
  readonly query: HttpQuery;
  readonly success: HttpQuery["success"] | undefined;
  readonly error: HttpQuery["error"] | undefined;
  isDone: boolean;
}

/** mJS's `HTTP`. */
export const HTTP: { readonly query: (query: HttpQuery) => void } = {
  query(query) {
    const { url, headers = {}, data = "", opts = {}, success, error } = readOptions(query, queryChecks);
    const body = typeof data === "string" ? data : JSON.stringify(data);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const why: mg_error_string = { value: null };
    const state: State = { query, success, error, isDone: false };
    const options = bare({ ...opts, error_string: why });
    const c = mg_connect_http_opt(mgos_get_mgr(), onEvent, state, options, url, lines.join(""), body);
    if (c === null) fail(state, why.error);
  },
};

const onEvent: mg_event_handler<State> = (c, ev, ev_data, state) => {
  if (ev === MG_EV_HTTP_REPLY) {
    state.isDone = true;
    c.flags |= MG_F_CLOSE_IMMEDIATELY;
    state.success?.(String(ev_data.body), String(ev_data.message), ev_data);
  }
  if (ev === MG_EV_CLOSE && !state.isDone) fail(state, c.error);
};

function fail({ query, error: tell }: State, error: HttpsError | undefined): void {
  tell?.("", error?.message ?? "Request failed", query, error);
}
