/**
 * Key identifiers: RFC 5280 §4.2.1.1 and §4.2.1.2, BR 7.1.2.1.3.
 *
 * They only help to find issuers; still both profiles insist on them, since without them a search among CAs
 * that share a name is guesswork. A self-signed certificate may leave the authority's out.
 */
import type { CertificateContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

export function checkKeyIdentifiers(context: CertificateContext): Rejection | undefined {
  const { profile, reject } = context;
  const fault = subjectFault(context) ?? authorityFault(context);
  if (fault === undefined) return undefined;
  const [rule, authority] = fault;
  return reject("irregular-certificate", context, { rule, authority, profile: profile.name });
}

type Fault = readonly [rule: string, authority: string];

/** §4.2.1.2: in "all certificates including the basic constraints extension where the value of cA is TRUE". */
function subjectFault({ certificate: { extensions } }: CertificateContext): Fault | undefined {
  const isCa = extensions.value("basicConstraints")?.isCa === true;
  if (!isCa || extensions.get("subjectKeyIdentifier") !== undefined) return undefined;
  return ["it is a CA's and has no subjectKeyIdentifier", "RFC 5280 §4.2.1.2"];
}

function authorityFault(context: CertificateContext): Fault | undefined {
  const { certificate, role, profile } = context;
  const { extensions, isSelfIssued } = certificate;
  const authority = extensions.value("authorityKeyIdentifier");
  if (authority?.keyId === undefined) {
    // §4.2.1.1: "where a CA distributes its public key in the form of a self-signed certificate, the authority
    // key identifier MAY be omitted".
    const mayOmit = authority === undefined || profile.anchorForm === "rfc5280";
    if (mayOmit && isSelfSigned(context)) return undefined;
    return ["its authorityKeyIdentifier names no key", "RFC 5280 §4.2.1.1"];
  }
  if (role !== "root" || !isSelfIssued || profile.anchorForm !== "webpki") return undefined;
  if (authority.issuer !== undefined || authority.serial !== undefined) {
    return ["a root's authorityKeyIdentifier names more than the key", "CA/B Forum BR 7.1.2.1.3"];
  }
  return authority.keyId === extensions.value("subjectKeyIdentifier")
    ? undefined
    : ["a root's two key identifiers differ", "CA/B Forum BR 7.1.2.1.3"];
}

/** Whether its own key signed it, whatever the names say. The signature of a root is not looked at: it proves nothing. */
function isSelfSigned({ certificate, role, signatures }: CertificateContext): boolean {
  if (role === "root" && certificate.isSelfIssued) return true;
  return signatures.holds(certificate, certificate.spki) === true;
}
