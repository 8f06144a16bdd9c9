/**
 * What the watch's store takes with a large fleet: `watch-store [ENDPOINTS] [FILE or postgres://...]` makes so many
 * endpoints (100,000), each with a year of history (five certificates, each shown in three ways; forecasts for three bundles; alerts). A process of
 * its own says then how long it takes to open it, what each question and each page takes, and how much memory and disk. A
 * file that is there already is measured as it is.
 */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Alert, Decision, Fact, Forecast, Showing, Visit, WatchedEndpoint } from "../src/fleet/index.ts";
import { Client } from "../src/client/index.ts";
import {
  databaseAddress,
  isDatabaseUrl,
  openPage,
  openPostgresStore,
  openSqliteStore,
  type Store,
} from "../src/watch/index.ts";
import type { Certificate } from "../src/x509/index.ts";
import { bundleNamed } from "../test/watch/store/kept.ts";

const dayMs = 86_400_000;
const yearAgo = Date.UTC(2025, 5, 1);
const now = yearAgo + 365 * dayMs;
const renewals = 5;
const atOnce = 500;
const states = ["well", "well", "well", "well", "notice", "warning", "critical", "failing"] as const;
const bundles = ["one.pem", "two.pem", "three.pem"].map(bundleNamed);
const mebibyte = 1_048_576;

if (process.argv[2] === "--measure") await measure(process.argv[3] ?? "");
else await main(Number(process.argv[2] ?? 100_000), process.argv[3]);

async function main(count: number, given: string | undefined): Promise<void> {
  const folder = given === undefined ? mkdtempSync(join(tmpdir(), "meerkat-bench-")) : undefined;
  const file = given ?? join(folder ?? ".", "watch.db");
  try {
    if (!(await isFilled(file))) await make(file, count);
    const args = [...process.execArgv, fileURLToPath(import.meta.url), "--measure", file];
    execFileSync(process.execPath, args, { stdio: "inherit" });
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }
}

function open(place: string): Promise<Store> {
  if (!isDatabaseUrl(place)) return openSqliteStore({ path: place, now: () => now });
  return openPostgresStore({ address: databaseAddress(place), client: new Client(), now: () => now });
}

/** Whether something is kept there already. */
async function isFilled(place: string): Promise<boolean> {
  if (!isDatabaseUrl(place)) return existsSync(place);
  const store = await open(place);
  try {
    return (await store.endpoints({ sort: "name", limit: 1 })).rows.length > 0;
  } finally {
    await store.close();
  }
}

async function make(file: string, count: number): Promise<void> {
  const startedAt = performance.now();
  const store = await open(file);
  const endpoints = Array.from({ length: count }, (_, i) => endpointAt(i));
  await store.setEndpoints(endpoints);
  await store.setBundles(bundles);
  const issuers = Array.from({ length: 50 }, () => certificate(1_300));
  for (let renewal = 0; renewal < renewals; renewal++) {
    for (let from = 0; from < count; from += atOnce) {
      const visits = endpoints
        .slice(from, from + atOnce)
        .map((endpoint, i) => visitAt(endpoint, { index: from + i, renewal, issuers }));
      await store.record(visits, (_, visit) => decisionFor(visit, renewal));
    }
    say(`renewal ${renewal + 1} of ${renewals} written`, performance.now() - startedAt);
  }
  await store.close();
}

function endpointAt(i: number): WatchedEndpoint {
  const host = `host-${i}.shop-${i % 97}.example`;
  const id = createHash("sha256").update(host).digest("hex").slice(0, 20);
  const tags = [`team-${i % 40}`, ...(i % 10_000 === 0 ? ["rare"] : []), ...(i % 2 === 0 ? ["half"] : [])];
  return { id, href: `https://${host}/`, name: `https://${host}`, host, port: 443, scheme: "https", tags };
}

function certificate(bytes: number): readonly [string, Certificate] {
  const der = randomBytes(bytes);
  return [createHash("sha256").update(der).digest("hex"), { der } as Partial<Certificate> as Certificate];
}

