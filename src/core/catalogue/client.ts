/** Codes of the client's own decisions: redirects, bodies, codings, connections. */
import type { Entries } from "./entry.ts";
import { renderPeerText } from "./http.ts";
import { adviseRaising, type SettingNames } from "./setting-names.ts";

export interface ClientDetails {
  readonly status: { readonly url: string; readonly status: number; readonly reason: string };
  /** The circle: it ends with the URL that it begins with. */
  readonly "redirect-loop": { readonly urls: readonly string[] };
  readonly "too-many-redirects": { readonly value: number; readonly urls: readonly string[] };
  readonly "redirect-downgrade": { readonly from: string; readonly to: string };
  readonly "redirect-invalid": { readonly from: string; readonly location: string; readonly reason: string };
  /** `to` is `undefined` for a redirect that says not where to. */
  readonly "redirect-unwanted": {
    readonly from: string;
    readonly to: string | undefined;
    readonly status: number;
  };
  readonly "prompt-unwanted": { readonly url: string; readonly status: number };
  readonly "redirect-needs-body": { readonly from: string; readonly to: string; readonly status: number };
  readonly "request-body-failed": { readonly reason: string };
  readonly "cookie-jar-failed": { readonly reason: string };
  readonly "content-coding-unknown": { readonly coding: string };
  readonly "content-coding-malformed": { readonly coding: string; readonly reason: string };
  readonly "decompression-bomb": {
    readonly encodedBytes: number;
    readonly decodedBytes: number;
    readonly limit: "bytes" | "ratio";
    readonly value: number;
  };
  readonly "body-not-json": {
    readonly contentType: string;
    readonly excerpt: string;
    readonly reason: string;
  };
  /** `path` as in a program (`items[3].name`), empty for the whole; `count` is how many there are. */
  readonly "body-not-valid": {
    readonly issues: readonly { readonly path: string; readonly message: string }[];
    readonly count: number;
  };
  readonly "schema-failed": { readonly reason: string };
  readonly "integrity-mismatch": { readonly url: string; readonly reason: string };
  readonly "local-url-failed": { readonly url: string; readonly reason: string };
  readonly "body-already-read": { readonly url: string };
  readonly "body-unread": { readonly host: string; readonly limitMs: number; readonly bytesReceived: number };
  readonly "body-cancelled": { readonly bytesReceived: number };
  readonly "too-many-waiting": { readonly host: string; readonly value: number };
  readonly "client-closed": { readonly host: string };
}

