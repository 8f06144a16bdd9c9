/**
 * One instrumented attempt: reach, handshake, both keys, and the request with the redirects that stay on the
 * connection. What was seen of each phase is kept whatever ends the attempt; what ends it is a value.
 */
import { HttpsError, type Details, type Ending, type Target } from "../core/index.ts";
import type {
  AnswerSeen,
  AttemptSeen,
  Ended,
  ExchangeSeen,
  HopSeen,
  RequestGave,
  TrustSeen,
} from "../diagnosis/index.ts";
import type { TrustReport } from "../trust/index.ts";
import { fingerprint } from "../x509/index.ts";
import { isRedirect, readRedirect, type Field } from "../http1/index.ts";
import { sha256, translateLate, admit, type Evidence } from "../net/index.ts";
import { decodeKept, excerptOf } from "./decode-body.ts";
import { experimentLimits } from "./limits.ts";
import { Opening, type OpeningRequest } from "./opening.ts";
import { fieldsFor } from "./public-fields.ts";
import { Wire, type WireAnswer, type WireTimes } from "./wire.ts";

export interface AttemptRequest extends OpeningRequest {
  readonly method: string;
  readonly fields: readonly Field[];
  readonly times: WireTimes;
  /** After how long the signal fires. */
  readonly limitMs: number;
  readonly now: () => number;
  /** Redirects of the attempts before this one, as URLs. */
  readonly visited: readonly string[];
  readonly followRedirects: boolean;
  /** Ask the same once more over the same connection, where it persists. */
  readonly askAgain?: boolean;
  /** Told as each phase ends. */
  readonly onProgress?: ((attempt: AttemptSeen) => void) | undefined;
}

/** How an attempt ended, and where it leads on. */
export interface AttemptOutcome {
  readonly seen: AttemptSeen;
  /** The second answer, where it was asked for and the connection carried it. */
  readonly again: RequestGave | undefined;
  /** A redirect that needs a connection of its own. */
  readonly next:
    | { readonly target: Target; readonly fields: readonly Field[]; readonly visited: readonly string[] }
    | undefined;
}

