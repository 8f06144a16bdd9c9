/** Every check of a whole path, in order. A signature that does not hold makes the rest meaningless, and ends it. */
import { checkCa, checkCaForm } from "./checks/ca.ts";
import { checkCriticalExtensions } from "./checks/critical-extensions.ts";
import { checkCrls, type Issuer } from "./checks/crl.ts";
import { checkDistrust } from "./checks/distrust.ts";
import { checkExtendedKeyUsage } from "./checks/extended-key-usage.ts";
import { checkKeyIdentifiers } from "./checks/key-identifiers.ts";
import { checkKeyUsage } from "./checks/key-usage.ts";
import { checkConstraintForm, checkNameConstraints } from "./checks/name-constraints.ts";
import { checkOcsp } from "./checks/ocsp.ts";
import { checkPathLength } from "./checks/path-length.ts";
import { checkPeerNames } from "./checks/peer-names.ts";
import { checkPolicies } from "./checks/policies.ts";
import { checkSerial } from "./checks/serial.ts";
import { checkSignatures } from "./checks/signature.ts";
import { checkKey, checkSignatureAlgorithm } from "./checks/strength.ts";
import { checkSubject } from "./checks/subject.ts";
import { checkTimes } from "./checks/times.ts";
import { checkValidity } from "./checks/validity.ts";
import { checkVersion } from "./checks/version.ts";
import { checkWellFormed } from "./checks/well-formed.ts";
import { type CertificateContext, type PathContext, placedCertificates } from "./path.ts";
import type { Placed, Rejection } from "./rejection.ts";
import type { RevocationSource } from "./verdict.ts";

type CertificateCheck = (context: CertificateContext) => Rejection | undefined;

/** Checks of one certificate in its place. */
const certificateChecks: readonly CertificateCheck[] = [
  checkWellFormed,
  checkValidity,
  checkCriticalExtensions,
  checkCa,
  checkKeyUsage,
  checkExtendedKeyUsage,
  checkConstraintForm,
  checkKey,
  checkSignatureAlgorithm,
];

/** Checks of a certificate's form, which a root programme has already made for its members. */
const formChecks: readonly CertificateCheck[] = [
  checkVersion,
  checkTimes,
  checkSerial,
  checkCaForm,
  checkKeyIdentifiers,
  checkSubject,
];

/** Checks of the path as a whole. */
const wholePathChecks: readonly ((context: PathContext) => Rejection | undefined)[] = [
  checkPathLength,
  checkNameConstraints,
  checkPolicies,
  checkDistrust,
];

export interface PathFindings {
  readonly rejections: readonly Rejection[];
  /** Of each certificate below the anchor. */
  readonly revocation: readonly RevocationSource[];
}

/** Everything that is wrong with a path that leads to an anchor; nothing, when it holds. */
export function checkPath(context: PathContext): PathFindings {
  const broken = checkSignatures(context);
  if (broken !== undefined) return { rejections: [broken], revocation: [] };
  const rejections: Rejection[] = [];
  const add = (rejection: Rejection | undefined): void => {
    if (rejection !== undefined) rejections.push(rejection);
  };
  const { certificates, anchor, profile } = context;
  for (const placed of placedCertificates(context)) {
    const about: CertificateContext = { ...context, profile, ...placed };
    for (const check of certificateChecks) add(check(about));
    if (profile.checksForm && (placed.role !== "root" || !anchor.inProgramme))
      for (const check of formChecks) add(check(about));
    if (placed.certificate === certificates[0]) add(checkPeerNames(about));
  }
  for (const check of wholePathChecks) add(check(context));
  const revocation = certificates.map((certificate, i): RevocationSource => {
    const role = i === 0 ? "leaf" : "intermediate";
    return checkRevocation(context, { placed: { certificate, role }, index: i, add });
  });
  return { rejections, revocation };
}

interface RevocationSubject {
  readonly placed: Placed;
  readonly index: number;
  readonly add: (rejection: Rejection | undefined) => void;
}

function checkRevocation(context: PathContext, { placed, index, add }: RevocationSubject): RevocationSource {
  const { certificates, request } = context;
  const above = certificates[index + 1];
  const issuer: Issuer =
    above === undefined ? anchorAsIssuer(context) : { spki: above.spki, certificate: above };
  const subject = { ...placed, issuer };
  let source: RevocationSource = "not-checked";
  if (request.crls !== undefined) {
    add(checkCrls(context, subject));
    source = "crl";
  }
  if (index === 0) {
    add(checkOcsp(context, subject));
    if (request.ocsp !== undefined) source = "ocsp";
  }
  return source;
}

function anchorAsIssuer({ anchor }: PathContext): Issuer {
  return { spki: anchor.spki, certificate: anchor.certificate };
}
