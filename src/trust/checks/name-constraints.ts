/**
 * Name constraints: RFC 5280 §6.1.3 (b), (c), §6.1.4 (g), §4.2.1.10.
 *
 * Every CA's constraints are held against every certificate below it, which comes to the same as the RFC's
 * intersections. Self-issued certificates between are exempt. What can be said of the constraints themselves
 * (critical, readable, not in a leaf) is decided here too.
 *
 * DEVIATION: a constraint that cannot be read refuses its certificate under every profile, whatever names are below.
 * OpenSSL and Go pass over some of these as matching nothing, which lets an exclusion lapse without a word.
 */
import {
  attributeValues,
  type Certificate,
  emailAddressOid,
  escapeControls,
  type GeneralName,
  type NameConstraints,
  renderGeneralName,
} from "../../x509/index.ts";
import { type CertificateContext, type PathContext, placedCertificates } from "../path.ts";
import type { Placed, Rejection } from "../rejection.ts";
import { formOf, parseSubtree, placeName, type Subtree } from "../subtree.ts";

/** The form of the extension in one certificate. */
export function checkConstraintForm(context: CertificateContext): Rejection | undefined {
  const { certificate, role, profile, reject } = context;
  const extension = certificate.extensions.get("nameConstraints");
  if (extension === undefined) return undefined;
  const irregular = (rule: string): Rejection =>
    reject("irregular-certificate", context, {
      rule,
      authority: "RFC 5280 §4.2.1.10",
      profile: profile.name,
    });
  const isCa = certificate.extensions.value("basicConstraints")?.isCa === true;
  if (profile.checksForm && role === "leaf" && !isCa)
    return irregular("it has nameConstraints and is not a CA's");
  if (profile.nameConstraintsCritical && !extension.critical) {
    return irregular("its nameConstraints is not critical");
  }
  if (extension.value === undefined) return undefined; // checkWellFormed says it.
  const { fault, dotted } = compile(extension.value);
  if (profile.checksForm && dotted !== undefined)
    return reject("malformed-certificate", context, {
      reason: `nameConstraints: the DNS name "${dotted}" is not a name space`,
    });
  return fault === undefined
    ? undefined
    : reject("malformed-certificate", context, { reason: `nameConstraints: ${fault}` });
}

/** The names of a path against the constraints above them. */
export function checkNameConstraints(context: PathContext): Rejection | undefined {
  const fromTop = placedCertificates(context).toReversed();
  for (const [at, ca] of fromTop.entries()) {
    const constraints = ca.certificate.extensions.value("nameConstraints");
    if (constraints === undefined) continue;
    const compiled = compile(constraints);
    for (const subject of fromTop.slice(at + 1)) {
      // §6.1.3 (b): self-issued certificates are exempt, unless last.
      if (subject.role !== "leaf" && subject.certificate.isSelfIssued) continue;
      const rejection = checkNames(context, { ca, subject, compiled });
      if (rejection !== undefined) return rejection;
    }
  }
  return undefined;
}

interface Compiled {
  /** Subtrees by form. */
  readonly permitted: ReadonlyMap<string, readonly Subtree[]>;
  readonly excluded: ReadonlyMap<string, readonly Subtree[]>;
  readonly fault: string | undefined;
  /** The first DNS name that begins with a dot, which RFC 5280 §4.2.1.10 defines for URIs alone. */
  readonly dotted: string | undefined;
}

const known = new WeakMap<NameConstraints, Compiled>();

function compile(constraints: NameConstraints): Compiled {
  const before = known.get(constraints);
  if (before !== undefined) return before;
  const faults: string[] = [];
  const compiled: Compiled = {
    permitted: groupByForm(constraints.permitted ?? [], faults),
    excluded: groupByForm(constraints.excluded ?? [], faults),
    fault: faults[0],
    dotted: [...(constraints.permitted ?? []), ...(constraints.excluded ?? [])].flatMap((base) =>
      base.kind === "dns" && base.value.startsWith(".") ? [escapeControls(base.value)] : [],
    )[0],
  };
  known.set(constraints, compiled);
  return compiled;
}

function groupByForm(
  bases: readonly GeneralName[],
  faults: string[],
): ReadonlyMap<string, readonly Subtree[]> {
  const groups = new Map<string, Subtree[]>();
  for (const base of bases) {
    const subtree = parseSubtree(base);
    if (subtree.kind === "malformed") {
      faults.push(subtree.reason);
      continue;
    }
    const form = formOf(base);
    const group = groups.get(form);
    if (group === undefined) groups.set(form, [subtree]);
    else group.push(subtree);
  }
  return groups;
}

interface Encounter {
  readonly ca: Placed;
  readonly subject: Placed;
  readonly compiled: Compiled;
}

function checkNames(context: PathContext, { ca, subject, compiled }: Encounter): Rejection | undefined {
  for (const name of constrainedNames(subject.certificate)) {
    const form = formOf(name);
    const permitted = compiled.permitted.get(form) ?? [];
    const excluded = compiled.excluded.get(form) ?? [];
    if (!context.budget.spend("name constraint comparisons", permitted.length + excluded.length))
      return undefined;
    const reason = faultOf(name, permitted, excluded);
    if (reason === undefined) continue;
    return context.reject("name-constraint", subject, {
      name: renderGeneralName(name),
      constrainedBy: ca.certificate.subject.display,
      reason,
    });
  }
  return undefined;
}

function faultOf(
  name: GeneralName,
  permitted: readonly Subtree[],
  excluded: readonly Subtree[],
): string | undefined {
  let isPermitted = permitted.length === 0;
  for (const subtree of excluded) {
    const placing = placeName(name, subtree);
    if (placing === "unplaceable") return "it cannot be held against the constraints";
    if (placing !== "outside") return "it is excluded";
  }
  for (const subtree of permitted) {
    const placing = placeName(name, subtree);
    if (placing === "unplaceable") return "it cannot be held against the constraints";
    if (placing === "inside") isPermitted = true;
  }
  return isPermitted ? undefined : "it is outside what is permitted";
}

/** §4.2.1.10: alternative names; the subject as a directory name; its e-mail addresses where no alternative names are. */
function constrainedNames({ subject, extensions }: Certificate): readonly GeneralName[] {
  const alternatives = extensions.value("subjectAltName");
  const names: GeneralName[] = [...(alternatives ?? [])];
  if (!subject.isEmpty) names.push({ kind: "directory", name: subject });
  if (alternatives === undefined) {
    for (const value of attributeValues(subject, emailAddressOid)) names.push({ kind: "email", value });
  }
  return names;
}
