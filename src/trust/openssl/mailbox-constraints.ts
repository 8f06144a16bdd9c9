/**
 * E-mail addresses in a subject against name constraints, as NAME_CONSTRAINTS_check of v3_ncons.c holds them: beside
 * alternative names too, where RFC 5280 §4.2.1.10 asks for it without them alone.
 */
import { attributeValues, type Certificate, emailAddressOid, type GeneralName } from "../../x509/index.ts";
import { parseSubtree, placeName } from "../subtree.ts";

/** An address in a subject, and the CA that does not allow it. */
export interface ForbiddenMailbox {
  readonly mailbox: string;
  readonly constrainedBy: Certificate;
}

/** The first address in the leaf's subject that a certificate above it forbids; `undefined` where none does. */
export function findForbiddenMailbox(
  leaf: Certificate,
  above: readonly Certificate[],
): ForbiddenMailbox | undefined {
  for (const value of attributeValues(leaf.subject, emailAddressOid)) {
    const constrainedBy = above.find((ca) => forbids(ca, { kind: "email", value }));
    if (constrainedBy !== undefined) return { mailbox: value, constrainedBy };
  }
  return undefined;
}

function forbids({ extensions }: Certificate, name: GeneralName): boolean {
  const constraints = extensions.value("nameConstraints");
  const isWithin = (base: GeneralName): boolean => {
    const subtree = parseSubtree(base);
    return subtree.kind !== "malformed" && placeName(name, subtree) === "inside";
  };
  const permitted = constraints?.permitted?.filter(({ kind }) => kind === "email") ?? [];
  const isPermitted = permitted.length === 0 || permitted.some(isWithin);
  return !isPermitted || constraints?.excluded?.some(isWithin) === true;
}
