/**
 * Requests whose method or path goes out as somebody wrote it, where fetch and the URL standard would write it otherwise: `post` is not
 * POST (RFC 9110 §9.1), and a server may tell `/a?q='x'` from `/a?q=%27x%27`. Not public: the rooms of this
 * package alone ask for it. What may not be sent is refused where the head is written, as for every request.
 */
import type { Target } from "../../core/index.ts";

export interface Spelling {
  /** The method as it goes out. */
  readonly method?: string | undefined;
  /** The request's target (RFC 9112 §3.2): a path with its query, or `*`. */
  readonly path?: string | undefined;
}

const ofUrls = new WeakMap<URL, Spelling>();
const methods = new WeakMap<Target, string>();

/** The URL, for a request that is spelt so. Redirects lead to URLs in their normal form again. */
export function spelt(url: URL, spelling: Spelling): URL {
  ofUrls.set(url, spelling);
  return url;
}

/** The target of a URL, with the path that was asked for. */
export function speltTarget(url: URL, target: Target): Target {
  const spelling = ofUrls.get(url);
  if (spelling === undefined) return target;
  const own = { ...target, path: spelling.path ?? target.path };
  if (spelling.method !== undefined) methods.set(own, spelling.method);
  return own;
}

/** The method that a target is asked by; `undefined` where the options say it. */
export function speltMethod(target: Target): string | undefined {
  return methods.get(target);
}
