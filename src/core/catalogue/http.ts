/** Codes of HTTP messages: requests that must not be sent, and responses that cannot be believed. */
import type { Entries } from "./entry.ts";
import { adviseRaising, adviseTolerance } from "./setting-names.ts";

/** How a connection ended, as far as it could be seen (RFC 9112 §9.8). */
export type Ending =
  /** A TLS close_notify alert came: the peer said that it was done. */
  | "close-notify"
  /** TLS, and a TCP FIN came with no close_notify before it: anybody on the path can do that. */
  | "bare-fin"
  /** A FIN, and nothing more can be known: plain TCP, or TLS whose alert could not be observed. */
  | "fin"
  /** A TCP reset. */
  | "reset";

/** In the place of a value that may be a secret: an error is not a place for one. */
export const notShown = "(not shown)";

/** Where in a response the rule was broken. */
export interface Malformation {
  /** Bytes before the offending one, counted from the first byte of the answer to this request. */
  readonly offset: number;
  /** The rule, as words that finish "it breaks the rule that ...". */
  readonly rule: string;
  /** At most 32 bytes that end with the offending one, as printable ASCII with `\xNN` for the rest. */
  readonly excerpt: string;
  /** The name under which `allow` lets this fault pass; undefined where nothing does. */
  readonly tolerance: string | undefined;
}

export interface HttpDetails {
  readonly "request-method-invalid": { readonly method: string };
  readonly "request-target-invalid": {
    readonly method: string;
    readonly target: string;
    readonly reason: string;
  };
  readonly "request-field-invalid": {
    readonly name: string;
    readonly value: string;
    readonly reason: string;
  };
  readonly "request-framing-invalid": { readonly reason: string };
  readonly "empty-response": { readonly ending: Ending };
  readonly "not-http": {
    readonly speaks: "HTTP/2" | "HTML" | "SSH" | "SMTP or FTP" | "IMAP" | "POP3" | "TLS" | "something else";
    /** The first bytes, at most 32, as printable ASCII with `\xNN` for the rest. */
    readonly firstBytes: string;
  };
  readonly "head-truncated": { readonly receivedBytes: number; readonly ending: Ending };
  readonly "http-version-unsupported": { readonly version: string; readonly offset: number };
  readonly "status-line-malformed": Malformation;
  readonly "field-malformed": Malformation & { readonly section: "head" | "trailers" };
  readonly "head-too-large": {
    readonly limit: "headBytes" | "lineBytes" | "fieldCount";
    readonly value: number;
    /** The byte that goes past it; `undefined` where fields are compressed (HTTP/2), and their size is that of RFC 7541 §4.1. */
    readonly offset: number | undefined;
  };
  readonly "too-many-informational": { readonly value: number; readonly status: number };
  readonly "content-length-malformed": { readonly value: string };
  readonly "conflicting-lengths": { readonly values: readonly string[] };
  readonly "transfer-coding-refused": { readonly codings: string; readonly reason: string };
  readonly "length-and-transfer-coding": { readonly length: string; readonly codings: string };
  readonly "unasked-upgrade": { readonly protocol: string; readonly offered: readonly string[] };
  readonly "unsolicited-bytes": { readonly bytes: number; readonly excerpt: string };
}

