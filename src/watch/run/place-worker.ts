/**
 * A worker of a place: visits the shards that its queue gives it, and writes down what it saw and what that means. It has no
 * page, no list and no channels of its own: endpoints and bundles are in the store, and what is to be told goes there.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "../../client/index.ts";
import type { Decision, Visit, WatchedBundle, WatchedEndpoint } from "../../fleet/index.ts";
import { closeAll } from "../close-all.ts";
import type { Config } from "../config/schema.ts";
import { workLimits } from "../limits.ts";
import { runWorker, type VisitRound } from "../queue/run-worker.ts";
import type { Work } from "../queue/work.ts";
import { Diagnoses } from "../rounds/diagnoses.ts";
import { Patience } from "../rounds/patience.ts";
import type { Store } from "../store/port.ts";
import { Turns, Visitor } from "../visit/index.ts";
import { WatchError } from "../watch-error.ts";
import { awaitStore } from "./await-store.ts";
import { Clock } from "./clock.ts";
import { ClockedVisits } from "./clocked-visits.ts";
import { FixedParts } from "./fixed-parts.ts";
import { checkMany, type Many, manyOf, openPlace } from "./many.ts";
import { openStore } from "./open-store.ts";
import type { RunPorts } from "./ports.ts";
import { sayChanges } from "./say-changes.ts";
import { decisionsBy, type Setup } from "./setup.ts";
import { visitSettings } from "./visit-settings.ts";

const fixedParts = ["store", "queue", "places", "roots"] as const satisfies readonly (keyof Config)[];

interface Opened {
  readonly place: string;
  readonly client: Client;
  readonly store: Store;
  readonly work: Work;
  readonly bundles: readonly WatchedBundle[];
}

export class PlaceWorker {
  readonly #ports: RunPorts;
  readonly #place: string;
  readonly #client: Client;
  readonly #store: Store;
  readonly #work: Work;
  readonly #visits: ClockedVisits;
  readonly #turns = new Turns();
  /** As it was at the start. */
  readonly #fixed: FixedParts;
  #config: Config;
  #bundles: readonly WatchedBundle[];
  /** Made anew where bundles or the configuration change, with the same turns: servers are asked no more often for it. */
  #visitor: Visitor | undefined;
  #decide: Setup["decide"] | undefined;

  private constructor(config: Config, ports: RunPorts, { place, client, store, work, bundles }: Opened) {
    this.#config = config;
    this.#fixed = new FixedParts(config, fixedParts);
    this.#ports = ports;
    this.#place = place;
    this.#client = client;
    this.#store = store;
    this.#work = work;
    this.#bundles = bundles;
    this.#visits = new ClockedVisits(new Clock(ports.now, ports.log));
  }

  /** Reads and checks what a worker needs, and opens nothing. @throws WatchError */
  static async check(config: Config, ports: RunPorts, place: string): Promise<Many> {
    const many = manyOf(config, ports);
    if (many === undefined)
      throw new WatchError("A worker takes its work from a queue, and the configuration names none.", {
        hint: "queue: { redis: { env: MEERKAT_QUEUE } }, or postgres in place of redis.",
      });
    if (!many.places.includes(place))
      throw new WatchError(
        `${JSON.stringify(place)} is not one of the configuration's places: ${many.places.join(", ")}.`,
        { hint: "Visits are made from the places that the watch itself knows." },
      );
    await checkMany(many);
    return many;
  }

  /** Waits for the store and the queue. @throws WatchError for whatever cannot be used */
  static async open(
    config: Config,
    ports: RunPorts,
    { place, signal }: { readonly place: string; readonly signal: AbortSignal },
  ): Promise<PlaceWorker> {
    const many = await PlaceWorker.check(config, ports, place);
    const { log, trust, environment } = ports;
    const store = await awaitStore({ open: () => openStore(config, ports), log, signal });
    const client = new Client({ ...trust, environment });
    try {
      const bundles = await store.bundles();
      const work = await openPlace(many, place, { client, log, signal });
      return new PlaceWorker(config, ports, { place, client, store, work, bundles });
    } catch (error) {
      await closeAll([() => client.close(), () => store.close()]).catch(() => undefined);
      throw error;
    }
  }

  /** Visits until `signal` ends. What was visited is written then, and the rest given back. */
  async run(signal: AbortSignal): Promise<void> {
    const { now, log, askWhy } = this.#ports;
    const diagnoses = new Diagnoses({ store: this.#store, ask: askWhy, now, log, signal });
    const worker = runWorker({
      work: this.#work,
      store: this.#store,
      linesOf: (endpoint) => this.#visitorFor(signal).linesOf(endpoint),
      visit: (endpoint, round) => this.#visit(endpoint, round, signal),
      decide: (history, visit) => this.#decideBy()(history, visit),
      onDecision: (decision, endpoint) => this.#onDecision(decision, endpoint, diagnoses),
      random: Math.random,
      now,
      log,
    });
    try {
      await this.#learnBundles(signal);
    } finally {
      await closeAll([
        () => worker.stop(),
        () => diagnoses.settled(),
        () => this.#work.close(),
        () => this.#client.close(),
        () => this.#store.close(),
      ]);
    }
  }

  /** Takes the configuration's rules, and how visits are made. Where a fixed part is another than at the start, that is said. */
  reload(config: Config): void {
    const { log } = this.#ports;
    this.#config = config;
    this.#renew();
    log({ level: "info", event: "reloaded", sentence: "The configuration was read again." });
    this.#fixed.sayChanged(config, log);
  }

  #visit(
    endpoint: WatchedEndpoint,
    { run, mayTouch, signal: own }: VisitRound,
    signal: AbortSignal,
  ): Promise<Visit | undefined> {
    const visitor = this.#visitorFor(signal);
    return this.#visits.make(endpoint, () => visitor.visitWithin(endpoint, { run, mayTouch, signal: own }));
  }

  /** `shard`'s own signal ends the visits: this one is for good. */
  #visitorFor(signal: AbortSignal): Visitor {
    const sources = { place: this.#place, bundles: this.#bundles };
    return (this.#visitor ??= new Visitor(visitSettings(this.#config, sources, this.#ports), {
      signal,
      turns: this.#turns,
    }));
  }

  #decideBy(): Setup["decide"] {
    return (this.#decide ??= decisionsBy(this.#config, this.#bundles, this.#ports));
  }

  #onDecision(decision: Decision, endpoint: WatchedEndpoint, diagnoses: Diagnoses): void {
    sayChanges(decision, endpoint.name, this.#ports.log);
    if (decision.asksWhy) diagnoses.want(endpoint);
  }

  /** Ends when `signal` does. */
  async #learnBundles(signal: AbortSignal): Promise<void> {
    const patience = new Patience({ log: this.#ports.log, signal });
    while (!signal.aborted) {
      await pause(workLimits.bundlesMs.value, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const bundles = await patience.with("bundles", () => this.#store.bundles());
      if (bundles === undefined || namesOf(bundles) === namesOf(this.#bundles)) continue;
      this.#bundles = bundles;
      this.#renew();
    }
  }

  #renew(): void {
    this.#visitor = undefined;
    this.#decide = undefined;
  }
}

/** The same for the same bundles with the same files. */
function namesOf(bundles: readonly WatchedBundle[]): string {
  return JSON.stringify(bundles.map(({ id, label, device, digest }) => [id, label, device, digest]));
}