export const clientEntries: Entries<ClientDetails> = {
  status: {
    stage: "http",
    fault: "peer",
    faultOf: ({ status }) => (status < 500 ? "caller" : undefined),
    title: "Status that the caller takes for an error",
    means:
      "throwOnStatus was set, and the status is 400 or above. The connection was fine; the response is the error's, with its body unread.",
    remedy: {
      client:
        "Read error.response: its body often says what is wrong. Without throwOnStatus a status is a result.",
      server: "Look at what answered the request.",
    },
    authority: "RFC 9110 §15.5, §15.6; our policy: statuses are results unless the caller says otherwise",
    sentence: ({ url, status, reason }) =>
      `${url} answered with status ${status}${reason === "" ? "" : ` (${renderPeerText(reason)})`}.`,
  },
  "redirect-loop": {
    stage: "http",
    fault: "peer",
    title: "Redirects in a circle",
    means: "The limit on redirects was reached, and the last one led to a URL that had been asked before.",
    remedy: {
      client: "Look at the circle; often a cookie is wanted, or http and https redirect to each other.",
      server:
        "Break the circle; often a proxy in front ends TLS and the server behind redirects to https again.",
    },
    authority: "RFC 9110 §15.4",
    sentence: ({ urls }) => `The redirects go in a circle: ${urls.join(" -> ")}.`,
  },
  "too-many-redirects": {
    stage: "http",
    fault: "peer",
    title: "Too many redirects",
    means: "The limit on redirects was reached before an answer came.",
    remedy: {
      client: ({ redirects }) => adviseRaising(redirects, { when: "if you expect so many" }),
      server: "Redirect to the final URL at once.",
    },
    authority: "Fetch §4.4 (HTTP-redirect fetch): 20; RFC 9110 §15.4",
    sentence: ({ value, urls }) =>
      `More than ${value} redirects, the last one to ${urls.at(-1) ?? "nowhere"}.`,
    hint: ({ value }, { redirects }) =>
      adviseRaising(redirects, { now: String(value), when: "if you expect so many" }),
  },
  "redirect-unwanted": {
    stage: "http",
    fault: "caller",
    title: "Redirect that the caller takes for an error",
    means: 'A fetch said redirect: "error", and the answer is a redirect.',
    remedy: {
      client: 'Ask for the URL that it leads to, or say redirect: "follow".',
      server: "Answer at the URL that is asked for.",
    },
    authority: "Fetch §4.4 (HTTP fetch, redirect mode)",
    sentence: ({ from, to, status }) =>
      `${from} answered with status ${status}, an unexpected redirect${to === undefined ? "" : ` to ${to}`}.`,
  },
  "prompt-unwanted": {
    stage: "http",
    fault: "caller",
    title: "Credentials are asked for where nobody is to be asked",
    means:
      "A fetch said window: null, so that nobody is asked for credentials, and the answer asks for some.",
    remedy: {
      client: "Send the credentials with the request, or leave window out and read the answer.",
      server: "Answer 401: 407 is a proxy's status.",
    },
    authority: "Fetch §4.6 (HTTP-network-or-cache fetch, 407)",
    sentence: ({ url, status }) =>
      `${url} answered with status ${status}, which asks for credentials, and window: null has nobody asked for them.`,
  },
  "redirect-downgrade": {
    stage: "http",
    fault: "peer",
    title: "Redirect from https to http",
    means:
      "The server redirected an encrypted request to a URL in the clear. That is refused unless it was allowed.",
    remedy: {
      client: ({ downgrade }) =>
        downgrade === undefined
          ? "Ask for the http:// URL itself, if the content needs no protection."
          : `Set ${downgrade} if the content needs no protection.`,
      server: "Redirect to https.",
    },
    authority: "our policy: https never becomes plaintext; RFC 9110 §15.4",
    sentence: ({ from, to }) => `${from} redirects to ${to}, which is not encrypted.`,
  },
  "redirect-invalid": {
    stage: "http",
    fault: "peer",
    title: "Redirect to something that is not a URL",
    means: "The Location field cannot be resolved to an http or https URL, or there are several that differ.",
    remedy: { client: "Look at the Location field.", server: "Send one Location with a valid URL." },
    authority: "RFC 9110 §10.2.2",
    sentence: ({ from, location, reason }) =>
      `${from} redirects to "${location}", which cannot be followed: ${reason}`,
  },
  "redirect-needs-body": {
    stage: "http",
    fault: "caller",
    title: "Redirect that needs the body a second time",
    means:
      "A 307 or 308 has the same request sent again, and its body was a stream that can be read only once.",
    remedy: { client: "Send bytes, a Blob or a form instead of a stream, or ask the final URL." },
    authority: "RFC 9110 §15.4.8, §15.4.9",
    sentence: ({ from, to, status }) =>
      `${from} redirects to ${to} with ${status}, which needs the request's body again, and that was a stream.`,
  },
  "request-body-failed": {
    stage: "body",
    fault: "caller",
    title: "Request body that failed on its way out",
    means: "The stream that was to be sent ended with an error, so the request could not be completed.",
    remedy: { client: "Look at the stream's own error, kept as the cause." },
    authority: "RFC 9112 §8",
    sentence: ({ reason }) => `The request's body could not be read to its end: ${reason}.`,
  },
  "cookie-jar-failed": {
    stage: "http",
    fault: "caller",
    title: "Cookie jar that failed",
    means:
      "The jar of the option cookies was asked for the cookies of a URL, and gave none that could be sent.",
    remedy: { client: "Look at the jar's own error, kept as the cause." },
    authority: "RFC 6265 §5.4; our policy: what a caller's own code does is an outcome of its request alone",
    sentence: ({ reason }) => `The cookie jar failed: ${reason}.`,
  },
  "content-coding-unknown": {
    stage: "body",
    fault: "peer",
    title: "Content coding that was not asked for",
    means: "The server encoded the body in a way that the request did not offer and this client cannot undo.",
    remedy: {
      client: adviseUndecoded,
      server: "Choose a coding from Accept-Encoding.",
    },
    authority: "RFC 9110 §12.5.3, §8.4",
    sentence: ({ coding }) => `The body is encoded as "${coding}", which cannot be decoded here.`,
  },
  "content-coding-malformed": {
    stage: "body",
    fault: "peer",
    title: "Body that is not what its coding says",
    means: "The bytes do not decode: they are damaged, cut off, or were never encoded.",
    remedy: {
      client: adviseUndecoded,
      server: "Send Content-Encoding only with encoded bodies.",
    },
    authority: "RFC 9110 §8.4.1",
    sentence: ({ coding, reason }) => `The body does not decode as ${coding}: ${reason}.`,
  },
  "decompression-bomb": {
    stage: "body",
    fault: "peer",
    title: "Body that decompresses to far more than was received",
    means: "The decoded body passed a limit on its size, or on its ratio to what was received.",
    remedy: { client: "Raise the limit named if you expect this much." },
    authority: "our policy: every size is bounded; RFC 9110 §17.6",
    sentence: ({ encodedBytes, decodedBytes, limit, value }) =>
      `The body unpacked from ${encodedBytes} to more than ${decodedBytes} bytes, past the limit of ${value}${limit === "ratio" ? " to 1" : " bytes"}.`,
    hint: ({ limit }, { decodedBytes, decodedRatio }) =>
      adviseRaising(limit === "ratio" ? decodedRatio : decodedBytes, { when: "if you expect this much" }),
  },
  "body-not-json": {
    stage: "body",
    fault: "peer",
    title: "Body that is not JSON",
    means: "json() was asked for and the body does not parse. Often it is an error page in HTML.",
    remedy: {
      client: "Look at the status and the content type before json(), or read the body with text().",
      server: "Send JSON, and say application/json.",
    },
    authority: "RFC 8259 §2",
    sentence: ({ contentType, excerpt, reason }) =>
      `The body is not JSON (its type is ${contentType || "not given"}; it begins ${JSON.stringify(excerpt)}): ${reason}.`,
  },
  "body-not-valid": {
    stage: "body",
    fault: "peer",
    title: "Body that does not fit its schema",
    means: "json() was given a schema, and the body, which is JSON, is not as the schema says.",
    remedy: {
      client: "Compare the body with the schema at the places that are named; one of the two is out of date.",
      server: "Send what the interface promises.",
    },
    authority: "Standard Schema, version 1",
    sentence: ({ issues, count }) => {
      const places = issues.slice(0, 3).map(({ path, message }) => `${path || "the whole"}: ${message}`);
      const more = count > places.length ? `; and ${count - places.length} more` : "";
      return `The body does not fit its schema (${places.join("; ")}${more}).`;
    },
  },
  "schema-failed": {
    stage: "body",
    fault: "caller",
    title: "Schema that failed",
    means: "json() was given a schema, and its own code threw instead of saying whether the body fits.",
    remedy: { client: "Look at the schema's own error, kept as the cause." },
    authority:
      "Standard Schema, version 1; our policy: what a caller's own code does is an outcome of its request alone",
    sentence: ({ reason }) => `The schema for the body failed: ${reason}.`,
  },
  "integrity-mismatch": {
    stage: "body",
    fault: "peer",
    title: "Body with another digest than expected",
    means:
      "The fetch named digests (integrity), and the body has none of the strongest of them. Nothing of it was handed out.",
    remedy: {
      client: "Find out which of the two is out of date: the digest, or the content at the URL.",
      server: "Serve a changed file under a URL of its own.",
    },
    authority: "Subresource Integrity §3.3 (do bytes match metadata list)",
    sentence: ({ url, reason }) => `The body of ${url} is an integrity mismatch: ${reason}.`,
  },
  "local-url-failed": {
    stage: "url",
    fault: "caller",
    title: "URL of this program's own that leads nowhere",
    means: "A fetch was asked for a data:, blob:, about: or file: URL that gives no response.",
    remedy: { client: "Check the URL; a blob: URL is asked for by GET, and before it is revoked." },
    authority: "Fetch §4.3 (scheme fetch)",
    sentence: ({ url, reason }) => `The URL "${url}" cannot be fetched: ${reason}.`,
  },
  "body-already-read": {
    stage: "body",
    fault: "caller",
    title: "Body that was read before",
    means: "A body can be read once.",
    remedy: { client: "Keep what the first reading gave." },
    authority: "our policy: one reader, one end",
    sentence: ({ url }) => `The body of ${url} has been read already.`,
  },
  "body-unread": {
    stage: "timeout",
    fault: "caller",
    title: "Body that nobody read",
    means: "A body larger than the queue was left unread, and held its connection until the deadline.",
    remedy: { client: "Read every body, or cancel it with response.cancel()." },
    authority: "our policy: every wait has a named deadline",
    sentence: ({ host, limitMs, bytesReceived }) =>
      `The body from ${host} was not read for ${limitMs} ms (unread body deadline), after ${bytesReceived} bytes; its connection was closed.`,
  },
  "body-cancelled": {
    stage: "body",
    fault: "caller",
    title: "Body that the caller cancelled",
    means: "The program said that it wants no more of the body.",
    remedy: { client: "None needed: the program asked for it." },
    authority: "our policy: one reader, one end",
    sentence: ({ bytesReceived }) => `The body was cancelled by its reader after ${bytesReceived} bytes.`,
  },
  "too-many-waiting": {
    stage: "http",
    fault: "caller",
    title: "Too many requests waiting",
    means: "All connections to the origin are in use, and the queue behind them is full.",
    remedy: {
      client: ({ connections, waiting }) =>
        connections === undefined || waiting === undefined
          ? "Send fewer requests at once."
          : `Send fewer requests at once, or raise ${connections} or ${waiting}.`,
    },
    authority: "our policy: every queue is bounded",
    sentence: ({ host, value }) =>
      `${value} requests are waiting for a connection to ${host}; no more are taken.`,
  },
  "client-closed": {
    stage: "http",
    fault: "caller",
    title: "Client that was closed",
    means: "The client was closed before or while the request waited.",
    remedy: { client: "Close the client after its last request." },
    authority: "our policy: exactly one outcome for every call",
    sentence: ({ host }) => `The client was closed before the request to ${host} was sent.`,
  },
};

/** How to see a body as the server sent it. */
function adviseUndecoded({ undecoded }: SettingNames): string {
  return undecoded === undefined
    ? "Ask the server for a body without a coding (Accept-Encoding: identity)."
    : `Set ${undecoded} to get the body as it was sent.`;
}
