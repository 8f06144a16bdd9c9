/**
 * The door `meerkat/trust`: `verify` a chain, and say why it holds or what ended each path.
 *
 * The engine is the pure room `trust`; the door stands here because `trustPorts`, its cryptography, is Node's.
 */
export { trustPorts } from "./crypto-ports.ts";
export {
  anchorFromCertificate,
  explainRejection,
  explainVerdict,
  peerNameOf,
  profiles,
  verify,
  type AnchorSource,
  type Attempt,
  type MissingIssuer,
  type PeerName,
  type Profile,
  type ProfileName,
  type Purpose,
  type Rejection,
  type RejectionCode,
  type RevocationSource,
  type SignatureInput,
  type TrustAnchor,
  type TrustPorts,
  type TrustReport,
  type TrustReportJson,
  type Verdict,
  type VerifiedPath,
  type VerifyRequest,
  type VerifySignature,
} from "../trust/index.ts";
