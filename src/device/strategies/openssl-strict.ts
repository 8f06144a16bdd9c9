/** X509_V_FLAG_X509_STRICT, which Python sets since 3.13: what check_extensions of x509_vfy.c then adds. */
import type { Certificate } from "../../x509/index.ts";
import type { Refusal } from "../verdict.ts";

/** The first breach on a path, from the leaf up. */
export function checkStrictly(certificates: readonly Certificate[]): Refusal | undefined {
  for (const [i, certificate] of certificates.entries()) {
    const breach = findBreach(certificate, i === certificates.length - 1);
    if (breach !== undefined) return { code: "irregular", certificate, ...breach };
  }
  return undefined;
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

function findBreach(
  certificate: Certificate,
  isTop: boolean,
): Pick<Refusal, "value" | "library"> | undefined {
  const { extensions, isSelfIssued, version } = certificate;
  const isCa = extensions.value("basicConstraints")?.isCa === true;
  if (isCa && extensions.get("basicConstraints")?.critical !== true) {
    return { value: "basicConstraints is not critical", library: "X509_V_ERR_CA_BCONS_NOT_CRITICAL (89)" };
  }
  if (isCa && extensions.value("keyUsage") === undefined) {
    return { value: "it has no keyUsage", library: "X509_V_ERR_CA_CERT_MISSING_KEY_USAGE (92)" };
  }
  if (version < 3)
    return extensions.all.length === 0
      ? undefined
      : {
          value: "it has extensions and is not of version 3",
          library: "X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3 (93)",
        };
  if (certificate.subject.isEmpty) {
    const names = extensions.get("subjectAltName");
    if (names === undefined)
      return { value: "its subject is empty", library: "X509_V_ERR_SUBJECT_NAME_EMPTY (83)" };
    if (!names.critical)
      return {
        value: "its subject is empty, and its subjectAltName is not critical",
        library: "X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL (88)",
      };
  }
  if (!(isTop && isSelfIssued) && extensions.value("authorityKeyIdentifier")?.keyId === undefined) {
    return {
      value: "it has no authority key identifier",
      library: "X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER (85)",
    };
  }
  if (isCa && extensions.value("subjectKeyIdentifier") === undefined) {
    return {
      value: "it has no subject key identifier",
      library: "X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER (86)",
    };
  }
  return undefined;
}
