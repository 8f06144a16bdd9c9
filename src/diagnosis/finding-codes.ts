/**
 * Findings that are not failures: answers that came back whole and say no, and causes behind a failure. Nothing is
 * thrown for them, so they have no place in the catalogue of errors; their entries have the same shape.
 */
import {
  bracketed,
  catalogue,
  isCode,
  type Code,
  type Fault,
  type RemedyWords,
  type Stage,
} from "../core/index.ts";

/** What an entry says of a code. */
export interface FindingEntry {
  readonly stage: Stage;
  readonly fault: Fault;
  readonly title: string;
  readonly means: string;
  readonly remedy: RemedyWords;
  readonly authority: string;
}

/** Codes that only a diagnosis gives. */
export type FindingOnlyCode =
  | "name-leads-nowhere"
  | "fields-refused"
  | "request-blocked"
  | "credentials-wanted"
  | "browser-check"
  | "rate-limited"
  | "network-login"
  | "wrong-server"
  | "protocol-wanted"
  | "protocol-refused"
  | "unsteady-answer"
  | "status-error"
  | "servers-differ"
  | "certificates-differ"
  | "https-expected"
  | "clock-wrong"
  | "intercepted"
  | "default-certificate"
  | "setting-without-effect"
  | "verification-disabled";

/** Every code that a finding can have: the catalogue's, and those above. */
export type FindingCode = Code | FindingOnlyCode;

