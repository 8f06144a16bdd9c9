/**
 * Every option of the calls that the adapters stand in for: `https.request` and `https.Agent` of Node, and `fetch`. Each is
 * honoured, refused by its code, or without meaning here, so that none is dropped in silence. The adapters refuse by this
 * table, `docs/adapters.md` is written from it, and a test holds each row, and Node's own lists, to it.
 */
import type { AgentOptions, Agent, RequestOptions as NodeRequestOptions } from "node:https";
import type { TcpNetConnectOpts } from "node:net";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import { saysTheSame } from "../../core/index.ts";
import type { ClientOptions } from "../options/options.ts";
import { isCipherList, isMethod, isSecureOptions, isVersion } from "./narrowing.ts";

export type OptionRow = Honoured | Narrowing | Refused | Meaningless;

/** It has the effect that it has in Node. */
export interface Honoured {
  readonly kind: "honoured";
  readonly says: string;
}

/** It has that effect where it takes something away from what the client offers; anything else is refused. */
export interface Narrowing {
  readonly kind: "narrowing";
  readonly says: string;
  /** Options of the client's for more. */
  readonly instead: readonly (keyof ClientOptions)[];
  readonly narrows: (value: unknown) => boolean;
}

/** It is an error, `option-invalid`, before anything is connected. */
export interface Refused {
  readonly kind: "refused";
  readonly says: string;
  /** Options of the client's that do it. */
  readonly instead: readonly (keyof ClientOptions)[];
  /** Values that ask for nothing but what is done anyway, beside `undefined` and `null`; for the docs and for the check. */
  readonly passing: string;
  readonly passes: (value: unknown, all: Readonly<Record<string, unknown>>) => boolean;
}

/** It could have no effect here, and nothing depends on that. */
export interface Meaningless {
  readonly kind: "meaningless";
  readonly says: string;
}

export type OptionRows<Name extends string = string> = Readonly<Record<Name, OptionRow>>;

/** What `new MeerkatAgent(client, options)` takes. */
export type AgentOptionName = Extract<
  keyof AgentOptions,
  | "keepAlive"
  | "keepAliveMsecs"
  | "maxFreeSockets"
  | "maxSockets"
  | "maxTotalSockets"
  | "scheduling"
  | "timeout"
>;

/** What Node's `new https.Agent(options)` takes beside these and the options of a request. */
export const agentRefusedNames = ["agentKeepAliveTimeoutBuffer", "maxCachedSessions", "proxyEnv"] as const;

// A name that Node's types get, and a table has not, does not compile.
type RequestOptionName =
  | keyof NodeRequestOptions
  | keyof ConnectionOptions
  | keyof TcpNetConnectOpts
  | Exclude<keyof AgentOptions, AgentOptionName | (typeof agentRefusedNames)[number]>;
type AgentMemberName = Exclude<keyof Agent, keyof NodeJS.EventEmitter | symbol>;

type Passing = Pick<Refused, "passing" | "passes">;

const nothing: Passing = { passing: "", passes: () => false };

function only(...values: readonly unknown[]): Passing {
  return {
    passing: values.map((value) => `\`${JSON.stringify(value)}\``).join(", "),
    passes: (value) => values.some((one) => saysTheSame(one, value)),
  };
}

const honoured = (says: string): Honoured => ({ kind: "honoured", says });
const meaningless = (says: string): Meaningless => ({ kind: "meaningless", says });
const narrowing = (
  instead: readonly (keyof ClientOptions)[],
  says: string,
  narrows: (value: unknown) => boolean,
): Narrowing => ({ kind: "narrowing", says, instead, narrows });
/** What the client has an option for. */
const placed = (
  instead: readonly (keyof ClientOptions)[],
  says: string,
  passing: Passing = nothing,
): Refused => ({ kind: "refused", says, instead, ...passing });
/** What nobody here does. */
const refused = (says: string, passing: Passing = nothing): Refused => placed([], says, passing);

const byNode = honoured("by Node, which writes the request and reads the answer");
const trust = "whom to trust is the client's to say";
const ownSession = "sessions are the client's, and are kept with the verdict on them";
const ofServers = "it is an option of servers";
const ownSocket = "sockets are the client's";
const agentsOwn = meaningless("Node's agent lays its own over it");

