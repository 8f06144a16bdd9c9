/**
 * One body over as many answers as it takes: where its connection breaks, the rest of the same representation is asked for, and
 * goes on behind what had come (RFC 9110 §13.1.5, §14). `http1/partial.ts` decides what the same is. The bytes are those on the
 * wire: a content coding is undone behind this, by one decoder.
 */
import { asError, HttpsError } from "../../core/index.ts";
import { findContinuable, readRest, restFields, type Continuable, type Field } from "../../http1/index.ts";
import type { IncomingBody } from "../body/incoming-body.ts";
import type { ResumeOptions } from "../options/resume-options.ts";
import { Call, type Answer, type Carrier } from "../pool/call.ts";
import type { Resumption } from "../response-facts.ts";
import { backOff, isBroken, isPassing, retryDelay } from "./retry.ts";

/** What it asks of whoever asked for the body. */
export interface RestPorts {
  /** Asks for the rest; of the whole, so many bytes were there already. @throws HttpsError */
  ask(fields: readonly Field[], before: Progress): Promise<Answer>;
  /** Waits, and says why. @throws HttpsError */
  pause(delayMs: number, reason: string): Promise<void>;
  /** Ends what is under way for it. */
  end(error: Error): void;
}

/** How much of the body there is. */
export interface Progress {
  readonly receivedBytes: number;
  readonly totalBytes: number | undefined;
}

/** The answer that is read now, and how far it goes. */
interface Part {
  readonly answer: Answer;
  /** `undefined` where its own framing tells. */
  readonly last: number | undefined;
}

export class ResumedBody implements Carrier {
  /** What the response is made of. */
  readonly answer: Answer;
  readonly resumptions: Resumption[] = [];
  readonly id: number;
  readonly link: Carrier["link"];
  readonly #policy: Required<ResumeOptions>;
  readonly #ports: RestPorts;
  readonly #call: Call;
  readonly #body: IncomingBody;
  #continuable: Continuable;
  #part: Part;
  /** Where the next byte belongs. */
  #offset: number;
  /** What the last part ended with before its end: an error, or nothing but its shortness. */
  #broken: HttpsError | "short" | undefined;
  /** How often the rest was asked for. */
  #timesAsked = 0;
  /** How often in a row nothing came of asking. */
  #failures = 0;
  #isFlowing = false;

  /** `undefined` where the rest could not be found. */
  static over(answer: Answer, policy: Required<ResumeOptions>, ports: RestPorts): ResumedBody | undefined {
    const continuable = findContinuable(answer.head, answer.body.announcedBytes, Date.now());
    return continuable && new ResumedBody(answer, continuable, { policy, ports });
  }