interface Turn {
  readonly index: number;
  readonly renewal: number;
  readonly issuers: readonly (readonly [string, Certificate])[];
}

function visitAt({ id }: WatchedEndpoint, { index, renewal, issuers }: Turn): Visit {
  const at = yearAgo + renewal * 73 * dayMs + (index % 73) * dayMs;
  const leaf = certificate(1_000);
  const issuer = issuers[index % issuers.length] ?? leaf;
  const until = at + 90 * dayMs;
  const shown = {
    chain: [leaf[0], issuer[0]],
    leaf: { notBeforeAt: at, notAfterAt: until, issuer: `CN=Issuer ${index % issuers.length}` },
    verdict: {
      trusted: true,
      anchor: `CN=Root ${index % 12}`,
      usable: { untilAt: until, ends: "leaf", subject: `CN=host-${index}` },
    },
  } as const;
  const showing = (address: string, offer: string): Showing => ({
    variant: { address, offer, version: undefined, keyType: undefined },
    shown,
  });
  return {
    endpoint: id,
    place: "here",
    run: `run ${renewal}`,
    at,
    tookMs: 80 + (index % 50),
    answer: { kind: "answered", status: index % 20 === 0 ? 403 : 200 },
    showings: [
      showing(`192.0.${(index >> 8) & 255}.${index & 255}`, "ordinary"),
      showing(`192.0.${(index >> 8) & 255}.${index & 255}`, "mongoose-os"),
      showing(`2001:db8::${index.toString(16)}`, "ordinary"),
    ],
    unreached: [],
    certificates: new Map([leaf, issuer]),
  };
}

function decisionFor(visit: Visit, renewal: number): Decision {
  const { endpoint, place, run, at, showings } = visit;
  const chance = Number.parseInt(endpoint.slice(0, 6), 16);
  const state = states[chance % states.length] ?? "well";
  const moment = { place, firstAt: at, lastAt: at + 73 * dayMs };
  const answer: Fact = { about: "answer", value: visit.answer, ...moment };
  const pathEndAt = at + 90 * dayMs;
  const forecasts = bundles.map((bundle, i) => forecastFor(bundle.id, chance + i, visit));
  return {
    endpoint,
    facts: [
      ...(renewal === 0 || chance % 10 === 0 ? [answer] : []),
      ...showings.map(({ variant, shown }): Fact => ({ about: "shown", variant, value: shown, ...moment })),
    ],
    place: {
      place,
      run,
      at,
      isWell: true,
      sinceAt: at,
      failures: 0,
      nextAt: now + (chance % 3_600_000) - 600_000,
    },
    forecasts,
    alerts: chance % 3 === 0 ? [alertFor(visit, renewal, state)] : [],
    changes: [],
    summary: {
      state,
      pathEndAt,
      breakAt: Math.min(...forecasts.map(({ breaksAt }) => breaksAt ?? Infinity)),
      lateness: 0.5,
      code: "http-200",
      openAlerts: 0,
    },
    asksWhy: false,
  };
}

function forecastFor(bundle: string, chance: number, { at, endpoint, showings }: Visit): Forecast {
  const isRefused = chance % 11 === 0;
  return {
    bundle,
    device: "mongoose-os",
    digest: createHash("sha256").update(bundle).digest("hex"),
    chains: [...new Set(showings.map(({ shown }) => shown.chain.join(" ")))],
    madeAt: at,
    kind: isRefused ? "refused" : "root",
    breaksAt: isRefused ? at : now + (chance % 1_500) * dayMs,
    sure: "certain",
    root: isRefused
      ? undefined
      : createHash("sha256")
          .update(`root ${chance % 12}`)
          .digest("hex"),
    rootName: isRefused ? undefined : `CN=Root ${chance % 12}, O=Some Certification Authority, C=DE`,
    sentence: `A device that holds this bundle connects to ${endpoint} until its root ends, which is in the bundle as it is now.`,
    add: [],
  };
}

