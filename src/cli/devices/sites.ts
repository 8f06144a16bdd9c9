/** From visits to sites: one for each host, port and chain that was met, with the URLs that led there. */
import { requireUrl } from "../../core/index.ts";
import type { VisitedSite } from "../../device/index.ts";
import type { Certificate } from "../../x509/index.ts";
import type { Visit } from "./visit.ts";

export interface Site extends VisitedSite {
  /** The URLs given that led to it, in their order. */
  readonly urls: readonly string[];
  /** Whether a full validation accepted its chain when it was visited. */
  readonly verified: boolean;
}

/** The sites, in the order in which they were met. A host that showed two chains is two sites: either may be met. */
export function sitesOf(visits: readonly Visit[]): readonly Site[] {
  const sites = new Map<string, Site>();
  const chainsOf = new Map<string, string[]>();
  for (const { url: asked, hops } of visits) {
    for (const { url, chain, verified } of hops) {
      const { authority, host } = requireUrl(url);
      const text = chain.map(identify).join(" ");
      const key = `${authority} ${text}`;
      const known = sites.get(key);
      if (known === undefined) {
        const chains = chainsOf.get(authority) ?? [];
        chainsOf.set(authority, [...chains, text]);
        const site = chains.length === 0 ? authority : `${authority} (chain ${chains.length + 1})`;
        // A program hands the host to its library as it stands in the URL; not every library leaves a final dot out.
        const name = /\.(?::\d+)?$/.test(authority) ? `${host}.` : host;
        sites.set(key, { site, name, chain, urls: [asked], verified });
      } else if (!known.urls.includes(asked)) {
        sites.set(key, { ...known, urls: [...known.urls, asked] });
      }
    }
  }
  return [...sites.values()];
}

// The issuer and the serial number name a certificate (RFC 5280 §4.1.2.2); the signature tells apart those that break this.
function identify({ issuer, serial, signature }: Certificate): string {
  return `${issuer.text} ${serial} ${Buffer.from(signature).toString("base64")}`;
}
