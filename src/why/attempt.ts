/**
 * One instrumented attempt: a connection, and the request with the redirects that stay on it. What was seen of each
 * phase is kept whatever ends the attempt; what ends it is a value.
 */
import {
  bare,
  exactHint,
  HttpsError,
  renderFact,
  shownHref,
  type Endpoint,
  type Target,
} from "../core/index.ts";
import { offeredFor, type Attempts, type Protocol, type Spoken } from "../client/index.ts";
import {
  cookiesOf,
  plainSibling,
  type AnswerSeen,
  type AttemptSeen,
  type Ended,
  type ExchangeSeen,
  type HopSeen,
  type RequestGave,
  type VersionSeen,
} from "../diagnosis/index.ts";
import { checkTrail, isRedirect, readRedirect, type Field } from "../http1/index.ts";
import type { Link } from "../net/index.ts";
import { withinWords } from "../starttls/index.ts";
import { Exchange, type ExchangeTimes, type Heard } from "./exchange.ts";
import { experimentLimits } from "./limits.ts";
import { Opening, type OpeningRequest } from "./opening.ts";
import { fieldsFor } from "./public-fields.ts";
import { Within } from "./within.ts";

export interface AttemptRequest extends OpeningRequest {
  readonly method: string;
  readonly fields: readonly Field[];
  /** Which version of HTTP is asked for. */
  readonly protocol: Protocol;
  readonly times: ExchangeTimes;
  /** After how long the signal fires. */
  readonly limitMs: number;
  readonly now: () => number;
  /** Redirects of the attempts before this one, as URLs. */
  readonly visited: readonly string[];
  readonly followRedirects: boolean;
  /** What of all that is asked may be sent again by itself, as the client does with one request. */
  readonly attempts: Attempts;
  /** The same request before, where it is sent again. */
  readonly before: Before | undefined;
  /** Ask the same once more over the same connection, where it persists. */
  readonly askAgain?: boolean;
  /** Told as each phase ends. */
  readonly onProgress?: ((attempt: AttemptSeen) => void) | undefined;
}

/** What came before of a request that is sent again: where that stands, and whether the server wants it by HTTP/1.1 then. */
export interface Before extends Pick<AttemptRequest, "target" | "fields" | "visited"> {
  readonly hops: readonly HopSeen[];
  readonly resent: readonly RequestGave[];
  readonly isWanted: boolean;
}

/** How an attempt ended, and where it leads on. */
export interface AttemptOutcome {
  readonly seen: AttemptSeen;
  /** The second answer, where it was asked for and the connection carried it. */
  readonly again: RequestGave | undefined;
  /** The client sends the request again by itself now, over another connection. */
  readonly resend: Before | undefined;
  /** A redirect that needs a connection of its own. */
  readonly next:
    | { readonly target: Target; readonly fields: readonly Field[]; readonly visited: readonly string[] }
    | undefined;
}

/** The facts of an error, as a diagnosis wants them. */
export function endedBy(error: HttpsError): Ended {
  const { code, stage, fault, detail, cause } = error;
  // What it likely comes of is for the diagnosis to say, which sees more.
  const sentence = renderFact(error);
  const causeCode = cause instanceof HttpsError ? cause.code : undefined;
  return { code, stage, fault, sentence, hint: exactHint(error), detail, causeCode };
}

/** The same request again, where the client sends it again by itself. */
export function sentAgain(request: AttemptRequest, before: Before): AttemptRequest {
  const { target, fields, visited } = before;
  const again = { ...request, target, fields, visited, before };
  return before.isWanted ? inVersion(again, "http/1.1") : again;
}

/** The same request over this version of HTTP alone. */
export function inVersion(request: AttemptRequest, version: Spoken): AttemptRequest {
  return { ...request, protocol: version, alpn: offeredFor(version) };
}

export async function makeAttempt(request: AttemptRequest): Promise<AttemptOutcome> {
  const run = new AttemptRun(request);
  try {
    return await run.run();
  } finally {
    run.close();
  }
}

/** Enough for a server on this machine to look at a certificate, or at its absence. */
const refusalGraceMs = 150;

