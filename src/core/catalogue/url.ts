/** Codes of what the caller wrote: the URL and the options, refused before any connection. */
import { bare } from "../options/own.ts";
import { isBareAddress } from "../url/host.ts";
import { endpointSchemes } from "../url/endpoint-schemes.ts";
import type { Entries } from "./entry.ts";

export interface UrlDetails {
  /** `others`: how it is written where it is not a web site, by its scheme or by its port; where these are taken. */
  readonly "url-no-scheme": {
    readonly url: string;
    readonly others?: { readonly scheme: string; readonly port: string };
  };
  readonly "url-unknown-scheme": { readonly url: string; readonly scheme: string };
  /** `own`: the scheme's own port, such as 443 of https; `null` where it has none. Left out where no scheme was written. */
  readonly "url-bad-port": {
    readonly url: string;
    readonly port: string;
    readonly own?: { readonly scheme: string; readonly port: number } | null;
  };
  readonly "url-credentials": { readonly host: string };
  /** `like`: how URLs of its scheme look, where it has one that is known. */
  readonly "url-malformed": { readonly url: string; readonly like?: string };
  readonly "url-outside-base": { readonly url: string; readonly baseUrl: string };
  /** Where TLS is spoken: a scheme that nothing is known of, one without TLS, one that has no port of its own. */
  readonly "endpoint-unknown-scheme": {
    readonly url: string;
    readonly scheme: string;
    readonly meant: string | undefined;
    /** What leads to the server's certificates, or why nothing does, where the scheme is known and not asked. */
    readonly instead?: string;
  };
  readonly "endpoint-plaintext": { readonly url: string; readonly scheme: string; readonly secure: string };
  readonly "endpoint-no-port": { readonly url: string; readonly scheme: string };
  /** `meant` is what it most likely stands for, where that is known. */
  readonly "option-unknown": { readonly option: string; readonly meant?: string };
  /** `instead` is a sentence that says how the same is had, where that is known. */
  readonly "option-invalid": {
    readonly option: string;
    readonly value: string;
    readonly expected: string;
    readonly instead?: string;
  };
}

function hasScheme(url: string): boolean {
  return url.includes("://");
}

