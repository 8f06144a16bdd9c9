/** The flags of mbedTLS's verification (x509.h), which mbedtls_ssl_get_verify_result() gives. */
import type { ForeignProgram } from "./foreign-program.ts";

export const mbedtlsFlags: ForeignProgram = {
  name: "mbedTLS verify flags",
  spoken: ["flags", "verify flags", "verify result"],
  radix: 16,
  errors: [
    {
      names: ["MBEDTLS_X509_BADCERT_EXPIRED", "The certificate validity has expired"],
      number: 0x01,
      codes: ["expired", "clock-wrong"],
      says: "A certificate has expired by the device's clock.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_REVOKED"],
      number: 0x02,
      codes: ["revoked"],
      says: "A CRL lists the certificate.",
    },
    {
      names: [
        "MBEDTLS_X509_BADCERT_CN_MISMATCH",
        "The certificate Common Name (CN) does not match with the expected CN",
      ],
      number: 0x04,
      codes: ["wrong-host"],
      says: "None of the certificate's names is the one that was set with mbedtls_ssl_set_hostname().",
    },
    {
      names: [
        "MBEDTLS_X509_BADCERT_NOT_TRUSTED",
        "The certificate is not correctly signed by the trusted CA",
      ],
      number: 0x08,
      codes: ["missing-intermediate", "untrusted-root", "self-signed", "bad-signature"],
      says: "No path to a CA on the device: it has another root, or the server leaves out an intermediate or sends the chain in another order.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_MISSING"],
      number: 0x40,
      codes: ["no-certificate"],
      says: "The peer sent no certificate.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_SKIP_VERIFY"],
      number: 0x80,
      codes: ["verification-disabled"],
      says: "Nothing was verified.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_OTHER"],
      number: 0x0100,
      codes: [],
      says: "The program's own callback refused the certificate.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_FUTURE", "The certificate validity starts in the future"],
      number: 0x0200,
      codes: ["not-yet-valid", "clock-wrong"],
      says: "A certificate is not valid yet by the device's clock; often the clock stands at 1970.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_KEY_USAGE"],
      number: 0x0800,
      codes: ["key-usage"],
      says: "The key usage does not allow this.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_EXT_KEY_USAGE"],
      number: 0x1000,
      codes: ["wrong-usage"],
      says: "The extended key usage does not allow a TLS server.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_NS_CERT_TYPE"],
      number: 0x2000,
      codes: ["wrong-usage"],
      says: "Netscape's certificate type does not allow this.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_BAD_MD"],
      number: 0x4000,
      codes: ["weak-signature"],
      says: "A certificate is signed with a hash that the profile does not allow.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_BAD_PK"],
      number: 0x8000,
      codes: ["weak-key"],
      says: "A key is of a kind that the profile does not allow.",
    },
    {
      names: ["MBEDTLS_X509_BADCERT_BAD_KEY"],
      number: 0x010000,
      codes: ["weak-key"],
      says: "A key is too short, or on a curve that the profile does not allow.",
    },
  ],
};
