/**
 * An agent for Node's https, and so for whatever is built on it: its sockets come from a client, reached and admitted
 * like the client's own. Which server to trust is the client's to say; what a request says of it is refused, not
 * ignored.
 */
import type { ClientRequest } from "node:http";
import { Agent, type AgentOptions } from "node:https";
import type { RequestOptions as NodeRequestOptions } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import {
  callback,
  flag,
  HttpsError,
  nameKind,
  oneOf,
  ownValue,
  ownValues,
  pauseMs,
  readOptions,
  wholeOrInfinity,
  type Checks,
} from "../../core/index.ts";
import { optionsOf, type Client } from "../client.ts";
import { numberOf } from "../options/settings.ts";
import { mergeTimeouts } from "../options/timeouts.ts";
import { rememberTrust } from "../trust-of.ts";
import { narrowingNames, narrowOffer } from "./narrowing.ts";
import { inNodesNames } from "./node-names.ts";
import { keylogRow, requestRows, saidOf, type AgentOptionName } from "./agent-options.ts";
import { tellSocket, watchOpening } from "./opening-watch.ts";
import { leaveQueue, Place } from "./place.ts";
import { doorOf, findRefusal, refuse, requireClient, type Door } from "./refusal.ts";
import { inClientsNames } from "./setting-names.ts";
import { watchUnread } from "./unread-watch.ts";

/** How the agent keeps its sockets; Node's own options of these names. */
export type MeerkatAgentOptions = Pick<AgentOptions, AgentOptionName>;

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

const door: Door = (option) => `new MeerkatAgent(new Client({ ${option} }))`;

/** What a client has for an option that Node's agent takes. */
const elsewhere: ReadonlyMap<string, string> = new Map(
  Object.entries(requestRows).flatMap(([name, row]) =>
    "instead" in row && row.instead[0] !== undefined ? [[name, door(row.instead[0])] as const] : [],
  ),
);

type Connected = (error: Error | null, socket: Duplex) => void;

/** Where to connect, and for how long to try. */
const placeNames = [
  "family",
  "host",
  "keepAlive",
  "keepAliveInitialDelay",
  "lookup",
  "port",
  "servername",
  "signal",
  "socketPath",
  "timeout",
] as const;

interface SocketOptions extends NodeRequestOptions {
  readonly keepAlive?: boolean;
  readonly keepAliveInitialDelay?: number;
}

type Given = Readonly<Record<string, unknown>>;

/** What Node's own agent does for each request, and for each that gets a socket of its own; its types leave them out. */
interface Hidden {
  readonly addRequest: (this: Agent, request: ClientRequest, options: NodeRequestOptions) => void;
  readonly createSocket: (
    this: Agent,
    request: ClientRequest,
    options: NodeRequestOptions,
    onSocket: Connected,
  ) => void;
}
const { addRequest, createSocket } = Agent.prototype as unknown as Hidden;

/**
 * An agent for node:https and libraries on it, whose connections are the client's. Keeps them alive unless told otherwise.
 * An error has the sentence, the `code` that Node has for it, so that libraries can decide by it, and the `HttpsError` as its
 * `cause`; `trustOf(response.socket)` is the report. docs/adapters.md has every option of a request.
 *
 * @example
 * const agent = new MeerkatAgent(client);
 * await axios.get("https://example.com/", { httpsAgent: agent });
 */
export class MeerkatAgent extends Agent {
  readonly #client: Client;
  /** What is a request's own: Node gives one that waited the options of another that waited before it. */
  readonly #own = new WeakMap<ClientRequest, Pick<NodeRequestOptions, "signal" | "timeout">>();

