/** Bundles: which anchors a device needs, in which format, and what is wrong with those it has. Pure. */
export { auditBundle, type AuditRequest, type FileRules, generalRules, type LosingOddity } from "./audit.ts";
export { type AuditFinding, type EntryFacts, explainAuditFinding, type Severity } from "./audit-finding.ts";
export type { Bundle, BundleEntry, BundleFile, Omission, ReadFormat, Remark, Written } from "./bundle.ts";
export {
  type AnchorCost,
  type Candidate,
  type Choice,
  type ChooseRequest,
  chooseAnchors,
  type ChosenAnchor,
  explainMotive,
  type Motive,
  type ServedSite,
  type SiteNeed,
} from "./choose.ts";
export { bearsslKey, type BearsslKey, maxBearsslRsaBits } from "./formats/bearssl-key.ts";
export type { Format, FormatName } from "./formats/format.ts";
export { formats, isFormatName } from "./formats/formats.ts";
export { mongooseOsLineLength, renderPem } from "./formats/pem.ts";
export { readBundle } from "./formats/read-bundle.ts";
export {
  type AnchoredPath,
  anchorEnds,
  type AnchorFacts,
  earliestEnd,
  type End,
  type EndReason,
  explainEnd,
  isCrossSign,
  latestEnd,
  pathEnd,
} from "./lifetime.ts";
export { entriesSeen } from "./lost-entries.ts";
export { maxBundleBytes, maxBundleEntries, maxCoverNodes, maxCoverSites } from "./limits.ts";
export {
  distrustAfter,
  type NamedDate,
  namedRetirements,
  programmeDatesAge,
  programmeDatesSource,
  scheduledRetirement,
} from "./programme-dates.ts";
export { findSpareRoots, type RedundancyRequest, type SpareRoot } from "./redundancy.ts";
