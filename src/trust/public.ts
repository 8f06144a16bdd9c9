/**
 * The door `meerkat/trust`: `verify` a chain, and say why it holds or what ended each path. It is pure, and runs in any
 * JavaScript engine; its cryptography is a door of its own, `meerkat/trust/node` or `meerkat/trust/webcrypto`.
 */
export { anchorFromCertificate, type AnchorSource, type TrustAnchor } from "./anchor.ts";
export { explainRejection, explainVerdict } from "./explain.ts";
export { type PeerName, peerNameOf } from "./peer-name.ts";
export type { AsyncTrustPorts, SignatureInput, TrustPorts, VerifySignature } from "./ports.ts";
export { type Profile, type ProfileName, profiles } from "./profile.ts";
export { readAnchors, readChain } from "./read.ts";
export type { Rejection, RejectionCode } from "./rejection.ts";
export { TrustReport, type TrustReportJson } from "./report.ts";
export type { VerifyRequest } from "./request.ts";
export type { Attempt, MissingIssuer, Purpose, RevocationSource, Verdict, VerifiedPath } from "./verdict.ts";
export { verify, verifyAsync } from "./verify.ts";
