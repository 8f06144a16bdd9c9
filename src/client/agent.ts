/**
 * An agent for Node's https, and so for whatever is built on it: its sockets come from a client, reached and admitted
 * like the client's own. Which server to trust is the client's to say; what a request says of it is refused, not
 * ignored.
 */
import { ClientRequest } from "node:http";
import { Agent, type AgentOptions } from "node:https";
import type { RequestOptions as NodeRequestOptions } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { checkServerIdentity } from "node:tls";
import {
  flag,
  HttpsError,
  oneOf,
  ownValues,
  pauseMs,
  readOptions,
  wholeOrInfinity,
  type Checks,
} from "../core/index.ts";
import type { Client } from "./client.ts";
import { rememberTrust } from "./trust-of.ts";

/** How the agent keeps its sockets; Node's own options of these names. */
export type MeerkatAgentOptions = Pick<
  AgentOptions,
  | "keepAlive"
  | "keepAliveMsecs"
  | "maxSockets"
  | "maxTotalSockets"
  | "maxFreeSockets"
  | "scheduling"
  | "timeout"
>;

const agentChecks: Checks<MeerkatAgentOptions> = {
  keepAlive: flag,
  keepAliveMsecs: pauseMs,
  // Node takes 0 for its own default, which is what is there without it.
  maxSockets: wholeOrInfinity(1),
  maxTotalSockets: wholeOrInfinity(1),
  maxFreeSockets: wholeOrInfinity(1),
  scheduling: oneOf(["fifo", "lifo"]),
  timeout: pauseMs,
};

type Connected = (error: Error | null, socket: Duplex) => void;

/** Options of a request that would decide whom to trust, or what to show a server. */
const trustNames = [
  "ca",
  "cert",
  "checkServerIdentity",
  "ciphers",
  "crl",
  "key",
  "maxVersion",
  "minVersion",
  "pfx",
  "secureContext",
  "secureProtocol",
] as const;
/** Options that nothing here could honour, and that would be missed. */
const unmetNames = ["localAddress", "localPort", "hints"] as const;
/** Where to connect, and for how long to try. */
const placeNames = [
  "family",
  "host",
  "lookup",
  "port",
  "servername",
  "signal",
  "socketPath",
  "timeout",
] as const;
const refusedNames = [...trustNames, ...unmetNames, "rejectUnauthorized"] as const;

/** What is looked at of what Node passes. */
type SocketOptions = Pick<NodeRequestOptions, (typeof placeNames)[number]> & {
  readonly [K in (typeof refusedNames)[number]]: unknown;
};

/** What Node's own agent does for each request that gets a socket of its own; its types leave it out. */
type CreateSocket = (
  this: Agent,
  request: ClientRequest,
  options: NodeRequestOptions,
  onSocket: Connected,
) => void;
const { createSocket } = Agent.prototype as unknown as { readonly createSocket: CreateSocket };

/**
 * An agent for node:https and libraries on it, whose connections are the client's. Keeps them alive unless told otherwise.
 * Errors are `HttpsError`s; `trustOf(response.socket)` is the report.
 *
 * @example
 * const agent = new MeerkatAgent(client);
 * await axios.get("https://example.com/", { httpsAgent: agent });
 */
export class MeerkatAgent extends Agent {
  readonly #client: Client;

