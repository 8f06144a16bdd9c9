/** Findings about the proxy: which of its stages failed, what it says itself, and whether it is a proxy at all. */
import {
  exactHint,
  locationText,
  orWithoutProxy,
  shownUrl,
  type Code,
  type Details,
  type Fault,
  type Words,
} from "../../core/index.ts";
import { findingOf, type Certainty, type DraftFinding } from "../finding.ts";
import type { AttemptSeen, Ended } from "../observation.ts";
import { proxyStage } from "../stage.ts";
import { messageOrText, quote } from "./said.ts";

/** What is more exact than the catalogue's own words. */
interface Exact {
  readonly sentence?: string;
  readonly evidence?: readonly string[];
  readonly client?: Words | undefined;
  readonly fault?: Fault;
  readonly certainty?: Certainty;
}

export function proxyFinding(attempt: AttemptSeen, ended: Ended, evidence: readonly string[]): DraftFinding {
  const { evidence: more = [], ...exact } = explain(attempt, ended);
  return findingOf(ended, { ...exact, evidence: [...more, ...evidence] });
}

function explain(attempt: AttemptSeen, ended: Ended): Exact {
  const { code, detail } = ended;
  if (code === "proxy-unreachable") return explainUnreachable(detail as Details["proxy-unreachable"], ended);
  if (code === "proxy-refused") return explainRefusal(detail as Details["proxy-refused"], attempt);
  if (code === "socks-refused") {
    const refusal = { code, detail: detail as Details["socks-refused"] } as const;
    return { client: exactHint(refusal) };
  }
  // RFC 1928 §3: the version, and that no method is acceptable.
  if (code === "proxy-malformed" && /begins with "\\x05/.test(ended.sentence))
    return {
      certainty: "certain",
      evidence: ["An answer that begins with the byte 5 is that of SOCKS 5 (RFC 1928)."],
      client: "Write the proxy's URL with socks5h:// (or socks5://): this one likely speaks SOCKS.",
      fault: "caller",
    };
  if (code !== "proxy-authentication-required") return {};
  const demand = detail as Details["proxy-authentication-required"];
  const { body, sent, status } = demand;
  return {
    evidence: pageSentences(body),
    fault: "caller",
    ...(status === undefined ? { client: exactHint({ code, detail: demand }) } : {}),
    ...(sent ? { client: "Correct the proxy's credentials: it refuses those that were sent." } : {}),
  };
}

/** It was never reached: by which step, that is the caller's to correct mostly. */
function explainUnreachable({ proxy, source }: Details["proxy-unreachable"], ended: Ended): Exact {
  const orNone = orWithoutProxy(source);
  if (proxyStage(ended) === "dns")
    return {
      client: `Correct the proxy's name in ${source}: it does not resolve.${orNone}`,
      fault: "caller",
    };
  if (ended.causeCode === "connection-refused")
    return {
      client: `Look whether the proxy runs, and at its host and port in ${source}: nothing listens there.${orNone}`,
      fault: "caller",
    };
  if (!proxy.startsWith("https:") || !(ended.causeCode === undefined || notTls.includes(ended.causeCode)))
    return {};
  return {
    // A proxy without TLS waits for the end of what it takes for a request.
    certainty: ended.causeCode === undefined ? "certain" : "likely",
    client: `Write the proxy's URL with http:// in ${source}: what answers there ${ended.causeCode === undefined ? "does" : "likely does"} not speak TLS. (https:// is for proxies that are themselves reached over TLS.)`,
    fault: "caller",
  };
}

/** How a handshake ends with a peer that does not speak TLS. */
const notTls: readonly Code[] = [
  "tls-timeout",
  "tls-failed",
  "not-tls",
  "handshake-closed",
  "handshake-reset",
];

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
      certainty: "likely",
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
  if (status >= 300 && status < 400 && value("location") !== undefined)
    return {
      evidence: [...evidence, `It leads to ${quote(shownUrl(locationText(value("location") ?? "")))}.`],
      client: "Open what it leads to in a browser: likely the proxy wants a login.",
    };
  if (status === 403 && attempt.port !== 443)
    return {
      evidence,
      client: `Read what the proxy says itself. If it names no other reason, it is likely port ${attempt.port}: many proxies open tunnels to port 443 alone. Ask its operator to allow the port, or use a URL with 443.`,
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