  constructor(client: Client, options: MeerkatAgentOptions = {}) {
    const { keepAlive = true, ...read } = readOptions(options, agentChecks, { prefix: "", elsewhere });
    // Node lays an agent's options over a request's, those that say nothing too.
    super({
      ...Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)),
      keepAlive,
    });
    this.#client = requireClient(client);
    this.on("newListener", (event) => {
      if (event === "keylog") throw refuse('on("keylog")', keylogRow, doorOf(this, door));
    });
  }

  /** Called by Node for each request, whether it gets a socket of its own or one that is kept. */
  addRequest(request: ClientRequest, options: NodeRequestOptions): void {
    const given: NodeRequestOptions = saidOf({ ...options, ...this.options });
    const refusal = findRefusal(given as Given, requestRows, doorOf(this, door)) ?? checkFamily(given);
    if (refusal !== undefined) return tellSocket(request, null, refusal);
    // Its signal had been aborted before it was made.
    if (request.destroyed) return tellSocket(request, null, undefined);
    const { timeout = this.options.timeout } = options;
    const { signal } = given;
    const onGivenUp = (): void => leaveQueue(this, request);
    this.#own.set(request, { signal: watchOpening(request, { timeout, signal, onGivenUp }), timeout });
    addRequest.call(this, request, options);
    const { unreadBodyMs: limitMs } = mergeTimeouts(optionsOf(this.#client).timeouts);
    watchUnread(request, { host: options.host ?? "localhost", limitMs });
  }

  /** Called by Node for each request that gets a socket of its own, which it is given when the socket is open. */
  createSocket(request: ClientRequest, options: NodeRequestOptions, onSocket: Connected): void {
    const place = new Place(this, options);
    const { signal = place.signal, timeout = options.timeout } = this.#own.get(request) ?? saidOf(options);
    const both = AbortSignal.any([signal, place.signal]);
    createSocket.call(this, request, { ...options, timeout, signal: both }, (error, socket) => {
      if (error === null) place.take();
      else place.leave(request);
      // A socket that became free may have been quicker.
      if (error === null || request.socket === null) onSocket(error, socket);
    });
  }

  /** A socket that one look-up led to is not another's. */
  override getName(options: NodeRequestOptions = {}): string {
    const { lookup } = options;
    const name = super.getName(options);
    return typeof lookup !== "function" ? name : `${name}:${numberOf(lookup)}`;
  }

  /** Called by Node for each socket it needs. */
  override createConnection(options: NodeRequestOptions, onConnected?: Connected): undefined {
    const tell = callback<Connected>()(onConnected, "callback");
    this.#connect(options).then(
      (socket) => tell(null, socket),
      (error: Error) => (tell as (error: Error) => void)(error),
    );
  }

  async #connect(given: SocketOptions): Promise<Duplex> {
    const options = saidOf(given);
    const refusal = findRefusal(options as Given, requestRows, doorOf(this, door)) ?? checkFamily(options);
    if (refusal !== undefined) throw refusal;
    const read = ownValues(options, placeNames);
    const { port, servername, signal, socketPath, lookup, family, timeout } = read;
    const host = read.host ?? "localhost";
    // Node derives `servername` from the Host field or the host; it is the name that the caller expects to meet.
    const name = servername === undefined || servername === "" ? host : servername;
    const asked = this.#client.connect(urlOf(host, port ?? 443), {
      ...narrowOffer(ownValues(options, narrowingNames), optionsOf(this.#client)),
      ...(signal === undefined ? {} : { signal }),
      ...(socketPath === undefined ? {} : { socketPath }),
      ...(lookup === undefined ? {} : { lookup }),
      ...(family === 4 || family === 6 ? { family } : {}),
      ...(name === host ? {} : { sni: name, identity: name }),
      ...(servername === "" ? { sni: null } : {}),
    });
    const { socket, trust } = await asked.catch((error: unknown) => {
      throw inNodesNames(inClientsNames(error));
    });
    if (timeout !== undefined) socket.setTimeout(timeout);
    if (read.keepAlive === true) socket.setKeepAlive(true, read.keepAliveInitialDelay);
    rememberTrust(socket, trust);
    return socket;
  }
}

/** What Node's name for a kept socket leaves out has to be looked at for each request. */
function checkFamily(options: NodeRequestOptions): HttpsError | undefined {
  const family: unknown = ownValue(options, "family");
  if (family === undefined || family === null || [0, 4, 6].includes(family as number)) return undefined;
  return new HttpsError("option-invalid", {
    option: "family",
    value: typeof family === "number" ? String(family) : nameKind(family),
    expected: "4, 6, or 0 for either",
  });
}

/** A host is a host: what would be read as more of a URL is refused. @throws HttpsError `option-invalid` */
function urlOf(host: string, port: number | string): string {
  const authority = isIP(host) === 6 ? `[${host}]` : host;
  if (/^[^\s/?#@\\:[\]]+$/.test(host) || authority !== host) return `https://${authority}:${port}/`;
  throw new HttpsError("option-invalid", {
    option: "host",
    // It may be a URL with a password in it.
    value: "a text that is more than a host",
    expected: "a name or an IP address",
  });
}
