/**
 * From evidence to a diagnosis: every finding, ranked, the first of them the headline; what each side can do; what it
 * is not; and all of it as plain data that can be printed, sent and kept. Never says more than the evidence carries.
 */
import { libraryNames, renderInstant, renderWords, shownHref, type SettingNames } from "../core/index.ts";
import { explainRejection, renderAnchorSource, type Attempt } from "../trust/index.ts";
import type { Certificate } from "../x509/index.ts";
import {
  explainUndone,
  listOf,
  nameExperiment,
  type ExperimentResult,
  type OtherKeyGave,
  type ReachGave,
} from "./experiment.ts";
import { renderFinding, type DraftFinding, type Finding } from "./finding.ts";
import { answerFindings, exchangeFindings } from "./findings/answer.ts";
import { beforeTlsFindings, endedBeforeTls } from "./findings/before-tls.ts";
import { certificateFindings, revocationFindings } from "./findings/certificate.ts";
import { handshakeFindings, notTlsFindings } from "./findings/handshake.ts";
import { localFindings } from "./findings/local.ts";
import { tellPatience } from "./findings/patience.ts";
import { nameFindings, reachFindings } from "./findings/reaching.ts";
import { ledBy } from "./findings/redirects.ts";
import { otherKeyFindings } from "./findings/other-key.ts";
import { serverFindings } from "./findings/servers.ts";
import { unsteadyFindings } from "./findings/unsteady.ts";
import { notesOf } from "./notes.ts";
import type { Evidence } from "./evidence.ts";
import type { AttemptSeen, ExchangeSeen, HttpVersion, TrustSeen } from "./observation.ts";
import { termsOf } from "./protocol-terms.ts";
import { ruledOut } from "./ruled-out.ts";
import { stagesOf, type StageReport } from "./stage.ts";

/** The whole diagnosis, as `meerkat why --json` prints it. */
export interface Diagnosis {
  readonly schema: 1;
  /** Without its query, as every URL in it. */
  readonly url: string;
  /** When it was made, ISO 8601. */
  readonly at: string;
  readonly healthy: boolean;
  /** Whether a TCP connection to the server, or through the proxy, came about. */
  readonly reached: boolean;
  readonly headline: Headline;
  /** Ranked; the first is the headline's. Empty for a healthy site. */
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  readonly ruledOut: readonly string[];
  readonly stages: readonly StageReport[];
  readonly chain: readonly ChainLink[];
  /** Every path that was tried, and what ended it; the one that verified last. */
  readonly paths: readonly PathReport[];
  readonly experiments: readonly ExperimentReport[];
  readonly answer: AnswerReport | null;
}

export interface AnswerReport {
  readonly status: number;
  readonly reason: string;
  readonly url: string;
  /** The version of HTTP that it came over, by ALPN's name for it. */
  readonly protocol: HttpVersion;
}

export interface Headline {
  /** A finding's code, or `healthy`. */
  readonly code: Finding["code"] | "healthy";
  readonly certainty: Finding["certainty"];
  readonly sentence: string;
}

export interface ChainLink {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly sha256: string;
}

export interface PathReport {
  /** Names from the leaf up; the anchor last, where the path came to one. */
  readonly subjects: readonly string[];
  readonly anchor: string | null;
  readonly verified: boolean;
  /** What ended it: a code and sentences. */
  readonly ended: { readonly code: string; readonly sentences: readonly string[] } | null;
}

export interface ExperimentReport {
  readonly name: string;
  readonly ms: number;
  /** What came of it, in a few words. */
  readonly outcome: string;
}

/** `names`: what the reader calls the settings. */
export function diagnose(evidence: Evidence, names: SettingNames = libraryNames): Diagnosis {
  const { question, attempts, results, local } = evidence;
  const last = attempts.at(-1);
  const findings = last === undefined ? [] : findAll(evidence, last);
  const [first] = findings;
  const healthy = first === undefined && last?.ended === undefined;
  return {
    schema: 1,
    url: shownHref(question.url),
    at: new Date(local.at).toISOString(),
    healthy,
    reached: last?.reach?.connected !== undefined && last.ended?.stage !== "proxy",
    headline: first === undefined ? describeHealthy(last) : headlineOf(first),
    findings: findings.map((finding) => renderFinding(finding, names)),
    notes: notesOf(evidence, healthy),
    ruledOut: ruledOut(evidence, first),
    stages: attempts.flatMap(stagesOf),
    chain: (last?.trust?.chain ?? []).map(({ certificate, fingerprint }) =>
      describeLink(certificate, fingerprint),
    ),
    paths: last?.trust === undefined ? [] : describePaths(last.trust),
    experiments: describeExperiments(results),
    answer: describeAnswer(last?.exchange),
  };
}

