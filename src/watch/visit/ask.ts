/**
 * One GET over a connection that both keys admitted. Of the answer the head is kept, whichever its status; its body is given
 * up at once, and no redirect is followed.
 */
import {
  Call,
  type ConnectionOwner,
  earlyEnd,
  mergeTimeouts,
  outgoingQuestion,
  type PooledConnection,
  speakOver,
  type Asker,
} from "../../client/index.ts";
import { HttpsError, onAbort } from "../../core/index.ts";
import { parseHttpDate, parseRetryAfter, type ResponseHead } from "../../http1/index.ts";
import type { Link } from "../../net/index.ts";
import { visitLimits } from "./limits.ts";

export interface Question {
  readonly host: string;
  /** The Host field. */
  readonly authority: string;
  readonly path: string;
  readonly userAgent: string;
  readonly leftMs: number;
  readonly signal: AbortSignal;
}

export interface Heard {
  readonly status: number;
  /** The server's own clock, epoch milliseconds. */
  readonly dateAt: number | undefined;
  /** It asked not to be asked again before this. */
  readonly notBeforeAt: number | undefined;
}

/** @throws HttpsError of what kept an answer from coming; `aborted` */
export async function ask(link: Link, question: Question): Promise<Heard> {
  const speak = await speakOver(link, "auto", {
    limits: undefined,
    allow: undefined,
    pipelining: 1,
    pingMs: Infinity,
  });
  const asking = new Asking(question);
  const connection = speak(link, asking, 1);
  try {
    const head = await asking.ask(connection);
    return hear(head, Date.now());
  } finally {
    connection.retire("the visit is over");
  }
}

/** What is kept of a head that came at this moment. */
export function hear({ status, fields }: Pick<ResponseHead, "status" | "fields">, at: number): Heard {
  const [date, retryAfter] = [fields.get("date"), fields.get("retry-after")];
  const waitMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter.trim(), at);
  return {
    status,
    dateAt: date === undefined ? undefined : parseHttpDate(date.trim(), at),
    // For this endpoint alone: a thousand sites may be at one address, and one of them is not to hide the others for a day.
    notBeforeAt: waitMs === undefined ? undefined : at + Math.min(waitMs, visitLimits.retryAfterMs.value),
  };
}

/** Nobody reads the body, and so nobody is told. */
const givenUp = new HttpsError("body-cancelled", { bytesReceived: 0 });

class Asking implements ConnectionOwner<PooledConnection>, Asker {
  readonly #question: Question;
  #wake: (() => void) | undefined;

  constructor(question: Question) {
    this.#question = question;
  }

  async ask(connection: PooledConnection): Promise<ResponseHead> {
    const { host, signal } = this.#question;
    const limitMs = Math.max(1, Math.ceil(this.#question.leftMs));
    const call = new Call(this.#outgoing(limitMs), performance.now());
    call.answer.catch(() => {}); // It may fail before anybody waits for it.
    const end = (error: HttpsError): void => {
      connection.fail(error);
      call.fail(error);
    };
    const late = setTimeout(
      () => end(new HttpsError("total-timeout", { host, limitMs, phase: call.phase })),
      limitMs,
    );
    const abort = (): void =>
      end(new HttpsError("aborted", { host, phase: call.phase }, { cause: signal.reason }));
    const stopListening = onAbort(signal, abort);
    if (signal.aborted) abort();
    try {
      await this.#send(connection, call);
      const answer = await call.answer;
      answer.body.cancel(givenUp);
      return answer.head;
    } finally {
      clearTimeout(late);
      stopListening();
    }
  }

  // What the connection tells its owner.

  onIdle(): void {
    this.#wake?.();
  }

  onRoom(): void {
    this.#wake?.();
  }

  onRetired(): void {
    this.#wake?.();
  }

  onClosed(): void {}

  onUnsent(call: Call): void {
    call.fail(new HttpsError("empty-response", { ending: "fin" }));
  }

  // Nobody has to be told of what a request goes through.

  get onEvent(): undefined {
    return undefined;
  }

  onSending(): void {}

  onInformational(): void {}

  /** Over HTTP/2 a server may take no request before it has said how many. @throws HttpsError of a connection that ended before */
  async #send(connection: PooledConnection, call: Call): Promise<void> {
    const isDecided = (): boolean =>
      call.isOver || connection.retired !== undefined || connection.canTake(call);
    if (!isDecided())
      await new Promise<void>((resolve) => {
        this.#wake = () => {
          if (isDecided()) resolve();
        };
      });
    if (call.isOver) return;
    if (connection.retired !== undefined) throw earlyEnd(connection, connection.retired);
    connection.send(call);
  }

  #outgoing(leftMs: number): Call["outgoing"] {
    const { host, authority, path, userAgent } = this.#question;
    const fields = [
      ["Host", authority],
      ["User-Agent", userAgent],
      ["Accept", "*/*"],
    ] as const;
    const timeouts = mergeTimeouts({ headMs: Math.min(visitLimits.headMs.value, leftMs) });
    return outgoingQuestion({ method: "GET", host, path, fields, timeouts, asker: this });
  }
}
