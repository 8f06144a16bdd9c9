/** Mutants that may live, each with the reason: what they change, nobody can see, or nobody needs to. */
import type { Shown } from "./mutant.ts";

export interface Accepted {
  /** End of the file's path. */
  readonly file: string;
  /** The line as it stands, and as the mutant has it, as a report shows them. */
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

export const accepted: readonly Accepted[] = [];

/** The row that accepts a mutant. */
export function findAccepted({ place, before, after }: Shown): Accepted | undefined {
  const path = place.replace(/:\d+$/, "");
  return accepted.find(
    (row) => path.endsWith(`/${row.file}`) && row.before === before && row.after === after,
  );
}
