/**
 * A client in the shape of `fetch`, for libraries that take one: the platform's Request, Response and Headers, and the
 * errors that users of fetch look for: a TypeError, with the `HttpsError` as its cause.
 *
 * DEVIATION: a manual redirect gives the 3xx response itself, as Node's fetch does; the Fetch standard shows nothing.
 */
import { bare, HttpsError } from "../core/index.ts";
import { isRedirectStatus } from "../http1/index.ts";
import type { Client } from "./client.ts";
import { clientLimits } from "./limits.ts";
import type { RequestOptions } from "./options/options.ts";
import type { BodyInput } from "./body/request-body.ts";
import { knownChunks, type Response } from "./response.ts";
import { rememberTrust } from "./trust-of.ts";

/**
 * A `fetch` whose requests go through the client: its trust settings, pool, proxies and limits.
 * Rejects with a TypeError whose `cause` is the `HttpsError`, or with the signal's reason. `trustOf(response)` is the
 * trust report.
 *
 * @example
 * const api = ky.create({ fetch: createFetch(client) });
 */
export function createFetch(client: Client): typeof fetch {
  return async (input, given) => {
    const init = wholeInit(input, given);
    const request = new Request(input, init);
    const { signal, redirect, method, url } = request;
    refuseUnmet(request, given);
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
      throw failed(new HttpsError("too-many-redirects", { value: 0, urls: [url, location] }));
    }
    return platformResponse(response, signal);
  };
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

/** Fetch §2.2.3: null body status. */
const nullBodyStatuses: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** What the request sends: the body as it was given where it is still to be had, so that it can be sent twice. */
async function bodyOf(request: Request, init: RequestInit): Promise<BodyInput | undefined> {
  if (request.body === null) return undefined;
  const given = init.body;
  if (given === undefined || given === null || given instanceof FormData) return settleBody(request.body);
  if (given instanceof ReadableStream) return request.body;
  return typeof given === "string" ||
    isBytes(given) ||
    given instanceof URLSearchParams ||
    given instanceof Blob
    ? (given as BodyInput)
    : request.body;
}

function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

/**
 * A Request does not say what its body was made of. One made of something in hand gives it all at once: then it is
 * sent with its length, and can be sent again. What has not ended by the next turn, or is large, is a stream.
 */
async function settleBody(stream: ReadableStream<Uint8Array>): Promise<BodyInput> {
  const reader = stream.getReader();
  const seen: Uint8Array[] = [];
  let seenBytes = 0;
  const turnOver = new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));
  let pending = reader.read();
  while (seenBytes <= clientLimits.queuedBodyBytes.value) {
    const read = await Promise.race([pending, turnOver]);
    if (read === undefined) break;
    if (read.done) return Buffer.concat(seen, seenBytes);
    seen.push(read.value);
    seenBytes += read.value.length;
    pending = reader.read();
  }
  return continueBody(seen, pending, reader);
}

/** The body again: what was read of it, what is being read, and the rest. */
function continueBody(
  seen: readonly Uint8Array[],
  pending: Promise<ReadableStreamReadResult<Uint8Array>>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  let next: typeof pending | undefined = pending;
  pending.catch(() => {}); // It is read below, where its failure is told.
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of seen) controller.enqueue(chunk);
    },
    pull: async (controller) => {
      const { done, value } = await (next ?? reader.read());
      next = undefined;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function platformResponse(response: Response, signal: AbortSignal): globalThis.Response {
  const { status } = response;
  const headers = new Headers();
  for (const [name, value] of response.headers) headers.append(name, value);
  const hasBody = !nullBodyStatuses.has(status);
  if (!hasBody) response.cancel();
  const isUsual = status >= 200 && status <= 599;
  const platform = new globalThis.Response(hasBody ? bodyStream(response, signal) : null, {
    headers,
    status: isUsual ? status : 200,
    statusText: reasonPhrase(response.reason),
  });
  describe(platform, {
    url: response.url,
    redirected: response.redirects.length > 0,
    // RFC 9110 §15: a status of 600 or more is one; the platform's constructor does not take it.
    ...(isUsual ? {} : { status, ok: false }),
  });
  rememberTrust(platform, response.trust);
  return platform;
}

/** Sets what the constructor of the platform's Response has no word for, on its clones too. */
function describe(platform: globalThis.Response, facts: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(facts)) Object.defineProperty(platform, name, { value });
  const clone = platform.clone.bind(platform);
  Object.defineProperty(platform, "clone", {
    value: () => {
      const copy = clone();
      describe(copy, facts);
      return copy;
    },
  });
}

