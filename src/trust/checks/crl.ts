/** Revocation by CRL: RFC 5280 §6.3.3, for complete lists of the certificate's own issuer. */
import {
  type Certificate,
  type CertificateRevocationList,
  equalNames,
  extensionOid,
  type IssuingDistributionPoint,
  type SubjectPublicKeyInfo,
} from "../../x509/index.ts";
import type { PathContext } from "../path.ts";
import type { Placed, Rejection } from "../rejection.ts";
import { isAcceptedSignature } from "./strength.ts";

/** Who issued a certificate: the key, and the certificate it was taken from, where there is one. */
export interface Issuer {
  readonly spki: SubjectPublicKeyInfo;
  readonly certificate: Certificate | undefined;
}

/**
 * Decides one certificate by the lists given. Each must be covered by a list that may be used; what may not be
 * used decides nothing, save that a certificate once listed under its issuer's signature stays revoked.
 */
export function checkCrls(
  context: PathContext,
  subject: Placed & { readonly issuer: Issuer },
): Rejection | undefined {
  const lists = (context.request.crls ?? []).filter(({ issuer }) =>
    equalNames(issuer, subject.certificate.issuer),
  );
  let isCovered = false;
  let fault = "none of its issuer was supplied";
  for (const crl of lists) {
    const foreign = foreignFault(context, crl, subject.issuer) ?? scopeFault(crl, subject.certificate);
    if (foreign !== undefined) {
      fault = foreign;
      continue;
    }
    const entry = crl.entries.get(subject.certificate.serial);
    if (entry !== undefined && entry.reason !== "removeFromCRL") {
      const source = `the CRL of ${crl.issuer.display}`;
      return context.reject("revoked", subject, { ...entry, source });
    }
    const stale = useFault(context, crl);
    if (stale === undefined) isCovered = true;
    else fault = stale;
  }
  if (isCovered) return undefined;
  return context.reject("revocation-unknown", subject, { source: "the CRLs supplied", reason: fault });
}

/** Why a list is not the issuer's word: (f) cRLSign, (g) signature. */
function foreignFault(
  context: PathContext,
  crl: CertificateRevocationList,
  issuer: Issuer,
): string | undefined {
  const usages = issuer.certificate?.extensions.value("keyUsage");
  if (usages !== undefined && !usages.includes("cRLSign")) return "its issuer's key may not sign CRLs";
  if (!crl.algorithmsAgree) return "its two signature algorithm fields differ";
  if (!isAcceptedSignature(crl.signatureAlgorithm, context.profile)) {
    return `it is signed with ${crl.signatureAlgorithm.name}`;
  }
  const holds = context.signatures.holds(crl, issuer.spki);
  if (holds === undefined) return "its signature cannot be checked here";
  return holds ? undefined : "its issuer's key did not sign it";
}

/** Why a list that is genuine may not be used now: §5.1.2.4, §5.1.2.5, §5.2, §5.3. */
function useFault({ at }: PathContext, crl: CertificateRevocationList): string | undefined {
  if (at < crl.thisUpdateAt) return "it is of a later date";
  if (at > crl.nextUpdateAt) return "it is out of date";
  if (crl.duplicate !== undefined) return `it lists the serial number ${crl.duplicate} twice`;
  if (crl.unknownCriticalEntry !== undefined) {
    return `an entry has the critical extension ${crl.unknownCriticalEntry}`;
  }
  const number = crl.extensions.find(({ oid }) => oid === extensionOid.crlNumber);
  if (number === undefined) return "it has no number (RFC 5280 §5.2.3)";
  if (number.critical) return "its number is critical (RFC 5280 §5.2.3)";
  const unknown = crl.extensions.find(
    ({ oid, critical }) => critical && oid !== extensionOid.issuingDistributionPoint,
  );
  return unknown === undefined ? undefined : `it has the critical extension ${unknown.oid}`;
}

/** (b): whether the list covers certificates like this one, for every reason. */
function scopeFault(crl: CertificateRevocationList, certificate: Certificate): string | undefined {
  const opened = crl.issuingDistributionPoint;
  if (opened === undefined) return undefined;
  if (opened.value === undefined) return "its issuingDistributionPoint is malformed";
  const scope = opened.value;
  const isCa = certificate.extensions.value("basicConstraints")?.isCa === true;
  if (scope.onlyAttributeCertificates) return "it covers attribute certificates only";
  if (scope.onlyUserCertificates && isCa) return "it covers no CA certificates";
  if (scope.onlyCaCertificates && !isCa) return "it covers CA certificates only";
  if (scope.isIndirect) return "it is an indirect CRL";
  if (scope.onlySomeReasons !== undefined) return "it covers some reasons only";
  return isPointOf(scope, certificate) ? undefined : "it covers another distribution point";
}

/** (b)(2)(i), with BR 7.2.2.1: names of both are URIs, and one is the same, byte for byte. */
function isPointOf({ name }: IssuingDistributionPoint, certificate: Certificate): boolean {
  if (name === undefined) return true;
  const own = urisOf(name);
  const points = certificate.extensions.value("crlDistributionPoints") ?? [];
  return points.some((point) => {
    if (point.name === undefined || point.crlIssuer !== undefined) return false;
    return urisOf(point.name).some((uri) => own.includes(uri));
  });
}

function urisOf(name: NonNullable<IssuingDistributionPoint["name"]>): readonly string[] {
  if (name.kind !== "full" || name.names.some(({ kind }) => kind !== "uri")) return [];
  return name.names.flatMap((uri) => (uri.kind === "uri" ? [uri.value] : []));
}