export const findingEntries: Readonly<Record<FindingOnlyCode, FindingEntry>> = {
  "name-leads-nowhere": {
    stage: "dns",
    fault: "network",
    title: "A name that leads to no server of its own",
    means:
      "The resolver gives an address at which the name's own server cannot be: 0.0.0.0, as filters of advertising and of families do, or this machine for a public name.",
    remedy: {
      client:
        "Look at what resolves names here: the hosts file, a filter (Pi-hole, AdGuard), a company's or a family's DNS. Another resolver shows the difference.",
    },
    authority: "RFC 1122 §3.2.1.3; RFC 4291 §2.5.2",
  },
  "fields-refused": {
    stage: "http",
    fault: "peer",
    title: "Request refused for its header fields",
    means:
      "The site answers one way or the other depending on the request's header fields. Certificates have nothing to do with it: the answer came through a finished TLS connection.",
    remedy: {
      client: "Send the fields that turn the answer.",
      server: "Say in the answer what is missing from the request.",
    },
    authority: "RFC 9110 §15.5.4, §10.1.5",
  },
  "request-blocked": {
    stage: "http",
    fault: "peer",
    title: "Request refused whatever its fields",
    means:
      "The site, or a front before it, refuses this client by something other than the fields that were tried: its address, its TLS fingerprint, the URL.",
    remedy: {
      client: "Ask the site's operator, with the reference that the answer gives; try from another network.",
      server: "Look up the reference of the answer in the front's log.",
    },
    authority: "RFC 9110 §15.5.4",
  },
  "credentials-wanted": {
    stage: "http",
    fault: "caller",
    title: "Credentials wanted",
    means: "The site wants to know who asks, and says by which scheme.",
    remedy: { client: "Send an Authorization field with credentials of the scheme that is named." },
    authority: "RFC 9110 §15.5.2, §11.6.1",
  },
  "browser-check": {
    stage: "http",
    fault: "peer",
    title: "A check that only a browser passes",
    means:
      "The answer is not the site's but that of a guard before it, which wants JavaScript to run. No field of a request makes up for that.",
    remedy: {
      client: "Ask the operator for a way in that is meant for programs: an API, a key, an exception.",
      server: "Leave out of the check what programs are meant to ask for.",
    },
    authority: "our policy: the guards' own documented fields",
  },
  "rate-limited": {
    stage: "http",
    fault: "caller",
    title: "Too many requests",
    means: "The site refuses because of how often it is asked, not because of what is asked.",
    remedy: {
      client: "Wait as long as Retry-After says, and ask less often.",
      server: "Send Retry-After with every 429.",
    },
    authority: "RFC 6585 §4; RFC 9110 §10.2.3",
  },
  "network-login": {
    stage: "http",
    fault: "network",
    title: "A network that wants a login",
    means: "The answer is from the network between, not from the site: the network wants a login first.",
    remedy: { client: "Open any http:// page in a browser and log in to the network." },
    authority: "RFC 6585 §6",
  },
  "wrong-server": {
    stage: "http",
    fault: "peer",
    title: "Request that came to the wrong server",
    means: "The server that was reached says that it is not the one for this host.",
    remedy: {
      client: "Open a connection of its own for this host, with its own server name (SNI).",
      server: "Serve the host where its name leads, or take the name out of the certificate.",
    },
    authority: "RFC 9110 §15.5.20",
  },
  "protocol-wanted": {
    stage: "http",
    fault: "peer",
    title: "Another protocol wanted",
    means:
      "The site refuses the version of HTTP that is spoken for this request, and names the protocol that it wants.",
    remedy: {
      client: "Use a client that speaks the protocol.",
      server: "Serve HTTP/1.1 too, if such clients are meant to come.",
    },
    authority: "RFC 9110 §15.5.22",
  },
  "protocol-refused": {
    stage: "http",
    fault: "peer",
    title: "Refused over one version of HTTP, and answered over the other",
    means:
      "The same request is answered over HTTP/1.1 and refused over HTTP/2, or the other way. Certificates have nothing to do with it, and neither have the request's fields.",
    remedy: {
      client: "Ask for the version of HTTP over which it is answered.",
      server:
        "Look for what tells the versions of HTTP apart: a rule of the server, a front before it, a program behind it that knows one of them alone.",
    },
    authority: "RFC 9110 §2.5: what a request means does not depend on the version",
  },
  "unsteady-answer": {
    stage: "http",
    fault: "peer",
    title: "Different answers to the same request",
    means: "The same request, sent again, is answered differently: the cause is not in the request.",
    remedy: {
      client: "Ask again, with pauses.",
      server: "Look for one of several back ends that differs, or for a limit on load.",
    },
    authority: "RFC 9110 §15.6.4",
  },
  "status-error": {
    stage: "http",
    fault: "peer",
    title: "Answer with an error status",
    means: "The exchange was in order, and the site's own answer is a status of 400 or above.",
    remedy: { client: "Look at the answer's body, and at the URL." },
    authority: "RFC 9110 §15.5, §15.6",
  },
  "servers-differ": {
    stage: "trust",
    fault: "peer",
    title: "Servers behind one name that differ",
    means:
      "Connections to the same name met servers that do not show the same certificate, or not all of them one that is trusted: which one answers decides whether a client succeeds.",
    remedy: {
      client: "Try again; until every server is set right, some connections fail.",
      server: "Give the current certificate and its chain to every server behind the name, and reload each.",
    },
    authority: "our policy: one name, one service",
  },
  "certificates-differ": {
    stage: "trust",
    fault: "peer",
    title: "A server with two certificates, of which one is not trusted",
    means:
      "The server holds a certificate with an RSA key and one with an ECDSA key, and shows one or the other by what a client offers. Not both are trusted: some clients and devices get on, and others do not.",
    remedy: {
      client:
        "Nothing on this side makes the other certificate good; which one is shown follows from what is offered.",
      server: "Renew both certificates together, send the chain of each, and reload the server.",
    },
    authority: "RFC 8446 §4.4.2.2; RFC 5246 §7.4.2",
  },
  "https-expected": {
    stage: "http",
    fault: "caller",
    title: "Plain HTTP sent to a port that speaks TLS",
    means: "The request went out unencrypted, and the server expects TLS on this port.",
    remedy: { client: "Write https:// in the URL." },
    authority: "RFC 9110 §4.2.2",
  },
  "clock-wrong": {
    stage: "trust",
    fault: "local",
    title: "This machine's clock is wrong",
    means: "Certificates are judged by this machine's clock, which differs from the server's.",
    remedy: { client: "Set the clock (on a device: fetch the time before the first TLS connection)." },
    authority: "RFC 5280 §6.1.3 (a)(2); RFC 9110 §6.6.1",
  },
  intercepted: {
    stage: "trust",
    fault: "network",
    title: "Connection opened by somebody in between",
    means:
      "The certificate was not issued by a public CA but by whoever opens TLS connections on the way: a company's proxy, an antivirus, a debugging tool.",
    remedy: {
      client: ({ root }) =>
        `If it is your company's proxy or your own tool, give its root${bracketed(root)}, as whoever runs it hands it out; otherwise send nothing.`,
    },
    authority:
      "our policy: names as they stand in certificates, and what is shown for a name that nobody has (RFC 6761 §6.4)",
  },
  "default-certificate": {
    stage: "trust",
    fault: "peer",
    title: "A server's certificate of last resort",
    means:
      "The server shows the certificate that it has for every name it does not know: it is not set up for this name.",
    remedy: {
      client: "Check the host name.",
      server: "Set up this host name (virtual host, ingress rule) with its certificate.",
    },
    authority: "RFC 6066 §3",
  },
  "setting-without-effect": {
    stage: "trust",
    fault: "local",
    title: "A setting that has no effect",
    means: "A variable of the environment is set and does not do what it is there for.",
    remedy: { client: "Correct the variable." },
    authority: "our policy: no setting is ignored in silence",
  },
  "verification-disabled": {
    stage: "trust",
    fault: "local",
    title: "Verification turned off for the whole process",
    means:
      "NODE_TLS_REJECT_UNAUTHORIZED=0 has every other client in the process accept any certificate at all.",
    remedy: { client: "Unset NODE_TLS_REJECT_UNAUTHORIZED, and give the one root that is missing instead." },
    authority: "our policy: unverified operation is asked for per request, with a reason",
  },
};

/** The entry of a code, the catalogue's or this room's. */
export function findingEntry(code: FindingCode): FindingEntry {
  return isCode(code) ? catalogue[code] : findingEntries[code];
}
