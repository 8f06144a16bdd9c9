/** The fleet: what visits mean, what is foretold, which alerts open and close. History in, decisions out. Pure. */
export {
  type Alert,
  type AlertChange,
  type Concern,
  type RuleName,
  ruleNames,
  severities,
  type Severity,
  tellingKey,
} from "./alert.ts";
export { type ClockMemory, judgeClock, noSamples, noteClock } from "./clock.ts";
export { afterDecision } from "./after-decision.ts";
export { decide, type DecideRequest, type Decision } from "./decide.ts";
export { codeOfAnswer, type EndpointSummary } from "./summary.ts";
export { bundleOfFiles } from "./bundle-of-files.ts";
export type { WatchedBundle, WatchedEndpoint } from "./endpoint.ts";
export { type ForecastGround, prepareBundle, type PreparedBundle } from "./forecast/prepared-bundle.ts";
export { fleetLimits } from "./limits.ts";
export { type BreakKind, type Forecast } from "./forecast/forecast.ts";
export {
  type EndpointHistory,
  type Fact,
  factsOf,
  type PlaceMark,
  type ShownFact,
  subjectOf,
} from "./history.ts";
export type { Situation } from "./situation.ts";
export { findUsableEnd } from "./usable-end.ts";
export { defaultSettings, type FleetSettings } from "./settings.ts";
export {
  type Answer,
  type Showing,
  type Shown,
  type ShownVerdict,
  type UsablePath,
  type Variant,
  variantKey,
  type Visit,
} from "./visit.ts";
export { adviseAdding } from "./rules/advise-adding.ts";
