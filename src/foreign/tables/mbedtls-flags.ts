/** The flags of mbedTLS's verification (x509.h), which mbedtls_ssl_get_verify_result() gives. */
import { readRows, type ForeignProgram } from "../foreign-program.ts";

export const mbedtlsFlags: ForeignProgram = {
  name: "mbedTLS verify flags",
  spoken: ["verify flags", "verify result", "esp_tls_flags"],
  radix: 16,
  // prettier-ignore
  errors: readRows([
    [0x0001, ["MBEDTLS_X509_BADCERT_EXPIRED", "The certificate validity has expired"],
      ["expired", "clock-wrong"], "A certificate has expired by the device's clock."],
    [0x0002, ["MBEDTLS_X509_BADCERT_REVOKED"], ["revoked"], "A CRL lists the certificate."],
    [0x0004, ["MBEDTLS_X509_BADCERT_CN_MISMATCH",
      "The certificate Common Name (CN) does not match with the expected CN"], ["wrong-host"],
      "None of the certificate's names is the one that was set with mbedtls_ssl_set_hostname()."],
    [0x0008, ["MBEDTLS_X509_BADCERT_NOT_TRUSTED",
      "The certificate is not correctly signed by the trusted CA"],
      ["missing-intermediate", "untrusted-root", "self-signed", "bad-signature"],
      "No path to a CA on the device: it has another root, or the server leaves out an intermediate or sends the chain in another order."],
    [0x0040, ["MBEDTLS_X509_BADCERT_MISSING"], ["no-certificate"], "The peer sent no certificate."],
    [0x0080, ["MBEDTLS_X509_BADCERT_SKIP_VERIFY"], ["verification-disabled"], "Nothing was verified."],
    [0x0100, ["MBEDTLS_X509_BADCERT_OTHER"], [], "The program's own callback refused the certificate."],
    [0x0200, ["MBEDTLS_X509_BADCERT_FUTURE", "The certificate validity starts in the future"],
      ["not-yet-valid", "clock-wrong"],
      "A certificate is not valid yet by the device's clock; often the clock stands at 1970."],
    [0x0800, ["MBEDTLS_X509_BADCERT_KEY_USAGE"], ["key-usage"], "The key usage does not allow this."],
    [0x1000, ["MBEDTLS_X509_BADCERT_EXT_KEY_USAGE"], ["wrong-usage"],
      "The extended key usage does not allow a TLS server."],
    [0x2000, ["MBEDTLS_X509_BADCERT_NS_CERT_TYPE"], ["wrong-usage"],
      "Netscape's certificate type does not allow this."],
    [0x4000, ["MBEDTLS_X509_BADCERT_BAD_MD"], ["weak-signature"],
      "A certificate is signed with a hash that the profile does not allow."],
    [0x8000, ["MBEDTLS_X509_BADCERT_BAD_PK"], ["weak-key"],
      "A key is of a kind that the profile does not allow."],
    [0x10000, ["MBEDTLS_X509_BADCERT_BAD_KEY"], ["weak-key"],
      "A key is too short, or on a curve that the profile does not allow."],
  ]),
};