/** `https.request(url, { agent, ... })`, with what it passes on to `tls.connect` and `net.connect`. */
const ofRequests = {
  agent: honoured("it is the MeerkatAgent"),
  auth: byNode,
  defaultPort: byNode,
  headers: honoured(
    "by Node; a Host field gives the name that is sent and checked, where `servername` does not",
  ),
  host: honoured("a name or an IP address, and nothing that would be read as more of a URL"),
  hostname: honoured("as `host`, and before it"),
  httpValidation: honoured("by Node from 24 on"),
  insecureHTTPParser: byNode,
  joinDuplicateHeaders: byNode,
  maxHeaderSize: byNode,
  method: byNode,
  path: byNode,
  port: honoured("the port to connect to"),
  protocol: honoured("by Node, which refuses all but `https:`"),
  setDefaultHeaders: honoured("by Node from 22 on"),
  setHost: byNode,
  signal: honoured("ends the request in every phase"),
  timeout: honoured("covers every phase: the wait for a socket, DNS, TCP, TLS, and each wait for the server"),
  uniqueHeaders: byNode,
  family: honoured("4 or 6; 0 for either"),
  lookup: honoured("is asked for every name; a kept socket is used again for the same function alone"),
  servername: honoured('the name that is sent (SNI) and that the certificate must carry; `""` sends none'),
  socketPath: honoured("a Unix socket to connect to"),

  ca: placed(["addRoots", "roots"], trust),
  allowPartialTrustChain: placed(["addRoots", "roots"], trust, only(false)),
  rejectUnauthorized: placed(["addRoots", "insecure"], trust, {
    passing: "anything but `false`",
    passes: (value) => value !== false,
  }),
  checkServerIdentity: placed(["identity", "pins"], "names are always checked, and by the client", {
    passing: "`tls.checkServerIdentity`",
    passes: (value) => value === checkServerIdentity,
  }),
  crl: placed(["crls"], trust),
  cert: placed(["clientCertificate"], "what is shown to a server is the client's to say"),
  key: placed(["clientCertificate"], "what is shown to a server is the client's to say"),
  pfx: placed(["clientCertificate"], "what is shown to a server is the client's to say"),
  passphrase: placed(["clientCertificate"], "what is shown to a server is the client's to say"),
  clientCertEngine: placed(["clientCertificate"], "engines of OpenSSL are not used"),
  privateKeyEngine: placed(["clientCertificate"], "engines of OpenSSL are not used"),
  privateKeyIdentifier: placed(["clientCertificate"], "engines of OpenSSL are not used"),
  ciphers: narrowing(
    ["ciphers"],
    "the suites that the client offers too, in this order; a list with `@SECLEVEL` is refused",
    isCipherList,
  ),
  minVersion: narrowing(["minVersion"], "`TLSv1.2` or `TLSv1.3`, as far as the client speaks it", isVersion),
  maxVersion: narrowing(["maxVersion"], "`TLSv1.2` or `TLSv1.3`, as far as the client speaks it", isVersion),
  secureProtocol: narrowing(
    ["minVersion", "maxVersion"],
    "`TLSv1_2_method`; `TLS_method` and `SSLv23_method` change nothing; each with `_client` too",
    isMethod,
  ),
  secureOptions: narrowing(
    ["minVersion", "maxVersion"],
    "the bits that forbid versions, compression and renegotiation",
    isSecureOptions,
  ),
  secureContext: refused("the context is made of the client's options"),
  sigalgs: refused("OpenSSL's own list holds"),
  ecdhCurve: refused("OpenSSL's own list holds", only("auto")),
  minDHSize: refused("OpenSSL's own least size holds"),
  certificateCompression: refused("certificates are taken as they are"),
  pskCallback: refused("a pre-shared key stands for no certificate, and so for no verdict"),
  session: refused(ownSession),
  ALPNProtocols: refused("HTTP/1.1 is what is spoken", {
    passing: "a list with `http/1.1` in it, which is what is offered then",
    passes: (value) => Array.isArray(value) && value.includes("http/1.1"),
  }),
  ALPNCallback: refused(ofServers),
  SNICallback: refused(ofServers),
  dhparam: refused(ofServers),
  honorCipherOrder: refused(ofServers, only(false)),
  requestCert: refused(ofServers, only(false)),
  sessionIdContext: refused(ofServers),
  sessionTimeout: refused(ofServers),
  ticketKeys: refused(ofServers),
  enableTrace: refused("`meerkat why` shows the handshake", only(false)),
  requestOCSP: refused("a staple is always asked for, and judged by the client", only(true, false)),

  createConnection: refused("sockets are the client's, which both keys admitted", {
    passing: "the one that ws gives with every request, and Node does not call where there is an agent",
    passes: (_value, all) => Object.hasOwn(all, "perMessageDeflate"),
  }),
  socket: refused(ownSocket),
  handle: refused(ownSocket),
  fd: refused(ownSocket),
  onread: refused(ownSocket),
  highWaterMark: refused(ownSocket),
  allowHalfOpen: refused(ownSocket, only(false)),
  readable: meaningless("it is about `fd`, which is refused"),
  writable: meaningless("it is about `fd`, which is refused"),
  localAddress: refused("the system chooses the address to connect from"),
  localPort: refused("the system chooses the port to connect from"),
  hints: refused("a `lookup` of your own can have them", only(0)),
  blockList: placed(["lookup"], "a `lookup` forbids addresses"),
  typeOfService: refused("packets are not marked", only(0)),
  autoSelectFamily: placed(["family"], "addresses are tried as RFC 8305 has it", only(true)),
  autoSelectFamilyAttemptTimeout: refused("addresses are tried as RFC 8305 has it"),
  keepAlive: agentsOwn,
  keepAliveInitialDelay: agentsOwn,
  noDelay: agentsOwn,
  _defaultAgent: meaningless("it is for where no agent is given"),
} satisfies OptionRows<RequestOptionName> & OptionRows;
export const requestRows: OptionRows = ofRequests;

