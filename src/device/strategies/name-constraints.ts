/** Name constraints as OpenSSL applies them to a TLS server's names: RFC 5280 §4.2.1.10 for DNS names and addresses. */
import { equalBytes } from "../../core/index.ts";
import { attributeValues, type Certificate, commonNameOid, type GeneralName } from "../../x509/index.ts";

/** A name that a certificate forbids: by excluding it, or by permitting others. */
export interface ForbiddenName {
  readonly name: string;
  readonly certificate: Certificate;
  readonly isExcluded: boolean;
}

/** The first name of the leaf that a certificate above it forbids. */
export function findForbiddenName(
  leaf: Certificate,
  above: readonly Certificate[],
): ForbiddenName | undefined {
  const names = namesOf(leaf);
  for (const certificate of above) {
    const constraints = certificate.extensions.value("nameConstraints");
    if (constraints === undefined) continue;
    for (const name of names) {
      const permitted = constraints.permitted?.filter((base) => base.kind === name.kind) ?? [];
      if (permitted.length > 0 && !permitted.some((base) => isWithin(name, base)))
        return { name: render(name), certificate, isExcluded: false };
      if (constraints.excluded?.some((base) => isWithin(name, base)) === true)
        return { name: render(name), certificate, isExcluded: true };
    }
  }
  return undefined;
}

/** DNS names and addresses; the common name where there is no DNS name. */
function namesOf(leaf: Certificate): readonly GeneralName[] {
  const names = leaf.extensions.value("subjectAltName") ?? [];
  if (names.some(({ kind }) => kind === "dns")) return names;
  const common = attributeValues(leaf.subject, commonNameOid).map(
    (value) => ({ kind: "dns", value }) as const,
  );
  return [...names, ...common];
}

function isWithin(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === "dns" && base.kind === "dns") return isSubdomain(name.value, base.value);
  if (name.kind !== "ip" || base.kind !== "ip" || base.bytes.length !== name.bytes.length * 2) return false;
  const mask = base.bytes.subarray(name.bytes.length);
  const apply = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => byte & (mask[i] ?? 0));
  return equalBytes(apply(name.bytes), apply(base.bytes.subarray(0, name.bytes.length)));
}

function isSubdomain(name: string, base: string): boolean {
  const [left, right] = [name.toLowerCase(), base.toLowerCase()];
  if (right === "" || left === right) return true;
  return left.endsWith(right.startsWith(".") ? right : `.${right}`);
}

function render(name: GeneralName): string {
  return name.kind === "dns" ? name.value : name.kind === "ip" ? name.bytes.join(".") : name.kind;
}
