/** Diagnosis: observations in; stages, ranked findings, remedies and the next experiments out. Opens no socket. */
export { diagnose, describeOutcome, isOutOfTime, nameLate } from "./diagnose.ts";
export type { ChainLink, Diagnosis, ExperimentReport, Headline, PathReport } from "./diagnose.ts";
export {
  connectionsOf,
  nameExperiment,
  type Experiment,
  type ExperimentResult,
  type FetchGave,
  type Gave,
  type HandshakeChange,
  type HandshakeGave,
  type JudgeChange,
  type JudgeGave,
  type RequestGave,
  type RevocationAnswer,
  type RootStoreName,
  type Undone,
} from "./experiment.ts";
export { makeFinding, type Certainty, type Finding, type FindingParts } from "./finding.ts";
export {
  findingEntries,
  findingEntry,
  type FindingCode,
  type FindingEntry,
  type FindingOnlyCode,
} from "./finding-codes.ts";
export { connectionBudget } from "./limits.ts";
export type { Evidence, Question } from "./evidence.ts";
export type {
  AnswerSeen,
  AttemptSeen,
  ChainCertificate,
  Ended,
  ExchangeSeen,
  HopSeen,
  LocalFacts,
  ReachSeen,
  TimingsSeen,
  TlsSeen,
  TrustSeen,
} from "./observation.ts";
export { wantExperiments } from "./plan.ts";
export { findFront, findProduct, type Front, type Product, type ProductKind } from "./products.ts";
export { reduceRefusal, type Reduction, type ReductionInput, type RequestResult } from "./reduction.ts";
export { applyChanges, type RequestChange } from "./request-change.ts";
export { stagesOf, type StageName, type StageReport } from "./stage.ts";
