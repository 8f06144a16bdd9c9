/**
 * Sockets for callers: to whatever speaks TLS, and TLS on sockets of theirs. Both keys decide as for requests; what fails can
 * be asked why.
 */
import { Duplex } from "node:stream";
import type { Socket } from "node:net";
import {
  protocolOfPort,
  requireEndpoint,
  Unasked,
  type Endpoint,
  type StartTlsProtocol,
  type Target,
} from "../core/index.ts";
import {
  dialStream,
  noAddressRules,
  upgradeSocket,
  type DialRequest,
  type StreamLink,
} from "../net/index.ts";
import type { SessionStore } from "../admission/index.ts";
import { requireDestination, usualAlpn, type Destination } from "./destination.ts";
import { tell } from "./events.ts";
import { defaultUserAgent } from "./journey/first-head.ts";
import type { Asked } from "./journey/redirects.ts";
import { putField, type FieldTable } from "./journey/request-fields.ts";
import {
  needConnected,
  readConnect,
  readStartTls,
  type ConnectOptions,
  type StartTlsOptions,
} from "./options/connect-options.ts";
import type { Settings, SettingsCompiler } from "./options/settings.ts";
import { inPlain, openingLimits } from "./pool/opening-limits.ts";
import type { ProxyChoice } from "./pool/proxy-choice.ts";
import type { UnderWay } from "./pool/under-way.ts";
import { askable, type Changes, type Choose, type Questions } from "./questions.ts";

/** What a client lends to the sockets that it opens. */
export interface OpeningPorts {
  readonly sessions: SessionStore;
  readonly settings: SettingsCompiler;
  readonly questions: Questions;
  /** Ends them when the client ends. */
  readonly underWay: UnderWay;
  readonly choose: Choose;
  readonly dialRequest: (
    target: Target,
    settings: Settings,
    choice: ProxyChoice,
  ) => Omit<DialRequest, "alpn" | "timeouts" | "signal" | "onPhase">;
  /** @throws HttpsError `client-closed` */
  readonly needOpen: (host: string) => void;
}

/** A new connection to where the socket leads, or why there can be none. */
type Again =
  | { readonly reason: undefined; readonly asked: Asked; readonly changes: Changes }
  | { readonly reason: string };

/** Opens sockets for callers on a client's behalf. */
export class Openings {
  readonly #ports: OpeningPorts;
  /** Sockets of callers that TLS was begun on: a second handshake would go into the first one's records. */
  readonly #begun = new WeakSet<Socket>();

  constructor(ports: OpeningPorts) {
    this.#ports = ports;
  }

  /** @throws HttpsError of any stage before `http` */
  async connect(destination: Destination, options: ConnectOptions): Promise<StreamLink> {
    const { target, scheme, startTls } = destination;
    const { settings: compiler, questions, underWay, choose, dialRequest, needOpen } = this.#ports;
    needOpen(target.host);
    const { parts, shared, source, alpn = usualAlpn(scheme) } = readConnect(options);
    const settings = compiler.settingsFor(source, shared);
    const { onEvent } = settings.options;
    const { origin } = target;
    const opened = underWay.run({ host: target.host, signal: parts.signal }, (signal) => {
      const timeouts = openingLimits(settings.timeouts);
      return dialStream({
        ...dialRequest(target, settings, tunnelled(choose(target, settings))),
        alpn,
        startTls: startTls && inPlain(startTls, timeouts),
        timeouts,
        signal,
        onPhase: (phase) => tell(onEvent, () => ({ kind: "phase", origin, phase })),
      });
    });
    return askable(opened, (error) => {
      const proxyFor = (to: Target): ProxyChoice => tunnelled(choose(to, settings));
      const changes = { endpoint: endpointOf(destination), alpn, proxyFor };
      return questions.inquire(askedOf(target, settings), settings, { error, changes });
    });
  }

  /** @throws HttpsError of stage `tls trust timeout`, `starttls-...`; the socket is closed then */
  async startTls(socket: Socket, options: StartTlsOptions): Promise<StreamLink> {
    try {
      const plain = needConnected(socket, (one) => this.#begun.has(one));
      this.#begun.add(plain);
      // Once it is closed it does not say any more where it led.
      const place = placeOf(plain);
      const asked = readStartTls(options);
      this.#ports.needOpen(asked.servername);
      const settings = this.#ports.settings.settingsFor(asked.source, asked.shared);
      return await askable(this.#upgrade(plain, asked, settings), async (error) => {
        const again = againTo(place, asked, settings);
        return again.reason !== undefined
          ? new Unasked(error, `Nothing was asked again: ${again.reason}`)
          : this.#ports.questions.inquire(again.asked, settings, { error, changes: again.changes });
      });
    } catch (error) {
      close(socket);
      throw error;
    }
  }