class AttemptRun {
  readonly #request: AttemptRequest;
  readonly #opening: Opening;
  #target: Target;
  #fields: readonly Field[];
  #visited: string[];
  readonly #hops: HopSeen[];
  #answer: AnswerSeen | undefined;
  #exchange: Exchange | undefined;
  #times: { readonly firstByteMs: number; readonly downloadMs: number } | undefined;
  #next: AttemptOutcome["next"];
  #within: { readonly says: string | undefined; readonly ms: number } | undefined;
  #again: RequestGave | undefined;
  readonly #resent: RequestGave[];
  #version: VersionSeen | undefined;
  #resend: Before | undefined;

  constructor(request: AttemptRequest) {
    this.#request = request;
    const { hops = [], resent = [] } = request.before ?? {};
    this.#hops = [...hops];
    this.#resent = [...resent];
    this.#opening = new Opening(request, () => request.onProgress?.(this.#seen(undefined)));
    this.#target = request.target;
    this.#fields = request.fields;
    this.#visited = [...request.visited, request.target.href];
  }

  async run(): Promise<AttemptOutcome> {
    let ended: Ended | undefined;
    try {
      const link = await this.#opening.open();
      this.#request.onProgress?.(this.#seen(undefined));
      await this.#ask(link);
    } catch (error) {
      if (!(error instanceof HttpsError)) throw error;
      ended = endedBy(error.code === "aborted" ? this.#outOfTime(error) : error);
    }
    const next = ended === undefined ? this.#next : undefined;
    return { seen: this.#seen(ended), again: this.#again, resend: this.#resend, next };
  }

  close(): void {
    this.#opening.close();
  }

  /** The signal of an attempt is the deadline of the whole. */
  #outOfTime(error: HttpsError): HttpsError {
    const { host } = this.#request.target;
    const { limitMs } = this.#request;
    const phase = (error.detail as { readonly phase?: string }).phase ?? "connect";
    return new HttpsError("total-timeout", { host, limitMs, phase }, { cause: error });
  }

  /** @throws HttpsError of stage `http body tls timeout` */
  async #ask(link: Link): Promise<void> {
    const { method, askAgain, endpoint } = bare(this.#request);
    if (endpoint !== undefined) return this.#askWithin(link, endpoint);
    await this.#awaitRefusal(link);
    const { alpn, protocol, before, target } = this.#request;
    const exchange = await Exchange.over(link, this.#request);
    this.#exchange = exchange;
    const { alpn: selected } = link.facts;
    const offered = target.scheme === "https" ? alpn : [];
    const isWanted = before?.isWanted === true;
    this.#version = { spoken: exchange.protocol, asked: protocol, offered, selected, isWanted };
    for (;;) {
      const { path } = this.#target;
      const heard = await exchange.ask({ method, path, fields: this.#fields });
      this.#times = { firstByteMs: heard.firstByteMs, downloadMs: heard.downloadMs };
      this.#keep(heard);
      if (this.#sendAgain(heard)) continue;
      if (heard.failure !== undefined) throw heard.failure;
      if (this.#follow(heard)) continue;
      if (askAgain === true && heard.persists)
        this.#again = describeAgain(await exchange.ask({ method, path, fields: this.#fields }));
      return;
    }
  }

  /** Whether the client sends it again by itself, over the same connection. */
  #sendAgain(heard: Heard): boolean {
    const { again, persists } = heard;
    if (again === undefined) return false;
    const resent = [...this.#resent, describe(heard)];
    if (again === "at once" && persists) {
      this.#resent.push(describe(heard));
      this.#answer = undefined;
      return true;
    }
    this.#resend = {
      target: this.#target,
      fields: this.#fields,
      visited: this.#visited.slice(0, -1),
      hops: this.#hops,
      resent,
      isWanted: again === "over HTTP/1.1" || this.#version?.isWanted === true,
    };
    return false;
  }

  /**
   * A server that asked for a certificate and got none may refuse only now (RFC 8446 §4.4.2.4). What is on its way to it then
   * would have it answer with a reset, which takes the alert along; so nothing is sent for a round trip or two.
   */
  async #awaitRefusal(link: Link): Promise<void> {
    const { tls, timings } = this.#opening;
    if (tls?.clientCertificate === undefined || tls.chosen?.version !== "TLS 1.3") return;
    await awaitEnd(link, refusalGraceMs + 2 * (timings.tcpMs ?? 0));
  }

  /** What the protocol says of itself, where it is cheap and safe to ask. @throws HttpsError of stage `tls` */
  async #askWithin(link: Link, { scheme, startTls }: Endpoint): Promise<void> {
    const startedAt = performance.now();
    const within = new Within(link);
    const { tls, timings } = this.#opening;
    if (tls?.clientCertificate !== undefined && tls.chosen?.version === "TLS 1.3")
      await within.listen(refusalGraceMs + 2 * (timings.tcpMs ?? 0));
    const protocol = startTls ?? plainSibling(scheme);
    const words = protocol && withinWords(protocol);
    if (words === undefined) return;
    const { headMs: ms } = this.#request.times;
    const says = await within.ask(words, { greets: startTls === undefined, ms });
    this.#within = { says, ms: performance.now() - startedAt };
  }

  /** Whether the same connection carries the next request. @throws HttpsError of a redirect that cannot be followed */
  #follow({ head, persists }: Heard): boolean {
    if (head === undefined || !this.#request.followRedirects || !isRedirect(head)) return false;
    const from = this.#target;
    const reading = readRedirect(head, from, { allowDowngrade: false });
    if (!reading.ok) throw reading.error;
    const { target } = reading;
    const cookies = cookiesOf([...head.fields]);
    const [shownFrom, shownTo] = [shownHref(from.href), shownHref(target.href)];
    this.#hops.push({ from: shownFrom, to: shownTo, status: head.status, cookies });
    const urls = [...this.#visited, target.href];
    const refusal = checkTrail(urls, experimentLimits.redirects.value);
    if (refusal !== undefined) throw refusal;
    const fields = fieldsFor(this.#fields, from, target);
    this.#answer = undefined;
    if (target.origin !== from.origin || !persists) {
      this.#next = { target, fields, visited: this.#visited };
      return false;
    }
    this.#visited = urls;
    this.#target = target;
    this.#fields = fields;
    return true;
  }

  #keep({ head, excerpt, bodyBytes, completeness, receivedAt }: Heard): void {
    if (head === undefined) return;
    const { status, reason } = head;
    const fields = [...head.fields];
    const url = this.#target.href;
    this.#answer = { url, status, reason, fields, excerpt, bodyBytes, completeness, receivedAt };
  }

  #seen(ended: Ended | undefined): AttemptSeen {
    const { reach, tls, sni, trust, timings, greeting } = this.#opening;
    const { scheme, host, port, href: url } = this.#request.target;
    const exchange: ExchangeSeen | undefined = this.#exchange &&
      this.#version && {
        hops: this.#hops,
        answer: this.#answer,
        unsolicitedBytes: this.#exchange.unsolicitedBytes,
        version: this.#version,
        resent: this.#resent,
      };
    const asked = { url, scheme, host, port, sni };
    const { endpoint } = this.#request;
    const spoken = endpoint && {
      scheme: endpoint.scheme,
      startTls: endpoint.startTls,
      greeting,
      within: this.#within?.says,
    };
    const times = { ...timings, ...this.#times, ...(this.#within && { withinMs: this.#within.ms }) };
    return { ...asked, reach, tls, trust, exchange, endpoint: spoken, ended, timings: times };
  }
}

/** A connection that ends between two requests says nothing of the second. */
function describeAgain(heard: Heard): RequestGave | undefined {
  if (heard.failure?.code === "empty-response" || heard.again !== undefined) return undefined;
  return describe(heard);
}

function describe({ head, failure, again }: Heard): RequestGave {
  return {
    status: failure === undefined ? head?.status : undefined,
    ended: failure && endedBy(failure),
    isPassing: again !== undefined,
  };
}

/** Waits to see whether the server ends the connection by itself. Whoever reads from it next hears of it. */
function awaitEnd({ socket }: Link, ms: number): Promise<void> {
  if (socket.destroyed || socket.readableEnded) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      for (const event of endings) socket.off(event, end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    for (const event of endings) socket.once(event, end);
  });
}

const endings = ["end", "error", "close"] as const;
