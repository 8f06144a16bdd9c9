/** The documents that are written from the code, so that neither can say what the other does not. */
import { fileURLToPath } from "node:url";
import { readTree } from "../tidy/index.ts";
import { renderConnect } from "./connect.ts";
import { renderAdapters } from "./adapters.ts";
import { readApi } from "./api.ts";
import { writeApiPages } from "./api-pages.ts";
import { renderDevicesPage } from "./devices.ts";
import { renderCli } from "./cli.ts";
import { readDetails } from "./details.ts";
import { findDeviations, renderDeviations } from "./deviations.ts";
import { renderErrors } from "./errors.ts";
import { renderExamples } from "./examples.ts";
import { renderForeignErrors } from "./foreign-errors.ts";
import { readLimits, renderLimits } from "./limits.ts";
import { renderRuntimes } from "./runtimes.ts";

export { readApi } from "./api.ts";
export { writeApiPages } from "./api-pages.ts";
export { readDetails } from "./details.ts";
export { findDeviations, renderDeviations } from "./deviations.ts";
export { renderDiff } from "./examples.ts";
export { findLimits, renderLimits } from "./limits.ts";

/** The project's root folder. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** Every written document, by its path from the root. */
export async function writtenDocuments(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...writeApiPages(readApi(root), root),
    ["docs/adapters.md", renderAdapters()],
    ["docs/connect.md", renderConnect(root)],
    ["docs/cli.md", await renderCli()],
    ["docs/devices.md", renderDevicesPage()],
    ["docs/deviations.md", renderDeviations(findDeviations(readTree(root)))],
    ["docs/errors.md", renderErrors(readDetails(root))],
    ["docs/examples.md", renderExamples(root)],
    ["docs/foreign-errors.md", renderForeignErrors()],
    ["docs/limits.md", renderLimits(await readLimits())],
    ["docs/runtimes.md", renderRuntimes()],
  ]);
}
