/**
 * One request from the caller's point of view: what is sent, sent again, redirected and retried until there is one
 * answer or one error.
 */
import {
  type Details,
  type ErrorReport,
  describeAsked,
  HttpsError,
  messageOf,
  setInquiry,
  shownHref,
  type Target,
} from "../../core/index.ts";
import { checkTrail, isRedirect, maskHead, type Field, type ResponseHead } from "../../http1/index.ts";
import { Attempts } from "./attempts.ts";
import { Call, type Answer, type Asker, type Outgoing } from "../pool/call.ts";
import { cookiesFor, keepCookies } from "./cookies.ts";
import { DigestExchange } from "./digest-exchange.ts";
import { callListener, isHeard, tell, type EventListener } from "../events.ts";
import { type FirstHeads, type PlainHead, type WrittenHead } from "./first-head.ts";
import { Interruption } from "./interruption.ts";
import { clientLimits } from "../limits.ts";
import { AttemptTrace, isTraced } from "../tracing/attempt-trace.ts";
import type { ReadParts } from "../options/request-options.ts";
import type { ProxyChoice } from "../pool/proxy-choice.ts";
import type { UnderWay } from "../pool/under-way.ts";
import { followRedirect, type Asked } from "./redirects.ts";
import { givenBody } from "../body/given-body.ts";
import { areLasting, fieldsForRest, withHost } from "./request-fields.ts";
import { Response } from "../response.ts";
import { ResumedBody, type Progress } from "./resumed-body.ts";
import type { Redirect, RequestAttempt } from "../response-facts.ts";
import { continueMsOf, isIdempotent, isRepeatable, withStatedLength } from "./outgoing.ts";
import { resumePolicy } from "../options/resume-options.ts";
import { retryPolicy } from "../options/retry-options.ts";
import type { Settings } from "../options/settings.ts";
import { normalMethod } from "./method.ts";
import { speltMethod } from "../options/spelling.ts";
import { watchForEnd } from "./watch.ts";
import { writeHead } from "./write-head.ts";

/** Where calls wait for a connection. */
export interface Queue {
  /** Takes a call back that still waits. */
  withdraw(call: Call): void;
}

/** What the journey needs of its client. */
export interface Travel {
  /** How much of the total deadline was over before, in milliseconds. */
  readonly spentMs: number;
  readonly heads: FirstHeads;
  /** Waits of requests that are still to be sent: a client that is closed ends them. */
  readonly beginning: UnderWay;
  /** Waits of requests that are answered: a client that is destroyed ends them. */
  readonly ending: UnderWay;
  /** Sends a call to the target as soon as a connection can take it; gives where it waits. */
  readonly dispatch: (call: Call, target: Target, settings: Settings) => Queue;
  readonly proxyFor: (target: Target, settings: Settings) => ProxyChoice;
  /** Finds out more about a request, whatever came of it. */
  readonly explain: (asked: Asked, settings: Settings) => Promise<ErrorReport<"why">>;
  /** Finds out more about a request that failed. */
  readonly inquire: (asked: Asked, settings: Settings, error: HttpsError) => ReturnType<HttpsError["why"]>;
}

export class Journey implements Asker {
  readonly #travel: Travel;
  /** Those of the origin asked now: a name, a certificate and an exception hold for the first origin alone. */
  #settings: Settings;
  readonly #firstSettings: Settings;
  readonly #parts: ReadParts;
  readonly #startedAt = performance.now();
  /** Where the caller's credentials belong. */
  readonly #origin: string;
  #asked: Asked;
  /** What was answered by the response, where its rest is asked for now. */
  #answered: Asked | undefined;
  /** The body that is gone on with where it breaks off, where the options say so. */
  #resumed: ResumedBody | undefined;
  #onDownloadProgress: ReadParts["onDownloadProgress"];
  /** The head of what was asked, while that is a plain request. */
  #plain: PlainHead | undefined;
  #redirects: Redirect[] | undefined;
  readonly #attempts: Attempts;
  /** Whether 100 Continue is still asked for, where the options say so. */
  #expects = true;
  #digest: DigestExchange | undefined;
  #call: Call | undefined;
  /** Where the call waits for a connection. */
  #queue: Queue | undefined;
  readonly #interruption = new Interruption();

