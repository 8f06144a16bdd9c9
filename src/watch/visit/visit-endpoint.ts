/**
 * One visit of one endpoint: every address that is published for its host, one connection after the other. What is met first is
 * the answer, as it is for an ordinary client; every address shows a chain of its own. Then the same as each device
 * that holds a bundle, whose hello may be shown another one.
 *
 * Whatever the other side does becomes a value, and every wait has a limit.
 */
import {
  type AddressOutcome,
  assert,
  type Endpoint,
  hasOwn,
  HttpsError,
  requireEndpoint,
  requireUrl,
} from "../../core/index.ts";
import type { Answer, Showing, Variant, Visit, WatchedEndpoint } from "../../fleet/index.ts";
import { type Addresses, findAddresses, netLimits, type ProxySetting } from "../../net/index.ts";
import { surveyLimits } from "../../survey/index.ts";
import type { Certificate } from "../../x509/index.ts";
import { type DeviceWay, lookAsDevices } from "./as-devices.ts";
import type { ChainSeen } from "./judge.ts";
import { isWorthAnother, type Look, lookAgain, lookAtSite, lookAtTls, type LookRequest } from "./look.ts";
import { proxyOf, userAgentOf, type VisitSettings } from "./settings.ts";
import { keep } from "./shelf.ts";
import { shownOf } from "./shown.ts";
import { Turns } from "./turns.ts";

export interface OneVisit extends VisitSettings {
  /** The round that the visit belongs to. */
  readonly run: string;
  /** Shared by all visits that are to be polite together; a visit alone is polite by itself. */
  readonly turns?: Turns | undefined;
}

/** For one of many workers: the lines of `Turns` in which it may stand, so that no other stands in them at the same time. */
export type MayTouch = (line: string) => boolean;

/** @throws HttpsError `aborted`, and of settings that cannot be used */
export async function visitEndpoint(
  endpoint: WatchedEndpoint,
  settings: OneVisit,
  signal: AbortSignal,
): Promise<Visit> {
  const visit = await visitWithin(endpoint, { ...settings, mayTouch: () => true }, signal);
  assert(visit !== undefined, "it may touch all");
  return visit;
}

/** The same, and `undefined` where the endpoint has an address that may not be touched: then nobody was asked but DNS. */
export async function visitWithin(
  endpoint: WatchedEndpoint,
  settings: OneVisit & { readonly mayTouch: MayTouch },
  signal: AbortSignal,
): Promise<Visit | undefined> {
  const visiting = new Visiting(endpoint, settings, signal);
  const answer = await visiting.run(settings.mayTouch);
  if (answer === undefined) return undefined;
  const { showings, unreached, spentMs, heard, certificates } = visiting;
  return {
    endpoint: endpoint.id,
    place: settings.place,
    run: settings.run,
    at: Date.now(),
    tookMs: spentMs,
    answer,
    showings,
    unreached,
    serverDateAt: heard?.dateAt,
    notBeforeAt: heard?.notBeforeAt,
    certificates,
  };
}

/** The lines of `Turns` in which a visit would stand now; none where the name has no address. @throws HttpsError `aborted` */
export async function findLines(
  endpoint: WatchedEndpoint,
  settings: VisitSettings,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return new Visiting(endpoint, { ...settings, run: "" }, signal).lines();
}

class Visiting {
  readonly #watched: WatchedEndpoint;
  readonly #endpoint: Endpoint;
  readonly #settings: OneVisit;
  readonly #signal: AbortSignal;
  readonly #turns: Turns;
  readonly #proxy: ProxySetting | undefined;
  readonly showings: Showing[] = [];
  readonly unreached: Visit["unreached"][number][] = [];
  readonly certificates = new Map<string, Certificate>();
  heard: Look["heard"];
  /** Without the waits for a turn. */
  spentMs = 0;

  constructor(watched: WatchedEndpoint, settings: OneVisit, signal: AbortSignal) {
    this.#watched = watched;
    this.#endpoint = requireEndpoint(watched.href);
    this.#settings = settings;
    this.#signal = signal;
    this.#turns = settings.turns ?? new Turns();
    this.#proxy = proxyOf(this.#endpoint, settings);
  }

