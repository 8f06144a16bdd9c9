/** A client: connections kept per origin and policy, sessions kept for resumption, options shared by requests. */
import type { Socket } from "node:net";
import {
  type ErrorReport,
  asError,
  HttpsError,
  type Own,
  readOptions,
  RecentMap,
  showAs,
  requireUrl,
  type Target,
  Unasked,
} from "../core/index.ts";
import { SessionStore } from "../admission/index.ts";
import {
  dial,
  dialStream,
  upgradeSocket,
  type AddressRules,
  type DialPhase,
  type DialRequest,
  type StreamLink,
} from "../net/index.ts";
import type { Call } from "./pool/call.ts";
import type { Connection } from "./pool/connection.ts";
import { tell, type EventListener } from "./events.ts";
import { FirstHeads } from "./journey/first-head.ts";
import { explainRequest, inquire, type Inquiry } from "./inquiry.ts";
import { Journey, type Travel } from "./journey/journey.ts";
import { clientLimits } from "./limits.ts";
import { inPlain, openingLimits } from "./pool/opening-limits.ts";
import {
  clientChecks,
  naming,
  type ClientOptions,
  type Environment,
  type RequestOptions,
} from "./options/options.ts";
import {
  needConnected,
  readConnect,
  readStartTls,
  type ConnectOptions,
  type StartTlsOptions,
} from "./options/connect-options.ts";
import { requireDestination, usualAlpn } from "./destination.ts";
import { readRequest } from "./options/request-options.ts";
import { Pool, type PoolOptions } from "./pool/pool.ts";
import { chooseProxy, type ProxyChoice } from "./pool/proxy-choice.ts";
import { listFields } from "./journey/request-fields.ts";
import type { Response } from "./response.ts";
import type { Asked } from "./journey/redirects.ts";
import { traceOpening } from "./tracing/opening-trace.ts";
import { Routes, type Route } from "./pool/routes.ts";
import { UnderWay } from "./pool/under-way.ts";
import { SettingsCompiler, type Settings } from "./options/settings.ts";

/** What all requests of a client share; for the adapters. */
export let optionsOf: (client: Client) => Settings["options"];

/** What a log, or a console, is told of a client. */
export interface ClientJson {
  readonly origins: readonly string[];
  readonly isClosed: boolean;
}

/**
 * Requests with the same options over one pool of connections (RFC 9112 §9), which are kept and used again.
 *
 * One client serves a whole program. Close it, or hold it with `await using`.
 *
 * @example
 * await using client = new Client({ timeouts: { totalMs: 10_000 } });
 * const response = await client.request("https://example.com/");
 */
export class Client implements AsyncDisposable {
  readonly #poolOptions: PoolOptions;
  readonly #environment: Environment;
  readonly #settings: SettingsCompiler;
  readonly #sessions = new SessionStore();
  readonly #targets = new RecentMap<string, Target>(clientLimits.parsedTargets.value);
  readonly #routes = new Routes();
  /** What has no end but `client-closed` once the client is closed: sockets that are opened for callers, requests to be sent. */
  readonly #beginning = new UnderWay();
  /** What may come to its end all the same: questions, answers whose cookies are kept. */
  readonly #ending = new UnderWay();
  readonly #travel: Travel;
  #closed = false;

  static {
    optionsOf = (client: Client): Settings["options"] =>
      client.#settings.settingsFor(client, undefined).options;
  }

