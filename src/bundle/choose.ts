/**
 * Chooses the smallest set of anchors under which every site verifies.
 *
 * Whether a site verifies under an anchor, and how long, is told from outside: the device decides the one, its path
 * the other (`lifetime.ts`). Anchors that do not last until the asked day are taken only where nothing lasts.
 */
import {
  asGiven,
  instant,
  listOf,
  needed,
  readOptions,
  renderList,
  wholeOrInfinity,
  type Checks,
} from "../core/index.ts";
import { findCover } from "./cover.ts";
import { type End, latestEnd } from "./lifetime.ts";
import { maxCoverNodes, maxCoverSites } from "./limits.ts";

/** One way to reach a site: an anchor under which the device verifies it, and when that ends. */
export interface Candidate {
  readonly anchor: string;
  readonly end: End;
}

/** A site with everything that would serve it. */
export interface SiteNeed {
  readonly site: string;
  readonly candidates: readonly Candidate[];
}

/** What an anchor costs on the device. */
export interface AnchorCost {
  readonly anchor: string;
  readonly bytes: number;
}

/** The sites with their candidates, what each anchor costs, and how long the choice is to last. */
export interface ChooseRequest {
  readonly sites: readonly SiteNeed[];
  readonly costs: readonly AnchorCost[];
  /** How long the choice is to last, epoch milliseconds. */
  readonly untilAt: number;
  /** Default: `maxCoverNodes`. */
  readonly maxNodes?: number;
}

const chooseChecks: Checks<ChooseRequest> = {
  sites: needed(listOf(asGiven())),
  costs: needed(listOf(asGiven())),
  untilAt: needed(instant),
  maxNodes: wholeOrInfinity(0),
};

/** How one site fares under the choice. */
export interface ServedSite {
  readonly site: string;
  /** Chosen anchors under which it verifies. */
  readonly anchors: readonly string[];
  /** When the last of them ends. */
  readonly end: End;
  /** Whether that is not before the asked day. */
  readonly lasts: boolean;
}

/** Why an anchor was chosen. */
export type Motive =
  /** No other candidate of these sites lasts as long as was asked, or there is no other at all. */
  | { readonly kind: "only-one"; readonly sites: readonly string[] }
  /** Others would do; this one belongs to the cheapest set. */
  | { readonly kind: "cheapest" }
  /** Nothing lasts until the asked day for these sites; this is what lasts longest. */
  | { readonly kind: "lasts-longest"; readonly sites: readonly string[] };

/** An anchor that was chosen, and why. */
export interface ChosenAnchor {
  readonly anchor: string;
  readonly bytes: number;
  /** Sites that verify under it. */
  readonly sites: readonly string[];
  readonly motive: Motive;
}

/** The anchors that were chosen, and how each site fares under them. */
export interface Choice {
  readonly anchors: readonly ChosenAnchor[];
  readonly bytes: number;
  /** Whether no smaller set exists; `false` when the search's budget ended first. */
  readonly exact: boolean;
  readonly served: readonly ServedSite[];
  /** Sites that verify under no anchor at all. */
  readonly unserved: readonly string[];
  /** When the first site is lost; `undefined` when none is served. */
  readonly lastsUntil: End | undefined;
}

