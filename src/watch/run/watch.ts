/**
 * A watch: what is due is visited, written down, told and shown, until it is stopped. On one machine it visits by itself; with
 * a queue, the workers of each place do. Each part can end at any moment, for what matters is in the store.
 */
import { Client } from "../../client/index.ts";
import { renderCount } from "../../core/index.ts";
import type { Decision, EndpointHistory, Visit, WatchedEndpoint } from "../../fleet/index.ts";
import type { Config } from "../config/schema.ts";
import { settingsOf, spanOr } from "../config/settings.ts";
import { explainBad } from "../list/index.ts";
import { checkPage, openPage, type Page, type PageOptions } from "../page/index.ts";
import { Diagnoses } from "../rounds/diagnoses.ts";
import { Rounds } from "../rounds/rounds.ts";
import type { Work } from "../queue/work.ts";
import type { Store } from "../store/port.ts";
import { Pump } from "../tell/index.ts";
import { Turns, Visitor } from "../visit/index.ts";
import { WatchError } from "../watch-error.ts";
import { accessOf } from "./access.ts";
import { awaitStore, lateStore } from "./await-store.ts";
import { claimStore } from "./claim.ts";
import { Clock } from "./clock.ts";
import { FixedParts } from "./fixed-parts.ts";
import { forgetPast } from "./forget-past.ts";
import { runLimits } from "./limits.ts";
import { Listeners } from "./listeners.ts";
import { checkMany, type Many, manyOf, openPlace } from "./many.ts";
import { OneByOne } from "./one-by-one.ts";
import { checkStore, openStore } from "./open-store.ts";
import type { RunPorts } from "./ports.ts";
import { Runs } from "./runs.ts";
import { sayChanges } from "./say-changes.ts";
import { secretsOf } from "./secrets.ts";
import { readSetup, type Setup } from "./setup.ts";
import { checkChannels, openChannels } from "./tellers.ts";
import { checkWay, visitSettings } from "./visit-settings.ts";

/** The name of the place where one machine visits from. */
const usualPlace = "here";
const usualListen = "127.0.0.1:8080";

const fixedParts = [
  "store",
  "place",
  "listen",
  "token",
  "behindProxy",
  "proxyFrom",
  "publicUrl",
  "roots",
  "queue",
  "places",
] as const satisfies readonly (keyof Config)[];

export class Watch {
  readonly #ports: RunPorts;
  readonly #store: Store;
  readonly #place: string;
  /** Where there is a queue: this process visits nobody. */
  readonly #many: Many | undefined;
  readonly #startedAt: number;
  readonly #news = new Listeners();
  readonly #clock: Clock;
  readonly #client: Client;
  /** What counts until the watch ends, whatever is read again. */
  readonly #started: Config;
  readonly #fixed: FixedParts;
  readonly #reloads = new OneByOne();
  #config: Config;
  #setup: Setup;
  #endpoints: ReadonlyMap<string, WatchedEndpoint>;
  #pump: Pump | undefined;
  #page: Page | undefined;
  #rounds: Rounds | undefined;
  #runs: Runs | undefined;
  /** Made anew after a reload, with the same turns: servers are asked no more often for it. */
  #visitor: Visitor | undefined;
  readonly #turns = new Turns();

  private constructor(
    config: Config,
    ports: RunPorts,
    { store, setup, many }: { readonly store: Store; readonly setup: Setup; readonly many: Many | undefined },
  ) {
    const { now, log, environment, trust } = ports;
    this.#started = config;
    this.#fixed = new FixedParts(config, fixedParts);
    this.#config = config;
    this.#ports = ports;
    this.#store = store;
    this.#setup = setup;
    this.#endpoints = byId(setup.endpoints);
    this.#place = config.place ?? usualPlace;
    this.#many = many;
    this.#startedAt = now();
    this.#clock = new Clock(now, log);
    this.#client = new Client({ ...trust, environment });
  }

