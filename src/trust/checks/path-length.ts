/** Path lengths: RFC 5280 §6.1.4 (l) and (m), and the caller's own limit. Self-issued certificates do not count. */
import { placedCertificates, type PathContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

export function checkPathLength(context: PathContext): Rejection | undefined {
  const { certificates, maxDepth, reject } = context;
  let count = 0;
  // From the leaf up: at each CA, `count` is how many CAs stand between it and the leaf.
  for (const placed of placedCertificates(context).slice(1)) {
    const limit = placed.certificate.extensions.value("basicConstraints")?.pathLength;
    if (limit !== undefined && count > limit) {
      return reject("path-too-long", placed, {
        limitedBy: placed.certificate.subject.display,
        limit,
        count,
      });
    }
    if (placed.role === "intermediate" && !placed.certificate.isSelfIssued) count++;
  }
  const [leaf] = certificates;
  if (count <= maxDepth || leaf === undefined) return undefined;
  return reject(
    "path-too-long",
    { certificate: leaf, role: "leaf" },
    {
      limitedBy: "the option maxDepth",
      limit: maxDepth,
      count,
    },
  );
}
