/**
 * What a report says of URLs where their servers' certificates are all that matters: the server, and not the path and the
 * query, which may be credentials. Where several URLs are then alike, the second and all further ones have their number.
 *
 * Inside, URLs are told apart by value; so what a report is made from is replaced as a whole, before it is written.
 */
import { shownSite } from "../../../core/index.ts";
import type { FailedUrl } from "./survey-outcome.ts";

type Led = readonly { readonly urls: readonly string[] }[];

/** What names URLs in a survey, and in what is chosen from one. */
interface Met {
  readonly urls: readonly string[];
  readonly sites: Led;
  readonly failures: readonly FailedUrl[];
  readonly unanswered: readonly FailedUrl[];
  readonly turnedDown: Led;
  readonly notes: Led;
}

/** The name of a URL in a report. Two URLs of `urls` have two names. */
export type NameUrl = (url: string) => string;

/** Names for the URLs of a command, in their order. */
export function nameUrls(urls: readonly string[]): NameUrl {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  for (const url of urls) {
    if (names.has(url)) continue;
    const shown = shownSite(url);
    const count = (counts.get(shown) ?? 0) + 1;
    counts.set(shown, count);
    names.set(url, count === 1 ? shown : `${shown}#${count}`);
  }
  return (url) => names.get(url) ?? shownSite(url);
}

/** The same, with every URL under its name. */
export function withShownUrls<Given extends Met>(met: Given, name: NameUrl = nameUrls(met.urls)): Given {
  return {
    ...met,
    urls: met.urls.map(name),
    sites: nameLed(met.sites, name),
    failures: met.failures.map((one) => nameFailed(one, name)),
    unanswered: met.unanswered.map((one) => nameFailed(one, name)),
    turnedDown: nameLed(met.turnedDown, name),
    notes: nameLed(met.notes, name),
  };
}

/** Each with the URLs that led there under their names. */
export function nameLed<One extends Led[number]>(list: readonly One[], name: NameUrl): readonly One[] {
  return list.map((one) => ({ ...one, urls: one.urls.map(name) }));
}

function nameFailed({ url, error, ...more }: FailedUrl, name: NameUrl): FailedUrl {
  const message = tellsUrls.test(error.code)
    ? error.message.replaceAll(urlsWithin, shownSite)
    : error.message;
  return { ...more, url: name(url), error: { ...error, message } };
}

/** Errors whose sentences name the URLs on the way. In others a URL is where a certificate is published. */
const tellsUrls = /^redirect-|^too-many-redirects$/;
const urlsWithin = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"]*[^\s".,:]/gi;