export const urlEntries: Entries<UrlDetails> = {
  "url-no-scheme": {
    stage: "url",
    fault: "caller",
    title: "URL without a scheme",
    means:
      "A URL begins with https:// or http://. Nothing is guessed: a guess of http:// would send the request in the clear.",
    remedy: { client: "Write the scheme: https:// in front of the host." },
    authority: "RFC 3986 §3.1; our policy: https never becomes plaintext by a guess",
    sentence: ({ url }) => (url === "" ? "The URL is empty." : `The URL "${url}" has no scheme.`),
    hint: ({ url, others }) => {
      if (isBareAddress(url))
        return `An IPv6 address stands in brackets: "https://[${url}]" for a web site, "[${url}]:port" for anything else that begins with TLS.`;
      if (/^\/(?!\/)/.test(url))
        return "A path names no host: write the whole URL. In a program, a Client with baseUrl takes paths.";
      // Slashes at the front, or a scheme that lost its colon: "//host", "http//host".
      const rest = url.replace(/^(?:https?:?\/+|\/+)/i, "");
      // What would be no URL with a scheme either is something else.
      if (URL.canParse(`https://${rest}`))
        return others === undefined
          ? `Write "https://${rest}".`
          : `Write "https://${rest}" for a web site; for anything else its scheme, such as "${others.scheme}", or host and port, such as "${others.port}".`;
      return /^[^/?#:@\s]+:\d+$/.test(rest)
        ? "Write https:// in front of the host; a port is a number from 1 to 65535."
        : "A URL looks like https://host/path?query.";
    },
  },
  "url-unknown-scheme": {
    stage: "url",
    fault: "caller",
    title: "URL with a scheme other than https or http",
    means: "Meerkat speaks https and http, nothing else.",
    remedy: { client: "Use an https:// URL." },
    authority: "RFC 9110 §4.2",
    sentence: ({ url, scheme }) =>
      `The URL "${url}" has the scheme "${scheme}", which is neither https nor http.`,
    hint: ({ scheme }) =>
      endpointSchemes.has(scheme.toLowerCase())
        ? "Requests are for https: and http:. Whatever else speaks TLS is for `meerkat why URL` and `client.connect(url)`."
        : "Use an https:// URL.",
  },
  "url-bad-port": {
    stage: "url",
    fault: "caller",
    title: "URL with an impossible port",
    means: "A port is a whole number from 1 to 65535.",
    remedy: { client: "Correct the port, or leave it out for the scheme's own (443 for https)." },
    authority: "RFC 3986 §3.2.3; RFC 9293 §3.1",
    sentence: ({ url, port }) =>
      `${hasScheme(url) ? "The URL " : ""}"${url}" has the port "${port}", which is not a number from 1 to 65535.`,
    hint: (detail) => {
      const { url, own = { scheme: "https", port: 443 } } = bare(detail);
      if (own === null) return "Correct the port.";
      return hasScheme(url)
        ? `Correct the port, or leave it out for the scheme's own (${own.port} for ${own.scheme}).`
        : "Correct the port; or write a scheme, whose own port is taken: https://, mqtts:// and others.";
    },
  },
  "url-credentials": {
    stage: "url",
    fault: "caller",
    title: "URL with a user name or password in it",
    means: "Credentials in a URL end up in logs, histories and error messages.",
    remedy: {
      client: ({ credentials }) =>
        `Take them out of the URL, and give them ${credentials === undefined ? "" : `by ${credentials}, or `}in an Authorization field.`,
    },
    authority: "RFC 9110 §4.2.4",
    sentence: ({ host }) => `The URL for "${host}" carries a user name or password.`,
  },
  "url-malformed": {
    stage: "url",
    fault: "caller",
    title: "URL that cannot be read",
    means: "The text is not a URL.",
    remedy: { client: "Correct it: a URL looks like https://host/path?query." },
    authority: "RFC 3986 §3",
    sentence: ({ url }) => `"${url}" is not a URL that can be read.`,
    hint: (detail) => `Correct it: a URL looks like ${bare(detail).like ?? "https://host/path?query"}.`,
  },
  "endpoint-unknown-scheme": {
    stage: "url",
    fault: "caller",
    title: "Endpoint with a scheme that is not known",
    means: "The URL's scheme is none of those that are known to begin with TLS, or to change to it.",
    remedy: { client: "Where TLS begins at once, write host:port." },
    authority: "RFC 3986 §3.1; our policy: no port and no protocol is guessed",
    sentence: (detail) => {
      const { url, scheme, instead } = bare(detail);
      const what = instead === undefined ? "is not known" : "is not supported";
      return `The URL "${url}" has the scheme "${scheme}", which ${what}.`;
    },
    hint: (detail) => {
      const { meant, instead } = bare(detail);
      if (instead !== undefined) return instead;
      const asked = meant === undefined ? "" : `Did you mean ${meant}://? `;
      return `${asked}Where TLS begins at once, write host:port.`;
    },
  },
  "endpoint-plaintext": {
    stage: "url",
    fault: "caller",
    title: "Endpoint without TLS",
    means:
      "The URL's scheme is that of a protocol without TLS, and without TLS a server shows no certificate.",
    remedy: { client: "Write the scheme with TLS: https://, wss://, mqtts://." },
    authority: "RFC 9110 §4.2.1; our policy: no port and no protocol is guessed",
    sentence: ({ url, scheme }) => `"${url}" is ${scheme}:, and a server without TLS shows no certificate.`,
    hint: ({ secure }) =>
      secure === "tls" ? "Write host:port, if TLS begins there at once." : `Write its ${secure}:// URL.`,
  },
  "endpoint-no-port": {
    stage: "url",
    fault: "caller",
    title: "Endpoint without a port",
    means: "The scheme says that TLS is spoken, and not where: it has no port of its own.",
    remedy: { client: "Write the port: tls://host:port, or host:port." },
    authority: "RFC 3986 §3.2.3; our policy: no port and no protocol is guessed",
    sentence: ({ url, scheme }) => `"${url}" names no port, and ${scheme}: has none of its own.`,
  },
  "url-outside-base": {
    stage: "url",
    fault: "caller",
    title: "Path that leads out of the client's base URL",
    means:
      "The client has a baseUrl, and the path given leads to another host or above it, by '..' or by a leading '//'.",
    remedy: {
      client: "Give a path below baseUrl; or the whole URL, with its scheme, if another place is meant.",
    },
    authority: "our policy: what a client's credentials are for is not left by a path; RFC 3986 §5.2.4",
    sentence: ({ url, baseUrl }) => `The path "${url}" leads out of ${baseUrl}.`,
  },
  "option-unknown": {
    stage: "url",
    fault: "caller",
    title: "Unknown option",
    means: "No option has this name.",
    remedy: { client: "Use the option's name, as docs/api/meerkat.md lists it." },
    authority: "our policy: no option is ignored in silence",
    sentence: ({ option }) => `There is no option "${option}".`,
    hint: ({ meant }) =>
      meant === undefined ? "docs/api/meerkat.md lists the options." : `Did you mean ${meant}?`,
  },
  "option-invalid": {
    stage: "url",
    fault: "caller",
    title: "Option with a value it cannot have",
    means: "An option was given a value outside what it takes.",
    remedy: { client: "Correct the option." },
    authority: "our policy: no option is ignored in silence",
    sentence: ({ option, value, expected }) =>
      `The option "${option}" was given ${value}; it takes ${expected}.`,
    hint: (detail) => {
      const { option, expected, instead } = bare(detail);
      return instead ?? `Give "${option}" ${expected}.`;
    },
  },
};