  /** Reads and checks everything, and opens nothing. @throws WatchError */
  static async check(config: Config, ports: RunPorts): Promise<Setup> {
    if (config.publicUrl !== undefined) checkPublicUrl(config.publicUrl);
    checkPage(await pageOf(config, ports));
    const many = manyOf(config, ports);
    if (many !== undefined) await checkMany(many);
    await checkStore(config, ports);
    await checkChannels(config, ports);
    const setup = await readSetup(config, ports);
    checkWay(config, setup, ports);
    return setup;
  }

  /**
   * Reads what is configured, and opens the page and the store, for which it waits where a `signal` may end that. @throws WatchError for
   * whatever cannot be used
   */
  static async open(config: Config, ports: RunPorts, signal?: AbortSignal): Promise<Watch> {
    const setup = await Watch.check(config, ports);
    const many = manyOf(config, ports);
    const late = lateStore();
    const watch = new Watch(config, ports, { store: late.store, setup, many });
    const open = (): Promise<Store> => openStore(config, ports);
    try {
      // Whoever asks whether this is alive, and ready, is answered while the store is waited for.
      await watch.#openPage();
      late.arrive(await (signal === undefined ? open() : awaitStore({ open, log: ports.log, signal })));
      await watch.#claim(config, setup);
      await watch.#apply(config, setup);
    } catch (error) {
      await watch.#close();
      throw error;
    }
    return watch;
  }

  /** Where the page is: `http://127.0.0.1:8080/`; `undefined` where none is wanted. */
  get url(): string | undefined {
    return this.#page?.url;
  }

  get setup(): Setup {
    return this.#setup;
  }

