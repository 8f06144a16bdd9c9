/** Who signed whom among certificates that stand together: OpenSSL checks each signature. */
import { X509Certificate } from "node:crypto";
import { equalNames, type Certificate } from "../../x509/index.ts";

/** How a certificate hangs together with the others. */
export type Link =
  /** Signed by its own key. */
  | { readonly kind: "self-signed" }
  /** Signed by the key of another one here; its index. */
  | { readonly kind: "signed-by"; readonly issuer: number }
  /** Another one here has its issuer's name, and did not sign it. */
  | { readonly kind: "namesake"; readonly issuer: number }
  /** Its issuer is not here. */
  | { readonly kind: "elsewhere" };

/** The link of each certificate to its issuer among `certificates`. */
export function findLinks(certificates: readonly Certificate[]): Link[] {
  return certificates.map((certificate, index) => {
    if (certificate.isSelfIssued && isSignedBy(certificate, certificate)) return { kind: "self-signed" };
    const namesakes = [...certificates.keys()].filter((other) => {
      const issuer = certificates[other];
      return issuer !== undefined && other !== index && equalNames(certificate.issuer, issuer.subject);
    });
    const issuer = namesakes.find((other) => isSignedBy(certificate, certificates[other]));
    if (issuer !== undefined) return { kind: "signed-by", issuer };
    const [namesake] = namesakes;
    return namesake === undefined ? { kind: "elsewhere" } : { kind: "namesake", issuer: namesake };
  });
}

function isSignedBy(certificate: Certificate, issuer: Certificate | undefined): boolean {
  if (issuer === undefined) return false;
  try {
    return new X509Certificate(certificate.der).verify(new X509Certificate(issuer.der).publicKey);
  } catch {
    return false; // A key or an algorithm that OpenSSL does not know signs nothing here.
  }
}
