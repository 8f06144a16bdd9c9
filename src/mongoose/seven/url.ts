/**
 * The library's readers of URLs: they take any text, judge nothing and never fail (src/url.c). Whether a URL can be
 * connected to is said by mg_http_connect.
 */
import { mg_mk_str, type mg_str } from "../shared/str.ts";

interface Parts {
  readonly host: string;
  /** As it is written; undefined where there is none. */
  readonly port: string | undefined;
  readonly uri: string;
}

function partsOf(url: string): Parts {
  const slashes = url.indexOf("//");
  const behind = slashes < 0 ? url : url.slice(slashes + 2);
  // Without a scheme nothing of it is a path.
  const pathAt = slashes < 0 ? -1 : behind.indexOf("/");
  const authority = pathAt < 0 ? behind : behind.slice(0, pathAt);
  const place = authority.slice(authority.indexOf("@") + 1);
  const colon = place.indexOf(":", place.lastIndexOf("]") + 1);
  return {
    host: colon < 0 ? place : place.slice(0, colon),
    port: colon < 0 ? undefined : place.slice(colon + 1),
    uri: pathAt < 0 ? "/" : behind.slice(pathAt),
  };
}

const usualPorts: ReadonlyMap<string, number> = new Map([
  ["http", 80],
  ["ws", 80],
  ["https", 443],
  ["wss", 443],
  ["mqtt", 1_883],
  ["mqtts", 8_883],
]);
const tlsSchemes: ReadonlySet<string> = new Set(["https", "wss", "mqtts", "ssl", "tls", "tcps"]);

function schemeOf(url: string): string {
  return /^([a-z]+):/.exec(url)?.[1] ?? "";
}

/** The host of a URL, without its port; an IPv6 address with its brackets, as `Host` has it. */
export function mg_url_host(url: string): mg_str {
  return mg_mk_str(partsOf(url).host);
}

/** The port of a URL, or its scheme's own; 0 where there is neither. */
export function mg_url_port(url: string): number {
  const { port } = partsOf(url);
  if (port === undefined) return usualPorts.get(schemeOf(url)) ?? 0;
  return Number(/^\d*/.exec(port)?.[0].slice(0, 15)) % 65_536;
}

/** Path and query of a URL. */
export function mg_url_uri(url: string): string {
  return partsOf(url).uri;
}

/** Whether a URL's scheme is one over TLS. */
export function mg_url_is_ssl(url: string): boolean {
  return tlsSchemes.has(schemeOf(url));
}
