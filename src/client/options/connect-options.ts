/** What `connect()` and `startTls()` take beside a request's options, and how it is read. */
import { Socket } from "node:net";
import {
  bare,
  HttpsError,
  listOf,
  needed,
  oneOf,
  protocolNames,
  readOptions,
  text,
  unknownOption,
  type Check,
  type Checks,
  type Own,
  type StartTlsProtocol,
} from "../../core/index.ts";
import { divide } from "./divide.ts";
import {
  hostName,
  naming,
  requestChecks,
  sharedChecks,
  type RequestOptions,
  type SharedOptions,
} from "./options.ts";
import { readRequest, type RequestWords } from "./request-options.ts";

interface ConnectWords {
  /**
   * What is offered by ALPN, in order; `[]` for nothing. Default: `http/1.1` for `https:` and `wss:`, nothing for other schemes,
   * whose servers are told by their port. What was agreed on is the link's `facts.alpn`.
   */
  readonly alpn?: readonly string[];
  /**
   * The name that the certificate must carry and that is sent (SNI), where it is not the URL's host; `identity` and `sni` set
   * each by itself.
   */
  readonly servername?: string;
}

/** A request's options apply where they decide how a server is reached and whom to trust; and `signal` and `onEvent`. */
export interface ConnectOptions extends Omit<RequestOptions, "protocol">, ConnectWords {}

interface StartTlsWords extends Pick<ConnectWords, "alpn"> {
  /**
   * The server's name, in place of a URL's host: the certificate must carry it, and it is sent (SNI), where neither this call
   * nor the client has an `identity` or `sni` of its own.
   */
  readonly servername: string;
  /** Whose dialogue is to be had on the socket before TLS; left out where the caller has had it. */
  readonly protocol?: StartTlsProtocol;
}

/** A request's options apply where they decide whom to trust; and `timeouts`, `signal` and `onEvent`. */
export interface StartTlsOptions extends Omit<RequestOptions, "protocol">, StartTlsWords {}

/** RFC 7301 §3.1: 1 to 255 octets. */
const longestAlpn = 255;

const alpnName: Check<string> = (value, option) => {
  const name = text(value, option);
  const { length } = new TextEncoder().encode(name);
  if (length === 0 || length > longestAlpn)
    throw new HttpsError("option-invalid", {
      option,
      value: `a name of ${length} bytes`,
      expected: `names of 1 to ${longestAlpn} bytes`,
    });
  return name;
};

const connectChecks: Checks<ConnectWords> = { alpn: listOf(alpnName), servername: hostName };

const startTlsChecks: Checks<StartTlsWords> = {
  alpn: connectChecks.alpn,
  servername: needed(hostName),
  protocol: oneOf(Object.keys(protocolNames) as StartTlsProtocol[]),
};

/** What was asked for, and where its shared part came from: an object that may come again. */
export interface ConnectAsked extends RequestWords {
  readonly source: object;
  readonly alpn: readonly string[] | undefined;
}

const connectNames: readonly string[] = [...Object.keys(requestChecks), ...Object.keys(connectChecks)].filter(
  (name) => name !== "protocol",
);

/** What a request alone can have, and what is meant where there is something. */
const ofRequests: Readonly<Record<string, string | undefined>> = {
  timeout: "timeouts: { openMs }",
  json: undefined,
  form: undefined,
  query: undefined,
  middleware: undefined,
  throwOnStatus: undefined,
};

/** @throws HttpsError `option-unknown`: nothing is passed over in silence */
function needNoRequest(options: object): void {
  for (const [option, meant] of Object.entries(ofRequests))
    if (bare<Readonly<Record<string, unknown>>>(options as never)[option] !== undefined)
      throw new HttpsError("option-unknown", { option, ...(meant === undefined ? {} : { meant }) });
}

/** @throws HttpsError `option-unknown`, `option-invalid` */
export function readConnect(options: ConnectOptions): ConnectAsked {
  // Which protocol is spoken on the socket is the caller's affair: `alpn` names it.
  const given = bare<RequestOptions>(options);
  if (given.protocol !== undefined) throw unknownOption("protocol", connectNames, naming);
  needNoRequest(options);
  const { own, rest } = divide<ConnectWords>(options, connectChecks);
  const { alpn, servername } = readOptions<ConnectWords>(own, connectChecks, naming);
  return { ...namedBy(servername, readRequest(rest)), source: rest, alpn };
}

/** @throws HttpsError `option-unknown`, `option-invalid` */
export function readStartTls(options: StartTlsOptions): ConnectAsked & Own<StartTlsWords> {
  const { own, rest } = divide<StartTlsWords>(options, startTlsChecks);
  needNoRequest(options);
  const words = readOptions<StartTlsWords>(own, startTlsChecks, naming);
  return { ...readRequest(rest), ...words, source: rest };
}

/** One name for both: the one that is checked, and the one that is sent. */
function namedBy(servername: string | undefined, { parts, shared }: RequestWords): RequestWords {
  if (servername === undefined) return { parts, shared };
  const said = shared ?? nothingSaid;
  const { identity = servername, sni = servername } = said;
  return { parts, shared: { ...said, identity, sni } };
}

const nothingSaid = readOptions<SharedOptions>({}, sharedChecks);

/** The socket, if TLS can be begun on it. @throws HttpsError `option-invalid` */
export function needConnected(socket: unknown, isUsed: (socket: Socket) => boolean): Socket {
  const value =
    unfitness(socket) ?? (isUsed(socket as Socket) ? "a socket that TLS was begun on before" : undefined);
  if (value === undefined) return socket as Socket;
  throw new HttpsError("option-invalid", { option: "socket", value, expected: "a connected net.Socket" });
}

/** Why TLS cannot be begun on it; `undefined` where it can. */
function unfitness(socket: unknown): string | undefined {
  if (!(socket instanceof Socket)) return "something else";
  if (socket.destroyed) return "a socket that is closed";
  if (socket.pending) return "a socket that is not connected yet";
  return socket.readyState === "open" ? undefined : "a socket whose one side has ended already";
}
