/** The bodies a request can carry, brought to one shape: how long, of which type, sent from what, and whether twice. */
import { Readable } from "node:stream";
import { HttpsError, nameKind } from "../../core/index.ts";
import { encodeMultipart } from "./multipart.ts";

/**
 * A request's body. Text is sent as UTF-8; what is in hand goes with its Content-Length, a stream of unknown length chunked
 * (RFC 9112 §7.1). A stream cannot be sent twice, so that a redirect or retry that needs it again fails.
 */
export type BodyInput =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | URLSearchParams
  | FormData
  | Blob
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>;

/** No body; bytes in hand; or bytes that come in time. */
export type RequestBody =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly contentType: string | undefined }
  | {
      readonly kind: "stream";
      /** In bytes; `undefined` when only the end will tell. */
      readonly length: number | undefined;
      readonly contentType: string | undefined;
      /** Whether `open` can be called again, as a redirect or a retry needs. */
      readonly replayable: boolean;
      readonly open: () => AsyncIterable<Uint8Array | string>;
    };

/** The type of names and values as a form sends them. */
export const formType = "application/x-www-form-urlencoded;charset=UTF-8";

const utf8 = new TextEncoder();
const noBody: RequestBody = { kind: "none" };

/** @throws HttpsError `option-invalid` for a value that is not a body */
export function parseBody(input: BodyInput | null | undefined): RequestBody {
  if (input === undefined || input === null) return noBody;
  if (typeof input === "string") {
    return bytesBody(input, "text/plain;charset=UTF-8");
  }
  if (input instanceof Uint8Array) return bytesOf(input);
  if (ArrayBuffer.isView(input)) {
    return bytesOf(new Uint8Array(input.buffer, input.byteOffset, input.byteLength));
  }
  if (input instanceof ArrayBuffer) return bytesOf(new Uint8Array(input));
  if (input instanceof URLSearchParams) {
    return bytesBody(input.toString(), formType);
  }
  if (input instanceof FormData) return { kind: "stream", replayable: true, ...encodeMultipart(input) };
  if (input instanceof Blob) {
    return {
      kind: "stream",
      length: input.size,
      contentType: input.type === "" ? undefined : input.type,
      replayable: true,
      open: () => readStream(input.stream()),
    };
  }
  if (input instanceof ReadableStream) {
    return streamOf(() => readStream(input));
  }
  if (input instanceof Readable) {
    return streamOf(() => readReadable(input));
  }
  if (typeof input === "object" && Symbol.asyncIterator in input) {
    return streamOf(() => input);
  }
  throw new HttpsError("option-invalid", {
    option: "body",
    value: nameKind(input),
    expected: "a string, bytes, URLSearchParams, FormData, a Blob, a ReadableStream or an async iterable",
    ...(typeof input === "object"
      ? { instead: "What is to be sent as JSON goes into json, what a form sends into form." }
      : {}),
  });
}

/** Text of a type, in UTF-8. */
export function bytesBody(text: string, contentType: string): RequestBody {
  return { kind: "bytes", bytes: utf8.encode(text), contentType };
}

function bytesOf(bytes: Uint8Array): RequestBody {
  return { kind: "bytes", bytes, contentType: undefined };
}

function streamOf(open: () => AsyncIterable<Uint8Array | string>): RequestBody {
  return { kind: "stream", length: undefined, contentType: undefined, replayable: false, open };
}

/** Reads a web stream; leaving cancels it at once, also while it is being waited for, which no generator could do. */
function readStream<T>(stream: ReadableStream<T>): AsyncIterableIterator<T> {
  const reader = stream.getReader();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

/** The same for a stream of Node's. */
function readReadable(stream: Readable): AsyncIterableIterator<Uint8Array | string> {
  const chunks = stream.iterator({ destroyOnReturn: true }) as AsyncIterableIterator<Uint8Array | string>;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => chunks.next(),
    return: async () => {
      stream.destroy();
      return { done: true, value: undefined };
    },
  };
}
