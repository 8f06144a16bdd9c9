/** TLS alerts as programs print them: by number, and by OpenSSL's, Go's and Firefox's names (RFC 8446 §6). */
import type { ForeignProgram } from "./foreign-program.ts";

export const alerts: ForeignProgram = {
  name: "TLS alert",
  spoken: ["alert", "alert number", "ssl alert number", "tls alert"],
  errors: [
    {
      names: [
        "handshake_failure",
        "alert handshake failure",
        "remote error: tls: handshake failure",
        "SSL_ERROR_HANDSHAKE_FAILURE_ALERT",
        "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
        "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
      ],
      number: 40,
      codes: ["tls-alert"],
      says: "The server saw nothing in common: cipher suites, groups, or no name (SNI) that it serves; some servers say this where they miss a client certificate.",
    },
    {
      names: [
        "bad_certificate",
        "alert bad certificate",
        "remote error: tls: bad certificate",
        "SSL_ERROR_BAD_CERT_ALERT",
      ],
      number: 42,
      codes: ["client-certificate-required", "tls-alert"],
      says: "The other side did not accept the certificate it was shown, or was shown none.",
    },
    {
      names: ["unsupported_certificate", "alert unsupported certificate"],
      number: 43,
      codes: ["client-certificate-required", "tls-alert"],
      says: "The other side cannot use the kind of certificate it was shown.",
    },
    {
      names: ["certificate_revoked", "alert certificate revoked", "SSL_ERROR_REVOKED_CERT_ALERT"],
      number: 44,
      codes: ["client-certificate-required", "tls-alert"],
      says: "The certificate that was shown to the other side is revoked.",
    },
    {
      names: ["certificate_expired", "alert certificate expired", "SSL_ERROR_EXPIRED_CERT_ALERT"],
      number: 45,
      codes: ["client-certificate-required", "tls-alert"],
      says: "The certificate that was shown to the other side has expired.",
    },
    {
      names: [
        "certificate_unknown",
        "alert certificate unknown",
        "remote error: tls: unknown certificate",
        "SSL_ERROR_CERTIFICATE_UNKNOWN_ALERT",
      ],
      number: 46,
      codes: ["client-certificate-required", "tls-alert"],
      says: "The other side refused the certificate it was shown for another reason. In a server's log: a client does not trust the server's certificate.",
    },
    {
      names: [
        "unknown_ca",
        "alert unknown ca",
        "remote error: tls: unknown certificate authority",
        "SSL_ERROR_UNKNOWN_CA_ALERT",
      ],
      number: 48,
      codes: ["client-certificate-required", "tls-alert"],
      says: "The other side does not know the CA of the certificate it was shown. In a server's log: a client does not trust the server's CA.",
    },
    {
      names: ["access_denied", "alert access denied", "SSL_ERROR_ACCESS_DENIED_ALERT"],
      number: 49,
      codes: ["tls-alert"],
      says: "The certificate was good, and its holder is not let in.",
    },
    {
      names: ["decrypt_error", "alert decrypt error"],
      number: 51,
      codes: ["tls-alert"],
      says: "A signature or a Finished message did not verify on the other side.",
    },
    {
      names: [
        "protocol_version",
        "alert protocol version",
        "remote error: tls: protocol version not supported",
        "SSL_ERROR_PROTOCOL_VERSION_ALERT",
        "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
      ],
      number: 70,
      codes: ["tls-version"],
      says: "The server refused the TLS versions that were offered.",
    },
    {
      names: ["insufficient_security", "alert insufficient security"],
      number: 71,
      codes: ["tls-alert"],
      says: "The server wants stronger cipher suites than were offered.",
    },
    {
      names: ["internal_error", "alert internal error", "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR"],
      number: 80,
      codes: ["tls-alert"],
      says: "The server failed; some say this where they do not serve the name (SNI) that was asked for.",
    },
    {
      names: ["inappropriate_fallback", "alert inappropriate fallback"],
      number: 86,
      codes: ["tls-alert"],
      says: "A second try with a lower version was recognised as a fallback.",
    },
    {
      names: [
        "unrecognized_name",
        "alert unrecognized name",
        "tlsv1 unrecognized name",
        "SSL_ERROR_UNRECOGNIZED_NAME_ALERT",
        "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
      ],
      number: 112,
      codes: ["tls-alert"],
      says: "The server does not serve the name (SNI) that was asked for.",
    },
    {
      names: [
        "certificate_required",
        "alert certificate required",
        "remote error: tls: certificate required",
        "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT",
        "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      ],
      number: 116,
      codes: ["client-certificate-required"],
      says: "The server wants a client certificate and was shown none.",
    },
    {
      names: [
        "no_application_protocol",
        "alert no application protocol",
        "remote error: tls: no application protocol",
      ],
      number: 120,
      codes: ["alpn-mismatch"],
      says: "The server speaks none of the application protocols (ALPN) that were offered.",
    },
  ],
};
