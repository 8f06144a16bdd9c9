/** Diagnosis: observations in; stages, ranked findings, remedies and the next experiments out. Opens no socket. */
export { describeExperiment, describeLate, diagnose, isOutOfTime } from "./diagnose.ts";
export type { Diagnosis, ExperimentReport, PathReport } from "./diagnose.ts";
export {
  connectionsOf,
  type Experiment,
  type ExperimentResult,
  type FetchGave,
  type Gave,
  type HandshakeChange,
  type HandshakeExperiment,
  type HandshakeGave,
  type JudgeChange,
  type JudgeGave,
  type Met,
  type RevocationAnswer,
  type RootStoreName,
  type Undone,
} from "./experiment.ts";
export type { Finding } from "./finding.ts";
export { findingEntries, findingEntry, type FindingCode, type FindingOnlyCode } from "./finding-codes.ts";
export { versionNames } from "./http-version.ts";
export { nobodysName } from "./findings/interception.ts";
export { connectionBudget } from "./limits.ts";
export type { Evidence } from "./evidence.ts";
export type {
  AnswerSeen,
  AttemptSeen,
  Ended,
  ExchangeSeen,
  HopSeen,
  LocalFacts,
  OwnCertificate,
  ReachSeen,
  RequestGave,
  TimingsSeen,
  TlsSeen,
  TrustSeen,
  VersionSeen,
} from "./observation.ts";
export { wantExperiments } from "./plan.ts";
export { plainSibling } from "./protocol-terms.ts";
export { applyChanges, cookiesOf, type RequestChange } from "./request-change.ts";
export { stagesOf, type StageReport } from "./stage.ts";
