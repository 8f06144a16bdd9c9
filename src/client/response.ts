/** A response: its head, its body once, who vouched for it, and how long each part took. */
import {
  callback,
  type Check,
  type ErrorReport,
  HttpsError,
  messageOf,
  readOptions,
  setInquiry,
  showAs,
  shownHref,
  type Own,
} from "../core/index.ts";
import { areCodingsKnown, decodeBody } from "../coding/index.ts";
import { noFields, shownFields, type Fields, type ResponseHead } from "../http1/index.ts";
import type { TrustReport } from "../trust/index.ts";
import { decodeText } from "./body/allocate.ts";
import type { Call, Carrier } from "./pool/call.ts";
import type { IncomingBody } from "./body/incoming-body.ts";
import { needEventStream } from "./event-stream/follow.ts";
import { readEvents } from "./event-stream/read-events.ts";
import { eventsChecks, type EventsOptions, type ServerEvent } from "./event-stream/server-event.ts";
import { isThenable } from "./body/visit.ts";
import { decoderFor, joinChunks, utf8 } from "./body/whole.ts";
import { clientLimits } from "./limits.ts";
import { ReadonlyHeaders } from "./readonly-headers.ts";
import { timingsOf, type Course } from "./response-timings.ts";
import { validate, type StandardSchema } from "./standard-schema.ts";
import type { SharedOptions } from "./options/options.ts";
import { writePriority, type Priority } from "./options/priority.ts";
import type {
  CacheUse,
  Completeness,
  ConnectionInfo,
  Redirect,
  RequestAttempt,
  Resumption,
  Timings,
} from "./response-facts.ts";

declare module "../core/error.ts" {
  interface ErrorReports {
    response: Response;
  }
}

/** Whoever asked for a response: can find out why this was it, and says of an error what was asked. */
export interface Requester {
  explainAnswer(): Promise<ErrorReport<"why">>;
  describe(error: HttpsError, attempts: readonly RequestAttempt[]): void;
}

export interface ResponseContext {
  readonly url: string;
  readonly call: Call;
  readonly connection: Carrier;
  readonly head: ResponseHead;
  readonly body: IncomingBody;
  readonly redirects: readonly Redirect[];
  /** All but the one that was answered with this. */
  readonly earlierAttempts: readonly RequestAttempt[];
  /** Where its body went on after a break. */
  readonly resumptions?: readonly Resumption[] | undefined;
  readonly startedAt: number;
  readonly requester: Requester;
  /** Of one that was kept. */
  readonly cache?: CacheUse | undefined;
  readonly options: Pick<
    Own<SharedOptions>,
    "secretHeaders" | "decompress" | "maxDecodedBytes" | "maxDecodedRatio" | "maxBodyBytes"
  >;
}

/** What a log, or a console, is told of a response. */
export interface ResponseJson
  extends
    Pick<Response, "status" | "reason" | "httpVersion" | "completeness" | "receivedBytes">,
    Record<"url" | "trust", string>,
    Record<"redirects" | "attempts" | "totalMs", number> {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly connection: Pick<
    ConnectionInfo,
    "id" | "reused" | "resumed" | "protocol" | "remoteAddress" | "remotePort"
  >;
}

/** The body's chunks, as they came where a coding is not known and the client's options do not say otherwise. */
export let knownChunks: (response: Response) => AsyncIterable<Uint8Array>;
/** The same as a whole. */
export let knownBytes: (response: Response) => Promise<Uint8Array>;
/** The fields of the head as they stood on the wire; for rooms that judge them. */
export let wireFields: (response: Response) => Fields;
/** The same of the fields behind the body. */
export let wireTrailers: (response: Response) => Fields;
/** The response, unless its status is one that the caller takes for an error. @throws HttpsError `status` */
export let refuseStatus: (response: Response) => Response;
/** What a response is made of; for one that is made from it. */
export let contextOf: (response: Response) => ResponseContext;
/** Notes that the client's cache had it not. */
export let noteMiss: (response: Response) => void;
/** When what happened, by the monotonic clock. */
export let courseOf: (response: Response) => Course;