function alertFor({ endpoint, at }: Visit, renewal: number, state: Decision["summary"]["state"]): Alert {
  const isOpen = renewal === renewals - 1;
  return {
    endpoint,
    id: `${endpoint}:path-ends::${at}`,
    rule: endpoint.startsWith("000") ? "revoked" : "path-ends",
    subject: "",
    severity: state === "critical" ? "critical" : "warning",
    dueAt: at + 20 * dayMs,
    sentence: `The path of ${endpoint} ends soon, and it was renewed with 30 days left before.`,
    evidence: ["Its certificate ends then.", "It was renewed with 30 days left, four times."],
    remedy: "Renew it, and look at why it was not renewed by itself.",
    sure: "likely",
    openedAt: at,
    toldAt: at,
    times: 1,
    ...(!isOpen && { closedAt: at + 5 * dayMs }),
  };
}

async function measure(file: string): Promise<void> {
  const startedAt = performance.now();
  const store = await open(file);
  say("opened", performance.now() - startedAt);
  const listed = await store.endpoints({ sort: "name", limit: 100 });
  const one = listed.rows[50]?.endpoint.id ?? "";
  const bundle = bundles[0]?.id ?? "";
  const root = (await store.bundleRoots(bundle)).find((use) => use.root !== undefined)?.root;
  const middle = async (sort: "name" | "soonest"): Promise<string | undefined> => {
    let after: string | undefined;
    for (let i = 0; i < 100; i++) after = (await store.endpoints({ sort, after, limit: 500 })).next ?? after;
    return after;
  };
  const afterName = await middle("name");
  const afterSoonest = await middle("soonest");
  const list = (query: Partial<Parameters<Store["endpoints"]>[0]>) => () =>
    store.endpoints({ sort: "soonest", limit: 100, ...query });
  const questions: Readonly<Record<string, () => Promise<unknown>>> = {
    overview: () => store.overview({ now }),
    "endpoints by name": list({ sort: "name" }),
    "endpoints by name, deep": list({ sort: "name", after: afterName }),
    "endpoints, soonest": list({}),
    "endpoints, soonest, deep": list({ after: afterSoonest }),
    "endpoints, failing": list({ state: "failing" }),
    "endpoints, search": list({ search: "host-99" }),
    "endpoints, search without a hit": list({ search: "nowhere" }),
    "endpoints, search without a hit, by name": list({ sort: "name", search: "nowhere" }),
    "endpoints, tag of half": list({ tag: "half" }),
    "endpoints, rare tag": list({ tag: "rare" }),
    "endpoints, tag, state and search": list({ tag: "team-3", state: "critical", search: "shop-9" }),
    endpoint: () => store.endpoint(one),
    "alerts, open": () => store.alerts({ state: "open", limit: 100 }),
    "alerts, open, by rule": () => store.alerts({ state: "open", rule: "revoked", limit: 100 }),
    "alerts, closed": () => store.alerts({ state: "closed", limit: 100 }),
    "alerts, closed, critical": () => store.alerts({ state: "closed", severity: "critical", limit: 100 }),
    "alerts, closed, rare rule": () => store.alerts({ state: "closed", rule: "revoked", limit: 100 }),
    "alerts, closed, rule without a hit": () =>
      store.alerts({ state: "closed", rule: "keys-differ", limit: 100 }),
    "roots of a bundle": () => store.bundleRoots(bundle),
    "sums of bundles": () => store.bundleSums(),
    "forecasts of a bundle": () => store.forecasts({ bundle, limit: 100 }),
    "forecasts of a root": () => store.forecasts({ bundle, root, limit: 100 }),
    "figures, a page of 1,000": () => store.figures({ limit: 1_000 }),
    due: () => store.due({ place: "here", now, limit: 200 }),
    "unvisited, none": () => store.unvisited({ place: "here", run: `run ${renewals - 1}`, limit: 200 }),
    "waiting tellings": () => store.waitingTellings(),
  };
  for (const [name, ask] of Object.entries(questions)) {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const askedAt = performance.now();
      await ask();
      times.push(performance.now() - askedAt);
    }
    say(name, Math.min(...times), Math.max(...times));
  }
  sayMemory();
  await measurePages(store, { one, bundle, root, afterName });
  const endpoints: WatchedEndpoint[] = [];
  for (let after: string | undefined; ; after = endpoints.at(-1)?.id) {
    const page = await store.figures({ after, limit: 1_000 });
    if (page.length === 0) break;
    endpoints.push(...page.map(({ endpoint }) => endpoint));
  }
  say("all figures", performance.now() - startedAt);
  await timed("the same list again", () => store.setEndpoints(endpoints));
  await timed("forgetting half a year", () => store.prune(yearAgo + 180 * dayMs));
  await timed("forgetting it again", () => store.prune(yearAgo + 180 * dayMs));
  await store.close();
  sayMemory();
  if (!isDatabaseUrl(file)) process.stdout.write(`file ${(statSync(file).size / mebibyte).toFixed(0)} MiB\n`);
}

