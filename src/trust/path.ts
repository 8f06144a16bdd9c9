/** A candidate path and everything a check may look at. */
import { equalBytes, type Own } from "../core/index.ts";
import type { Certificate } from "../x509/index.ts";
import type { TrustAnchor } from "./anchor.ts";
import type { Budget } from "./budget.ts";
import type { SignatureMemory } from "./signatures.ts";
import type { TrustPorts } from "./ports.ts";
import type { Profile } from "./profile.ts";
import type { Placed, Reject } from "./rejection.ts";
import type { VerifyRequest } from "./request.ts";
import type { Purpose } from "./verdict.ts";

/** What stays the same during one search. */
export interface SearchContext {
  readonly request: Own<VerifyRequest>;
  readonly purpose: Purpose;
  /** The moment, floored to a second: certificates know no less (RFC 5280 §4.1.2.5). */
  readonly at: number;
  readonly maxDepth: number;
  readonly ports: TrustPorts;
  readonly budget: Budget;
  readonly signatures: SignatureMemory;
  readonly reject: Reject;
}

/** One certificate under the rules of one path. */
export interface CertificateContext extends SearchContext, Placed {
  readonly profile: Profile;
  readonly anchor: TrustAnchor;
}

/** A whole path, from leaf to anchor. */
export interface PathContext extends SearchContext {
  readonly profile: Profile;
  /** From the leaf up, without the anchor. */
  readonly certificates: readonly Certificate[];
  readonly anchor: TrustAnchor;
}

/** The certificates of a path with their places; the anchor's own last, where it has one. */
export function placedCertificates(path: Ends): readonly Placed[] {
  return wholePath(path).map((certificate, i) => {
    if (i === 0) return { certificate, role: "leaf" };
    return { certificate, role: i < path.certificates.length ? "intermediate" : "root" };
  });
}

/** A path, from leaf to anchor. */
type Ends = Pick<PathContext, "certificates" | "anchor">;

/** The certificates of a path, the anchor's own last, where it has one. */
export function wholePath({ certificates, anchor }: Ends): readonly Certificate[] {
  const root = anchor.certificate;
  return root === undefined || isAnchorItself(certificates, anchor) ? certificates : [...certificates, root];
}

/** Whether the path is one certificate that is trusted itself: it then stands there once, as the leaf. */
export function isAnchorItself(certificates: readonly Certificate[], anchor: TrustAnchor): boolean {
  const [leaf] = certificates;
  if (leaf === undefined || certificates.length > 1 || anchor.certificate === undefined) return false;
  return equalBytes(leaf.der, anchor.certificate.der);
}