/** The facts of an error, as a diagnosis wants them. */
export function endedBy(error: HttpsError): Ended {
  const { code, stage, fault, message: sentence, hint, detail } = error;
  return { code, stage, fault, sentence, hint, detail };
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
  #trust: TrustSeen | undefined;
  #trustMs: number | undefined;
  readonly #hops: HopSeen[] = [];
  #answer: AnswerSeen | undefined;
  #wire: Wire | undefined;
  #times: { readonly firstByteMs: number; readonly downloadMs: number } | undefined;
  #next: AttemptOutcome["next"];
  #again: RequestGave | undefined;

  constructor(request: AttemptRequest) {
    this.#request = request;
    this.#opening = new Opening(request);
    this.#target = request.target;
    this.#fields = request.fields;
    this.#visited = [...request.visited, request.target.href];
  }

  async run(): Promise<AttemptOutcome> {
    let ended: Ended | undefined;
    try {
      await this.#opening.reachTarget();
      this.#tell();
      if (this.#target.scheme === "https") await this.#secure();
      await this.#exchange();
    } catch (error) {
      if (!(error instanceof HttpsError)) throw error;
      ended = endedBy(error.code === "aborted" ? this.#outOfTime(error) : error);
    }
    const next = ended === undefined ? this.#next : undefined;
    return { seen: this.#seen(ended), again: this.#again, next };
  }

  /** The signal of an attempt is the deadline of the whole. */
  #outOfTime(error: HttpsError): HttpsError {
    const { host } = this.#target;
    const { phase } = error.detail as Details["aborted"];
    const { limitMs } = this.#request;
    return new HttpsError("total-timeout", { host, limitMs, phase }, { cause: error });
  }

  close(): void {
    this.#wire?.close();
    this.#opening.close();
  }

  #tell(): void {
    this.#request.onProgress?.(this.#seen(undefined));
  }

  /** @throws HttpsError of stage `tls trust` */
  async #secure(): Promise<void> {
    const { host } = this.#target;
    const { policy, name = host } = this.#request;
    const { sent, staple, openssl } = await this.#opening.shakeHands();
    this.#tell();
    const startedAt = performance.now();
    const evidence: Evidence = { host, name, sent, staple, openssl, resumed: false };
    const keep = (report: TrustReport): void => {
      this.#trust = describeReport(report, staple !== undefined);
      this.#trustMs = performance.now() - startedAt;
    };
    try {
      keep(admit(evidence, policy).report);
    } catch (error) {
      if (error instanceof HttpsError && error.trust !== undefined) keep(error.trust);
      throw error;
    }
    this.#tell();
  }

  /** @throws HttpsError of stage `http body tls timeout` */
  async #exchange(): Promise<void> {
    const { method, times, signal, limitMs, now } = this.#request;
    const { stream } = this.#opening;
    if (stream === undefined) throw new Error("A request goes into a connection that was reached.");
    const { host } = this.#target;
    const wire = new Wire(stream, {
      host,
      times,
      signal,
      limitMs,
      now,
      endingOfFin: () => this.#endingOfFin(),
      failureOf: (error) => this.#failureOf(error),
    });
    this.#wire = wire;
    await this.#awaitRefusal(wire);
    for (;;) {
      const { path } = this.#target;
      const answer = await wire.ask({ method, path, fields: this.#fields });
      this.#times = { firstByteMs: answer.firstByteMs, downloadMs: answer.downloadMs };
      await this.#keepAnswer(answer);
      if (answer.failure !== undefined) throw answer.failure;
      if (this.#follow(answer)) continue;
      if (this.#request.askAgain === true && answer.persists)
        this.#again = describeAgain(await wire.ask({ method, path, fields: this.#fields }));
      return;
    }
  }

  /**
   * A server that asked for a certificate and got none may refuse only now (RFC 8446 §4.4.2.4). A request on its way
   * would have it answer with a reset, which takes the alert along; so the request waits a round trip or two.
   */
  async #awaitRefusal(wire: Wire): Promise<void> {
    const { tls, timings } = this.#opening;
    const asked = tls?.clientCertificate;
    if (asked === undefined || tls?.chosen?.version !== "TLS 1.3") return;
    await wire.listen(refusalGraceMs + 2 * (timings.tcpMs ?? 0));
  }

  /** Whether the same connection carries the next request. @throws HttpsError of a redirect that cannot be followed */
  #follow({ head, persists }: WireAnswer): boolean {
    if (head === undefined || !this.#request.followRedirects || !isRedirect(head)) return false;
    const from = this.#target;
    const reading = readRedirect(head, from, { allowDowngrade: false });
    if (!reading.ok) throw reading.error;
    const { target } = reading;
    const setsCookie = head.fields.has("set-cookie");
    this.#hops.push({ from: from.href, to: target.href, status: head.status, setsCookie });
    const urls = [...this.#visited, target.href];
    if (this.#visited.includes(target.href)) throw new HttpsError("redirect-loop", { urls });
    const value = experimentLimits.redirects.value;
    if (this.#visited.length > value) throw new HttpsError("too-many-redirects", { value, urls });
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

  /** @throws HttpsError of stage `body` */
  async #keepAnswer({ head, body, bodyBytes, completeness, receivedAt }: WireAnswer): Promise<void> {
    if (head === undefined) return;
    const { status, reason, fields } = head;
    const keep = (content: Uint8Array): void => {
      this.#answer = {
        url: this.#target.href,
        status,
        reason,
        fields: [...fields],
        excerpt: excerptOf(content),
        bodyBytes,
        completeness: completeness ?? "part",
        receivedAt,
      };
    };
    keep(body);
    if (completeness === undefined) return;
    keep(await decodeKept({ fields, body, isWhole: completeness !== "part" }));
  }

  #endingOfFin(): Ending {
    const way = this.#opening.tap?.read().server;
    if (way === undefined || way.closeNotify === "unreadable") return "fin";
    if (way.end.kind === "reset") return "reset";
    return way.closeNotify === "seen" ? "close-notify" : "bare-fin";
  }

  #failureOf(error: Error): HttpsError | undefined {
    const { host, port, alpn, policy } =
      this.#request.target.scheme === "https"
        ? { ...this.#request.target, ...this.#request }
        : { ...this.#request.target, ...this.#request, alpn: [] };
    const state = {
      host,
      port,
      alpn,
      offered: policy.offered,
      hasClientCertificate: policy.hasClientCertificate,
    };
    return translateLate(error, { ...state, bytesSent: 0, bytesReceived: 0 });
  }

  #seen(ended: Ended | undefined): AttemptSeen {
    const { reach, tls, sni, timings } = this.#opening;
    const { scheme, host, port, href } = this.#request.target;
    const exchange: ExchangeSeen | undefined = this.#wire && {
      hops: this.#hops,
      answer: this.#answer,
      unsolicitedBytes: this.#wire.unsolicitedBytes,
    };
    return {
      url: href,
      scheme,
      host,
      port,
      sni,
      reach,
      tls,
      trust: this.#trust,
      exchange,
      ended,
      timings: {
        ...timings,
        ...(this.#trustMs === undefined ? {} : { trustMs: this.#trustMs }),
        ...this.#times,
      },
    };
  }
}

/** A connection that ends between two requests says nothing of the second. */
function describeAgain({ head, failure }: WireAnswer): RequestGave | undefined {
  if (failure?.code === "empty-response") return undefined;
  return { status: failure === undefined ? head?.status : undefined, ended: failure && endedBy(failure) };
}

function describeReport(report: TrustReport, stapled: boolean): TrustSeen {
  const { host: name, at, chain, verdict, openssl, disagreement, notes } = report;
  return {
    name,
    at,
    chain: chain.map((certificate) => ({ certificate, fingerprint: fingerprint(certificate, sha256) })),
    verdict,
    openssl,
    disagreement,
    stapled,
    notes,
  };
}
