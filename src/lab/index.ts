/** The lab: one HTTPS site for every way HTTPS goes wrong, on loopback, with a CA of its own. */
export { openLab, type Lab, type LabOptions } from "./lab.ts";
export type { Expectation, Family, Site } from "./site.ts";
