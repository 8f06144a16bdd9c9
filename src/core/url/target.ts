/** A URL taken apart, as a request needs it: RFC 9110 §4.2, in the normal form of the WHATWG URL standard. */
import { bareHost } from "./host.ts";

export interface Target<Scheme extends string = "https" | "http"> {
  /** The URL as it will be reported: normalised, without its fragment and its credentials. */
  readonly href: string;
  readonly scheme: Scheme;
  /** The host as DNS or a certificate knows it: lower case, A-labels, no brackets, no final dot. */
  readonly host: string;
  readonly port: number;
  /** The `Host` field: RFC 9112 §3.2. */
  readonly authority: string;
  /** Scheme, host and port: RFC 9110 §4.3.1. Two targets are of the same origin where these are equal. */
  readonly origin: string;
  /** The origin-form of the request target: RFC 9112 §3.2.1. */
  readonly path: string;
  /** With its `#`, or empty. Never sent. */
  readonly fragment: string;
  /** `undefined` where there is none. Goes into an Authorization field and nowhere else. */
  readonly userinfo: Userinfo | undefined;
}

/** A user name and a password as the URL has them, percent signs and all. */
export interface Userinfo {
  readonly username: string;
  readonly password: string;
}

/** The ports that the URL parser leaves out. */
const defaultPorts: ReadonlyMap<string, number> = new Map([
  ["https", 443],
  ["http", 80],
  ["wss", 443],
  ["ws", 80],
]);

/** Takes a URL apart; what is not shown is taken out of it. */
export function describeUrl<Scheme extends string>(url: URL, scheme: Scheme): Target<Scheme> {
  const { username, password, hash: fragment } = url;
  const userinfo = username === "" && password === "" ? undefined : { username, password };
  if (fragment !== "" || url.href.endsWith("#")) url.hash = "";
  if (userinfo !== undefined) url.username = url.password = "";
  return {
    href: url.href,
    scheme,
    host: bareHost(url),
    port: url.port === "" ? (defaultPorts.get(scheme) ?? 0) : Number(url.port),
    authority: url.host,
    origin: url.origin,
    // The parser's `search` does not tell an empty query from none; they are two URLs (WHATWG URL §4.5).
    path: `${url.pathname}${url.href.endsWith("?") ? "?" : url.search}`,
    fragment,
    userinfo,
  };
}
