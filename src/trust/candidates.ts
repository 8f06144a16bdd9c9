/** Who may have issued a certificate: by name among anchors and intermediates, the likeliest first. */
import { equalBytes } from "../core/index.ts";
import type { Certificate, Name, SubjectPublicKeyInfo } from "../x509/index.ts";
import type { TrustAnchor } from "./anchor.ts";

/** A name and a key: what makes two certificates the same CA (RFC 4158 §5.2). */
interface Entity {
  readonly subject: Name;
  readonly spki: SubjectPublicKeyInfo;
}

const anchorIndexes = new WeakMap<readonly TrustAnchor[], ReadonlyMap<string, readonly TrustAnchor[]>>();

/** The candidates of one search. Looking up costs nothing; only names that lead to an anchor are worth visiting. */
export class Candidates {
  readonly #anchors: ReadonlyMap<string, readonly TrustAnchor[]>;
  readonly #intermediates: ReadonlyMap<string, readonly Certificate[]>;
  readonly #leading: ReadonlySet<string>;
  /** The intermediates above each certificate in their order, made once however often the search comes by. */
  readonly #ordered = new Map<Certificate, readonly Certificate[]>();

  constructor(anchors: readonly TrustAnchor[], intermediates: readonly Certificate[]) {
    // The anchors in force are one list for many searches.
    const known = anchorIndexes.get(anchors);
    this.#anchors = known ?? groupBySubject(anchors);
    if (known === undefined) anchorIndexes.set(anchors, this.#anchors);
    this.#intermediates = groupBySubject(intermediates);
    this.#leading = findLeadingNames(this.#anchors, intermediates);
  }

  /** Anchors of the issuer's name. */
  anchorsOf(certificate: Certificate): readonly TrustAnchor[] {
    const found = this.#anchors.get(certificate.issuer.key) ?? [];
    return sortByAffinity(found, certificate, (anchor) => anchor.certificate);
  }

  /** Intermediates of the issuer's name, whether or not they lead anywhere. */
  intermediatesOf(certificate: Certificate): readonly Certificate[] {
    const known = this.#ordered.get(certificate);
    if (known !== undefined) return known;
    const found = this.#intermediates.get(certificate.issuer.key) ?? [];
    const ordered = sortByAffinity(found, certificate, (candidate) => candidate);
    this.#ordered.set(certificate, ordered);
    return ordered;
  }

  /** Whether, by the names alone, an anchor stands somewhere above this certificate. */
  leadsToAnchor(certificate: Certificate): boolean {
    const { key } = certificate.issuer;
    return this.#anchors.has(key) || this.#leading.has(key);
  }
}

/** Whether a path already holds this CA: same subject and same key, whatever the certificate. */
export function isOnPath(path: readonly Certificate[], candidate: Entity): boolean {
  return path.some(
    ({ subject, spki }) => equalBytes(spki.der, candidate.spki.der) && subject.key === candidate.subject.key,
  );
}

function groupBySubject<T extends Entity>(entities: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const entity of entities) {
    const group = groups.get(entity.subject.key);
    if (group === undefined) groups.set(entity.subject.key, [entity]);
    else group.push(entity);
  }
  return groups;
}

/** Names of intermediates from which a chain of names goes up to an anchor. */
function findLeadingNames(
  anchors: ReadonlyMap<string, readonly TrustAnchor[]>,
  intermediates: readonly Certificate[],
): ReadonlySet<string> {
  const leading = new Set<string>();
  let waiting = intermediates;
  for (;;) {
    const left: Certificate[] = [];
    for (const certificate of waiting) {
      const { key } = certificate.issuer;
      if (anchors.has(key) || leading.has(key)) leading.add(certificate.subject.key);
      else left.push(certificate);
    }
    if (left.length === waiting.length) return leading;
    waiting = left;
  }
}

/** Key identifiers that match come first, then those left out, then those that differ (Go crypto/x509; RFC 4158 §3.5.12). */
function sortByAffinity<T>(
  candidates: readonly T[],
  certificate: Certificate,
  certificateOf: (candidate: T) => Certificate | undefined,
): readonly T[] {
  const wanted = certificate.extensions.value("authorityKeyIdentifier")?.keyId;
  if (wanted === undefined) return candidates;
  const groups: readonly [T[], T[], T[]] = [[], [], []];
  for (const candidate of candidates) {
    const own = certificateOf(candidate)?.extensions.value("subjectKeyIdentifier");
    groups[own === undefined ? 1 : own === wanted ? 0 : 2].push(candidate);
  }
  return groups.flat();
}
