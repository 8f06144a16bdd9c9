/**
 * The year as it is watched: visit after visit in the order of their moments, each decided by `decide` where the clock can be
 * believed, and what was told held against what was planted.
 *
 * A false alarm is an alert above `notice` at an endpoint, and at a moment, at which nothing was planted that explains it.
 */
import { trustPorts } from "../../../src/admission/index.ts";
import {
  afterDecision,
  type Alert,
  decide,
  defaultSettings,
  type EndpointHistory,
  type FleetSettings,
  judgeClock,
  noSamples,
  noteClock,
  type Visit,
} from "../../../src/fleet/index.ts";
import { makeAuthorities } from "./authorities.ts";
import {
  awakeAt,
  dayMs,
  hourMs,
  monotonicAt,
  startedAnewAt,
  wallAt,
  yearBeginsAt,
  yearEndsAt,
} from "./calendar.ts";
import { type Chance, chanceFrom } from "./chance.ts";
import { type PlanKind, planRules, type Planted } from "./plans.ts";
import { makeServers } from "./servers.ts";
import { type Server, Shop } from "./server.ts";

export interface YearRequest {
  readonly servers: number;
  readonly seed: number;
}

export interface FalseAlarm {
  readonly server: Server;
  readonly alert: Alert;
  readonly at: number;
}

export interface Outcome {
  readonly server: Server;
  readonly planted: Planted;
  /** When it was first told by a rule that it is announced by. */
  readonly toldAt: number | undefined;
  /** Visits that were decided from the break until it was told. */
  readonly visits: number;
}

export interface Year {
  readonly outcomes: readonly Outcome[];
  readonly falseAlarms: readonly FalseAlarm[];
  /** Warnings at endpoints that renew later than the thresholds, before a renewal of theirs was seen. */
  readonly beforeHabit: readonly FalseAlarm[];
  /** Notices that nothing planted explains. */
  readonly notices: number;
  readonly visits: number;
  /** Visits that were not decided, for the clock could not be believed. */
  readonly undecided: number;
  readonly tellings: number;
  readonly mostTellings: number;
  readonly certificates: number;
}

interface Watched {
  readonly server: Server;
  history: EndpointHistory;
  toldAt: number | undefined;
  visitsSince: number;
  tellings: number;
  /** The places whose last visit that was decided met a slip of the network, or an error: never two in a row. */
  slipped: Set<string>;
  erred: Set<string>;
}

interface Due {
  readonly at: number;
  readonly watched: Watched;
  readonly place: string;
}

export function watchYear({ servers: count, seed }: YearRequest): Year {
  const authorities = makeAuthorities();
  const chance = chanceFrom(seed);
  const servers = makeServers(count, authorities, chance);
  const shop = new Shop(authorities, chance);
  const falseAlarms: FalseAlarm[] = [];
  const beforeHabit: FalseAlarm[] = [];
  let [visits, undecided, notices] = [0, 0, 0];
  let clock = noSamples;
  let starts = 0;
  const all = servers.map(watchedOf);
  const queue = new Queue();
  for (const watched of all)
    for (const place of watched.server.places)
      queue.push({ at: yearBeginsAt + chance.next() * watched.server.everyMs, watched, place });
  for (let due = queue.pop(); due !== undefined && due.at < yearEndsAt; due = queue.pop()) {
    const { watched, place } = due;
    const { server } = watched;
    const at = awakeAt(due.at);
    if (at >= (startedAnewAt[starts] ?? Infinity)) {
      clock = noSamples;
      starts++;
    }
    const before = { slipped: new Set(watched.slipped), erred: new Set(watched.erred) };
    const isSlip = strike(watched.slipped, place, chance);
    const isErring = strike(watched.erred, place, chance);
    const now = wallAt(at);
    const visit = shop.visit(server, {
      at,
      wallAt: now,
      place,
      isSlip,
      isErring,
    });
    visits++;
    const { serverDateAt } = visit;
    const served = serverDateAt === undefined ? undefined : { host: server.host, at: serverDateAt };
    clock = noteClock(clock, { wallAt: now, monotonicMs: monotonicAt(at), served });
    if (!judgeClock(clock).believed) {
      undecided++;
      Object.assign(watched, before);
      queue.push({ at: at + hourMs / 4, watched, place });
      continue;
    }
    const { history } = watched;
    const bundles = server.hasBundle ? [authorities.bundle] : [];
    const { knownRoots } = authorities;
    const settings: FleetSettings = { ...defaultSettings, everyMs: server.everyMs };
    const decision = decide(
      { history, visit, bundles, knownRoots, isPublic: () => false, settings, now },
      trustPorts,
    );
    watched.history = afterDecision(history, decision);
    if (watched.toldAt === undefined && isMet(server.planted, visit, at)) watched.visitsSince++;
    for (const { kind, alert } of decision.changes) {
      watched.tellings++;
      if (kind !== "opened" && kind !== "worse") continue;
      const isNotice = alert.severity === "notice";
      if (isExplained(alert, server.planted, at)) {
        const { planted } = server;
        const plan = planted === undefined ? undefined : planRules[planted.kind];
        const announces = plan?.announcedBy.includes(alert.rule) === true && (!isNotice || plan.isNoticed);
        if (announces === true) watched.toldAt ??= at;
      } else if (isNotice) {
        notices++;
      } else {
        const list = server.isLateHabit && !hasRenewed(server, at) ? beforeHabit : falseAlarms;
        list.push({ server, alert, at });
      }
    }
    queue.push({ at: at + Math.max(1, decision.place.nextAt - now), watched, place });
  }
  return {
    outcomes: all.flatMap(({ server, toldAt, visitsSince }): Outcome[] =>
      server.planted === undefined || server.planted.breaksAt >= yearEndsAt
        ? []
        : [{ server, planted: server.planted, toldAt, visits: visitsSince }],
    ),
    falseAlarms,
    beforeHabit,
    notices,
    visits,
    undecided,
    tellings: all.reduce((sum, { tellings }) => sum + tellings, 0),
    mostTellings: Math.max(...all.map(({ tellings }) => tellings)),
    certificates: shop.made,
  };
}

