/** Sites whose certificates are the thing to look at, each in one point. */
import type { Definition } from "../../site.ts";
import { chainSites } from "./chains.ts";
import { constraintSites } from "./constraints.ts";
import { dateSites } from "./dates.ts";
import { interceptionSites } from "./interception.ts";
import { nameSites } from "./names.ts";
import { revocationSites } from "./revocation.ts";
import { strengthSites } from "./strength.ts";

export const certificateSites: readonly Definition[] = [
  ...dateSites,
  ...nameSites,
  ...chainSites,
  ...constraintSites,
  ...strengthSites,
  ...revocationSites,
  ...interceptionSites,
];
