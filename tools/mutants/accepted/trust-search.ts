/** Mutants of the search of `trust` that change nothing but what a search costs. */
import type { Accepted } from "./accepted.ts";

const indexed = "The index of a list of anchors is kept for the next search: one made anew is the same.";
const ordered =
  "The order of the issuers of a certificate is kept for the next path: one made anew is the same.";

export const trustSearch: readonly Accepted[] = [
  {
    before: "this.#anchors = known ?? groupBySubject(anchors);",
    after: ["this.#anchors = (groupBySubject(anchors));"],
    why: indexed,
  },
  {
    before: "if (known === undefined) anchorIndexes.set(anchors, this.#anchors);",
    after: ["{}", "if (true) anchorIndexes.set(anchors, this.#anchors);"],
    why: indexed,
  },
  { before: "if (known !== undefined) return known;", after: ["{}"], why: ordered },
  { before: "this.#ordered.set(certificate, ordered);", after: [";"], why: ordered },
].map((row) => ({ file: "trust/candidates.ts", ...row }));
