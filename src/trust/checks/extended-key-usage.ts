/**
 * Purposes: RFC 5280 §4.2.1.12, BR 7.1.2.7.10.
 *
 * A CA certificate with the extension limits everything below it to the purposes named: no RFC says so, and every
 * current implementation does it. Anchors are roots: under `webpki` they must not have it (BR 7.1.2.1.2).
 */
import { purposeOid, renderPurpose } from "../../x509/index.ts";
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

/** BR 7.1.2.7.10: purposes that MUST NOT stand beside serverAuth. */
const precertificateSigning = "1.3.6.1.4.1.11129.2.4.4";
const foreignPurposes: readonly string[] = [
  purposeOid.any,
  purposeOid.codeSigning,
  purposeOid.emailProtection,
  purposeOid.timeStamping,
  purposeOid.ocspSigning,
  precertificateSigning,
];

export function checkExtendedKeyUsage(context: CertificateContext): Rejection | undefined {
  const { certificate, role, profile, reject } = context;
  const extension = certificate.extensions.get("extendedKeyUsage");
  const isStrictLeaf = role === "leaf" && profile.strictPurposes;
  if (extension === undefined && !isStrictLeaf) return undefined;
  const purposes = extension?.value ?? [];
  const allowsAll = !isStrictLeaf && purposes.includes(purposeOid.any);
  const missing = allowsAll
    ? undefined
    : wantedPurposes(context).find((wanted) => !purposes.includes(wanted));
  if (missing !== undefined) {
    const purpose = renderPurpose(missing);
    return reject("wrong-usage", context, { purpose, purposes: purposes.map(renderPurpose) });
  }
  const fault = profile.strictPurposes ? strictFault(context) : undefined;
  if (fault === undefined) return undefined;
  const [rule, authority] = fault;
  return reject("irregular-certificate", context, { rule, authority, profile: profile.name });
}

function wantedPurposes({ request, purpose }: CertificateContext): readonly string[] {
  return request.extendedKeyUsages ?? [purpose === "server" ? purposeOid.serverAuth : purposeOid.clientAuth];
}

/** What BR 7.1.2.1.2, 7.1.2.7.6 and 7.1.2.7.10 add. */
function strictFault({
  certificate,
  role,
}: CertificateContext): readonly [rule: string, authority: string] | undefined {
  const extension = certificate.extensions.get("extendedKeyUsage");
  if (role === "root") return ["a root has extended key usage", "CA/B Forum BR 7.1.2.1.2"];
  if (role !== "leaf") return undefined;
  if (extension?.critical === true) return ["its extended key usage is critical", "CA/B Forum BR 7.1.2.7.6"];
  const foreign = extension?.value?.find((oid) => foreignPurposes.includes(oid));
  if (foreign === undefined) return undefined;
  return [`its extended key usage also names ${renderPurpose(foreign)}`, "CA/B Forum BR 7.1.2.7.10"];
}