  async run(mayTouch: MayTouch): Promise<Answer | undefined> {
    let places: Places;
    try {
      places = await this.#timed(() => this.#addresses());
    } catch (error) {
      return answerOf(this.#failure(error));
    }
    if (!places.list.every((address) => mayTouch(this.#lineOf(address)))) return undefined;
    const looks = await this.#lookAtAll(places.list);
    const answer = this.#sumUp(looks, places);
    const there = looks.filter(({ look }) => look.isReached).map(({ address }) => address);
    if (there.length > 0) await this.#lookAsDevices(there);
    return answer;
  }

  async lines(): Promise<readonly string[]> {
    try {
      return (await this.#addresses()).list.map((address) => this.#lineOf(address));
    } catch (error) {
      this.#failure(error);
      return [];
    }
  }

  async #lookAtAll(addresses: Places["list"]): Promise<readonly Placed[]> {
    const looks: Placed[] = [];
    for (const address of addresses.slice(0, surveyLimits.surveyedAddresses.value)) {
      if (looks.length > 0 && this.#leftMs <= 0) break;
      const isFirst = !looks.some(({ look }) => look.isReached);
      looks.push({ address, look: await this.#lookAt(address, isFirst) });
    }
    return looks;
  }

  /** At the first address that answers, a web site is asked as well. */
  async #lookAt(address: string | undefined, isFirst: boolean): Promise<Look> {
    const { scheme } = this.#endpoint;
    const look = await this.#inTurn(address, () => {
      const request = this.#requestFor(address);
      if (scheme !== "https" || !isFirst) return lookAtTls(request);
      return lookAtSite(request, requireUrl(this.#watched.href));
    });
    if (!isWorthAnother(look) || this.#leftMs <= 0) return look;
    return this.#inTurn(address, () => lookAgain(this.#requestFor(address), look));
  }

  /** What the looks show, and what the first that led anywhere came to. */
  #sumUp(looks: readonly Placed[], { isPublished }: Places): Answer {
    for (const { address, look } of looks) {
      const isShown = this.#show({ address, offer: "ordinary" }, look);
      if (!isShown && look.failure !== undefined && address !== undefined) {
        const { code, message: sentence } = look.failure;
        this.unreached.push({ address, code, sentence });
      }
    }
    // Nobody says that a server on this machine is at both of the loopback addresses.
    if (!isPublished && this.showings.length > 0) this.unreached.length = 0;
    const first = looks.find(({ look }) => look.isReached)?.look;
    if (first === undefined) return answerOf(allFailed(looks));
    this.heard = first.heard;
    if (first.heard !== undefined) return { kind: "answered", status: first.heard.status };
    return first.failure === undefined ? { kind: "verified" } : answerOf(first.failure);
  }

  async #lookAsDevices(addresses: Places["list"]): Promise<void> {
    const { policy, devices } = this.#settings;
    if (devices.length === 0) return;
    const { addressRules, proxy } = this.#requestFor(undefined);
    const { host, port, startTls } = this.#endpoint;
    const named = addresses.filter((address) => address !== undefined);
    const resolve = named.length === 0 ? addressRules.resolve : { [`${host}:${port}`]: named.join(",") };
    const way: DeviceWay = {
      host,
      port,
      startTls,
      policy,
      proxy,
      addressRules: { ...addressRules, resolve },
      signal: this.#signal,
      leftMs: () => this.#leftMs,
      timed: (work) => this.#timed(work),
      turn: async (address) => {
        const askedAt = performance.now();
        const { end } = await this.#take(address);
        this.spentMs -= performance.now() - askedAt;
        return end;
      },
    };
    for await (const { variant, seen } of lookAsDevices(devices, way)) this.#show(variant, seen);
  }

  /** Whether there is a chain to show, and somebody can read it. */
  #show(variant: Variant, seen: ChainSeen): boolean {
    const shown = shownOf(seen, this.#settings.policy);
    if (shown === undefined) return false;
    this.showings.push({ variant, shown });
    for (const { sha256, parsed } of seen.sent.map(keep))
      if (parsed.ok) this.certificates.set(sha256, parsed.certificate);
    return true;
  }

  /** Behind a proxy the addresses are the proxy's affair. */
  async #addresses(): Promise<Places> {
    if (this.#proxy !== undefined) return { list: [undefined], isPublished: true };
    const { host, port } = this.#endpoint;
    const limitMs = Math.min(netLimits.dnsMs.value, this.#settings.totalMs);
    const { addressRules } = this.#settings;
    const { list, source } = await findAddresses({
      ...addressRules,
      host,
      port,
      limitMs,
      signal: this.#signal,
    });
    return { list, isPublished: source !== loopbackName };
  }

  #requestFor(address: string | undefined): LookRequest {
    const { policy, addressRules } = this.#settings;
    return {
      endpoint: this.#endpoint,
      address,
      policy,
      addressRules,
      proxy: this.#proxy,
      userAgent: userAgentOf(this.#settings),
      leftMs: Math.max(1, this.#leftMs),
      signal: this.#signal,
    };
  }

  get #leftMs(): number {
    return this.#settings.totalMs - this.spentMs;
  }

  async #inTurn<T>(address: string | undefined, work: () => Promise<T>): Promise<T> {
    const turn = await this.#take(address);
    try {
      return await this.#timed(work);
    } finally {
      turn.end();
    }
  }

  #take(address: string | undefined): ReturnType<Turns["take"]> {
    const { host } = this.#endpoint;
    return this.#turns.take(this.#lineOf(address), { host, signal: this.#signal });
  }

  #lineOf(address: string | undefined): string {
    return address ?? `by proxy ${this.#endpoint.host}`;
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.spentMs += performance.now() - startedAt;
    }
  }

  #failure(error: unknown): HttpsError {
    if (!(error instanceof HttpsError)) throw error;
    if (error.code === "aborted" && this.#signal.aborted) throw error;
    return error;
  }
}

interface Places {
  readonly list: readonly (string | undefined)[];
  /** Whether somebody says that the host is at each of them. */
  readonly isPublished: boolean;
}

const loopbackName: Addresses["source"] = "loopback-name";

interface Placed {
  readonly address: string | undefined;
  readonly look: Look;
}

function answerOf({ code, stage, message: sentence }: HttpsError): Answer {
  return { kind: "failed", code, stage, sentence };
}

/** Where no address led anywhere: what a client says that tried all of them. */
function allFailed(looks: readonly Placed[]): HttpsError {
  const failures = looks.flatMap(({ look: { failure } }) => failure ?? []);
  const [first] = failures;
  assert(first !== undefined, "a look that led nowhere says why");
  const attempts = failures.flatMap(attemptsOf);
  if (failures.length === 1 || attempts.length < failures.length) return first;
  const late = failures.find((one) => HttpsError.is(one, "connect-timeout"));
  if (late !== undefined) return new HttpsError("connect-timeout", { ...late.detail, attempts });
  const { host, port } = first.detail as { readonly host: string; readonly port: number };
  const codes = ["connection-refused", "unreachable"] as const;
  const code = codes.find((one) => failures.every((failure) => failure.code === one)) ?? "connect-failed";
  return new HttpsError(code, { host, port, attempts });
}

function attemptsOf({ detail }: HttpsError): readonly AddressOutcome[] {
  return hasOwn(detail, "attempts") ? detail.attempts : [];
}
