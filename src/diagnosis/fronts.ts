/** Fronts that are recognised by their answers. A field is a claim, not a proof: whatever is recognised here is `likely` at best. */
import type { Field } from "../http1/index.ts";
import { plainNumbers } from "./entities.ts";

/** A front that answers in place of the site. */
export interface Front {
  readonly name: string;
  /** What it was recognised by. */
  readonly by: string;
  /** The reference that its operator can look up. */
  readonly reference: string | undefined;
}

/** The front whose refusal an answer looks like. */
export function findFront(fields: readonly Field[], excerpt: string): Front | undefined {
  const value = (name: string): string | undefined =>
    fields.find(([other]) => other.toLowerCase() === name)?.[1];
  const akamai = /Reference\s*#\s*((?:\d+\.)?[0-9a-f.]{6,})/i.exec(plainNumbers(excerpt))?.[1];
  if (akamai !== undefined && /access denied/i.test(excerpt))
    return { name: "Akamai", by: "the page Access Denied with a reference", reference: akamai };
  if (value("cf-ray") !== undefined)
    return { name: "Cloudflare", by: "the field cf-ray", reference: value("cf-ray") };
  if (value("x-iinfo") !== undefined || /incapsula incident id/i.test(excerpt)) {
    const incident = /incident ID:\s*([\d-]+)/i.exec(excerpt)?.[1];
    return { name: "Imperva", by: "the field x-iinfo or an incident ID", reference: incident };
  }
  if (value("x-amz-cf-id") !== undefined && /cloudfront/i.test(`${value("server")} ${value("via")}`))
    return { name: "CloudFront", by: "the field x-amz-cf-id", reference: value("x-amz-cf-id") };
  if (value("x-vercel-mitigated") !== undefined)
    return { name: "Vercel", by: "the field x-vercel-mitigated", reference: value("x-vercel-id") };
  if (value("x-ec-security-audit") !== undefined)
    return { name: "Edgecast", by: "the field x-ec-security-audit", reference: undefined };
  if (/^awselb/i.test(value("server") ?? ""))
    return { name: "an AWS load balancer", by: "the field server", reference: undefined };
  const sucuri = value("x-sucuri-id");
  if (sucuri !== undefined) return { name: "Sucuri", by: "the field x-sucuri-id", reference: sucuri };
  return undefined;
}
