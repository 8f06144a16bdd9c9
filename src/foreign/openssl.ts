/** OpenSSL's results of verification: X509_V_ERR_* of x509_vfy.h (3.0), with the words of X509_verify_cert_error_string. */
import type { ForeignProgram } from "./foreign-program.ts";
import { opensslExtensionErrors } from "./openssl-extensions.ts";

export const openssl: ForeignProgram = {
  name: "OpenSSL verification",
  spoken: ["openssl", "verify error num", "error num", "verify return code", "verify result", "x509_v_err"],
  errors: [
    {
      names: ["UNSPECIFIED", "unspecified certificate verification error"],
      number: 1,
      codes: [],
      says: "Verification failed and no reason was kept.",
    },
    {
      names: ["UNABLE_TO_GET_ISSUER_CERT", "unable to get issuer certificate"],
      number: 2,
      codes: ["missing-intermediate", "untrusted-root"],
      says: "A trusted certificate was found, but not the one above it: OpenSSL does not stop at an intermediate, unless partial chains are allowed.",
    },
    {
      names: ["UNABLE_TO_GET_CRL", "unable to get certificate CRL"],
      number: 3,
      codes: ["revocation-unknown"],
      says: "CRLs are to be checked and there is none of this certificate's issuer.",
    },
    {
      names: ["UNABLE_TO_DECRYPT_CERT_SIGNATURE", "unable to decrypt certificate's signature"],
      number: 4,
      codes: ["bad-signature"],
      says: "The signature could not be undone with the issuer's RSA key.",
    },
    {
      names: ["UNABLE_TO_DECRYPT_CRL_SIGNATURE", "unable to decrypt CRL's signature"],
      number: 5,
      codes: ["revocation-unknown"],
      says: "A CRL's signature could not be undone with the issuer's RSA key.",
    },
    {
      names: ["UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY", "unable to decode issuer public key"],
      number: 6,
      codes: ["malformed-certificate", "weak-key"],
      says: "The public key of the issuing certificate cannot be read, or is of a kind that this OpenSSL does not know.",
    },
    {
      names: ["CERT_SIGNATURE_FAILURE", "certificate signature failure"],
      number: 7,
      codes: ["bad-signature"],
      says: "The signature on a certificate does not verify with the key of the certificate taken as its issuer.",
    },
    {
      names: ["CRL_SIGNATURE_FAILURE", "CRL signature failure"],
      number: 8,
      codes: ["revocation-unknown"],
      says: "The signature on a CRL does not verify.",
    },
    {
      names: ["CERT_NOT_YET_VALID", "certificate is not yet valid"],
      number: 9,
      codes: ["not-yet-valid", "clock-wrong"],
      says: "A certificate's notBefore is later than this machine's clock.",
    },
    {
      names: ["CERT_HAS_EXPIRED", "certificate has expired"],
      number: 10,
      codes: ["expired", "clock-wrong"],
      says: "A certificate's notAfter is earlier than this machine's clock. It need not be the server's own: a root in the trust store can have expired too.",
    },
    {
      names: ["CRL_NOT_YET_VALID", "CRL is not yet valid"],
      number: 11,
      codes: ["revocation-unknown", "clock-wrong"],
      says: "The CRL is dated later than this machine's clock.",
    },
    {
      names: ["CRL_HAS_EXPIRED", "CRL has expired"],
      number: 12,
      codes: ["revocation-unknown", "clock-wrong"],
      says: "The CRL's nextUpdate has passed.",
    },
    {
      names: ["ERROR_IN_CERT_NOT_BEFORE_FIELD", "format error in certificate's notBefore field"],
      number: 13,
      codes: ["malformed-certificate"],
      says: "notBefore is not a time.",
    },
    {
      names: ["ERROR_IN_CERT_NOT_AFTER_FIELD", "format error in certificate's notAfter field"],
      number: 14,
      codes: ["malformed-certificate"],
      says: "notAfter is not a time.",
    },
    {
      names: ["ERROR_IN_CRL_LAST_UPDATE_FIELD", "format error in CRL's lastUpdate field"],
      number: 15,
      codes: ["revocation-unknown"],
      says: "A CRL's lastUpdate is not a time.",
    },
    {
      names: ["ERROR_IN_CRL_NEXT_UPDATE_FIELD", "format error in CRL's nextUpdate field"],
      number: 16,
      codes: ["revocation-unknown"],
      says: "A CRL's nextUpdate is not a time.",
    },
    { names: ["OUT_OF_MEM"], number: 17, codes: [], says: "OpenSSL could not allocate memory." },
    {
      names: ["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"],
      number: 18,
      codes: ["self-signed", "default-certificate"],
      says: "The server's own certificate is signed by itself, and is not in the trust store.",
    },
    {
      names: ["SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"],
      number: 19,
      codes: ["untrusted-root", "intercepted"],
      says: "The chain ends at a root that is not in the trust store: a private CA, or a company's proxy that opens TLS.",
    },
    {
      names: ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable to get local issuer certificate"],
      number: 20,
      codes: ["missing-intermediate", "untrusted-root", "intercepted"],
      says: "The issuer of a certificate is neither among those the server sent nor in the trust store.",
    },
    {
      names: ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate"],
      number: 21,
      codes: ["missing-intermediate", "untrusted-root", "intercepted"],
      says: "The server sent its own certificate alone, and its issuer is not in the trust store. Most often the server leaves out its intermediate.",
    },
    {
      names: ["CERT_CHAIN_TOO_LONG", "certificate chain too long"],
      number: 22,
      codes: ["path-too-long", "budget-exhausted"],
      says: "There are more certificates between leaf and root than the verification depth allows.",
    },
    {
      names: ["CERT_REVOKED", "certificate revoked"],
      number: 23,
      codes: ["revoked"],
      says: "A CRL lists the certificate.",
    },
    {
      names: ["NO_ISSUER_PUBLIC_KEY", "issuer certificate doesn't have a public key"],
      number: 24,
      codes: ["malformed-certificate"],
      says: "The issuing certificate has no public key that can be used. (Up to OpenSSL 1.1, 24 was INVALID_CA.)",
    },
    {
      names: ["PATH_LENGTH_EXCEEDED", "path length constraint exceeded"],
      number: 25,
      codes: ["path-too-long"],
      says: "A CA has more CAs below it than its pathLenConstraint allows.",
    },
    {
      names: ["INVALID_PURPOSE", "unsuitable certificate purpose", "unsupported certificate purpose"],
      number: 26,
      codes: ["wrong-usage"],
      says: "The certificate's extended key usage does not allow a TLS server (or client).",
    },
    {
      names: ["CERT_UNTRUSTED", "certificate not trusted"],
      number: 27,
      codes: ["untrusted-root"],
      says: "The root is there, but is not marked as trusted for this purpose.",
    },
    {
      names: ["CERT_REJECTED", "certificate rejected"],
      number: 28,
      codes: ["untrusted-root"],
      says: "The root is marked as rejected for this purpose.",
    },
    {
      names: ["SUBJECT_ISSUER_MISMATCH", "subject issuer mismatch"],
      number: 29,
      codes: ["missing-intermediate"],
      says: "A candidate was passed over: its subject is not the issuer that is looked for.",
    },
    {
      names: ["AKID_SKID_MISMATCH", "authority and subject key identifier mismatch"],
      number: 30,
      codes: ["missing-intermediate", "keys-disagree"],
      says: "A candidate has the right name, and a subject key identifier other than the one the certificate asks for.",
    },
    {
      names: ["AKID_ISSUER_SERIAL_MISMATCH", "authority and issuer serial number mismatch"],
      number: 31,
      codes: ["missing-intermediate", "keys-disagree"],
      says: "A candidate has the right name, and an issuer or serial number other than the authority key identifier says.",
    },
    {
      names: ["KEYUSAGE_NO_CERTSIGN", "key usage does not include certificate signing"],
      number: 32,
      codes: ["key-usage"],
      says: "The issuing certificate's key usage does not allow it to sign certificates.",
    },
    {
      names: ["INVALID_CA", "invalid CA certificate"],
      number: 79,
      codes: ["not-a-ca", "ca-as-leaf"],
      says: "A certificate that signed another is not a CA: basic constraints are missing or say so.",
    },
    {
      names: ["HOSTNAME_MISMATCH", "hostname mismatch"],
      number: 62,
      codes: ["wrong-host", "no-names"],
      says: "None of the certificate's names is the host that was asked for.",
    },
    {
      names: ["EMAIL_MISMATCH", "email address mismatch"],
      number: 63,
      codes: ["wrong-host"],
      says: "None of the certificate's names is the mail address that was asked for.",
    },
    {
      names: ["IP_ADDRESS_MISMATCH", "IP address mismatch"],
      number: 64,
      codes: ["wrong-host", "no-names"],
      says: "The certificate does not name the IP address that was asked for. A DNS name with an address in it does not count.",
    },
    {
      names: ["EE_KEY_TOO_SMALL", "EE certificate key too weak"],
      number: 66,
      codes: ["weak-key"],
      says: "The server's key is below OpenSSL's security level.",
    },
    {
      names: ["CA_KEY_TOO_SMALL", "CA certificate key too weak"],
      number: 67,
      codes: ["weak-key"],
      says: "A CA's key is below OpenSSL's security level.",
    },
    {
      names: ["CA_MD_TOO_WEAK", "CA signature digest algorithm too weak"],
      number: 68,
      codes: ["weak-signature"],
      says: "A certificate is signed with a hash below OpenSSL's security level, such as SHA-1 or MD5.",
    },
    ...opensslExtensionErrors,
  ],
};

const numbers: ReadonlyMap<string, number> = new Map(
  openssl.errors.flatMap(({ names: [name = ""], number }) =>
    number === undefined ? [] : [[name, number] as const],
  ),
);

/** OpenSSL's number for the name of a result, without `X509_V_ERR_`. */
export function opensslNumber(name: string): number | undefined {
  return numbers.get(name);
}
