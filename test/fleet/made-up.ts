/** A small language for visits and histories of one endpoint: the normal visit with only that changed which a test is about. */
import {
  afterDecision,
  type Answer,
  type Concern,
  decide,
  type DecideRequest,
  type Decision,
  defaultSettings,
  type EndpointHistory,
  factsOf,
  type FleetSettings,
  type Forecast,
  type Shown,
  type ShownFact,
  type ShownVerdict,
  type Situation,
  type Variant,
  type Visit,
} from "../../src/fleet/index.ts";
import { trustPorts } from "../../src/admission/index.ts";

export const hourMs = 3_600_000;
export const dayMs: number = 24 * hourMs;
/** The moment of the first visit. */
export const noon: number = Date.UTC(2026, 5, 1, 12);
export const days = (count: number): number => noon + count * dayMs;

export const endpoint = {
  id: "e1",
  href: "https://a.example/",
  name: "https://a.example",
  host: "a.example",
  port: 443,
  scheme: "https",
  tags: [],
} as const;

export const neverVisited: EndpointHistory = { endpoint, facts: [], places: [], forecasts: [], alerts: [] };

/** What is said of a chain; days are counted from noon. */
export interface ChainShape {
  /** Tells one certificate from another. */
  readonly leaf?: string;
  readonly fromDay?: number;
  readonly untilDay?: number;
  readonly issuer?: string;
  /** Where it is not the leaf that ends. */
  readonly ends?: { readonly untilDay: number; readonly by: "intermediate" | "root" };
  readonly root?: string;
  readonly anchor?: string;
  /** A code of the catalogue: it is refused. */
  readonly refused?: string;
  readonly missing?: string;
}

/** A certificate of 90 days of which 60 are left. */
export function shown(shape: ChainShape = {}): Shown {
  const { leaf = "leaf", fromDay = -30, untilDay = 60, issuer = "CA One" } = shape;
  return {
    chain: [leaf, `${issuer} certificate`],
    leaf: { notBeforeAt: days(fromDay), notAfterAt: days(untilDay), issuer },
    verdict: verdictOf(shape, untilDay),
  };
}

function verdictOf(
  { refused, missing, ends, root, anchor = "Root One" }: ChainShape,
  untilDay: number,
): ShownVerdict {
  if (refused !== undefined)
    return { trusted: false, code: refused, sentence: `It is refused: ${refused}.`, missing };
  const usable =
    ends === undefined
      ? { untilAt: days(untilDay), ends: "leaf" as const, subject: "a.example" }
      : { untilAt: days(ends.untilDay), ends: ends.by, subject: "Old CA" };
  return { trusted: true, anchor, root, usable };
}

export interface VisitShape {
  /** In days from noon. */
  readonly day?: number;
  readonly place?: string;
  readonly answer?: Answer;
  /** By address; one chain at one address where left out. */
  readonly shows?: readonly (readonly [variant: string | Partial<Variant>, chain: ChainShape])[];
  readonly more?: Partial<Visit>;
}

export function visit({
  day = 0,
  place = "here",
  answer = answered(),
  shows = [["192.0.2.1", {}]],
  more = {},
}: VisitShape = {}): Visit {
  return {
    endpoint: endpoint.id,
    place,
    run: `run ${day}`,
    at: days(day),
    tookMs: 100,
    answer,
    showings: shows.map(([variant, chain]) => ({
      variant: {
        address: "192.0.2.1",
        offer: "ordinary",
        ...(typeof variant === "string" ? { address: variant } : variant),
      },
      shown: shown(chain),
    })),
    unreached: [],
    certificates: new Map(),
    ...more,
  };
}

export function answered(status = 200): Answer {
  return { kind: "answered", status };
}

export function failed(code: string, stage = "tcp"): Answer {
  return { kind: "failed", code, stage, sentence: `It failed: ${code}.` };
}

/** An outage: nothing was shown. */
export function outage(day: number, code = "connect-timeout"): VisitShape {
  return { day, answer: failed(code), shows: [] };
}

export interface Watched {
  readonly history: EndpointHistory;
  readonly decisions: readonly Decision[];
}

/** Makes one visit after the other, each decided at its own moment. */
export function watch(
  visits: readonly VisitShape[],
  more: Partial<DecideRequest> & { readonly settings?: FleetSettings } = {},
): Watched {
  let history = more.history ?? neverVisited;
  const decisions: Decision[] = [];
  for (const shape of visits) {
    const made = visit(shape);
    const decision = decide(
      {
        bundles: [],
        knownRoots: new Map(),
        isPublic: () => false,
        settings: defaultSettings,
        now: made.at,
        ...more,
        history,
        visit: made,
      },
      trustPorts,
    );
    history = afterDecision(history, decision);
    decisions.push(decision);
  }
  return { history, decisions };
}

/** `opened path-ends warning`, in the order in which it was told. */
export function told({ decisions }: Watched): readonly string[] {
  return decisions.flatMap(({ changes }) =>
    changes.map(({ kind, alert }) => `${kind} ${alert.rule} ${alert.severity}`),
  );
}

/** Visits at each hour, or at the hours given, from a day on. */
export function hourly(day: number, shapes: readonly VisitShape[]): readonly VisitShape[] {
  return shapes.map((shape, hour) => ({ ...shape, day: day + hour / 24 }));
}

/** What rules are asked with: one address that shows a chain of which 60 days of 90 are left, and nothing else. */
export function situation(
  more: Partial<Situation> & { readonly shows?: VisitShape["shows"] } = {},
): Situation {
  const { shows = [["192.0.2.1", {}]], ...others } = more;
  const facts = factsOf(visit({ shows }));
  return {
    endpoint,
    now: noon,
    settings: defaultSettings,
    seen: facts.filter((fact): fact is ShownFact => fact.about === "shown"),
    facts,
    places: [],
    forecasts: [],
    before: { forecasts: [], seen: [] },
    alerts: [],
    habit: undefined,
    knownRoots: new Map(),
    isPublic: () => false,
    ...others,
  };
}

/** `critical certain`, of each concern. */
export function severitiesOf(concerns: readonly Concern[]): readonly string[] {
  return concerns.map(({ severity, sure }) => `${severity} ${sure}`);
}

/** A chain that one address has shown from noon of the first day to that of the fourth. */
export function chain(
  variant: Partial<Variant>,
  shape: ChainShape,
  more: Partial<ShownFact> = {},
): ShownFact {
  return {
    about: "shown",
    place: "here",
    variant: { address: "192.0.2.1", offer: "ordinary", ...variant },
    value: shown(shape),
    firstAt: noon,
    lastAt: days(3),
    ...more,
  };
}

/** A device that connects until then. */
export function servesUntil(breaksAt: number): Forecast {
  return {
    bundle: "b1",
    device: "mongoose-os",
    digest: "d1",
    chains: ["leaf CA One certificate"],
    madeAt: noon,
    kind: "root",
    breaksAt,
    sure: "certain",
    root: "aa",
    rootName: "Root One",
    sentence: "Mongoose OS 2.x with ca.pem connects to https://a.example until then.",
    add: [],
  };
}

/** The same one where it has not connected since then. */
export function refusedSince(breaksAt: number): Forecast {
  return { ...servesUntil(breaksAt), kind: "refused", root: undefined, rootName: undefined };
}
