/** The trust engine: path search, checks, profiles, the verdict and its explanation. Pure: no clock, no I/O. */
export { anchorFromCertificate, type AnchorSource, renderAnchorSource, type TrustAnchor } from "./anchor.ts";
export { explainRejection, explainVerdict } from "./explain.ts";
export { findInterception } from "./interception/find-interception.ts";
export { findProduct, type Product } from "./interception/products.ts";
export {
  maxAttemptsKept,
  maxIntermediates,
  ocspAgeMs,
  ocspSkewMs,
  signatureBudget,
  visitBudget,
} from "./limits.ts";
export {
  buildOpensslChain,
  opensslMaxDepth,
  opensslPurposeFault,
  type OpensslChain,
  type OpensslEnd,
} from "./openssl/chain.ts";
export { findForbiddenMailbox } from "./openssl/mailbox-constraints.ts";
export { findObstacle, type ObstacleRequest } from "./openssl/obstacle.ts";
export { namesPeer } from "./checks/peer-names.ts";
export { wholePath } from "./path.ts";
export { type PeerName, peerNameOf } from "./peer-name.ts";
export type { AsyncTrustPorts, SignatureInput, TrustPorts } from "./ports.ts";
export { type ProfileName, profiles } from "./profile.ts";
export type { Rejection, RejectionCode } from "./rejection.ts";
export {
  TrustReport,
  unseenWord,
  withNote,
  type OpensslWord,
  type TrustFacts,
  type TrustKind,
  type TrustNote,
} from "./report.ts";
export { parseRoots, type RootCertificate, type RootStore } from "./roots.ts";
export type { VerifyRequest } from "./request.ts";
export type { Attempt, Purpose, Verdict, VerifiedPath } from "./verdict.ts";
export { verify, verifyAsync } from "./verify.ts";
export {
  adviseIdentities,
  adviseIdentity,
  clauseOfIdentity,
  explainIdentity,
  unseenOfIdentity,
} from "./identity/explain.ts";
export {
  identityAuthorities,
  type IdentityFinding,
  identitySeverities,
  type IdentitySeverity,
} from "./identity/finding.ts";
export {
  type IdentityClient,
  type IdentityOutlook,
  type IdentityVerdict,
  judgeIdentity,
} from "./identity/judge.ts";