const takesChunks: Check<(chunk: Uint8Array) => unknown> = callback();

// A body that is neither read nor cancelled holds its connection; when its response is gone, so is its reader.
const forgotten = new FinalizationRegistry<IncomingBody>((body) => {
  body.discard();
});

/**
 * A final response (RFC 9110 §15), given as soon as its head is there. The body is read once: by `bytes()`, `text()`,
 * `json()`, `stream()`, `forEachChunk()` or `for await`; `cancel()` gives it up.
 */
export class Response implements AsyncIterable<Uint8Array> {
  readonly #context: ResponseContext;
  #used = false;
  #missed = false;
  #headers: ReadonlyHeaders | undefined;
  #stream: ReadableStream<Uint8Array> | undefined;
  /** Whether anything is to be done when it is forgotten. */
  #isWatched = false;

  static {
    knownChunks = (response: Response): AsyncIterable<Uint8Array> => {
      response.#use();
      return response.#chunks("known");
    };
    knownBytes = (response: Response): Promise<Uint8Array> => response.#read("known");
    contextOf = (response: Response): ResponseContext => response.#context;
    noteMiss = (response: Response): void => {
      response.#missed = true;
    };
    refuseStatus = (response: Response): Response => Response.#refuseStatus(response);
    wireFields = (response: Response): Fields => response.#context.head.fields;
    wireTrailers = (response: Response): Fields => response.#context.call.trailers ?? noFields;
    courseOf = (response: Response): Course => {
      const { startedAt, call, connection } = response.#context;
      const opening = call.reused ? undefined : connection.link.timings;
      return { startedAt, instants: call.instants, opening };
    };
  }

  constructor(context: ResponseContext) {
    this.#context = context;
    if (context.body.isOver) return;
    forgotten.register(this, context.body, this);
    this.#isWatched = true;
  }

  /** The status code (RFC 9110 §15). */
  get status(): number {
    return this.#context.head.status;
  }

  /** Whether the status is in 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The reason phrase; it means nothing (RFC 9112 §4). */
  get reason(): string {
    return this.#context.head.reason;
  }

  /** The reason phrase, by the name that the platform's `Response` has for it. */
  get statusText(): string {
    return this.reason;
  }

  /** The status, by the name that Node's `IncomingMessage` has for it. */
  get statusCode(): number {
    return this.status;
  }

  /** `2`, `1.1` or `1.0`. */
  get httpVersion(): string {
    return this.#context.head.version;
  }

