/** Mutants of the checks of `trust` that change nothing but what a check costs, or what no name can be. */
import type { Accepted } from "./accepted.ts";

const known = "Spares reading the same constraints again for the next path: what is read is the same.";

export const trustChecks: readonly Accepted[] = [
  {
    file: "checks/name-constraints.ts",
    before: "if (before !== undefined) return before;",
    after: ["{}"],
    why: known,
  },
  {
    file: "checks/name-constraints.ts",
    before: "known.set(constraints, compiled);",
    after: [";"],
    why: known,
  },
  {
    file: "trust/subtree.ts",
    before: 'if (base.value === "") return { kind: "dns", base: "", isDomain: false };',
    after: ['if (base.value === "") return { kind: "dns", base: "", isDomain: true };'],
    why: "A domain is left out of what lies below it. The one of the empty name is the empty name, which is not a host.",
  },
];