  constructor(client: Client, options: MeerkatAgentOptions = {}) {
    const { keepAlive = true, ...read } = readOptions(options, agentChecks);
    // Node lays an agent's options over a request's, those that say nothing too.
    super({
      ...Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)),
      keepAlive,
    });
    this.#client = client;
  }

  /** Called by Node for each request that gets a socket of its own, which it is given when the socket is open. */
  createSocket(request: ClientRequest, options: NodeRequestOptions, onSocket: Connected): void {
    const opening = watchOpening(request, options);
    createSocket.call(this, request, { ...options, signal: opening.signal }, (error, socket) => {
      opening.end();
      onSocket(error, socket);
    });
  }

  /** Called by Node for each socket it needs. */
  override createConnection(options: NodeRequestOptions, onConnected: Connected = () => {}): undefined {
    this.#connect(options).then(
      (socket) => onConnected(null, socket),
      (error: Error) => (onConnected as (error: Error) => void)(error),
    );
  }

  async #connect(options: NodeRequestOptions): Promise<Duplex> {
    const read = ownValues(options as SocketOptions, [...placeNames, ...refusedNames]);
    const { host: given, port, servername, signal, socketPath, lookup, family, timeout } = read;
    checkRefused(read);
    const host = given ?? "localhost";
    // Node derives `servername` from the Host field or the host; it is the name that the caller expects to meet.
    const name = servername === undefined || servername === "" ? host : servername;
    const link = await this.#client.connect(urlOf(host, port ?? 443), {
      ...(signal === undefined || signal === null ? {} : { signal }),
      ...(socketPath === undefined || socketPath === null ? {} : { socketPath }),
      ...(lookup === undefined ? {} : { lookup }),
      ...(family === 4 || family === 6 ? { family } : {}),
      ...(name === host ? {} : { sni: name, identity: name }),
    });
    if (timeout !== undefined) link.socket.setTimeout(timeout);
    rememberTrust(link.socket, link.trust);
    return link.socket;
  }
}

/** A host is a host: what would be read as more of a URL is refused. @throws HttpsError `option-invalid` */
function urlOf(host: string, port: number | string): string {
  const authority = isIP(host) === 6 ? `[${host}]` : host;
  if (/^[^\s/?#@\\:[\]]+$/.test(host) || authority !== host) return `https://${authority}:${port}/`;
  throw new HttpsError("option-invalid", {
    option: "host",
    value: JSON.stringify(host),
    expected: "a name or an IP address",
  });
}

/** A socket being opened for a request. */
interface WatchedOpening {
  /** Ends the opening: the caller's own signal, or the request's end. */
  readonly signal: AbortSignal;
  /** It is over. */
  readonly end: () => void;
}

/**
 * Node tells a request of its `timeout` by its socket, and ends it by that. While there is none yet, both are done here:
 * the timeout is told whichever phase takes so long, and a request that is destroyed is waited for no longer.
 */
function watchOpening(request: ClientRequest, { timeout = 0, signal }: NodeRequestOptions): WatchedOpening {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const arm = (limitMs: number): void => {
    clearTimeout(timer);
    if (limitMs > 0) timer = setTimeout(() => request.emit("timeout"), limitMs);
  };
  arm(timeout);
  const own: Partial<Pick<ClientRequest, "setTimeout" | "destroy">> = request;
  own.setTimeout = (limitMs, then) => {
    arm(limitMs);
    return ClientRequest.prototype.setTimeout.call(request, limitMs, then);
  };
  own.destroy = (error) => {
    stop.abort(error);
    ClientRequest.prototype.destroy.call(request, error);
    return request;
  };
  return {
    signal: signal === undefined || signal === null ? stop.signal : AbortSignal.any([signal, stop.signal]),
    end: () => {
      clearTimeout(timer);
      delete own.setTimeout;
      delete own.destroy;
    },
  };
}

/** @throws HttpsError `option-invalid` */
function checkRefused(read: { readonly [K in (typeof refusedNames)[number]]?: unknown }): void {
  const isGiven = (name: (typeof refusedNames)[number]): boolean => {
    const value = read[name];
    // Node's own check of names, which got hands on, asks for no more than the client's.
    return value !== undefined && value !== null && value !== checkServerIdentity;
  };
  const trust = read.rejectUnauthorized === false ? "rejectUnauthorized" : trustNames.find(isGiven);
  if (trust !== undefined)
    throw refused(trust, "none: the client that the agent was made of says whom to trust");
  const unmet = unmetNames.find(isGiven);
  if (unmet !== undefined) throw refused(unmet, "none: the agent cannot honour it");
}

function refused(option: string, expected: string): HttpsError {
  return new HttpsError("option-invalid", { option, value: "a value by a request", expected });
}
