/** Bundles: which anchors a device needs, in which format, and what is wrong with those it has. Pure. */
export { auditBundle } from "./audit.ts";
export { type FileRules, formatRefusal, type FormRules, generalRules, lookUpName } from "./file-rules.ts";
export { type AuditFinding, explainAuditFinding, type Severity } from "./audit-finding.ts";
export type { Bundle, BundleEntry, BundleFile, Omission, ReadFormat } from "./bundle.ts";
export {
  type AnchorCost,
  type Candidate,
  type Choice,
  chooseAnchors,
  type ChosenAnchor,
  explainMotive,
  type ServedSite,
  type SiteNeed,
} from "./choose.ts";
export { bearsslKey, maxBearsslRsaBits } from "./formats/bearssl-key.ts";
export type { FormatName } from "./formats/format.ts";
export { formats, isFormatName } from "./formats/formats.ts";
export { renderPem } from "./formats/pem.ts";
export { readBundle } from "./formats/read-bundle.ts";
export {
  anchorEnds,
  type AnchorFacts,
  earliestEnd,
  type End,
  type EndReason,
  explainEnd,
  explainEndOfDay,
  isCrossSign,
  pathEnd,
} from "./lifetime.ts";
export { isReadable, keyOf, namesOfEntries, subjectOf } from "./entry-names.ts";
export { entriesFound, entriesSeen } from "./lost-entries.ts";
export { maxBundleBytes, maxBundleEntries, maxCoverNodes } from "./limits.ts";
export { programmeDatesAge, programmeDatesSource } from "./programme-dates.ts";
export { pemReaders, type ReaderName } from "./readers/readers.ts";
export { findSpareRoots } from "./redundancy.ts";
