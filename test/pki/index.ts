/** The one language for certificates in tests. */
export {
  daysLater,
  mint,
  mintChain,
  mintIntermediate,
  mintLeaf,
  mintRoot,
  noon,
  type Chain,
  type ChainShape,
  type Minted,
} from "./certificate.ts";
export { extension } from "./extensions.ts";
export {
  dsaKeys,
  ecSpki,
  explicitCurveSpki,
  keyIdentifier,
  makeKeys,
  rsaKeys,
  rsaSpki,
  signatureAlgorithm,
  spkiOf,
  type Hash,
  type Keys,
} from "./keys.ts";
export { distinguishedName, generalName, mailboxName, nameOf } from "./names.ts";
export { identityOf, pemOf, type Identity } from "./pem.ts";
export { mintCrl, mintOcsp, type CrlShape, type OcspShape } from "./revocation.ts";
export type { Shape } from "./shape.ts";