/** Nothing is read before it is asked for, so that a response nobody reads is given up when it is forgotten. */
function bodyStream(response: Response, signal: AbortSignal): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  const stream = {
    type: "bytes",
    pull: async (controller: ReadableByteStreamController): Promise<void> => {
      // Fetch, "handle content codings": the bytes as they are, where a coding is not supported.
      chunks ??= knownChunks(response)[Symbol.asyncIterator]();
      try {
        const { done, value } = await nextFilled(chunks);
        if (done !== true) return controller.enqueue(value as Uint8Array<ArrayBuffer>);
        controller.close();
        controller.byobRequest?.respond(0);
      } catch (error) {
        throw signal.aborted ? signal.reason : new TypeError("terminated", { cause: error });
      }
    },
    cancel: (): void => response.cancel(),
  } as const;
  return new ReadableStream(stream);
}

/** A byte stream takes no empty chunk. */
async function nextFilled(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  for (;;) {
    const next = await chunks.next();
    if (next.done === true || next.value.length > 0) return next;
  }
}

/** RFC 9112 §4; what is not a reason phrase to the platform is left out. */
function reasonPhrase(reason: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(reason) ? reason : "";
}

/** What libraries look for: this message, and the reason as the cause. */
function failed(cause: unknown): TypeError {
  return cause instanceof HttpsError ? new TypeError("fetch failed", { cause }) : (cause as TypeError);
}

/** Members that nothing here could honour, and that would be missed; those of other programs' fetch among them. */
const unmet: ReadonlyMap<string, string> = new Map([
  ["dispatcher", "nothing: proxies, roots and limits are the client's options"],
  ["agent", "nothing: proxies, roots and limits are the client's options"],
  ["proxy", "nothing: the client's option proxy says which"],
  ["tls", "nothing: whom to trust is the client's to say"],
  ["timeout", "nothing: signal: AbortSignal.timeout(ms), or the client's timeouts"],
]);

/** @throws TypeError caused by HttpsError `option-invalid` */
function refuseUnmet({ integrity, cache }: Request, given: RequestInit | undefined): void {
  const refuse = (option: string, value: string, expected: string): TypeError =>
    failed(new HttpsError("option-invalid", { option, value, expected }));
  if (integrity !== "")
    throw refuse("integrity", "a digest", "nothing: check the body's digest when it is read");
  if (cache === "only-if-cached")
    throw refuse("cache", JSON.stringify(cache), "another mode: nothing is cached here");
  for (const [option, expected] of unmet) {
    const value: unknown = given !== undefined && Object.hasOwn(given, option) && Reflect.get(given, option);
    if (value !== false && value !== undefined && value !== null) throw refuse(option, "a value", expected);
  }
}

/** Fetch, HTTP-network-or-cache fetch: what the cache mode says to caches on the way. */
function headersOf({ headers, cache }: Request): Headers {
  const bypasses = cache === "no-store" || cache === "reload";
  if (cache === "no-cache" && !headers.has("cache-control")) headers.set("cache-control", "max-age=0");
  if (bypasses && !headers.has("pragma")) headers.set("pragma", "no-cache");
  if (bypasses && !headers.has("cache-control")) headers.set("cache-control", "no-cache");
  return headers;
}
