/**
 * The body of a platform's Request, which does not say what it was made of: whether that is in hand, and how long it is, is
 * found out, so that it is sent with its length, and can be sent again.
 */
import { isUint8Array } from "node:util/types";
import type { BodyInput } from "../../body/request-body.ts";
import { clientLimits } from "../../limits.ts";

const platformFetch = globalThis.fetch;

/** What is sent, and its length where the body alone does not tell. */
export interface SettledBody {
  readonly body: BodyInput;
  readonly length: number | undefined;
}

/** A stream of the caller's own, which is sent as it comes. */
export function streamedBody(stream: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): BodyInput {
  return readOn([], undefined, { reader: stream.getReader(), signal });
}

/**
 * A Request made of a text or of bytes gives them in one piece at once. What has not ended by the next turn is a Blob, a
 * form, or a stream of the caller's: the platform knows the length of the first two.
 */
export async function settleBody(request: Request, signal: AbortSignal | undefined): Promise<SettledBody> {
  const spare = request.clone();
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const seen: Uint8Array[] = [];
  const turnOver = new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));
  let pending = reader.read();
  while (seen.length < 2) {
    const read = await Promise.race([pending, turnOver]);
    if (read === undefined) break;
    if (read.done) {
      void spare.body?.cancel();
      return { body: joined(seen), length: undefined };
    }
    seen.push(read.value);
    pending = reader.read();
  }
  pending.catch(() => {}); // It is read below, where its failure is told.
  const length = await lengthOf(spare);
  const chunks = readOn(seen, pending, { reader, signal });
  if (length === undefined || length > clientLimits.bufferedBodyBytes.value) return { body: chunks, length };
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return { body: joined(all), length: undefined };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

/** Says no to whoever would be sent for: only what it would have said counts. */
interface Handler {
  readonly onError?: (error: Error) => void;
  readonly onResponseError?: (controller: null, error: Error) => void;
}

/** The length that the platform's own fetch would announce, which it tells whoever dispatches for it. */
async function lengthOf(request: Request): Promise<number | undefined> {
  const asked = new AbortController();
  let length: number | undefined;
  const dispatcher = {
    dispatch: ({ headers }: { readonly headers?: Readonly<Record<string, unknown>> }, handler: Handler) => {
      const said = headers?.["content-length"];
      const value: unknown = typeof said === "object" && said !== null ? Reflect.get(said, "value") : said;
      if (value !== undefined) length = Number(value);
      const enough = new Error("only the length was wanted");
      if (handler.onResponseError !== undefined) handler.onResponseError(null, enough);
      else handler.onError?.(enough);
      return true;
    },
  };
  const { signal } = asked;
  // Its signal is not the caller's, and its dispatcher connects to nothing.
  await platformFetch(request, { dispatcher, signal } as RequestInit).catch(() => {});
  asked.abort(); // Lets go of the copy of the body.
  return length !== undefined && Number.isSafeInteger(length) ? length : undefined;
}

interface Reading {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly signal: AbortSignal | undefined;
}

/** The body again: what was read of it, what is being read, and the rest. Leaving cancels it, for the signal's reason. */
function readOn(
  seen: Uint8Array[],
  pending: ReturnType<Reading["reader"]["read"]> | undefined,
  { reader, signal }: Reading,
): AsyncIterableIterator<Uint8Array> {
  let current = pending;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const known = seen.shift();
      if (known !== undefined) return { done: false, value: known };
      const reading = current ?? reader.read();
      current = undefined;
      const { done, value } = await reading;
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
