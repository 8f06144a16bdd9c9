/**
 * The attempts of one request, and whether another follows. The automatic one is the narrow one of RFC 9110 §9.2.2:
 * idempotent, with no byte of an answer, on a connection that had been used before or whose server was leaving, and once.
 */
import { HttpsError } from "../../core/index.ts";
import type { Answer, Call } from "../pool/call.ts";
import type { RequestBody } from "../body/request-body.ts";
import type { RequestAttempt } from "../response-facts.ts";
import { isRepeatable } from "./outgoing.ts";
import type { Protocol } from "../options/protocol.ts";
import type { RetryOptions } from "../options/retry-options.ts";
import { retryDelay } from "./retry.ts";
import { clientLimits } from "../limits.ts";

const unprocessedRetries = clientLimits.unprocessedRetries.value;

/** What follows an attempt that failed. */
export type Again =
  | "at once"
  /** By HTTP/1.1, which the server wants. */
  | "over HTTP/1.1"
  /** After so many milliseconds. */
  | number;

/** Of a connection that ended, with GOAWAY or without a word. */
const endings: ReadonlySet<string> = new Set(["empty-response", "http2-goaway"]);
const lost = "the connection had been used before, and ended before any byte of an answer";
const left =
  "the server was leaving (GOAWAY NO_ERROR), and ended the connection before any byte of an answer";
const unprocessed = "the server says that it did nothing with the request";
const misdirected = "421: another connection may lead to who answers for this origin";

export class Attempts {
  /** Those that were not the last. */
  readonly list: RequestAttempt[] = [];
  /** Attempts made again because the caller asked for that. */
  #retries = 0;
  readonly #policy: RetryOptions | undefined;
  readonly #protocol: Protocol;

  constructor(policy: RetryOptions | undefined, protocol: Protocol) {
    this.#policy = policy;
    this.#protocol = protocol;
  }

  /** Whether the next one is the automatic one: on a connection that has not been used yet. */
  get needsFresh(): boolean {
    const retried = this.list.at(-1)?.retried;
    return retried === lost || retried === left || retried === misdirected;
  }

  note(call: Call, outcome: RequestAttempt["outcome"], retried: string | undefined): void {
    this.list.push({ connection: call.connection?.id, reused: call.reused, outcome, retried });
  }

  noteAnswer({ call, head: { status } }: Answer, retried: string | undefined): void {
    this.note(call, { status }, retried);
  }

  /** What follows a failure: `undefined` for nothing more. */
  afterFailure(call: Call, error: HttpsError, body: RequestBody): Again | undefined {
    const { code } = error;
    const canBeSent = isRepeatable(body, call);
    const unanswered = call.instants.firstByteAt === 0;
    const repeatable = call.outgoing.idempotent && canBeSent;
    if (canBeSent && unanswered && this.#protocol === "auto" && wantsHttp1(error, repeatable)) {
      this.note(call, { code }, "the server wants this request by HTTP/1.1");
      return "over HTTP/1.1";
    }
    // RFC 9113 §8.7: whatever its method.
    if (canBeSent && call.isUnprocessed && this.#count(unprocessed) < unprocessedRetries) {
      this.note(call, { code }, unprocessed);
      return "at once";
    }
    const ended = unanswered ? endedWithout(call, error) : undefined;
    if (repeatable && ended !== undefined && this.#count(lost) + this.#count(left) === 0) {
      this.note(call, { code }, ended);
      return "at once";
    }
    const delayMs = repeatable ? retryDelay(this.#policy, this.#retries + 1, { code }) : undefined;
    this.note(call, { code }, delayMs === undefined ? undefined : `asked for: ${code}`);
    if (delayMs !== undefined) this.#retries++;
    return delayMs;
  }

  /** RFC 9110 §15.5.20: whether another connection is asked, once. */
  isMisdirected(answer: Answer, body: RequestBody): boolean {
    const { call, head } = answer;
    if (head.status !== 421 || head.version !== "2" || !isRepeatable(body, call)) return false;
    if (this.#count(misdirected) > 0) return false;
    this.noteAnswer(answer, misdirected);
    return true;
  }

  /** After how many milliseconds an answer is followed by another attempt; `undefined` for never. */
  afterAnswer(answer: Answer, body: RequestBody): number | undefined {
    const { call, head } = answer;
    const { status, fields } = head;
    if (status < 400 || !call.outgoing.idempotent || !isRepeatable(body, call)) return undefined;
    const delayMs = retryDelay(this.#policy, this.#retries + 1, { status, fields, code: undefined });
    if (delayMs === undefined) return undefined;
    this.#retries++;
    this.noteAnswer(answer, `asked for: status ${status}`);
    return delayMs;
  }

  #count(reason: string): number {
    return this.list.filter(({ retried }) => retried === reason).length;
  }
}

/**
 * Which ending it was that a new connection may not meet. A server that is reloaded says GOAWAY with the highest of all
 * streams first (RFC 9113 §6.8), and may be gone before it looks at the first request of a connection that was just opened.
 */
function endedWithout({ reused }: Call, error: HttpsError): typeof lost | typeof left | undefined {
  if (endings.has(error.code) && reused) return lost;
  return HttpsError.is(error, "http2-goaway") && error.detail.errorCode === "NO_ERROR" ? left : undefined;
}

/** RFC 9113 §7: said of a stream, or of the whole connection, whose last requests may have been processed (§6.8). */
function wantsHttp1(error: HttpsError, repeatable: boolean): boolean {
  if (HttpsError.is(error, "http2-stream-reset")) return error.detail.errorCode === "HTTP_1_1_REQUIRED";
  if (!HttpsError.is(error, "http2-goaway")) return false;
  const { errorCode, isProcessed } = error.detail;
  return errorCode === "HTTP_1_1_REQUIRED" && (repeatable || !isProcessed);
}
