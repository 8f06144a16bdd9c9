/** The query that a request puts behind its URL. */
import { encodePairs, type Pairs } from "../body/pairs.ts";

/** A URL with the pairs behind the query that it has; it and its fragment are left as they are. */
export function withQuery(url: string, list: Pairs | undefined): string {
  if (list === undefined || list.length === 0) return url;
  const hash = url.indexOf("#");
  const [place, fragment] = hash === -1 ? [url, ""] : [url.slice(0, hash), url.slice(hash)];
  const sign = !place.includes("?") ? "?" : /[?&]$/.test(place) ? "" : "&";
  return `${place}${sign}${encodePairs(list)}${fragment}`;
}
