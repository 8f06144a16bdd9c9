/**
 * A client in the shape of `fetch`, for libraries that take one: the platform's Request, Response and Headers, and the
 * errors that users of fetch look for: a TypeError, with the `HttpsError` as its cause.
 *
 * DEVIATION: a manual redirect gives the 3xx response itself, as Node's fetch does; the Fetch standard shows nothing.
 *
 * DEVIATION: a program is not a page, so nothing is done that protects a page's users from its scripts: no CORS, no Origin and,
 * beside Sec-Fetch-Mode, no Sec-Fetch fields, no blocked ports, and no languages of a user's (Accept-Language). Mode `same-origin` is refused, since a
 * program has no origin; for the types `cors` and `opaque`, the first URL's stands for it.
 *
 * DEVIATION: a status is a result: 407 too, but where `window` is null, and 421 is asked again on another connection over HTTP/2 alone.
 *
 * DEVIATION: a body that ended early, or has something behind the end of its coding, is an error, where browsers take what came.
 *
 * DEVIATION: the sentences of errors are Meerkat's, where Node's fetch has undici's: that of redirect mode `error` has the words
 * "unexpected redirect" in it, and is not "unexpected redirect" alone. The `code` of the cause is what to go by.
 *
 * DEVIATION: undici's global dispatcher (`setGlobalDispatcher`) is not asked, nor is a proxy or a MockAgent that stands there: the way
 * is the client's. A `dispatcher` of the init is asked, as docs/adapters.md has it.
 *
 * DEVIATION: zstd is undone from Node 24 on. Before, a body in it is handed out as it came, as by Node's own fetch there: below
 * 22.15 Node has no decoder, and that of 22.15 takes a body that was cut short for whole. It is not asked for there.
 *
 * DEVIATION: a Headers does not say in which letters its names were set: they are sent in lower case, but for those that RFC 9110
 * writes. Node's fetch looks into its own. Names of a plain object or of pairs keep their letters.
 *
 * DEVIATION: a Referer is cut to its origin where a redirect crosses origins, whatever `referrerPolicy` and Referrer-Policy say.
 */
import { areCodingsKnown } from "../../../coding/index.ts";
import { HttpsError, RecentMap, shownHref, shownLocation } from "../../../core/index.ts";
import { isRedirectStatus } from "../../../http1/index.ts";
import { requestBy, type Client } from "../../client.ts";
import { clientLimits } from "../../limits.ts";
import type { RequestOptions } from "../../options/options.ts";
import { wireFields, type Response as Answer } from "../../response.ts";
import { rememberTrust } from "../../trust-of.ts";
import { AnswerBody } from "./answer-body.ts";
import { isRequest, readAsked, type Asked, type KnownUrls } from "./asked.ts";
import { fetchResponse, type Facts } from "./fetch-response.ts";
import { fieldsOf } from "./fields.ts";
import { settleBody, streamedBody } from "./hidden-body.ts";
import { checkIntegrity } from "./integrity.ts";
import { answerLocally, isLocal, withoutFragment } from "./local.ts";
import { dispatcherRow, fetchRows } from "./options.ts";
import { isDispatcher, wayBy, type ForeignDispatcher } from "./relay.ts";
import { doorOf, findRefusal, refuse, requireClient, type Door } from "../refusal.ts";
import { inClientsNames } from "../setting-names.ts";

type Platform = globalThis.Response;

/**
 * A `fetch` whose requests go through the client: its trust settings, pool, proxies and limits.
 * Rejects with a TypeError whose `cause` is the `HttpsError`, or with the signal's reason. `trustOf(response)` is the
 * trust report. docs/adapters.md has every member of the init.
 *
 * @example
 * const api = ky.create({ fetch: createFetch(client) });
 */
