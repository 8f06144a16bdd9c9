/**
 * A private cache of RFC 9111, next to the connections: it sees requests as they go out. Freshness is a library's business
 * (http-cache-semantics); whose a response is, and whether it is whole, is decided here. Nothing is kept of an answer that was
 * redirected, of a part (RFC 9110 §14), or of a body whose end was not seen.
 */
import { randomUUID } from "node:crypto";
import { concatBytes, HttpsError, RecentMap, renderInstant, renderPeerText } from "../../core/index.ts";
import { withNote } from "../../trust/index.ts";
import type { BodyTap } from "../body/incoming-body.ts";
import { clientLimits } from "../limits.ts";
import type { AskedRequest, Exchange, Next } from "../middleware/exchange.ts";
import type { Innermost, Origin, Place } from "../middleware/innermost.ts";
import { noOrigin, originOf } from "../middleware/made-response.ts";
import type { CacheOptions } from "../options/cache-option.ts";
import type { CacheUse } from "../response-facts.ts";
import { contextOf as madeOf, noteMiss, type Response } from "../response.ts";
import {
  cacheDirectives,
  freshened,
  namesIn,
  requestFacts,
  responseFacts,
  shownLines,
  variesBy,
} from "./fields.ts";
import { GuardedStore } from "./guarded-store.ts";
import { readIndex, readKept, writeIndex, writeKept, type Index, type Kept } from "./kept.ts";
import { contextOf, indexKey, responseKey } from "./keys.ts";
import { CachePolicy } from "./library.ts";
import { MemoryStore } from "./memory-store.ts";

export { loadLibrary } from "./library.ts";

export function openCache(options: CacheOptions): Innermost {
  const cache = new Cache(options);
  return (exchange, next, place) => cache.pass(exchange, next, place);
}

/** One request on its way through the cache. */
interface Passing {
  readonly exchange: Exchange;
  readonly next: Next;
  readonly place: Place;
  readonly context: string;
  readonly index: Index | undefined;
  /** How often anything had been forgotten when it began. */
  readonly begunAt: number;
}

class Cache {
  readonly #store: GuardedStore;
  readonly #isShared: boolean;
  readonly #maxBodyBytes: number;
  /** Who vouched for what is kept, as far as it was this client that asked. */
  readonly #origins = new RecentMap<string, Origin>(clientLimits.cacheEntries.value);
  /** When each URL was forgotten, by a count. */
  readonly #forgotten = new RecentMap<string, number>(clientLimits.cacheEntries.value);
  #forgettings = 0;
  readonly #refreshing = new Set<string>();

  constructor(options: CacheOptions) {
    this.#store = new GuardedStore(options.store ?? new MemoryStore(options));
    this.#isShared = options.shared ?? false;
    this.#maxBodyBytes = options.maxBodyBytes ?? clientLimits.cachedBodyBytes.value;
  }

  async pass(exchange: Exchange, next: Next, place: Place): Promise<Response> {
    const { request } = exchange;
    if (!isLookedFor(request)) return this.#passBy(exchange, next);
    const begunAt = this.#forgettings;
    const context = await contextOf(request, place.settings);
    const index = readIndex(await this.#store.get(indexKey(request.url)));
    const passing: Passing = { exchange, next, place, context, index, begunAt };
    const kept = index && (await this.#find(passing, index));
    return kept === undefined ? this.#ask(passing) : this.#answer(passing, kept);
  }

  async #find({ exchange: { request }, context }: Passing, index: Index): Promise<Kept | undefined> {
    const key = responseKey(index, { ...request, context });
    return readKept(await this.#store.get(key), key);
  }

  async #answer(passing: Passing, kept: Kept): Promise<Response> {
    const { request } = passing.exchange;
    const found = evaluate(kept, request);
    // What a store gives back may be nothing that the library can read.
    if (found === undefined) return this.#ask(passing);
    if (found.isUsable) {
      if (found.isToBeRefreshed) this.#refreshLater(passing, kept, found.headers);
      return this.#give(passing, kept, found.isStale ? "stale" : "hit");
    }
    return request.method === "HEAD" ? this.#ask(passing) : this.#revalidate(passing, kept, found.headers);
  }

  async #ask(passing: Passing): Promise<Response> {
    const { exchange, next, place } = passing;
    const { request } = exchange;
    if (directives(request).has("only-if-cached")) return place.respond({ status: 504 }, {});
    return this.#keep(passing, await next());
  }

