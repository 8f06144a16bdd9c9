/** The lab: one HTTPS site for every way HTTPS goes wrong, on loopback, with a CA of its own. */
export { openLab, siteNames, type ClientCertificate, type Lab, type LabOptions } from "./lab.ts";
export { renderManifest } from "./manifest.ts";
export type { Check, Expectation, Family, Needs, Site } from "./site.ts";
export type { DeviceOutcome, DeviceOutcomes } from "./device-outcomes.ts";
