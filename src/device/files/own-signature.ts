/** Whether a root bears out itself: a byte that was changed in it shows in its own signature. */
import type { TrustPorts } from "../../trust/index.ts";
import type { Certificate } from "../../x509/index.ts";
import { isSignedBy } from "../request.ts";

/**
 * Whether a certificate that names itself as its issuer is signed by its own key. `undefined` where another key of that
 * name signed it, as when a CA takes a new key, and where the signature's algorithm is not known here.
 */
export function vouchesForItself(
  certificate: Certificate,
  ports: Pick<TrustPorts, "verifySignature">,
): boolean | undefined {
  const { extensions, isSelfIssued, signatureAlgorithm } = certificate;
  const { kind } = signatureAlgorithm.scheme;
  if (!isSelfIssued || kind === "unsupported") return undefined;
  const own = extensions.value("subjectKeyIdentifier");
  const issuing = extensions.value("authorityKeyIdentifier")?.keyId;
  if (own !== undefined && issuing !== undefined && own !== issuing) return undefined;
  return isSignedBy(certificate, certificate, ports);
}
