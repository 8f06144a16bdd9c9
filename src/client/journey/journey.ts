/**
 * One request from the caller's point of view: what is sent, sent again, redirected and retried until there is one
 * answer or one error. The automatic retry is the narrow one of RFC 9110 §9.2.2: idempotent, on a connection that had
 * been used before, with no byte of an answer, and once.
 */
import { setTimeout as delay } from "node:timers/promises";
import {
  type Details,
  type ErrorReport,
  bare,
  describeAsked,
  HttpsError,
  messageOf,
  nameKind,
  setInquiry,
  shownHref,
  type Own,
  type Target,
} from "../../core/index.ts";
import { checkTrail, isRedirect, writeRequestHead, type ResponseHead } from "../../http1/index.ts";
import { digestAuthorization, findDigest, type DigestState } from "./authentication.ts";
import { Call, type Answer, type Asker, type Outgoing } from "../pool/call.ts";
import { cookiesFor, keepCookies } from "./cookies.ts";
import { callListener, isHeard, tell, type EventListener } from "../events.ts";
import { asksToClose, type FirstHeads, type PlainHead, type WrittenHead } from "./first-head.ts";
import { clientLimits } from "../limits.ts";
import { maskHead } from "./masked-fields.ts";
import type { RequestParts } from "../options/options.ts";
import type { ProxyChoice } from "../pool/proxy-choice.ts";
import { followRedirect, type Asked } from "./redirects.ts";
import { parseBody } from "../body/request-body.ts";
import { listFields, putField, type FieldTable, type ReadonlyFieldTable } from "./request-fields.ts";
import { Response, type Redirect, type RequestAttempt } from "../response.ts";
import { contentOf, continueMsOf, isIdempotent, isRepeatable, withStatedLength } from "./outgoing.ts";
import { retryDelay } from "./retry.ts";
import type { Settings } from "../options/settings.ts";
import { watchForEnd } from "./watch.ts";

/** Where calls wait for a connection. */
export interface Queue {
  /** Takes a call back that still waits. */
  withdraw(call: Call): void;
}

/** What the journey needs of its client. */
export interface Travel {
  readonly heads: FirstHeads;
  /** Sends a call to the target as soon as a connection can take it; gives where it waits. */
  readonly dispatch: (call: Call, target: Target, settings: Settings) => Queue;
  readonly proxyFor: (target: Target, settings: Settings) => ProxyChoice;
  /** Finds out more about a request, whatever came of it. */
  readonly explain: (asked: Asked, settings: Settings) => Promise<ErrorReport<"why">>;
  /** Finds out more about a request that failed. */
  readonly inquire: (asked: Asked, settings: Settings, error: HttpsError) => ReturnType<HttpsError["why"]>;
}

const secondAttempt = "the connection had been used before, and ended before any byte of an answer";

export class Journey implements Asker {
  readonly #travel: Travel;
  /** Those of the origin asked now: a name, a certificate and an exception hold for the first origin alone. */
  #settings: Settings;
  readonly #firstSettings: Settings;
  readonly #parts: Own<RequestParts>;
  readonly #startedAt = performance.now();
  /** Where the caller's credentials belong. */
  readonly #origin: string;
  #asked: Asked;
  /** The head of what was asked, while that is a plain request. */
  #plain: PlainHead | undefined;
  #redirects: Redirect[] | undefined;
  /** Attempts that were not the last. */
  readonly #attempts: RequestAttempt[] = [];
  /** Attempts made again because the caller asked for that. */
  #retries = 0;
  /** Whether 100 Continue is still asked for, where the options say so. */
  #expects = true;
  #digest: DigestState | undefined;
  /** Digest challenges answered. */
  #digestAnswers = 0;
  #call: Call | undefined;
  /** Where the call waits for a connection. */
  #queue: Queue | undefined;
  #ended: HttpsError | undefined;
  #pauseEnd: AbortController | undefined;
  /** Ends the wait for something of the caller's own. */
  #leave: ((error: HttpsError) => void) | undefined;

  constructor(travel: Travel, target: Target, parts: Own<RequestParts>, settings: Settings) {
    this.#travel = travel;
    this.#settings = settings;
    this.#firstSettings = settings;
    this.#parts = parts;
    this.#origin = target.origin;
    const body = parseBody(parts.body);
    const { method = "GET", headers } = parts;
    // A list or a number would be read as text by whoever writes it out.
    const given: unknown = method;
    if (typeof given !== "string")
      throw new HttpsError("request-method-invalid", { method: nameKind(given) });
    if (given === "CONNECT") throw new HttpsError("request-method-invalid", { method: given });
    const { heads } = travel;
    const isPlain = headers === undefined && body.kind === "none";
    this.#plain = isPlain ? heads.plainHead(target, method, settings) : undefined;
    const fields = this.#plain?.fields ?? heads.firstFields(target, settings, { body, fields: headers });
    this.#asked = { target, method, body: withStatedLength(body, fields), fields };
  }

