/** Codes of the proxy on the way. */
import type { Entries, Fault } from "./entry.ts";
import { adviseRaising, allowIfKnown, renderWait } from "./setting-names.ts";

interface ProxyAnswer {
  /** The proxy's origin, without credentials. */
  readonly proxy: string;
  readonly target: string;
  readonly reason: string;
  /** Its fields, in order. */
  readonly fields: readonly (readonly [string, string])[];
  /** The beginning of its body, at most 1 KiB, as text. */
  readonly body: string;
}

export interface ProxyDetails {
  readonly "proxy-url-invalid": { readonly source: string; readonly reason: string };
  readonly "proxy-unreachable": { readonly proxy: string; readonly source: string; readonly reason: string };
  /** Of SOCKS, which has no status and no fields, `schemes` is what was offered: `no login`, `no login, user name and password`. */
  readonly "proxy-authentication-required": ProxyAnswer & {
    /** `undefined` of a SOCKS proxy. */
    readonly status: number | undefined;
    readonly schemes: string;
    readonly sent: boolean;
  };
  readonly "proxy-refused": ProxyAnswer & { readonly status: number };
  /** `reply`: the proxy's own number for it, RFC 1928 §6; 1 to 255. */
  readonly "socks-refused": { readonly proxy: string; readonly target: string; readonly reply: number };
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

/** What each reply of RFC 1928 §6 says, whose it is, and what to do. */
const socksReplies: Readonly<
  Record<number, { readonly says: string; readonly fault: Fault; readonly advice: string }>
> = {
  1: {
    says: "it failed, and does not say of what (general SOCKS server failure)",
    fault: "proxy",
    advice: "Look in the proxy's log. Many proxies say this of names and hosts that they do not find.",
  },
  2: {
    says: "its rules do not allow the connection",
    fault: "proxy",
    advice: "Ask the proxy's operator, who decides which hosts and ports it allows.",
  },
  3: {
    says: "it has no route to the server's network (network unreachable)",
    fault: "network",
    advice: "Check from the proxy's machine that the server's network can be reached; it may lack IPv6.",
  },
  4: {
    says: "it cannot reach the server's host, or does not find its name (host unreachable)",
    fault: "network",
    advice: "Check the URL's host, and whether the proxy's machine finds and reaches it.",
  },
  5: {
    says: "the server refused the connection: nothing listens there",
    fault: "peer",
    advice: "Check the URL's host and port; if they are right, start the server.",
  },
  6: {
    says: "its packets do not arrive (TTL expired)",
    fault: "network",
    advice:
      "Check the way from the proxy's machine to the server; many proxies say this of one that does not answer in time.",
  },
  7: {
    says: "it does not know the command CONNECT",
    fault: "proxy",
    advice: "Use another proxy: this one passes no TCP connections on.",
  },
  8: {
    says: "it does not take this kind of address",
    fault: "proxy",
    advice:
      "Write the proxy as socks5h:// where it should look names up itself, or as socks5:// where it cannot; it may lack IPv6.",
  },
};

function socksReply(reply: number): (typeof socksReplies)[number] {
  return (
    socksReplies[reply] ?? {
      says: `it answered ${reply}, a number that RFC 1928 does not have`,
      fault: "proxy",
      advice: "Look in the proxy's log, or ask its operator.",
    }
  );
}

const checkScheme =
  "Check that the address is a proxy's, and its scheme (http://, https://, socks5:// or socks5h://).";

const isSocks = (proxy: string): boolean => proxy.startsWith("socks");

/** What a person writes a proxy's credentials into, by the proxy that there is. */
const credentialsFor = (proxy: string): string =>
  isSocks(proxy)
    ? `Give the proxy's user name and password in its URL: ${proxy.replace("://", "://user:password@")}.`
    : giveCredentials;

export const proxyEntries: Entries<ProxyDetails> = {
  "proxy-url-invalid": {
    stage: "proxy",
    fault: "caller",
    title: "Proxy setting that is not a proxy's URL",
    means:
      "The proxy option, or an environment variable, holds something other than the URL of a proxy: http://, https://, socks5:// or socks5h://.",
    remedy: { client: "Correct it: a proxy is written http://host:port, or socks5h://host:port." },
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
    means:
      "The proxy answered 407, or took no method of SOCKS without a login: it opens no tunnel without credentials that it knows.",
    remedy: { client: giveCredentials },
    authority: "RFC 9110 §15.5.8; RFC 1928 §3; RFC 1929 §2",
    sentence: ({ proxy, target, status, schemes, sent }) =>
      status === undefined
        ? `The proxy ${proxy} opened no tunnel to ${target}: ${sent ? "it refused the user name and password that were sent" : `it took none of the ways that were offered (${schemes})`}.`
        : `The proxy ${proxy} opened no tunnel to ${target}: it ${sent ? "refused the credentials sent" : "wants credentials"} (${status}; ${schemes || "no scheme named"}).`,
    hint: ({ proxy, status, schemes, sent }) => {
      if (sent) return "Check the user name and password of the proxy.";
      return status === undefined && schemes.includes("password")
        ? "Ask the proxy's operator which login it takes: a user name and a password (RFC 1929) are all that can be sent."
        : credentialsFor(proxy);
    },
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
  "socks-refused": {
    stage: "proxy",
    fault: "proxy",
    faultOf: ({ reply }) => socksReply(reply).fault,
    title: "SOCKS proxy that made no connection",
    means:
      "The SOCKS proxy was asked for a connection to the server and answered with a reason why there is none: a rule of its own, or a server that it could not reach.",
    remedy: {
      client: "Read what the proxy's reply says; its operator decides which hosts and ports it allows.",
    },
    authority: "RFC 1928 §6",
    sentence: ({ proxy, target, reply }) =>
      `The SOCKS proxy ${proxy} made no connection to ${target}: ${socksReply(reply).says} (reply ${reply}).`,
    hint: ({ reply }) => socksReply(reply).advice,
  },
  "proxy-malformed": {
    stage: "proxy",
    fault: "proxy",
    title: "Proxy whose answer cannot be read",
    means:
      "The answer to CONNECT was not an HTTP response, that of a SOCKS proxy not SOCKS 5, or it broke off.",
    remedy: { client: checkScheme },
    authority: "RFC 9112 §4; RFC 9110 §9.3.6; RFC 1928",
    sentence: ({ proxy, reason }) =>
      `The proxy ${proxy} gave no readable answer${isSocks(proxy) ? "" : " to CONNECT"}: ${reason}`,
    hint: ({ tolerance }, names) => allowIfKnown("proxy", tolerance, names) ?? checkScheme,
  },
  "proxy-timeout": {
    stage: "proxy",
    fault: "proxy",
    title: "Proxy that did not answer in time",
    means: "The proxy took the connection and did not answer, or make a connection, before the deadline.",
    remedy: {
      client: ({ proxyMs }) => adviseRaising(proxyMs, { when: "if the proxy is known to be slow" }),
    },
    authority: "our policy: every wait has a named deadline",
    sentence: ({ proxy, target, limitMs }) =>
      `The proxy ${proxy} did not ${isSocks(proxy) ? "make a connection" : "answer CONNECT"} to ${target} within ${limitMs} ms (proxy deadline).`,
    hint: ({ limitMs }, { proxyMs }) =>
      adviseRaising(proxyMs, { now: renderWait(limitMs), when: "if the proxy is known to be this slow" }),
  },
};
