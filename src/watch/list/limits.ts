/** The limits of what is said of a list that is none. */
import type { Limit } from "../../core/index.ts";

export const listLimits: Readonly<Record<"badLinesTold" | "badLineLength", Limit>> = {
  badLinesTold: {
    value: 100,
    unit: "count",
    why: "More than anybody mends by hand; a file that is not a list has hundreds of thousands.",
  },
  badLineLength: {
    value: 400,
    unit: "count",
    why: "A sentence with a URL in it; a file that is not a list has lines of megabytes.",
  },
};
