/** Bundles: which anchors a device needs, in which format, and what is wrong with those it has. Pure. */
export type { Bundle, BundleEntry, BundleFile, Omission, ReadFormat, Remark, Written } from "./bundle.ts";
export { bearsslKey, type BearsslKey, maxBearsslRsaBits } from "./formats/bearssl-key.ts";
export type { Format, FormatName } from "./formats/format.ts";
export { formats, isFormatName } from "./formats/formats.ts";
export { mongooseOsLineLength, renderPem } from "./formats/pem.ts";
export { readBundle } from "./formats/read-bundle.ts";
export { maxBundleBytes, maxBundleEntries, maxCoverNodes, maxCoverSites } from "./limits.ts";
