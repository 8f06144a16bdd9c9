/**
 * The events of one body: HTML §9.2.5, §9.2.6. Bytes in, events out, one after the other as they are asked for: what was read
 * and not yet taken is a few thousand characters, and what belongs to an event without its end is bounded.
 *
 * DEVIATION: an event without data is not told, and its ID is not kept either (HTML §9.2.6 keeps it): eventsource-parser does
 * not say that there was one. A server that means its ID sends an empty line of data with it.
 */
import { HttpsError } from "../../core/index.ts";
import { clientLimits } from "../limits.ts";
import { loadParser } from "./parser.ts";
import type { ServerEvent } from "./server-event.ts";

/** What goes on from one body of a stream to the next. */
export interface EventMemory {
  id: string;
  retryMs: number | undefined;
}

/** So much is given to the parser at a time: how many events that can be is bounded, and so is what a line costs it. */
const sliceLength = 4_096;

/** @throws HttpsError `package-missing`, `event-too-large`, and what ends the body early */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number = clientLimits.eventBytes.value,
  memory: EventMemory = { id: "", retryMs: undefined },
): AsyncGenerator<ServerEvent, void, undefined> {
  const createParser = await loadParser();
  let events: ServerEvent[] = [];
  let isTooLarge = false;
  const parser = createParser({
    // Characters, of which none has less than a byte; beside the data, the name of a field takes a few.
    maxBufferSize: maxBytes + sliceLength,
    onEvent: ({ event = "message", data, id }) => {
      if (Buffer.byteLength(data) > maxBytes) isTooLarge = true;
      if (id !== undefined) memory.id = id;
      if (!isTooLarge) events.push({ event, data, id: memory.id, retry: memory.retryMs });
    },
    onRetry: (ms) => (memory.retryMs = Math.min(ms, clientLimits.eventRetryMs.value)),
    // A field that is not known is passed over (HTML §9.2.6).
    onError: ({ type }) => (isTooLarge ||= type === "max-buffer-size-exceeded"),
  });
  // UTF-8 whatever the type says, without its mark, and no octets end the stream (HTML §9.2.5).
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    for (let at = 0; at < text.length; at += sliceLength) {
      events = [];
      parser.feed(text.slice(at, at + sliceLength));
      yield* events;
      if (isTooLarge) throw new HttpsError("event-too-large", { value: maxBytes });
    }
  }
}
