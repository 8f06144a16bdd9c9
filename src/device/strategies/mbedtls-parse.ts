/** Which certificates mbedTLS can parse at all: x509_crt.c, for what a server sends and for CAs of the device's own. */
import { anyPolicyOid, type Certificate } from "../../x509/index.ts";
import type { Refusal } from "../verdict.ts";

interface ParseOptions {
  /** Curves on which no key is parsed. */
  readonly unparsedCurves: readonly string[];
  /** Extensions that may be critical, by identifier. */
  readonly understood: readonly string[];
}

/** oid_sig_alg of oid.c: RSA with MD5 and SHA, ECDSA with SHA, and RSASSA-PSS. */
const knownSignatures =
  /^(?:1\.2\.840\.113549\.1\.1\.(?:4|5|1[0-4])|1\.3\.14\.3\.2\.29|1\.2\.840\.10045\.4\.(?:1|3\.[1-4]))$/;

/** Whether it knows how a certificate is signed. One sent of which it does not is passed over, as if it was not there. */
export function isSignatureKnown({ signatureAlgorithm: { oid } }: Certificate): boolean {
  return knownSignatures.test(oid);
}

/** mbedtls_x509_crt_parse_der for what was sent: one certificate that it cannot parse ends the handshake. */
export function checkReadable(
  chain: readonly Certificate[],
  { understood, unparsedCurves }: ParseOptions,
): Refusal | undefined {
  for (const certificate of chain) {
    const unknown = checkKeyKind(certificate, unparsedCurves);
    if (unknown !== undefined) return unknown;
    if (!certificate.algorithmsAgree) {
      return {
        code: "unreadable-certificate",
        certificate,
        value: "its two signature algorithms differ",
        library: "-0x2680",
      };
    }
    if (certificate.version < 3 && certificate.extensions.all.length > 0) {
      return {
        code: "unreadable-certificate",
        certificate,
        value: "it has extensions and is not of version 3",
        library: "-0x21E6",
      };
    }
    const field = certificate.extensions.all.find(
      ({ oid, critical }) => critical && (!understood.includes(oid) || !isPolicyUnderstood(certificate, oid)),
    );
    if (field !== undefined) {
      return { code: "critical-extension", certificate, value: field.name, library: "-0x2562" };
    }
  }
  return undefined;
}

/** mbedtls_pk_parse_subpubkey. */
function checkKeyKind(certificate: Certificate, unparsedCurves: readonly string[]): Refusal | undefined {
  const { key, text } = certificate.spki;
  if (key.kind === "ec" && unparsedCurves.includes(key.curve))
    return { code: "unsupported-key", certificate, value: text, library: "-0x3A00" };
  const isKnown = key.kind === "rsa" ? !key.isPssOnly : key.kind === "ec" && key.curve !== "explicit";
  if (isKnown) return undefined;
  const library = key.kind === "ec" ? "-0x3D00" : "-0x3C80";
  return { code: "unsupported-key", certificate, value: text, library };
}

/** Why a key that stands in a bundle without its certificate is of no use: a clause. */
export function explainUnknownKey(
  certificate: Certificate,
  { unparsedCurves }: Pick<ParseOptions, "unparsedCurves">,
): string | undefined {
  const refusal = checkKeyKind(certificate, unparsedCurves);
  return refusal && `mbedTLS does not know keys of the kind ${refusal.value} (${refusal.library})`;
}

/** Critical policies may name anyPolicy alone (x509_get_certificate_policies). */
function isPolicyUnderstood(certificate: Certificate, oid: string): boolean {
  if (oid !== "2.5.29.32") return true;
  return (
    certificate.extensions.value("certificatePolicies")?.every((policy) => policy === anyPolicyOid) === true
  );
}

/** mbedtls_x509_crt_parse_der for a CA of the device's own, which is not passed over for anything. */
export function checkAnchorReadable(certificate: Certificate, options: ParseOptions): Refusal | undefined {
  if (isSignatureKnown(certificate)) return checkReadable([certificate], options);
  const value = certificate.signatureAlgorithm.name;
  return { code: "unsupported-signature", certificate, value, library: "-0x262E" };
}

/** Why a CA of the device's own is not parsed, and so is not there: a clause. */
export function explainUnparsed(certificate: Certificate, options: ParseOptions): string | undefined {
  const refusal = checkAnchorReadable(certificate, options);
  if (refusal === undefined) return undefined;
  const { code, value = "", library } = refusal;
  const what =
    code === "unsupported-signature"
      ? `it does not know how it is signed (${value})`
      : code === "critical-extension"
        ? `its extension ${value} is critical, and mbedTLS does not know it`
        : code === "unsupported-key"
          ? `its key (${value}) is of a kind that mbedTLS does not know`
          : value;
  return `mbedTLS does not parse it, because ${what} (${library})`;
}
