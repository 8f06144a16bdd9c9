/** DNS names as certificates carry them: RFC 5280 §4.2.1.6, RFC 1034 §3.5, RFC 9525 §6.3. */

const maxNameLength = 253;
const maxLabelLength = 63;

/** A name in lower case, without `*` and without a final dot, or `undefined`. The underscore is let through. */
export function normalDnsName(text: string): string | undefined {
  return isHostName(text, 0) ? text.toLowerCase() : undefined;
}

/** Whether labels of letters, digits, hyphens and underscores stand from `start` to the end, no hyphen at a label's edge. */
function isHostName(text: string, start: number): boolean {
  if (text.length > maxNameLength) return false;
  let labelStart = start;
  let before = hyphen;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === dot) {
      if (before === hyphen || i - labelStart > maxLabelLength) return false;
      labelStart = i + 1;
      before = hyphen; // Nothing before the label's first character: neither a hyphen nor a dot may be it.
      continue;
    }
    const isHyphen = code === hyphen;
    if (isHyphen ? i === labelStart : !isWordCode(code)) return false;
    before = code;
  }
  return before !== hyphen && text.length - labelStart <= maxLabelLength;
}

const dot = 0x2e;
const hyphen = 0x2d;
const underscore = 0x5f;

function isWordCode(code: number): boolean {
  const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  return isLetter || (code >= 0x30 && code <= 0x39) || code === underscore;
}

/** What a presented name stands for: one host, or every host with one label before `base`. */
export type PresentedDnsName =
  { readonly kind: "host"; readonly name: string } | { readonly kind: "wildcard"; readonly base: string };

/**
 * Whether a dNSName keeps the preferred name syntax (RFC 5280 §4.2.1.6; RFC 1034 §3.5 as RFC 1123 §2.1 has it), a
 * wildcard label before it aside: no underscore, and not all digits at the end, which would be an address.
 */
export function isPreferredName(text: string): boolean {
  return (
    isHostName(text, text.startsWith("*.") ? 2 : 0) && !text.includes("_") && !/(?:^|\.)[0-9]+$/.test(text)
  );
}

/**
 * Parses a dNSName. A wildcard is the whole left-most label and nothing else (RFC 9525 §6.3), and two labels at
 * least follow: `*.com` and `*` would cover registries. `registries.ts` knows more.
 */
export function parsePresentedDnsName(text: string): PresentedDnsName | undefined {
  if (!text.startsWith("*.")) {
    const name = normalDnsName(text);
    return name === undefined ? undefined : { kind: "host", name };
  }
  const base = normalDnsName(text.slice(2));
  return base === undefined || !base.includes(".") ? undefined : { kind: "wildcard", base };
}

/** Whether a presented name covers a host name in normal form. A base has a dot, so that no single label can be it. */
export function coversHost(presented: PresentedDnsName, host: string): boolean {
  if (presented.kind === "host") return presented.name === host;
  return host.slice(host.indexOf(".") + 1) === presented.base;
}

/** Whether `name` is `base` or lies below it; the empty base holds every name. */
export function isWithin(name: string, base: string): boolean {
  return base === "" || name === base || name.endsWith(`.${base}`);
}
