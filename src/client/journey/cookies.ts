/**
 * Cookies are kept by a jar of the caller's choice: the rules (RFC 6265, public suffixes) are a library's business.
 * tough-cookie's `CookieJar` has this shape. What a jar does is its own affair: one that throws, lies or gives something
 * else than it should costs the request that asked it, and one that never answers is waited for no longer than
 * its deadline.
 */
import { HttpsError, messageOf } from "../../core/index.ts";
import type { Fields } from "../../http1/index.ts";
import type { CookieJar } from "../options/cookie-jar.ts";

/** The Cookie field's value for a URL. @throws HttpsError `cookie-jar-failed` */
export async function cookiesFor(jar: CookieJar, url: string): Promise<string> {
  const given = await ask(() => jar.getCookieString(url));
  if (typeof given === "string") return given;
  throw new HttpsError("cookie-jar-failed", {
    reason: `getCookieString() gave a value of type ${typeof given}`,
  });
}

/** Gives the jar every Set-Cookie of a response; one it refuses is not an error of the request. */
export async function keepCookies(jar: CookieJar, fields: Fields, url: string): Promise<void> {
  for (const line of fields.getAll("set-cookie")) {
    await ask(() => jar.setCookie(line, url, { ignoreError: true })).catch(() => undefined);
  }
}

/** Asks something of the caller's: whatever it does, it is a promise's outcome. */
async function ask(question: () => unknown): Promise<unknown> {
  try {
    return await question();
  } catch (error) {
    throw new HttpsError("cookie-jar-failed", { reason: messageOf(error) }, { cause: error });
  }
}
