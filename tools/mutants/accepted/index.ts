/**
 * Mutants that may live, because they change nothing that a test could notice. A row names each of them to the letter,
 * so that it lets no other pass; where its reason holds no more, it has to go.
 */
import { admission } from "./admission.ts";
import { client } from "./client.ts";
import { fleet } from "./fleet.ts";
import { http1 } from "./http1.ts";
import { http2 } from "./http2.ts";
import { net } from "./net.ts";
import { trustChecks } from "./trust-checks.ts";
import { trustSearch } from "./trust-search.ts";
import type { Accepted } from "./accepted.ts";
import type { Shown } from "../mutant.ts";

export const accepted: readonly Accepted[] = [
  ...admission,
  ...client,
  ...fleet,
  ...http1,
  ...http2,
  ...net,
  ...trustChecks,
  ...trustSearch,
];

/** Whether a row accepts a mutant. */
export function isAccepted({ place, before, after }: Shown): boolean {
  const path = place.replace(/:\d+$/, "");
  return accepted.some(
    (row) => path.endsWith(`/${row.file}`) && row.before === before && row.after.includes(after),
  );
}
