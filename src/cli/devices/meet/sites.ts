/** From visits to sites: one for each host, port and chain that was met, with the URLs that led there. */
import { protocolNames, requireEndpoint, requireUrl, type Endpoint } from "../../../core/index.ts";
import type { VisitedSite } from "../../../device/index.ts";
import { nameChains, type HostChain, type Variant } from "./host-chains.ts";
import type { Visit } from "./visit.ts";

export interface Site extends VisitedSite {
  /** The URLs given that led to it, in their order. */
  readonly urls: readonly string[];
  /** Whether a full validation accepted its chain when it was visited. */
  readonly verified: boolean;
  /** Who meets it; left out of what an older lock records. */
  readonly variant?: Variant;
}

/** The host of a site, without what tells its chains apart. */
export function hostOf({ site, variant }: Pick<Site, "site" | "variant">): string {
  return variant?.of ?? site;
}

/** A host and port that were met, and what is spoken there before TLS. */
export interface MetHost {
  readonly endpoint: Endpoint;
  /** The URLs given that led there, in their order. */
  readonly urls: readonly string[];
}

/** A host and port, and what is spoken before TLS: endpoints of one place show the same certificates. */
export function placeOf({ authority, startTls }: Pick<Endpoint, "authority" | "startTls">): string {
  return startTls === undefined ? authority : `${authority} (${protocolNames[startTls]})`;
}

/** The hosts by their place, in the order in which they were met. */
export function hostsOf(visits: readonly Visit[]): ReadonlyMap<string, MetHost> {
  const hosts = new Map<string, { readonly endpoint: Endpoint; readonly urls: string[] }>();
  for (const { url: asked, met } of visits) {
    for (const url of met) {
      const endpoint = requireEndpoint(url);
      const place = placeOf(endpoint);
      const known = hosts.get(place);
      if (known === undefined) hosts.set(place, { endpoint, urls: [asked] });
      else if (!known.urls.includes(asked)) known.urls.push(asked);
    }
  }
  return hosts;
}

/** One host's sites. A host that shows two chains is two: either may be met. */
export function sitesOf(
  endpoint: Pick<Endpoint, "authority" | "startTls">,
  urls: readonly string[],
  chains: readonly HostChain[],
): readonly Site[] {
  const names = nameChains(chains);
  return chains.map(({ chain, refusal, variant }, i) => ({
    site: names[i] ?? placeOf(endpoint),
    name: nameOf(endpoint.authority),
    chain,
    urls,
    verified: refusal === undefined,
    variant,
  }));
}

/** A program hands the host to its library as it stands in the URL; not every library leaves a final dot out. */
function nameOf(authority: string): string {
  const { host } = requireUrl(`https://${authority}/`);
  return /\.(?::\d+)?$/.test(authority) ? `${host}.` : host;
}
