/** Where a client's requests lead: URLs as callers give them, read once and kept, since programs ask for the same again. */
import { HttpsError, isRecord, RecentMap, requireUrl, type Target } from "../core/index.ts";
import type { Pairs } from "./body/pairs.ts";
import { clientLimits } from "./limits.ts";
import { isRelative, resolveAgainst } from "./options/base-url.ts";
import { withQuery } from "./options/query.ts";
import { speltTarget } from "./options/spelling.ts";

export class Targets {
  readonly #baseUrl: string | undefined;
  readonly #known = new RecentMap<string, Target>(clientLimits.parsedTargets.value);

  constructor(baseUrl: string | URL | undefined) {
    this.#baseUrl = baseUrl === undefined ? undefined : String(baseUrl);
  }

  /** Whether a URL leads where the client's base URL says. */
  isOwn(given: string | URL): given is string {
    return this.#baseUrl !== undefined && typeof given === "string" && isRelative(given);
  }

  /** @throws HttpsError of stage `url` */
  of(given: string | URL, query?: Pairs): Target {
    if (query !== undefined) {
      const url = typeof given === "string" ? given : requireUrl(urlObject(given)).href;
      return this.of(withQuery(url, query));
    }
    if (typeof given !== "string") return speltTarget(given, requireUrl(urlObject(given)));
    const known = this.#known.get(given);
    if (known !== undefined) return known;
    const target = this.#baseUrl === undefined ? requireUrl(given) : resolveAgainst(this.#baseUrl, given);
    this.#known.set(given, target);
    return target;
  }
}

/** @throws HttpsError `option-invalid` for options where the URL belongs, as got and axios take them */
function urlObject(given: URL): URL {
  if (!isRecord(given)) return given;
  throw new HttpsError("option-invalid", {
    option: "url",
    value: "an object with options",
    expected: "a URL, as text or as a URL object",
    instead: "The URL comes first, and the options behind it: request(url, options).",
  });
}
