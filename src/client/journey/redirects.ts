/** Decides what follows a redirect: RFC 9110 §15.4, with what browsers do about methods (Fetch, HTTP-redirect fetch). */
import { HttpsError, shownUrl } from "../../core/index.ts";
import { singleField, type ResponseHead } from "../../http1/index.ts";
import type { ReadonlyFieldTable } from "./request-fields.ts";
import type { RequestBody } from "../body/request-body.ts";
import { resolveTarget, type Target } from "../target.ts";

/** What was asked, and how. */
export interface Asked {
  readonly target: Target;
  readonly method: string;
  readonly fields: ReadonlyFieldTable;
  readonly body: RequestBody;
}

export interface RedirectRules {
  readonly allowDowngrade: boolean;
  /** Lower-case names that never cross to another origin, beside the usual ones. */
  readonly secretNames: readonly string[];
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const credentialNames = ["authorization", "cookie", "proxy-authorization"];
/** Fields that speak of a body (Fetch: request-body-header names, and RFC 9110 §15.4). */
const contentNames = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-language",
  "content-location",
  "expect",
];

/** Whether a response asks to be followed: a redirect status and a Location. */
export function isRedirect({ status, fields }: ResponseHead): boolean {
  return redirectStatuses.has(status) && fields.has("location");
}

/** @throws HttpsError `redirect-invalid redirect-downgrade redirect-needs-body` */
export function followRedirect(asked: Asked, head: ResponseHead, rules: RedirectRules): Asked {
  const { status } = head;
  const from = asked.target.href;
  const target = readLocation(asked.target, head);
  if (asked.target.scheme === "https" && target.scheme === "http" && !rules.allowDowngrade) {
    throw new HttpsError("redirect-downgrade", { from, to: target.href });
  }
  const fields = new Map(asked.fields);
  fields.delete("host");
  if (target.origin !== asked.target.origin) {
    for (const name of [...credentialNames, ...rules.secretNames]) fields.delete(name);
  }
  if (becomesGet(status, asked.method)) {
    for (const name of contentNames) fields.delete(name);
    return { target, method: "GET", fields, body: { kind: "none" } };
  }
  if (asked.body.kind === "stream" && !asked.body.replayable) {
    throw new HttpsError("redirect-needs-body", { from, to: target.href, status });
  }
  return { ...asked, target, fields };
}

/** RFC 9110 §15.4.2, §15.4.3, §15.4.4: 303 always, 301 and 302 for POST, as every browser does. */
function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}

function readLocation(from: Target, { fields }: ResponseHead): Target {
  const invalid = (location: string, reason: string): HttpsError =>
    new HttpsError("redirect-invalid", { from: from.href, location, reason });
  const location = singleField(fields, "location");
  if (!location.ok)
    throw invalid(fields.getAll("location").map(shownUrl).join(", "), "there are several that differ.");
  // The octets of a field are ISO 8859-1 here; a Location beyond ASCII is UTF-8 in practice.
  const value = Buffer.from(location.value ?? "", "latin1").toString("utf8");
  try {
    return resolveTarget(value, from);
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    throw invalid(shownUrl(value), error.message);
  }
}
