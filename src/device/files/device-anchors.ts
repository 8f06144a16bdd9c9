/** A bundle's entries as a device holds them: anchors for the strategies and for the full engine alike. */
import type { BundleEntry } from "../../bundle/index.ts";
import { anchorFromCertificate, type AnchorSource, type TrustAnchor } from "../../trust/index.ts";
import type { Certificate } from "../../x509/index.ts";

/**
 * The anchors of a bundle, in its order. Entries that cannot be read are left out: the audit names them.
 * `isPublic`: whether a root belongs to a public programme, whose rules a full validation then goes by.
 */
export function anchorsOf(
  entries: readonly BundleEntry[],
  source: AnchorSource,
  isPublic: (certificate: Certificate) => boolean = () => false,
): readonly TrustAnchor[] {
  return entries.flatMap((entry): TrustAnchor[] => {
    switch (entry.kind) {
      case "certificate":
        return [
          anchorFromCertificate(entry.certificate, source, { inProgramme: isPublic(entry.certificate) }),
        ];
      case "name-and-key":
        return [{ subject: entry.subject, spki: entry.key, source, profile: "rfc5280" }];
      case "unreadable":
        return [];
    }
  });
}