/** Chooses. Sites beyond `maxCoverSites` are an error of the caller's: split them. */
export function chooseAnchors(request: ChooseRequest): Choice {
  const { sites, costs, untilAt, maxNodes = maxCoverNodes.value } = readOptions(request, chooseChecks);
  if (sites.length > maxCoverSites.value) {
    throw new RangeError(`${sites.length} sites are more than ${maxCoverSites.value}.`);
  }
  const ordered = costs.toSorted((a, b) => a.bytes - b.bytes || (a.anchor < b.anchor ? -1 : 1));
  const columnOf = new Map(ordered.map(({ anchor }, column) => [anchor, column]));
  const known = sites.map(({ site, candidates }) => ({
    site,
    candidates: candidates.filter(({ anchor }) => columnOf.has(anchor)),
  }));
  const servable = known.filter(({ candidates }) => candidates.length > 0);
  const eligible = servable.map((need) => ({ need, candidates: lasting(need.candidates, untilAt) }));
  const cover = findCover({
    rows: eligible.map(({ candidates }) => candidates.map(({ anchor }) => columnOf.get(anchor) ?? 0)),
    costs: ordered.map(({ bytes }) => bytes),
    maxNodes,
  });
  const chosen = cover.columns.flatMap((column) => ordered[column] ?? []);
  const names = new Set(chosen.map(({ anchor }) => anchor));
  const served = servable.map((need) => serve(need, names, untilAt));
  const servedBy = groupByAnchor(served, ({ anchors }) => anchors);
  const eligibleFor = groupByAnchor(eligible, ({ candidates }) => candidates.map(({ anchor }) => anchor));
  return {
    anchors: chosen.map(({ anchor, bytes }) => ({
      anchor,
      bytes,
      sites: (servedBy.get(anchor) ?? []).map(({ site }) => site),
      motive: motiveOf(anchor, eligibleFor.get(anchor) ?? [], untilAt),
    })),
    bytes: cover.cost,
    exact: cover.exact,
    served,
    unserved: known.filter(({ candidates }) => candidates.length === 0).map(({ site }) => site),
    lastsUntil: firstLost(served),
  };
}

/** Why an anchor was chosen, as one clause. */
export function explainMotive(motive: Motive): string {
  switch (motive.kind) {
    case "only-one":
      return `nothing else serves ${renderList(motive.sites)} for as long as was asked`;
    case "cheapest":
      return "it belongs to the smallest set; other anchors would serve these sites too";
    case "lasts-longest":
      return `nothing that serves ${renderList(motive.sites)} lasts as long as was asked; this lasts longest`;
  }
}

/** Those that last; where none does, those that last longest. */
function lasting(candidates: readonly Candidate[], untilAt: number): readonly Candidate[] {
  const long = candidates.filter(({ end }) => end.at >= untilAt);
  if (long.length > 0) return long;
  const longest = Math.max(...candidates.map(({ end }) => end.at));
  return candidates.filter(({ end }) => end.at === longest);
}

/** What belongs to each anchor, in its order. */
function groupByAnchor<T>(
  all: readonly T[],
  anchorsOf: (one: T) => readonly string[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    for (const anchor of new Set(anchorsOf(one))) {
      const group = groups.get(anchor);
      if (group === undefined) groups.set(anchor, [one]);
      else group.push(one);
    }
  }
  return groups;
}

function serve({ site, candidates }: SiteNeed, chosen: ReadonlySet<string>, untilAt: number): ServedSite {
  const serving = candidates.filter(({ anchor }) => chosen.has(anchor));
  const end = latestEnd(serving.map((candidate) => candidate.end)) ?? {
    at: 0,
    reason: { kind: "not-after" },
  };
  const anchors = [...new Set(serving.map(({ anchor }) => anchor))];
  return { site, anchors, end, lasts: end.at >= untilAt };
}

interface Eligible {
  readonly need: SiteNeed;
  readonly candidates: readonly Candidate[];
}

/** `own`: the sites that it may serve. */
function motiveOf(anchor: string, own: readonly Eligible[], untilAt: number): Motive {
  const short = own.filter(({ candidates }) => candidates.every(({ end }) => end.at < untilAt));
  if (short.length > 0) return { kind: "lasts-longest", sites: short.map(({ need }) => need.site) };
  const alone = own.filter(({ candidates }) => candidates.every((candidate) => candidate.anchor === anchor));
  if (alone.length > 0) return { kind: "only-one", sites: alone.map(({ need }) => need.site) };
  return { kind: "cheapest" };
}

function firstLost(served: readonly ServedSite[]): End | undefined {
  return served.reduce<End | undefined>(
    (first, { end }) => (first === undefined || end.at < first.at ? end : first),
    undefined,
  );
}