export function createFetch(client: Client): typeof fetch {
  requireClient(client);
  const urls: KnownUrls = new RecentMap(clientLimits.parsedTargets.value);
  const made = {
    // Fetch §5.6: its length is 1, since the second may be left out.
    fetch: async (input: unknown, ...[init]: [init?: RequestInit]): Promise<Platform> => {
      const asked = readAsked(input, init, urls);
      const dispatcher =
        asked.request === undefined
          ? undefined
          : refuseUnmet(asked, { input, init, door: doorOf(made.fetch, door) });
      const { signal } = asked;
      if (signal?.aborted === true) {
        cancelBody(asked);
        throw signal.reason;
      }
      try {
        return await (isLocal(asked.url)
          ? fetchLocal(asked)
          : fetchRemote(senderOf(client, dispatcher, doorOf(made.fetch, door)), asked));
      } catch (error) {
        throw isAborted(signal) ? signal?.reason : failed(error);
      }
    },
  };
  return made.fetch;
}

/** Asked again: it may have come in between. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Fetch §5.6, abort a fetch() call: the body is cancelled too. */
function cancelBody({ stream, hiding, signal }: Asked): void {
  const body = stream ?? hiding?.body;
  if (body?.locked === false) body.cancel(signal?.reason).catch(() => {});
}

/** What libraries look for: this message, and the reason as the cause. */
function failed(cause: unknown): unknown {
  return cause instanceof HttpsError
    ? new TypeError("fetch failed", { cause: inClientsNames(cause) })
    : cause;
}

async function fetchLocal(asked: Asked): Promise<Platform> {
  const { status, statusText, headers, body } = answerLocally(asked);
  const init = { headers: headers.map(([name, value]): [string, string] => [name, value]) };
  const facts: Facts = {
    status,
    statusText,
    url: withoutFragment(asked.url),
    redirected: false,
    type: "basic",
    fields: headers,
  };
  if (asked.method === "HEAD") return fetchResponse(facts, undefined);
  const held = new Response(body, init);
  if (asked.integrity === "") return fetchResponse(facts, held);
  return checked(asked, facts, new Uint8Array(await held.arrayBuffer()));
}

type Sender = (url: string, options: RequestOptions) => Promise<Answer>;

/** What sends a request: the client, or a dispatcher of the caller's as its way. */
function senderOf(client: Client, dispatcher: ForeignDispatcher | undefined, asDoor: Door): Sender {
  if (dispatcher === undefined) return (url, options) => client.request(url, options);
  const way = wayBy(dispatcher, () => refuse("dispatcher", dispatcherRow, asDoor));
  return async (url, options) => {
    try {
      return await requestBy(way, client, url, options);
    } catch (error) {
      throw error instanceof HttpsError ? error : new TypeError("fetch failed", { cause: error });
    }
  };
}

async function fetchRemote(send: Sender, asked: Asked): Promise<Platform> {
  const { url, integrity } = asked;
  const options = optionsOf(asked);
  // A body in hand is taken before anything is waited for: it may be the caller's to change.
  const response = await send(url, asked.hiding === undefined ? options : await settled(asked, options));
  try {
    checkAnswer(response, asked);
  } catch (error) {
    response.cancel();
    throw error;
  }
  const facts = factsOf(response, asked);
  const body = new AnswerBody(response, asked);
  if (facts.type === "opaque" || asked.method === "HEAD" || nullBodyStatuses.has(response.status)) {
    body.giveUp();
    if (integrity !== "") throw mismatch(url, "there is no body that can be read");
    return remembered(fetchResponse(facts, undefined), response);
  }
  const platform = integrity === "" ? fetchResponse(facts, body) : checked(asked, facts, await body.bytes());
  return remembered(platform, response);
}

/** Fetch §2.2.3: null body status. */
const nullBodyStatuses: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

function remembered(platform: Platform, { trust }: Answer): Platform {
  rememberTrust(platform, trust);
  return platform;
}

/** The bytes, if they are what was expected (Fetch §4.1, main fetch). @throws HttpsError `integrity-mismatch` */
function checked({ url, integrity }: Asked, facts: Facts, bytes: Uint8Array): Platform {
  const reason = checkIntegrity(bytes, integrity);
  if (reason !== undefined) throw mismatch(url, reason);
  const headers = [...facts.fields].map(([name, value]): [string, string] => [name, value]);
  return fetchResponse(facts, new Response(bytes as Uint8Array<ArrayBuffer>, { headers }));
}

function mismatch(url: string, reason: string): HttpsError {
  return new HttpsError("integrity-mismatch", { url: shownHref(url), reason });
}

