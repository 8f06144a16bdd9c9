/** Stores under test, and what is put into them: small fleets, visits, and decisions that say what a test is about. */
import {
  type Alert,
  type AlertChange,
  bundleOfFiles,
  type Decision,
  type EndpointHistory,
  type Fact,
  factsOf,
  type Forecast,
  type Visit,
  type WatchedBundle,
  type WatchedEndpoint,
} from "../../../src/fleet/index.ts";
import { sha256 } from "../../../src/admission/index.ts";
import type { Store } from "../../../src/watch/index.ts";
import { type Certificate, fingerprint } from "../../../src/x509/index.ts";
import { type Minted, mintRoot, pemOf } from "../../pki/index.ts";
import { noon, visit, type VisitShape } from "../../fleet/made-up.ts";

/** A store that is empty, opened once more over the same content, and taken away at the end. */
export interface Kept extends AsyncDisposable {
  readonly store: Store;
  /** Closes it, and opens what is kept. */
  again(): Promise<Store>;
}

/** How a kind of store is opened for one test. `now` is its clock. */
export type OpenKept = (now: () => number) => Promise<Kept>;

export function endpointNamed(id: string, more: Partial<WatchedEndpoint> = {}): WatchedEndpoint {
  const host = `${id}.example`;
  return {
    id,
    href: `https://${host}/`,
    name: `https://${host}`,
    host,
    port: 443,
    scheme: "https",
    tags: [],
    ...more,
  };
}

export function visitOf(id: string, shape: VisitShape = {}): Visit {
  return visit({ ...shape, more: { endpoint: id, ...shape.more } });
}

/** What a decision says beside the visit's own facts. */
export interface Saying {
  readonly state?: Decision["summary"]["state"];
  readonly pathEndAt?: number;
  readonly breakAt?: number;
  readonly nextAt?: number;
  readonly facts?: readonly Fact[];
  readonly forecasts?: readonly Forecast[];
  readonly alerts?: readonly Alert[];
  readonly changes?: readonly AlertChange[];
}

export function decisionOf(made: Visit, saying: Saying = {}): Decision {
  const { state = "well", pathEndAt, breakAt, nextAt = made.at + 3_600_000 } = saying;
  const { facts = factsOf(made), forecasts = [], alerts = [], changes = [] } = saying;
  const { place, run, at, endpoint } = made;
  return {
    endpoint,
    facts,
    place: { place, run, at, isWell: state !== "failing", sinceAt: at, failures: 0, nextAt },
    forecasts,
    alerts,
    changes,
    summary: { state, pathEndAt, breakAt, lateness: undefined, code: "http-200", openAlerts: alerts.length },
    asksWhy: false,
  };
}

/** Writes one visit of an endpoint down, and gives the history that was decided upon. */
export async function record(
  store: Store,
  made: Visit,
  saying: Saying = {},
): Promise<EndpointHistory | undefined> {
  let seen: EndpointHistory | undefined;
  await store.record([made], (history) => {
    seen = history;
    return decisionOf(made, saying);
  });
  return seen;
}

export function alertOf(endpoint: string, more: Partial<Alert> = {}): Alert {
  const { rule = "path-ends", subject = "", openedAt = noon } = more;
  return {
    endpoint,
    id: `${endpoint}:${rule}:${subject}:${openedAt}`,
    rule,
    subject,
    severity: "warning",
    sentence: `The path of ${endpoint} ends.`,
    evidence: ["A certificate ends."],
    remedy: "Renew it.",
    sure: "certain",
    openedAt,
    toldAt: openedAt,
    times: 1,
    ...more,
  };
}

export function forecastOf(bundle: string, more: Partial<Forecast> = {}): Forecast {
  return {
    bundle,
    device: "mongoose-os",
    digest: "d",
    chains: ["a b"],
    madeAt: noon,
    kind: "root",
    breaksAt: noon + 100 * 86_400_000,
    sure: "certain",
    root: "r1",
    rootName: "Root One",
    sentence: "A root ends.",
    add: [],
    ...more,
  };
}

const roots = new Map<string, Minted>();

function rootNamed(label: string): Minted {
  const root = roots.get(label) ?? mintRoot({ name: label });
  roots.set(label, root);
  return root;
}

/** A bundle with one root of its own. */
export function bundleNamed(label: string): WatchedBundle {
  const files = [{ path: label, bytes: new TextEncoder().encode(pemOf(rootNamed(label))) }];
  return bundleOfFiles({ label, device: "mongoose-os", files }, sha256);
}

/** A certificate as a visit carries it, behind its hash. */
export function certificateNamed(label: string): readonly [sha256: string, certificate: Certificate] {
  const { certificate } = rootNamed(label);
  return [fingerprint(certificate, sha256), certificate];
}

/** Every page of a list. */
export async function pagesOf<T>(
  ask: (
    after: string | undefined,
  ) => Promise<{ readonly rows: readonly T[]; readonly next: string | undefined }>,
): Promise<readonly (readonly T[])[]> {
  const pages: (readonly T[])[] = [];
  let after: string | undefined;
  do {
    const { rows, next } = await ask(after);
    pages.push(rows);
    after = next;
  } while (after !== undefined);
  return pages;
}
