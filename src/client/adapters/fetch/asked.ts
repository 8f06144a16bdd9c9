/**
 * What a fetch asks for, read from its input and init (Fetch §5.4, new Request). What needs nothing of the platform's
 * Request is read without one, which costs more than the request itself; everything else is the platform's to judge.
 */
import { bare, messageOf, shownUrl, type RecentMap } from "../../../core/index.ts";
import { bun, runtimeHere } from "../../../runtime/index.ts";
import type { BodyInput } from "../../body/request-body.ts";
import { bodyInHand } from "./asked-body.ts";

/** A fetch, settled in everything but a body whose Request hides what it was made of. */
export interface Asked {
  /** Serialized, with its fragment. */
  readonly url: string;
  readonly method: string;
  readonly headers: Headers | undefined;
  /** What the caller wrote the headers in: names in their own letters. */
  readonly writtenHeaders: unknown;
  /** What is in hand. */
  readonly body: BodyInput | undefined;
  /** A stream of the caller's, in the platform's form. */
  readonly stream: ReadableStream<Uint8Array> | undefined;
  /** A Request that has a body, and hides what that was made of. */
  readonly hiding: Request | undefined;
  readonly signal: AbortSignal | undefined;
  readonly redirect: RequestRedirect;
  readonly credentials: RequestCredentials;
  readonly cache: RequestCache;
  readonly mode: RequestMode;
  readonly integrity: string;
  readonly referrer: string;
  readonly referrerPolicy: ReferrerPolicy;
  /** `null`: nobody is to be asked for credentials (Fetch §5.4). */
  readonly window: null | undefined;
  /** The platform's own, where one was made or given: its signal lasts as long as it does. */
  readonly request: Request | undefined;
}

/** Texts that were read before, and the URLs that they are. */
export type KnownUrls = RecentMap<string, string>;

type Said = Readonly<Record<string, unknown>>;

const plainMethods: ReadonlySet<unknown> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "PATCH",
]);
const plainValues: ReadonlyMap<string, ReadonlySet<unknown>> = new Map<string, ReadonlySet<unknown>>([
  ["redirect", new Set(["follow", "error", "manual"])],
  ["credentials", new Set(["omit", "same-origin", "include"])],
  ["cache", new Set(["default", "no-store", "reload", "no-cache", "force-cache"])],
  ["mode", new Set(["cors"])],
  ["keepalive", new Set([true, false])],
  ["duplex", new Set(["half"])],
  ["window", new Set([null])],
  ["priority", new Set(["high", "low", "auto"])],
]);

const usual: Omit<Asked, "url"> = {
  method: "GET",
  headers: undefined,
  writtenHeaders: undefined,
  body: undefined,
  stream: undefined,
  hiding: undefined,
  signal: undefined,
  redirect: "follow",
  credentials: "same-origin",
  cache: "default",
  mode: "cors",
  integrity: "",
  referrer: "about:client",
  referrerPolicy: "",
  window: undefined,
  request: undefined,
};

/** @throws TypeError as the platform's Request has it */
export function readAsked(input: unknown, init: RequestInit | undefined, urls: KnownUrls): Asked {
  return readPlain(input, init, urls) ?? readByPlatform(input, init);
}

/** `undefined` where the platform has to look at it. */
function readPlain(input: unknown, init: unknown, urls: KnownUrls): Asked | undefined {
  const url = plainUrl(input, urls);
  if (url === undefined) return undefined;
  if (init === undefined || init === null) return { ...usual, url };
  if (typeof init !== "object" || isRequest(init)) return undefined;
  const asked: { -readonly [K in keyof Asked]: Asked[K] } = { ...usual, url };
  for (const name of Object.keys(init)) {
    const value = (init as Said)[name];
    if (value === undefined) continue;
    if (name === "body") {
      const body = value === null ? undefined : bodyInHand(value);
      if (value !== null && body === undefined) return undefined;
      asked.body = body;
    } else if (name === "headers") asked.writtenHeaders = value;
    else if (name === "method") {
      if (!plainMethods.has(value)) return undefined;
      asked.method = value as string;
    } else if (name === "signal") {
      if (value !== null && !(value instanceof AbortSignal)) return undefined;
      asked.signal = value ?? undefined;
    } else if (name === "integrity") {
      if (typeof value !== "string") return undefined;
      asked.integrity = value;
    } else if (plainValues.get(name)?.has(value) !== true) return undefined;
    else if (Object.hasOwn(usual, name)) (asked as Record<string, unknown>)[name] = value;
  }
  if (asked.body !== undefined && (asked.method === "GET" || asked.method === "HEAD")) return undefined;
  if (asked.writtenHeaders !== undefined) asked.headers = new Headers(asked.writtenHeaders as HeadersInit);
  return asked;
}

/** A data: URL is not kept. */
const longestKnownUrl = 2_048;