const socketsOwn: Honoured = honoured("by Node's agent, which keeps the sockets");

/** What `new MeerkatAgent(client, options)` takes; everything else is refused, `option-unknown`. */
export const agentRows: OptionRows<AgentOptionName> = {
  keepAlive: honoured("by Node's agent; true unless it is said otherwise"),
  keepAliveMsecs: socketsOwn,
  maxFreeSockets: socketsOwn,
  maxSockets: socketsOwn,
  maxTotalSockets: socketsOwn,
  scheduling: socketsOwn,
  timeout: honoured("as the `timeout` of every request that does not say another"),
};

/** Of the listeners that Node's agent knows by name. */
export const keylogRow: Refused = refused(
  "keys are told before a socket is admitted; `node --tls-keylog` writes them",
);

/** Members of an agent. */
const ofAgents = {
  createConnection: honoured("gives its callback a socket that both keys admitted; options as of a request"),
  destroy: honoured("by Node's agent; the client stays open"),
  freeSockets: socketsOwn,
  getName: honoured("by Node's agent, and a `lookup` is part of it"),
  keepSocketAlive: socketsOwn,
  maxFreeSockets: socketsOwn,
  maxSockets: socketsOwn,
  maxTotalSockets: socketsOwn,
  options: honoured("laid over each request's by Node, and held to the table above"),
  requests: socketsOwn,
  reuseSocket: socketsOwn,
  sockets: socketsOwn,
  'on("keylog")': keylogRow,
} satisfies OptionRows<AgentMemberName> & OptionRows;
export const agentMemberRows: OptionRows = ofAgents;

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
  window: honoured("null alone, as the standard has it"),

  dispatcher: placed(["proxy", "addRoots", "connections"], "connections are the client's"),
  agent: placed(["proxy", "addRoots", "connections"], "connections are the client's", only(false)),
  client: placed(["proxy", "addRoots", "connections"], "connections are the client's"),
  proxy: placed(["proxy"], "the way there is the client's to say", only(false)),
  tls: placed(["addRoots", "clientCertificate"], trust, only(false)),
  unix: placed(["socketPath"], "the way there is the client's to say"),
  timeout: placed(["timeouts"], "or `signal: AbortSignal.timeout(ms)`", only(false, 0)),
  follow: placed(["redirects"], "or `redirect`"),
  size: placed(["maxBodyBytes"], "the most that is held is the client's to say", only(0)),
  compress: placed(["decompress"], "codings are undone as the client says", only(true)),
  decompress: placed(["decompress"], "codings are undone as the client says", only(true)),
} satisfies OptionRows<keyof RequestInit> & OptionRows;
export const fetchRows: OptionRows = ofFetch;
