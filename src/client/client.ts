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
  type Target,
  Unasked,
} from "../core/index.ts";
import { SessionStore } from "../admission/index.ts";
import { environmentHere } from "../runtime/index.ts";
import { dial, type DialPhase, type DialRequest, type StreamLink } from "../net/index.ts";
import type { Call } from "./pool/call.ts";
import { askable, speakOver } from "./pool/connection-over.ts";
import { tell, type EventListener } from "./events.ts";
import { followEvents } from "./event-stream/follow.ts";
import type { EventStreamOptions, ServerEvent } from "./event-stream/server-event.ts";
import { FirstHeads } from "./journey/first-head.ts";
import { withMethod } from "./journey/method.ts";
import { cacheAround } from "./cache/around.ts";
import { middlewareAround, passageThrough, type Around, type Surrounded } from "./middleware/around.ts";
import type { Innermost } from "./middleware/innermost.ts";
import type { Passage } from "./middleware/run.ts";
import type { ItemOptions, PageOptions } from "./pages/page-options.ts";
import { pagesOrItems } from "./pages/paginate.ts";
import { Targets } from "./targets.ts";
import { Journey, type Travel } from "./journey/journey.ts";
import { clientLimits } from "./limits.ts";
import { openingLimits } from "./pool/opening-limits.ts";
import {
  clientChecks,
  naming,
  type ClientOptions,
  type Environment,
  type RequestOptions,
} from "./options/options.ts";
import { extendOptions } from "./extend.ts";
import type { ConnectOptions, StartTlsOptions } from "./options/connect-options.ts";
import { requireDestination } from "./destination.ts";
import { Openings } from "./openings.ts";
import { addressRulesOf, Questions, type Choose } from "./questions.ts";
import { noWords, readRequest } from "./options/request-options.ts";
import { Pool, type OpenedLink, type PoolOptions, type SpokenThere } from "./pool/pool.ts";
import type { PooledConnection } from "./pool/pooled-connection.ts";
import { chooseProxy, type ProxyChoice } from "./pool/proxy-choice.ts";
import { refuseStatus, type Response } from "./response.ts";
import type { Asked } from "./journey/redirects.ts";
import { traceOpening } from "./tracing/opening-trace.ts";
import { Routes, type Route } from "./pool/routes.ts";
import { openWebsocket } from "./websocket/open-websocket.ts";
import type { VerifiedWebSocket } from "./websocket/verified-websocket.ts";
import type { WebSocketOptions } from "./websocket/websocket-options.ts";
import { UnderWay } from "./pool/under-way.ts";
import type { Way } from "./pool/way.ts";
import { offeredFor } from "./options/protocol.ts";
import { SettingsCompiler, type Settings } from "./options/settings.ts";

/** What all requests of a client share; for the adapters. */
export let optionsOf: (client: Client) => Settings["options"];
/** Sends a request by another way than the client's own connections; for the adapters. */
export let requestBy: (way: Way, client: Client, url: string, options: RequestOptions) => Promise<Response>;

