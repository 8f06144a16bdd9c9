/** Every site there is, family by family. */
import type { Definition, Family } from "../site.ts";
import { certificateSites } from "./certificates/index.ts";
import { httpSites } from "./http/index.ts";
import { http2Sites } from "./http2/index.ts";
import { protocolSites } from "./protocol/index.ts";

export type SiteDefinition = Definition & { readonly family: Family };

export const definitions: readonly SiteDefinition[] = [
  ...of("certificates", certificateSites),
  ...of("protocol", protocolSites),
  ...of("http", httpSites),
  ...of("http2", http2Sites),
];

function of(family: Family, sites: readonly Definition[]): readonly SiteDefinition[] {
  return sites.map((site) => ({ ...site, family }));
}