export const httpEntries: Entries<HttpDetails> = {
  "request-method-invalid": {
    stage: "http",
    fault: "caller",
    title: "Request method that cannot be sent",
    means:
      "A method is a token of letters, digits and a few signs. Anything else could smuggle a second request; and CONNECT (§9.3.6) asks for a tunnel in the place of an answer.",
    remedy: {
      client:
        "Correct the method: it is a word such as GET or POST. Where a tunnel is wanted, give the client a proxy.",
    },
    authority: "RFC 9110 §9.1, §5.6.2",
    sentence: ({ method }) =>
      method === "CONNECT"
        ? "The method CONNECT is for tunnels through a proxy, and those are the client's own."
        : `The method ${JSON.stringify(method)} is not a token.`,
  },
  "request-target-invalid": {
    stage: "http",
    fault: "caller",
    title: "Request target that must not be sent",
    means:
      "The target stands between two spaces in the request line, and its form depends on the method. White space, control characters, a fragment, or the wrong form would be read as something else.",
    remedy: { client: "Percent-encode the path and the query, and send the form that the method takes." },
    authority: "RFC 9112 §3.2",
    sentence: ({ method, target, reason }) =>
      `The target ${JSON.stringify(target)} cannot be sent with ${method}: ${reason}.`,
  },
  "request-field-invalid": {
    stage: "http",
    fault: "caller",
    title: "Request field that must not be sent",
    means:
      "A field name must be a token, and no value may hold CR, LF or NUL: they would end the field and begin another.",
    remedy: { client: "Correct the field; encode values that come from outside." },
    authority: "RFC 9110 §5.1, §5.5",
    sentence: ({ name, value, reason }) =>
      `The request field ${JSON.stringify(name)}${value === notShown ? "" : ` with the value ${JSON.stringify(value)}`} cannot be sent: ${reason}.`,
  },
  "request-framing-invalid": {
    stage: "http",
    fault: "caller",
    title: "Request whose length would be ambiguous",
    means:
      "Where a request ends must be said exactly once, and truly: by one Content-Length that equals the bytes sent, or by chunked. Anything else lets two servers on the way read two different requests.",
    remedy: { client: "Leave Content-Length and Transfer-Encoding to Meerkat: it knows the body." },
    authority: "RFC 9112 §6.1, §6.2, §6.3",
    sentence: ({ reason }) => `The request cannot be framed: ${reason}.`,
  },
  "empty-response": {
    stage: "http",
    fault: "peer",
    title: "Connection closed without a response",
    means: "On a reused connection, most often an idle timeout of the server crossed the request on its way.",
    remedy: {
      client: "Send the request again if it is idempotent.",
      server: "Look in the server's log for a crash or for an idle timeout.",
    },
    authority: "RFC 9112 §9.3.1, §9.5",
    sentence: ({ ending }) =>
      `The server ended the connection (${renderEnding(ending)}) without any response.`,
  },
  "not-http": {
    stage: "http",
    fault: "caller",
    title: "Answer that is not HTTP/1.1",
    means:
      "The bytes that came back do not begin with an HTTP/1 status line: another protocol is spoken there.",
    remedy: {
      client: "Check the host and the port.",
      server: "Speak HTTP/1.1 on this port, or negotiate another protocol with ALPN.",
    },
    authority: "RFC 9112 §4",
    sentence: ({ speaks, firstBytes }) =>
      `The answer is not HTTP/1.1 but ${speaks}: it begins with "${firstBytes}".`,
    hint: ({ speaks }) =>
      speaks === "TLS"
        ? "The port speaks TLS: use https://."
        : "Check the port; another service seems to listen there.",
  },
  "head-truncated": {
    stage: "http",
    fault: "peer",
    title: "Connection closed inside the response head",
    means:
      "The status line or the fields broke off before the empty line that ends them. Nothing of it is used.",
    remedy: {
      client: "Send the request again if it is idempotent.",
      server: "Look in the log of the server, or of the proxy before it, for a crash or a time limit.",
    },
    authority: "RFC 9112 §8",
    sentence: ({ receivedBytes, ending }) =>
      `The response head broke off after ${count(receivedBytes, "byte")} (${renderEnding(ending)}).`,
  },
  "http-version-unsupported": {
    stage: "http",
    fault: "peer",
    title: "HTTP version other than 1.x",
    means: "The status line names a version whose messages are not framed as HTTP/1.1's are.",
    remedy: { client: "Check the port.", server: "Answer an HTTP/1.1 request with HTTP/1.1." },
    authority: "RFC 9112 §2.3; RFC 9110 §2.5",
    sentence: ({ version, offset }) =>
      `The status line has the version "${version}" (byte ${offset}); only HTTP/1.0 and HTTP/1.1 can be read here.`,
  },
  "status-line-malformed": {
    stage: "http",
    fault: "peer",
    title: "Malformed status line",
    means: "What follows a broken first line cannot be trusted either.",
    remedy: { server: "Fix the program that writes the status line." },
    authority: "RFC 9112 §4; RFC 9110 §15",
    sentence: (detail) => `The status line is malformed: ${renderMalformation(detail)}.`,
    hint: adviseTolerance,
  },
  "field-malformed": {
    stage: "http",
    fault: "peer",
    title: "Malformed field line",
    means:
      "A line among the response's fields breaks the grammar. Programs disagree on how to read such lines, and attacks live on the disagreement.",
    remedy: { server: "Fix the program that writes this field." },
    authority: "RFC 9112 §5, §2.2; RFC 9110 §5.1, §5.5",
    sentence: (detail) =>
      `A ${detail.section === "head" ? "field" : "trailer"} line is malformed: ${renderMalformation(detail)}.`,
    hint: adviseTolerance,
  },
  "head-too-large": {
    stage: "http",
    fault: "peer",
    title: "Response head over its limit",
    means: "The status line and fields are held in memory, so their size is bounded.",
    remedy: {
      client: "Raise the limit named, if the server is known.",
      server: "Send fewer or shorter fields.",
    },
    authority: "RFC 9110 §5.4; our policy: everything is bounded",
    sentence: ({ limit, value, offset }) =>
      `The response head goes past the limit ${limit} (${value})${renderOffset(offset)}.`,
    hint: ({ limit }, names) =>
      adviseRaising(names[limit], { when: "if this server is known to send so much" }),
  },
  "too-many-informational": {
    stage: "http",
    fault: "peer",
    title: "Endless informational responses",
    means:
      "Any number of 1xx responses may precede the final one; a server that never comes to it is cut off.",
    remedy: { server: "Send the final response." },
    authority: "RFC 9110 §15.2; our policy: everything is bounded",
    sentence: ({ value, status }) =>
      `More than ${value} informational responses came, the last one ${status}, and no final response.`,
  },
  "content-length-malformed": {
    stage: "http",
    fault: "peer",
    title: "Content-Length that is not a number",
    means:
      "The length must be decimal digits alone and a number that can be counted; otherwise the end of the body is unknown.",
    remedy: { server: "Send the length as decimal digits." },
    authority: "RFC 9112 §6.3 (5); RFC 9110 §8.6",
    sentence: ({ value }) => `The Content-Length ${renderPeerText(value)} is not a length.`,
  },
  "conflicting-lengths": {
    stage: "http",
    fault: "peer",
    title: "Different lengths for one body",
    means:
      "Two Content-Length values that differ leave the end of the body to a guess, which is how responses are smuggled.",
    remedy: { server: "Send one Content-Length." },
    authority: "RFC 9112 §6.3 (5)",
    sentence: ({ values }) =>
      `The response has different lengths: ${values.slice(0, 8).map(renderPeerText).join(" and ")}.`,
  },
  "transfer-coding-refused": {
    stage: "http",
    fault: "peer",
    title: "Transfer coding that cannot be undone safely",
    means:
      "Only `chunked`, once and last, says where a body ends. With another coding, or `chunked` elsewhere, framing bytes would be handed out as content.",
    remedy: { server: "Send `Transfer-Encoding: chunked` alone." },
    authority: "RFC 9112 §6.1, §6.3 (4), §7",
    sentence: ({ codings, reason }) =>
      `The Transfer-Encoding ${renderPeerText(codings)} is refused: ${reason}.`,
  },
  "length-and-transfer-coding": {
    stage: "http",
    fault: "peer",
    title: "Content-Length beside Transfer-Encoding",
    means:
      "Two statements of where the body ends. One reader follows one, the next reader the other: response splitting.",
    remedy: {
      client: (names) => adviseTolerance({ tolerance: "te-and-cl" }, names),
      server: "Send one of the two.",
    },
    authority: "RFC 9112 §6.3 (3), §6.1",
    sentence: ({ length, codings }) =>
      `The response has both the Content-Length ${renderPeerText(length)} and the Transfer-Encoding ${renderPeerText(codings)}.`,
  },
  "unasked-upgrade": {
    stage: "http",
    fault: "peer",
    title: "Switch to a protocol nobody asked for",
    means: "101 says that another protocol begins after this head. The request did not offer that protocol.",
    remedy: { server: "Answer 101 only to an Upgrade field, and with a protocol from it." },
    authority: "RFC 9110 §15.2.2, §7.8",
    sentence: ({ protocol, offered }) =>
      `The server switched protocols (101) to ${renderPeerText(protocol)}, and the request offered ${offered.length === 0 ? "none" : offered.join(", ")}.`,
  },
  "unsolicited-bytes": {
    stage: "http",
    fault: "peer",
    title: "Bytes nobody asked for",
    means:
      "The server sent bytes while no request was waiting for them. Taken for a response they would be given to the wrong request, so the connection is closed.",
    remedy: {
      client: "None needed: the connection is not used again.",
      server: "Send exactly the length announced, and nothing between responses.",
    },
    authority: "RFC 9112 §9.2, §6.3",
    sentence: ({ bytes, excerpt }) =>
      `The server sent ${count(bytes, "byte")} that no request asked for, beginning "${excerpt}".`,
  },
};

