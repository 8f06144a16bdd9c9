/**
 * Pages that follow one another, as `Link` fields (RFC 8288) or the caller's own function say. Each is a request like the first;
 * what was meant for one origin goes to no other.
 */
import {
  HttpsError,
  readOptions,
  resolveLocation,
  shownHref,
  shownUrl,
  type Own,
  type Target,
} from "../../core/index.ts";
import { parseLinks } from "../../http1/index.ts";
import { queryPairs, type Pairs } from "../body/pairs.ts";
import { clientLimits } from "../limits.ts";
import { changed, type Passing } from "../middleware/run.ts";
import { divide } from "../options/divide.ts";
import type { RequestOptions } from "../options/options.ts";
import { readRequest } from "../options/request-options.ts";
import type { Response } from "../response.ts";
import { changesOf, pageChecks, type AllWords, type ItemOptions, type PageOptions } from "./page-options.ts";

/** What it asks of its client. */
export interface PageSource {
  readonly ask: (url: string, options: RequestOptions) => Promise<Response>;
  /** @throws HttpsError of stage `url` */
  readonly targetOf: (url: string | URL, query?: Pairs) => Target;
}

/** The items where there is a function for them, else the pages. */
export function pagesOrItems(
  source: PageSource,
  url: string | URL,
  options: PageOptions | ItemOptions<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  const items = (options as Partial<ItemOptions<unknown>> | null)?.items;
  return items === undefined
    ? pagesFrom(source, url, options)
    : itemsFrom(source, url, options as ItemOptions<unknown>);
}

/** The pages, first to last. What the loop does not read of one is given up. */
async function* pagesFrom(
  source: PageSource,
  url: string | URL,
  options: PageOptions,
): AsyncGenerator<Response, void, undefined> {
  const walk = new Walk(source, url, options);
  for (
    let page: Response | undefined = await walk.first();
    page !== undefined;
    page = await walk.after(page, undefined)
  ) {
    try {
      yield page;
    } finally {
      if (!page.bodyUsed) page.cancel();
    }
  }
}

/** The items of the pages, first to last. */
async function* itemsFrom<T>(
  source: PageSource,
  url: string | URL,
  options: ItemOptions<T>,
): AsyncGenerator<T, void, undefined> {
  const walk = new Walk(source, url, { throwOnStatus: true, ...options });
  for (let page: Response | undefined = await walk.first(); page !== undefined;) {
    const body = await page.json();
    yield* walk.itemsOf(body, page) as Iterable<T>;
    page = await walk.after(page, body);
  }
}

class Walk {
  readonly #source: PageSource;
  readonly #words: Own<AllWords>;
  #passing: Passing;
  readonly #origins: ReadonlySet<string>;
  readonly #seen = new Set<string>();
  #pages = 0;

  constructor(source: PageSource, url: string | URL, options: PageOptions) {
    const { own, rest } = divide<AllWords>(options, pageChecks);
    this.#source = source;
    this.#words = readOptions(own, pageChecks);
    const { parts } = readRequest(rest);
    const target = source.targetOf(url, parts.query);
    this.#origins = new Set([target.origin, ...(this.#words.origins ?? [])]);
    this.#seen.add(target.href);
    const { query: _query, ...others } = rest;
    this.#passing = { url: target.href, options: others, method: undefined };
  }

  first(): Promise<Response> {
    return this.#ask();
  }

  itemsOf(body: unknown, page: Response): Iterable<unknown> {
    return this.#words.items?.(body, page) ?? [];
  }

  /** The page after that one; `undefined` where there is none. */
  async after(page: Response, body: unknown): Promise<Response | undefined> {
    const next = this.#words.next === undefined ? linkOf(page) : this.#words.next(page, body);
    if (next === undefined || next === null) return undefined;
    const changes = changesOf(next);
    const { url, query } = changes;
    const place = url === undefined ? this.#passing.url : this.#resolve(String(url), page);
    const target = this.#source.targetOf(place, query === undefined ? undefined : queryPairs(query, "query"));
    const { origin, href } = target;
    if (!this.#origins.has(origin))
      throw new HttpsError("page-elsewhere", { from: shownHref(page.url), to: shownHref(href) });
    // What differs in something else than its URL may well be another page.
    const isByUrl = Object.keys(changes).every((name) => name === "url" || name === "query");
    if (isByUrl && this.#seen.has(href)) throw new HttpsError("page-loop", { url: shownHref(href) });
    this.#seen.add(href);
    const { maxPages: value = clientLimits.pages.value } = this.#words;
    if (this.#pages >= value) throw new HttpsError("too-many-pages", { value, url: shownHref(href) });
    const { query: _query, ...others } = changes;
    this.#passing = { ...changed(this.#passing, others), url: href };
    return this.#ask();
  }

  #ask(): Promise<Response> {
    this.#pages++;
    return this.#source.ask(this.#passing.url, this.#passing.options);
  }

  /** @throws HttpsError `page-invalid` */
  #resolve(next: string, { url: from }: Response): string {
    const reading = resolveLocation(next, this.#source.targetOf(from));
    if (reading.ok) return reading.target.href;
    const { message: reason } = reading.error;
    throw new HttpsError("page-invalid", { from: shownHref(from), next: shownUrl(next), reason });
  }
}

/** Where the page says that the next one is; a link from another document than the page is none of its own. */
function linkOf({ headers }: Response): string | undefined {
  const links = parseLinks(headers.get("link") ?? "");
  return links.find(({ rels, anchor }) => rels.includes("next") && (anchor ?? "") === "")?.href;
}
