/**
 * One request from the caller's point of view: what is sent, sent again, redirected and retried until there is one
 * answer or one error. The automatic retry is the narrow one of RFC 9110 §9.2.2: idempotent, on a connection that had
 * been used before, with no byte of an answer, and once.
 */
import { setTimeout as delay } from "node:timers/promises";
import { HttpsError } from "../core/index.ts";
import { writeRequestHead, type RequestContent, type ResponseHead } from "../http1/index.ts";
import { digestAuthorization, findDigest, firstAuthorization, type DigestState } from "./authentication.ts";
import { Call, type Answer, type Outgoing } from "./call.ts";
import { keepCookies } from "./cookies.ts";
import { acceptedCodings } from "./decode.ts";
import { tell } from "./events.ts";
import { clientLimits } from "./limits.ts";
import { maskHead } from "./masked-fields.ts";
import type { FieldsInput, RequestOptions } from "./options.ts";
import type { ProxyChoice } from "./proxy-choice.ts";
import { followRedirect, isRedirect, type Asked } from "./redirects.ts";
import { parseBody } from "./request-body.ts";
import { listFields, putField, putFields, type FieldTable } from "./request-fields.ts";
import { Response, type Redirect, type RequestAttempt } from "./response.ts";
import { retryDelay } from "./retry.ts";
import type { Settings } from "./settings.ts";
import type { Target } from "./target.ts";
import { defaultUserAgent } from "./version.ts";

/** What the journey needs of its client. */
export interface Travel {
  readonly defaultFields: FieldsInput | undefined;
  /** Sends a call to the target as soon as a connection can take it. */
  readonly dispatch: (call: Call, target: Target, settings: Settings) => void;
  /** Takes a call back that still waits for a connection. */
  readonly withdraw: (call: Call) => void;
  readonly proxyFor: (target: Target, settings: Settings) => ProxyChoice;
}

const idempotentMethods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
  "QUERY",
]);
const secondAttempt = "the connection had been used before, and ended before any byte of an answer";

export class Journey {
  readonly #travel: Travel;
  readonly #settings: Settings;
  readonly #options: RequestOptions;
  readonly #startedAt = performance.now();
  /** Where the caller's credentials belong. */
  readonly #origin: string;
  #asked: Asked;
  #redirects: Redirect[] | undefined;
  readonly #attempts: RequestAttempt[] = [];
  /** Attempts made again because the caller asked for that. */
  #retries = 0;
  #digest: DigestState | undefined;
  #call: Call | undefined;
  #ended: HttpsError | undefined;

  constructor(travel: Travel, target: Target, options: RequestOptions, settings: Settings) {
    this.#travel = travel;
    this.#settings = settings;
    this.#options = options;
    this.#origin = target.origin;
    const body = parseBody(options.body);
    const { method = "GET" } = options;
    if (method === "CONNECT") throw new HttpsError("request-method-invalid", { method });
    this.#asked = { target, method, body, fields: this.#firstFields(target, body) };
  }

  async run(): Promise<Response> {
    const stopWatching = this.#watch();
    try {
      for (;;) {
        const answer = await this.#ask();
        if (answer === undefined) continue;
        const response = await this.#settle(answer);
        if (response !== undefined) {
          if (stopWatching !== undefined) answer.call.whenOver(stopWatching);
          return response;
        }
      }
    } catch (error) {
      stopWatching?.();
      tell(this.#settings.options.onEvent, () => {
        const code = error instanceof HttpsError ? error.code : String(error);
        return { kind: "failed", url: this.#asked.target.href, code };
      });
      throw error;
    }
  }

