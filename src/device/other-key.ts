/**
 * Whether a CA certificate of the issuer's name is there, with another key: said in place of "no issuer" and of "the
 * signature does not hold", in which the libraries report it. A CA that has renewed its root under the old name does
 * that, and so do two roots of one name on a device that looks at one of them.
 */
import type { Own } from "../core/index.ts";
import type { TrustAnchor, TrustPorts } from "../trust/index.ts";
import { type Certificate, equalNames } from "../x509/index.ts";
import { type DeviceRequest, isSignedBy } from "./request.ts";
import { type DeviceVerdict, refuse } from "./verdict.ts";

/** The verdict, with a refusal for want of an issuer made exact. */
export function nameOtherKey(
  verdict: DeviceVerdict,
  { anchors, firstOfNameOnly }: Pick<Own<DeviceRequest>, "anchors"> & { readonly firstOfNameOnly: boolean },
  ports: TrustPorts,
): DeviceVerdict {
  if (verdict.accepts) return verdict;
  const { refusal } = verdict;
  const { certificate } = refusal;
  if (certificate === undefined || certificate.isSelfIssued) return verdict;
  const named = anchors.filter(({ subject }) => equalNames(subject, certificate.issuer));
  if (named.length === 0) return verdict;
  const signs = (anchor: TrustAnchor): boolean => isSignedBy(certificate, anchor, ports);
  // Where the library looks at one of them, another may have the right key.
  const isOther =
    refusal.code === "bad-signature"
      ? named.some(signs) || named.every((anchor) => hasOtherKey(certificate, anchor))
      : refusal.code === "not-trusted" && (!named.some(signs) || (firstOfNameOnly && named.length > 1));
  return isOther ? refuse({ ...refusal, code: "other-key" }) : verdict;
}

/** By the key identifiers: where these are the same, it is the signature that is broken. */
function hasOtherKey(certificate: Certificate, anchor: TrustAnchor): boolean {
  const wanted = certificate.extensions.value("authorityKeyIdentifier")?.keyId;
  const own = anchor.certificate?.extensions.value("subjectKeyIdentifier");
  return wanted === undefined || own === undefined || wanted !== own;
}
