/** The stages of an attempt in order, each with its time, its outcome and one line. */
import { bare, renderAttempts, renderInstant, showControls, shownHref, type Code } from "../core/index.ts";
import { renderAnchorSource } from "../trust/index.ts";
import { explainVersion } from "./http-version.ts";
import type { AttemptSeen, Ended, HttpVersion, TlsSeen } from "./observation.ts";
import { endedBeforeTls } from "./findings/before-tls.ts";
import { termsOf } from "./protocol-terms.ts";
import { explainEnd } from "./tunnel.ts";

export type StageName = "dns" | "tcp" | "proxy" | "starttls" | "tls" | "certificate" | "protocol" | "http";

export interface StageReport {
  readonly stage: StageName;
  readonly outcome: "passed" | "failed" | "not-reached";
  /** Milliseconds; absent for a stage that was not begun. */
  readonly ms: number | undefined;
  readonly says: string;
  readonly url: string;
  /** Of the stage `http`: the version that was spoken. */
  readonly protocol?: HttpVersion | undefined;
}

/** Every stage of an attempt; those after the one that failed were not reached. */
export function stagesOf(attempt: AttemptSeen): readonly StageReport[] {
  const url = shownHref(attempt.url);
  const timings = bare(attempt.timings);
  const failedAt = attempt.ended === undefined ? undefined : failedStage(attempt);
  const names = namesOf(attempt);
  const times: Readonly<Record<StageName, number | undefined>> = {
    dns: timings.dnsMs,
    tcp: timings.tcpMs,
    proxy: timings.proxyMs,
    starttls: timings.startTlsMs,
    tls: timings.tlsMs,
    protocol: timings.withinMs,
    certificate: timings.trustMs,
    http: sum(timings.firstByteMs, timings.downloadMs),
  };
  const end = failedAt === undefined ? names.length : names.indexOf(failedAt);
  return names.map((stage, index) => {
    if (index > end) return { stage, outcome: "not-reached", ms: undefined, says: "not reached", url };
    const outcome = index === end ? "failed" : "passed";
    const says = outcome === "failed" ? explainEnd(attempt) : describeStage(stage, attempt);
    const spoken = stage === "http" ? attempt.exchange?.version.spoken : undefined;
    return {
      stage,
      outcome,
      ms: times[stage],
      says,
      url,
      ...(spoken === undefined ? {} : { protocol: spoken }),
    };
  });
}

function namesOf({ scheme, reach, endpoint, ended }: AttemptSeen): readonly StageName[] {
  if (scheme === "http") return ["dns", "tcp", "http"];
  const way: readonly StageName[] =
    reach?.proxy === undefined && ended?.stage !== "proxy" ? ["dns", "tcp"] : ["dns", "tcp", "proxy"];
  if (endpoint === undefined) return [...way, "tls", "certificate", "http"];
  const before: readonly StageName[] = endpoint.startTls === undefined ? [] : ["starttls"];
  const within: readonly StageName[] = endpoint.within === undefined ? [] : ["protocol"];
  return [...way, ...before, "tls", "certificate", ...within];
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}

/** The stage that an attempt ended in: a deadline belongs to the phase it bounded. */
function failedStage(attempt: AttemptSeen): StageName {
  const { ended, reach, tls, trust, exchange } = attempt;
  switch (ended?.stage) {
    case "proxy":
      return proxyStage(ended);
    case "dns":
    case "tcp":
      return ended.stage;
    case "tls":
      if (endedBeforeTls(ended)) return "starttls";
      // TLS 1.3 refuses a client's certificate after the handshake; it is TLS that failed all the same.
      return ended.stage;
    case "trust":
      return "certificate";
    case "timeout":
      if (exchange !== undefined) return "http";
      if (trust !== undefined) return "certificate";
      if (tls !== undefined) return "tls";
      if (attempt.endpoint?.startTls !== undefined && reach?.connected !== undefined) return "starttls";
      if (attempt.timings.proxyMs !== undefined) return "proxy";
      return reach?.connected === undefined && ended.code === "dns-timeout" ? "dns" : "tcp";
    case "url":
    case "http":
    case "body":
    case undefined:
      return "http";
  }
}

/** The steps of getting there that have codes of their own. */
const stepOf: Partial<Readonly<Record<Code, StageName>>> = {
  "name-not-found": "dns",
  "dns-failed": "dns",
  "dns-timeout": "dns",
  "connection-refused": "tcp",
  "connect-failed": "tcp",
  "network-denied": "tcp",
  "connect-timeout": "tcp",
  unreachable: "tcp",
};

