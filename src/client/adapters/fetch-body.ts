/** What a fetch sends: its body as the client takes it, in hand where it can be. */
import { clientLimits } from "../limits.ts";
import type { BodyInput } from "../body/request-body.ts";

/** What the request sends: the body as it was given where it is still to be had, so that it can be sent twice. */
export async function bodyOf(request: Request, init: RequestInit): Promise<BodyInput | undefined> {
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
