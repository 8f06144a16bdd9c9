/** Reads a Location field: RFC 9110 §10.2.2, resolved by RFC 3986 §5. Whether it is followed is decided elsewhere. */
import { HttpsError } from "../error.ts";
import { parseWhatwg } from "./host.ts";
import { parseUrl, type UrlReading } from "./parse-url.ts";
import { shownUrl } from "./shown-url.ts";
import type { Target } from "./target.ts";

/** The target that a Location leads to from `base`; one without a fragment inherits that of `base`. */
export function resolveLocation(field: string, base: Target): UrlReading {
  const reference = locationText(field);
  const url = parseWhatwg(reference, base.href);
  if (url === undefined || hasEncodedHost(reference, base))
    return { ok: false, error: new HttpsError("url-malformed", { url: shownUrl(reference) }) };
  if (!reference.includes("#")) url.hash = base.fragment;
  return parseUrl(url);
}

/** A Location as a report names it: resolved where it can be, and without what may be a secret. */
export function shownLocation(field: string, base: string): string {
  const reference = locationText(field);
  return shownUrl(parseWhatwg(reference, base)?.href ?? reference);
}

/**
 * What a Location says: the octets of a field are ISO 8859-1 in a string, and beyond ASCII they are UTF-8 in practice.
 * Where they are not, each is percent-encoded as it stands.
 */
export function locationText(field: string): string {
  if (/[^\u0000-\u00FF]/.test(field)) return field;
  const octets = Uint8Array.from(field, (sign) => sign.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(octets);
  } catch {
    const encoded = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
    return field.replaceAll(/[\u0080-\u00FF]/g, encoded);
  }
}

/** Whether the reference writes a host with percent signs; the parser would decode it. */
function hasEncodedHost(reference: string, { scheme: own }: Target): boolean {
  // What the parser passes over: controls in front, tabs and newlines anywhere (WHATWG URL §4.4).
  const text = reference.replace(/^[\u0000-\u0020]+|[\t\n\r]/g, "");
  const [, scheme, slashes = "", host = ""] =
    /^(?:([a-z][a-z0-9+.-]*):)?([/\\]*)([^/?#\\]*)/i.exec(text) ?? [];
  const isPath = slashes.length < 2 && (scheme === undefined || scheme.toLowerCase() === own);
  return !isPath && host.slice(host.lastIndexOf("@") + 1).includes("%");
}
