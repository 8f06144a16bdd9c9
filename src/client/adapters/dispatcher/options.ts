/** Every option of undici's `dispatch(options, handler)`: honoured, refused by its code, or without meaning here. */
import type { OptionRows } from "../options.ts";

const only =
  (value: unknown): ((given: unknown) => boolean) =>
  (given) =>
    given === value;

/** What others put into the options for themselves (undici's `request` its `signal`, interceptors what they need) is theirs. */
export const dispatchRows: OptionRows = {
  origin: { kind: "honoured", says: "`https:`, or `http:` without a verdict" },
  path: { kind: "honoured", says: "the path and the query, from the first slash on" },
  query: { kind: "honoured", says: "added to a path that has none" },
  method: { kind: "honoured", says: "the method; `CONNECT` is refused, since tunnels are the client's" },
  headers: {
    kind: "honoured",
    says: "by name, as pairs, or names and values in turn; beside the client's own",
  },
  body: {
    kind: "honoured",
    says: "text, bytes, a Blob, FormData, URLSearchParams, a stream, or anything that can be iterated over",
  },
  headersTimeout: { kind: "honoured", says: "in the place of `timeouts.headMs`; 0 for none" },
  bodyTimeout: {
    kind: "honoured",
    says: "in the place of `timeouts.bodyIdleMs`; 0 for none. A reader that pauses has `timeouts.unreadBodyMs`",
  },
  maxRedirections: {
    kind: "honoured",
    says: "as many redirects are followed, as the client does; else none",
  },
  reset: { kind: "honoured", says: "closes the connection after the answer" },
  expectContinue: { kind: "honoured", says: "the body waits for 100 Continue, one second at most" },
  servername: { kind: "honoured", says: "the name that is sent (SNI) and that the certificate must carry" },
  upgrade: { kind: "honoured", says: "the protocol to switch to, over a connection of its own" },
  idempotent: { kind: "meaningless", says: "the method says it" },
  blocking: { kind: "meaningless", says: "who waits for whom is the client's `pipelining`" },
  allowH2: { kind: "meaningless", says: "HTTP/1.1 is what is spoken" },
  throwOnError: {
    kind: "refused",
    says: "a status is a result, not an error",
    instead: [],
    passing: "`false`",
    passes: only(false),
  },
  typeOfService: {
    kind: "refused",
    says: "packets are not marked",
    instead: [],
    passing: "`0`",
    passes: only(0),
  },
};
