/** Decides what follows a redirect: RFC 9110 §15.4, with what browsers do about methods (Fetch, HTTP-redirect fetch). */
import { HttpsError, parseUrl, shownHref, type Target } from "../../core/index.ts";
import {
  credentialNames,
  readRedirect,
  type RedirectRules as LocationRules,
  type ResponseHead,
} from "../../http1/index.ts";
import { putField, type FieldTable, type ReadonlyFieldTable } from "./request-fields.ts";
import type { RequestBody } from "../body/request-body.ts";

/** What was asked, and how. */
export interface Asked {
  readonly target: Target;
  readonly method: string;
  readonly fields: ReadonlyFieldTable;
  readonly body: RequestBody;
}

export interface RedirectRules extends LocationRules {
  /** Lower-case names that never cross to another origin, beside the usual ones. */
  readonly secretNames: readonly string[];
  /** Whether the body can be sent again. */
  readonly isRepeatable: boolean;
}

/** Fields that speak of a body (Fetch: request-body-header names, and RFC 9110 §15.4). */
const contentNames = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-language",
  "content-location",
  "expect",
];

/** @throws HttpsError `redirect-invalid redirect-downgrade redirect-needs-body` */
export function followRedirect(asked: Asked, head: ResponseHead, rules: RedirectRules): Asked {
  const { status } = head;
  const reading = readRedirect(head, asked.target, rules);
  if (!reading.ok) throw reading.error;
  const { target } = reading;
  const fields = new Map(asked.fields);
  fields.delete("host");
  if (target.origin !== asked.target.origin) {
    for (const name of [...credentialNames, ...rules.secretNames]) fields.delete(name);
    cutReferer(fields, target);
  }
  if (becomesGet(status, asked.method)) {
    for (const name of contentNames) fields.delete(name);
    return { target, method: "GET", fields, body: { kind: "none" } };
  }
  if (!rules.isRepeatable) {
    const [from, to] = [shownHref(asked.target.href), shownHref(target.href)];
    throw new HttpsError("redirect-needs-body", { from, to, status });
  }
  return { ...asked, target, fields };
}

/**
 * A path and a query are their own origin's affair: another one is told the origin alone, and nothing of https by http
 * (RFC 9110 §10.1.3; Referrer Policy, strict-origin-when-cross-origin).
 */
function cutReferer(fields: FieldTable, { scheme }: Target): void {
  const [line] = fields.get("referer") ?? [];
  if (line === undefined) return;
  const reading = parseUrl(line[1]);
  if (reading.ok && (reading.target.scheme === "http" || scheme === "https"))
    putField(fields, line[0], `${reading.target.origin}/`);
  else fields.delete("referer");
}

/** RFC 9110 §15.4.2, §15.4.3, §15.4.4: 303 always, 301 and 302 for POST, as every browser does. */
function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}
