/** Has a request go through its middleware: one outcome, whatever they do, within the request's own deadline. */
import { assert, HttpsError, messageOf, nameKind, type Target } from "../../core/index.ts";
import { fieldsFrom } from "../../http1/index.ts";
import { givenBody } from "../body/given-body.ts";
import { parseBody, type RequestBody } from "../body/request-body.ts";
import { tell } from "../events.ts";
import { normalMethod } from "../journey/method.ts";
import { listFields, mergeFields, putField, putFields, type FieldTable } from "../journey/request-fields.ts";
import { watchForEnd } from "../journey/watch.ts";
import type { FieldsInput, RequestOptions } from "../options/options.ts";
import { readRequest } from "../options/request-options.ts";
import type { Settings } from "../options/settings.ts";
import { ReadonlyHeaders } from "../readonly-headers.ts";
import { Response, type Requester } from "../response.ts";
import type { AskedRequest, Exchange, Middleware, Next, RequestChanges } from "./exchange.ts";
import type { Innermost, Place } from "./innermost.ts";
import { madeResponse, type Answered } from "./made-response.ts";

const places = new WeakMap<Exchange, Place>();

/** What this client's own middleware knows besides; `undefined` for an object that is only like an exchange. */
export function placeOf(exchange: Exchange): Place | undefined {
  return places.get(exchange);
}

/** A request as it comes to a middleware, and what it is to be sent with in the end. */
export interface Passing {
  readonly url: string;
  readonly options: Readonly<RequestOptions & Record<string, unknown>>;
  /** That of the verb which was called. */
  readonly method: string | undefined;
}

/** What the middleware stand around. */
export interface Inside {
  /** From the outermost on. */
  readonly list: readonly Middleware[];
  /** The client's own, within all of these. */
  readonly innermost: readonly Innermost[];
  readonly clientFields: FieldsInput | undefined;
  readonly target: Target;
  readonly settings: Settings;
  readonly signal: AbortSignal | undefined;
  /** In full. @throws HttpsError of stage `url` */
  readonly targetOf: (passing: Passing) => Target;
  /** What holds for it. */
  readonly settingsOf: (passing: Passing) => Settings;
  /** Sends it; so much of its deadline is spent, in milliseconds. */
  readonly send: (passing: Passing, spentMs: number) => Promise<Response>;
  readonly requesterOf: (passing: Passing) => Requester;
  /** Holds a wait that the client's end ends. */
  readonly hold: <T>(wait: Promise<T>, end: () => void) => Promise<T>;
}

/** What stands between the caller and the connection, for one request. */
export class Passage {
  readonly #inside: Inside;
  readonly #startedAt = performance.now();
  readonly #stop = new AbortController();
  #leave: (error: HttpsError) => void = () => {};

  constructor(inside: Inside) {
    this.#inside = inside;
  }

