/** Credentials taken out of what reports show: their scheme or name stays, their value does not. */
import { shownUrl } from "../core/index.ts";
import { credentialNames } from "./credential-names.ts";

/**
 * A request's credentials, what a response gives for one (RFC 6265 §4.1), and fields of well-known services that carry
 * keys and tokens.
 */
const secretNames: ReadonlySet<string> = new Set([
  ...credentialNames,
  "set-cookie",
  "api-key",
  "apikey",
  "ocp-apim-subscription-key",
  "private-token",
  "x-access-token",
  "x-amz-security-token",
  "x-api-key",
  "x-auth-token",
  "x-goog-api-key",
  "x-vault-token",
]);

/** Fields that are a URL, which may have a password in it. */
const urlNames: ReadonlySet<string> = new Set(["location", "content-location", "referer"]);

/** A user name and a password, where a URL has them (RFC 3986 §3.2.1). */
const userinfo = /^((?:[a-z][a-z0-9+.-]*:)?[/\\]{2})[^/?#\\]*@/i;

/** A field's value for a report: `Basic dXNlcjpw` becomes `Basic ***`, `id=31d4d96e; Path=/` becomes `id=***`. */
export function maskField(name: string, value: string, alsoSecret: readonly string[] = []): string {
  const key = name.toLowerCase();
  if (!secretNames.has(key) && !alsoSecret.some((secret) => secret.toLowerCase() === key))
    return urlNames.has(key) ? value.replace(userinfo, "$1***@") : value;
  return `${keptOf(key).exec(value)?.[0] ?? ""}***`;
}

/** What tells one from another: a scheme, or a cookie's name. A key may hold any sign. */
function keptOf(key: string): RegExp {
  if (key.endsWith("authorization")) return /^[A-Za-z-]+ /;
  return key.endsWith("cookie") ? /^[^=;\s]+=/ : /^(?:)/;
}

/** The same, and a URL without its query: for whoever is not the caller. */
export function shownField(name: string, value: string, alsoSecret: readonly string[] = []): string {
  const masked = maskField(name, value, alsoSecret);
  return urlNames.has(name.toLowerCase()) ? shownUrl(masked) : masked;
}

/** Fields by name, as a person is shown them; a name that is repeated has a list. */
export function shownFields(
  fields: Iterable<readonly [string, string]>,
  alsoSecret: readonly string[] = [],
): Record<string, string | readonly string[]> {
  const shown = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, value] of fields) {
    const text = shownField(name, value, alsoSecret);
    const known = shown.get(name.toLowerCase());
    if (known === undefined) shown.set(name.toLowerCase(), { name, values: [text] });
    else known.values.push(text);
  }
  return Object.fromEntries(
    Array.from(shown.values(), ({ name, values }) => [
      name,
      values.length === 1 ? (values[0] ?? "") : values,
    ]),
  );
}

/** A request's head for a report, each line without its end; the empty line is left out. */
export function maskHead(head: string, alsoSecret: readonly string[] = []): readonly string[] {
  const [requestLine = "", ...fields] = head.split("\r\n").filter((line) => line !== "");
  return [
    requestLine,
    ...fields.map((line) => {
      const colon = line.indexOf(":");
      const name = line.slice(0, colon);
      return `${name}: ${maskField(name, line.slice(colon + 1).trim(), alsoSecret)}`;
    }),
  ];
}
