/** The list of sites for programs and for people. */
import { renderExpectation } from "./index-page.ts";
import type { Lab } from "./lab.ts";

/** What `meerkat lab --json` prints: versioned, and stable within a version. */
export function renderManifest(lab: Lab): string {
  const { host, port, caFile, client, indexUrl, sites } = lab;
  const { certificateFile, keyFile } = client;
  const manifest = { version: 1, host, port, caFile, client: { certificateFile, keyFile }, indexUrl, sites };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** What `meerkat lab` prints: where the lab is, each site in a line, and how to ask it something. */
export function renderSites(lab: Lab): string {
  const nameWidth = Math.max(0, ...lab.sites.map(({ name }) => name.length));
  const expectations = lab.sites.map(renderExpectation);
  const expectationWidth = Math.max(0, ...expectations.map((text) => text.length));
  const lines = lab.sites.map(
    ({ name, title }, index) =>
      `  ${name.padEnd(nameWidth)}  ${(expectations[index] ?? "").padEnd(expectationWidth)}  ${title}`,
  );
  const [example = "https://lab.localhost/"] = lab.sites.map(({ url }) => url);
  return [
    `The lab is open at ${lab.indexUrl}`,
    `Its root is in     ${lab.caFile}`,
    "",
    ...lines,
    "",
    "Ask it something:",
    `  curl --cacert ${lab.caFile} ${example}`,
    "",
  ].join("\n");
}
