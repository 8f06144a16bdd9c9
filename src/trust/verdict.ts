/** What the search says: a path, or every path it tried with the rule that ended each. */
import type { Certificate } from "../x509/index.ts";
import type { TrustAnchor } from "./anchor.ts";
import type { PeerName } from "./peer-name.ts";
import type { ProfileName } from "./profile.ts";
import type { Rejection } from "./rejection.ts";

/** What the search says: a path, or every path that it tried with the rule that ended each. */
export type Verdict =
  | {
      readonly trusted: true;
      readonly path: VerifiedPath;
      readonly tried: readonly Attempt[];
      /** Attempts beyond those kept. */
      readonly omitted: number;
    }
  | {
      readonly trusted: false;
      /** The most useful of all rejections; `rank.ts` says which that is. */
      readonly primary: Rejection;
      readonly tried: readonly Attempt[];
      readonly omitted: number;
      /** Issuers that were looked for and not found; fetch one, add it to the intermediates, ask again. */
      readonly needs: readonly MissingIssuer[];
    };

/** One path that was tried. */
export interface Attempt {
  /** From the leaf up, as far as the path went; without the anchor. */
  readonly certificates: readonly Certificate[];
  /** The anchor it came to, if it came to one. */
  readonly anchor: TrustAnchor | undefined;
  /** The rejection that counts for this path. */
  readonly rejection: Rejection;
  /** What else was wrong with it. */
  readonly others: readonly Rejection[];
}

/** An issuer that nobody sent. */
export interface MissingIssuer {
  /** Text of the issuer's name. */
  readonly issuer: string;
  /** Its key identifier in hexadecimal, where the certificate below names it. */
  readonly keyId: string | undefined;
  /** Where it is published: caIssuers, RFC 5280 §4.2.2.1. */
  readonly urls: readonly string[];
}

/** How revocation was decided for one certificate. */
export type RevocationSource = "not-checked" | "crl" | "ocsp";

declare const verified: unique symbol;
/** A chain that passed every check. Only `search.ts` can make one. */
export interface VerifiedPath {
  readonly [verified]: true;
  /** From the leaf up, without the anchor. */
  readonly certificates: readonly Certificate[];
  readonly anchor: TrustAnchor;
  readonly profile: ProfileName;
  readonly purpose: Purpose;
  /** Every name that was compared; none when the caller asked for none. */
  readonly names: readonly PeerName[];
  /** The moment it holds at. */
  readonly at: number;
  /** Revocation of each certificate, in the same order. */
  readonly revocation: readonly RevocationSource[];
}

/** What the leaf is used for: TLS server or TLS client (RFC 5280 §4.2.1.12). */
export type Purpose = "server" | "client";
