/** What Java's TLS and HTTP clients say (sun.security, okhttp, Android, Apache). */
import type { ForeignProgram } from "./foreign-program.ts";

export const java: ForeignProgram = {
  name: "Java",
  spoken: [],
  errors: [
    {
      names: [
        "PKIX path building failed",
        "unable to find valid certification path to requested target",
        "SunCertPathBuilderException",
      ],
      codes: ["missing-intermediate", "untrusted-root", "self-signed", "intercepted"],
      says: "No path from the server's certificate to a root in cacerts: the root is not there, or the server leaves out an intermediate.",
    },
    {
      names: ["Trust anchor for certification path not found"],
      codes: ["missing-intermediate", "untrusted-root", "self-signed", "intercepted"],
      says: "Android's words for the same: no path to a trusted root.",
    },
    {
      names: ["PKIX path validation failed", "CertPathValidatorException"],
      codes: ["expired", "bad-signature", "revoked", "name-constraint", "weak-signature"],
      says: "There is a path and it breaks a rule; the cause says which.",
    },
    {
      names: ["validity check failed", "CertificateExpiredException", "NotAfter"],
      codes: ["expired", "clock-wrong"],
      says: "A certificate has expired.",
    },
    {
      names: ["CertificateNotYetValidException"],
      codes: ["not-yet-valid", "clock-wrong"],
      says: "A certificate is not valid yet.",
    },
    {
      names: [
        "No subject alternative names present",
        "No subject alternative names matching IP address",
        "No subject alternative DNS name matching",
        "No name matching",
        "SSLPeerUnverifiedException",
      ],
      codes: ["wrong-host", "no-names"],
      says: "None of the certificate's names is the host that was asked for.",
    },
    {
      names: ["the trustAnchors parameter must be non-empty"],
      codes: ["system-store-missing", "ca-file-empty"],
      says: "The trust store is missing or empty.",
    },
    {
      names: ["Algorithm constraints check failed", "Certificates do not conform to algorithm constraints"],
      codes: ["weak-signature", "weak-key"],
      says: "jdk.certpath.disabledAlgorithms forbids a key or hash of the chain.",
    },
    {
      names: ["Received fatal alert: handshake_failure"],
      codes: ["tls-alert"],
      says: "The server saw nothing in common.",
    },
    {
      names: ["Received fatal alert: protocol_version", "No appropriate protocol"],
      codes: ["tls-version"],
      says: "No TLS version in common.",
    },
    {
      names: ["Received fatal alert: bad_certificate", "Received fatal alert: certificate_required"],
      codes: ["client-certificate-required"],
      says: "The server did not accept the client's certificate, or wants one.",
    },
    {
      names: ["Unsupported or unrecognized SSL message", "Unrecognized SSL message, plaintext connection"],
      codes: ["not-tls"],
      says: "The port does not speak TLS.",
    },
    {
      names: [
        "Remote host terminated the handshake",
        "Remote host closed connection during handshake",
        "Connection closed by peer",
      ],
      codes: ["handshake-closed"],
      says: "The connection ended during the handshake.",
    },
    {
      names: ["SSLHandshakeException"],
      codes: ["missing-intermediate", "untrusted-root", "tls-alert", "tls-version", "tls-failed"],
      says: "The handshake failed; the words behind it say why.",
    },
    { names: ["Certificate has been revoked"], codes: ["revoked"], says: "The certificate is revoked." },
    {
      names: ["Unable to determine revocation status"],
      codes: ["revocation-unknown"],
      says: "Neither OCSP nor a CRL gave an answer.",
    },
    {
      names: ["CA key usage check failed"],
      codes: ["key-usage"],
      says: "A CA's key usage does not allow it to sign certificates.",
    },
    {
      names: ["Extended key usage does not permit use for TLS server authentication"],
      codes: ["wrong-usage"],
      says: "The certificate is not for a TLS server.",
    },
    {
      names: ["unrecognized critical extension"],
      codes: ["unknown-critical-extension"],
      says: "A critical extension that Java does not know.",
    },
    {
      names: ["UnknownHostException"],
      codes: ["name-not-found", "dns-failed"],
      says: "The name could not be resolved.",
    },
    {
      names: ["ConnectException", "ConnectException: Connection refused"],
      codes: ["connection-refused", "connect-failed"],
      says: "No TCP connection.",
    },
    {
      names: ["SocketTimeoutException"],
      codes: ["connect-timeout", "head-timeout", "body-timeout"],
      says: "A time limit passed.",
    },
    {
      names: ["NoHttpResponseException"],
      codes: ["empty-response"],
      says: "The connection closed without an answer.",
    },
    {
      names: ["ERR_CLEARTEXT_NOT_PERMITTED", "CLEARTEXT communication"],
      codes: ["redirect-downgrade"],
      says: "Android forbids plain HTTP to this host. Meerkat refuses a redirect that leads there from https.",
    },
  ],
};
