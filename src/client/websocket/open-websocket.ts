/**
 * Opens a WebSocket for a client: over a connection of its own, by the client's way and under its trust, and nothing is said on
 * it before both keys have admitted the server. What speaks on it is loaded when the first one opens.
 *
 * Over HTTP/1.1 alone: RFC 8441 (WebSockets over HTTP/2) is left out.
 */
import { HttpsError, type Details, type Target } from "../../core/index.ts";
import type { StreamLink } from "../../net/index.ts";
import { runtimeHere } from "../../runtime/index.ts";
import type { Pairs } from "../body/pairs.ts";
import type { Destination } from "../destination.ts";
import { tell } from "../events.ts";
import { cookiesFor, keepCookies } from "../journey/cookies.ts";
import type { FirstHeads } from "../journey/first-head.ts";
import { putField, type FieldTable } from "../journey/request-fields.ts";
import { laterRemedy, latePart, whyNotThere } from "../late-part.ts";
import { clientLimits } from "../limits.ts";
import type { ConnectOptions } from "../options/connect-options.ts";
import type { Settings, SettingsCompiler } from "../options/settings.ts";
import type { ConnectionOptions } from "../pool/connection-owner.ts";
import type { UnderWay } from "../pool/under-way.ts";
import type { Opened } from "./carrier.ts";
import type { shakeHands as shakeHandsWhenLoaded } from "./shake-hands.ts";
import { VerifiedWebSocket } from "./verified-websocket.ts";
import { readWebsocket, type WebSocketOptions } from "./websocket-options.ts";

/** What a client lends to its WebSockets. */
export interface WebsocketPorts {
  readonly targetOf: (url: string | URL, query: Pairs | undefined) => Target;
  readonly connect: (destination: Destination, options: ConnectOptions) => Promise<StreamLink>;
  readonly settings: SettingsCompiler;
  readonly heads: FirstHeads;
  readonly reading: ConnectionOptions;
  /** Ends with the client's closing, and with its end. */
  readonly beginning: UnderWay;
  readonly ending: UnderWay;
  /** @throws HttpsError `client-closed` */
  readonly needOpen: (host: string) => void;
}

/** @throws HttpsError of stage `url`, `option-unknown`, `option-invalid`, `client-closed` */
export function openWebsocket(
  ports: WebsocketPorts,
  url: string | URL,
  options: WebSocketOptions,
): VerifiedWebSocket {
  const { words, parts, shared, source } = readWebsocket(options);
  const target = ports.targetOf(webUrl(url), parts.query);
  const { host, href, scheme } = target;
  ports.needOpen(host);
  const settings = ports.settings.settingsFor(source, shared);
  // The answer to a handshake has no content that could be encoded.
  const plain = { ...settings, options: { ...settings.options, decompress: false } };
  const fields = ports.heads.firstFields(target, plain, { body: undefined, fields: parts.headers });
  const socket = new VerifiedWebSocket(
    { url: href.replace(/^http/, "ws"), host, signal: parts.signal },
    (signal) =>
      within(settings, host, signal, async (bounded) => {
        // What is the handshake's alone is not the socket's.
        const { headers: _, query: __, signal: ___, timeout: ____, throwOnStatus: _____, ...rest } = source;
        const destination = { target, scheme, startTls: undefined, endpoint: undefined };
        const link = await ports.connect(destination, { ...rest, alpn: ["http/1.1"], signal: bounded });
        return speak(link, { ports, target, settings, fields, words, signal: bounded });
      }),
  );
  const closed = new HttpsError("client-closed", { host });
  const end = VerifiedWebSocket.endOf(socket);
  void ports.beginning.hold(end, () => VerifiedWebSocket.endFor(socket, closed, true));
  void ports.ending.hold(end, () => VerifiedWebSocket.endFor(socket, closed, false));
  return socket;
}

interface Spoken {
  readonly ports: WebsocketPorts;
  readonly target: Target;
  readonly settings: Settings;
  readonly fields: FieldTable;
  readonly words: ReturnType<typeof readWebsocket>["words"];
  readonly signal: AbortSignal;
}

/** The handshake, on a connection that was admitted. */
async function speak(link: StreamLink, asked: Spoken): Promise<Opened> {
  const { ports, target, settings, fields, words, signal } = asked;
  const { secretHeaders, onEvent, cookies } = settings.options;
  try {
    const shakeHands = await loadHandshake();
    const jar = cookies ?? undefined;
    if (jar !== undefined && !fields.has("cookie")) {
      const found = await inTime(cookiesFor(jar, target.href), asked, "getCookieString");
      if (found !== "") putField(fields, "Cookie", found);
    }
    let kept: Promise<unknown> | undefined;
    const opened = await shakeHands(link, {
      target,
      fields,
      protocols: words.protocols === undefined ? [] : [words.protocols].flat(),
      secretHeaders,
      headMs: settings.timeouts.headMs,
      maxMessageBytes: words.maxMessageBytes ?? clientLimits.websocketMessageBytes.value,
      closeMs: words.closeMs ?? clientLimits.websocketCloseMs.value,
      reading: ports.reading,
      signal,
      onHead: (head) => {
        tell(onEvent, () => ({ kind: "head", url: target.href, head }));
        if (jar !== undefined) kept = keepCookies(jar, head.fields, target.href);
      },
    });
    if (kept !== undefined) await inTime(kept, asked, "setCookie");
    return opened;
  } catch (error) {
    link.socket.destroy();
    throw error;
  }
}

/** An answer of the caller's jar, which may never come. @throws HttpsError `cookie-jar-timeout` */
async function inTime<T>(
  answer: Promise<T>,
  { target: { host }, settings }: Spoken,
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

/** The whole opening within its deadline. @throws HttpsError `total-timeout` */
async function within<T>(
  { timeouts: { totalMs: limitMs } }: Settings,
  host: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (limitMs === Infinity) return work(signal);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), limitMs);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (!late.signal.aborted || signal.aborted) throw error;
    throw new HttpsError("total-timeout", { host, limitMs, phase: "WebSocket opening" }, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

type ShakeHands = typeof shakeHandsWhenLoaded;

/** @throws HttpsError `runtime-unfit` where it is not there */
async function loadHandshake(): Promise<ShakeHands> {
  const found = await latePart(async () => (await import("./shake-hands.ts")).shakeHands);
  if (found !== undefined) return found;
  throw new HttpsError("runtime-unfit", {
    runtime: runtimeHere.name,
    reason: whyNotThere("what speaks WebSocket"),
    instead: laterRemedy,
  });
}

/** RFC 6455 §3: `wss:` is what `https:` is, and `ws:` what `http:` is. */
function webUrl(given: string | URL): string | URL {
  const text = given instanceof URL ? given.href : given;
  if (typeof text !== "string") return given;
  const match = /^\s*ws(s?):/i.exec(text);
  if (match === null) return given;
  return `http${match[1]?.toLowerCase() ?? ""}:${text.slice(match[0].length)}`;
}
