/**
 * How long an anchor lasts for a site: the earliest of its notAfter, its programme's retirement, distrust-after, and
 * the end of a cross-sign that the path runs through.
 *
 * A server's own certificate and its CA's ordinary intermediates do not count: they are replaced while the anchor
 * stays. A cross-signed root does: when it ends, so does every path to this anchor.
 */
import { equalBytes, renderInstant } from "../core/index.ts";
import { type Certificate, equalNames } from "../x509/index.ts";
import { distrustAfter, namedRetirements, removals, scheduledRetirement } from "./programme-dates.ts";

/** Why it ends. */
export type EndReason =
  | { readonly kind: "not-after" }
  /**
   * `named`: the programme published this root's date. `removed`: it was seen to be gone. `schedule`: it follows from
   * notBefore, and is likely.
   */
  | {
      readonly kind: "retired";
      readonly programme: "Mozilla";
      readonly basis: "named" | "removed" | "schedule";
    }
  | { readonly kind: "distrusted-after"; readonly programme: "Mozilla" }
  /** The path runs through this root's certificate, which the anchor signed. */
  | { readonly kind: "cross-sign"; readonly subject: string };

/** When something ends, and why. */
export interface End {
  readonly at: number;
  readonly reason: EndReason;
}

/** What is known of an anchor beside its certificate. */
export interface AnchorFacts {
  readonly certificate: Certificate;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** Whether it is (or was) in a public programme's store; the programmes' dates say nothing of other roots. */
  readonly isPublic: boolean;
}

/** Everything that ends an anchor, the earliest first. */
export function anchorEnds({ certificate, fingerprint, isPublic }: AnchorFacts): readonly End[] {
  const ends: End[] = [{ at: certificate.notAfterAt, reason: { kind: "not-after" } }];
  const named = namedRetirements.find((row) => row.fingerprint === fingerprint);
  const removed = removals.find((row) => row.fingerprint === fingerprint);
  const distrusted = distrustAfter.find((row) => row.fingerprint === fingerprint);
  if (named !== undefined) {
    ends.push({ at: named.at, reason: { kind: "retired", programme: "Mozilla", basis: "named" } });
  } else if (removed !== undefined) {
    ends.push({ at: removed.at, reason: { kind: "retired", programme: "Mozilla", basis: "removed" } });
  } else if (isPublic && distrusted === undefined) {
    // A root under distrust-after was kept past the schedule's day, so that older certificates go on.
    const at = scheduledRetirement(certificate.notBeforeAt);
    ends.push({ at, reason: { kind: "retired", programme: "Mozilla", basis: "schedule" } });
  }
  if (distrusted !== undefined) {
    ends.push({ at: distrusted.at, reason: { kind: "distrusted-after", programme: "Mozilla" } });
  }
  return ends.toSorted((a, b) => a.at - b.at);
}

/** A path to an anchor: the certificates from the leaf up, without the anchor. */
export interface AnchoredPath {
  readonly certificates: readonly Certificate[];
  readonly anchor: AnchorFacts;
}

/** When a site can no longer be reached by this path. `roots` are those known, by which cross-signs are told. */
export function pathEnd({ certificates, anchor }: AnchoredPath, roots: readonly Certificate[]): End {
  const crossSigns = certificates.slice(1).flatMap((certificate): End[] => {
    if (!isCrossSign(certificate, roots)) return [];
    return [
      { at: certificate.notAfterAt, reason: { kind: "cross-sign", subject: certificate.subject.display } },
    ];
  });
  return earliestEnd([...anchorEnds(anchor), ...crossSigns]) ?? { at: 0, reason: { kind: "not-after" } };
}

/** Whether a CA certificate that another CA signed is a root of its own as well: same name, same key (RFC 4158 §1.4.2). */
export function isCrossSign(certificate: Certificate, roots: readonly Certificate[]): boolean {
  if (certificate.isSelfIssued) return false;
  return roots.some(
    (root) =>
      root.isSelfIssued &&
      equalNames(root.subject, certificate.subject) &&
      equalBytes(root.spki.der, certificate.spki.der),
  );
}

/** The earliest, or `undefined` of none. */
export function earliestEnd(ends: readonly End[]): End | undefined {
  return ends.reduce<End | undefined>(
    (first, end) => (first === undefined || end.at < first.at ? end : first),
    undefined,
  );
}

/** The latest, or `undefined` of none. */
export function latestEnd(ends: readonly End[]): End | undefined {
  return ends.reduce<End | undefined>(
    (last, end) => (last === undefined || end.at > last.at ? end : last),
    undefined,
  );
}

/** One clause: `until 2028-01-28, when its certificate ends`. */
export function explainEnd({ at, reason }: End): string {
  const day = renderInstant(at).slice(0, 10);
  const event = explainEvent(reason);
  switch (reason.kind) {
    case "not-after":
    case "cross-sign":
      return `until ${day}, when ${event}`;
    case "retired":
      switch (reason.basis) {
        case "named":
          return `until ${day}, when ${event}`;
        case "removed":
          return `until ${day} at the latest, when ${event}`;
        case "schedule":
          return `likely until ${day}, when ${event}`;
      }
    case "distrusted-after":
      return `only for server certificates issued through ${day}: ${event}`;
  }
}

/** The same where the day stands beside it. */
export function explainEndOfDay({ reason }: End): string {
  const event = explainEvent(reason);
  if (reason.kind === "distrusted-after") return `for server certificates issued later: ${event}`;
  if (reason.kind !== "retired" || reason.basis === "named") return event;
  return reason.basis === "removed" ? `${event}, at the latest` : `likely ${event}`;
}

function explainEvent(reason: End["reason"]): string {
  switch (reason.kind) {
    case "not-after":
      return "its certificate ends";
    case "retired":
      switch (reason.basis) {
        case "named":
          return `${reason.programme} no longer takes it for websites`;
        case "removed":
          return `it had left ${reason.programme}'s store`;
        case "schedule":
          return `${reason.programme}'s schedule retires keys of its age`;
      }
    case "distrusted-after":
      return `${reason.programme} believes no later ones`;
    case "cross-sign":
      return `the cross-signed certificate of ${reason.subject} ends`;
  }
}
