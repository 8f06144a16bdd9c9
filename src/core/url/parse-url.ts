/**
 * Reads a URL. Stricter than the WHATWG parser it uses, which repairs silently what is more likely a mistake: a
 * missing scheme, control characters, credentials, `https:host`, a host written with percent signs.
 */
import { HttpsError } from "../error.ts";
import { parseWhatwg } from "./host.ts";
import { shownUrl } from "./shown-url.ts";
import { describeUrl, type Target } from "./target.ts";

/** A target, or why the text is not the URL of one: `url-no-scheme url-unknown-scheme url-bad-port url-credentials url-malformed`. */
export type UrlReading<Scheme extends string = "https" | "http"> =
  { readonly ok: true; readonly target: Target<Scheme> } | { readonly ok: false; readonly error: HttpsError };

export interface UrlRules<Scheme extends string> {
  /** In lower case. The target's port, origin and host in normal form are those of https, http, wss and ws alone. */
  readonly schemes: readonly Scheme[];
  /** Whether a user name and a password may stand in it. */
  readonly takesCredentials: boolean;
}

const usualRules: UrlRules<"https" | "http"> = { schemes: ["https", "http"], takesCredentials: false };

/** What a URL says, by the usual rules (https or http, no credentials) or by others. */
export function parseUrl(input: string | URL): UrlReading;
export function parseUrl<Scheme extends string>(
  input: string | URL,
  rules: UrlRules<Scheme>,
): UrlReading<Scheme>;
export function parseUrl(input: string | URL, rules: UrlRules<string> = usualRules): UrlReading<string> {
  const given: unknown = typeof input === "string" ? input : (input as Partial<URL> | null | undefined)?.href;
  if (typeof given !== "string") return malformed(nameOf(input));
  const text = given.trim();
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]*)/i.exec(text);
  if (parts === null) return withoutAuthority(text, rules);
  const [, writtenScheme = "", authority = ""] = parts;
  const scheme = rules.schemes.find((known) => known === writtenScheme.toLowerCase());
  if (scheme === undefined)
    return refuse(new HttpsError("url-unknown-scheme", { url: shownUrl(text), scheme: writtenScheme }));
  // The parser would take the first part of the path for the host.
  if (authority === "") return malformed(text);
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  if (at !== -1 && !rules.takesCredentials) return holdsCredentials(text, authority, host);
  // The URL parser drops tabs and newlines and encodes the rest; none of them belongs in a URL (RFC 3986 §2).
  // It decodes a host too, and what compares hosts as text would be told another name than the one that is asked.
  if (/[\u0000-\u0020\u007F]/.test(text) || host.includes("%")) return malformed(text);
  const badPort = checkPort(text, host);
  if (badPort !== undefined) return refuse(badPort);
  const url = parseWhatwg(text);
  if (url === undefined) return malformed(text);
  const target = describeUrl(url, scheme);
  // The root of the DNS alone, ".", is not a host's name.
  return target.host === "" ? malformed(text) : { ok: true, target };
}

/** The same, for whoever cannot go on without. @throws HttpsError as `parseUrl` says */
export function requireUrl(input: string | URL): Target;
export function requireUrl<Scheme extends string>(
  input: string | URL,
  rules: UrlRules<Scheme>,
): Target<Scheme>;
export function requireUrl(input: string | URL, rules: UrlRules<string> = usualRules): Target<string> {
  const reading = parseUrl(input, rules);
  if (reading.ok) return reading.target;
  throw reading.error;
}

function withoutAuthority(text: string, { schemes }: UrlRules<string>): UrlReading<string> {
  // "localhost:8443" is a host and a port to the one who wrote it, and a scheme to a parser.
  const url = shownUrl(text);
  if (/^[^/?#:]+:\d+(?:[/?#]|$)/.test(text)) return refuse(new HttpsError("url-no-scheme", { url }));
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1];
  if (scheme === undefined) return refuse(new HttpsError("url-no-scheme", { url }));
  if (schemes.includes(scheme.toLowerCase())) return malformed(text);
  // In "user:password@host" it is the user that looks like a scheme.
  const shownScheme = url.startsWith(scheme) ? scheme : "***";
  return refuse(new HttpsError("url-unknown-scheme", { url, scheme: shownScheme }));
}

function holdsCredentials(text: string, authority: string, host: string): UrlReading<string> {
  // Behind a further "@", what looks like the host may be a part of the password.
  const isLast = text.lastIndexOf("@") === text.indexOf(authority) + authority.lastIndexOf("@");
  return refuse(new HttpsError("url-credentials", { host: isLast ? host : "***" }));
}

function checkPort(text: string, host: string): HttpsError | undefined {
  const port = /:([^:\]]*)$/.exec(host)?.[1];
  if (port === undefined || port === "") return undefined;
  const number = /^\d{1,9}$/.test(port) ? Number(port) : 0;
  if (number >= 1 && number <= 65_535) return undefined;
  // In "https://user:pass/word@host" it is the password that looks like a port.
  const isPort = /^\d+$/.test(port) && !/@|%40/.test(text);
  return new HttpsError("url-bad-port", { url: shownUrl(text), port: isPort ? port : "***" });
}

function malformed(text: string): UrlReading<string> & { readonly ok: false } {
  return refuse(new HttpsError("url-malformed", { url: shownUrl(text) }));
}

function refuse(error: HttpsError): { readonly ok: false; readonly error: HttpsError } {
  return { ok: false, error };
}

/** An object is not asked for its text: it may throw. */
function nameOf(value: unknown): string {
  return typeof value === "object" && value !== null ? "[object]" : String(value);
}
