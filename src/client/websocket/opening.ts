/**
 * How a WebSocket reaches its server: as a stream of a connection of HTTP/2 that the client has, where the server takes it (RFC
 * 8441), or by HTTP/1.1 over a connection of its own. Loaded when the first one opens.
 */
import { HttpsError, type Details, type Target } from "../../core/index.ts";
import type { ResponseHead } from "../../http1/index.ts";
import type { StreamLink } from "../../net/index.ts";
import type { DeflateOffer } from "../../websocket/index.ts";
import type { Destination } from "../destination.ts";
import { cookiesFor, keepCookies } from "../journey/cookies.ts";
import { putField, type FieldTable } from "../journey/request-fields.ts";
import { clientLimits } from "../limits.ts";
import type { ConnectOptions } from "../options/connect-options.ts";
import type { Settings } from "../options/settings.ts";
import type { Call } from "../pool/call.ts";
import type { ConnectionOptions } from "../pool/connection-owner.ts";
import type { Opened } from "./carrier.ts";
import type { HandshakeRequest } from "./handshake-fields.ts";
import { shakeHands } from "./shake-hands.ts";
import { share, shareIfThere, type SharePorts } from "./share-connection.ts";
import type { WebsocketAsked } from "./websocket-options.ts";

/** How a WebSocket gets a connection. */
export interface OpeningPorts {
  readonly connect: (destination: Destination, options: ConnectOptions) => Promise<StreamLink>;
  /** Sends a call over a connection that is there and takes it; `false` where there is none. */
  readonly share: (call: Call, target: Target, settings: Settings) => boolean;
  readonly dispatch: (call: Call, target: Target, settings: Settings) => { withdraw(call: Call): void };
  readonly reading: ConnectionOptions;
}

/** What is asked for. */
export interface Asked extends Pick<WebsocketAsked, "words" | "source"> {
  readonly target: Target;
  readonly settings: Settings;
  readonly fields: FieldTable;
  readonly signal: AbortSignal;
  /** Told of the answer's head, whatever it says. */
  readonly onHead: (head: ResponseHead) => void;
}

/** @throws HttpsError `websocket-refused`, `cookie-jar-timeout`, `head-timeout`, `aborted`, and what opening a connection can end in */
export async function open(ports: OpeningPorts, asked: Asked): Promise<Opened> {
  const { settings } = asked;
  if (settings.protocol === "http/1.1") return openHttp1(ports, asked);
  const sharing: SharePorts = {
    share: (call) => ports.share(call, asked.target, settings),
    dispatch: (call) => ports.dispatch(call, asked.target, settings),
    timeouts: settings.timeouts,
    onEvent: settings.options.onEvent,
  };
  if (settings.protocol === "h2") return withJar(ports, asked, (request) => share(sharing, request));
  const shared = await withJar(ports, asked, (request) => shareIfThere(sharing, request));
  return shared ?? openHttp1(ports, asked);
}

async function openHttp1(ports: OpeningPorts, asked: Asked): Promise<Opened> {
  const { target, source, signal } = asked;
  // What is the handshake's alone is not the socket's.
  const {
    headers: _,
    query: __,
    signal: ___,
    timeout: ____,
    throwOnStatus: _____,
    protocol: ______,
    ...rest
  } = source;
  const destination = { target, scheme: target.scheme, startTls: undefined, endpoint: undefined };
  const link = await ports.connect(destination, { ...rest, alpn: ["http/1.1"], signal });
  try {
    return await withJar(ports, asked, (request) => shakeHands(link, request));
  } catch (error) {
    link.socket.destroy();
    throw error;
  }
}

/** A handshake with the cookies that the caller's jar holds for it, and of whose answer it keeps them. */
async function withJar<O extends Opened | undefined>(
  { reading }: OpeningPorts,
  asked: Asked,
  handshake: (request: HandshakeRequest) => Promise<O>,
): Promise<O> {
  const { target, settings, fields, words, signal } = asked;
  const { secretHeaders, cookies } = settings.options;
  const jar = cookies ?? undefined;
  if (jar !== undefined && !fields.has("cookie")) {
    const found = await inTime(cookiesFor(jar, target.href), asked, "getCookieString");
    if (found !== "") putField(fields, "Cookie", found);
  }
  let kept: Promise<unknown> | undefined;
  const opened = await handshake({
    target,
    fields,
    protocols: words.protocols === undefined ? [] : [words.protocols].flat(),
    deflate: offerOf(words.perMessageDeflate),
    secretHeaders,
    headMs: settings.timeouts.headMs,
    live: {
      host: target.host,
      maxMessageBytes: words.maxMessageBytes ?? clientLimits.websocketMessageBytes.value,
      closeMs: words.closeMs ?? clientLimits.websocketCloseMs.value,
      pingMs: words.pingMs ?? clientLimits.websocketPingMs.value,
      pongMs: words.pongMs ?? clientLimits.websocketPongMs.value,
      deflate: undefined,
    },
    reading,
    signal,
    onHead: (head) => {
      asked.onHead(head);
      if (jar !== undefined) kept = keepCookies(jar, head.fields, target.href);
    },
  });
  if (kept !== undefined) await inTime(kept, asked, "setCookie");
  return opened;
}

/** What is offered of permessage-deflate. */
function offerOf(asked: WebsocketAsked["words"]["perMessageDeflate"]): DeflateOffer | undefined {
  if (asked === undefined || asked === false) return undefined;
  const said = asked === true ? {} : asked;
  return {
    clientNoContextTakeover: said.clientNoContextTakeover ?? false,
    serverNoContextTakeover: said.serverNoContextTakeover ?? false,
    clientMaxWindowBits: said.clientMaxWindowBits,
    serverMaxWindowBits: said.serverMaxWindowBits,
  };
}

/** An answer of the caller's jar, which may never come. @throws HttpsError `cookie-jar-timeout` */
async function inTime<T>(
  answer: Promise<T>,
  { target: { host }, settings }: Asked,
  waitsFor: Details["cookie-jar-timeout"]["waitsFor"],
): Promise<T> {
  const { cookiesMs: limitMs } = settings.timeouts;
  if (limitMs === Infinity) return answer;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new HttpsError("cookie-jar-timeout", { host, limitMs, waitsFor })),
      limitMs,
    );
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
