/** Of many findings of one kind, as a bundle of thousands of certificates has them, a person is told the first and how many more. */
import type { Severity } from "../../bundle/index.ts";
import { renderAmount } from "../../core/index.ts";
import type { BundleRemark } from "./outcome.ts";

/** How many of one kind are told: as many as a whole store has of most kinds. */
const mostOfKind = 20;

interface ToldRemark {
  readonly severity: Severity;
  readonly says: string;
}

/** In their order; behind the last of a kind that is told stands how many are left out. */
export function fewRemarks(remarks: readonly BundleRemark[]): readonly ToldRemark[] {
  const keyOf = ({ finding: { kind, severity } }: BundleRemark): string => `${severity} ${kind}`;
  const totals = new Map<string, number>();
  for (const remark of remarks) totals.set(keyOf(remark), (totals.get(keyOf(remark)) ?? 0) + 1);
  const told = new Map<string, number>();
  return remarks.flatMap((remark): ToldRemark[] => {
    const { finding, says } = remark;
    const { severity } = finding;
    const count = (told.get(keyOf(remark)) ?? 0) + 1;
    told.set(keyOf(remark), count);
    if (count > mostOfKind) return [];
    const left = (totals.get(keyOf(remark)) ?? 0) - mostOfKind;
    const isLast = count === mostOfKind && left > 0;
    const rest = { severity, says: `and ${renderAmount(left)} more of this kind; --json lists them.` };
    return isLast ? [{ severity, says }, rest] : [{ severity, says }];
  });
}