/** The URL of a text or of a URL, serialized, where nothing of it is the platform's to refuse. */
function plainUrl(input: unknown, urls: KnownUrls): string | undefined {
  const text = typeof input === "string" ? input : input instanceof URL ? input.href : undefined;
  if (text === undefined) return undefined;
  const known = urls.get(text);
  if (known !== undefined) return known;
  if (!URL.canParse(text)) return undefined;
  const { href, username, password } = new URL(text);
  if (username !== "" || password !== "") return undefined;
  if (text.length <= longestKnownUrl) urls.set(text, href);
  return href;
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

function readByPlatform(input: unknown, said: RequestInit | undefined): Asked {
  const init = wholeInit(input, said);
  const request = requestFor(input, init);
  const { signal, body: given } = init;
  const body = request.body === null ? undefined : bodyInHand(given);
  const coming = body === undefined ? request.body : null;
  // The stream of a Request is what hides the body; one that the caller gave is a stream.
  const isStream = isRequest(said) || (isComing(given) && !(isRequest(input) && given === input.body));
  return {
    url: request.url,
    method: request.method,
    headers: body instanceof FormData ? withoutBoundary(request.headers, init) : request.headers,
    writtenHeaders: ownHeaders(said),
    body,
    stream: isStream ? (coming ?? undefined) : undefined,
    hiding: isStream || coming === null ? undefined : request,
    // The caller's own, where it is one: the platform's follows it for as long as the Request is there.
    signal: signal instanceof AbortSignal ? signal : request.signal,
    redirect: request.redirect,
    credentials: request.credentials,
    cache: request.cache,
    mode: request.mode,
    integrity: request.integrity,
    referrer: request.referrer,
    referrerPolicy: request.referrerPolicy,
    window: init.window === null ? null : undefined,
    request: isRequest(input) ? input : request,
  };
}

/** A form's boundary is chosen when it is encoded, unless the caller's headers have one. */
function withoutBoundary(headers: Headers, { headers: given }: RequestInit): Headers {
  if (!new Headers(given).has("content-type")) headers.delete("content-type");
  return headers;
}

function isComing(body: unknown): boolean {
  return (
    body instanceof ReadableStream ||
    (typeof body === "object" && body !== null && Symbol.asyncIterator in body)
  );
}

function ownHeaders(given: RequestInit | undefined): unknown {
  return typeof given === "object" && given !== null && Object.hasOwn(given, "headers")
    ? given.headers
    : undefined;
}

/** The platform's Request, or another implementation's. */
export function isRequest(input: unknown): input is Request {
  return isPlatforms(input) || Object.prototype.toString.call(input) === "[object Request]";
}

function isPlatforms(input: unknown): boolean {
  return input instanceof Request;
}

/** The platform's Request. @throws TypeError */
function requestFor(input: unknown, init: RequestInit): Request {
  if (input instanceof Request) return new Request(input, init);
  const url = isRequest(input) ? input.url : String(input);
  try {
    return new Request(url, init);
  } catch (error) {
    throw withoutSecrets(error, url);
  }
}

/** The platform's error for a URL repeats that, with its password and its query, and so does the error's cause. */
function withoutSecrets(error: unknown, url: string): unknown {
  const says = messageOf(error);
  const shown = shownUrl(url);
  return shown === url || !says.includes(url) ? error : new TypeError(says.replaceAll(url, () => shown));
}

/**
 * The init with every member that it may have: the platform's Request reads what is missing from `Object.prototype`.
 * What stands for it is the input's own.
 */
function wholeInit(input: unknown, given: RequestInit | undefined): RequestInit {
  const foreign = isRequest(input) && !isPlatforms(input) ? input : undefined;
  const base = isRequest(input) ? input : usualInit;
  const init: Record<string, unknown> = { body: null };
  for (const name of initNames) init[name] = base[name];
  if (foreign !== undefined && foreign.body !== null) {
    if (foreign.bodyUsed)
      throw new TypeError("Cannot construct a Request with a Request object that has already been used.");
    init["body"] = foreign.body;
    init["duplex"] = "half";
  }
  const said = given as Said | null | undefined;
  // A Request may stand in the init's place; what it says is its class's.
  const names = isRequest(given) ? [...initNames, "body", "duplex"] : Object.keys(said ?? {});
  for (const name of names) {
    const value = said?.[name];
    if (value !== undefined) init[name] = value;
  }
  if (isForeignSignal(init["signal"])) init["signal"] = followSignal(init["signal"]);
  // Fetch §5.4: null leaves a Request its body. Bun takes the body away, and Node reads a prototype for `undefined`.
  if (runtimeHere === bun && isPlatforms(input) && init["body"] === null) init["body"] = undefined;
  return bare(init);
}

/** Another implementation's signal: newer platforms take their own alone. */
function isForeignSignal(value: unknown): value is AbortSignal {
  if (typeof value !== "object" || value === null || value instanceof AbortSignal) return false;
  const { aborted, addEventListener } = value as Partial<AbortSignal>;
  return typeof aborted === "boolean" && typeof addEventListener === "function";
}

function followSignal(signal: AbortSignal): AbortSignal {
  if (signal.aborted) return AbortSignal.abort(signal.reason);
  const own = new AbortController();
  signal.addEventListener("abort", () => own.abort(signal.reason), bare({ once: true }));
  return own.signal;
}
