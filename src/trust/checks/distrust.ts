/** Distrust after a date: Mozilla's CKA_NSS_SERVER_DISTRUST_AFTER, by the leaf's notBefore. */
import type { PathContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

export function checkDistrust({ certificates, anchor, reject }: PathContext): Rejection | undefined {
  const [leaf] = certificates;
  const { distrustAfterAt } = anchor;
  if (leaf === undefined || distrustAfterAt === undefined || leaf.notBeforeAt <= distrustAfterAt)
    return undefined;
  const placed = { certificate: leaf, role: "leaf" } as const;
  return reject("distrusted-after", placed, { notBeforeAt: leaf.notBeforeAt, distrustAfterAt });
}