  constructor(travel: Travel, target: Target, parts: ReadParts, settings: Settings) {
    this.#travel = travel;
    this.#settings = settings;
    this.#firstSettings = settings;
    this.#attempts = new Attempts(retryPolicy(settings.options.retry), settings.protocol);
    this.#parts = parts;
    this.#onDownloadProgress = parts.onDownloadProgress;
    this.#origin = target.origin;
    const body = givenBody(parts);
    const { headers: given } = parts;
    const method = speltMethod(target) ?? normalMethod(parts.method);
    const { heads } = travel;
    const isPlain = areLasting(given) && body.kind === "none";
    this.#plain = isPlain ? heads.plainHead(target, settings, { method, given }) : undefined;
    const fields = this.#plain?.fields ?? heads.firstFields(target, settings, { method, body, given });
    this.#asked = { target, method, body: withStatedLength(body, fields), fields };
  }

  async run(): Promise<Response> {
    const stopWatching = this.#watch();
    try {
      for (;;) {
        const answer = await this.#answerToAsked();
        const response = this.#isFinal(answer.head) ? this.#respond(answer) : await this.#settle(answer);
        if (response === undefined) continue;
        if (stopWatching !== undefined) (this.#resumed?.answer ?? answer).call.whenOver(stopWatching);
        return response;
      }
    } catch (error) {
      stopWatching?.();
      if (error instanceof HttpsError) {
        const asked = this.#asked;
        setInquiry(error, () => this.#travel.inquire(asked, this.#settings, error));
        this.describe(error, this.#attempts.list);
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
    return this.#travel.explain(this.#answered ?? this.#asked, this.#settings);
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
    const { onEvent } = this.#settings.options;
    if (connection === undefined || !isHeard(onEvent)) return;
    tell(onEvent, () => ({
      kind: "sent",
      url: this.#asked.target.href,
      method: outgoing.method,
      connection: connection.id,
      reused,
      head: connection.shownHead?.(outgoing) ?? maskHead(outgoing.head, outgoing.secretHeaders),
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

  /** Sends what is asked, as often as the failures of its attempts let it, until it is answered. @throws HttpsError */
  async #answerToAsked(): Promise<Answer> {
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
      return answer;
    }
  }

  /** Hands an attempt on to a connection. */
  #dispatch(outgoing: Outgoing): Call {
    const startedAt = this.#call === undefined ? this.#startedAt : performance.now();
    if (this.#interruption.error !== undefined) throw this.#interruption.error;
    const trace = isTraced() ? this.#trace(outgoing) : undefined;
    const call = new Call(
      trace === undefined ? outgoing : { ...outgoing, head: trace.head, octets: undefined },
      startedAt,
      trace,
    );
    this.#call = call;
    call.needsFresh = this.#attempts.needsFresh;
    this.#queue = this.#travel.dispatch(call, this.#asked.target, this.#settings);
    return call;
  }

  #trace({ method, head }: Outgoing): AttemptTrace {
    const { target } = this.#asked;
    const { secretHeaders } = this.#settings.options;
    return new AttemptTrace({ target, method, head, secretHeaders, resends: this.#attempts.list.length });
  }

  /** Whether a failed attempt is made again; waits as long as it has to. */
  async #mayRetry(call: Call, error: HttpsError): Promise<boolean> {
    const again = this.#attempts.afterFailure(call, error, this.#asked.body);
    if (typeof again === "number") await this.#pause(again, error.code);
    if (again === "over HTTP/1.1") this.#settings = this.#settings.overHttp1();
    return again !== undefined;
  }

  /** Whether an answer can lead to nothing but its response. */
  #isFinal({ status }: ResponseHead): boolean {
    return status < 300 && (this.#settings.options.cookies ?? undefined) === undefined;
  }

  /** What an answer leads to: the response, or another request. */
  async #settle(answer: Answer): Promise<Response | undefined> {
    const { redirects } = this.#settings;
    const { head } = answer;
    if (await this.#isAskedAgain(answer)) return undefined;
    if (redirects > 0 && isRedirect(head)) return this.#redirect(answer);
    const delayMs = this.#attempts.afterAnswer(answer, this.#asked.body);
    if (delayMs === undefined) return this.#respond(answer);
    discard(answer);
    await this.#pause(delayMs, `status ${head.status}`);
    return undefined;
  }

  /** Keeps the cookies of an answer; whether the same is asked again at once, as the answer wants it. */
  async #isAskedAgain(answer: Answer): Promise<boolean> {
    const { head } = answer;
    const cookies = this.#settings.options.cookies ?? undefined;
    if (cookies !== undefined)
      await this.#fromJar(keepCookies(cookies, head.fields, this.#asked.target.href), "setCookie");
    if (head.status === 401 && this.#takeDigest(answer)) return true;
    if (head.status === 417 && this.#dropExpectation(answer)) return true;
    if (!this.#attempts.isMisdirected(answer, this.#asked.body)) return false;
    discard(answer);
    return true;
  }

  #respond(answer: Answer): Response {
    const { options } = this.#settings;
    const { href: url } = this.#asked.target;
    const resumed = options.resume === undefined ? undefined : this.#resume(answer, options.resume);
    const { head, body, connection, call } = resumed?.answer ?? answer;
    if (isHeard(options.onEvent))
      tell(options.onEvent, () => ({ kind: "response", url, status: head.status }));
    return new Response({
      url,
      call,
      connection,
      head,
      body,
      redirects: this.#redirects ?? noRedirects,
      earlierAttempts: resumed === undefined ? this.#attempts.list : [...this.#attempts.list],
      resumptions: resumed?.resumptions,
      startedAt: this.#startedAt,
      options,
      requester: this,
    });
  }

  /** The same answer, whose body goes on where it breaks off. */
  #resume(answer: Answer, option: NonNullable<Settings["options"]["resume"]>): ResumedBody | undefined {
    const policy = resumePolicy(option);
    const { method, body } = this.#asked;
    if (policy === undefined || method !== "GET" || body.kind !== "none") return undefined;
    this.#resumed = ResumedBody.over(answer, policy, {
      ask: (fields, before) => this.#askRest(fields, before),
      pause: (delayMs, reason) => this.#pause(delayMs, reason),
      end: (error) => this.#end(error),
    });
    return this.#resumed;
  }

  /** Asks for the rest of a body. No redirect is followed: what another URL has is another representation. */
  async #askRest(fields: readonly Field[], { receivedBytes, totalBytes }: Progress): Promise<Answer> {
    const { onDownloadProgress } = this.#parts;
    this.#answered ??= this.#asked;
    this.#asked = { ...this.#answered, fields: fieldsForRest(this.#answered.fields, fields) };
    this.#plain = undefined;
    this.#onDownloadProgress =
      onDownloadProgress && ((bytes) => onDownloadProgress(receivedBytes + bytes, totalBytes));
    for (;;) {
      const answer = await this.#answerToAsked();
      if (!(await this.#isAskedAgain(answer))) return answer;
    }
  }

  #takeDigest(answer: Answer): boolean {
    // A challenge of another origin, where a redirect led, is not one for the caller's credentials.
    if (this.#asked.target.origin !== this.#origin) return false;
    if (!isRepeatable(this.#asked.body, answer.call)) return false;
    const digest = (this.#digest ??= new DigestExchange());
    const { fields } = answer.head;
    if (!digest.take(this.#settings.options.authentication, { fields, body: this.#asked.body })) return false;
    this.#attempts.noteAnswer(answer, "the server's digest challenge is answered");
    discard(answer);
    return true;
  }

  /** RFC 9110 §10.1.1: who does not understand the expectation is asked without it. */
  #dropExpectation(answer: Answer): boolean {
    const asked = this.#asked;
    const expected = answer.call.outgoing.expectContinueMs !== undefined;
    if ((!expected && !asked.fields.has("expect")) || !isRepeatable(asked.body, answer.call)) return false;
    this.#expects = false;
    const fields = new Map(asked.fields);
    fields.delete("expect");
    this.#asked = { ...asked, fields };
    this.#attempts.noteAnswer(answer, "the server does not meet the expectation of 100 Continue");
    discard(answer);
    return true;
  }

  #redirect(answer: Answer): undefined {
    const { options, redirects: limit } = this.#settings;
    const { head, connection } = answer;
    const from = this.#asked;
    this.#attempts.noteAnswer(answer, undefined);
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
    if (next.target.origin !== from.target.origin) this.#digest?.forget();
    const isHome = next.target.origin === this.#origin;
    this.#settings = isHome ? this.#firstSettings : this.#firstSettings.elsewhere();
    this.#asked = { ...next, fields: withHost(next.fields, next.target.authority) };
    this.#plain = undefined;
    return undefined;
  }

  async #pause(delayMs: number, reason: string): Promise<void> {
    const url = this.#asked.target.href;
    tell(this.#settings.options.onEvent, () => ({ kind: "retry", url, reason, delayMs }));
    await this.#travel.beginning.hold(this.#interruption.pause(delayMs), () => this.#close());
  }

  #watch(): (() => void) | undefined {
    const { signal } = this.#parts;
    const { totalMs } = this.#settings.timeouts;
    if (signal === undefined && totalMs === Infinity) return undefined;
    return watchForEnd({
      signal,
      totalMs,
      spentMs: this.#travel.spentMs,
      host: this.#asked.target.host,
      phase: () => this.#call?.phase ?? "connect",
      end: (error) => this.#end(error),
    });
  }

  #close(): void {
    this.#end(new HttpsError("client-closed", { host: this.#asked.target.host }));
  }

  #end(error: Error): void {
    this.#interruption.end(error);
    this.#resumed?.leave(error);
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
    const found = this.#fromJar(cookiesFor(cookies, this.#asked.target.href), "getCookieString");
    return found.then((value) => this.#outgoingWith(value));
  }

  /** What the caller's jar gives, which may never answer: it is waited for as long as its deadline and the request last. */
  #fromJar<T>(answer: Promise<T>, waitsFor: Details["cookie-jar-timeout"]["waitsFor"]): Promise<T> {
    const { host } = this.#asked.target;
    const { cookiesMs: limitMs } = this.#settings.timeouts;
    const onLate = (): void => this.#end(new HttpsError("cookie-jar-timeout", { host, limitMs, waitsFor }));
    const timer = limitMs === Infinity ? undefined : setTimeout(onLate, limitMs);
    const { beginning, ending } = this.#travel;
    return (waitsFor === "setCookie" ? ending : beginning)
      .hold(this.#interruption.until(answer), () => this.#close())
      .finally(() => clearTimeout(timer));
  }

  #outgoingWith(cookie: string): Outgoing {
    const { options, timeouts } = this.#settings;
    const { target, method, body } = this.#asked;
    const { secretHeaders } = options;
    const expectContinueMs = continueMsOf(options.expectContinue, this.#expects && body.kind !== "none");
    const { text, octets, closes } = this.#writeHead(cookie, expectContinueMs !== undefined);
    return {
      method,
      host: target.host,
      head: text,
      octets,
      body,
      secretHeaders,
      closes,
      expectContinueMs,
      idempotent: isIdempotent(method),
      timeouts,
      asker: this,
      onUploadProgress: this.#parts.onUploadProgress,
      onDownloadProgress: this.#onDownloadProgress,
    };
  }

  #writeHead(cookie: string, expects: boolean): WrittenHead {
    const { target, method, body } = this.#asked;
    const { authentication, secretHeaders } = this.#settings.options;
    const { proxy } = this.#travel.proxyFor(target, this.#settings);
    const forwarding = proxy?.mode === "forward" ? proxy : undefined;
    const authorization = this.#digest?.authorization(authentication, { method, target: target.path, body });
    if (this.#plain !== undefined && cookie === "" && authorization === undefined && forwarding === undefined)
      return this.#plain;
    return writeHead(this.#asked, { authorization, cookie, forwarding, expects, secretHeaders });
  }
}

const noRedirects: readonly Redirect[] = [];

/** Lets go of an answer nobody will read; a short rest is left to come, so that its connection can be used again. */
function discard({ body, head }: Answer): void {
  const length = Number(head.fields.get("content-length") ?? Infinity);
  if (length > clientLimits.queuedBodyBytes.value / 2) body.discard();
}
