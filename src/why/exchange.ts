/**
 * Requests over one open connection, for diagnosis: the client's own connection and calls, one after the other, each
 * answer with the beginning of its body and how it ended. Nothing is kept of a body but that beginning.
 */
import {
  Call,
  earlyEnd,
  mergeTimeouts,
  outgoingQuestion,
  Response,
  speakOver,
  type Again,
  type Answer,
  type Asker,
  type Attempts,
  type ConnectionOwner,
  type PooledConnection,
  type Protocol,
  type Reading,
  type Requester,
  type Speak,
  type Spoken,
} from "../client/index.ts";
import { bare, concatBytes, HttpsError, type Target } from "../core/index.ts";
import type { Completion, Field, ResponseHead } from "../http1/index.ts";
import type { Link } from "../net/index.ts";
import { experimentLimits } from "./limits.ts";

export interface ExchangeTimes {
  readonly headMs: number;
  readonly bodyIdleMs: number;
  readonly bodyMs: number;
}

export interface ExchangeOptions {
  readonly target: Target;
  readonly times: ExchangeTimes;
  readonly signal: AbortSignal;
  /** After how long the signal fires, for the message. */
  readonly limitMs: number;
  readonly now: () => number;
  /** How the answer is read. */
  readonly reading: Reading;
  /** Which version of HTTP is asked for. */
  readonly protocol: Protocol;
  /** What the client sends again by itself is sent again here. */
  readonly attempts: Attempts;
}

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly Field[];
}

/** How an exchange went. */
export interface Heard {
  readonly head: ResponseHead | undefined;
  /** This machine's clock when the head came. */
  readonly receivedAt: number;
  /** The beginning of the body as text: UTF-8, with a mark for what is not. Codings are undone. */
  readonly excerpt: string;
  /** Bytes of the body as they were sent. */
  readonly bodyBytes: number;
  readonly completeness: Completion["completeness"] | "part";
  readonly failure: HttpsError | undefined;
  /** Whether another request may follow on this connection. */
  readonly persists: boolean;
  /** What the client does by itself after this: the request again, on this connection where it persists. */
  readonly again: Again | undefined;
  readonly firstByteMs: number;
  readonly downloadMs: number;
}

/** What is heard of a body before its end. */
type Body = Pick<Heard, "excerpt" | "bodyBytes" | "completeness" | "failure">;

export class Exchange implements ConnectionOwner<PooledConnection>, Asker {
  readonly #connection: PooledConnection;
  readonly #options: ExchangeOptions;
  #wake: (() => void) | undefined;

  constructor(link: Link, speak: Speak, options: ExchangeOptions) {
    this.#options = options;
    // One request after the other.
    this.#connection = speak(link, this, 1);
  }

  /** Speaks the version that was agreed on. @throws HttpsError `http2-not-chosen` */
  static async over(link: Link, options: ExchangeOptions): Promise<Exchange> {
    const { limits, allow } = options.reading;
    const settings = { limits, allow, pipelining: 1, pingMs: Infinity };
    return new Exchange(link, await speakOver(link, options.protocol, settings), options);
  }

  /** The version of HTTP that is spoken. */
  get protocol(): Spoken {
    return this.#connection.protocol;
  }

  /** Bytes that nobody had asked for. */
  get unsolicitedBytes(): number {
    return this.#connection.unsolicited?.bytes ?? 0;
  }

