/** Every option of undici's `dispatch(options, handler)`: honoured, refused by its code, or without meaning here. */
import { honoured, meaningless, only, refused, type OptionRows } from "../option-rows.ts";

/** What others put into the options for themselves (undici's `request` its `signal`, interceptors what they need) is theirs. */
export const dispatchRows: OptionRows = {
  origin: honoured("`https:`, or `http:` without a verdict"),
  path: honoured("the path and the query, from the first slash on"),
  query: honoured("added to a path that has none"),
  method: honoured("the method; `CONNECT` is refused, since tunnels are the client's"),
  headers: honoured("by name, as pairs, or names and values in turn; beside the client's own"),
  body: honoured(
    "text, bytes, a Blob, FormData, URLSearchParams, a stream, or anything that can be iterated over",
  ),
  headersTimeout: honoured("in the place of `timeouts.headMs`; 0 for none"),
  bodyTimeout: honoured(
    "in the place of `timeouts.bodyIdleMs`; 0 for none. A reader that pauses has `timeouts.unreadBodyMs`",
  ),
  maxRedirections: honoured("as many redirects are followed, as the client does; else none"),
  reset: honoured("closes the connection after the answer"),
  expectContinue: honoured("the body waits for 100 Continue, one second at most"),
  servername: honoured("the name that is sent (SNI) and that the certificate must carry"),
  upgrade: honoured("the protocol to switch to, over a connection of its own"),
  idempotent: meaningless("the method says it"),
  blocking: meaningless("who waits for whom is the client's `pipelining`"),
  allowH2: meaningless("the client's `protocol` says which versions are offered"),
  throwOnError: refused("a status is a result, not an error", only(false)),
  typeOfService: refused("packets are not marked", only(0)),
};
