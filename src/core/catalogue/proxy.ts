/** Codes of the proxy on the way. */
import type { Entries } from "./entry.ts";
import { adviseRaising, allowIfKnown, renderWait } from "./setting-names.ts";

interface ProxyAnswer {
  /** The proxy's origin, without credentials. */
  readonly proxy: string;
  readonly target: string;
  readonly status: number;
  readonly reason: string;
  /** Its fields, in order. */
  readonly fields: readonly (readonly [string, string])[];
  /** The beginning of its body, at most 1 KiB, as text. */
  readonly body: string;
}

export interface ProxyDetails {
  readonly "proxy-url-invalid": { readonly source: string; readonly reason: string };
  readonly "proxy-unreachable": { readonly proxy: string; readonly source: string; readonly reason: string };
  readonly "proxy-authentication-required": ProxyAnswer & {
    readonly schemes: string;
    readonly sent: boolean;
  };
  readonly "proxy-refused": ProxyAnswer;
  /** `tolerance` is what lets the fault pass, where there is one. */
  readonly "proxy-malformed": {
    readonly proxy: string;
    readonly reason: string;
    readonly tolerance: string | undefined;
  };
  readonly "proxy-timeout": { readonly proxy: string; readonly target: string; readonly limitMs: number };
}

/** NO_PROXY is about the environment's proxies: one that is given as an option is used whatever it says. */
export function orWithoutProxy(source: string): string {
  return /^\w+$/.test(source) ? " Or leave the proxy out for this host (NO_PROXY)." : "";
}

const giveCredentials = "Give the proxy's credentials in its URL: http://user:password@host:port.";

export const proxyEntries: Entries<ProxyDetails> = {
  "proxy-url-invalid": {
    stage: "proxy",
    fault: "caller",
    title: "Proxy setting that is not a proxy's URL",
    means:
      "The proxy option, or an environment variable, holds something other than an http:// or https:// URL.",
    remedy: { client: "Correct it: a proxy is written http://host:port." },
    authority: "RFC 9110 §7.2; our policy: a setting that has no effect is an error",
    sentence: ({ source, reason }) => `The proxy set by ${source} cannot be used: ${reason}.`,
  },
  "proxy-unreachable": {
    stage: "proxy",
    fault: "proxy",
    title: "Proxy that cannot be reached",
    means: "No connection to the proxy could be made, so the server was never asked.",
    remedy: {
      client:
        "Check the proxy's address; one that the environment names can be left out for this host (NO_PROXY).",
    },
    authority: "RFC 9110 §9.3.6",
    hint: ({ source }) => `Check the proxy's address in ${source}.${orWithoutProxy(source)}`,
    sentence: ({ proxy, source, reason }) =>
      `The proxy ${proxy} (from ${source}) cannot be reached. ${reason}`,
  },
  "proxy-authentication-required": {
    stage: "proxy",
    fault: "proxy",
    title: "Proxy that requires a user name and password",
    means: "The proxy answered 407: it opens no tunnel without credentials that it knows.",
    remedy: { client: giveCredentials },
    authority: "RFC 9110 §15.5.8",
    sentence: ({ proxy, target, schemes, sent }) =>
      `The proxy ${proxy} opened no tunnel to ${target}: it ${sent ? "refused the credentials sent" : "wants credentials"} (407; ${schemes || "no scheme named"}).`,
    hint: ({ sent }) => (sent ? "Check the user name and password of the proxy." : giveCredentials),
  },
  "proxy-refused": {
    stage: "proxy",
    fault: "proxy",
    title: "Proxy that opened no tunnel",
    means:
      "The proxy answered CONNECT with something other than success: a rule of its own, or a server it could not reach.",
    remedy: {
      client:
        "Read what the proxy says, kept in the error's detail; its operator decides which hosts and ports it allows.",
    },
    authority: "RFC 9110 §9.3.6",
    sentence: ({ proxy, target, status, reason }) =>
      `The proxy ${proxy} opened no tunnel to ${target}: it answered ${status}${reason === "" ? "" : ` ${reason}`}.`,
  },
  "proxy-malformed": {
    stage: "proxy",
    fault: "proxy",
    title: "Proxy whose answer cannot be read",
    means: "The answer to CONNECT was not an HTTP response, or it broke off.",
    remedy: { client: "Check that the address is a proxy's, and its scheme (http:// or https://)." },
    authority: "RFC 9112 §4; RFC 9110 §9.3.6",
    sentence: ({ proxy, reason }) => `The proxy ${proxy} gave no readable answer to CONNECT: ${reason}`,
    hint: ({ tolerance }, names) =>
      allowIfKnown("proxy", tolerance, names) ??
      "Check that the address is a proxy's, and its scheme (http:// or https://).",
  },
  "proxy-timeout": {
    stage: "proxy",
    fault: "proxy",
    title: "Proxy that did not answer in time",
    means: "The proxy took the connection and gave no answer to CONNECT before the deadline.",
    remedy: {
      client: ({ proxyMs }) => adviseRaising(proxyMs, { when: "if the proxy is known to be slow" }),
    },
    authority: "our policy: every wait has a named deadline",
    sentence: ({ proxy, target, limitMs }) =>
      `The proxy ${proxy} did not answer CONNECT to ${target} within ${limitMs} ms (proxy deadline).`,
    hint: ({ limitMs }, { proxyMs }) =>
      adviseRaising(proxyMs, { now: renderWait(limitMs), when: "if the proxy is known to be this slow" }),
  },
};
