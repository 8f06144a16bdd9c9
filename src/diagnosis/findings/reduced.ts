/** Where the reduction of a refusal, or of an exchange that came to no answer, stands. */
import type { Code } from "../../core/index.ts";
import type { Evidence } from "../evidence.ts";
import { otherVersion } from "../http-version.ts";
import type { AttemptSeen, Ended, RequestGave } from "../observation.ts";
import { reduceRefusal, type Reduction } from "../reduction.ts";
import { cookiesOf } from "../request-change.ts";
import { resultsOf } from "../results.ts";

export function reductionOf(evidence: Evidence, attempt: AttemptSeen): Reduction {
  const { answer } = attempt.exchange ?? {};
  return reduceRefusal({
    fields: evidence.question.fields,
    first: firstAnswer(attempt),
    told: { origin: originOf(answer?.url ?? attempt.url), cookies: cookiesOf(answer?.fields ?? []) },
    other: otherVersion(attempt),
    isOfVersion: isOfVersionAlone(attempt),
    results: resultsOf(evidence, "request"),
  });
}

/** Ends that some sites reserve for requests they do not like; no field is the cause of the others. */
const silentRefusals: readonly Code[] = ["head-timeout", "empty-response"];

/** Statuses that speak of the version of HTTP, or of what is shared over HTTP/2 alone (RFC 9110 §15.5.20, §15.5.22, §15.6.6). */
export const versionStatuses: readonly number[] = [421, 426, 505];

/** Whether it may be how a site refuses. */
export function isSilentRefusal({ code }: Ended): boolean {
  return silentRefusals.includes(code);
}

/** Whether no field of the request can be the cause, and the version of HTTP can. */
function isOfVersionAlone({ ended, exchange }: AttemptSeen): boolean {
  if (ended !== undefined) return !isSilentRefusal(ended);
  return versionStatuses.includes(exchange?.answer?.status ?? 0);
}

function originOf(url: string): string | undefined {
  return /^https?:\/\/[^/?#]+/i.exec(url)?.[0];
}

/** The main attempt as an arm of it. */
export function firstAnswer({ exchange, ended }: AttemptSeen): RequestGave {
  return { status: ended === undefined ? exchange?.answer?.status : undefined, ended };
}