  async run(): Promise<Response> {
    const stopWatching = this.#watch();
    try {
      for (;;) {
        const outgoing = this.#outgoing();
        const call = this.#dispatch(outgoing instanceof Promise ? await outgoing : outgoing);
        let answer: Answer;
        try {
          answer = await call.answer;
        } catch (error) {
          if (error instanceof HttpsError && (await this.#mayRetry(call, error))) continue;
          throw error;
        }
        this.#tellHead(answer.head);
        const response = this.#isFinal(answer.head) ? this.#respond(answer) : await this.#settle(answer);
        if (response === undefined) continue;
        if (stopWatching !== undefined) call.whenOver(stopWatching);
        return response;
      }
    } catch (error) {
      stopWatching?.();
      if (error instanceof HttpsError) {
        const asked = this.#asked;
        setInquiry(error, () => this.#travel.inquire(asked, this.#settings, error));
        this.describe(error, this.#attempts);
      }
      tell(this.#settings.options.onEvent, () => {
        const code = error instanceof HttpsError ? error.code : messageOf(error);
        return { kind: "failed", url: this.#asked.target.href, code };
      });
      throw error;
    }
  }

  // What a response may want of whoever asked for it.

  explainAnswer(): Promise<ErrorReport<"why">> {
    return this.#travel.explain(this.#asked, this.#settings);
  }

  describe(error: HttpsError, attempts: readonly RequestAttempt[]): void {
    const { target, method } = this.#asked;
    describeAsked(error, { url: shownHref(target.href), method, attempts });
  }

  // What a call tells on its way.

  get onEvent(): EventListener | undefined {
    return this.#settings.options.onEvent;
  }

  onSending({ connection, reused, outgoing }: Call): void {
    const { onEvent, secretHeaders } = this.#settings.options;
    if (connection === undefined || !isHeard(onEvent)) return;
    tell(onEvent, () => ({
      kind: "sent",
      url: this.#asked.target.href,
      method: outgoing.method,
      connection: connection.id,
      reused,
      head: maskHead(outgoing.head, secretHeaders),
    }));
  }

  onInformational(head: ResponseHead): void {
    const url = this.#asked.target.href;
    this.#tellHead(head);
    tell(this.#settings.options.onEvent, () => ({ kind: "informational", url, status: head.status }));
    callListener(this.#parts.onInformational, head);
  }

  #tellHead(head: ResponseHead): void {
    const { onEvent } = this.#settings.options;
    if (isHeard(onEvent)) tell(onEvent, () => ({ kind: "head", url: this.#asked.target.href, head }));
  }

  /** Hands an attempt on to a connection. */
  #dispatch(outgoing: Outgoing): Call {
    const call = new Call(outgoing, this.#call === undefined ? this.#startedAt : performance.now());
    this.#call = call;
    call.needsFresh = this.#attempts.at(-1)?.retried === secondAttempt;
    if (this.#ended !== undefined) throw this.#ended;
    this.#queue = this.#travel.dispatch(call, this.#asked.target, this.#settings);
    return call;
  }

  /** Whether a failed attempt is made again; waits as long as it has to. */
  async #mayRetry(call: Call, error: HttpsError): Promise<boolean> {
    const { body } = this.#asked;
    const { code } = error;
    const repeatable = call.outgoing.idempotent && isRepeatable(body, call);
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

  /** Whether an answer can lead to nothing but its response. */
  #isFinal({ status }: ResponseHead): boolean {
    return status < 300 && (this.#settings.options.cookies ?? undefined) === undefined;
  }

  /** What an answer leads to: the response, or another request. */
  async #settle(answer: Answer): Promise<Response | undefined> {
    const { options, redirects } = this.#settings;
    const { head } = answer;
    const { target } = this.#asked;
    const cookies = options.cookies ?? undefined;
    if (cookies !== undefined)
      await this.#untilEnded(keepCookies(cookies, head.fields, target.href), "setCookie");
    if (head.status === 401 && this.#takeDigest(answer)) return undefined;
    if (head.status === 417 && this.#dropExpectation(answer)) return undefined;
    if (redirects > 0 && isRedirect(head)) return this.#redirect(answer);
    const { status, fields } = head;
    if (
      options.retry !== undefined &&
      status >= 400 &&
      answer.call.outgoing.idempotent &&
      isRepeatable(this.#asked.body, answer.call)
    ) {
      const delayMs = retryDelay(options.retry, this.#retries + 1, { status, fields });
      if (delayMs !== undefined) {
        this.#retries++;
        this.#noteAnswer(answer, `asked for: status ${status}`);
        discard(answer);
        await this.#pause(delayMs, `status ${status}`);
        return undefined;
      }
    }
    return this.#respond(answer);
  }

  #respond({ head, body, connection, call }: Answer): Response {
    const { options } = this.#settings;
    const { href: url } = this.#asked.target;
    if (isHeard(options.onEvent))
      tell(options.onEvent, () => ({ kind: "response", url, status: head.status }));
    return new Response({
      url,
      call,
      connection,
      head,
      body,
      redirects: this.#redirects ?? noRedirects,
      earlierAttempts: this.#attempts,
      startedAt: this.#startedAt,
      options,
      requester: this,
    });
  }

  /** RFC 7616 §3.3: a challenge that has not been answered yet, or whose nonce went stale, is answered once. */
  #takeDigest(answer: Answer): boolean {
    // A challenge of another origin, where a redirect led, is not one for the caller's credentials.
    if (this.#asked.target.origin !== this.#origin) return false;
    const found = findDigest(this.#settings.options.authentication, answer.head.fields);
    const stale = found?.challenge.parameters.get("stale")?.toLowerCase() === "true";
    // One answer, and one more for a nonce that had grown old: a server that calls every nonce stale is refused.
    const answers = this.#digestAnswers;
    if (found === undefined || answers > 1 || (answers === 1 && !stale)) return false;
    if (!isRepeatable(this.#asked.body, answer.call)) return false;
    this.#digestAnswers++;
    this.#digest = found;
    this.#noteAnswer(answer, "the server's digest challenge is answered");
    discard(answer);
    return true;
  }

  /** RFC 9110 §10.1.1: who does not understand the expectation is asked without it. */
  #dropExpectation(answer: Answer): boolean {
    const asked = this.#asked;
    const expected = this.#expects && answer.call.outgoing.expectContinueMs !== undefined;
    if ((!expected && !asked.fields.has("expect")) || !isRepeatable(asked.body, answer.call)) return false;
    this.#expects = false;
    const fields = new Map(asked.fields);
    fields.delete("expect");
    this.#asked = { ...asked, fields };
    this.#noteAnswer(answer, "the server does not meet the expectation of 100 Continue");
    discard(answer);
    return true;
  }

  #redirect(answer: Answer): undefined {
    const { options, redirects: limit } = this.#settings;
    const { head, connection } = answer;
    const from = this.#asked;
    this.#noteAnswer(answer, undefined);
    discard(answer);
    const seen = (this.#redirects ??= []);
    const rules = {
      allowDowngrade: options.allowDowngrade ?? false,
      secretNames: (options.secretHeaders ?? []).map((name) => name.toLowerCase()),
      isRepeatable: isRepeatable(from.body, answer.call),
    };
    const next = followRedirect(from, head, rules);
    const to = next.target.href;
    const { status } = head;
    seen.push({ url: from.target.href, status, location: to, trust: connection.link.trust });
    const urls = [...seen.map(({ url }) => url), to];
    const refusal = checkTrail(urls, limit);
    if (refusal !== undefined) throw refusal;
    tell(options.onEvent, () => ({ kind: "redirect", from: from.target.href, to, status }));
    if (next.target.origin !== from.target.origin) this.#digest = undefined;
    const isHome = next.target.origin === this.#origin;
    this.#settings = isHome ? this.#firstSettings : this.#firstSettings.elsewhere();
    this.#asked = { ...next, fields: withHost(next.fields, next.target) };
    this.#plain = undefined;
    return undefined;
  }

  #note(call: Call, outcome: RequestAttempt["outcome"], retried: string | undefined): void {
    this.#attempts.push({ connection: call.connection?.id, reused: call.reused, outcome, retried });
  }

  #noteAnswer({ call, head: { status } }: Answer, retried: string | undefined): void {
    this.#note(call, { status }, retried);
  }

  async #pause(delayMs: number, reason: string): Promise<void> {
    const url = this.#asked.target.href;
    tell(this.#settings.options.onEvent, () => ({ kind: "retry", url, reason, delayMs }));
    this.#pauseEnd = new AbortController();
    await delay(delayMs, undefined, bare({ signal: this.#pauseEnd.signal })).catch(() => {});
    if (this.#ended !== undefined) throw this.#ended;
  }

  #watch(): (() => void) | undefined {
    return watchForEnd({
      signal: this.#parts.signal,
      totalMs: this.#settings.timeouts.totalMs,
      host: this.#asked.target.host,
      phase: () => this.#call?.phase ?? "connect",
      end: (error) => this.#end(error),
    });
  }

  #end(error: HttpsError): void {
    this.#ended = error;
    this.#pauseEnd?.abort();
    this.#leave?.(error);
    const call = this.#call;
    if (call === undefined || call.isOver) return;
    if (call.connection !== undefined) return call.connection.giveUp(call, error);
    call.fail(error);
    this.#queue?.withdraw(call);
  }

  /** What goes out now: what was asked for, and what depends on what came before. */
  #outgoing(): Outgoing | Promise<Outgoing> {
    const cookies = this.#settings.options.cookies ?? undefined;
    if (cookies === undefined) return this.#outgoingWith("");
    const found = this.#untilEnded(cookiesFor(cookies, this.#asked.target.href), "getCookieString");
    return found.then((value) => this.#outgoingWith(value));
  }

  /** What the caller's jar gives, which may never answer: it is waited for as long as its deadline and the request last. */
  #untilEnded<T>(answer: Promise<T>, waitsFor: Details["cookie-jar-timeout"]["waitsFor"]): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const { host } = this.#asked.target;
    const { cookiesMs: limitMs } = this.#settings.timeouts;
    const onLate = (): void => this.#end(new HttpsError("cookie-jar-timeout", { host, limitMs, waitsFor }));
    const timer = limitMs === Infinity ? undefined : setTimeout(onLate, limitMs);
    return new Promise<T>((resolve, reject) => {
      this.#leave = reject;
      answer.then(resolve, reject);
    }).finally(() => clearTimeout(timer));
  }

  #outgoingWith(cookie: string): Outgoing {
    const { options, timeouts } = this.#settings;
    const { target, method, body } = this.#asked;
    const expectContinueMs = continueMsOf(options.expectContinue, this.#expects && body.kind !== "none");
    const { text, closes } = this.#writeHead(cookie, expectContinueMs !== undefined);
    return {
      method,
      host: target.host,
      head: text,
      body,
      closes,
      expectContinueMs,
      idempotent: isIdempotent(method),
      timeouts,
      asker: this,
      onUploadProgress: this.#parts.onUploadProgress,
      onDownloadProgress: this.#parts.onDownloadProgress,
    };
  }

  #writeHead(cookie: string, expects: boolean): WrittenHead {
    const { target, method, fields, body } = this.#asked;
    const proxy = this.#travel.proxyFor(target, this.#settings).proxy;
    const forwarded = proxy?.mode === "forward";
    const plain = this.#plain;
    if (plain !== undefined && cookie === "" && this.#digest === undefined && !forwarded) return plain;
    const table: FieldTable = new Map(fields);
    const { authentication } = this.#settings.options;
    const authorization =
      this.#digest && digestAuthorization(this.#digest, authentication, { method, target: target.path });
    if (authorization !== undefined) putField(table, "Authorization", authorization);
    if (cookie !== "" && !fields.has("cookie")) putField(table, "Cookie", cookie);
    if (forwarded && proxy.authorization !== undefined)
      putField(table, "Proxy-Authorization", proxy.authorization);
    if (expects) putField(table, "Expect", "100-continue");
    const text = writeRequestHead({
      method,
      target: forwarded ? target.href : target.path,
      fields: listFields(table),
      content: contentOf(body),
      secretNames: this.#settings.options.secretHeaders,
    });
    return { text, closes: asksToClose(table) };
  }
}

const noRedirects: readonly Redirect[] = [];

function withHost(fields: ReadonlyFieldTable, target: Target): FieldTable {
  const table: FieldTable = new Map();
  putField(table, "Host", target.authority);
  for (const [name, lines] of fields) table.set(name, lines);
  return table;
}

/** Lets go of an answer nobody will read; a short rest is left to come, so that its connection can be used again. */
function discard({ body, head }: Answer): void {
  const length = Number(head.fields.get("content-length") ?? Infinity);
  if (body.isOver) return;
  if (length <= clientLimits.queuedBodyBytes.value / 2) return;
  body.cancel(new HttpsError("body-cancelled", { bytesReceived: body.receivedBytes }));
}