  /** One attempt; `undefined` when another is to follow. */
  async #ask(): Promise<Answer | undefined> {
    const { target } = this.#asked;
    const call = new Call(await this.#outgoing());
    this.#call = call;
    if (this.#ended !== undefined) throw this.#ended;
    this.#travel.dispatch(call, target, this.#settings);
    try {
      const answer = await call.answer;
      this.#note(call, { status: answer.head.status }, undefined);
      return answer;
    } catch (error) {
      if (!(error instanceof HttpsError)) throw error;
      if (await this.#mayRetry(call, error)) return undefined;
      throw error;
    }
  }

  /** Whether a failed attempt is made again; waits as long as it has to. */
  async #mayRetry(call: Call, error: HttpsError): Promise<boolean> {
    const { body } = this.#asked;
    const { code } = error;
    const repeatable = call.outgoing.idempotent && (body.kind !== "stream" || body.replayable);
    const unanswered = call.instants.firstByteAt === 0;
    const lost = code === "empty-response";
    if (
      repeatable &&
      lost &&
      call.reused &&
      unanswered &&
      !this.#attempts.some(({ retried }) => retried === secondAttempt)
    ) {
      this.#note(call, { code }, secondAttempt);
      return true;
    }
    const delayMs = repeatable
      ? retryDelay(this.#settings.options.retry, this.#retries + 1, { code })
      : undefined;
    this.#note(call, { code }, delayMs === undefined ? undefined : `asked for: ${code}`);
    if (delayMs === undefined) return false;
    this.#retries++;
    await this.#pause(delayMs, code);
    return true;
  }

  /** What an answer leads to: the response, or another request. */
  async #settle(answer: Answer): Promise<Response | undefined> {
    const { options, redirects } = this.#settings;
    const { head } = answer;
    const { target } = this.#asked;
    if (options.cookies !== undefined) await keepCookies(options.cookies, head.fields, target.href);
    if (head.status === 401 && this.#takeDigest(answer)) return undefined;
    if (redirects > 0 && isRedirect(head)) return this.#redirect(answer);
    const { status, fields } = head;
    if (
      options.retry !== undefined &&
      status >= 400 &&
      answer.call.outgoing.idempotent &&
      this.#isReplayable()
    ) {
      const delayMs = retryDelay(options.retry, this.#retries + 1, { status, fields });
      if (delayMs !== undefined) {
        this.#retries++;
        this.#retriedLast(`asked for: status ${status}`);
        discard(answer);
        await this.#pause(delayMs, `status ${status}`);
        return undefined;
      }
    }
    return this.#respond(answer);
  }

  #respond({ head, body, connection, call }: Answer): Response {
    const { options } = this.#settings;
    tell(options.onEvent, () => ({ kind: "response", url: this.#asked.target.href, status: head.status }));
    return new Response({
      url: this.#asked.target.href,
      call,
      connection,
      head,
      body,
      redirects: this.#redirects ?? noRedirects,
      attempts: this.#attempts,
      startedAt: this.#startedAt,
      decompress: options.decompress ?? true,
      decodeLimits: {
        maxBytes: options.maxDecodedBytes ?? clientLimits.decodedBytes.value,
        maxRatio: options.maxDecodedRatio ?? clientLimits.decodedRatio.value,
      },
      maxBodyBytes: options.maxBodyBytes ?? clientLimits.bufferedBodyBytes.value,
    });
  }

  /** RFC 7616 §3.3: a challenge that has not been answered yet, or whose nonce went stale, is answered once. */
  #takeDigest(answer: Answer): boolean {
    // A challenge of another origin, where a redirect led, is not one for the caller's credentials.
    if (this.#asked.target.origin !== this.#origin) return false;
    const found = findDigest(this.#settings.options.authentication, answer.head.fields);
    const stale = found?.challenge.parameters.get("stale")?.toLowerCase() === "true";
    if (found === undefined || (this.#digest !== undefined && !stale) || !this.#isReplayable()) return false;
    this.#digest = found;
    this.#retriedLast("the server's digest challenge is answered");
    discard(answer);
    return true;
  }

  #redirect(answer: Answer): undefined {
    const { options, redirects: limit } = this.#settings;
    const { head, connection } = answer;
    const from = this.#asked;
    discard(answer);
    const seen = (this.#redirects ??= []);
    const rules = {
      allowDowngrade: options.allowDowngrade ?? false,
      secretNames: (options.secretHeaders ?? []).map((name) => name.toLowerCase()),
    };
    const next = followRedirect(from, head, rules);
    const to = next.target.href;
    const { status } = head;
    seen.push({ url: from.target.href, status, location: to, trust: connection.link.trust });
    const urls = [...seen.map(({ url }) => url), to];
    // A cookie that was set may make the second visit a different one; the limit ends those that go on for ever.
    const circles = urls.filter((url) => url === to).length > (options.cookies === undefined ? 1 : 2);
    if (circles && next.method === from.method) throw new HttpsError("redirect-loop", { urls });
    if (seen.length > limit) throw new HttpsError("too-many-redirects", { value: limit, urls });
    tell(options.onEvent, () => ({ kind: "redirect", from: from.target.href, to, status }));
    if (next.target.origin !== from.target.origin) this.#digest = undefined;
    this.#asked = { ...next, fields: withHost(next.fields, next.target) };
    return undefined;
  }

  #isReplayable(): boolean {
    const { body } = this.#asked;
    return body.kind !== "stream" || body.replayable;
  }

  #note(call: Call, outcome: RequestAttempt["outcome"], retried: string | undefined): void {
    this.#attempts.push({ connection: call.connection?.id, reused: call.reused, outcome, retried });
  }

  #tellSent({ connection, reused, outgoing }: Call): void {
    if (connection === undefined) return;
    const { onEvent, secretHeaders } = this.#settings.options;
    tell(onEvent, () => ({
      kind: "sent",
      url: this.#asked.target.href,
      method: outgoing.method,
      connection: connection.id,
      reused,
      head: maskHead(outgoing.head, secretHeaders),
    }));
  }

  #informed(head: ResponseHead): void {
    const url = this.#asked.target.href;
    tell(this.#settings.options.onEvent, () => ({ kind: "informational", url, status: head.status }));
    this.#options.onInformational?.(head);
  }

  #retriedLast(reason: string): void {
    const last = this.#attempts.pop();
    if (last !== undefined) this.#attempts.push({ ...last, retried: reason });
  }

  async #pause(delayMs: number, reason: string): Promise<void> {
    const url = this.#asked.target.href;
    tell(this.#settings.options.onEvent, () => ({ kind: "retry", url, reason, delayMs }));
    await delay(delayMs, undefined, { signal: this.#pauseSignal() }).catch(() => {});
    if (this.#ended !== undefined) throw this.#ended;
  }

  readonly #pauseEnd = new AbortController();

  #pauseSignal(): AbortSignal {
    return this.#pauseEnd.signal;
  }

  /** The caller's signal and the total deadline: either ends whatever is under way. */
  #watch(): (() => void) | undefined {
    const { signal } = this.#options;
    const { totalMs } = this.#settings.timeouts;
    if (signal === undefined && totalMs === Infinity) return undefined;
    const host = this.#asked.target.host;
    const phase = (): string => this.#call?.phase ?? "connect";
    const onAbort = (): void =>
      this.#end(new HttpsError("aborted", { host, phase: phase() }, { cause: signal?.reason }));
    if (signal?.aborted === true) {
      onAbort();
      return undefined;
    }
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer =
      totalMs === Infinity
        ? undefined
        : setTimeout(
            () => this.#end(new HttpsError("total-timeout", { host, limitMs: totalMs, phase: phase() })),
            totalMs,
          );
    return () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
  }

  #end(error: HttpsError): void {
    this.#ended = error;
    this.#pauseEnd.abort();
    const call = this.#call;
    if (call === undefined || call.isOver) return;
    if (call.connection !== undefined) return call.connection.giveUp(call, error);
    call.fail(error);
    this.#travel.withdraw(call);
  }

  #firstFields(target: Target, body: Asked["body"]): FieldTable {
    const { options } = this.#settings;
    const table: FieldTable = new Map();
    putField(table, "Host", target.authority);
    const { userAgent = defaultUserAgent } = options;
    if (userAgent !== null) putField(table, "User-Agent", userAgent);
    putField(table, "Accept", "*/*");
    if (options.decompress !== false) putField(table, "Accept-Encoding", acceptedCodings);
    if (body.kind !== "none" && body.contentType !== undefined)
      putField(table, "Content-Type", body.contentType);
    const authorization = firstAuthorization(options.authentication);
    if (authorization !== undefined) putField(table, "Authorization", authorization);
    putFields(table, this.#travel.defaultFields);
    return putFields(table, this.#options.headers);
  }

  /** What goes out now: the fields asked for, and those that depend on what came before. */
  async #outgoing(): Promise<Outgoing> {
    const { options, timeouts } = this.#settings;
    const { target, method, body } = this.#asked;
    const table = await this.#fieldsNow();
    const proxy = this.#travel.proxyFor(target, this.#settings).proxy;
    const forwarded = proxy?.mode === "forward";
    if (forwarded && proxy.authorization !== undefined)
      putField(table, "Proxy-Authorization", proxy.authorization);
    const expectContinueMs = continueMs(options.expectContinue, body.kind !== "none");
    if (expectContinueMs !== undefined) putField(table, "Expect", "100-continue");
    const content = contentOf(body);
    const fields = listFields(table);
    return {
      method,
      host: target.host,
      head: writeRequestHead({ method, target: forwarded ? target.href : target.path, fields, content }),
      body,
      closes: table.get("connection")?.some(([, value]) => /\bclose\b/i.test(value)) ?? false,
      expectContinueMs,
      idempotent: idempotentMethods.has(method),
      timeouts,
      signal: this.#options.signal,
      onSent: (call) => this.#tellSent(call),
      onInformational: (head) => this.#informed(head),
      onUploadProgress: this.#options.onUploadProgress,
      onDownloadProgress: this.#options.onDownloadProgress,
    };
  }

  #fieldsNow(): FieldTable | Promise<FieldTable> {
    const { authentication, cookies } = this.#settings.options;
    const { target, method, fields } = this.#asked;
    if (this.#digest === undefined && cookies === undefined) return new Map(fields);
    const table: FieldTable = new Map(fields);
    const authorization =
      this.#digest && digestAuthorization(this.#digest, authentication, { method, target: target.path });
    if (authorization !== undefined) putField(table, "Authorization", authorization);
    if (cookies === undefined) return table;
    return cookies.getCookieString(target.href).then((value) => {
      if (value !== "" && !fields.has("cookie")) putField(table, "Cookie", value);
      return table;
    });
  }
}

const noRedirects: readonly Redirect[] = [];

function withHost(fields: FieldTable, target: Target): FieldTable {
  const table: FieldTable = new Map();
  putField(table, "Host", target.authority);
  for (const [name, lines] of fields) table.set(name, lines);
  return table;
}

function contentOf(body: Asked["body"]): RequestContent {
  if (body.kind === "none") return { kind: "none" };
  const bytes = body.kind === "bytes" ? body.bytes.length : body.length;
  return bytes === undefined ? { kind: "chunked" } : { kind: "length", bytes };
}

function continueMs(option: boolean | number | undefined, hasBody: boolean): number | undefined {
  if (!hasBody || option === undefined || option === false) return undefined;
  return option === true ? clientLimits.continueMs.value : option;
}

/** Lets go of an answer nobody will read; a short rest is left to come, so that its connection can be used again. */
function discard({ body, head }: Answer): void {
  const length = Number(head.fields.get("content-length") ?? Infinity);
  if (body.isOver) return;
  if (length <= clientLimits.queuedBodyBytes.value / 2) return;
  body.cancel(new HttpsError("body-cancelled", { bytesReceived: body.receivedBytes }));
}
