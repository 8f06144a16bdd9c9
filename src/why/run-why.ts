/**
 * Runs a diagnosis: the main attempt with its redirects, then the experiments that `diagnosis` asks for, batch after
 * batch, within one deadline and one number of connections, whatever the server does.
 */
import {
  bare,
  HttpsError,
  pauseMs,
  requireUrl,
  shownHref,
  type Limit,
  type SettingNames,
  type Target,
} from "../core/index.ts";
import {
  connectionBudget,
  connectionsOf,
  describeExperiment,
  describeLate,
  isOutOfTime,
  diagnose,
  stagesOf,
  wantExperiments,
  type AttemptSeen,
  type Diagnosis,
  type Evidence,
  type Experiment,
  type ExperimentReport,
  type ExperimentResult,
  type LocalFacts,
  type StageReport,
  type Undone,
} from "../diagnosis/index.ts";
import { Attempts, offeredFor, usualAlpn, type Inquiry, type Reading } from "../client/index.ts";
import type { Field } from "../http1/index.ts";
import { findAddresses, noAddressRules } from "../net/index.ts";
import { makeAttempt, sentAgain, type AttemptRequest, type Before } from "./attempt.ts";
import { experimentLimits } from "./limits.ts";
import { findLocalFacts } from "./local.ts";
import { withoutCertificate } from "./opening.ts";
import { leadsInside } from "./private-networks.ts";
import { perform, resultOf, type Bench } from "./perform.ts";

/** What may be left out: a GET without a proxy, to the host's own name, that nobody ends. */
type Usual =
  | "endpoint"
  | "method"
  | "protocol"
  | "proxyFor"
  | "addressRules"
  | "sni"
  | "name"
  | "alpn"
  | "reading"
  | "signal";

/** The request to ask about, and how. Its policy's `at` stands for this machine's clock; `insecure` has no effect here. */
export interface WhyRequest extends Omit<Inquiry, Usual>, Partial<Pick<Inquiry, Usual>> {
  /** The most that each of DNS, TCP and TLS may take. */
  readonly connectMs?: number | undefined;
  /** The most that all of it may take. */
  readonly totalMs?: number | undefined;
  /** Default true. */
  readonly experiments?: boolean;
  /** What the reader calls the settings that a remedy names; the library's names when left out. */
  readonly names?: SettingNames;
  /** Told as each stage of the main attempt ends. */
  readonly onStage?: (stage: StageReport) => void;
  /** Told as each experiment ends. */
  readonly onExperiment?: (report: ExperimentReport) => void;
}

/** What a diagnosis came to, with all that it was made from. */
export interface WhyReport {
  readonly diagnosis: Diagnosis;
  readonly evidence: Evidence;
}

/**
 * Finds out why a URL does not answer as it should, or that it does.
 * @throws HttpsError `aborted` when the caller's signal ends it, and for settings that cannot have an effect
 */
export async function runWhy(request: WhyRequest): Promise<WhyReport> {
  const run = new WhyRun(request);
  try {
    return await run.run();
  } finally {
    run.close();
  }
}

class WhyRun {
  readonly #request: WhyRequest;
  readonly #startedAt = performance.now();
  readonly #totalMs: number;
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** How far this machine's clock is taken to be from what it says. */
  readonly #clockOffsetMs: number;
  readonly #attempts: AttemptSeen[] = [];
  readonly #resends: Attempts;
  readonly #results: ExperimentResult[] = [];
  readonly #told = new Set<string>();
  #connections = 0;
  #last: AttemptRequest | undefined;
  #proxyRule = "no proxy is set";
  /** A redirect into a network that the server is not in. */
  #notFollowed: string | undefined;

  constructor(given: WhyRequest) {
    const request = bare(given);
    this.#request = request;
    const { totalMs = experimentLimits.totalMs.value, connectMs = 0 } = request;
    this.#resends = new Attempts(undefined, request.protocol ?? "auto");
    this.#totalMs = pauseMs(totalMs, "totalMs");
    pauseMs(connectMs, "connectMs");
    this.#clockOffsetMs = request.policy.at === undefined ? 0 : request.policy.at - Date.now();
    this.#timer = setTimeout(() => this.#stop.abort(), this.#totalMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  async run(): Promise<WhyReport> {
    await this.#attempt();
    this.#throwIfAborted();
    const local = this.#findLocal();
    for (;;) {
      const evidence = this.#evidence(local);
      const wanted = wantExperiments(evidence);
      if (wanted.length === 0) return { diagnosis: diagnose(evidence, this.#request.names), evidence };
      await this.#performAll(wanted, local);
      this.#throwIfAborted();
    }
  }

  #throwIfAborted(): void {
    const { signal, target } = this.#request;
    if (signal?.aborted !== true) return;
    throw new HttpsError("aborted", { host: target.host, phase: "why" }, { cause: signal.reason });
  }

  get #leftMs(): number {
    return this.#totalMs - (performance.now() - this.#startedAt);
  }

