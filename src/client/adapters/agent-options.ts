/** Every option of `https.request` and of `https.Agent` of Node, and every member of an agent: what becomes of it here. */
import type { AgentOptions, Agent, RequestOptions as NodeRequestOptions } from "node:https";
import type { TcpNetConnectOpts } from "node:net";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import { bare } from "../../core/index.ts";
import { isCipherList, isMethod, isSecureOptions, isVersion } from "./narrowing.ts";
import {
  honoured,
  meaningless,
  narrowing,
  only,
  placed,
  refused,
  trustIsTheClients,
  type Honoured,
  type OptionRows,
  type Refused,
} from "./option-rows.ts";

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

const byNode = honoured("by Node, which writes the request and reads the answer");
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

  ca: placed(["addRoots", "roots"], trustIsTheClients),
  allowPartialTrustChain: placed(["addRoots", "roots"], trustIsTheClients, only(false)),
  rejectUnauthorized: placed(["addRoots", "insecure"], trustIsTheClients, {
    passing: "anything but `false`",
    passes: (value) => value !== false,
  }),
  checkServerIdentity: placed(["identity", "pins"], "names are always checked, and by the client", {
    passing: "`tls.checkServerIdentity`",
    passes: (value) => value === checkServerIdentity,
  }),
  crl: placed(["crls"], trustIsTheClients),
  cert: placed(["clientCertificate"], "what is shown to a server is the client's to say"),
  key: placed(["clientCertificate"], "what is shown to a server is the client's to say"),
  pfx: placed(["clientCertificate"], "what is shown to a server is the client's to say"),
  passphrase: placed(["clientCertificate"], "what is shown to a server is the client's to say"),
  clientCertEngine: placed(["clientCertificate"], "engines of OpenSSL are not used"),
  privateKeyEngine: placed(["clientCertificate"], "engines of OpenSSL are not used"),
  privateKeyIdentifier: placed(["clientCertificate"], "engines of OpenSSL are not used"),
  ciphers: narrowing(
    ["ciphers"],
    "the suites that the client offers too, in this order; a list with `@SECLEVEL`, and one of Suite B, is refused",
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
  localPort: refused("the system chooses the port to connect from", only(0)),
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

/** Asking for nothing is asking for something there. */
const falses: ReadonlySet<string> = new Set(["autoSelectFamily", "rejectUnauthorized"] satisfies Name[]);
/** Those that are honoured, and that Node looks at only where something is there. */
const optional: ReadonlySet<string> = new Set(["lookup", "signal", "socketPath"] satisfies Name[]);
type Name = keyof typeof ofRequests;

/** What a request's options say. Nothing is said by `null`, `false` and `""`, as in Node: programs fill in what they have. */
export function saidOf<T extends object>(options: T): T {
  const said = bare<Record<string, unknown>>({});
  for (const [name, value] of Object.entries(options)) if (!isUnsaid(name, value)) said[name] = value;
  return said as T;
}

function isUnsaid(name: string, value: unknown): boolean {
  const isRefused = Object.hasOwn(requestRows, name) && requestRows[name]?.kind === "refused";
  if (!isRefused && !optional.has(name)) return false;
  return value === undefined || value === null || value === "" || (value === false && !falses.has(name));
}

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
