/** X509_V_FLAG_X509_STRICT, which Python sets since 3.13: what check_extensions of x509_vfy.c then adds, in its order. */
import { type Certificate, extensionOid } from "../../x509/index.ts";
import type { Refusal } from "../verdict.ts";

type Breach = Pick<Refusal, "value" | "library">;

/** The first breach of a certificate on a path; `isTop` where the path ends in it. */
export function checkStrictly(certificate: Certificate, isTop: boolean): Refusal | undefined {
  const breach = findBreach(certificate, isTop);
  return breach && { code: "irregular", certificate, ...breach };
}

/** Why every path through this CA of the caller's is refused: a clause. */
export function explainStrictly(certificate: Certificate): string | undefined {
  const breach =
    certificate.version < 3 && certificate.isSelfIssued
      ? { value: "it is of version 1, without basicConstraints", library: "X509_V_ERR_INVALID_CA (79)" }
      : findBreach(certificate, true);
  return breach === undefined
    ? undefined
    : `Python's default context refuses every path through it, because ${breach.value ?? "it is irregular"} (${breach.library})`;
}

function findBreach(certificate: Certificate, isTop: boolean): Breach | undefined {
  const isCa = certificate.extensions.value("basicConstraints")?.isCa === true;
  return (
    checkConstraints(certificate, isCa) ??
    checkUsage(certificate, isCa) ??
    checkSubject(certificate, isCa) ??
    checkAlgorithms(certificate) ??
    checkIdentifiers(certificate, { isCa, isTop })
  );
}

function checkConstraints({ extensions }: Certificate, isCa: boolean): Breach | undefined {
  const constraints = extensions.value("basicConstraints");
  if (constraints?.pathLength !== undefined) {
    if (!isCa)
      return {
        value: "it limits the CAs below it, and is not a CA's",
        library: "X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA (80)",
      };
    if (extensions.value("keyUsage")?.includes("keyCertSign") !== true)
      return {
        value: "it limits the CAs below it, and may not sign certificates",
        library: "X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN (81)",
      };
  }
  return isCa && extensions.get("basicConstraints")?.critical !== true
    ? { value: "basicConstraints is not critical", library: "X509_V_ERR_CA_BCONS_NOT_CRITICAL (89)" }
    : undefined;
}

function checkUsage({ extensions }: Certificate, isCa: boolean): Breach | undefined {
  const usages = extensions.value("keyUsage");
  if (isCa && usages === undefined)
    return { value: "it has no keyUsage", library: "X509_V_ERR_CA_CERT_MISSING_KEY_USAGE (92)" };
  return !isCa && usages?.includes("keyCertSign") === true
    ? {
        value: "it may sign certificates, and is not a CA's",
        library: "X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA (82)",
      }
    : undefined;
}

function checkSubject({ extensions, subject, issuer }: Certificate, isCa: boolean): Breach | undefined {
  if (issuer.isEmpty) return { value: "its issuer is empty", library: "X509_V_ERR_ISSUER_NAME_EMPTY (83)" };
  if (!subject.isEmpty) return undefined;
  const names = extensions.get("subjectAltName");
  if (isCa || names === undefined || extensions.value("keyUsage")?.includes("cRLSign") === true)
    return { value: "its subject is empty", library: "X509_V_ERR_SUBJECT_NAME_EMPTY (84)" };
  return names.critical
    ? undefined
    : {
        value: "its subject is empty, and its subjectAltName is not critical",
        library: "X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL (88)",
      };
}

function checkAlgorithms({ algorithmsAgree }: Certificate): Breach | undefined {
  return algorithmsAgree
    ? undefined
    : {
        value: "its two signature algorithms differ",
        library: "X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY (78)",
      };
}

function checkIdentifiers(
  { extensions, version }: Certificate,
  { isCa, isTop }: { readonly isCa: boolean; readonly isTop: boolean },
): Breach | undefined {
  if (extensions.get("authorityKeyIdentifier")?.critical === true)
    return {
      value: "its authority key identifier is critical",
      library: "X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL (90)",
    };
  if (extensions.find(extensionOid.subjectKeyIdentifier)?.critical === true)
    return {
      value: "its subject key identifier is critical",
      library: "X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL (91)",
    };
  if (version < 3)
    return extensions.all.length === 0
      ? undefined
      : {
          value: "it has extensions and is not of version 3",
          library: "X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3 (93)",
        };
  if (!isTop && extensions.value("authorityKeyIdentifier")?.keyId === undefined)
    return {
      value: "it has no authority key identifier",
      library: "X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER (85)",
    };
  return isCa && extensions.value("subjectKeyIdentifier") === undefined
    ? {
        value: "it has no subject key identifier",
        library: "X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER (86)",
      }
    : undefined;
}