  /** RFC 9111 §4.3: the server is asked whether what is kept is still so. */
  async #revalidate(
    passing: Passing,
    kept: Kept,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const { exchange, next } = passing;
    const { request } = exchange;
    if (directives(request).has("only-if-cached")) return this.#ask(passing);
    const policy = policyOf(kept);
    let response: Response;
    try {
      response = await next({ headers });
    } catch (error) {
      if (isUnreachable(error) && mayBeStale(policy, request)) return this.#give(passing, kept, "stale");
      throw error;
    }
    if ([500, 502, 503, 504].includes(response.status) && mayBeStale(policy, request)) {
      response.cancel();
      return this.#give(passing, kept, "stale");
    }
    if (response.status !== 304) return this.#keep(passing, response);
    // Whoever answers where a redirect leads does not know what is kept of this URL.
    if (response.redirects.length > 0) {
      response.cancel();
      return this.#ask(passing);
    }
    const { policy: fresh } = policy.revalidatedPolicy(
      requestFacts(request, variesOf(kept)),
      responseFacts(response),
    );
    const renewed: Kept = {
      ...kept,
      id: randomUUID(),
      keptAt: Date.now(),
      lines: freshened(kept.lines, response.headers),
      headline: response.trust.headline(),
      freshness: fresh.toObject(),
    };
    this.#put(passing, renewed, originOf(response));
    response.cancel();
    return this.#give(passing, renewed, "revalidated", originOf(response));
  }

  /** RFC 5861 §3: it is given now, and asked for meanwhile. */
  #refreshLater(passing: Passing, kept: Kept, headers: Readonly<Record<string, string>>): void {
    if (this.#refreshing.has(kept.key)) return;
    this.#refreshing.add(kept.key);
    void this.#revalidate(passing, kept, headers)
      .then((response) => response.forEachChunk(() => {}))
      .catch(() => undefined) // Nobody waits for it; the next request meets the same.
      .finally(() => this.#refreshing.delete(kept.key));
  }

  /** The response, of which a copy is kept once it is whole. */
  #keep(passing: Passing, response: Response): Response {
    const { exchange, context, index } = passing;
    const { request } = exchange;
    noteMiss(response);
    this.#tell(passing, { use: "miss" });
    const { version, status, reason } = madeOf(response).head;
    const varies = variesBy(response.headers);
    const notKept = (because: string): Response => {
      this.#tell(passing, { because });
      return response;
    };
    if (request.method !== "GET") return notKept("it answers another method than GET");
    if (varies === undefined) return notKept("its Vary says that every request has another answer");
    if (response.redirects.length > 0) return notKept("a redirect led to it");
    const policy = new CachePolicy(requestFacts(request, varies), responseFacts(response), {
      shared: this.#isShared,
    });
    if (!policy.storable()) return notKept(refusalOf(response));
    const place = placeFor(index, varies);
    const key = responseKey(place, { ...request, context });
    const { body, call } = madeOf(response);
    const tooLarge = `it has more than ${this.#maxBodyBytes} bytes (cache.maxBodyBytes)`;
    if ((body.announcedBytes ?? 0) > this.#maxBodyBytes) return notKept(tooLarge);
    const origin = originOf(response);
    body.overhear(
      new Copy(this.#maxBodyBytes, (bytes, error) => {
        if (error !== undefined) return void notKept("its body did not come to its end");
        if (bytes === undefined) return void notKept(tooLarge);
        const unseen = call.completion?.completeness !== "complete";
        if (unseen) return void notKept("the end of its body was not seen");
        const kept: Kept = {
          key,
          id: randomUUID(),
          keptAt: Date.now(),
          version,
          status,
          reason,
          lines: [...response.headers.lines()],
          headline: response.trust.headline(),
          freshness: policy.toObject(),
          body: bytes,
        };
        this.#put({ ...passing, index: place }, kept, origin, place === index ? undefined : place);
      }),
    );
    return response;
  }

  #put(passing: Passing, kept: Kept, origin: Origin, place?: Index): void {
    const at = indexKey(passing.exchange.request.url);
    // It may be what was there before it was changed.
    if ((this.#forgotten.get(at) ?? 0) > passing.begunAt)
      return this.#tell(passing, { because: "its URL was changed meanwhile" });
    if (place !== undefined) this.#store.set(at, writeIndex(place));
    this.#origins.set(kept.id, {
      ...origin,
      earlierAttempts: [],
      resumptions: undefined,
      instants: undefined,
    });
    this.#store.set(kept.key, writeKept(kept));
    this.#tell(passing, { bytes: kept.body.length });
  }

  #tell({ exchange, place }: Passing, said: Told): void {
    const { url } = exchange.request;
    place.tell(() => {
      if (said.use !== undefined) return { kind: "cache", url, use: said.use };
      return said.bytes === undefined
        ? { kind: "not-kept", url, because: said.because }
        : { kind: "kept", url, bytes: said.bytes };
    });
  }

  #give(passing: Passing, kept: Kept, cache: CacheUse, asked?: Origin): Response {
    const { exchange, place } = passing;
    const { method, url } = exchange.request;
    this.#tell(passing, { use: cache });
    const { status, reason: statusText, version, body, keptAt, headline, id } = kept;
    const known = this.#origins.get(id);
    const since = renderInstant(keptAt);
    const note =
      known === undefined
        ? `It came from the cache's store, where another client put it at ${since}. Its report said then: ${headline}`
        : `It was kept in the client's cache at ${since}: no server was asked now.`;
    return place.respond(
      {
        status,
        statusText,
        headers: shownLines(kept.lines, policyOf(kept).age()),
        body: method === "HEAD" ? null : body.slice(),
      },
      {
        origin: asked ?? noted(known ?? noOrigin({ url, host: new URL(url).hostname }), note),
        version,
        isCoded: true,
        cache,
      },
    );
  }

  /** RFC 9111 §4.4: what an unsafe request may have changed is forgotten, under every policy and for all users. */
  async #passBy(exchange: Exchange, next: Next): Promise<Response> {
    const { url, method } = exchange.request;
    const response = await next();
    if (safeMethods.has(method) || response.status < 200 || response.status > 399) return response;
    const { headers } = response;
    const changed = new Set([url, response.url]);
    for (const name of ["location", "content-location"]) {
      const place = placeOf(headers.get(name), response.url);
      if (place !== undefined) changed.add(place);
    }
    const keys = [...changed].map(indexKey);
    for (const key of keys) this.#forgotten.set(key, ++this.#forgettings);
    await Promise.all(keys.map((key) => this.#store.delete(key)));
    return response;
  }
}

