/** Certificates in DER: one by itself, or a bag of them (PKCS #7 certs-only: RFC 2315 §9.1, RFC 5652 §5.1). */
import { DerReader } from "../../der/index.ts";

const signedDataOid = "1.2.840.113549.1.7.2";
/** More than any CA publishes as the issuers of one certificate. */
const mostCertificates = 16;

/** The certificates of what begins with a SEQUENCE, `most` of them; the bytes themselves where they are not a bag. */
export function readCertificateBag(
  bytes: Uint8Array,
  most: number = mostCertificates,
): readonly Uint8Array[] {
  const reader = DerReader.over(bytes);
  const outer = reader.enterSequence();
  if (outer.peekTag() !== 0x06 || outer.readOid() !== signedDataOid) return [bytes];
  const signed = outer.enter(0xa0).enterSequence();
  signed.skip(); // version
  signed.skip(); // digestAlgorithms, a SET that is empty
  signed.skip(); // encapContentInfo
  if (signed.peekTag() !== 0xa0) return [];
  const bag = signed.enter(0xa0);
  const certificates: Uint8Array[] = [];
  while (!bag.isDone && certificates.length < most) certificates.push(bag.readElement().bytes);
  return certificates;
}
