/** Path lengths: RFC 5280 §6.1.4 (l) and (m). Self-issued certificates do not count. The search keeps the caller's limit. */
import { placedCertificates, type PathContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

export function checkPathLength(context: PathContext): Rejection | undefined {
  let count = 0;
  // From the leaf up: at each CA, `count` is how many CAs stand between it and the leaf.
  for (const placed of placedCertificates(context).slice(1)) {
    const limit = placed.certificate.extensions.value("basicConstraints")?.pathLength;
    if (limit !== undefined && count > limit) {
      return context.reject("path-too-long", placed, {
        limitedBy: placed.certificate.subject.display,
        limit,
        count,
      });
    }
    if (!placed.certificate.isSelfIssued) count++;
  }
  return undefined;
}