/** What happened, one of them. */
type Told =
  | { readonly use: CacheUse; readonly bytes?: undefined }
  | { readonly use?: undefined; readonly bytes: number }
  | { readonly use?: undefined; readonly bytes?: undefined; readonly because: string };

/** Why RFC 9111 §3 does not let it be kept, by what it goes by. */
function refusalOf({ status, headers }: Response): string {
  const said = headers.get("cache-control") ?? headers.get("expires");
  const fields = said === null ? "nothing about how long it is fresh" : renderPeerText(said);
  return `RFC 9111 §3 does not allow it: it has the status ${status}, and says ${fields}`;
}

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"]);

/** Fields with which the caller has a part or a condition in mind. */
const ownConditions = [
  "range",
  "if-range",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
];

function isLookedFor(request: AskedRequest): boolean {
  const { method, headers, body } = request;
  if ((method !== "GET" && method !== "HEAD") || (body !== undefined && body !== null)) return false;
  return !ownConditions.some((name) => headers.has(name)) && !directives(request).has("no-store");
}

function directives({ headers }: AskedRequest): ReadonlySet<string> {
  return new Set(cacheDirectives(headers.get("cache-control")).map(([name]) => name));
}

function variesOf({ freshness }: Kept): readonly string[] {
  return namesIn(String(freshness.resh["vary"] ?? ""));
}

