/**
 * Cookies are kept by a jar of the caller's choice: the rules (RFC 6265, public suffixes) are a library's business.
 * tough-cookie's `CookieJar` has this shape.
 */
import type { Fields } from "../../http1/index.ts";

/** Where cookies are kept between requests (RFC 6265). tough-cookie's `CookieJar` is one. */
export interface CookieJar {
  /** The Cookie field's value for a URL; empty for none. */
  getCookieString(url: string): Promise<string>;
  /** Takes one Set-Cookie field. */
  setCookie(line: string, url: string, options: { readonly ignoreError: true }): Promise<unknown>;
}

/** Gives the jar every Set-Cookie of a response; one it refuses is not an error of the request. */
export async function keepCookies(jar: CookieJar, fields: Fields, url: string): Promise<void> {
  for (const line of fields.getAll("set-cookie")) {
    await jar.setCookie(line, url, { ignoreError: true }).catch(() => undefined);
  }
}
