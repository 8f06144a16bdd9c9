/** Revocation by OCSP: RFC 6960 §3.2, §4.2.2.2; must-staple, RFC 7633 §4.3. */
import { renderHex } from "../../core/index.ts";
import {
  type Certificate,
  equalNames,
  type OcspResponse,
  purposeOid,
  type SingleResponse,
  type SubjectPublicKeyInfo,
} from "../../x509/index.ts";
import { ocspAgeMs, ocspSkewMs } from "../limits.ts";
import type { PathContext } from "../path.ts";
import type { TrustPorts } from "../ports.ts";
import type { Placed, Rejection } from "../rejection.ts";
import type { Issuer } from "./crl.ts";
import { isAcceptedSignature } from "./strength.ts";

type Answer = Extract<OcspResponse, { readonly kind: "answer" }>;

const source = "the OCSP response";
/** TLS extension status_request. */
const statusRequest = 5;

export function checkOcsp(
  context: PathContext,
  subject: Placed & { readonly issuer: Issuer },
): Rejection | undefined {
  const { ocsp, stapleRequested, stapleUnseen } = context.request;
  const unknown = (reason: string): Rejection =>
    context.reject("revocation-unknown", subject, { source, reason });
  if (ocsp === undefined) {
    const features = subject.certificate.extensions.value("tlsFeature");
    const isMissed = stapleRequested === true && features?.includes(statusRequest) === true;
    const why = stapleUnseen === true ? "whether one came cannot be seen here" : "none came";
    return isMissed ? unknown(`the certificate demands a stapled one, and ${why}`) : undefined;
  }
  if (ocsp.kind === "failure") return unknown(`the responder said ${ocsp.status}`);
  const answer = findAnswer(ocsp, subject.certificate, { issuer: subject.issuer, ports: context.ports });
  if (answer === undefined) return unknown("it is about another certificate");
  const fault = signerFault(context, ocsp, subject.issuer);
  if (fault !== undefined) return unknown(fault);
  if (answer.status.kind === "revoked") {
    const { revokedAt, reason } = answer.status;
    return context.reject("revoked", subject, { revokedAt, reason, source });
  }
  const stale = freshnessFault(context, answer) ?? criticalFault(ocsp, answer);
  if (stale !== undefined) return unknown(stale);
  return answer.status.kind === "unknown"
    ? unknown("the responder does not know the certificate")
    : undefined;
}

/** §3.2 (1): the answer about this certificate, by serial number and the hashes of its issuer's name and key. */
function findAnswer(
  { responses }: Answer,
  certificate: Certificate,
  { issuer, ports }: { readonly issuer: Issuer; readonly ports: TrustPorts },
): SingleResponse | undefined {
  return responses.find(({ id }) => {
    if (id.serial !== certificate.serial) return false;
    const hash = hashFor(id.hashOid, ports);
    if (hash === undefined) return false;
    if (renderHex(hash(certificate.issuer.der)) !== id.issuerNameHash) return false;
    return renderHex(hash(issuer.spki.keyBytes)) === id.issuerKeyHash;
  });
}

function hashFor(oid: string, ports: TrustPorts): TrustPorts["sha256"] | undefined {
  if (oid === "1.3.14.3.2.26") return ports.sha1;
  return oid === "2.16.840.1.101.3.4.2.1" ? ports.sha256 : undefined;
}

/** §4.2.2.2: the issuer itself, or a delegate that the issuer certified for signing OCSP responses. */
function signerFault(context: PathContext, answer: Answer, issuer: Issuer): string | undefined {
  if (!isAcceptedSignature(answer.signatureAlgorithm, context.profile)) {
    return `it is signed with ${answer.signatureAlgorithm.name}`;
  }
  const holds = context.signatures.holds(answer, issuer.spki);
  if (holds === true) return undefined;
  let fault =
    holds === undefined
      ? "its signature cannot be checked here"
      : "neither the issuer nor a delegate of the issuer signed it";
  for (const delegate of answer.certificates) {
    if (!isResponder(answer, delegate, context.ports)) continue;
    const delegateFault = findDelegateFault(context, delegate, issuer);
    if (delegateFault !== undefined) fault = delegateFault;
    else if (context.signatures.holds(answer, delegate.spki) === true) return undefined;
  }
  return fault;
}

function isResponder({ responder }: Answer, { subject, spki }: Certificate, ports: TrustPorts): boolean {
  if (responder.kind === "name") return equalNames(responder.name, subject);
  return responder.keyHash === keyHash(spki, ports);
}

function keyHash(spki: SubjectPublicKeyInfo, { sha1 }: TrustPorts): string {
  return renderHex(sha1(spki.keyBytes));
}

function findDelegateFault(context: PathContext, delegate: Certificate, issuer: Issuer): string | undefined {
  const { at, profile } = context;
  const isCertified = context.signatures.holds(delegate, issuer.spki);
  if (isCertified === undefined) return "the signature on the responder's certificate cannot be checked here";
  if (!isCertified) return "the issuer did not certify the responder";
  if (!isAcceptedSignature(delegate.signatureAlgorithm, profile)) {
    return `the responder's certificate is signed with ${delegate.signatureAlgorithm.name}`;
  }
  if (at < delegate.notBeforeAt || at > delegate.notAfterAt)
    return "the responder's certificate is not valid now";
  const purposes = delegate.extensions.value("extendedKeyUsage");
  return purposes?.includes(purposeOid.ocspSigning) === true
    ? undefined
    : "the responder's certificate is not for signing OCSP responses";
}

/** §3.2 (5), (6) */
function freshnessFault({ at }: PathContext, answer: SingleResponse): string | undefined {
  if (answer.thisUpdateAt > at + ocspSkewMs.value) return "it is of a later date";
  const end = answer.nextUpdateAt ?? answer.thisUpdateAt + ocspAgeMs.value;
  return at > end + ocspSkewMs.value ? "it is out of date" : undefined;
}

function criticalFault(answer: Answer, single: SingleResponse): string | undefined {
  const unknown = [...answer.extensions, ...single.extensions].find(({ critical }) => critical);
  return unknown === undefined ? undefined : `it has the critical extension ${unknown.oid}`;
}
