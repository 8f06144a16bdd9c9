/**
 * The attempts of one request, and whether another follows. The automatic one is the narrow one of RFC 9110 §9.2.2:
 * idempotent, on a connection that had been used before, with no byte of an answer, and once.
 */
import type { HttpsError } from "../../core/index.ts";
import type { Answer, Call } from "../pool/call.ts";
import type { RequestBody } from "../body/request-body.ts";
import type { RequestAttempt } from "../response.ts";
import { isRepeatable } from "./outgoing.ts";
import { retryDelay, type RetryOptions } from "./retry.ts";

const lost = "the connection had been used before, and ended before any byte of an answer";

export class Attempts {
  /** Those that were not the last. */
  readonly list: RequestAttempt[] = [];
  /** Attempts made again because the caller asked for that. */
  #retries = 0;
  readonly #policy: RetryOptions | undefined;

  constructor(policy: RetryOptions | undefined) {
    this.#policy = policy;
  }

  /** Whether the next one is the automatic one: on a connection that has not been used yet. */
  get needsFresh(): boolean {
    return this.list.at(-1)?.retried === lost;
  }

  note(call: Call, outcome: RequestAttempt["outcome"], retried: string | undefined): void {
    this.list.push({ connection: call.connection?.id, reused: call.reused, outcome, retried });
  }

  noteAnswer({ call, head: { status } }: Answer, retried: string | undefined): void {
    this.note(call, { status }, retried);
  }

  /** What follows a failure: another attempt at once, one after this many milliseconds, or none. */
  afterFailure(call: Call, { code }: HttpsError, body: RequestBody): "at once" | number | undefined {
    const repeatable = call.outgoing.idempotent && isRepeatable(body, call);
    const unanswered = call.instants.firstByteAt === 0;
    const isLost = code === "empty-response" && call.reused && unanswered;
    if (repeatable && isLost && !this.list.some(({ retried }) => retried === lost)) {
      this.note(call, { code }, lost);
      return "at once";
    }
    const delayMs = repeatable ? retryDelay(this.#policy, this.#retries + 1, { code }) : undefined;
    this.note(call, { code }, delayMs === undefined ? undefined : `asked for: ${code}`);
    if (delayMs !== undefined) this.#retries++;
    return delayMs;
  }

  /** After how many milliseconds an answer is followed by another attempt; `undefined` for never. */
  afterAnswer(answer: Answer, body: RequestBody): number | undefined {
    const { call, head } = answer;
    const { status, fields } = head;
    if (status < 400 || !call.outgoing.idempotent || !isRepeatable(body, call)) return undefined;
    const delayMs = retryDelay(this.#policy, this.#retries + 1, { status, fields });
    if (delayMs === undefined) return undefined;
    this.#retries++;
    this.noteAnswer(answer, `asked for: status ${status}`);
    return delayMs;
  }
}
