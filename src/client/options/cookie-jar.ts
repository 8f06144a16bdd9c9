/** What a jar of cookies has to be able to do, whoever wrote it. */

/** Where cookies are kept between requests (RFC 6265). tough-cookie's `CookieJar` is one. */
export interface CookieJar {
  /** The Cookie field's value for a URL; empty for none. */
  getCookieString(url: string): Promise<string>;
  /** Takes one Set-Cookie field. */
  setCookie(line: string, url: string, options: { readonly ignoreError: true }): Promise<unknown>;
}