  #upgrade(plain: Socket, asked: ReturnType<typeof readStartTls>, settings: Settings): Promise<StreamLink> {
    const { parts, servername: host, protocol, alpn = [] } = asked;
    const { policy, timeouts, options } = settings;
    const { identity: name, sni, onEvent } = options;
    const { sessions, underWay } = this.#ports;
    return underWay.run({ host, signal: parts.signal }, (signal) => {
      const limits = openingLimits(timeouts);
      return upgradeSocket(plain, {
        host,
        name,
        sni,
        alpn,
        policy,
        signal,
        sessions,
        startTls: protocol && inPlain(protocol, limits),
        get tlsMs() {
          return limits.tlsMs;
        },
        onPhase: (phase) => tell(onEvent, () => ({ kind: "phase", origin: host, phase })),
      });
    });
  }
}

/** What is said over the socket is the caller's affair: a proxy has to pass it on unread. */
function tunnelled({ proxy, rule }: ProxyChoice): ProxyChoice {
  return { proxy: proxy && { ...proxy, mode: "tunnel" }, rule };
}

/** Nothing was asked within TLS, and nothing is when it is asked again; a plain web site alone has no TLS to look at. */
function endpointOf({ endpoint, target }: Destination): Endpoint | undefined {
  return endpoint ?? (target.scheme === "https" ? requireEndpoint(target.origin) : undefined);
}

/** The origin alone: what stands behind it in the URL was not sent, and neither was anything of the client's. */
function askedOf({ origin }: Target, { options }: Settings): Asked {
  const { target } = requireDestination(origin);
  const { userAgent = defaultUserAgent } = options;
  const fields: FieldTable = new Map();
  putField(fields, "Host", target.authority);
  if (userAgent !== null) putField(fields, "User-Agent", userAgent);
  return { target, method: "GET", fields, body: { kind: "none" } };
}

/** Where a caller's socket leads, and whether something was said on it already. */
interface Place extends Pick<Socket, "remoteAddress" | "remotePort"> {
  readonly isSpoken: boolean;
  readonly isEncrypted: boolean;
}

function placeOf(socket: Socket): Place {
  const { remoteAddress, remotePort, bytesWritten } = socket;
  return { remoteAddress, remotePort, isSpoken: bytesWritten > 0, isEncrypted: "encrypted" in socket };
}

/** The same place over a connection of our own: straight to the address, whatever its name leads to now. */
function againTo(
  { remoteAddress, remotePort, isSpoken, isEncrypted }: Place,
  { servername: host, protocol, alpn }: ReturnType<typeof readStartTls>,
  settings: Settings,
): Again {
  if (isEncrypted) return { reason: "the socket is TLS itself, and what is behind it is not known." };
  if (remoteAddress === undefined || remotePort === undefined)
    return { reason: "the socket does not say which address and port it leads to." };
  const scheme = schemeSpoken(remotePort, { protocol, isSpoken });
  if (scheme === undefined)
    return { reason: "something was said on the socket before, and where that leads is not known." };
  const { target, endpoint } = requireDestination(
    `${scheme}://${host.includes(":") ? `[${host}]` : host}:${remotePort}`,
  );
  return {
    reason: undefined,
    asked: askedOf(target, settings),
    changes: {
      endpoint,
      alpn: alpn ?? [],
      proxyFor: () => ({ proxy: undefined, rule: "a socket of the caller's" }),
      addressRules: { ...noAddressRules, resolve: { [`${target.host}:${remotePort}`]: remoteAddress } },
    },
  };
}

/** What is spoken before TLS. A dialogue that the caller has had is known by the port; elsewhere it may have been a proxy's. */
function schemeSpoken(
  port: number,
  { protocol, isSpoken }: { readonly protocol: StartTlsProtocol | undefined; readonly isSpoken: boolean },
): string | undefined {
  if (!isSpoken) return protocol ?? "tls";
  return protocol === undefined ? protocolOfPort(port) : undefined;
}

/** Whatever it was: nobody is left with half of a connection. What comes after the outcome changes nothing. */
function close(given: unknown): void {
  if (!(given instanceof Duplex)) return;
  given.on("error", () => {});
  given.destroy();
}
