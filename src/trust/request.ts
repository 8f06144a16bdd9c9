/** What is asked of the search. */
import { asGiven, instant, needed, wholeOrInfinity, type Checks } from "../core/index.ts";
import type { KeyUsage } from "../x509/index.ts";
import type { Certificate, CertificateRevocationList, OcspResponse } from "../x509/index.ts";
import type { TrustAnchor } from "./anchor.ts";
import type { PeerName } from "./peer-name.ts";
import type { ProfileName } from "./profile.ts";
import type { Purpose } from "./verdict.ts";

/** What `verify` judges: a leaf, the certificates that may lie between, the anchors, and the moment. */
export interface VerifyRequest {
  readonly leaf: Certificate;
  /** Whatever else the peer sent, or was fetched, in any order. */
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  /** Names that the leaf must carry, every one of them; an empty list compares none. */
  readonly names: readonly PeerName[];
  /** The moment of validation, epoch milliseconds. */
  readonly at: number;
  /** Default `server`. */
  readonly purpose?: Purpose;
  /** Default: each anchor's own. */
  readonly profile?: ProfileName | undefined;
  /** Identifiers of the purposes that the path must allow, where the default by `purpose` is not meant. */
  readonly extendedKeyUsages?: readonly string[];
  /** Key usages that the leaf must allow, where it limits them at all. */
  readonly keyUsages?: readonly KeyUsage[];
  /** CA certificates allowed between leaf and anchor, self-issued ones not counted. */
  readonly maxDepth?: number;
  /**
   * When given, every certificate below the anchor must be covered by one of them. Leave it out to check nothing.
   */
  readonly crls?: readonly CertificateRevocationList[];
  /** The response about the leaf, stapled or fetched. */
  readonly ocsp?: OcspResponse;
  /** Whether the handshake asked for a stapled response: a leaf with must-staple then needs one (RFC 7633). */
  readonly stapleRequested?: boolean;
  /** That a stapled response may have come, and whoever asks was not shown it. */
  readonly stapleUnseen?: boolean;
}

export const verifyChecks: Checks<VerifyRequest> = {
  leaf: needed(asGiven()),
  intermediates: needed(asGiven()),
  anchors: needed(asGiven()),
  names: needed(asGiven()),
  at: needed(instant),
  purpose: asGiven(),
  profile: asGiven(),
  extendedKeyUsages: asGiven(),
  keyUsages: asGiven(),
  maxDepth: wholeOrInfinity(0),
  crls: asGiven(),
  ocsp: asGiven(),
  stapleRequested: asGiven(),
  stapleUnseen: asGiven(),
};
