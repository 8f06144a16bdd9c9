/** Limits of bundles: what is read from a stranger's file, and how long the smallest set is looked for. */
import type { Limit } from "../core/index.ts";

/** How large a bundle file may be. */
export const maxBundleBytes: Limit = {
  value: 16 * 1024 * 1024,
  unit: "bytes",
  why: "The largest store in use has about 240 KB as PEM; every root and intermediate known to the CCADB comes to about 24 MB, and is not a bundle for a device.",
};

/** How many entries one bundle may have. */
export const maxBundleEntries: Limit = {
  value: 4096,
  unit: "count",
  why: "Browsers' stores hold about 150 roots, operating systems' at most some 400; esp_crt_bundle stops at 200.",
};

/** How many oddities of one text are told of. */
export const maxBundleRemarks: Limit = {
  value: 1000,
  unit: "count",
  why: "A person mends the first few and looks again; a text of five million bytes can have a million.",
};

/** How many nodes the exact search for the smallest set may visit. */
export const maxCoverNodes: Limit = {
  value: 200_000,
  unit: "count",
  why: "About a second of search. Real inputs fall to the reductions in a few dozen nodes; one that does not gets the best set found, and is told that it is approximate.",
};

/** How many sites may be covered in one choice. */
export const maxCoverSites: Limit = {
  value: 10_000,
  unit: "count",
  why: "A device talks to a handful of sites, a fleet's survey to some thousands; the reductions take time with the square of the sites that differ.",
};
