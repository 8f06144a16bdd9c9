/** The one form of a host: lower case, A-labels (RFC 5890), IPv6 in its short form without brackets, no final dot. */

/** The host of a URL that was parsed. */
export function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/** The canonical form of a host, an IPv6 address with its brackets or without; `undefined` for what is not a host alone. */
export function canonicalHost(text: string): string | undefined {
  // Two colons are in every IPv6 address, and one of them is in "host:port".
  const authority = /^[^[]*:.*:/.test(text) ? `[${text}]` : text;
  if (/[/?#@\\\s%]/.test(authority) || /^[^[]*:|\]:/.test(authority)) return undefined;
  const url = parseWhatwg(`https://${authority}/`);
  const host = url && bareHost(url);
  // The root of the DNS alone, ".", is not a host's name.
  return host === "" ? undefined : host;
}

/** Whether it is an IPv6 address that stands without its brackets. */
export function isBareAddress(text: string): boolean {
  return /^[\da-f:.]{2,45}$/i.test(text) && /:.*:/.test(text) && canonicalHost(text) !== undefined;
}

/** RFC 3986 §2.1, of UTF-8; `undefined` where a percent sign begins nothing of the kind. */
export function decodePercents(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A name has 253 octets at most (RFC 1035 §2.3.4); to find the A-labels of a text takes the square of its length. */
const longestUnicodeHost = 1_024;

/** The WHATWG parser, which repairs in silence much that is more likely a mistake; `undefined` for what it refuses. */
export function parseWhatwg(text: string, base?: string): URL | undefined {
  if (text.length > longestUnicodeHost && hasLongUnicodeHost(text)) return undefined;
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

function hasLongUnicodeHost(text: string): boolean {
  const [, scheme, slashes = "", host = ""] =
    /^[\u0000-\u0020]*([a-z][a-z0-9+.-]*:)?([/\\\t\n\r]*)([^/?#\\]*)/i.exec(text) ?? [];
  const isPath = scheme === undefined && slashes.length < 2;
  return !isPath && host.length > longestUnicodeHost && /[^\u0000-\u007F]/.test(host);
}