interface Found {
  readonly isUsable: boolean;
  readonly isStale: boolean;
  readonly isToBeRefreshed: boolean;
  /** What asks whether it is still so. */
  readonly headers: Readonly<Record<string, string>>;
}

function evaluate(kept: Kept, request: AskedRequest): Found | undefined {
  try {
    const policy = policyOf(kept);
    const { response, revalidation } = policy.evaluateRequest(requestFacts(request, variesOf(kept)));
    const { "if-none-match": tag, "if-modified-since": since } = revalidation?.headers ?? {};
    return {
      isUsable: response !== undefined,
      isStale: policy.stale(),
      isToBeRefreshed: response !== undefined && revalidation !== undefined,
      headers: {
        ...(typeof tag === "string" ? { "if-none-match": tag } : {}),
        ...(typeof since === "string" ? { "if-modified-since": since } : {}),
      },
    };
  } catch {
    return undefined;
  }
}

function policyOf({ freshness }: Kept): CachePolicy {
  return CachePolicy.fromObject(freshness);
}

/** RFC 5861 §4, and RFC 9111 §4.2.4: not where the server, or the request, forbids it. */
function mayBeStale(policy: CachePolicy, request: AskedRequest): boolean {
  if (["no-cache", "max-age", "min-fresh"].some((name) => directives(request).has(name))) return false;
  const { rescc } = policy.toObject();
  const allowed = Number(rescc["stale-if-error"] ?? 0);
  return rescc["no-cache"] === undefined && allowed > 0 && policy.maxAge() + allowed > policy.age();
}

/** A server that was not admitted is not one that cannot be reached: what it did is told. */
function isUnreachable(error: unknown): boolean {
  return (
    error instanceof HttpsError &&
    ["dns", "tcp", "timeout"].includes(error.stage) &&
    error.code !== "aborted" &&
    error.code !== "total-timeout"
  );
}

/** The index that a response with these fields belongs to. One that knows all of them stays; else what was there is left. */
function placeFor(index: Index | undefined, varies: readonly string[]): Index {
  if (index !== undefined && varies.every((name) => index.varies.includes(name))) return index;
  return { id: randomUUID(), varies: [...new Set([...(index?.varies ?? []), ...varies])].toSorted() };
}

/** What a field names, where it is of the same origin (RFC 9111 §4.4). */
function placeOf(value: string | null, base: string): string | undefined {
  if (value === null || !URL.canParse(value, base)) return undefined;
  const place = new URL(value, base);
  place.hash = "";
  return place.origin === new URL(base).origin ? place.href : undefined;
}

function noted(origin: Origin, note: string): Origin {
  return { ...origin, link: { ...origin.link, trust: withNote(origin.link.trust, note) } };
}

/** A copy of a body, given to `onOver`: without the bytes where they are too many, and with what ended it early. */
class Copy implements BodyTap {
  readonly #maxBytes: number;
  readonly #onOver: (bytes: Uint8Array | undefined, error: Error | undefined) => void;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxBytes: number, onOver: (bytes: Uint8Array | undefined, error: Error | undefined) => void) {
    this.#maxBytes = maxBytes;
    this.#onOver = onOver;
  }

  onContent(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes <= this.#maxBytes) this.#chunks.push(bytes.slice());
    else this.#chunks = [];
  }

  onEnd(error: Error | undefined): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#onOver(this.#bytes <= this.#maxBytes ? concatBytes(chunks) : undefined, error);
  }
}
