/** Signatures: RFC 5280 §6.1.3 (a)(1), from the anchor down. */
import type { SubjectPublicKeyInfo } from "../../x509/index.ts";
import { isAnchorItself, type PathContext } from "../path.ts";
import type { Rejection } from "../rejection.ts";

interface Signer {
  readonly spki: SubjectPublicKeyInfo;
  readonly name: string;
}

export function checkSignatures(context: PathContext): Rejection | undefined {
  const { certificates, anchor, reject } = context;
  if (isAnchorItself(certificates, anchor)) return undefined;
  let signer: Signer = { spki: anchor.spki, name: anchor.subject.display };
  for (let i = certificates.length - 1; i >= 0; i--) {
    const certificate = certificates[i];
    if (certificate === undefined) break;
    const holds = context.signatures.holds(certificate, signer.spki);
    if (holds !== true) {
      const placed = { certificate, role: i === 0 ? "leaf" : "intermediate" } as const;
      const algorithm = certificate.signatureAlgorithm.name;
      const code = holds === undefined ? "signature-unchecked" : "bad-signature";
      return reject(code, placed, { algorithm, signer: signer.name });
    }
    signer = { spki: certificate.spki, name: certificate.subject.display };
  }
  return undefined;
}