/** Sends a request. */
export type Send = (url: string | URL, options?: RequestOptions) => Promise<Response>;
/** Sends a request whose method the call names. */
export type Ask = (url: string | URL, options?: Omit<RequestOptions, "method">) => Promise<Response>;

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
  /** What it was made with, for a client that is to be like it. */
  readonly #read: Own<ClientOptions>;
  readonly #poolOptions: PoolOptions;
  readonly #environment: Environment;
  readonly #settings: SettingsCompiler;
  readonly #sessions = new SessionStore();
  readonly #targets: Targets;
  readonly #routes = new Routes();
  readonly #spoken = new RecentMap<string, SpokenThere>(clientLimits.parsedTargets.value);
  readonly #questions: Questions;
  readonly #openings: Openings;
  /** What has no end but `client-closed` once the client is closed: sockets that are opened for callers, requests to be sent. */
  readonly #beginning = new UnderWay();
  /** What may come to its end all the same: questions, answers whose cookies are kept. */
  readonly #ending = new UnderWay();
  readonly #travel: Travel;
  /** What stands next to the connections. */
  readonly #innermost: readonly Innermost[];
  #closed = false;

  static {
    optionsOf = (client: Client): Settings["options"] =>
      client.#settings.settingsFor(client, undefined).options;
    requestBy = async (way, client, url, options) =>
      client.#send(url, options, undefined, client.#travelBy(way));
  }

  /** @throws HttpsError `option-unknown`, `option-invalid` */
  constructor(options: ClientOptions = {}) {
    const read = readOptions(options, clientChecks, naming);
    this.#read = read;
    this.#innermost = cacheAround(read.cache);
    this.#targets = new Targets(read.baseUrl);
    this.#environment = read.environment ?? environmentHere;
    this.#settings = new SettingsCompiler(read, this.#environment);
    this.#poolOptions = poolOptions(read);
    const choose: Choose = (target, settings) => this.#choose(target, settings);
    this.#questions = new Questions({
      environment: this.#environment,
      reading: this.#poolOptions,
      choose,
    });
    this.#openings = new Openings({
      settings: this.#settings,
      sessions: this.#sessions,
      questions: this.#questions,
      underWay: this.#beginning,
      choose,
      dialRequest: (target, settings, choice) => this.#dialRequest(target, settings, choice),
      needOpen: (host) => this.#needOpen(host),
    });
    this.#travel = {
      spentMs: 0,
      heads: new FirstHeads(read.headers),
      beginning: this.#beginning,
      ending: this.#ending,
      dispatch: (call, target, settings) => this.#dispatch(call, target, settings),
      proxyFor: (target, settings) =>
        this.#routes.get(target, settings)?.choice ?? this.#choose(target, settings),
      inquire: (asked, settings, error) => this.#questions.inquire(asked, settings, { error, changes: {} }),
      explain: (asked, settings) => this.#questions.explain(asked, settings),
    };
  }

  /**
   * Sends a request and gives its response as soon as the head is there. A status is a result, not an error. Like the verbs, it
   * can be taken from its client and called alone.
   * @throws HttpsError, exactly once, with the stage that failed
   */
  readonly request: Send = (url, options) => this.#send(url, options, undefined);
  /** `request()` with the method GET. */
  readonly get: Ask = (url, options) => this.#send(url, options, "GET");
  /** `request()` with the method HEAD. */
  readonly head: Ask = (url, options) => this.#send(url, options, "HEAD");
  /** `request()` with the method POST. */
  readonly post: Ask = (url, options) => this.#send(url, options, "POST");
  /** `request()` with the method PUT. */
  readonly put: Ask = (url, options) => this.#send(url, options, "PUT");
  /** `request()` with the method PATCH. */
  readonly patch: Ask = (url, options) => this.#send(url, options, "PATCH");
  /** `request()` with the method DELETE. */
  readonly delete: Ask = (url, options) => this.#send(url, options, "DELETE");

  /**
   * The events of a stream (HTML §9.2, `EventSource`), asked for by GET unless the options say otherwise. It is asked for again
   * when it ends or breaks, with the ID of the last event; 204 ends it, and anything but a 200 with an event stream is an error.
   * Leaving the loop closes it. Needs the package eventsource-parser beside this one.
   * @throws HttpsError `event-stream-refused`, `package-missing`, `event-too-large`, and what a request can end in
   *
   * @example
   * for await (const { event, data } of client.events("https://example.com/news")) console.log(event, data);
   */
  events(url: string | URL, options: EventStreamOptions = {}): AsyncGenerator<ServerEvent, void, undefined> {
    return followEvents((changed) => this.request(url, changed), options);
  }

  /**
   * The responses of pages that follow one another, by `Link: <...>; rel="next"` (RFC 8288) or by the option `next`; with
   * `items`, what is on them. Each page is asked for when the loop comes to it, and with the options of the first; one of another
   * origin is not, unless `origins` names it.
   * @throws HttpsError `page-elsewhere page-loop page-invalid too-many-pages`, and what a request can end in
   *
   * @example
   * for await (const page of client.paginate("https://api.example/users?per_page=100")) console.log(await page.json());
   */
  paginate<T>(url: string | URL, options: ItemOptions<T>): AsyncGenerator<T, void, undefined>;
  paginate(url: string | URL, options?: PageOptions): AsyncGenerator<Response, void, undefined>;
  paginate(
    url: string | URL,
    options: PageOptions | ItemOptions<unknown> = {},
  ): AsyncGenerator<unknown, void, undefined> {
    return pagesOrItems(
      { ask: this.request, targetOf: (place, query) => this.#targets.of(place, query) },
      url,
      options,
    );
  }

  /**
   * A client with the same options and others in their place; fields are added to, deadlines too. It keeps connections of its
   * own, and is closed on its own: make it once, not for each request.
   * @throws HttpsError `option-unknown`, `option-invalid`
   *
   * @example
   * const api = client.extend({ baseUrl: "https://api.example/v1", headers: { accept: "application/json" } });
   */
  extend(options: ClientOptions): Client {
    return new Client(extendOptions(this.#read, readOptions(options, clientChecks, naming)));
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
    return this.#openings.connect(
      requireDestination(url, (web) => this.#targets.of(web)),
      options,
    );
  }

  /**
   * A WebSocket (RFC 6455) over a connection that both keys admitted, with the standard's interface and what is beside it: `opened`,
   * `trust`, a loop over its messages. It shares a connection of HTTP/2 that the client has, where the server takes that (RFC 8441);
   * otherwise it goes out by HTTP/1.1 over one of its own, by the client's proxy. It has the client's fields and credentials; `ws:` is
   * plain as `http:` is. A redirect is not followed. It ends with its client.
   * @throws HttpsError of stage `url`, `option-unknown`, `option-invalid`, `client-closed`; whatever else fails is the WebSocket's
   * `error`, and rejects `opened`: `websocket-refused` with the status, and what `connect()` can end in
   *
   * @example
   * const socket = await client.websocket("wss://example.com/chat", { protocols: "chat" }).opened;
   * socket.send("hello");
   * for await (const message of socket) console.log(message);
   */
  websocket(url: string | URL, options: WebSocketOptions = {}): VerifiedWebSocket {
    const { beginning, ending, heads } = this.#travel;
    return openWebsocket(
      {
        beginning,
        ending,
        heads,
        settings: this.#settings,
        reading: this.#poolOptions,
        targetOf: (place, query) => this.#targets.of(place, query),
        connect: (destination, said) => this.#openings.connect(destination, said),
        share: (call, target, settings) => this.#routes.get(target, settings)?.pool.share(call) ?? false,
        dispatch: (call, target, settings) => this.#dispatch(call, target, settings),
        needOpen: (host) => this.#needOpen(host),
      },
      url,
      options,
    );
  }

  /**
   * TLS on a connected socket of the caller's, admitted by both keys like the client's own. The caller has had the protocol's
   * dialogue, or names the `protocol` and leaves it to this. The socket is used up, and closed wherever this fails: also where
   * it, or an option, is refused before anything is begun.
   * @throws HttpsError of stage `tls trust timeout`; `starttls-injection` where bytes were there before TLS
   *
   * @example
   * const { socket } = await client.startTls(plain, { servername: "mail.example" });
   */
  async startTls(socket: Socket, options: StartTlsOptions): Promise<StreamLink> {
    return this.#openings.startTls(socket, options);
  }

  /**
   * Finds out everything about a URL as this client meets it, over new connections: who vouches for the server, what it
   * answers, and what would be refused. `GET` and `HEAD` alone are sent; of what `connect()` takes besides web sites, it is
   * TLS that is looked at, and what comes before it.
   * @throws HttpsError of stage `url`, and for options that it cannot honour
   */
  async why(url: string | URL, options: RequestOptions = {}): Promise<ErrorReport<"why">> {
    const { parts, shared } = readRequest(options);
    const query = parts.query;
    const { target, endpoint } = this.#targets.isOwn(url)
      ? { target: this.#targets.of(url, query), endpoint: undefined }
      : requireDestination(url, (web) => this.#targets.of(web, query));
    this.#needOpen(target.host);
    const settings = this.#settings.settingsFor(options, shared);
    const { method = "GET", headers: given } = parts;
    const fields = this.#travel.heads.firstFields(target, settings, { method, body: undefined, given });
    const asked: Asked = { target, method, fields, body: { kind: "none" } };
    return this.#ending.run({ host: target.host, signal: parts.signal }, (signal) =>
      this.#questions.explain(asked, settings, { signal, endpoint }),
    );
  }

  /**
   * Lets requests under way end, closes everything else. A body that nobody began to read is not waited for longer than a
   * second; one that was begun and is not read on, for as long as `timeouts.unreadBodyMs` says.
   */
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

  #send(
    url: string | URL,
    options: RequestOptions | undefined,
    method: string | undefined,
    travel: Travel = this.#travel,
  ): Promise<Response> {
    // Not `async`: a promise around the journey's own would be a second one, and three more turns of the queue.
    try {
      const { parts: said, shared } = options === undefined ? noWords : readRequest(options);
      const target = this.#targets.of(url, said.query);
      this.#needOpen(target.host);
      const settings = this.#settings.settingsFor(options ?? this, shared);
      const parts = method === undefined ? said : withMethod(said, method);
      const around = middlewareAround(
        this.#read.middleware,
        parts.middleware,
        // What goes another way was not vouched for as the client's own policy asks.
        travel === this.#travel ? this.#innermost : [],
      );
      const answer =
        around === undefined
          ? new Journey(travel, target, parts, settings).run()
          : this.#passage(around, { target, parts, settings }, travel).run({
              url: target.href,
              options: { ...options, query: undefined },
              method,
            });
      return settings.options.throwOnStatus === true ? answer.then(refuseStatus) : answer;
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  #passage(around: Around, asked: Surrounded, travel: Travel): Passage {
    return passageThrough(around, asked, {
      clientFields: this.#read.headers,
      settings: this.#settings,
      travel,
      targetOf: (url, query) => this.#targets.of(url, query),
      needOpen: (host) => this.#needOpen(host),
      why: (url, options) => this.why(url, options),
    });
  }

  #travelBy(way: Way): Travel {
    return {
      ...this.#travel,
      proxyFor: () => ({ proxy: undefined, rule: "another way than the client's connections" }),
      dispatch: (call, target, settings) => {
        const closed = (): HttpsError => new HttpsError("client-closed", { host: target.host });
        if (this.#closed) {
          call.fail(closed());
          return { withdraw: () => {} };
        }
        const carried = way(call, target, settings);
        void this.#ending.hold(carried.over, () => carried.end(closed()));
        return carried;
      },
      inquire: async (_asked, _settings, error) =>
        new Unasked(
          error,
          "Nothing was asked again: the request did not go by a connection of the client's.",
        ),
    };
  }

  /** @throws HttpsError `client-closed` */
  #needOpen(host: string): void {
    if (this.#closed) throw new HttpsError("client-closed", { host });
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
    const listeners = new WeakMap<PooledConnection, EventListener>();
    const pool = new Pool(this.#poolOptions, {
      spoken: this.#spokenAt(target, settings),
      // Requests share what a connection must be like. How long one is waited for, and who hears of it, is each one's own.
      open: (call, signal) => {
        const { timeouts, asker } = call.outgoing;
        const onPhase = (phase: DialPhase): void => {
          call.opening = phase;
          tell(asker.onEvent, () => ({ kind: "phase", origin, phase }));
        };
        const dialled = { ...request, timeouts: openingLimits(timeouts), signal, onPhase };
        return traceOpening(target, request.sni, () => this.#open(dialled, settings));
      },
      onOpened: (connection, { outgoing: { asker } }, because) => {
        const { onEvent } = asker;
        if (onEvent !== undefined) listeners.set(connection, onEvent);
        const { id, link, protocol } = connection;
        const trust = link.trust.kind;
        tell(onEvent, () => ({ kind: "connected", origin, connection: id, trust, protocol, because }));
      },
      onRetired: (connection, reason) =>
        tellRetired(connection, { origin, reason, onEvent: listeners.get(connection) }),
      onEmpty: () => this.#routes.remove(target, settings, route),
    });
    const route: Route = { pool, choice };
    this.#routes.add(target, settings, route);
    return route;
  }

  /** Opens one over which can be spoken what is chosen there. */
  async #open(request: Omit<DialRequest, "alpn">, settings: Settings): Promise<OpenedLink> {
    const protocol = await askable(settings.protocol);
    const link = await dial({ ...request, alpn: offeredFor(protocol) });
    try {
      return { link, speak: await speakOver(link, protocol, this.#poolOptions) };
    } catch (error) {
      link.socket.destroy();
      // Found out by that: once more, for what can be spoken.
      if ((await askable(protocol)) !== protocol) return this.#open(request, settings);
      throw error;
    }
  }

  /** What is spoken there outlives the connections. */
  #spokenAt({ scheme, origin }: Target, { protocol, connectionKey }: Settings): SpokenThere {
    if (protocol !== "auto") return { protocol };
    if (scheme === "http") return { protocol: "http/1.1" };
    const key = JSON.stringify([origin, connectionKey]);
    const known = this.#spoken.get(key) ?? { protocol: undefined };
    this.#spoken.set(key, known);
    return known;
  }

  #choose(target: Target, settings: Settings): ProxyChoice {
    const { proxy: option, socketPath } = settings.options;
    if (socketPath !== undefined) return { proxy: undefined, rule: "the option socketPath" };
    return chooseProxy({ target, option, environment: this.#environment, policy: settings.proxyPolicy });
  }

  /** What every connection of the kind is asked for with; what is spoken on it is another question. */
  #dialRequest(
    target: Target,
    settings: Settings,
    choice: ProxyChoice,
  ): Omit<DialRequest, "alpn" | "timeouts" | "signal" | "onPhase"> {
    const { scheme, host, port } = target;
    const { identity, sni, socketPath, userAgent } = settings.options;
    return {
      scheme,
      host,
      port,
      policy: settings.policy,
      name: identity,
      sni,
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
  { id, unsolicited }: PooledConnection,
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

function poolOptions(options: Own<ClientOptions>): PoolOptions {
  return {
    connections: options.connections ?? clientLimits.connectionsPerOrigin.value,
    waiting: options.waiting ?? clientLimits.waitingPerOrigin.value,
    pipelining: options.pipelining ?? clientLimits.pipelining.value,
    idleMs: options.idleMs,
    lifetimeMs: options.lifetimeMs ?? clientLimits.lifetimeMs.value,
    pingMs: options.pingMs ?? clientLimits.pingMs.value,
    limits: options.limits,
    allow: options.allow,
  };
}