/** The step on the way to the proxy, or through it; its sentence names the proxy. */
export function proxyStage({ code, causeCode }: Ended): StageName {
  if (code !== "proxy-unreachable" || causeCode === undefined) return "proxy";
  return stepOf[causeCode] ?? "proxy";
}

function describeStage(stage: StageName, attempt: AttemptSeen): string {
  switch (stage) {
    case "dns":
      return describeAddresses(attempt);
    case "tcp":
      return describeConnection(attempt);
    case "proxy":
      return `a tunnel through ${attempt.reach?.proxy?.url ?? "the proxy"} (${attempt.reach?.proxy?.source ?? ""})`;
    case "starttls":
      return describeWords(attempt);
    case "protocol":
      return `${attempt.endpoint === undefined ? "" : `${termsOf(attempt.endpoint).name}: `}${showControls(attempt.endpoint?.within ?? "")}`;
    case "tls":
      return attempt.tls === undefined ? "" : describeTls(attempt.tls, attempt.sni);
    case "certificate":
      return describeTrust(attempt);
    case "http":
      return describeAnswer(attempt);
  }
}

function describeAddresses({ host, reach }: AttemptSeen): string {
  if (reach === undefined) return "";
  const list = reach.addresses.join(", ");
  switch (reach.source) {
    case "literal":
      return `${host} is an address already`;
    case "override":
      return `${host} is ${list}, as was asked`;
    case "loopback-name":
      return `${host} is this machine (RFC 6761 §6.3)`;
    default:
      if (reach.proxy === undefined) return `${host} is ${list}`;
      return list === "" ? `left to the proxy ${reach.proxy.url}` : `left to the proxy; the proxy is ${list}`;
  }
}

function describeConnection({ port, reach }: AttemptSeen): string {
  if (reach === undefined) return "";
  const lost = reach.lost.length === 0 ? "" : `; ${renderAttempts(reach.lost)}`;
  return reach.proxy === undefined
    ? `connected to ${reach.connected ?? "?"} port ${port}${lost}`
    : `connected to the proxy ${reach.proxy.url}${lost}`;
}

/** What was said in plain; a greeting of bytes is named, one of text is shown. */
function describeWords({ endpoint }: AttemptSeen): string {
  if (endpoint?.startTls === undefined) return "";
  const { name } = termsOf(endpoint);
  const { greeting, startTls } = endpoint;
  if (greeting === undefined || startTls === "mysql") return `${name}: the server begins TLS`;
  const [first = ""] = greeting.split("\n");
  return `${name}: "${showControls(first.trim()).slice(0, longestGreeting)}"; the server begins TLS`;
}

/** What of a greeting is shown: a longest line of SMTP is not read by anybody. */
const longestGreeting = 100;

function describeTls({ chosen, clientCertificate }: TlsSeen, sni: string | undefined): string {
  const parts = [
    chosen?.version,
    chosen?.cipher,
    chosen?.group,
    chosen?.alpn === undefined ? "no ALPN" : `ALPN ${chosen.alpn}`,
    sni === undefined ? "no server name" : `server name ${sni}`,
    clientCertificate === undefined ? undefined : "asked for a client certificate",
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function describeTrust({ trust }: AttemptSeen): string {
  const { verdict } = trust ?? {};
  if (trust === undefined || verdict === undefined || !verdict.trusted) return "";
  const ends = Math.min(...verdict.path.certificates.map(({ notAfterAt }) => notAfterAt));
  const { subject, source } = verdict.path.anchor;
  return `verified by ${subject.display} (${renderAnchorSource(source)}), until ${renderInstant(ends)}`;
}

function describeAnswer({ exchange }: AttemptSeen): string {
  const { answer, hops = [] } = exchange ?? {};
  const last = hops.at(-1);
  if (answer === undefined) return last === undefined ? "" : `${last.status}, which leads to ${last.to}`;
  const { status, reason, bodyBytes, completeness } = answer;
  const body = completeness === "part" ? `the first ${bodyBytes} bytes of its body` : `${bodyBytes} bytes`;
  const how = exchange === undefined ? "" : `; ${explainVersion(exchange.version)}`;
  return `${status}${reason === "" ? "" : ` ${reason}`}, ${body}${how}`;
}
