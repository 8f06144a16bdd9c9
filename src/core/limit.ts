/**
 * The shape of a limit: a number with its unit, and where the number comes from.
 *
 * Each room keeps its limits in its own `limits.ts`; `docs/limits.md` is written from them.
 */

export type LimitUnit = "bytes" | "ms" | "count" | "ratio";

export interface Limit {
  readonly value: number;
  readonly unit: LimitUnit;
  /** Provenance: who else uses that number, or which attack it stops. */
  readonly why: string;
  /** The option that changes it, where there is one. */
  readonly option?: string;
}