/** Whether it strikes this time: never twice in a row. */
function strike(last: Set<string>, place: string, chance: Chance): boolean {
  if (!last.delete(place) && chance.isTrue(slipShare)) last.add(place);
  return last.has(place);
}

/** Of visits: about eight a year of those that are made four times a day. */
const slipShare = 8 / (4 * 365);

function watchedOf(server: Server): Watched {
  const { id, host } = server;
  const endpoint = {
    id,
    href: `https://${host}/`,
    name: `https://${host}`,
    host,
    port: 443,
    scheme: "https",
    tags: [],
  };
  const history: EndpointHistory = { endpoint, facts: [], places: [], forecasts: [], alerts: [] };
  return {
    server,
    history,
    toldAt: undefined,
    visitsSince: 0,
    tellings: 0,
    slipped: new Set(),
    erred: new Set(),
  };
}

/** Whether it has renewed since it was first visited, so that its habit could be known. */
function hasRenewed({ generations, everyMs }: Server, at: number): boolean {
  return generations.some(({ deployAt }) => deployAt > yearBeginsAt + everyMs && deployAt < at);
}

/** Whether a visit met what was planted: a slip of the network sees nothing of a chain. */
function isMet(planted: Planted | undefined, { place, showings }: Visit, at: number): boolean {
  if (planted === undefined || at < planted.breaksAt) return false;
  if (planRules[planted.kind].visits === 1 || planted.kind === "errors") return showings.length > 0;
  return planted.kind !== "from-one-place" || place === "there";
}

/** For so long what was set right may still be told: visits come, and what comes and goes is waited for. */
const graceMs: number = 3 * dayMs;

function isExplained({ rule }: Alert, planted: Planted | undefined, at: number): boolean {
  if (planted === undefined) return false;
  const { announcedBy, also, isForeseen } = planRules[planted.kind];
  if (![...announcedBy, ...also].includes(rule)) return false;
  const fromAt = isForeseen ? planted.breaksAt - foreseenMs(planted.kind) : planted.breaksAt;
  return at >= fromAt && at <= planted.mendedAt + graceMs;
}

/** How long before the break it may be told at the earliest, without being a false alarm. */
function foreseenMs(kind: PlanKind): number {
  switch (kind) {
    case "cross-sign-ends":
    case "bundle-root-ends":
    // A bundle breaks with it, too, from the first chain on that has it.
    case "intermediate-ends":
      return defaultSettings.bundleLeadMs.warning;
    case "renewal-stops":
    case "forgotten-address":
    case "moves-outside-bundle":
    case "chain-incomplete":
    case "revoked":
    case "wrong-host":
    case "unknown-root":
    case "outage-of-hours":
    case "outage-of-days":
    case "from-one-place":
    case "errors":
    case "comes-and-goes":
      return 100 * dayMs;
  }
}

/** What is due, the earliest first: a binary heap. */
class Queue {
  readonly #heap: Due[] = [];

  push(due: Due): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(due);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.at <= due.at) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = due;
  }

  pop(): Due | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (a === undefined) break;
      const isRight = b !== undefined && b.at < a.at;
      const child = isRight ? b : a;
      if (child.at >= last.at) break;
      heap[place] = child;
      place = isRight ? left + 1 : left;
    }
    heap[place] = last;
    return first;
  }
}
