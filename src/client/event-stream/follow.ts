/**
 * A stream of events that goes on when its connection does not: HTML §9.2.3, the standard's `EventSource`.
 *
 * Q: Is a first request that fails repeated, as the standard has it? A: No. Whoever waits for the first event learns at once that
 * the name is wrong or that nothing listens; `retry` is there for who wants otherwise.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { HttpsError, readOptions, shownHref } from "../../core/index.ts";
import { parseMediaType } from "../../http1/index.ts";
import { normalMethod } from "../journey/method.ts";
import { isBroken, isPassing } from "../journey/retry.ts";
import { mergeFields } from "../journey/request-fields.ts";
import { clientLimits } from "../limits.ts";
import { divide } from "../options/divide.ts";
import type { RequestOptions } from "../options/options.ts";
import { readRequest, type RequestWords } from "../options/request-options.ts";
import { loadParser } from "./parser.ts";
import { readEvents, type EventMemory } from "./read-events.ts";
import {
  eventStreamChecks,
  type EventStreamOptions,
  type EventStreamWords,
  type Reconnection,
  type ServerEvent,
} from "./server-event.ts";

/** What is asked of a response: not the class itself, which knows this. */
export interface StreamAnswer extends AsyncIterable<Uint8Array> {
  readonly status: number;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  cancel(): void;
}

type Ask = (options: RequestOptions) => Promise<StreamAnswer>;

/** The events of a stream, over as many requests as it takes. @throws HttpsError what a request can end in, and this file's */
export async function* followEvents(
  ask: Ask,
  options: EventStreamOptions,
): AsyncGenerator<ServerEvent, void, undefined> {
  const { own, rest } = divide<EventStreamWords>(options, eventStreamChecks);
  const { maxEventBytes, reconnect, lastEventId = "" } = readOptions(own, eventStreamChecks);
  const words = readRequest(rest);
  const again = reconnectionOf(reconnect, words);
  const clock = new StreamClock(words);
  await loadParser(); // Nothing is asked for that could not be read.
  const memory: EventMemory = { id: lastEventId, retryMs: undefined };
  for (let failures = 0, isFirst = true; ; isFirst = false) {
    try {
      const answer = await ask(clock.withTime({ ...rest, headers: streamFields(rest, memory.id) }));
      if (answer.status === 204) return answer.cancel(); // HTML §9.2.3: it ends for good.
      clock.heard(answer);
      needEventStream(answer, 200);
      isFirst = false;
      failures = 0;
      yield* readEvents(answer, maxEventBytes, memory);
      if (again === undefined) return;
    } catch (error) {
      if (again === undefined || isFirst || !isLost(error) || ++failures > again.attempts)
        throw clock.whole(error);
    }
    await clock.pause(memory.retryMs ?? again.delayMs, failures);
  }
}

/** @throws HttpsError `event-stream-refused`; the body is given up then */
export function needEventStream(answer: StreamAnswer, status: number = answer.status): void {
  const contentType = answer.headers.get("content-type") ?? "";
  const isStream = parseMediaType(contentType)?.essence === "text/event-stream";
  if (isStream && answer.status === status) return;
  answer.cancel();
  const detail = { url: shownHref(answer.url), status: answer.status, contentType };
  throw new HttpsError("event-stream-refused", detail);
}

function reconnectionOf(
  said: boolean | Reconnection | undefined,
  { parts: { method } }: RequestWords,
): Required<Reconnection> | undefined {
  const isGet = normalMethod(method) === "GET";
  if (said === false || (said === undefined && !isGet)) return undefined;
  const { attempts, delayMs } = typeof said === "object" ? said : {};
  return {
    attempts: attempts ?? clientLimits.eventAttempts.value,
    delayMs: delayMs ?? clientLimits.eventDelayMs.value,
  };
}

/** What the standard sends, where the caller says nothing else. */
function streamFields({ headers }: RequestOptions, id: string): RequestOptions["headers"] {
  const usual = mergeFields({ accept: "text/event-stream", "cache-control": "no-cache" }, headers);
  return isSendable(id) ? mergeFields(usual, { "last-event-id": octetsOf(id) }) : usual;
}

/** An ID that no field can hold is not sent: the stream begins where the server begins it then. */
function isSendable(id: string): boolean {
  return id !== "" && !/[\u0000-\u0008\u000A-\u001F\u007F]/.test(id);
}

/** HTML §9.2.3: encoded as UTF-8, and each octet is one character of a field. */
function octetsOf(id: string): string {
  return Buffer.from(id, "utf8").toString("latin1");
}

/** Also where whoever reads the events was too slow for the server's patience: the next request begins behind the last one. */
function isLost(error: unknown): error is HttpsError {
  return (
    error instanceof HttpsError &&
    (isBroken(error.code) || error.code === "body-unread" || isPassing(error.code))
  );
}

/** The deadline of the whole stream, over its requests and the pauses between them. */
class StreamClock {
  readonly #startedAt = performance.now();
  readonly #said: number | undefined;
  readonly #signal: AbortSignal | undefined;
  #host = "";

  constructor({ parts, shared }: RequestWords) {
    this.#said = shared?.timeout ?? shared?.timeouts?.totalMs;
    this.#signal = parts.signal;
  }

  heard({ url }: StreamAnswer): void {
    this.#host = new URL(url).hostname;
  }

  /** A request's options, with what is left of the deadline: none, unless the caller said one. */
  withTime(options: RequestOptions): RequestOptions {
    const { timeout, timeouts, ...rest } = options;
    if (timeout !== undefined && timeouts?.totalMs !== undefined) return options; // Refused as in any request.
    const leftMs = this.#host === "" ? this.#said : Math.max(1, this.#leftMs());
    return { ...rest, timeouts: { ...timeouts, totalMs: leftMs ?? Infinity } };
  }

  /** @throws HttpsError `aborted`, `total-timeout` */
  async pause(delayMs: number, failures: number): Promise<void> {
    const longest = Math.max(delayMs, clientLimits.eventLongestDelayMs.value);
    const ms = Math.min(longest, delayMs * 2 ** Math.max(0, failures - 1));
    const leftMs = this.#leftMs();
    const signal = this.#signal;
    try {
      await sleep(Math.min(ms, leftMs), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw new HttpsError("aborted", { host: this.#host, phase: between }, { cause: error });
    }
    if (ms < leftMs) return;
    throw new HttpsError("total-timeout", { host: this.#host, limitMs: this.#said ?? ms, phase: between });
  }

  /** The same error; of a deadline that a request had a part of, with the whole of it. */
  whole(error: unknown): unknown {
    if (!HttpsError.is(error, "total-timeout") || this.#said === undefined) return error;
    return new HttpsError("total-timeout", { ...error.detail, limitMs: this.#said }, { cause: error });
  }

  #leftMs(): number {
    return this.#said === undefined ? Infinity : this.#said - (performance.now() - this.#startedAt);
  }
}

const between = "pause between two requests";
