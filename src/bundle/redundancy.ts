/**
 * Roots that the CA of a chosen anchor is likely to move to: its other roots, as far as they last.
 *
 * Likely, not certain: which root a CA uses next is its own decision. "The same CA" is the organisation in the
 * subject, or one that the CCADB lists under the same owner.
 */
import { equalBytes, ownValue } from "../core/index.ts";
import { attributeValues, type Certificate } from "../x509/index.ts";

const organisationOid = "2.5.4.10";

/** Organisations in subjects of roots that belong to one owner (CCADB, "CA Owner"), in lower case. */
const owners: readonly (readonly string[])[] = [
  ["sectigo limited", "comodo ca limited", "the usertrust network", "usertrust network"],
  ["digicert inc", "digicert, inc.", "quovadis limited", "baltimore", "cybertrust, inc"],
  ["internet security research group", "isrg"],
  ["globalsign", "globalsign nv-sa"],
  ["google trust services llc", "google trust services"],
  ["entrust, inc.", "affirmtrust", "entrust.net"],
  ["unizeto technologies s.a.", "unizeto sp. z o.o.", "asseco data systems s.a."],
];

/** The roots that were chosen, and where to look for further ones of the same CAs. */
export interface RedundancyRequest {
  readonly chosen: readonly Certificate[];
  /** The store to look in. */
  readonly roots: readonly Certificate[];
  /** How many further roots for each CA. */
  readonly count: number;
  /** Where no two roots of one name may be taken: by what they are told apart. */
  readonly nameOf?: (root: Certificate) => string;
  /** Whether a root lasts long enough to be worth carrying. */
  readonly lasts: (root: Certificate) => boolean;
}

/** A further root, and the chosen ones that it stands by. */
export interface SpareRoot {
  readonly certificate: Certificate;
  /** The owner, as the chosen root's subject names it. */
  readonly organisation: string;
  readonly beside: readonly Certificate[];
}

/** The newest other roots of each chosen root's CA. */
export function findSpareRoots(request: RedundancyRequest): readonly SpareRoot[] {
  const { chosen, roots, count, lasts } = request;
  const nameOf = ownValue(request, "nameOf");
  const isChosen = (root: Certificate): boolean =>
    chosen.some((other) => equalBytes(other.spki.der, root.spki.der));
  const families = new Map<string, Certificate[]>();
  for (const certificate of chosen) {
    const family = ownerOf(certificate);
    if (family !== undefined) families.set(family, [...(families.get(family) ?? []), certificate]);
  }
  return [...families].flatMap(([family, beside]) =>
    roots
      .filter((root) => ownerOf(root) === family && !isChosen(root) && lasts(root))
      .toSorted((a, b) => b.notBeforeAt - a.notBeforeAt || a.der.length - b.der.length)
      .filter((root, i, all) => nameOf === undefined || isFirstOfName(root, all.slice(0, i), nameOf))
      .slice(0, count)
      .map((certificate) => ({ certificate, organisation: organisationOf(beside[0]) ?? family, beside })),
  );
}

function isFirstOfName(
  root: Certificate,
  before: readonly Certificate[],
  nameOf: (root: Certificate) => string,
): boolean {
  const name = nameOf(root);
  return !before.some((other) => nameOf(other) === name);
}

function organisationOf(certificate: Certificate | undefined): string | undefined {
  return certificate === undefined ? undefined : attributeValues(certificate.subject, organisationOid)[0];
}

function ownerOf(certificate: Certificate): string | undefined {
  const organisation = organisationOf(certificate)?.trim().toLowerCase();
  if (organisation === undefined || organisation === "") return undefined;
  return owners.find((names) => names.includes(organisation))?.[0] ?? organisation;
}