  /** Visits, tells and shows until `signal` ends, or with `once` until nothing is due. Everything that was visited is written then. */
  async run(signal: AbortSignal, { once = false }: { readonly once?: boolean } = {}): Promise<void> {
    const many = this.#many;
    if (!once) this.#pump?.start();
    const ending = new AbortController();
    const forgetting = forgetPast({
      store: this.#store,
      keepMs: () => spanOr(this.#config.keep, runLimits.keepMs.value),
      now: this.#ports.now,
      log: this.#ports.log,
      signal: AbortSignal.any([signal, ending.signal]),
    });
    try {
      await (many === undefined ? this.#visitHere(signal, once) : this.#visitFrom(many, signal));
    } finally {
      ending.abort();
      await forgetting;
      await this.#close();
    }
  }

  async #visitHere(signal: AbortSignal, once: boolean): Promise<void> {
    const { now, log, askWhy } = this.#ports;
    const diagnoses = new Diagnoses({ store: this.#store, ask: askWhy, now, log, signal });
    const rounds = new Rounds({
      store: this.#store,
      place: this.#place,
      visit: (endpoint, run) => (this.#visitor ??= this.#newVisitor(signal)).visit(endpoint, run),
      // A reload changes what decides.
      decide: (history: EndpointHistory, visit: Visit) => this.#setup.decide(history, visit),
      onDecision: (decision) => this.#onDecision(decision, diagnoses),
      isClockRight: (visit, endpoint) => {
        if (visit !== undefined && endpoint !== undefined) this.#clock.learn(visit, endpoint.host);
        return this.#clock.isRight();
      },
      now,
      log,
    });
    this.#rounds = rounds;
    try {
      await rounds.run(signal, { once });
      if (once) await Promise.all([this.#pump?.drain(), diagnoses.settled()]);
    } finally {
      await diagnoses.settled();
    }
  }

  async #visitFrom(many: Many, signal: AbortSignal): Promise<void> {
    const { now, log } = this.#ports;
    const works: Work[] = [];
    try {
      for (const place of many.places)
        works.push(await openPlace(many, place, { client: this.#client, log, signal }));
      this.#runs = new Runs({
        works,
        store: this.#store,
        everyMs: () => settingsOf(this.#config).everyMs,
        now,
        log,
        onLook: () => this.#news.tell(),
      });
      await this.#runs.run(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await Promise.all(works.map((work) => work.close()));
    }
  }

  /**
   * Takes another configuration, or the same one with its files as they are now, after those that are being taken already. With a
   * fault in it, nothing changes; at the end of the watch, neither.
   */
  async reload(config: Config): Promise<void> {
    await this.#reloads.run(() => this.#reload(config));
  }

  async #reload(config: Config): Promise<void> {
    const setup = await Watch.check(config, this.#ports);
    await this.#claim(config, setup);
    await this.#apply(config, setup);
    this.#rounds?.lookAgain();
    const sentence = `The configuration was read again: ${renderCount(setup.endpoints.length, "endpoint")}.`;
    this.#ports.log({ level: "info", event: "reloaded", sentence });
    this.#fixed.sayChanged(config, this.#ports.log);
  }

  /** @throws WatchError for the store of another */
  async #claim(config: Config, setup: Setup): Promise<void> {
    const name = `${this.#place} ${new Date(this.#startedAt).toISOString()}`;
    await claimStore({ store: this.#store, name, config, setup, ports: this.#ports });
  }

  /** Puts a setup in its place: once the store has it, and not before. */
  async #apply(config: Config, setup: Setup): Promise<void> {
    const { log, now } = this.#ports;
    for (const sentence of explainBad(setup.bad)) log({ level: "warning", event: "bad-line", sentence });
    const channels = await openChannels({
      alerts: config.alerts,
      client: this.#client,
      secretOf: secretsOf(this.#ports),
      linkTo: ({ endpoint }) => linkTo(this.#started.publicUrl, endpoint.id),
      now,
    });
    await this.#store.setEndpoints(setup.endpoints);
    await this.#store.setBundles(setup.bundles);
    await this.#store.setChannels(channels.map(({ name }) => name));
    this.#config = config;
    this.#setup = setup;
    this.#endpoints = byId(setup.endpoints);
    this.#visitor = undefined;
    const before = this.#pump;
    const pump = new Pump({ store: this.#store, channels, clock: now, random: Math.random, log });
    this.#pump = pump;
    if (before === undefined) return;
    await before.stop();
    pump.start();
  }

  async #openPage(): Promise<void> {
    const { publicUrl } = this.#config;
    const { now, log } = this.#ports;
    this.#page = await openPage({
      store: this.#store,
      ...(await pageOf(this.#config, this.#ports)),
      ...(publicUrl === undefined ? {} : { hosts: [new URL(publicUrl).host] }),
      now,
      log,
      changes: this.#news,
      figures: () => ({
        visits: this.#many === undefined ? (this.#rounds?.visits ?? 0) : undefined,
        behindMs: this.#rounds?.behindMs ?? this.#runs?.behindMs ?? 0,
        startedAt: this.#startedAt,
      }),
    });
  }

  #newVisitor(signal: AbortSignal): Visitor {
    const sources = { place: this.#place, bundles: this.#setup.bundles };
    const settings = visitSettings(this.#config, sources, this.#ports);
    return new Visitor(settings, { signal, turns: this.#turns });
  }

  #onDecision({ endpoint, changes, asksWhy }: Decision, diagnoses: Diagnoses): void {
    const { log } = this.#ports;
    const watched = this.#endpoints.get(endpoint);
    this.#news.tell();
    if (changes.length > 0) this.#pump?.wake();
    sayChanges({ changes }, watched?.name ?? endpoint, log);
    if (asksWhy && watched !== undefined) diagnoses.want(watched);
  }

  async #close(): Promise<void> {
    await this.#reloads.close();
    await this.#page?.close();
    await this.#pump?.stop();
    await this.#client.close();
    await this.#store.close();
  }
}

/** Where the page listens, and who may look. */
async function pageOf(
  config: Config,
  ports: Pick<RunPorts, "pathOf" | "environment" | "readSecret">,
): Promise<Pick<PageOptions, "listen" | "access">> {
  return { listen: config.listen ?? usualListen, access: await accessOf(config, secretsOf(ports)) };
}

function byId(endpoints: readonly WatchedEndpoint[]): ReadonlyMap<string, WatchedEndpoint> {
  return new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
}

function linkTo(publicUrl: string | undefined, id: string): string | undefined {
  return publicUrl === undefined ? undefined : new URL(`endpoints/${id}`, withSlash(publicUrl)).href;
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

/** A public URL that is none is found before anything is told. @throws WatchError */
function checkPublicUrl(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  throw new WatchError(`publicUrl is not a URL of a web site: ${url}.`, {
    hint: "It is where people find the page: https://watch.example/.",
  });
}
