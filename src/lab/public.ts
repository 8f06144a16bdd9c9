/** The lab for users of the package: broken HTTPS sites on loopback, for the tests of any client. */
export { type ClientCertificate, type Lab, type LabOptions, openLab, siteNames } from "./lab.ts";
export type { DeviceOutcome, DeviceOutcomes } from "./device-outcomes.ts";
export type { Check, Expectation, Family, Needs, Site } from "./site.ts";
