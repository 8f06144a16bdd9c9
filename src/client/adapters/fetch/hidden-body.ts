/**
 * The body of a platform's Request, which does not say what it was made of: whether that is in hand, and how long it is, is
 * found out, so that it is sent with its length, and can be sent again.
 *
 * DEVIATION: a body in a Request whose type is that of a text is taken for one: a large Blob of type application/json there
 * goes in chunks, and so do a Blob and a form in a Request of another implementation.
 */
import { isUint8Array } from "node:util/types";
import { bare } from "../../../core/index.ts";
import { node, runtimeHere } from "../../../runtime/index.ts";
import type { BodyInput } from "../../body/request-body.ts";
import { clientLimits } from "../../limits.ts";

/** What is sent, and its length where the body alone does not tell. */
export interface SettledBody {
  readonly body: BodyInput;
  readonly length: number | undefined;
}

interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<unknown>;
}

/** A stream of the caller's own, which is sent as it comes. */
export function streamedBody(stream: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): BodyInput {
  return readOn([], { reader: stream.getReader(), signal });
}

const textTypes = /^(?:text\/plain;charset=UTF-8|application\/(?:x-www-form-urlencoded;charset=UTF-8|json))$/;

export async function settleBody(request: Request, signal: AbortSignal | undefined): Promise<SettledBody> {
  const isText = textTypes.test(request.headers.get("content-type") ?? "");
  const opened = isText ? undefined : openByPlatform(request);
  if (opened === undefined) return readText(request, signal);
  const { length, reader } = opened;
  const chunks = readOn([], { reader, signal });
  if (length === undefined || length > clientLimits.bufferedBodyBytes.value) return { body: chunks, length };
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return { body: joined(all), length: undefined };
}

/** A text is given in one piece at once. What has not ended by the next turn is a stream. */
async function readText(request: Request, signal: AbortSignal | undefined): Promise<SettledBody> {
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const seen: Uint8Array[] = [];
  const turnOver = new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));
  let pending = reader.read();
  while (seen.length < 2) {
    const read = await Promise.race([pending, turnOver]);
    if (read === undefined) break;
    if (read.done) return { body: joined(seen), length: undefined };
    seen.push(read.value);
    pending = reader.read();
  }
  pending.catch(() => {}); // It is read below, where its failure is told.
  return { body: readOn([...seen, pending], { reader, signal }), length: undefined };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

interface Dispatched {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: AsyncIterable<Uint8Array>;
}

const platformFetch = globalThis.fetch;
let isDispatching: boolean | undefined;

/**
 * What the platform's own fetch would send, and the length that it would announce: it tells whoever dispatches for it, and
 * here nobody does. `undefined` where it does not ask its dispatcher: it is never let near a server.
 */
function openByPlatform(
  request: Request,
): { readonly length: number | undefined; readonly reader: Reader } | undefined {
  isDispatching ??= dispatches(nowhere);
  const opened = isDispatching && isOpenPort(request.url) ? dispatched(request) : undefined;
  if (opened?.body === undefined) return undefined;
  const said = opened.headers?.["content-length"];
  const value: unknown = typeof said === "object" && said !== null ? Reflect.get(said, "value") : said;
  const chunks = opened.body[Symbol.asyncIterator]();
  return {
    length: value === undefined ? undefined : Number(value),
    reader: {
      read: async () => {
        const { done, value: chunk } = await chunks.next();
        if (done === true) opened.end();
        return { done: done === true, value: done === true ? undefined : chunk };
      },
      cancel: async (reason) => {
        void chunks.return?.();
        opened.end(reason);
      },
    },
  };
}

/** A URL that leads nowhere (RFC 6761 §6.4). */
const nowhere = "http://meerkat.invalid/";

/** Tried with a request that has no body, by Node alone. */
function dispatches(url: string): boolean {
  const isUndicis = runtimeHere === node && process.versions["undici"] !== undefined;
  const tried = isUndicis ? dispatched(new Request(url)) : undefined;
  tried?.end();
  return tried !== undefined;
}

/** Fetch §2.9: for a port that it blocks, the platform asks nobody, and the body would be lost to it. */
function isOpenPort(url: string): boolean {
  const { port, origin } = new URL(url);
  return port === "" || dispatches(origin);
}

/** `undefined` where the dispatcher was not asked at once. */
function dispatched(
  request: Request,
): (Dispatched & { readonly end: (reason?: unknown) => void }) | undefined {
  const asked = new AbortController();
  const found: Dispatched[] = [];
  const dispatch = (options: Dispatched): boolean => found.push(options) > 0;
  const init = bare({ dispatcher: { dispatch }, signal: asked.signal }) as RequestInit;
  platformFetch(request, init).catch(() => {});
  const [one] = found;
  return one && { ...one, end: (reason) => asked.abort(reason) };
}

interface Reading {
  readonly reader: Reader;
  readonly signal: AbortSignal | undefined;
}

/** What was read of a body, what is being read, and the rest. Leaving cancels it, for the signal's reason. */
function readOn(
  begun: (Uint8Array | ReturnType<Reader["read"]>)[],
  { reader, signal }: Reading,
): AsyncIterableIterator<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const first = begun.shift();
      if (isUint8Array(first)) return { done: false, value: first };
      const { done, value } = await (first ?? reader.read());
      if (done) return { done: true, value: undefined };
      if (isUint8Array(value)) return { done: false, value };
      // Fetch §4.7: what is not bytes ends the fetch.
      const wrong = new TypeError("a chunk of the body is not a Uint8Array");
      await reader.cancel(wrong);
      throw wrong;
    },
    async return() {
      await reader.cancel(signal?.reason);
      return { done: true, value: undefined };
    },
  };
}