  private constructor(
    first: Answer,
    continuable: Continuable,
    { policy, ports }: { readonly policy: Required<ResumeOptions>; readonly ports: RestPorts },
  ) {
    const { head, connection } = first;
    this.id = connection.id;
    this.link = connection.link;
    this.#policy = policy;
    this.#ports = ports;
    this.#continuable = continuable;
    this.#offset = continuable.first;
    this.#part = { answer: first, last: undefined };
    const call = new Call(first.call.outgoing, first.call.instants.startedAt);
    Object.assign(call.instants, first.call.instants, { endedAt: 0 });
    call.connection = this;
    call.reused = first.call.reused;
    call.requestSent = true;
    this.#call = call;
    this.#body = call.respond(this, head, first.body.announcedBytes);
    this.answer = { head, body: this.#body, connection: this, call };
    this.resume();
  }

  // What the call asks of its carrier.

  resume(): void {
    if (this.#isFlowing || this.#call.isOver) return;
    this.#isFlowing = true;
    void this.#flow()
      .catch((error: unknown) => this.#ports.end(asError(error)))
      .finally(() => (this.#isFlowing = false));
  }

  readInto(): void {}

  prioritize(priority: string): void {
    this.#part.answer.call.prioritize(priority);
  }

  giveUp(_call: Call, reason: Error): void {
    this.#ports.end(reason);
  }

  /** It ends with this, wherever it stands. */
  leave(error: Error): void {
    this.#call.fail(error);
  }

  /** Hands on what comes while there is room for it. */
  async #flow(): Promise<void> {
    for (let hasRoom = true; hasRoom && !this.#call.isOver;) {
      if (this.#broken !== undefined) {
        // Nothing is asked for before somebody reads.
        if (!this.#body.isRead) return;
        await this.#goOn(this.#broken);
        continue;
      }
      const chunk = await this.#read();
      if (this.#call.isOver) return;
      if (chunk !== undefined) hasRoom = this.#give(chunk);
      else if (this.#broken === undefined) this.#finish();
    }
  }

  /** The next bytes; `undefined` where the part is over, and `#broken` then says whether the body is not. */
  async #read(): Promise<Uint8Array | undefined> {
    const { answer, last } = this.#part;
    try {
      const chunk = await answer.body.read();
      if (chunk !== undefined || last === undefined) return chunk;
    } catch (error) {
      if (!(error instanceof HttpsError) || !isBroken(error.code)) throw error;
      this.#broken = error;
      return undefined;
    }
    if (this.#offset <= last) throw this.#refused("it has fewer bytes than its Content-Range says");
    if (last !== this.#continuable.last) this.#broken = "short";
    return undefined;
  }

  #give(chunk: Uint8Array): boolean {
    const { last } = this.#part;
    this.#offset += chunk.length;
    if (last !== undefined && this.#offset > last + 1)
      throw this.#refused("it has more bytes than its Content-Range says");
    this.#failures = 0;
    return this.#body.push(chunk, 0, chunk.length);
  }

  #finish(): void {
    const { completion, trailers, droppedTrailers } = this.#part.answer.call;
    if (completion === undefined) return;
    const bodyBytes = this.#body.receivedBytes;
    this.#call.trailers = trailers;
    this.#call.droppedTrailers = droppedTrailers;
    this.#call.complete({ ...completion, bodyBytes }, performance.now());
  }

  /** Asks for the rest until it comes, or nothing more is to be hoped for. @throws HttpsError */
  async #goOn(broken: HttpsError | "short"): Promise<void> {
    const { attempts, delayMs, maxDelayMs } = this.#policy;
    let cause: Error | undefined;
    let askedMs: number | undefined;
    for (;;) {
      if (this.#timesAsked >= attempts) throw this.#finalError(broken, cause);
      const after = broken === "short" ? undefined : broken.code;
      const backOffMs = this.#failures === 0 ? 0 : backOff(delayMs, this.#failures, maxDelayMs);
      await this.#ports.pause(
        askedMs ?? backOffMs,
        `the body is at byte ${this.#offset} (${after ?? "a part of it came"})`,
      );
      this.#timesAsked++;
      this.#failures++;
      askedMs = undefined;
      try {
        const answer = await this.#ports.ask(restFields(this.#continuable, this.#offset), this.#progress);
        askedMs = this.#delayAsked(answer);
        if (askedMs === undefined) return this.#take(answer, after);
        answer.body.discard();
        cause = this.#refused(`it has the status ${answer.head.status}`, answer);
      } catch (error) {
        if (!(error instanceof HttpsError) || !(isPassing(error.code) || isBroken(error.code))) throw error;
        cause = error;
      }
    }
  }

  /** After how long a server that cannot answer now is asked again; `undefined` where its answer counts. */
  #delayAsked({ head: { status, fields } }: Answer): number | undefined {
    const { delayMs, maxDelayMs } = this.#policy;
    const policy = { attempts: Infinity, delayMs, maxDelayMs };
    return retryDelay(policy, this.#failures, { status, fields, code: undefined });
  }

  /** @throws HttpsError `resume-refused` */
  #take(answer: Answer, after: Resumption["after"]): void {
    const { head, body, connection } = answer;
    const rest = readRest(head, body.announcedBytes, { body: this.#continuable, offset: this.#offset });
    if (!rest.ok) {
      body.discard();
      throw this.#refused(rest.reason, answer);
    }
    const { last, completeBytes } = rest.range;
    const { last: wanted = (completeBytes ?? 0) - 1 } = this.#continuable;
    this.#continuable = {
      ...this.#continuable,
      last: wanted,
      completeBytes: this.#continuable.completeBytes ?? completeBytes,
    };
    this.#part = { answer, last };
    this.#broken = undefined;
    const { trust } = connection.link;
    this.resumptions.push({ offset: this.#offset, after, connection: connection.id, trust });
  }

  get #progress(): Progress {
    const { first, last } = this.#continuable;
    return {
      receivedBytes: this.#body.receivedBytes,
      totalBytes: last === undefined ? undefined : last - first + 1,
    };
  }

  /** What the body ends with where nothing more is asked for. */
  #finalError(broken: HttpsError | "short", cause: Error | undefined): Error {
    if (broken === "short")
      return this.#refused(`it is a part again, and the rest was asked for ${this.#timesAsked} times`);
    if (!HttpsError.is(broken, "body-truncated")) return broken;
    const { receivedBytes, totalBytes: expectedBytes } = this.#progress;
    const detail = { ...broken.detail, receivedBytes };
    return new HttpsError(
      "body-truncated",
      expectedBytes === undefined ? detail : { ...detail, expectedBytes },
      { cause: cause ?? broken },
    );
  }

  #refused(reason: string, { head: { status } }: Answer = this.#part.answer): HttpsError {
    return new HttpsError("resume-refused", { receivedBytes: this.#body.receivedBytes, status, reason });
  }
}
