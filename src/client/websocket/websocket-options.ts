/** What `client.websocket()` takes, and how it is read. */
import {
  HttpsError,
  nameKind,
  readOptions,
  unknownOption,
  wholeOrInfinity,
  deadlineMs,
  flag,
  ownNames,
  record,
  wholeNumber,
  type Check,
  type Checks,
  type Own,
} from "../../core/index.ts";
import { isToken } from "../../http1/index.ts";
import { divide } from "../options/divide.ts";
import { naming, requestChecks, type RequestOptions } from "../options/options.ts";
import { readRequest, type RequestWords } from "../options/request-options.ts";

/** How messages are compressed, in RFC 7692's terms (§7.1). */
export interface PerMessageDeflate {
  /** Each message of this side is compressed by itself: less memory on the server, and longer messages. */
  readonly clientNoContextTakeover?: boolean;
  /** Asks that each message of the server's is compressed by itself. */
  readonly serverNoContextTakeover?: boolean;
  /** The base-two logarithm of the largest window that this side uses: 8 to 15, the default. */
  readonly clientMaxWindowBits?: number;
  /** The same for the server's, which is asked to use no larger one. */
  readonly serverMaxWindowBits?: number;
}

interface WebSocketWords {
  /** Subprotocols, in order of preference; the server chooses one of them, or none (RFC 6455 §1.9). */
  readonly protocols?: string | readonly string[];
  /** The most that one message may hold, in bytes. Default 16 MiB. */
  readonly maxMessageBytes?: number;
  /** How long the server may take to answer a Close frame, and to close the connection then, in milliseconds. Default 10,000. */
  readonly closeMs?: number;
  /**
   * Has the server pinged: so long after the last answer, in milliseconds (RFC 6455 §5.5.2). It keeps what stands in between from
   * closing a silent connection, notices a server that is gone, and measures `roundTripMs`. Default: no pings.
   */
  readonly pingMs?: number;
  /** How long a server that was pinged may say nothing before the WebSocket ends, in milliseconds. Default 10,000. */
  readonly pongMs?: number;
  /**
   * Offers that messages are compressed (permessage-deflate, RFC 7692); the server accepts or does not, as `extensions` says then.
   * `maxMessageBytes` bounds a message once it is decompressed. Who compresses a secret together with what others choose lets its
   * length tell of it (§8). Default: `false`.
   */
  readonly perMessageDeflate?: boolean | PerMessageDeflate;
}

/** Parts of a request that a handshake does not have. */
type Unfit =
  | "method"
  | "body"
  | "json"
  | "form"
  | "middleware"
  | "expectContinue"
  | "resume"
  | "onInformational"
  | "onUploadProgress"
  | "onDownloadProgress";

/**
 * A request's options apply to the handshake: `headers`, `query`, `authentication`, `cookies`, `proxy`, trust, `timeouts`, and the
 * rest of how a server is reached. `timeout` (`timeouts.totalMs`) is that of the opening. `signal` ends the WebSocket whenever
 * it aborts. Those about redirects, retries and bodies have no effect, and middleware does not stand around it.
 *
 * `protocol`: `auto` shares a connection of HTTP/2 that the client has, where the server takes WebSockets on it (RFC 8441), and
 * goes by HTTP/1.1 over one of its own otherwise; `h2` goes by HTTP/2 alone, `http/1.1` over one of its own.
 */
export interface WebSocketOptions extends Omit<RequestOptions, Unfit>, WebSocketWords {}

const unfit: ReadonlySet<string> = new Set<Unfit>([
  "method",
  "body",
  "json",
  "form",
  "middleware",
  "expectContinue",
  "resume",
  "onInformational",
  "onUploadProgress",
  "onDownloadProgress",
]);

const protocols: Check<string | readonly string[]> = (value, option) => {
  const expected = "names of subprotocols: tokens (RFC 9110 §5.6.2), each once";
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = names.find((name) => typeof name !== "string" || !isToken(name));
  if (wrong !== undefined)
    throw new HttpsError("option-invalid", {
      option,
      value: typeof wrong === "string" ? "a name that is not a token" : nameKind(wrong),
      expected,
    });
  if (new Set(names).size !== names.length)
    throw new HttpsError("option-invalid", { option, value: "a name that is there twice", expected });
  return names as readonly string[];
};

const windowBits = wholeNumber(8, 15);
const deflation = record<PerMessageDeflate>({
  clientNoContextTakeover: flag,
  serverNoContextTakeover: flag,
  clientMaxWindowBits: windowBits,
  serverMaxWindowBits: windowBits,
});

const perMessageDeflate: Check<boolean | PerMessageDeflate> = (value, option) => {
  if (typeof value === "boolean") return value;
  if (typeof value === "object" && value !== null) return deflation(value, option);
  const expected = "true, false, or an object with clientMaxWindowBits and the like";
  throw new HttpsError("option-invalid", { option, value: nameKind(value), expected });
};

const websocketChecks: Checks<WebSocketWords> = {
  perMessageDeflate,
  protocols,
  maxMessageBytes: wholeOrInfinity(0),
  closeMs: deadlineMs,
  pingMs: deadlineMs,
  pongMs: deadlineMs,
};

const allNames: readonly string[] = [...Object.keys(requestChecks), ...Object.keys(websocketChecks)].filter(
  (name) => !unfit.has(name),
);

/** What was asked for; `source` is the object that its shared part was read from, which may come again. */
export interface WebsocketAsked extends RequestWords {
  readonly words: Own<WebSocketWords>;
  readonly source: RequestOptions;
}

/** @throws HttpsError `option-unknown`, `option-invalid` */
export function readWebsocket(options: WebSocketOptions): WebsocketAsked {
  const { own, rest } = divide<WebSocketWords>(options, websocketChecks);
  for (const name of ownNames(rest, requestChecks, ""))
    if (unfit.has(name)) throw unknownOption(name, allNames, naming);
  const words = readOptions<WebSocketWords>(own, websocketChecks, naming);
  return { ...readRequest(rest), words, source: rest };
}
