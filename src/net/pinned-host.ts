/** The host that a pin is for, in the one form that a URL's host has: lower case, A-labels, no brackets, no final dot. */
import { isIP } from "node:net";

/** `undefined` for what is no host alone: with a port, a path or a user in it, a pin would match nothing. */
export function canonicalHost(text: string): string | undefined {
  const authority = isIP(text) === 6 ? `[${text}]` : text;
  if (authority === "" || /[/?#@\\\s]/.test(authority) || /^[^[]*:|\]:/.test(authority)) return undefined;
  try {
    return new URL(`https://${authority}/`).hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  } catch {
    return undefined;
  }
}
