/** The lab: one HTTPS site for every way HTTPS goes wrong, on loopback, with a CA of its own. */
export { openLab, siteNames, type Lab, type LabOptions } from "./lab.ts";
export { renderManifest } from "./manifest.ts";
export type { Family, Site } from "./site.ts";