  /** The fields of the head; `lines()` gives them as they stood on the wire. */
  get headers(): ReadonlyHeaders {
    return (this.#headers ??= new ReadonlyHeaders(this.#context.head.fields));
  }

  /** Fields after a chunked body; empty until the body is complete. */
  get trailers(): ReadonlyHeaders {
    return new ReadonlyHeaders(wireTrailers(this));
  }

  /** The URL that answered, after redirects. */
  get url(): string {
    return this.#context.url;
  }

  /** The hops before this one, first to last. */
  get redirects(): readonly Redirect[] {
    return this.#context.redirects;
  }

  /** Who vouched for the server, and what was checked. */
  get trust(): TrustReport {
    return this.#context.connection.link.trust;
  }

  /** Each time the request was sent, or was to be, before redirects and retries too; the last was answered with this. */
  get attempts(): readonly RequestAttempt[] {
    const { earlierAttempts, call, connection, head } = this.#context;
    const { id } = connection;
    const last = {
      connection: id,
      reused: call.reused,
      outcome: { status: head.status },
      retried: undefined,
    };
    return [...earlierAttempts, last];
  }

  /** Each time that the body broke off and went on, so far (option `resume`). `trust` and `connection` are those of its beginning. */
  get resumptions(): readonly Resumption[] {
    return this.#context.resumptions ?? [];
  }

  /** The connection that carried it: its number, addresses and TLS parameters. */
  get connection(): ConnectionInfo {
    const { connection, call } = this.#context;
    return { id: connection.id, reused: call.reused, ...connection.link.facts };
  }

  /** What the client's cache had to do with it; `undefined` where it was not asked: without the option `cache`, and for what no cache keeps. */
  get cache(): CacheUse | undefined {
    return this.#missed ? "miss" : this.#context.cache;
  }

  /** What is known of the body's end; `unverifiable` where only the connection's end marks it (RFC 9112 §8). */
  get completeness(): Completeness {
    const { call } = this.#context;
    if (call.failure !== undefined) return "failed";
    return call.completion?.completeness ?? "pending";
  }

  /** Bytes of the body received so far, before content codings are undone. */
  get receivedBytes(): number {
    return this.#context.body.receivedBytes;
  }

  /** How long each phase took, in milliseconds; until now, while the body is coming. */
  get timings(): Timings {
    return timingsOf(this.#context);
  }

  /** Whether the body was read or given up. */
  get bodyUsed(): boolean {
    return this.#used;
  }

  /** The body, chunk by chunk, content codings undone. Leaving early gives the rest up. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.#use();
    return this.#chunks()[Symbol.asyncIterator]();
  }

  /** @throws HttpsError `body-truncated body-too-large body-timeout` and what a coding can end in */
  async bytes(): Promise<Uint8Array> {
    return this.#atHand() ?? this.#read();
  }

  /** The body as text, by the charset of its Content-Type; UTF-8 unless it says otherwise. */
  async text(): Promise<string> {
    return decodeText(decoderFor(this.#context.head.fields), this.#atHand() ?? (await this.#read()));
  }

  /**
   * The body as JSON (RFC 8259): UTF-8, whatever its type says. With a schema (Standard Schema: zod, valibot, arktype and others)
   * it is checked, and typed by that; a type alone checks nothing.
   * @throws HttpsError `body-not-json`, `body-not-valid`, `schema-failed` too
   *
   * @example
   * const user = await response.json(z.object({ name: z.string() }));
   */
  json<T>(schema: StandardSchema<T>): Promise<T>;
  json<T = unknown>(): Promise<T>;
  async json(schema?: StandardSchema): Promise<unknown> {
    const value = await this.#json();
    if (schema === undefined) return value;
    try {
      return await validate(schema, value);
    } catch (error) {
      throw this.#described(error);
    }
  }

  /** The body as an ArrayBuffer of its own. @throws HttpsError as `bytes()` */
  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = await this.bytes();
    return byteLength === buffer.byteLength && buffer instanceof ArrayBuffer
      ? buffer
      : (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  }

  /** The body as a Blob, with the type that Content-Type says. @throws HttpsError as `bytes()` */
  async blob(): Promise<Blob> {
    const type = this.headers.get("content-type") ?? "";
    return new Blob([(await this.bytes()) as Uint8Array<ArrayBuffer>], { type });
  }

  /**
   * The body as a web stream of bytes, which is read from the first time on that somebody asks it for something; `null` where
   * the status has none (Fetch §2.2.3, null body status).
   */
  get body(): ReadableStream<Uint8Array> | null {
    if ([204, 205, 304].includes(this.status)) return null;
    return (this.#stream ??= this.#streamOf(() => this[Symbol.asyncIterator]()));
  }

  /**
   * The events of the body, which is an event stream (HTML §9.2), until it ends; nothing is asked again: `client.events()` does
   * that. Needs the package eventsource-parser beside this one. Leaving the loop gives the rest up.
   * @throws HttpsError `event-stream-refused` for a body of another type, `package-missing`, `event-too-large`, and what ends a
   * body early
   *
   * @example
   * const response = await client.post(url, { json: { prompt, stream: true } });
   * for await (const { data } of response.events()) console.log(data);
   */
  async *events(options: EventsOptions = {}): AsyncGenerator<ServerEvent, void, undefined> {
    const { maxEventBytes } = readOptions(options, eventsChecks);
    try {
      needEventStream(this);
      yield* readEvents(this, maxEventBytes);
    } catch (error) {
      throw this.#described(error);
    }
  }

  async #json(): Promise<unknown> {
    const text = decodeText(utf8, this.#atHand() ?? (await this.#read()));
    try {
      return JSON.parse(text);
    } catch (error) {
      const contentType = this.headers.get("content-type") ?? "";
      const reason = messageOf(error);
      const detail = { contentType, excerpt: text.slice(0, 64), reason };
      throw this.#described(new HttpsError("body-not-json", detail, { cause: error }));
    }
  }

  /** The body as a web stream of bytes. */
  stream(): ReadableStream<Uint8Array> {
    const chunks = this[Symbol.asyncIterator]();
    return this.#streamOf(() => chunks);
  }

  /** A stream of what `open` gives, which is asked for when the stream is. */
  #streamOf(open: () => AsyncIterator<Uint8Array>): ReadableStream<Uint8Array> {
    let chunks: AsyncIterator<Uint8Array> | undefined;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const { done, value } = await (chunks ??= open()).next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        },
        cancel: async () => {
          this.cancel(); // A generator that was never asked for anything would not.
          await chunks?.return?.();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /**
   * Reads the body in place: `fn` is called with each chunk as it comes, in order, content codings undone. No copy is made,
   * so a chunk holds its bytes only until `fn` returns, or until the promise that it returns settles: then its memory is read
   * into again. Copy what is to be kept (`chunk.slice()`), and transfer nothing. A chunk is never empty; how many bytes it has
   * says nothing.
   *
   * The promise settles when the body has come to its end. While one of `fn`'s is waited for, nothing more is read, and
   * `timeouts.unreadBodyMs` runs. What `fn` throws or rejects with gives the rest up, as `cancel()` does, and this rejects
   * with the same value. Whatever else ends the body early, `signal` too, ends this at once; when all of it has come, `fn`'s
   * promise alone is waited for.
   * @throws HttpsError `body-truncated body-timeout body-unread` and what a coding can end in
   *
   * @example
   * await response.forEachChunk((chunk) => hash.update(chunk));
   */
  async forEachChunk(fn: (chunk: Uint8Array) => unknown): Promise<void> {
    takesChunks(fn, "fn");
    this.#use();
    const { body } = this.#context;
    if (this.#isEncoded()) {
      for await (const chunk of this.#chunks()) {
        const returned = fn(chunk);
        if (isThenable(returned)) await body.unlessFailed(returned, (error) => this.#described(error));
      }
      return;
    }
    const visited = await body.visit(fn).catch((error: unknown) => {
      throw this.#described(error);
    });
    if (visited.threw) throw visited.thrown;
  }

  /**
   * Finds out why this was the answer: an `Explanation`, made by asking again over new connections, with one thing changed at
   * a time. `GET` and `HEAD` alone are sent.
   * @throws HttpsError for options that it cannot honour
   */
  why(): Promise<ErrorReport<"why">> {
    return this.#context.requester.explainAnswer();
  }

  /** For logs: credentials and the queries of URLs are masked, and the body is not in it. */
  toJSON(): ResponseJson {
    const { status, reason, httpVersion, completeness, receivedBytes, redirects, attempts } = this;
    const { id, reused, resumed, protocol, remoteAddress, remotePort } = this.connection;
    return {
      status,
      reason,
      url: shownHref(this.url),
      httpVersion,
      headers: shownFields(this.#context.head.fields, this.#context.options.secretHeaders),
      completeness,
      receivedBytes,
      trust: this.trust.headline(),
      connection: { id, reused, resumed, protocol, remoteAddress, remotePort },
      redirects: redirects.length,
      attempts: attempts.length,
      totalMs: Math.round(this.timings.totalMs),
    };
  }

  /**
   * Says how much the rest of the body is worth beside other answers, which the server may heed (RFC 9218 §7.1). What is left out
   * has its default. Over HTTP/1.1, or once the body has come, nothing is said. With a request, a `priority` field says it.
   * @throws HttpsError `option-unknown`, `option-invalid`
   *
   * @example
   * response.prioritize({ urgency: 6, incremental: true });
   */
  prioritize(priority: Priority): void {
    this.#context.call.prioritize(writePriority(priority));
  }

  /** Gives the body up. A connection with much of it still to come is closed. */
  cancel(): void {
    this.#used = true;
    this.#giveUp();
  }

  /** The whole body where it has come already, as small ones have: then there is nothing to wait for. */
  #atHand(): Uint8Array | undefined {
    if (this.#used || this.#isEncoded()) return undefined;
    const bytes = this.#context.body.takeEnded(this.#maxBytes);
    if (bytes !== undefined) this.#use();
    return bytes;
  }

  async #read(usual?: "known"): Promise<Uint8Array> {
    try {
      return await this.#whole(usual);
    } catch (error) {
      throw this.#described(error);
    }
  }

  /**
   * The response, unless its status is one that the caller takes for an error.
   * @throws HttpsError `status`
   */
  static #refuseStatus(response: Response): Response {
    const { status, reason, url, trust } = response;
    if (status < 400) return response;
    const error = new HttpsError("status", { url: shownHref(url), status, reason }, { trust, response });
    setInquiry(error, () => response.why());
    response.#described(error);
    throw error;
  }

  /** The error, which then says what was asked, and who reads the body. */
  #described(error: unknown): unknown {
    if (error instanceof HttpsError) this.#context.requester.describe(error, this.attempts);
    return error;
  }

  #whole(usual?: "known"): Promise<Uint8Array> {
    this.#use();
    const maxBytes = this.#maxBytes;
    return this.#isEncoded(usual)
      ? joinChunks(this.#chunks(usual), maxBytes)
      : this.#context.body.readWhole(maxBytes);
  }

  get #maxBytes(): number {
    return this.#context.options.maxBodyBytes ?? clientLimits.bufferedBodyBytes.value;
  }

  #use(): void {
    if (this.#used) throw new HttpsError("body-already-read", { url: this.url });
    this.#used = true;
    this.#unwatch(); // Whoever reads may well let go of the response itself.
  }

  #isEncoded(usual: true | "known" = true): boolean {
    const { decompress = usual } = this.#context.options;
    const { fields } = this.#context.head;
    if (decompress === false || !fields.has("content-encoding")) return false;
    return decompress !== "known" || areCodingsKnown(fields);
  }

  #chunks(usual?: true | "known"): AsyncIterable<Uint8Array> {
    const raw = this.#rawChunks();
    return this.#isEncoded(usual) ? this.#decoded(raw) : raw;
  }

  async *#decoded(encoded: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { body, options } = this.#context;
    const { maxDecodedBytes: maxBytes, maxDecodedRatio: maxRatio } = options;
    try {
      for await (const chunk of decodeBody({
        fields: this.#context.head.fields,
        encoded,
        maxBytes,
        maxRatio,
      })) {
        // A decoder may have taken all of the body before, and how much it takes at once differs between Nodes.
        if (body.cancelled !== undefined) throw body.cancelled;
        yield chunk;
      }
    } catch (error) {
      throw this.#described(error);
    } finally {
      // Also where a coding nobody knows kept anybody from beginning to read.
      if (!body.isOver) this.#giveUp();
    }
  }

  async *#rawChunks(): AsyncGenerator<Uint8Array> {
    const { body } = this.#context;
    try {
      for (let chunk = await body.read(); chunk !== undefined; chunk = await body.read()) yield chunk;
    } catch (error) {
      throw this.#described(error);
    } finally {
      if (!body.isOver) this.#giveUp();
    }
  }

  /** It can be forgotten from now on: whoever reads has the body, or nobody wants it. */
  #unwatch(): void {
    if (this.#isWatched) forgotten.unregister(this);
    this.#isWatched = false;
  }

  #giveUp(): void {
    const { body } = this.#context;
    // An error holds on to the objects it was made in until its stack is read: with it the body would hold this one.
    this.#unwatch();
    body.discard();
  }
}

showAs(Response.prototype, "Response", (response) => response.toJSON());
