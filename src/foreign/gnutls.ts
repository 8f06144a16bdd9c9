/** GnuTLS's errors and the words of its verification (gnutls.h 3.7), as wget, glib and apt print them. */
import type { ForeignProgram } from "./foreign-program.ts";

export const gnutls: ForeignProgram = {
  name: "GnuTLS",
  spoken: ["gnutls", "gnutls_handshake", "gnutls error", "error"],
  errors: [
    {
      names: [
        "GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR",
        "Error in the certificate verification",
        "server certificate verification failed",
      ],
      number: -348,
      codes: ["missing-intermediate", "untrusted-root", "self-signed", "expired", "wrong-host"],
      says: "The certificate did not verify; the status beside it says why.",
    },
    {
      names: ["GNUTLS_E_CERTIFICATE_ERROR", "Error in the certificate"],
      number: -43,
      codes: ["malformed-certificate", "untrusted-root", "expired"],
      says: "The certificate cannot be used.",
    },
    {
      names: ["GNUTLS_E_FATAL_ALERT_RECEIVED", "A TLS fatal alert has been received"],
      number: -12,
      codes: ["tls-alert", "tls-version", "client-certificate-required"],
      says: "The server ended the handshake with an alert.",
    },
    {
      names: ["GNUTLS_E_WARNING_ALERT_RECEIVED", "A TLS warning alert has been received"],
      number: -16,
      codes: ["tls-alert"],
      says: "The server sent a warning.",
    },
    {
      names: ["GNUTLS_E_UNEXPECTED_PACKET_LENGTH", "A TLS packet with unexpected length was received"],
      number: -9,
      codes: ["not-tls", "handshake-closed"],
      says: "The length of the first bytes cannot be TLS's: often the port speaks plain HTTP.",
    },
    {
      names: ["GNUTLS_E_UNEXPECTED_PACKET", "An unexpected TLS packet was received"],
      number: -15,
      codes: ["not-tls", "tls-failed"],
      says: "What came is not what belongs there: often the port does not speak TLS.",
    },
    {
      names: [
        "GNUTLS_E_UNSUPPORTED_VERSION_PACKET",
        "A packet with illegal or unsupported version was received",
      ],
      number: -8,
      codes: ["tls-version", "not-tls"],
      says: "The server speaks another version, or not TLS.",
    },
    {
      names: ["GNUTLS_E_UNKNOWN_CIPHER_SUITE", "Could not negotiate a supported cipher suite"],
      number: -21,
      codes: ["tls-failed", "tls-alert"],
      says: "No cipher suite in common.",
    },
    {
      names: ["GNUTLS_E_DECRYPTION_FAILED"],
      number: -24,
      codes: ["tls-failed"],
      says: "A record could not be decrypted.",
    },
    { names: ["GNUTLS_E_EXPIRED"], number: -29, codes: ["tls-failed"], says: "The session has expired." },
    {
      names: ["GNUTLS_E_NO_CERTIFICATE_FOUND", "No certificate was found"],
      number: -49,
      codes: ["no-certificate", "client-certificate-required"],
      says: "The peer showed no certificate.",
    },
    {
      names: ["GNUTLS_E_PUSH_ERROR", "Error in the push function"],
      number: -53,
      codes: ["handshake-closed", "request-body-failed"],
      says: "Sending failed.",
    },
    {
      names: ["GNUTLS_E_PULL_ERROR", "Error in the pull function"],
      number: -54,
      codes: ["handshake-reset", "empty-response", "body-truncated"],
      says: "Receiving failed: most often a reset.",
    },
    {
      names: ["GNUTLS_E_CERTIFICATE_KEY_MISMATCH"],
      number: -60,
      codes: ["client-certificate-unusable"],
      says: "The private key does not belong to the certificate.",
    },
    {
      names: [
        "GNUTLS_E_DH_PRIME_UNACCEPTABLE",
        "The Diffie-Hellman prime sent by the server is not acceptable",
      ],
      number: -63,
      codes: ["weak-parameters"],
      says: "The server's Diffie-Hellman group is too small.",
    },
    {
      names: ["GNUTLS_E_FILE_ERROR"],
      number: -64,
      codes: ["ca-file-unreadable"],
      says: "A file could not be read.",
    },
    {
      names: ["GNUTLS_E_NO_CIPHER_SUITES"],
      number: -87,
      codes: ["tls-failed"],
      says: "No cipher suite that was allowed is usable.",
    },
    {
      names: ["GNUTLS_E_PK_SIG_VERIFY_FAILED", "Public key signature verification has failed"],
      number: -89,
      codes: ["bad-signature", "tls-failed"],
      says: "A signature does not verify.",
    },
    {
      names: ["GNUTLS_E_SAFE_RENEGOTIATION_FAILED"],
      number: -107,
      codes: ["legacy-renegotiation"],
      says: "Secure renegotiation (RFC 5746) failed.",
    },
    {
      names: ["GNUTLS_E_UNSAFE_RENEGOTIATION_DENIED"],
      number: -108,
      codes: ["legacy-renegotiation"],
      says: "The server does not know secure renegotiation (RFC 5746).",
    },
    {
      names: ["GNUTLS_E_PREMATURE_TERMINATION", "The TLS connection was non-properly terminated"],
      number: -110,
      codes: ["body-truncated", "handshake-closed"],
      says: "The connection ended without close_notify.",
    },
    {
      names: ["GNUTLS_E_CERTIFICATE_REQUIRED"],
      number: -112,
      codes: ["client-certificate-required"],
      says: "A client certificate is wanted.",
    },
    {
      names: ["GNUTLS_E_TIMEDOUT"],
      number: -319,
      codes: ["tls-timeout"],
      says: "The handshake took too long.",
    },
    {
      names: ["GNUTLS_E_CERTIFICATE_LIST_UNSORTED"],
      number: -324,
      codes: ["missing-intermediate"],
      says: "The certificates are out of order.",
    },
    {
      names: ["GNUTLS_E_NO_CERTIFICATE_STATUS"],
      number: -340,
      codes: ["revocation-unknown"],
      says: "An OCSP status is wanted and was not sent.",
    },
    {
      names: ["GNUTLS_E_OCSP_RESPONSE_ERROR"],
      number: -341,
      codes: ["revocation-unknown"],
      says: "The OCSP answer cannot be used.",
    },
    {
      names: ["GNUTLS_E_NO_APPLICATION_PROTOCOL"],
      number: -344,
      codes: ["alpn-mismatch"],
      says: "No application protocol in common.",
    },
    {
      names: ["GNUTLS_E_CERTIFICATE_TIME_ERROR"],
      number: -416,
      codes: ["malformed-certificate"],
      says: "A date in the certificate cannot be used.",
    },
    {
      names: ["GNUTLS_E_INSUFFICIENT_SECURITY"],
      number: -217,
      codes: ["weak-parameters"],
      says: "The server's parameters are below the security level.",
    },
    {
      names: [
        "GNUTLS_CERT_SIGNER_NOT_FOUND",
        "The certificate issuer is unknown",
        "unable to locally verify the issuer's authority",
      ],
      codes: ["missing-intermediate", "untrusted-root", "intercepted"],
      says: "The issuer of a certificate is neither sent nor trusted.",
    },
    {
      names: ["GNUTLS_CERT_SIGNER_NOT_CA", "The certificate issuer is not a CA"],
      codes: ["not-a-ca"],
      says: "A certificate that signed another is not a CA's.",
    },
    {
      names: ["GNUTLS_CERT_INVALID", "The certificate is NOT trusted"],
      codes: ["missing-intermediate", "untrusted-root", "self-signed", "bad-signature"],
      says: "Said with every reason; what follows is the reason.",
    },
    {
      names: ["GNUTLS_CERT_REVOKED", "The certificate chain is revoked"],
      codes: ["revoked"],
      says: "A CRL or an OCSP answer says that the certificate is revoked.",
    },
    {
      names: ["GNUTLS_CERT_INSECURE_ALGORITHM", "The certificate chain uses insecure algorithm"],
      codes: ["weak-signature", "weak-key"],
      says: "A signature or key is too weak.",
    },
    {
      names: ["GNUTLS_CERT_NOT_ACTIVATED", "The certificate chain uses not yet valid certificate"],
      codes: ["not-yet-valid", "clock-wrong"],
      says: "A certificate is not valid yet.",
    },
    {
      names: [
        "GNUTLS_CERT_EXPIRED",
        "The certificate chain uses expired certificate",
        "Issued certificate has expired",
      ],
      codes: ["expired", "clock-wrong"],
      says: "A certificate has expired.",
    },
    {
      names: ["GNUTLS_CERT_SIGNATURE_FAILURE", "The signature in the certificate is invalid"],
      codes: ["bad-signature"],
      says: "A signature does not verify.",
    },
    {
      names: ["GNUTLS_CERT_UNEXPECTED_OWNER", "The name in the certificate does not match the expected"],
      codes: ["wrong-host", "no-names"],
      says: "None of the certificate's names is the server's.",
    },
    {
      names: [
        "GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE",
        "The certificate chain violates the signer's constraints",
      ],
      codes: ["name-constraint", "path-too-long"],
      says: "A CA's constraints do not allow the certificate.",
    },
    {
      names: ["GNUTLS_CERT_PURPOSE_MISMATCH", "The certificate chain does not match the intended purpose"],
      codes: ["wrong-usage"],
      says: "The extended key usage does not allow this.",
    },
    {
      names: ["GNUTLS_CERT_MISSING_OCSP_STATUS"],
      codes: ["revocation-unknown"],
      says: "The certificate requires a stapled OCSP answer (must-staple), and none came.",
    },
    {
      names: ["GNUTLS_CERT_INVALID_OCSP_STATUS"],
      codes: ["revocation-unknown"],
      says: "The stapled OCSP answer does not hold.",
    },
    {
      names: ["GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS"],
      codes: ["unknown-critical-extension"],
      says: "A critical extension that GnuTLS does not know.",
    },
    {
      names: ["GNUTLS_CERT_MISMATCH"],
      codes: ["pin-mismatch"],
      says: "The certificate is not the one that was remembered.",
    },
  ],
};
