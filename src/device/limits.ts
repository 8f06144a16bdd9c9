/** Limits of what is searched for a device. */
import type { Limit } from "../core/index.ts";

/** How many choices are made where a device looks at one root of a name, and roots share names. */
export const maxNameBranches: Limit = {
  value: 256,
  unit: "count",
  why: "Each is a choice of its own, and has its share of the nodes of one (`maxCoverNodes`). Public stores have a handful of names that two roots share, of which the sites at hand need one or two; beyond this each name is settled by how many sites want a root of it, and the choice is told to be approximate.",
};
