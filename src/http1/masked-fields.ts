/** Credentials taken out of what reports show: their scheme or name stays, their value does not. */
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
