/** DNS names as certificates carry them: RFC 5280 §4.2.1.6, RFC 1034 §3.5, RFC 9525 §6.3. */

const label = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const hostPattern = new RegExp(`^${label}(?:\\.${label})*$`);
const maxNameLength = 253;

/** A name in lower case, without `*` and without a final dot, or `undefined`. The underscore is let through. */
export function normalDnsName(text: string): string | undefined {
  if (text.length > maxNameLength) return undefined;
  const lower = text.toLowerCase();
  return hostPattern.test(lower) ? lower : undefined;
}

/** What a presented name stands for: one host, or every host with one label before `base`. */
export type PresentedDnsName =
  { readonly kind: "host"; readonly name: string } | { readonly kind: "wildcard"; readonly base: string };

/**
 * Whether a dNSName keeps the preferred name syntax (RFC 5280 §4.2.1.6; RFC 1034 §3.5 as RFC 1123 §2.1 has it), a
 * wildcard label before it aside: no underscore, and not all digits at the end, which would be an address.
 */
export function isPreferredName(text: string): boolean {
  const name = normalDnsName(text.startsWith("*.") ? text.slice(2) : text);
  return name !== undefined && !name.includes("_") && !/(?:^|\.)[0-9]+$/.test(name);
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

/** Whether a presented name covers a host name in normal form. */
export function coversHost(presented: PresentedDnsName, host: string): boolean {
  if (presented.kind === "host") return presented.name === host;
  const dot = host.indexOf(".");
  return dot > 0 && host.slice(dot + 1) === presented.base;
}

/** Whether `name` is `base` or lies below it; the empty base holds every name. */
export function isWithin(name: string, base: string): boolean {
  return base === "" || name === base || name.endsWith(`.${base}`);
}