/**
 * Text that a peer sent, in quotes: printable ASCII as it is, `\xNN` for the rest, at most 80 characters of it.
 * A terminal obeys some of the others (0x9b begins a command), and a message is shown on one.
 */
export function renderPeerText(text: string): string {
  const shown = text.slice(0, 80).replace(/[^\x20-\x7e]/g, (character) => {
    const code = character.charCodeAt(0);
    return code > 0xff
      ? `\\u${code.toString(16).padStart(4, "0")}`
      : `\\x${code.toString(16).padStart(2, "0")}`;
  });
  return text.length > 80 ? `"${shown}..."` : `"${shown}"`;
}

/** How a connection ended, in words. */
export function renderEnding(ending: Ending): string {
  switch (ending) {
    case "close-notify":
      return "close_notify";
    case "bare-fin":
      return "FIN without close_notify";
    case "fin":
      return "FIN";
    case "reset":
      return "reset";
  }
}

/** Where a limit was passed, for the end of a sentence. */
export function renderOffset(offset: number | undefined): string {
  return offset === undefined ? "" : ` at byte ${offset}`;
}

/** The rule, the place and the bytes, for a sentence. */
export function renderMalformation({ offset, rule, excerpt }: Malformation): string {
  return `it breaks the rule that ${rule}, at byte ${offset}, the last of "${excerpt}"`;
}

/** A count with its noun. */
export function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? "" : "s"}`;
}
