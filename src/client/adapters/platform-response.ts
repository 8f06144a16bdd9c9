/** The platform's Response, made of the client's: with the URL, any status, and a body that is read as it is asked for. */
import { knownChunks, type Response } from "../response.ts";
import { rememberTrust } from "../trust-of.ts";
import { inClientsNames } from "./setting-names.ts";

/** Fetch §2.2.3: null body status. */
const nullBodyStatuses: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

export function platformResponse(response: Response, signal: AbortSignal): globalThis.Response {
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
    type: "basic",
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
        throw signal.aborted ? signal.reason : new TypeError("terminated", { cause: inClientsNames(error) });
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
