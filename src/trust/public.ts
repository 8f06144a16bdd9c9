/** The trust engine for users of the package: `verify` a chain, and say why it holds or what ended each path. */
export { anchorFromCertificate, type AnchorSource, type TrustAnchor } from "./anchor.ts";
export { explainRejection, explainVerdict } from "./explain.ts";
export { type PeerName, peerNameOf } from "./peer-name.ts";
export type { SignatureInput, TrustPorts, VerifySignature } from "./ports.ts";
export { type Profile, type ProfileName, profiles } from "./profile.ts";
export type { Rejection, RejectionCode } from "./rejection.ts";
export type { TrustReport, TrustReportJson } from "./report.ts";
export type { VerifyRequest } from "./request.ts";
export type { Attempt, MissingIssuer, Purpose, RevocationSource, Verdict, VerifiedPath } from "./verdict.ts";
export { verify } from "./verify.ts";
