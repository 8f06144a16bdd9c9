/** The limits of the store in SQLite. */
import type { Limit } from "../../../core/index.ts";

export const sqliteLimits: Readonly<Record<"prunedAtOnce" | "lookedAtAtOnce", Limit>> = {
  prunedAtOnce: {
    value: 200,
    unit: "count",
    why: "Rows or endpoints in one transaction: some ten milliseconds, in which no page is shown and no visit written.",
  },
  lookedAtAtOnce: {
    value: 2_000,
    unit: "count",
    why: "Endpoints of which it is looked up whether they were visited: some ten milliseconds, in which no page is shown.",
  },
};
