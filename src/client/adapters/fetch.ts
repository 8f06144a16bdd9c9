/**
 * A client in the shape of `fetch`, for libraries that take one: the platform's Request, Response and Headers, and the
 * errors that users of fetch look for: a TypeError, with the `HttpsError` as its cause.
 *
 * DEVIATION: a manual redirect gives the 3xx response itself, as Node's fetch does; the Fetch standard shows nothing.
 *
 * DEVIATION: a program is not a page, so nothing is done that protects a page's users from its scripts: no CORS, no Origin and
 * Sec-Fetch fields, no blocked ports. `data:`, `blob:` and `about:` name no server, and are refused.
 */
import { HttpsError, bare, messageOf, shownHref, shownLocation, shownUrl } from "../../core/index.ts";
import { isRedirectStatus } from "../../http1/index.ts";
import type { Client } from "../client.ts";
import type { RequestOptions } from "../options/options.ts";
import { bodyOf } from "./fetch-body.ts";
import { fetchRows } from "./options.ts";
import { platformResponse } from "./platform-response.ts";
import { refererFor } from "./referrer.ts";
import { findRefusal, type Door } from "./refusal.ts";
import { inClientsNames } from "./setting-names.ts";

/**
 * A `fetch` whose requests go through the client: its trust settings, pool, proxies and limits.
 * Rejects with a TypeError whose `cause` is the `HttpsError`, or with the signal's reason. `trustOf(response)` is the
 * trust report. docs/adapters.md has every member of the init.
 *
 * @example
 * const api = ky.create({ fetch: createFetch(client) });
 */
export function createFetch(client: Client): typeof fetch {
  return async (input, given) => {
    const init = wholeInit(input, given);
    const request = requestFor(input, init);
    const { signal, redirect, method, url } = request;
    refuseUnmet(request, input, init);
    signal.throwIfAborted();
    const body = await bodyOf(request, init);
    const options: RequestOptions = {
      method,
      headers: headersOf(request),
      signal,
      ...(body === undefined ? {} : { body }),
      ...(redirect === "follow" ? {} : { redirects: 0 }),
      ...(request.credentials === "omit" ? { cookies: null, authentication: null } : {}),
    };
    const response = await client.request(url, options).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : failed(error);
    });
    const location = isRedirectStatus(response.status) ? response.headers.get("location") : undefined;
    if (redirect === "error" && location !== undefined) {
      response.cancel();
      const urls = [shownHref(url), shownLocation(location, url)];
      throw failed(new HttpsError("too-many-redirects", { value: 0, urls }));
    }
    return platformResponse(response, signal);
  };
}

/** The platform's Request. */
function requestFor(input: Parameters<typeof fetch>[0], init: RequestInit): Request {
  const what = input instanceof Request ? input : String(input);
  try {
    return new Request(what, init);
  } catch (error) {
    throw typeof what === "string" ? withoutSecrets(error, what) : error;
  }
}

/** The platform's error for a URL repeats that, with its password and its query, and so does the error's cause. */
function withoutSecrets(error: unknown, url: string): unknown {
  const says = messageOf(error);
  const shown = shownUrl(url);
  return shown === url || !says.includes(url) ? error : new TypeError(says.replaceAll(url, () => shown));
}

/** Fetch §5.4: what a RequestInit and a Request have in common. */
const initNames = [
  "method",
  "headers",
  "redirect",
  "signal",
  "integrity",
  "cache",
  "credentials",
  "mode",
  "referrer",
  "referrerPolicy",
  "keepalive",
] as const;
/** Fetch §5.4: a new request's own. */
const usualInit: Pick<RequestInit, (typeof initNames)[number]> = {
  method: "GET",
  headers: {},
  redirect: "follow",
  signal: null,
  integrity: "",
  cache: "default",
  credentials: "same-origin",
  mode: "cors",
  referrer: "about:client",
  referrerPolicy: "",
  keepalive: false,
};

/**
 * The init with every member that it may have: the platform's Request reads what is missing from `Object.prototype`.
 * What stands for it is the input's own.
 */
function wholeInit(input: unknown, given: RequestInit | undefined): RequestInit {
  const base = input instanceof Request ? input : usualInit;
  const init: Record<string, unknown> = { body: null };
  for (const name of initNames) init[name] = base[name];
  const said = given as Readonly<Record<string, unknown>> | undefined;
  // A Request may stand in the init's place; what it says is its class's.
  const names = given instanceof Request ? [...initNames, "body", "duplex"] : Object.keys(said ?? {});
  for (const name of names) {
    const value = said?.[name];
    if (value !== undefined) init[name] = value;
  }
  return bare(init);
}

/** What libraries look for: this message, and the reason as the cause. */
function failed(cause: unknown): TypeError {
  return cause instanceof HttpsError
    ? new TypeError("fetch failed", { cause: inClientsNames(cause) })
    : (cause as TypeError);
}

const door: Door = (option) => `createFetch(new Client({ ${option} }))`;

/** @throws TypeError caused by HttpsError `option-invalid` */
function refuseUnmet({ cache, mode, integrity }: Request, input: unknown, init: RequestInit): void {
  if (cache === "only-if-cached") throw unmet("cache", cache, "another mode: nothing is cached here");
  if (mode === "same-origin")
    throw unmet("mode", mode, "cors or no-cors: a program has no origin of its own");
  const refusal = findRefusal({ dispatcher: dispatcherOf(input), ...init, integrity }, fetchRows, door);
  if (refusal !== undefined) throw failed(refusal);
}

function unmet(option: string, value: string, expected: string): TypeError {
  return failed(new HttpsError("option-invalid", { option, value: JSON.stringify(value), expected }));
}

/** The dispatcher that a Request was made with, where Node lets it be seen: up to Node 22. */
function dispatcherOf(input: unknown): unknown {
  if (!(input instanceof Request)) return undefined;
  const hidden = Object.getOwnPropertySymbols(input).find(({ description }) => description === "dispatcher");
  return hidden && Reflect.get(input, hidden);
}

/** What makes a request conditional: the answer is the caller's own cache's business (Fetch, HTTP-network-or-cache fetch). */
const conditions = ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];

/** Fetch, HTTP-network-or-cache fetch: what the cache mode says to caches on the way, and the referrer. */
function headersOf(request: Request): Headers {
  const { headers, cache } = request;
  const isConditional = cache === "default" && conditions.some((name) => headers.has(name));
  const bypasses = cache === "no-store" || cache === "reload" || isConditional;
  if (cache === "no-cache" && !headers.has("cache-control")) headers.set("cache-control", "max-age=0");
  if (bypasses && !headers.has("pragma")) headers.set("pragma", "no-cache");
  if (bypasses && !headers.has("cache-control")) headers.set("cache-control", "no-cache");
  const referer = refererFor(request);
  if (referer !== undefined && !headers.has("referer")) headers.set("referer", referer);
  return headers;
}