  /** Sends a request and waits for its answer, within the deadlines. Never rejects. */
  async ask(question: Question): Promise<Heard> {
    const { signal, now, attempts } = this.#options;
    const startedAt = performance.now();
    const call = new Call(this.#outgoing(question), startedAt);
    const onAbort = (): void => call.abandon(this.#overall(call.phase));
    let answer: Answer | undefined;
    let receivedAt = 0;
    let body: Body = nothing;
    let again: Again | undefined;
    let persists = true;
    try {
      await this.#send(call);
      signal.addEventListener("abort", onAbort, bare({ once: true }));
      answer = await call.answer;
      receivedAt = now();
      body = await this.#read(answer);
      // RFC 9110 §15.5.20: another connection may lead to who answers.
      if (attempts.isMisdirected(answer, noBody)) [again, persists] = ["at once", false];
    } catch (error) {
      const failure = failureOf(error);
      body = { ...nothing, failure };
      again = attempts.afterFailure(call, failure, noBody);
    }
    signal.removeEventListener("abort", onAbort);
    const { sentAt, firstByteAt } = call.instants;
    const endedAt = performance.now();
    return {
      ...body,
      head: answer?.head,
      receivedAt,
      persists: persists && this.#persistsAfter(call, body.failure),
      again,
      firstByteMs: (firstByteAt || endedAt) - (sentAt || startedAt),
      downloadMs: firstByteAt === 0 ? 0 : endedAt - firstByteAt,
    };
  }

  // What the connection tells its owner.

  onIdle(): void {
    this.#wake?.();
  }

  onRoom(): void {
    this.#wake?.();
  }

  onUnsent(call: Call): void {
    call.fail(new HttpsError("empty-response", { ending: "fin" }));
  }

  onRetired(): void {
    this.#wake?.();
  }

  onClosed(): void {}

  // Nobody has to be told of what a request goes through.

  get onEvent(): undefined {
    return undefined;
  }

  onSending(): void {}

  onInformational(): void {}

  /** A request over HTTP/2 ends alone; one over HTTP/1.1 takes its connection with it. */
  #persistsAfter(call: Call, failure: HttpsError | undefined): boolean {
    const connection = this.#connection;
    return (failure === undefined || connection.protocol === "h2") && connection.canTake(call);
  }

  /** @throws HttpsError of a connection that ended before anything was asked, or took nothing */
  async #send(call: Call): Promise<void> {
    const connection = this.#connection;
    const isDecided = (): boolean => connection.retired !== undefined || connection.canTake(call);
    if (!isDecided()) await this.#until(isDecided);
    const { retired } = connection;
    if (retired !== undefined) {
      const error = earlyEnd(connection, retired);
      call.isUnprocessed = error.code === "http2-goaway"; // Nothing was sent.
      throw error;
    }
    if (this.#options.signal.aborted) throw this.#overall("head");
    if (!connection.canTake(call)) {
      const { target, times } = this.#options;
      const facts = { limitMs: times.headMs, openConnections: 1, unreadBodies: 0 };
      throw new HttpsError("pool-timeout", { host: target.host, ...facts });
    }
    connection.send(call);
  }

  /** Waits until this is so, no longer than for a head. */
  async #until(isSo: () => boolean): Promise<void> {
    const { signal, times } = this.#options;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, times.headMs);
      signal.addEventListener("abort", end);
      this.#wake = () => {
        if (isSo()) end();
      };
    });
    this.#wake = undefined;
  }

  #outgoing({ method, path, fields }: Question): Call["outgoing"] {
    const { target, times } = this.#options;
    const { headMs, bodyIdleMs } = times;
    const timeouts = mergeTimeouts({ headMs, bodyIdleMs });
    return outgoingQuestion({ method, host: target.host, path, fields, timeouts, asker: this });
  }

  #overall(phase: string): HttpsError {
    const { target, limitMs } = this.#options;
    return new HttpsError("total-timeout", { host: target.host, limitMs, phase });
  }

  /** Reads a body to its end, or to where enough was seen of it. */
  async #read(answer: Answer): Promise<Body> {
    const { head, body, call } = answer;
    const response = new Response({
      ...answer,
      ...alone,
      requester: nobody,
      startedAt: call.instants.startedAt,
    });
    const limit = experimentLimits.excerptBytes.value;
    let beginning: Uint8Array = new Uint8Array(0);
    const timer = setTimeout(() => body.cancel(patienceEnded), this.#options.times.bodyMs);
    let failure: HttpsError | undefined;
    try {
      for await (const chunk of response) {
        if (beginning.length < limit) beginning = concatBytes([beginning, chunk]).subarray(0, limit);
        if (body.receivedBytes > experimentLimits.keptBodyBytes.value) break;
      }
    } catch (error) {
      failure = failureOf(error);
    } finally {
      clearTimeout(timer);
    }
    if (failure === patienceEnded) failure = this.#judgeDrip(head, body.receivedBytes);
    else if (failure?.code === "body-timeout" && isStream(head)) failure = undefined;
    const completeness = call.completion?.completeness ?? "part";
    const excerpt = new TextDecoder().decode(beginning);
    return { excerpt, bodyBytes: body.receivedBytes, completeness, failure };
  }

  /** A stream that is meant to go on is well; a drip never ends, and nobody can wait for it. */
  #judgeDrip(head: ResponseHead, bodyBytes: number): HttpsError | undefined {
    const { target, times } = this.#options;
    const bytesPerSecond = (bodyBytes * 1000) / times.bodyMs;
    if (isStream(head) || bytesPerSecond >= dripBytesPerSecond) return undefined;
    return new HttpsError("total-timeout", { host: target.host, limitMs: times.bodyMs, phase: "body" });
  }
}

const noBody = { kind: "none" } as const;

const nothing: Body = { excerpt: "", bodyBytes: 0, completeness: "part", failure: undefined };

/** What a response says of other attempts and of options: there are none. */
const noOptions = {
  secretHeaders: undefined,
  decompress: undefined,
  maxDecodedBytes: undefined,
  maxDecodedRatio: undefined,
  maxBodyBytes: undefined,
};
/** A diagnosis is not asked for another, and an error that it meets is its own. */
const nobody: Requester = {
  explainAnswer: () => Promise.reject(new Error("a diagnosis is not asked for another")),
  describe: () => {},
};

const alone = { url: "", redirects: [], earlierAttempts: [], options: noOptions };

/** Ends a body that goes on for longer than anybody waits. */
const patienceEnded: HttpsError = new HttpsError("body-cancelled", { bytesReceived: 0 });

/** Less than a modem of 1962 (Bell 103: 300 bit/s) is a drip. */
const dripBytesPerSecond = 30;

/** Whether the body is of a kind that goes on for as long as somebody listens. */
function isStream({ fields }: ResponseHead): boolean {
  const type = fields.get("content-type") ?? "";
  return /^(?:text\/event-stream|multipart\/x-mixed-replace|audio\/|video\/)/i.test(type);
}

function failureOf(error: unknown): HttpsError {
  if (error instanceof HttpsError) return error;
  throw error;
}
