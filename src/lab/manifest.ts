/** The list of sites for programs. */
import type { Lab } from "./lab.ts";

/** What `meerkat lab --json` prints: versioned, and stable within a version. */
export function renderManifest(lab: Lab): string {
  const { host, port, caFile, client, indexUrl } = lab;
  const { certificateFile, keyFile } = client;
  const sites = lab.sites.map((site) => ({ ...site, devices: lab.deviceOutcomes(site.name) }));
  const manifest = { schema: 1, host, port, caFile, client: { certificateFile, keyFile }, indexUrl, sites };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
