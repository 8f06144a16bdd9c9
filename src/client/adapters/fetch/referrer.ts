/** The Referer field that a fetch asked for: Referrer Policy, "determine request's referrer". */

/** What is sent to this URL; `undefined` for nothing. */
export function refererFor({
  url,
  referrer,
  referrerPolicy,
}: Pick<Request, "url" | "referrer" | "referrerPolicy">): string | undefined {
  // A program has no page of its own that would be the referrer where none is named.
  if (!/^https?:/i.test(referrer)) return undefined;
  const from = new URL(referrer);
  from.username = from.password = from.hash = "";
  const to = new URL(url);
  const isSame = from.origin === to.origin;
  const goesDown = from.protocol === "https:" && to.protocol !== "https:";
  const [whole, origin] = [from.href, `${from.origin}/`];
  switch (referrerPolicy) {
    case "no-referrer":
      return undefined;
    case "unsafe-url":
      return whole;
    case "origin":
      return origin;
    case "strict-origin":
      return goesDown ? undefined : origin;
    case "same-origin":
      return isSame ? whole : undefined;
    case "origin-when-cross-origin":
      return isSame ? whole : origin;
    case "no-referrer-when-downgrade":
      return goesDown ? undefined : whole;
    case "strict-origin-when-cross-origin":
    case "":
      return isSame ? whole : goesDown ? undefined : origin;
  }
}
