/** What is asked, and where redirects lead. */
import { HttpsError, shownUrl } from "../core/index.ts";
import { singleField, type Field, type ResponseHead } from "../http1/index.ts";

/** A URL taken apart. */
export interface WhyTarget {
  /** Normalised, without its fragment. */
  readonly href: string;
  readonly scheme: "https" | "http";
  /** Without brackets and without the root's dot. */
  readonly host: string;
  readonly port: number;
  /** The Host field's value. */
  readonly authority: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** The request target in origin-form. */
  readonly path: string;
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a redirect leads; `undefined` for an answer that is none. Throws `redirect-invalid redirect-downgrade`. */
export function readRedirect(from: WhyTarget, head: ResponseHead): WhyTarget | undefined {
  if (!redirectStatuses.has(head.status) || !head.fields.has("location")) return undefined;
  const location = singleField(head.fields, "location");
  const invalid = (text: string, reason: string): HttpsError =>
    new HttpsError("redirect-invalid", { from: from.href, location: text, reason });
  if (!location.ok)
    throw invalid(head.fields.getAll("location").map(shownUrl).join(", "), "there are several that differ.");
  // The octets of a field are ISO 8859-1 here; a Location beyond ASCII is UTF-8 in practice.
  const text = Buffer.from(location.value ?? "", "latin1").toString("utf8");
  const target = resolve(text, from.href);
  if (target === undefined) throw invalid(shownUrl(text), "it is no http or https URL.");
  if (from.scheme === "https" && target.scheme === "http")
    throw new HttpsError("redirect-downgrade", { from: from.href, to: target.href });
  return target;
}

function resolve(reference: string, base: string): WhyTarget | undefined {
  let url: URL;
  try {
    url = new URL(reference, base);
  } catch {
    return undefined;
  }
  if (!/^https?:$/.test(url.protocol) || url.hostname === "" || url.username !== "" || url.password !== "")
    return undefined;
  url.hash = "";
  const scheme = url.protocol === "https:" ? "https" : "http";
  return {
    href: url.href,
    scheme,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, ""),
    port: url.port === "" ? (scheme === "https" ? 443 : 80) : Number(url.port),
    authority: url.host,
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
  };
}

/**
 * Fields that may go to anybody. A list of the secret ones (RFC 9110 §15.4) would miss those that only the caller
 * knows to be: `X-Api-Key`.
 */
const publicNames: ReadonlySet<string> = new Set([
  "host",
  "user-agent",
  "accept",
  "accept-language",
  "accept-encoding",
]);

/** The fields for another target: its Host, and nothing but public ones where the origin is another. */
export function fieldsFor(fields: readonly Field[], from: WhyTarget, to: WhyTarget): readonly Field[] {
  if (from.origin === to.origin) return fields;
  return publicFields(fields).map(([name, value]): Field =>
    name.toLowerCase() === "host" ? [name, to.authority] : [name, value],
  );
}

/** The fields that may go to anybody. */
export function publicFields(fields: readonly Field[]): readonly Field[] {
  return fields.filter(([name]) => publicNames.has(name.toLowerCase()));
}