function optionsOf(asked: Asked): RequestOptions {
  const { method, body, stream, signal, redirect, credentials } = asked;
  const headers = fieldsOf(asked);
  const sent = stream === undefined ? body : streamedBody(stream, signal);
  return {
    ...(method === "GET" ? {} : { method }),
    headers,
    ...(signal === undefined ? {} : { signal }),
    ...(sent === undefined ? {} : { body: sent }),
    ...(redirect === "follow" ? {} : { redirects: 0 }),
    ...(credentials === "omit" ? { cookies: null, authentication: null } : {}),
  };
}

/** The options of a Request whose body has to be found out about first. */
async function settled({ hiding, signal }: Asked, options: RequestOptions): Promise<RequestOptions> {
  if (hiding === undefined) return options;
  const { body, length } = await settleBody(hiding, signal);
  if (length === undefined || hiding.headers.has("content-length")) return { ...options, body };
  const fields = options.headers as Iterable<readonly [string, string]> | undefined;
  return { ...options, body, headers: [...(fields ?? []), ["Content-Length", String(length)]] };
}

/** @throws HttpsError `redirect-unwanted`, `prompt-unwanted`, `too-many-codings` */
function checkAnswer(answer: Answer, { redirect, url, window }: Asked): void {
  const { status, headers } = answer;
  // Fetch §4.6, HTTP-network-or-cache fetch: there is nobody who could be asked for a proxy's credentials.
  if (status === 407 && window === null)
    throw new HttpsError("prompt-unwanted", { url: shownHref(url), status });
  if (redirect === "error" && isRedirectStatus(status)) {
    const location = headers.get("location");
    const to = location === null ? undefined : shownLocation(location, url);
    throw new HttpsError("redirect-unwanted", { from: shownHref(url), to, status });
  }
  if (headers.has("content-encoding")) areCodingsKnown(wireFields(answer));
}

const opaque: Facts = { status: 0, statusText: "", url: "", redirected: false, type: "opaque", fields: [] };

/** Fetch §4.1: which filtered response it is. */
function factsOf(answer: Answer, { mode }: Asked): Facts {
  const { status, reason, url, redirects } = answer;
  const [first] = redirects;
  const isRedirected = first !== undefined;
  const crosses =
    isRedirected && [...redirects.map((hop) => hop.url), url].some((one) => !isSameOrigin(one, first.url));
  if (crosses && mode === "no-cors") return opaque;
  return {
    status,
    statusText: reasonPhrase(reason),
    url,
    redirected: isRedirected,
    type: crosses ? "cors" : "basic",
    fields: wireFields(answer),
    masked: () => answer.toJSON().headers,
  };
}

function isSameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

/** RFC 9112 §4; what is not a reason phrase to the platform is left out. */
function reasonPhrase(reason: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(reason) ? reason : "";
}

const door: Door = (option) => `createFetch(new Client({ ${option} }))`;

/** Gives the dispatcher that is asked for, if one is. @throws TypeError caused by HttpsError `option-invalid` */
function refuseUnmet(
  { cache, mode }: Asked,
  {
    input,
    init,
    door: made,
  }: { readonly input: unknown; readonly init: RequestInit | undefined; readonly door: Door },
): ForeignDispatcher | undefined {
  if (cache === "only-if-cached") throw unmet("cache", cache, "another mode: nothing is cached here");
  if (mode === "same-origin")
    throw unmet("mode", mode, "cors or no-cors: a program has no origin of its own");
  const given: { readonly dispatcher?: unknown } = { dispatcher: dispatcherOf(input), ...init };
  const refusal = findRefusal(given, fetchRows, made);
  if (refusal !== undefined) throw failed(refusal);
  return isDispatcher(given.dispatcher) ? given.dispatcher : undefined;
}

function unmet(option: string, value: string, expected: string): unknown {
  return failed(new HttpsError("option-invalid", { option, value: JSON.stringify(value), expected }));
}

/** The dispatcher that a Request was made with, where Node lets it be seen: up to Node 22. */
function dispatcherOf(input: unknown): unknown {
  if (!isRequest(input)) return undefined;
  const hidden = Object.getOwnPropertySymbols(input).find(({ description }) => description === "dispatcher");
  return hidden && Reflect.get(input, hidden);
}
