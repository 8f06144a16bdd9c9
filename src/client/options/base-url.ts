/**
 * The URL that a client's requests are relative to. It is a prefix: a request's path is put behind it, with a slash between the
 * two, however many of them have one. A path never leaves it, neither by ".." nor by another host: what is put behind it often
 * comes from elsewhere, and the client's credentials go with it.
 */
import { HttpsError, parseUrl, requireUrl, shownUrl, type Check, type Target } from "../../core/index.ts";

export const baseUrl: Check<string> = (value, option) => {
  const given = value instanceof URL ? value.href : value;
  const reading = typeof given === "string" ? parseUrl(given) : undefined;
  if (reading?.ok === false) throw reading.error;
  if (reading !== undefined && !/[?#]/.test(given as string)) return reading.target.href.replace(/\/$/, "");
  throw new HttpsError("option-invalid", {
    option,
    value: reading === undefined ? "something other than a URL" : "a URL with a query or a fragment",
    expected: 'a URL without them, such as "https://api.example/v1"',
    ...(reading === undefined
      ? {}
      : { instead: "Names and values for each request go into its query option." }),
  });
};

/** Whether a text does not say by itself where it leads. */
export function isRelative(url: string): boolean {
  return !/^\s*[a-z][a-z0-9+.-]*:/i.test(url);
}

/** Where a request leads that was given this text. @throws HttpsError of stage `url`; `url-outside-base` */
export function resolveAgainst(base: string, url: string): Target {
  if (!isRelative(url)) return requireUrl(url);
  const home = requireUrl(base);
  const [, path = "", rest = ""] = /^\/?([^?#]*)(.*)$/s.exec(url.trim()) ?? [];
  const target = requireUrl(path === "" ? `${base}${rest}` : `${base}/${path}${rest}`);
  const prefix = home.path.replace(/\/$/, "");
  const place = target.path.replace(/\?.*$/s, "");
  const namesHost = /^\s*[/\\]{2}/.test(url);
  if (!namesHost && target.origin === home.origin && (place === prefix || place.startsWith(`${prefix}/`)))
    return target;
  throw new HttpsError("url-outside-base", { url: shownUrl(url), baseUrl: shownUrl(base) });
}
