/** Every member of a fetch's init: what becomes of it here. */
import { isPlainAgent } from "../plain-agent.ts";
import {
  honoured,
  meaningless,
  only,
  placed,
  trustIsTheClients,
  type OptionRows,
  type Refused,
} from "../option-rows.ts";
import { isDispatcher } from "./relay.ts";

/** Whether the URL is one that it may be asked for is found out on the way: a redirect may lead elsewhere. */
export const dispatcherRow: Refused = placed(
  ["proxy", "addRoots", "connections"],
  "connections are the client's",
  {
    passing:
      "a dispatcher for `http:`, and for `https:` where the client is `insecure`: whom it reaches is not seen here",
    passes: isDispatcher,
  },
);

/** `fetch(input, init)`: members of `init`, those of a Request in `input`, and what other programs' fetch takes. */
const ofFetch = {
  body: honoured("a string, bytes, Blob, FormData, URLSearchParams, a ReadableStream, or an async iterable"),
  cache: honoured(
    "the fields that each mode sends; `only-if-cached` is refused, since nothing is cached here",
  ),
  credentials: honoured("`omit` sends no cookie and no credentials, and keeps no cookie"),
  duplex: honoured('a stream needs it to be `"half"`'),
  headers: honoured("the fields, beside the client's own"),
  integrity: honoured(
    "the digests (SHA-256, SHA-384, SHA-512) of which the body must have one; it is read whole before it is handed out",
  ),
  keepalive: meaningless("there is no page that the request could outlive"),
  method: honoured("the method"),
  mode: honoured(
    "`no-cors` permits simple methods alone; `same-origin` is refused, since a program has no origin",
  ),
  priority: meaningless("each request gets a connection as soon as one is free"),
  redirect: honoured("`follow`, `error` or `manual`"),
  referrer: honoured("the Referer field, as far as `referrerPolicy` lets it"),
  referrerPolicy: honoured("how much of `referrer` is sent"),
  signal: honoured("ends the request, and the body's reading"),
  window: honoured("null alone, as the standard has it: a 407 is an error then"),

  dispatcher: dispatcherRow,
  agent: placed(["proxy", "addRoots", "connections"], "connections are the client's", {
    passing: "`false`, and an `https.Agent` of Node's that says nothing but how it keeps its sockets",
    passes: (value) => value === false || isPlainAgent(value),
  }),
  client: placed(["proxy", "addRoots", "connections"], "connections are the client's"),
  proxy: placed(["proxy"], "the way there is the client's to say", only(false)),
  tls: placed(["addRoots", "clientCertificate"], trustIsTheClients, only(false)),
  unix: placed(["socketPath"], "the way there is the client's to say"),
  timeout: placed(["timeouts"], "or `signal: AbortSignal.timeout(ms)`", only(false, 0)),
  follow: placed(["redirects"], "or `redirect`"),
  size: placed(["maxBodyBytes"], "the most that is held is the client's to say", only(0)),
  compress: placed(["decompress"], "codings are undone as the client says", only(true)),
  decompress: placed(["decompress"], "codings are undone as the client says", only(true)),
} satisfies OptionRows<keyof RequestInit> & OptionRows;
export const fetchRows: OptionRows = ofFetch;