  /** @throws HttpsError, exactly once */
  async run(passing: Passing): Promise<Response> {
    const { target, settings, signal, hold } = this.#inside;
    const { host } = target;
    const left = new Promise<never>((_resolve, reject) => {
      this.#leave = (error) => {
        this.#stop.abort(error);
        reject(error);
      };
    });
    left.catch(() => undefined); // Somebody listens, whenever it comes.
    const stopWatching = watchForEnd({
      signal,
      totalMs: settings.timeouts.totalMs,
      host,
      phase: () => "middleware",
      end: (error) => this.#leave(error),
    });
    const close = (): void => this.#leave(new HttpsError("client-closed", { host }));
    try {
      return await hold(Promise.race([left, this.#pass(0, passing)]), close);
    } catch (error) {
      if (error instanceof HttpsError) this.#inside.requesterOf(passing).describe(error, []);
      throw error;
    } finally {
      stopWatching?.();
    }
  }

  async #pass(at: number, passing: Passing): Promise<Response> {
    const reason: unknown = this.#stop.signal.reason;
    if (this.#stop.signal.aborted) throw reason;
    const middleware = this.#inside.list[at];
    if (middleware === undefined) return this.#passInnermost(at - this.#inside.list.length, passing);
    const name = middleware.name === "" ? `number ${at + 1}` : middleware.name;
    const given: Response[] = [];
    let sent = 0;
    try {
      const go = async (changes: RequestChanges | undefined): Promise<Response> => {
        const next = changed(passing, changes);
        if (sent++ > 0) needRepeatable(next.options);
        const answer = await this.#pass(at + 1, next);
        given.push(answer);
        return answer;
      };
      const response: unknown = await middleware(this.#exchange(passing), (changes) => {
        const answer = go(changes);
        // It may wait for this later, or never: that does not end the process.
        answer.catch(() => undefined);
        return answer;
      });
      if (response instanceof Response) return response;
      throw new HttpsError("middleware-invalid", { name, value: nameKind(response) });
    } catch (error) {
      // Nobody reads on in what it was given.
      for (const one of given) if (!one.bodyUsed) one.cancel();
      if (error instanceof HttpsError) throw error;
      throw new HttpsError("middleware-failed", { name, reason: messageOf(error) }, { cause: error });
    }
  }

  #passInnermost(at: number, passing: Passing): Promise<Response> {
    const { innermost, send } = this.#inside;
    const own = innermost[at];
    if (own === undefined) return send(passing, performance.now() - this.#startedAt);
    const next: Next = (changes) => this.#passInnermost(at + 1, changed(passing, changes));
    const exchange = this.#exchange(passing);
    const place = places.get(exchange);
    assert(place !== undefined, "it was just made");
    return own(exchange, next, place);
  }

  #answered(passing: Passing): Answered {
    const { settings, targetOf, requesterOf } = this.#inside;
    const { href: url, host } = targetOf(passing);
    const method = passing.method ?? normalMethod(passing.options.method);
    return { url, host, method, settings, requester: requesterOf(passing), startedAt: this.#startedAt };
  }

  #exchange(passing: Passing): Exchange {
    const { clientFields, settingsOf } = this.#inside;
    const { url, method } = this.#answered(passing);
    const { options } = passing;
    const body = writtenBody(options);
    const fields: FieldTable = new Map();
    if (body.kind !== "none" && body.contentType !== undefined)
      putField(fields, "Content-Type", body.contentType);
    putFields(putFields(fields, clientFields), options.headers);
    const request: AskedRequest = Object.freeze({
      url,
      method,
      headers: new ReadonlyHeaders(fieldsFrom(listFields(fields))),
      body: options.body ?? (body.kind === "bytes" ? new TextDecoder().decode(body.bytes) : undefined),
    });
    const exchange: Exchange = Object.freeze({
      request,
      signal: this.#stop.signal,
      respond: (answer) => madeResponse(answer, this.#answered(passing)),
    } satisfies Exchange);
    const settings = settingsOf(passing);
    places.set(exchange, {
      settings,
      respond: (answer, made) => madeResponse(answer, this.#answered(passing), made),
      tell: (make) => tell(settings.options.onEvent, make),
    });
    return exchange;
  }
}

/** The request with what is asked instead. */
export function changed({ url, options, method }: Passing, changes: RequestChanges | undefined): Passing {
  if (changes === undefined) return { url, options, method };
  const { url: place, ...more } = changes;
  const { body, json, form } = more;
  const hasBody = body !== undefined || json !== undefined || form !== undefined;
  return {
    url: place === undefined ? url : String(place),
    options: {
      ...options,
      ...(hasBody ? { body: undefined, json: undefined, form: undefined } : {}),
      ...more,
      // Of another place the query is its own; else it stands in the URL already or is what is said now.
      query: more.query ?? (place === undefined ? options.query : undefined),
      headers: mergeFields(options.headers, more.headers),
    },
    method: more.method === undefined ? method : undefined,
  };
}

/** @throws HttpsError `request-body-failed` for a body that was sent, and can be read once */
function needRepeatable(options: RequestOptions): void {
  const body = parseBody(options.body);
  if (body.kind === "stream" && !body.replayable)
    throw new HttpsError("request-body-failed", {
      reason: "it is a stream, which the first call of next() has sent",
    });
}

/** What a caller gave as `body`, `json` or `form`, as it is sent. @throws HttpsError `option-invalid` */
function writtenBody(options: Readonly<RequestOptions>): RequestBody {
  const { body, json, form } = options;
  const isNone = (body ?? undefined) === undefined && json === undefined && form === undefined;
  return isNone ? parseBody(undefined) : givenBody(readRequest(options).parts);
}
