/**
 * Reads the URL of a request. Stricter than the WHATWG parser it uses, which repairs silently what is more likely
 * a mistake: a missing scheme, control characters, credentials, `https:host`.
 */
import { HttpsError, shownUrl } from "../core/index.ts";

export interface Target {
  /** The URL as it will be reported: normalised, without its fragment. */
  readonly href: string;
  readonly scheme: "https" | "http";
  /** The host as DNS or a certificate knows it: lower case, A-labels, no brackets, no final dot. */
  readonly host: string;
  readonly port: number;
  /** The `Host` field: RFC 9112 §3.2. */
  readonly authority: string;
  /** Scheme, host and port: RFC 9110 §4.3.1. */
  readonly origin: string;
  /** The origin-form of the request target: RFC 9112 §3.2.1. */
  readonly path: string;
  /** With its `#`, or empty. Never sent. */
  readonly fragment: string;
}

/** @throws HttpsError `url-no-scheme url-unknown-scheme url-bad-port url-credentials url-malformed` */
export function parseTarget(input: string | URL): Target {
  const text = textOf(input).trim();
  const after = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]*)/i.exec(text);
  if (after === null) throw withoutAuthority(text);
  const [, scheme = "", authority = ""] = after;
  if (!/^https?$/i.test(scheme)) throw new HttpsError("url-unknown-scheme", { url: shownUrl(text), scheme });
  // The parser would take the first part of the path for the host.
  if (authority === "") throw malformed(text);
  const at = authority.lastIndexOf("@");
  if (at !== -1) {
    // Behind a further "@", what looks like the host may be a part of the password.
    const isLast = text.lastIndexOf("@") === text.indexOf(authority) + at;
    throw new HttpsError("url-credentials", { host: isLast ? authority.slice(at + 1) : "***" });
  }
  if (hasForbiddenCharacter(text)) throw malformed(text);
  checkPort(text, authority);
  const url = parseUrl(text);
  if (url === undefined || url.hostname === "") throw malformed(text);
  return describe(url);
}

function textOf(input: string | URL): string {
  const text: unknown = typeof input === "string" ? input : (input as Partial<URL> | null | undefined)?.href;
  if (typeof text === "string") return text;
  throw malformed(String(input));
}

/** The target of `reference`, resolved against `base` (RFC 3986 §5), as a redirect needs it. */
export function resolveTarget(reference: string, base: Target): Target {
  const url = parseUrl(reference, base.href);
  if (url === undefined) throw malformed(reference);
  // RFC 9110 §10.2.2: a redirect without a fragment inherits the one of the URL it redirects.
  if (url.hash === "" && !reference.includes("#")) url.hash = base.fragment;
  return parseTarget(url);
}

function withoutAuthority(text: string): HttpsError {
  // "localhost:8443" is a host and a port to the one who wrote it, and a scheme to a parser.
  const url = shownUrl(text);
  if (/^[^/?#:]+:\d+(?:[/?#]|$)/.test(text)) return new HttpsError("url-no-scheme", { url });
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1];
  if (scheme === undefined) return new HttpsError("url-no-scheme", { url });
  if (/^https?$/i.test(scheme)) return malformed(text);
  // In "user:password@host" it is the user that looks like a scheme.
  return new HttpsError("url-unknown-scheme", { url, scheme: url.startsWith(scheme) ? scheme : "***" });
}

function malformed(text: string): HttpsError {
  return new HttpsError("url-malformed", { url: shownUrl(text) });
}

// The URL parser drops tabs and newlines and encodes the rest; none of them belongs in a URL (RFC 3986 §2).
function hasForbiddenCharacter(text: string): boolean {
  return /[\u0000-\u0020\u007F]/.test(text);
}

function checkPort(text: string, authority: string): void {
  const port = /:([^:\]]*)$/.exec(authority)?.[1];
  if (port === undefined || port === "") return;
  const number = /^\d{1,9}$/.test(port) ? Number(port) : 0;
  if (number >= 1 && number <= 65_535) return;
  const url = shownUrl(text);
  // In "https://user:pass/word@host" it is the password that looks like a port.
  throw new HttpsError("url-bad-port", { url, port: url === text ? port : "***" });
}

function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

function describe(url: URL): Target {
  const scheme = url.protocol === "https:" ? "https" : "http";
  const port = url.port === "" ? (scheme === "https" ? 443 : 80) : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const fragment = url.hash;
  url.hash = "";
  return {
    href: url.href,
    scheme,
    host,
    port,
    authority: url.host,
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    fragment,
  };
}