  /** @throws HttpsError `option-unknown`, `option-invalid` */
  constructor(options: ClientOptions = {}) {
    const read = readOptions(options, clientChecks, naming);
    this.#environment = read.environment ?? process.env;
    this.#settings = new SettingsCompiler(read, this.#environment);
    this.#poolOptions = poolOptions(read);
    this.#travel = {
      heads: new FirstHeads(read.headers),
      beginning: this.#beginning,
      ending: this.#ending,
      dispatch: (call, target, settings) => this.#dispatch(call, target, settings),
      proxyFor: (target, settings) =>
        this.#routes.get(target, settings)?.choice ?? this.#choose(target, settings),
      inquire: (asked, settings, error) => this.#inquire(asked, settings, error),
      explain: (asked, settings) => this.#explain(asked, settings),
    };
  }

  /**
   * Sends a request and gives its response as soon as the head is there. A status is a result, not an error.
   * @throws HttpsError, exactly once, with the stage that failed
   */
  request(url: string | URL, options: RequestOptions = {}): Promise<Response> {
    // Not `async`: a promise around the journey's own would be a second one, and three more turns of the queue.
    try {
      return this.#journey(url, options).run();
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  /**
   * A socket that both keys admitted, for the caller's own use; not from the pool. It leads to a web URL's origin, or to
   * whatever else speaks TLS: `mqtts://`, `postgres://`, `smtp://`, `host:port`. Where TLS begins behind a few words in plain
   * (STARTTLS), they are said; nothing else is sent before both keys have admitted the server.
   * @throws HttpsError of any stage before `http`
   *
   * @example
   * const { socket, trust } = await client.connect("imap://mail.example/");
   */
  async connect(url: string | URL, options: ConnectOptions = {}): Promise<StreamLink> {
    const destination = requireDestination(url, (web) => this.#targetOf(web));
    const { target, scheme, startTls } = destination;
    if (this.#closed) throw new HttpsError("client-closed", { host: target.host });
    const { parts, shared, source, alpn = usualAlpn(scheme) } = readConnect(options);
    const settings = this.#settings.settingsFor(source, shared);
    const { proxy, rule } = this.#choose(target, settings);
    // What is said over the socket is the caller's affair: a proxy has to pass it on unread.
    const choice = { proxy: proxy && ({ ...proxy, mode: "tunnel" } as const), rule };
    const { onEvent } = settings.options;
    const { origin } = target;
    return this.#beginning.run({ host: target.host, signal: parts.signal }, (signal) => {
      const timeouts = openingLimits(settings.timeouts);
      return dialStream({
        ...this.#dialRequest(target, settings, choice),
        alpn,
        startTls: startTls && inPlain(startTls, timeouts),
        timeouts,
        signal,
        onPhase: (phase) => tell(onEvent, () => ({ kind: "phase", origin, phase })),
      });
    });
  }

  /**
   * TLS on a connected socket of the caller's, admitted by both keys like the client's own. The caller has had the protocol's
   * dialogue, or names the `protocol` and leaves it to this. The socket is used up, and closed where this fails.
   * @throws HttpsError of stage `tls trust timeout`; `starttls-injection` where bytes were there before TLS
   *
   * @example
   * const { socket } = await client.startTls(plain, { servername: "mail.example" });
   */
  async startTls(socket: Socket, options: StartTlsOptions): Promise<StreamLink> {
    const plain = needConnected(socket);
    try {
      return await this.#upgrade(plain, readStartTls(options));
    } catch (error) {
      plain.on("error", () => {}); // What comes after the outcome changes nothing.
      plain.destroy();
      throw error;
    }
  }

  /**
   * Finds out everything about a URL as this client meets it, over new connections: who vouches for the server, what it
   * answers, and what would be refused. `GET` and `HEAD` alone are sent; of what `connect()` takes besides web sites, it is
   * TLS that is looked at, and what comes before it.
   * @throws HttpsError of stage `url`, and for options that it cannot honour
   */
  async why(url: string | URL, options: RequestOptions = {}): Promise<ErrorReport<"why">> {
    const { target, endpoint } = requireDestination(url, (web) => this.#targetOf(web));
    if (this.#closed) throw new HttpsError("client-closed", { host: target.host });
    const { parts, shared } = readRequest(options);
    const settings = this.#settings.settingsFor(options, shared);
    const fields = this.#travel.heads.firstFields(target, settings, {
      body: undefined,
      fields: parts.headers,
    });
    const { method = "GET" } = parts;
    const asked: Asked = { target, method, fields, body: { kind: "none" } };
    return this.#ending.run({ host: target.host, signal: parts.signal }, (signal) =>
      this.#explain(asked, settings, { signal, endpoint }),
    );
  }

  /** Lets requests under way end, closes everything else. A body that nobody began to read is not waited for longer than a second. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#beginning.endAll();
    const emptied = [...this.#routes].map(({ pool }) => pool.close("client-closed"));
    this.#sessions.clear();
    await Promise.all(emptied);
  }

  /** Ends every request under way with `client-closed`. */
  destroy(): void {
    this.#closed = true;
    this.#beginning.endAll();
    this.#ending.endAll();
    for (const { pool } of this.#routes) pool.destroy();
    this.#sessions.clear();
  }

  /** For logs: where it is connected to. Its options may hold credentials, and are not told. */
  toJSON(): ClientJson {
    return { origins: this.#routes.origins, isClosed: this.#closed };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #journey(url: string | URL, options: RequestOptions): Journey {
    const target = this.#targetOf(url);
    if (this.#closed) throw new HttpsError("client-closed", { host: target.host });
    const { parts, shared } = readRequest(options);
    return new Journey(this.#travel, target, parts, this.#settings.settingsFor(options, shared));
  }

  #targetOf(url: string | URL): Target {
    if (typeof url !== "string") return requireUrl(url);
    const known = this.#targets.get(url);
    if (known !== undefined) return known;
    const target = requireUrl(url);
    this.#targets.set(url, target);
    return target;
  }

  #dispatch(call: Call, target: Target, settings: Settings): Pool {
    const { pool } = this.#routeTo(target, settings);
    if (this.#closed) call.fail(new HttpsError("client-closed", { host: target.host }));
    else pool.dispatch(call);
    return pool;
  }

  #routeTo(target: Target, settings: Settings): Route {
    const known = this.#routes.get(target, settings);
    if (known !== undefined) return known;
    const choice = this.#choose(target, settings);
    const { origin } = target;
    const request = this.#dialRequest(target, settings, choice);
    const listeners = new WeakMap<Connection, EventListener>();
    const pool = new Pool(this.#poolOptions, {
      // Requests share what a connection must be like. How long one is waited for, and who hears of it, is each one's own.
      open: (call, signal) => {
        const { timeouts, asker } = call.outgoing;
        const onPhase = (phase: DialPhase): void => {
          call.opening = phase;
          tell(asker.onEvent, () => ({ kind: "phase", origin, phase }));
        };
        return traceOpening(target, request.sni, () =>
          dial({ ...request, timeouts: openingLimits(timeouts), signal, onPhase }),
        );
      },
      onOpened: (connection, { outgoing: { asker } }) => {
        const { onEvent } = asker;
        if (onEvent !== undefined) listeners.set(connection, onEvent);
        const trust = connection.link.trust.kind;
        tell(onEvent, () => ({ kind: "connected", origin, connection: connection.id, trust }));
      },
      onRetired: (connection, reason) =>
        tellRetired(connection, { origin, reason, onEvent: listeners.get(connection) }),
      onEmpty: () => this.#routes.remove(target, settings, route),
    });
    const route: Route = { pool, choice };
    this.#routes.add(target, settings, route);
    return route;
  }

  /** Finds out more, over new connections; not where those would lead elsewhere than the request's own. */
  async #inquire(asked: Asked, settings: Settings, error: HttpsError): ReturnType<HttpsError["why"]> {
    if (settings.options.socketPath !== undefined)
      return new Unasked(error, "Nothing was asked again: the request went to a Unix socket (socketPath).");
    return inquire(this.#inquiryOf(asked, settings), error);
  }

  async #explain(
    asked: Asked,
    settings: Settings,
    more: Partial<Pick<Inquiry, "signal" | "endpoint">> = {},
  ): Promise<ErrorReport<"why">> {
    if (settings.options.socketPath !== undefined)
      throw new HttpsError("option-invalid", {
        option: "socketPath",
        value: "a Unix socket",
        expected: "nothing: what is asked again goes over the network",
      });
    return explainRequest({ ...this.#inquiryOf(asked, settings), ...more });
  }

  #inquiryOf(asked: Asked, settings: Settings): Inquiry {
    const { roots, addRoots, sni, identity } = settings.options;
    return {
      target: asked.target,
      endpoint: undefined,
      method: asked.method === "HEAD" ? ("HEAD" as const) : ("GET" as const),
      fields: listFields(asked.fields),
      policy: settings.policy,
      ownRoots: roots !== undefined || addRoots !== undefined,
      environment: this.#environment,
      proxyFor: (target: Target) => this.#choose(target, settings),
      addressRules: addressRulesOf(settings),
      sni,
      name: identity,
      reading: this.#poolOptions,
      signal: undefined,
    };
  }

  #choose(target: Target, settings: Settings): ProxyChoice {
    const { proxy: option, socketPath } = settings.options;
    if (socketPath !== undefined) return { proxy: undefined, rule: "the option socketPath" };
    return chooseProxy({ target, option, environment: this.#environment, policy: settings.proxyPolicy });
  }

  #upgrade(plain: Socket, asked: ReturnType<typeof readStartTls>): Promise<StreamLink> {
    const { parts, shared, source, servername: host, protocol, alpn = [] } = asked;
    if (this.#closed) throw new HttpsError("client-closed", { host });
    const { policy, timeouts, options } = this.#settings.settingsFor(source, shared);
    const { identity: name, sni, onEvent } = options;
    const sessions = this.#sessions;
    return this.#beginning.run({ host, signal: parts.signal }, (signal) => {
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

  /** What every connection of the kind is asked for with. */
  #dialRequest(
    target: Target,
    settings: Settings,
    choice: ProxyChoice,
  ): Omit<DialRequest, "timeouts" | "signal" | "onPhase"> {
    const { scheme, host, port } = target;
    const { identity, sni, socketPath, userAgent } = settings.options;
    return {
      scheme,
      host,
      port,
      policy: settings.policy,
      name: identity,
      sni,
      alpn: ["http/1.1"],
      proxy: choice.proxy,
      startTls: undefined,
      allow: this.#poolOptions.allow,
      socketPath,
      addressRules: addressRulesOf(settings),
      sessions: this.#sessions,
      userAgent: userAgent ?? undefined,
      watch: undefined,
    };
  }
}

showAs(Client.prototype, "Client", (client) => client.toJSON());

function tellRetired(
  { id, unsolicited }: Connection,
  {
    origin,
    reason,
    onEvent,
  }: { readonly origin: string; readonly reason: string; readonly onEvent: EventListener | undefined },
): void {
  if (unsolicited !== undefined)
    tell(onEvent, () => ({ kind: "unsolicited", origin, connection: id, bytes: unsolicited.bytes }));
  tell(onEvent, () => ({ kind: "retired", origin, connection: id, reason }));
}

function addressRulesOf({ options: { resolve, lookup, family } }: Settings): AddressRules {
  return { resolve, lookup, family };
}

function poolOptions(options: Own<ClientOptions>): PoolOptions {
  return {
    connections: options.connections ?? clientLimits.connectionsPerOrigin.value,
    waiting: options.waiting ?? clientLimits.waitingPerOrigin.value,
    pipelining: options.pipelining ?? clientLimits.pipelining.value,
    idleMs: options.idleMs ?? clientLimits.idleMs.value,
    lifetimeMs: options.lifetimeMs ?? clientLimits.lifetimeMs.value,
    limits: options.limits,
    allow: options.allow,
  };
}
