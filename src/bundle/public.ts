/** Bundles for users of the package: choose the anchors that sites need, audit a file of them, write it for a device. */
export { auditBundle, type AuditRequest } from "./audit.ts";
export { type AuditFinding, explainAuditFinding, type Severity } from "./audit-finding.ts";
export type { Bundle, BundleEntry, BundleFile, Written } from "./bundle.ts";
export {
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
export type { Format, FormatName } from "./formats/format.ts";
export { formats, isFormatName } from "./formats/formats.ts";
export { readBundle } from "./formats/read-bundle.ts";
export { findSpareRoots, type RedundancyRequest, type SpareRoot } from "./redundancy.ts";
