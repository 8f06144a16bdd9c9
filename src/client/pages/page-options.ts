/** How pages follow one another, and how many of them are asked for. */
import {
  callback,
  HttpsError,
  isRecord,
  listOf,
  requireUrl,
  text,
  wholeOrInfinity,
  type Checks,
} from "../../core/index.ts";
import type { RequestChanges } from "../middleware/exchange.ts";
import type { RequestOptions } from "../options/options.ts";
import type { Response } from "../response.ts";

/** What follows a page: a URL, relative to that of the page's; or what the next request has that this one had not. */
export type NextPage = string | URL | RequestChanges;

/** What `client.paginate()` takes beside a request's options. */
export interface PageWords {
  /**
   * What follows a page; `undefined` or `null` after the last. It is called when the next page is asked for, and has the body
   * where there are `items`. Default: the `Link` of the page with `rel="next"` (RFC 8288).
   */
  readonly next?: (response: Response, body: unknown) => NextPage | null | undefined;
  /** The most pages that are asked for; that there would be more is an error. Default 1,000. */
  readonly maxPages?: number;
  /**
   * Other origins that pages may lead to (`https://b.example`): the whole request goes there, its fields and credentials too.
   * Default none: a page of another origin than the first one's is not asked for.
   */
  readonly origins?: readonly string[];
}

/** A request's options, and how the pages follow one another. Each page is a request of its own, with deadlines of its own. */
export interface PageOptions extends RequestOptions, PageWords {}

/** The same for the items on the pages. */
export interface ItemOptions<T> extends PageOptions {
  /** The items of a page, from its body as JSON. A status of 400 or above is the error `status` then. */
  readonly items: (body: unknown, response: Response) => Iterable<T>;
}

/** Those of both. */
export interface AllWords extends PageWords, Partial<Pick<ItemOptions<unknown>, "items">> {}

export const pageChecks: Checks<AllWords> = {
  next: callback(),
  maxPages: wholeOrInfinity(1),
  origins: listOf((value, option) => requireUrl(text(value, option)).origin),
  items: callback(),
};

/** A request's changes, where that is what was given. @throws HttpsError `option-invalid` for what is neither these nor a URL */
export function changesOf(next: NextPage): RequestChanges {
  if (typeof next === "string" || next instanceof URL) return { url: next };
  if (isRecord(next)) return next;
  throw new HttpsError("option-invalid", {
    option: "next",
    value: "a function that gave something else",
    expected: "a function that gives a URL, an object with what the next request has, or undefined",
  });
}
