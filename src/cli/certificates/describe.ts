/** A certificate as facts that a person or a program can read: the content of `inspect --json`. */
import { createHash } from "node:crypto";
import { renderSpan } from "../../core/index.ts";
import {
  extensionNames,
  fingerprint,
  purposeOid,
  renderGeneralName,
  renderPurpose,
  spkiPin,
  type AccessDescription,
  type Certificate,
  type DistributionPoint,
  type GeneralName,
} from "../../x509/index.ts";

export type Standing = "current" | "expired" | "not-yet-valid";

export interface CertificateDescription {
  readonly role: "root" | "intermediate" | "server" | "client" | "other";
  readonly subject: string;
  readonly issuer: string;
  /** One line for the subject: its common name, or what comes nearest. */
  readonly name: string;
  readonly issuerName: string;
  readonly names: readonly string[];
  readonly notBefore: string;
  readonly notAfter: string;
  readonly standing: Standing;
  /** The same as a clause: `27 days left`, `expired 3 days ago`. */
  readonly standingText: string;
  readonly key: string;
  readonly signatureAlgorithm: string;
  readonly version: number;
  readonly serial: string;
  readonly isCa: boolean;
  readonly pathLength: number | null;
  readonly keyUsage: readonly string[];
  readonly extendedKeyUsage: readonly string[];
  readonly permitted: readonly string[];
  readonly excluded: readonly string[];
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  readonly issuerUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly crlUrls: readonly string[];
  readonly policies: readonly string[];
  readonly timestamps: number;
  readonly mustStaple: boolean;
  readonly sha256: string;
  readonly pin: string;
  /** What is odd about it, a sentence each. */
  readonly oddities: readonly string[];
}

/** SHA-256 by Node's OpenSSL. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

const access = { ocsp: "1.3.6.1.5.5.7.48.1", caIssuers: "1.3.6.1.5.5.7.48.2" } as const; // RFC 5280 §4.2.2.1
const statusRequest = 5; // RFC 7633 §4: the TLS feature that people call must-staple.

/** Describes `certificate` as it stands at the moment `at`. */
export function describeCertificate(certificate: Certificate, at: number): CertificateDescription {
  const { extensions } = certificate;
  const constraints = extensions.value("basicConstraints");
  const purposes = extensions.value("extendedKeyUsage") ?? [];
  const named = extensions.value("nameConstraints");
  const information = extensions.value("authorityInfoAccess") ?? [];
  const isCa = constraints?.isCa ?? false;
  return {
    role: roleOf(certificate, isCa, purposes),
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    name: nameOf(certificate),
    issuerName: certificate.issuer.display,
    names: (extensions.value("subjectAltName") ?? []).map(renderGeneralName),
    notBefore: new Date(certificate.notBeforeAt).toISOString(),
    notAfter: new Date(certificate.notAfterAt).toISOString(),
    ...standingOf(certificate, at),
    key: certificate.spki.text,
    signatureAlgorithm: certificate.signatureAlgorithm.name,
    version: certificate.version,
    serial: certificate.serial,
    isCa,
    pathLength: constraints?.pathLength ?? null,
    keyUsage: extensions.value("keyUsage") ?? [],
    extendedKeyUsage: purposes.map(renderPurpose),
    permitted: (named?.permitted ?? []).map(renderGeneralName),
    excluded: (named?.excluded ?? []).map(renderGeneralName),
    subjectKeyId: extensions.value("subjectKeyIdentifier") ?? null,
    authorityKeyId: extensions.value("authorityKeyIdentifier")?.keyId ?? null,
    issuerUrls: urlsOf(information, access.caIssuers),
    ocspUrls: urlsOf(information, access.ocsp),
    crlUrls: (extensions.value("crlDistributionPoints") ?? []).flatMap(crlUrls),
    policies: extensions.value("certificatePolicies") ?? [],
    timestamps: extensions.value("signedCertificateTimestamps")?.length ?? 0,
    mustStaple: extensions.value("tlsFeature")?.includes(statusRequest) ?? false,
    sha256: fingerprint(certificate, sha256),
    pin: spkiPin(certificate, sha256),
    oddities: findOddities(certificate),
  };
}

function roleOf(
  certificate: Certificate,
  isCa: boolean,
  purposes: readonly string[],
): CertificateDescription["role"] {
  if (isCa) return certificate.isSelfIssued ? "root" : "intermediate";
  if (purposes.includes(purposeOid.serverAuth) || purposes.length === 0) return "server";
  return purposes.includes(purposeOid.clientAuth) ? "client" : "other";
}

/** The subject in one line; a leaf without a common name goes by its first alternative name. */
function nameOf({ subject, extensions }: Certificate): string {
  if (!subject.isEmpty) return subject.display;
  const [first] = extensions.value("subjectAltName") ?? [];
  return first === undefined ? "(no name)" : renderGeneralName(first);
}

function standingOf(
  { notBeforeAt, notAfterAt }: Certificate,
  at: number,
): Pick<CertificateDescription, "standing" | "standingText"> {
  if (at < notBeforeAt) {
    return { standing: "not-yet-valid", standingText: `begins in ${renderSpan(notBeforeAt - at)}` };
  }
  // RFC 5280 §4.1.2.5: the period includes both ends.
  if (at > notAfterAt)
    return { standing: "expired", standingText: `expired ${renderSpan(at - notAfterAt)} ago` };
  return { standing: "current", standingText: `${renderSpan(notAfterAt - at)} left` };
}

function urlsOf(descriptions: readonly AccessDescription[], method: string): string[] {
  return descriptions.flatMap((one) => (one.method === method ? urls([one.location]) : []));
}

function crlUrls({ name }: DistributionPoint): string[] {
  return name?.kind === "full" ? urls(name.names) : [];
}

function urls(names: readonly GeneralName[]): string[] {
  return names.flatMap((name) => (name.kind === "uri" ? [name.value] : []));
}

function findOddities({
  version,
  algorithmsAgree,
  timesConform,
  spki,
  signatureAlgorithm,
  extensions,
}: Certificate): string[] {
  const { scheme } = signatureAlgorithm;
  return [
    ...(version === 3
      ? []
      : [`It is of version ${version}; RFC 5280 §4.1.2.1 wants 3 where there are extensions.`]),
    ...(algorithmsAgree ? [] : ["Its two signature algorithm fields differ (RFC 5280 §4.1.1.2)."]),
    ...(timesConform ? [] : ["A time is not in the form for its year (RFC 5280 §4.1.2.5)."]),
    ...(spki.key.kind === "ec" && spki.key.curve === "explicit"
      ? ["Its key defines a curve of its own (RFC 5480 §2.1.1)."]
      : []),
    ...(scheme.kind === "unsupported"
      ? [`Its signature algorithm is not one that counts: ${scheme.reason}.`]
      : []),
    ...extensions.all
      .filter(({ oid, name, critical }) => critical && name === oid)
      .map(
        ({ oid }) =>
          `It has an unknown critical extension, ${oid}: RFC 5280 §4.2 has every client refuse it.`,
      ),
    ...extensionNames.flatMap((name) => {
      const malformation = extensions.get(name)?.malformation;
      return malformation === undefined ? [] : [`An extension is damaged: ${malformation.reason}.`];
    }),
  ];
}
