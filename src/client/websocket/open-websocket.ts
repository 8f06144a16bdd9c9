/**
 * Opens a WebSocket for a client: by the client's way and under its trust, and nothing is said before both keys have admitted the
 * server. What reaches it, and what speaks on the connection, is loaded when the first one opens.
 */
import { HttpsError, type Target } from "../../core/index.ts";
import { runtimeHere } from "../../runtime/index.ts";
import type { Pairs } from "../body/pairs.ts";
import { tell } from "../events.ts";
import type { FirstHeads } from "../journey/first-head.ts";
import { laterRemedy, latePart, whyNotThere } from "../late-part.ts";
import type { Settings, SettingsCompiler } from "../options/settings.ts";
import type { UnderWay } from "../pool/under-way.ts";
import type { open as openWhenLoaded, OpeningPorts } from "./opening.ts";
import { VerifiedWebSocket } from "./verified-websocket.ts";
import { readWebsocket, type WebSocketOptions } from "./websocket-options.ts";

/** What a client lends to its WebSockets. */
export interface WebsocketPorts extends OpeningPorts {
  readonly targetOf: (url: string | URL, query: Pairs | undefined) => Target;
  readonly settings: SettingsCompiler;
  readonly heads: FirstHeads;
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
  const { host, href } = target;
  ports.needOpen(host);
  const settings = ports.settings.settingsFor(source, shared);
  // The answer to a handshake has no content that could be encoded.
  const plain = { ...settings, options: { ...settings.options, decompress: false, resume: undefined } };
  const fields = ports.heads.firstFields(target, plain, {
    method: "GET",
    body: undefined,
    given: parts.headers,
  });
  const socket = new VerifiedWebSocket(
    { url: href.replace(/^http/, "ws"), host, signal: parts.signal },
    (signal) =>
      within(settings, host, signal, async (bounded) => {
        const open = await loadOpening();
        return open(ports, {
          target,
          settings: plain,
          fields,
          words,
          source,
          signal: bounded,
          onHead: (head) => tell(settings.options.onEvent, () => ({ kind: "head", url: href, head })),
        });
      }),
  );
  const closed = new HttpsError("client-closed", { host });
  const end = VerifiedWebSocket.endOf(socket);
  void ports.beginning.hold(end, () => VerifiedWebSocket.endFor(socket, closed, true));
  void ports.ending.hold(end, () => VerifiedWebSocket.endFor(socket, closed, false));
  return socket;
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

type OpenFunction = typeof openWhenLoaded;

/** @throws HttpsError `runtime-unfit` where it is not there */
async function loadOpening(): Promise<OpenFunction> {
  const found = await latePart(async () => (await import("./opening.ts")).open);
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