function describeAnswer(exchange: ExchangeSeen | undefined): AnswerReport | null {
  if (exchange?.answer === undefined) return null;
  const { status, reason, url } = exchange.answer;
  return { status, reason, url: shownHref(url), protocol: exchange.version.spoken };
}

function headlineOf({ code, certainty, sentence }: DraftFinding): Headline {
  return { code, certainty, sentence };
}

function describeHealthy(attempt: AttemptSeen | undefined): Headline {
  const { exchange, trust, endpoint, port, host = "the site" } = attempt ?? {};
  const status = exchange?.answer?.status ?? exchange?.hops.at(-1)?.status;
  const anchor = trust?.verdict?.trusted === true ? trust.verdict.path.anchor : undefined;
  const by =
    anchor === undefined
      ? "nobody vouches for it, since it is plain HTTP"
      : `verified by ${anchor.subject.display} (${renderAnchorSource(anchor.source)})`;
  const does =
    endpoint === undefined
      ? `${host} answers ${status ?? ""}`
      : `${host} port ${port} begins TLS${endpoint.startTls === undefined ? "" : ` (${termsOf(endpoint).name})`}`;
  return { code: "healthy", certainty: "certain", sentence: `Nothing is wrong: ${does}, ${by}.` };
}

function findAll(evidence: Evidence, attempt: AttemptSeen): readonly DraftFinding[] {
  const main = tellWay(evidence, tellPatience(findMain(evidence, attempt), attempt.ended));
  const revoked = attempt.ended === undefined ? revocationFindings(evidence, attempt) : [];
  const name = nameFindings(evidence, attempt);
  // Where something answered, what it answered comes first.
  const isAnswered = attempt.tls?.bytesReceived !== undefined && attempt.ended?.code !== "not-tls";
  const found = [
    ...serverFindings(evidence, attempt),
    ...revoked,
    ...main,
    ...otherKeyFindings(evidence, attempt),
  ];
  const all = (isAnswered ? [...found, ...name] : [...name, ...found]).map((finding) =>
    inTerms(finding, attempt),
  );
  return [...all, ...localFindings(evidence, attempt.ended?.stage === "trust")];
}

/** The first of them says how it came to be about this host. */
function tellWay(evidence: Evidence, [first, ...others]: readonly DraftFinding[]): readonly DraftFinding[] {
  const way = ledBy(evidence);
  if (first === undefined) return [];
  return [way === undefined ? first : { ...first, evidence: [way, ...first.evidence] }, ...others];
}

/** What is wrong with a certificate is set right where the protocol's own programs have their settings. */
function inTerms(finding: DraftFinding, { endpoint }: AttemptSeen): DraftFinding {
  if (endpoint === undefined || finding.stage !== "trust" || finding.fault === "local") return finding;
  const { client: inClient, server: inServer } = termsOf(endpoint);
  const { client = "", server } = finding.remedy;
  return {
    ...finding,
    remedy: {
      client: inClient === undefined ? client : (names) => `${renderWords(client, names)} ${inClient}`.trim(),
      ...(server === undefined ? {} : { server: inServer === undefined ? server : `${server} ${inServer}` }),
    },
  };
}

function findMain(evidence: Evidence, attempt: AttemptSeen): readonly DraftFinding[] {
  const { ended, exchange, tls } = attempt;
  if (ended !== undefined && endedBeforeTls(ended)) return beforeTlsFindings(evidence, attempt, ended);
  if (ended === undefined && attempt.endpoint !== undefined) return [];
  if (ended === undefined)
    return [...answerFindings(evidence, attempt), ...unsteadyFindings(evidence, attempt)];
  switch (ended.stage) {
    case "url":
    case "dns":
    case "tcp":
    case "proxy":
      return reachFindings(evidence, attempt, ended);
    case "tls":
      return ended.code === "not-tls"
        ? notTlsFindings(evidence, attempt, ended)
        : handshakeFindings(evidence, attempt, ended);
    case "trust":
      return certificateFindings(evidence, attempt, ended);
    case "http":
    case "body":
      return exchangeFindings(evidence, attempt, ended);
    case "timeout":
      if (exchange !== undefined) return exchangeFindings(evidence, attempt, ended);
      return tls === undefined
        ? reachFindings(evidence, attempt, ended)
        : handshakeFindings(evidence, attempt, ended);
  }
}

