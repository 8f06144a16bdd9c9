/**
 * Where a survey's visits are kept: in a store, from which an interrupted run goes on, or in memory for as long as it runs.
 * Whatever is reported is read from here at the end, so that a run that was resumed says what one that was not says.
 */
import { createHash } from "node:crypto";
import {
  afterDecision,
  type Decision,
  type EndpointHistory,
  type EndpointSummary,
  type Visit,
  type WatchedBundle,
  type WatchedEndpoint,
} from "../../fleet/index.ts";
import type { BegunRun, Store } from "../../watch/index.ts";
import { renderIso } from "../devices/dates.ts";
import { CommandError } from "../frame/failure.ts";

/** From where a survey's visits are made. */
export const place = "here";

/** What is known of an endpoint after its visit. */
export interface Known {
  readonly history: EndpointHistory;
  readonly summary: EndpointSummary | undefined;
}

type Decide = (history: EndpointHistory, visit: Visit) => Decision;

export interface Keeping {
  readonly run: string;
  /** Those of the run that are not visited yet. */
  readonly unvisited: readonly WatchedEndpoint[];
  record(visits: readonly Visit[], decide: Decide): Promise<void>;
  /** `undefined` before its visit. */
  known(id: string): Promise<Known | undefined>;
}

export interface KeepRequest {
  readonly endpoints: readonly WatchedEndpoint[];
  readonly bundles: readonly WatchedBundle[];
  readonly now: number;
  /** Who is trusted: the same for the same roots. */
  readonly roots: string;
}

export function keepInMemory({ endpoints, now }: KeepRequest): Keeping {
  const kept = new Map<string, Known>();
  const listed = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  return {
    run: runName(now),
    unvisited: endpoints,
    async record(visits, decide) {
      for (const visit of visits) {
        const endpoint = listed.get(visit.endpoint);
        if (endpoint === undefined) continue;
        const history: EndpointHistory = { endpoint, facts: [], places: [], forecasts: [], alerts: [] };
        const decision = decide(history, visit);
        kept.set(endpoint.id, { history: afterDecision(history, decision), summary: decision.summary });
      }
    },
    known: async (id) => kept.get(id),
  };
}

export interface StoreKeepRequest extends KeepRequest {
  readonly store: Store;
  /** How people know the store. */
  readonly file: string;
  /** Whether the last run is gone on with. */
  readonly resume: boolean;
}

/** @throws CommandError where there is no run to go on with, where it was another one's, and for the store of a watch */
export async function keepInStore(request: StoreKeepRequest): Promise<Keeping> {
  const { store, endpoints, bundles, now, resume } = request;
  const last = await lastRun(request);
  const run = resume ? resumedRun(request, last) : runName(now);
  // Before anything of it is there: from here on, whatever ends this, --resume goes on with this run.
  if (!resume) await store.beginRun({ name: run, by: "survey", asked: JSON.stringify(askedBy(request)) });
  await store.setEndpoints(endpoints);
  await store.setBundles(bundles);
  return {
    run,
    unvisited: await unvisitedOf(store, run),
    record: async (visits, decide) => void (await store.record(visits, decide)),
    async known(id) {
      const view = await store.endpoint(id);
      return view?.history.places.some((mark) => mark.place === place && mark.run === run) === true
        ? { history: view.history, summary: view.summary }
        : undefined;
    },
  };
}

/** The run is known by its beginning. */
function runName(now: number): string {
  return `survey ${renderIso(now)}`;
}

const pageRows = 1_000;

/**
 * A survey puts its list in the place of the one before, which for a watch is what it watches: its store is left alone.
 * @throws CommandError
 */
async function lastRun({ store, file }: StoreKeepRequest): Promise<BegunRun | undefined> {
  const last = await store.lastRun();
  if (last?.by === "survey") return last;
  // What a watch of an earlier version keeps says of no run, and has a list all the same.
  const isEmpty = last === undefined && (await store.endpoints({ sort: "name", limit: 1 })).rows.length === 0;
  if (isEmpty) return undefined;
  throw new CommandError(`${file} is the store of a watch, whose list a survey would replace.`, {
    hint: "Name another file with -o; this one is left as it is.",
  });
}

/** What a run was asked, as digests. */
interface Asked {
  readonly list: string;
  readonly bundles: string;
  readonly roots: string;
}

function askedBy({ endpoints, bundles, roots }: KeepRequest): Asked {
  return {
    list: digestOf(endpoints.map(({ id }) => id)),
    bundles: digestOf(bundles.map(({ id, digest }) => `${id} ${digest}`)),
    roots: digestOf([roots]),
  };
}

function digestOf(parts: readonly string[]): string {
  return createHash("sha256").update(parts.toSorted().join("\n")).digest("hex");
}

/**
 * A run has one list, one set of bundles and one set of roots: with others, its report would be of some endpoints by one question and
 * of the rest by another, and whoever reads it could not tell. @throws CommandError
 */
function resumedRun(request: StoreKeepRequest, last: BegunRun | undefined): string {
  const { file } = request;
  if (last === undefined)
    throw new CommandError(`There is no run in ${file} to go on with.`, {
      hint: "Leave --resume out: a new run begins.",
    });
  const [then, now] = [JSON.parse(last.asked) as Asked, askedBy(request)];
  const others = [
    ...(then.list === now.list ? [] : ["another list"]),
    ...(then.bundles === now.bundles ? [] : ["other bundles"]),
    ...(then.roots === now.roots ? [] : ["other roots"]),
  ];
  if (others.length === 0) return last.name;
  throw new CommandError(`The ${last.name} in ${file} was begun with ${others.join(" and ")}.`, {
    hint: "Give --resume the same list, --bundle, --roots and --cacert as then, or leave it out: a new run begins.",
  });
}

async function unvisitedOf(store: Store, run: string): Promise<readonly WatchedEndpoint[]> {
  const all: WatchedEndpoint[] = [];
  for (;;) {
    const some = await store.unvisited({ run, place, after: all.at(-1)?.id, limit: pageRows });
    all.push(...some);
    if (some.length < pageRows) return all;
  }
}