  /** Who gives the whole more time means the parts too. */
  #stretched({ value }: Limit): number {
    return Math.round(value * Math.max(1, this.#totalMs / experimentLimits.totalMs.value));
  }

  readonly #now = (): number => Date.now() + this.#clockOffsetMs;

  /** The main attempt, and one more for each redirect that needs a connection of its own. */
  async #attempt(): Promise<void> {
    let target = this.#request.target;
    let fields = this.#request.fields;
    let visited: readonly string[] = [];
    let before: Before | undefined;
    for (;;) {
      const limitMs = Math.ceil(Math.max(1, this.#leftMs - this.#reserveMs()));
      const first = this.#attemptRequest(target, fields, { visited, limitMs });
      const request = before === undefined ? first : sentAgain(first, before);
      this.#last = request;
      this.#connections++;
      const { seen, next, resend } = await makeAttempt(request);
      // Interrupted is not failed: nothing is told of what was cut off.
      this.#throwIfAborted();
      before = resend;
      // What is sent again by itself has not ended.
      if (before !== undefined && this.#connections < connectionBudget.value) continue;
      this.#attempts.push(seen);
      for (const stage of stagesOf(seen)) this.#tell(stage, seen);
      if (next === undefined || this.#connections >= connectionBudget.value) return;
      if (next.visited.length > experimentLimits.redirects.value) return;
      if (await this.#leadsInside(next.target, seen))
        return void (this.#notFollowed = shownHref(next.target.href));
      ({ target, fields, visited } = next);
    }
  }

  /** Whether a redirect leads into a network that the server which sent it is not in. Of no matter within one origin. */
  async #leadsInside({ origin, host, port }: Target, { url, reach }: AttemptSeen): Promise<boolean> {
    const from = requireUrl(url);
    if (origin === from.origin) return false;
    const { addressRules = noAddressRules, connectMs = experimentLimits.connectMs.value } = this.#request;
    const address = reach?.proxy === undefined ? reach?.connected : undefined;
    const namedBy = address === undefined ? undefined : { host: from.host, address };
    try {
      const { list } = await findAddresses({
        ...addressRules,
        host,
        port,
        limitMs: connectMs,
        signal: this.#signalFor(this.#leftMs),
      });
      return list.some((one) => leadsInside(one, namedBy));
    } catch (error) {
      if (error instanceof HttpsError) return false; // Nowhere at all, or to where a proxy alone knows.
      throw error;
    }
  }

  #reserveMs(): number {
    return this.#request.experiments === false
      ? 0
      : Math.min(experimentLimits.reserveMs.value, this.#totalMs / 3);
  }

  #signalFor(ms: number): AbortSignal {
    const { signal } = this.#request;
    const signals = [this.#stop.signal, AbortSignal.timeout(Math.ceil(ms))];
    return AbortSignal.any(signal === undefined ? signals : [...signals, signal]);
  }

  #attemptRequest(
    target: Target,
    fields: readonly Field[],
    { visited, limitMs }: { readonly visited: readonly string[]; readonly limitMs: number },
  ): AttemptRequest {
    const {
      policy,
      addressRules = noAddressRules,
      sni,
      name,
      reading = asUsual,
      method = "GET",
      protocol = "auto",
      connectMs,
      proxyFor,
      endpoint,
      alpn = endpoint === undefined ? offeredFor(protocol) : usualAlpn(endpoint.scheme),
    } = this.#request;
    const { proxy, rule } = proxyFor?.(target) ?? { proxy: undefined, rule: "no proxy is set" };
    this.#proxyRule = rule;
    const isFirst = target.origin === this.#request.target.origin;
    const { headMs, bodyIdleMs, bodyMs } = experimentLimits;
    return {
      target,
      policy: { ...(isFirst ? policy : withoutCertificate(policy)), insecure: undefined },
      // A certificate that was meant for the server is none of the proxy's.
      proxy: proxy && { ...proxy, policy: withoutCertificate(proxy.policy) },
      addressRules,
      // Names that were set for one host are not those of another.
      sni: isFirst ? sni : undefined,
      name: isFirst ? name : undefined,
      alpn,
      protocol,
      endpoint,
      userAgent: fields.find(([field]) => field.toLowerCase() === "user-agent")?.[1],
      connectMs: connectMs ?? this.#stretched(experimentLimits.connectMs),
      times: {
        headMs: this.#stretched(headMs),
        bodyIdleMs: this.#stretched(bodyIdleMs),
        bodyMs: this.#stretched(bodyMs),
      },
      limitMs,
      signal: this.#signalFor(limitMs),
      method,
      fields,
      now: this.#now,
      visited,
      attempts: this.#resends,
      before: undefined,
      followRedirects: true,
      reading,
      onProgress: (seen) => this.#tellPassed(seen),
    };
  }

  /** Tells the stages that are over; whether the next one passes is not known yet. */
  #tellPassed(seen: AttemptSeen): void {
    if (seen.reach?.connected === undefined) return;
    for (const stage of stagesOf(seen)) if (stage.ms !== undefined) this.#tell(stage, seen);
  }

  #tell(stage: StageReport, { url }: AttemptSeen): void {
    const key = `${url} ${stage.stage}`;
    if (this.#told.has(key) || stage.outcome === "not-reached") return;
    this.#told.add(key);
    this.#request.onStage?.(stage);
  }

  #findLocal(): LocalFacts {
    const { environment, policy } = this.#request;
    return findLocalFacts({ environment, policy, at: this.#now(), proxyRule: this.#proxyRule });
  }

  #evidence(local: LocalFacts): Evidence {
    const { target, ownRoots, policy, experiments = true } = this.#request;
    // The fields as they went to the host that is diagnosed: redirects may have led to another one.
    const fields = this.#last?.fields ?? this.#request.fields;
    return {
      question: {
        url: target.href,
        fields,
        ownRoots,
        privateRoots: policy.anchors.some(({ inProgramme }) => inProgramme !== true),
        hasClientCertificate: policy.hasClientCertificate,
      },
      attempts: this.#attempts,
      results: this.#results,
      notFollowed: this.#notFollowed,
      local,
      mayExperiment: experiments,
    };
  }

  /** A batch: a few at a time, in order, each within what is left. */
  async #performAll(wanted: readonly Experiment[], local: LocalFacts): Promise<void> {
    const queue = [...wanted];
    const results = new Map<Experiment, ExperimentResult>();
    const work = async (): Promise<void> => {
      for (let experiment = queue.shift(); experiment !== undefined; experiment = queue.shift())
        results.set(experiment, await this.#perform(experiment, local));
    };
    await Promise.all(Array.from({ length: experimentLimits.concurrency.value }, work));
    for (const experiment of wanted) {
      const result = results.get(experiment);
      if (result !== undefined) this.#results.push(result);
    }
    const late = describeLate([...results.values()].filter(isOutOfTime));
    if (late !== undefined) this.#request.onExperiment?.(late);
  }

  async #perform(experiment: Experiment, local: LocalFacts): Promise<ExperimentResult> {
    const needed = connectionsOf(experiment);
    // Whatever else is asked, the request as it was is asked once more at the end.
    const reserved = experiment.kind === "request" && experiment.again !== true ? 2 : 0;
    const left = Math.max(0, connectionBudget.value - this.#connections - reserved);
    const timeMs = this.#leftMs;
    const granted = experiment.kind === "request" ? Math.min(needed, left) : needed;
    const undone: Undone | undefined =
      granted > left || (needed > 0 && granted === 0)
        ? { kind: "no-connections-left" }
        : timeMs < leastMs && needed > 0
          ? { kind: "no-time-left" }
          : undefined;
    if (undone !== undefined) return resultOf(experiment, { ms: 0, undone, gave: undefined });
    this.#connections += granted;
    const result = await perform(experiment, this.#bench(local), {
      connections: granted,
      timeMs,
      connectionMs: this.#stretched(experimentLimits.connectionMs),
      onSpared: () => this.#connections--,
    });
    if (!isOutOfTime(result)) this.#request.onExperiment?.(describeExperiment(result));
    return result;
  }

  #bench(local: LocalFacts): Bench {
    const seen = this.#attempts.at(-1);
    const last = this.#last;
    if (seen === undefined || last === undefined) throw new Error("Experiments follow an attempt.");
    const { policy, environment } = this.#request;
    // Redirects may have led on over the same connection.
    const answered = seen.exchange?.answer?.url;
    const target = answered === undefined ? last.target : requireUrl(answered);
    const request = { ...last, target, signal: this.#signalFor(this.#leftMs) };
    return { request, seen, judging: { policy, environment, mkcertRoot: local.mkcertRoot } };
  }
}

const asUsual: Reading = { limits: undefined, allow: undefined };

/** An experiment is not begun for less: nothing far away answers in that time. */
const leastMs = 150;
