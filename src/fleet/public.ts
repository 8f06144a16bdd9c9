/**
 * The watch's decisions for programs with their own store: a visit and a history in, what is to be kept and told out. Pure;
 * instants are epoch milliseconds, hashes SHA-256 in lower-case hexadecimal.
 */
export { afterDecision } from "./after-decision.ts";
export {
  type Alert,
  type AlertChange,
  type Concern,
  type RuleName,
  ruleNames,
  type Severity,
  tellingKey,
} from "./alert.ts";
export { bundleOfFiles, type BundleOfFiles } from "./bundle-of-files.ts";
export {
  type ClockMemory,
  type ClockSample,
  type ClockVerdict,
  judgeClock,
  noSamples,
  noteClock,
} from "./clock.ts";
export { decide, type DecideRequest, type Decision } from "./decide.ts";
export type { WatchedBundle, WatchedEndpoint } from "./endpoint.ts";
export type { BreakKind, Forecast } from "./forecast/forecast.ts";
export { forecastFor, type ForecastRequest, type SeenChain } from "./forecast/forecast-for.ts";
export { type ForecastGround, prepareBundle, type PreparedBundle } from "./forecast/prepared-bundle.ts";
export type { AnswerFact, EndpointHistory, Fact, Held, PlaceMark, ShownFact } from "./history.ts";
export type { Rule } from "./rules/rule.ts";
export { rules } from "./rules/rules.ts";
export { defaultSettings, type FleetSettings } from "./settings.ts";
export type { Situation } from "./situation.ts";
export type { EndpointSummary } from "./summary.ts";
export { findUsableEnd, type UsableRequest } from "./usable-end.ts";
export type { Answer, LeafFacts, Showing, Shown, ShownVerdict, UsablePath, Variant, Visit } from "./visit.ts";
