/** Sites whose TLS is healthy, and whose answer is the thing to look at. */
import type { Definition } from "../../site.ts";
import { blockPageSites } from "./block-pages.ts";
import { bodySites } from "./bodies.ts";
import { headSites } from "./heads.ts";
import { refusalSites } from "./refusals.ts";
import { statusSites } from "./statuses.ts";

export const httpSites: readonly Definition[] = [
  ...refusalSites,
  ...blockPageSites,
  ...statusSites,
  ...headSites,
  ...bodySites,
];
