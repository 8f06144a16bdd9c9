/** Writes `docs/adapters.md`: what becomes of every option that Node's https and fetch take, where an adapter takes them. */
import {
  agentMemberRows,
  agentRefusedNames,
  agentRows,
  dispatchRows,
  fetchRows,
  requestRows,
  type OptionRow,
  type OptionRows,
} from "../../src/client/index.ts";

export function renderAdapters(): string {
  const parts = [
    "# Adapters",
    "An adapter gives a client the shape of something that programs already use: `MeerkatAgent` is an `https.Agent`, `createFetch` makes a `fetch`, `MeerkatDispatcher` is a dispatcher for undici, and `installGlobally` puts all three where a whole program finds them. The tables name every option of the calls that they replace. Each option is honoured; honoured where it narrows what the client offers, and refused elsewhere; refused with a code; or without effect. None is ignored silently. What is refused is set on the client instead: [the client's options](api/meerkat.md).",
    "## A request of https with a MeerkatAgent",
    "`https.request(url, { agent, ... })`, and what it passes on to `tls.connect` and `net.connect`. A refusal is the request's `error` event, with the code [option-invalid](errors.md#option-invalid), and nothing is connected; a kept socket is not used either. Where an option narrows, what is offered is what the client's options and the request's have in common: versions and suites that both name. `null`, and `false` and `\"\"` where Node takes them for nothing, refuse nothing.",
    "Every other failure is an error with the sentence as its message and our code behind it (`[wrong-host]`: some libraries pass on nothing but the message), the hint as its `hint`, the `code` that Node has for it (`ECONNREFUSED`, `ENOTFOUND`, `EAI_AGAIN`, `ETIMEDOUT`, `ECONNRESET`, OpenSSL's name for a certificate such as `CERT_HAS_EXPIRED`, and `CERT_REJECTED` where OpenSSL had nothing against it), by which libraries decide whether to try again, and the `HttpsError` as its `cause`. Where Node has no code for it, the error is the `HttpsError` itself.",
    renderTable(requestRows),
    "With Node's agent, an answer that nobody reads holds its socket until the server ends it. Here an answer that has arrived whole gives up its socket after a second, and can still be read; one that has not is ended after the client's `timeouts.unreadBodyMs`, and whoever reads it later gets [body-unread](errors.md#body-unread).",
    "## new MeerkatAgent(client, options)",
    `What is not in the table is refused: [option-unknown](errors.md#option-unknown). That is all of the table above, and ${agentRefusedNames.map((name) => `\`${name}\``).join(", ")}.`,
    renderTable(agentRows),
    "## Members of a MeerkatAgent",
    renderTable(agentMemberRows),
    "## fetch(input, init)",
    "Members of the init, those of a Request given in its place, and what the fetch of other programs takes beside them (undici, node-fetch, Deno, Bun). A refusal is a TypeError; its cause has the code [option-invalid](errors.md#option-invalid). What the platform's Request refuses by itself is its TypeError. `data:` and `blob:` URLs are answered without a server; about: and file: URLs are [local-url-failed](errors.md#local-url-failed). Where the Fetch standard is not followed is in [deviations](deviations.md#srcclientadaptersfetchcreate-fetchts).",
    renderTable(fetchRows),
    "## dispatch(options, handler) of a MeerkatDispatcher",
    "undici's `Dispatcher` as far as its functions and Node's `fetch` use it: `dispatch`, `request`, `compose`, `close`, `destroy`, `closed` and `destroyed`, for handlers of undici 6 (`onConnect`, ...) and of undici 7 and later (`onRequestStart`, ...), and for interceptors of both. undici itself is not used, so its TypeScript needs `as unknown as Dispatcher`, a library that asks for `instanceof Dispatcher` does not take it, and `stream`, `pipeline`, `connect` and `upgrade` are undici's functions with `{ dispatcher }`. The handler is told everything but `onBodySent` and `onRequestSent`, and no `connect`, `disconnect` and `drain` is emitted: connections are the client's, and `dispatch` is always ready for more. A handler that pauses makes the server wait. What a handler throws ends its request and is told it as the error, once; what it throws at the error is an uncaught exception, as with undici. `close` ends when what is under way has ended, `destroy` ends it; the client stays open after both. Options that are not in the table are what undici's functions and interceptors tell each other, and are left alone.",
    renderTable(dispatchRows),
    "An error has the `code` that Node has for it, as one of a MeerkatAgent's request has, and the `HttpsError` as its `cause`.",
    ...wholeProgram,
  ];
  return `${parts.join("\n\n")}\n`;
}

const wholeProgram = [
  "## A whole program",
  "`node --import meerkat/register app.js` (or `--require`), and `installGlobally(client)` from within, put the client in three places:",
  [
    "- `https.globalAgent`: `https.request` and `https.get` without an agent, and with `agent: false`, by whatever name they were imported; and so axios, got, node-fetch, superagent and others that give no agent of their own.",
    "- The global `fetch`, and so ky and others on it. Its error is the TypeError `fetch failed`, whose message libraries know; what is printed of it begins with the sentence and the hint, its `cause` has Node's `code`, and the cause of that is the `HttpsError`.",
    "- The global dispatcher: `request`, `fetch` and the rest of undici without a dispatcher, and the global `WebSocket` and `EventSource`, where Node has them.",
  ].join("\n"),
  "What does not go through it, because it never looks in these places: an `https.Agent`, an undici `Agent` or `Client`, or a socket (`tls.connect`, `http2.connect`) that the program makes by itself, as the clients of AWS, Azure, Google Cloud Storage, Stripe, Twilio, Elasticsearch, OpenSearch, ClickHouse, Algolia, Telegraf, grammY, Sentry, OpenTelemetry's exporters, `@hapi/wreck` and npm's do: give them `https.globalAgent` where they take an agent; ws, which makes its own sockets where it is given no agent (`new WebSocket(url, { agent: https.globalAgent })` goes through the client); and `http:` by node:http, which is Node's as before. `http:` by `fetch` and undici goes through the client, without a verdict (`plaintext`). What Bun and Deno have beside these is in [runtimes](runtimes.md#a-whole-program).",
  "An option that would weaken what the client checks is refused, not honoured: `rejectUnauthorized: false` and `ca` of a request, a `dispatcher` of its own in the init of `fetch` for `https:`. `NODE_TLS_REJECT_UNAUTHORIZED` lets nobody in.",
  "`meerkat/register` makes a client with every default. It reads of the environment what every client reads, `NODE_EXTRA_CA_CERTS` and the proxy variables, and has no variables of its own: to trust other roots, write a file that calls `installGlobally`. A proxy of the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`) is used, where Node by itself needs `NODE_USE_ENV_PROXY`.",
  "A worker thread runs `--import` again, and has a client of its own. A child process goes through it where it is started so: `fork` and `cluster` pass `--import` on, and `NODE_OPTIONS` reaches every Node that inherits the environment.",
  "`installGlobally` gives `{ uninstall }`. A client that is installed already is left as it is; another one takes its place with a `MeerkatWarning`, until it is uninstalled. `uninstall` restores what was there before, unless something else was put there since; the client stays open.",
];

function renderTable(rows: OptionRows): string {
  const lines = Object.entries(rows)
    .toSorted(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([name, row]) => `| \`${name}\` | ${words[row.kind]} | ${renderSays(row)} |`);
  return ["| option | here | how, or why |", "| --- | --- | --- |", ...lines].join("\n");
}

const words: Readonly<Record<OptionRow["kind"], string>> = {
  honoured: "honoured",
  narrowing: "narrows, or refused",
  refused: "refused",
  meaningless: "without meaning",
};

function renderSays(row: OptionRow): string {
  const { says } = row;
  if (row.kind !== "refused" && row.kind !== "narrowing") return says;
  const place =
    row.instead.length === 0 ? "" : `; the client has ${row.instead.map((name) => `\`${name}\``).join(", ")}`;
  return `${says}${place}${row.kind === "narrowing" || row.passing === "" ? "" : `. Allowed: ${row.passing}`}`;
}