interface Shown {
  readonly one: string;
  readonly bundle: string;
  readonly root: string | undefined;
  readonly afterName: string | undefined;
}

/** Each page as HTML and as JSON, from the request to the last octet; and the metrics, while a page is asked for as well. */
async function measurePages(store: Store, { one, bundle, root, afterName }: Shown): Promise<void> {
  const access = { kind: "loopback" } as const;
  const page = await openPage({ store, listen: "127.0.0.1:0", access, now: () => now, log: () => {} });
  const text = async (path: string, accept = "text/html"): Promise<string> =>
    (await fetch(new URL(path, page.url), { headers: { accept } })).text();
  const paths = [
    "/",
    "/endpoints",
    "/endpoints?sort=soonest",
    `/endpoints?after=${afterName}`,
    "/endpoints?state=failing",
    "/endpoints?search=nowhere",
    "/endpoints?search=shop-9&sort=soonest",
    "/endpoints?tag=rare",
    "/endpoints?tag=team-3&state=critical&search=shop-9",
    `/endpoints/${one}`,
    "/bundles",
    `/bundles/${bundle}`,
    `/bundles/${bundle}?root=${root}`,
    "/alerts",
    "/alerts?rule=revoked",
    "/alerts?state=closed",
    "/alerts?state=closed&rule=revoked",
    "/alerts?state=closed&rule=keys-differ",
    "/alerts?state=closed&severity=notice",
    "/readyz",
  ];
  for (const path of paths)
    for (const accept of ["text/html", "application/json"]) {
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        const askedAt = performance.now();
        await text(path, accept);
        times.push(performance.now() - askedAt);
      }
      say(`${path.slice(0, 38)} ${accept.slice(-4)}`, Math.min(...times), Math.max(...times));
    }
  const startedAt = performance.now();
  const metrics = countOctets(new URL("/metrics", page.url));
  const others: number[] = [];
  for (let isRead = false; !isRead;) {
    const askedAt = performance.now();
    isRead = await Promise.race([metrics.then(() => true), text("/alerts").then(() => false)]);
    others.push(performance.now() - askedAt);
  }
  say(`metrics, ${((await metrics) / mebibyte).toFixed(0)} MiB`, performance.now() - startedAt);
  say("/alerts meanwhile", Math.min(...others), Math.max(...others));
  await page.close();
  sayMemory();
}

/** Read, and not kept: whoever scrapes is another process. */
async function countOctets(url: URL): Promise<number> {
  const { body } = await fetch(url);
  let octets = 0;
  for await (const bytes of body ?? []) octets += (bytes as Uint8Array).length;
  return octets;
}

function sayMemory(): void {
  process.stdout.write(`memory ${(process.memoryUsage().rss / mebibyte).toFixed(0)} MiB\n`);
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const beganAt = performance.now();
  await work();
  say(what, performance.now() - beganAt);
}

function say(what: string, ...times: readonly number[]): void {
  process.stdout.write(`${what.padEnd(44)} ${times.map((ms) => `${ms.toFixed(1)} ms`).join(" to ")}\n`);
}
