/** Findings about the proxy: which of its stages failed, what it says itself, and whether it is a proxy at all. */
import type { Details, Fault, Words } from "../../core/index.ts";
import { findingOf, type DraftFinding } from "../finding.ts";
import type { AttemptSeen, Ended } from "../observation.ts";
import { proxyStage } from "../stage.ts";
import { messageOrText, quote } from "./said.ts";

/** What is more exact than the catalogue's own words. */
interface Exact {
  readonly sentence?: string;
  readonly evidence?: readonly string[];
  readonly client?: Words;
  readonly fault?: Fault;
}

export function proxyFinding(attempt: AttemptSeen, ended: Ended, evidence: readonly string[]): DraftFinding {
  const { fault, evidence: more = [], ...exact } = explain(attempt, ended);
  const finding = findingOf(ended, { ...exact, evidence: [...more, ...evidence] });
  return fault === undefined ? finding : { ...finding, fault };
}

function explain(attempt: AttemptSeen, ended: Ended): Exact {
  const { code, detail } = ended;
  if (code === "proxy-unreachable") return explainUnreachable(detail as Details["proxy-unreachable"], ended);
  if (code === "proxy-refused") return explainRefusal(detail as Details["proxy-refused"], attempt);
  if (code !== "proxy-authentication-required") return {};
  const { body } = detail as Details["proxy-authentication-required"];
  return { evidence: pageSentences(body), fault: "caller" };
}

/** It was never reached: by which step, that is the caller's to correct mostly. */
function explainUnreachable({ proxy, source }: Details["proxy-unreachable"], ended: Ended): Exact {
  const orNone = "Or leave the proxy out for this host (NO_PROXY).";
  if (proxyStage(ended) === "dns")
    return {
      client: `Correct the proxy's name in ${source}: it does not resolve. ${orNone}`,
      fault: "caller",
    };
  if (ended.causeCode === "connection-refused")
    return {
      client: `Look whether the proxy runs, and at its host and port in ${source}: nothing listens there. ${orNone}`,
      fault: "caller",
    };
  if (ended.causeCode !== undefined || !proxy.startsWith("https:")) return {};
  return {
    client: `Write the proxy's URL with http:// in ${source}: what answers there does not speak TLS. (https:// is for proxies that are themselves reached over TLS.)`,
    fault: "caller",
  };
}

/** What web servers answer to a method that they do not have. */
const notAProxy: readonly number[] = [400, 404, 405, 501];
/** What proxies answer that could not reach the server. */
const gatewayStatuses: readonly number[] = [500, 502, 503, 504];

function explainRefusal(
  { proxy, status, fields, body }: Details["proxy-refused"],
  attempt: AttemptSeen,
): Exact {
  const value = (name: string): string | undefined =>
    fields.find(([other]) => other.toLowerCase() === name)?.[1];
  const own = value("x-squid-error") ?? value("proxy-status");
  const evidence = [
    ...pageSentences(body),
    ...(own === undefined ? [] : [`Its own word for it: ${quote(own)}.`]),
    ...(value("server") === undefined ? [] : [`It calls itself ${quote(value("server") ?? "")}.`]),
  ];
  const isProxy = own !== undefined || value("via") !== undefined || value("proxy-agent") !== undefined;
  if (notAProxy.includes(status) && !isProxy)
    return {
      evidence,
      sentence: `What answers at ${proxy} is likely no proxy but a web server: it answered ${status} to CONNECT.`,
      client: "Check the proxy's host and port: a web server answers there.",
      fault: "caller",
    };
  if (gatewayStatuses.includes(status))
    return {
      evidence,
      client:
        "Check the URL's host and port: the proxy could not reach the server, or does not know its name.",
    };
  if (status === 403 && attempt.port !== 443)
    return {
      evidence,
      client: `Ask the proxy's operator to allow port ${attempt.port}: many proxies open tunnels to port 443 alone. Or use a URL with that port.`,
    };
  return {
    evidence,
    client:
      evidence.length > 0
        ? "Read what the proxy says itself; its operator decides which hosts and ports it allows."
        : "Ask the proxy's operator, who decides which hosts and ports it allows.",
  };
}

function pageSentences(body: string): string[] {
  const words = messageOrText(body);
  return words === undefined ? [] : [`The proxy itself says: ${quote(words)}.`];
}
