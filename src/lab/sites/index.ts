/** Every site there is, family by family. */
import type { Definition, Family } from "../site.ts";
import { certificateSites } from "./certificates.ts";
import { httpSites } from "./http.ts";

export const definitions: readonly (Definition & { readonly family: Family })[] = [
  ...of("certificates", certificateSites),
  ...of("http", httpSites),
];

function of(
  family: Family,
  sites: readonly Definition[],
): readonly (Definition & { readonly family: Family })[] {
  return sites.map((site) => ({ ...site, family }));
}
