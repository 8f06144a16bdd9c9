/** OpenSSL's reasons for a handshake that failed, as Node (ERR_SSL_...) and OpenSSL 3 (error:0A...) print them. */
import type { ForeignProgram } from "./foreign-program.ts";

export const opensslHandshake: ForeignProgram = {
  name: "OpenSSL handshake",
  spoken: ["error"],
  radix: 16,
  errors: [
    {
      names: ["ERR_SSL_WRONG_VERSION_NUMBER", "WRONG_VERSION_NUMBER", "SSL3_GET_RECORD:wrong version number"],
      number: 0x0a00010b,
      codes: ["not-tls", "tls-version"],
      says: "The first bytes that came are not a TLS record. Most often the port speaks plain HTTP, or the proxy was given as https:// and speaks http.",
    },
    {
      names: ["ERR_SSL_PACKET_LENGTH_TOO_LONG", "packet length too long"],
      number: 0x0a0000c6,
      codes: ["not-tls"],
      says: "The length in the first bytes is more than TLS allows: the port does not speak TLS.",
    },
    {
      names: ["ERR_SSL_HTTP_REQUEST", "SSL routines::http request"],
      number: 0x0a00009c,
      codes: ["https-expected"],
      says: "A TLS server was sent plain HTTP.",
    },
    {
      names: ["ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED", "unsafe legacy renegotiation disabled"],
      number: 0x0a000152,
      codes: ["legacy-renegotiation"],
      says: "The server does not know secure renegotiation (RFC 5746), and OpenSSL 3 does not go on without it.",
    },
    {
      names: ["ERR_SSL_UNSUPPORTED_PROTOCOL", "SSL routines::unsupported protocol", "UNSUPPORTED_PROTOCOL"],
      number: 0x0a000102,
      codes: ["tls-version"],
      says: "The server chose a TLS version that is not allowed here, such as 1.0.",
    },
    {
      names: ["ERR_SSL_VERSION_TOO_LOW", "version too low"],
      number: 0x0a00018c,
      codes: ["tls-version"],
      says: "The TLS version is below the security level.",
    },
    {
      names: ["ERR_SSL_DH_KEY_TOO_SMALL", "dh key too small", "DH_KEY_TOO_SMALL"],
      number: 0x0a00018a,
      codes: ["weak-parameters"],
      says: "The server's Diffie-Hellman group is below the security level.",
    },
    {
      names: ["ERR_SSL_EE_KEY_TOO_SMALL", "ee key too small"],
      number: 0x0a00018f,
      codes: ["weak-key", "weak-parameters"],
      says: "The key of the certificate is below the security level.",
    },
    {
      names: ["ERR_SSL_CA_MD_TOO_WEAK", "ca md too weak"],
      number: 0x0a00018e,
      codes: ["weak-signature", "weak-parameters"],
      says: "A certificate is signed with a hash below the security level.",
    },
    {
      names: ["ERR_SSL_CA_KEY_TOO_SMALL", "ca key too small"],
      number: 0x0a00018d,
      codes: ["weak-key", "weak-parameters"],
      says: "A CA's key is below the security level.",
    },
    {
      names: ["ERR_SSL_NO_SHARED_CIPHER", "no shared cipher"],
      number: 0x0a0000c1,
      codes: ["tls-alert", "tls-failed"],
      says: "Client and server have no cipher suite in common, told by the server's side.",
    },
    {
      names: ["ERR_SSL_NO_CIPHERS_AVAILABLE", "no ciphers available"],
      number: 0x0a0000b5,
      codes: ["tls-failed"],
      says: "The settings of this side leave no cipher suite to offer.",
    },
    {
      names: [
        "ERR_SSL_UNEXPECTED_EOF_WHILE_READING",
        "unexpected eof while reading",
        "UNEXPECTED_EOF_WHILE_READING",
        "EOF occurred in violation of protocol",
      ],
      number: 0x0a000126,
      codes: ["handshake-closed", "body-truncated", "empty-response"],
      says: "The connection ended without close_notify: during the handshake, or in the middle of an answer.",
    },
    {
      names: ["ERR_SSL_CERTIFICATE_VERIFY_FAILED", "SSL routines::certificate verify failed"],
      number: 0x0a000086,
      codes: ["missing-intermediate", "untrusted-root", "self-signed", "expired", "wrong-host"],
      says: "The certificate did not verify; the words behind it say why.",
    },
    {
      names: ["ERR_OSSL_PEM_NO_START_LINE", "PEM routines::no start line", "PEM_read_bio:no start line"],
      number: 0x0480006c,
      codes: ["ca-file-empty", "ca-file-other-form", "client-certificate-unusable"],
      says: "A file that should be PEM has no BEGIN line.",
    },
    {
      names: ["ERR_OSSL_X509_KEY_VALUES_MISMATCH", "key values mismatch"],
      number: 0x05800074,
      codes: ["client-certificate-unusable"],
      says: "The private key does not belong to the certificate.",
    },
    {
      names: ["ERR_OSSL_EVP_UNSUPPORTED", "digital envelope routines::unsupported", "error:0308010C"],
      number: 0x0308010c,
      codes: ["client-certificate-unusable"],
      says: "An algorithm that OpenSSL 3 keeps in its legacy provider: RC2 in an old PKCS#12 file, or MD4 in an old build tool.",
    },
    {
      names: ["mac verify failure", "PKCS12_parse:mac verify failure"],
      number: 0x11800071,
      codes: ["client-certificate-unusable"],
      says: "The password of a PKCS#12 file is wrong.",
    },
  ],
};
