/** What a redirect says: RFC 9110 §15.4. What follows it with which method and fields is its reader's to decide. */
import {
  HttpsError,
  locationText,
  resolveLocation,
  shownHref,
  shownUrl,
  type Target,
  type UrlReading,
} from "../core/index.ts";
import type { ResponseHead } from "./head.ts";
import { singleField } from "./single-field.ts";

/** Fetch §2.2.3: redirect status. */
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Whether an answer with this status and a Location asks to be followed. */
export function isRedirectStatus(status: number): boolean {
  return redirectStatuses.has(status);
}

/** Whether a response asks to be followed: a redirect status and a Location. */
export function isRedirect({ status, fields }: Pick<ResponseHead, "status" | "fields">): boolean {
  return isRedirectStatus(status) && fields.has("location");
}

export interface RedirectRules {
  /** Whether https may become http. */
  readonly allowDowngrade: boolean;
}

/**
 * Why a redirect is not followed: more than `limit` were. `urls` are those that were asked for, in order, and where it leads.
 * One that comes back need not be a loop: a visit may have changed what the next one meets.
 */
export function checkTrail(
  urls: readonly string[],
  limit: number,
): HttpsError<"redirect-loop" | "too-many-redirects"> | undefined {
  if (urls.length - 1 <= limit) return undefined;
  const before = urls.lastIndexOf(urls.at(-1) ?? "", -2);
  const shown = urls.map(shownHref);
  return before < 0
    ? new HttpsError("too-many-redirects", { value: limit, urls: shown })
    : new HttpsError("redirect-loop", { urls: shown.slice(before) });
}

/** Where a redirect leads, or `redirect-invalid redirect-downgrade`. */
export function readRedirect(
  { fields }: Pick<ResponseHead, "fields">,
  from: Target,
  { allowDowngrade }: RedirectRules,
): UrlReading {
  const show = (value: string): string => shownUrl(locationText(value));
  const invalid = (location: string, reason: string): UrlReading => ({
    ok: false,
    error: new HttpsError("redirect-invalid", { from: shownHref(from.href), location, reason }),
  });
  const location = singleField(fields, "location");
  if (!location.ok) return invalid(location.values.map(show).join(", "), "there are several that differ.");
  const value = location.value ?? "";
  const reading = resolveLocation(value, from);
  if (!reading.ok) return invalid(show(value), reading.error.message);
  const { href, scheme } = reading.target;
  if (from.scheme === "https" && scheme === "http" && !allowDowngrade) {
    const detail = { from: shownHref(from.href), to: shownHref(href) };
    return { ok: false, error: new HttpsError("redirect-downgrade", detail) };
  }
  return reading;
}
