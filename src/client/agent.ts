/**
 * An agent for Node's https, and so for whatever is built on it: its sockets come from a client, reached and admitted
 * like the client's own. Which server to trust is the client's to say; what a request says of it is refused, not
 * ignored.
 */
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
type TrustName = (typeof trustNames)[number] | "rejectUnauthorized";
/** Where to connect. */
const placeNames = ["host", "port", "servername", "signal", "socketPath"] as const;

/** What is looked at of what Node passes. */
type SocketOptions = Pick<NodeRequestOptions, (typeof placeNames)[number]> & {
  readonly [K in TrustName]: unknown;
};

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
    super({ ...read, keepAlive });
    this.#client = client;
  }

  /** Called by Node for each socket it needs. */
  override createConnection(options: NodeRequestOptions, onConnected: Connected = () => {}): undefined {
    this.#connect(options).then(
      (socket) => onConnected(null, socket),
      (error: Error) => (onConnected as (error: Error) => void)(error),
    );
  }

  async #connect(options: NodeRequestOptions): Promise<Duplex> {
    const names = [...placeNames, ...trustNames, "rejectUnauthorized"] as const;
    const read = ownValues(options as SocketOptions, names);
    const { host: given, port, servername, signal, socketPath, ...trust } = read;
    checkTrust(trust);
    const host = given ?? "localhost";
    const authority = isIP(host) === 6 ? `[${host}]` : host;
    // Node derives `servername` from the Host field or the host; it is the name that the caller expects to meet.
    const name = servername === undefined || servername === "" ? host : servername;
    const link = await this.#client.connect(`https://${authority}:${port ?? 443}/`, {
      ...(signal === undefined || signal === null ? {} : { signal }),
      ...(socketPath === undefined || socketPath === null ? {} : { socketPath }),
      ...(name === host ? {} : { sni: name, identity: name }),
    });
    rememberTrust(link.socket, link.trust);
    return link.socket;
  }
}

function checkTrust({ rejectUnauthorized, ...given }: { readonly [K in TrustName]: unknown }): void {
  const named = trustNames.find((name) => {
    const value = given[name];
    // Node's own check of names, which got hands on, asks for no more than the client's.
    return value !== undefined && value !== null && value !== checkServerIdentity;
  });
  const option = rejectUnauthorized === false ? "rejectUnauthorized" : named;
  if (option === undefined) return;
  throw new HttpsError("option-invalid", {
    option,
    value: "a value by a request",
    expected: "none: the client that the agent was made of says whom to trust",
  });
}