function describeOtherKey({ trusted, ended }: OtherKeyGave): string {
  if (trusted === undefined) return "the server has no such certificate, or none for this name";
  return trusted ? "trusted" : `refused: ${ended?.code ?? "not trusted"}`;
}

function describeReach({ connected, outcome, met }: ReachGave): string {
  if (!connected || met === undefined) return connected ? "connected" : outcome;
  if (met.ended !== undefined) return `connected, and refused: ${met.ended.code}`;
  return met.trusted === true ? "connected, and trusted" : "connected";
}

function describeLink(certificate: Certificate, sha256: string): ChainLink {
  return {
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    serial: certificate.serial,
    notBefore: renderInstant(certificate.notBeforeAt),
    notAfter: renderInstant(certificate.notAfterAt),
    sha256,
  };
}

function describePaths({ verdict }: TrustSeen): readonly PathReport[] {
  if (verdict === undefined) return [];
  const failed = verdict.tried.map(describeAttempt);
  if (!verdict.trusted) return failed;
  const { certificates, anchor } = verdict.path;
  const verified: PathReport = {
    subjects: [...certificates.map(nameOf), anchor.subject.display],
    anchor: renderAnchorSource(anchor.source),
    verified: true,
    ended: null,
  };
  return [...failed, verified];
}

function describeAttempt({ certificates, anchor, rejection, others }: Attempt): PathReport {
  return {
    subjects: [...certificates.map(nameOf), ...(anchor === undefined ? [] : [anchor.subject.display])],
    anchor: anchor === undefined ? null : renderAnchorSource(anchor.source),
    verified: false,
    ended: { code: rejection.code, sentences: [rejection, ...others].map(explainRejection) },
  };
}

function nameOf({ subject }: Certificate): string {
  return subject.display || "(no name)";
}

/** In order; those for which there was no time are one, where the first of them stood. */
function describeExperiments(results: readonly ExperimentResult[]): readonly ExperimentReport[] {
  const late = results.filter(isOutOfTime);
  const one = describeLate(late);
  return results.flatMap((result) => {
    if (one === undefined || !late.includes(result)) return [describeExperiment(result)];
    return result === late[0] ? [one] : [];
  });
}

/** Those for which there was no time as one: six lines would say the same. */
export function describeLate(late: readonly ExperimentResult[]): ExperimentReport | undefined {
  const [first] = late;
  if (first === undefined) return undefined;
  const name = listOf([...new Set(late.map(({ experiment }) => nameExperiment(experiment)))]);
  return { ...describeExperiment(first), name, ms: rounded(Math.max(...late.map(({ ms }) => ms))) };
}

/** Whether there was no time left for it, or not enough. */
export function isOutOfTime({ gave, undone }: ExperimentResult): boolean {
  return gave === undefined && (undone?.kind === "no-time-left" || undone?.kind === "cut-off");
}

export function describeExperiment(result: ExperimentResult): ExperimentReport {
  return {
    name: nameExperiment(result.experiment),
    ms: rounded(result.ms),
    outcome: describeOutcome(result),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** What came of an experiment, in a few words. */
function describeOutcome(result: ExperimentResult): string {
  if (result.gave === undefined)
    return `not done: ${result.undone === undefined ? "no reason is known" : explainUndone(result.undone)}`;
  switch (result.kind) {
    case "handshake": {
      const { completed, ended, version, cipher, leaf } = result.gave;
      const chosen = [version, cipher].filter((part) => part !== undefined).join(", ");
      const shown = result.experiment.change === "nobodys-name" ? leaf?.names[0] : undefined;
      const whose = shown === undefined ? "" : `, with a certificate for ${shown}`;
      if (completed) return `it completed${chosen === "" ? "" : ` (${chosen})`}${whose}`;
      return ended?.code ?? "it failed";
    }
    case "unverified": {
      const { exchange, ended } = result.gave;
      const status = exchange?.answer?.status;
      return status === undefined ? (ended?.sentence ?? "no answer") : `answered ${status} all the same`;
    }
    case "judge":
    case "fetch-issuer":
      return result.gave.trusted
        ? `verified, by ${result.gave.anchor?.subject ?? "a root"}`
        : `refused: ${result.gave.rejection?.code ?? "no path"}`;
    case "revocation":
      return result.gave.length === 0
        ? "the certificate names no place to ask"
        : result.gave.map(({ source, says }) => `${source}: ${says}`).join(", ");
    case "reach":
      return describeReach(result.gave);
    case "other-key":
      return describeOtherKey(result.gave);
    case "request":
      return result.gave.map(({ status, ended }) => status ?? ended?.code ?? "no answer").join(", ");
  }
}
