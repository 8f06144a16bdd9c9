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
  const { certificate, role, profile, purpose, reject } = context;
  const extension = certificate.extensions.get("extendedKeyUsage");
  const purposes = extension?.value;
  const wanted = purpose === "server" ? purposeOid.serverAuth : purposeOid.clientAuth;
  const isStrictLeaf = role === "leaf" && profile.strictPurposes;
  if (extension === undefined && !isStrictLeaf) return undefined;
  const allows = purposes?.includes(wanted) === true || (!isStrictLeaf && purposes?.includes(purposeOid.any));
  const refuse = (): Rejection =>
    reject("wrong-usage", context, {
      purpose: renderPurpose(wanted),
      purposes: (purposes ?? []).map(renderPurpose),
    });
  if (allows !== true) return refuse();
  if (!profile.strictPurposes) return undefined;
  const irregular = (rule: string, authority: string): Rejection =>
    reject("irregular-certificate", context, { rule, authority, profile: profile.name });
  if (role === "root") return irregular("a root has extended key usage", "CA/B Forum BR 7.1.2.1.2");
  if (role !== "leaf") return undefined;
  if (extension?.critical === true) {
    return irregular("its extended key usage is critical", "CA/B Forum BR 7.1.2.7.6");
  }
  const foreign = purposes?.find((oid) => foreignPurposes.includes(oid));
  if (foreign === undefined) return undefined;
  const rule = `its extended key usage also names ${renderPurpose(foreign)}`;
  return irregular(rule, "CA/B Forum BR 7.1.2.7.10");
}
