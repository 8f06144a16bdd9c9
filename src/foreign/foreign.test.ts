/** What people paste is read as the error it is, and hostile text is only text. */
import { describe, expect, it, test } from "vitest";
import { findForeign, foreignNames, foreignPrograms, opensslNumber } from "./index.ts";
import { pastedCharacters } from "./limits.ts";

function firstNames(pasted: string): string[] {
  return findForeign(pasted).map(({ error }) => error.names[0] ?? "");
}

describe("a pasted line names", () => {
  it.each([
    [
      "curl: (60) SSL certificate problem: unable to get local issuer certificate",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ],
    ["curl: (6) Could not resolve host: nosuch.example", "CURLE_COULDNT_RESOLVE_HOST"],
    ["curl: (7) Failed to connect to 10.0.0.35 port 60 after 0 ms", "CURLE_COULDNT_CONNECT"],
    [
      "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
    ],
    [
      "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1006)",
      "SELF_SIGNED_CERT_IN_CHAIN",
    ],
    ["Error: unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["X509_V_ERR_CERT_HAS_EXPIRED", "CERT_HAS_EXPIRED"],
    ["verify error:num=20:unable to get local issuer certificate", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"],
    ["Verify return code: 21 (unable to verify the first certificate)", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["error:0A00010B:SSL routines::wrong version number", "ERR_SSL_WRONG_VERSION_NUMBER"],
    [
      "error:0A000152:SSL routines::unsafe legacy renegotiation disabled",
      "ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED",
    ],
    ["ssl3_read_bytes:sslv3 alert handshake failure:SSL alert number 40", "handshake_failure"],
    [
      "RequestError [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ],
    ["TypeError: fetch failed", "fetch failed"],
    ["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_CONNECT_TIMEOUT"],
    [
      'Get "https://a.example/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      "x509: certificate signed by unknown authority",
    ],
    [
      "sun.security.validator.ValidatorException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target",
      "PKIX path building failed",
    ],
    ["net::ERR_CERT_AUTHORITY_INVALID", "ERR_CERT_AUTHORITY_INVALID"],
    ["handshake failed; returned -1, SSL error code 1, net_error -202", "ERR_CERT_AUTHORITY_INVALID"],
    ["Error code: SEC_ERROR_UNKNOWN_ISSUER", "SEC_ERROR_UNKNOWN_ISSUER"],
    ["MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT", "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"],
    ["server certificate verification failed. CAfile: none", "GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR"],
    ["mbedtls_ssl_handshake returned -0x2700", "MBEDTLS_ERR_X509_CERT_VERIFY_FAILED"],
    [
      "start_ssl_client(): (-9984) X509 - Certificate verification failed, e.g. CRL, CA or signature check failed",
      "MBEDTLS_ERR_X509_CERT_VERIFY_FAILED",
    ],
    ["-0x7F00", "MBEDTLS_ERR_SSL_ALLOC_FAILED"],
    ["BR_ERR_X509_NOT_TRUSTED", "BR_ERR_X509_NOT_TRUSTED"],
    ["BearSSL 62", "BR_ERR_X509_NOT_TRUSTED"],
  ])("%s", (pasted, name) => {
    expect(firstNames(pasted)).toContain(name);
  });
});

test("case, spaces and punctuation make no difference to a name", () => {
  for (const written of ["unable-to verify leaf:signature", "Unable_To_Verify_Leaf_Signature"])
    expect(firstNames(written)).toEqual(["UNABLE_TO_VERIFY_LEAF_SIGNATURE"]);
});

test("a name inside a longer name is not read for itself", () => {
  expect(firstNames("self-signed certificate in certificate chain")).toEqual(["SELF_SIGNED_CERT_IN_CHAIN"]);
});

test("the reading that leaves the fewest codes open comes first", () => {
  const [first] = findForeign("CERTIFICATE_VERIFY_FAILED certificate verify failed: certificate has expired");
  expect(first?.error.codes).toEqual(["expired", "clock-wrong"]);
});

describe("a number alone", () => {
  it.each([
    ["60", ["curl exit code", "BearSSL", "OpenSSL verification"]],
    ["(20)", ["OpenSSL verification", "BearSSL"]],
    ["62", ["OpenSSL verification", "BearSSL"]],
    ["-9984", ["mbedTLS"]],
    ["9984", ["mbedTLS"]],
    ["0x2700", ["mbedTLS"]],
    ["0x08", ["mbedTLS verify flags"]],
    ["0x801a", ["ESP-IDF"]],
    ["-348", ["GnuTLS"]],
  ])("%s is read in every way there is", (number, programs) => {
    expect(findForeign(number).map(({ program }) => program.name)).toEqual(expect.arrayContaining(programs));
  });

  it("with a sign is only of programs that count downwards", () => {
    expect(findForeign("-60").map(({ program }) => program.name)).toEqual(["GnuTLS"]);
  });

  it("inside a sentence says nothing", () => {
    expect(findForeign("it took 60 days and 20 hours on port 62")).toEqual([]);
  });
});

test.each(foreignPrograms.map((program) => [program.name, program] as const))(
  "every name and number of %s leads to its row",
  (_name, { errors }) => {
    for (const error of errors) {
      for (const asked of [...error.names, ...(error.number === undefined ? [] : [String(error.number)])])
        expect(findForeign(asked).map((reading) => reading.error)).toContain(error);
    }
  },
);

test("no program has one number for two errors", () => {
  for (const { errors } of foreignPrograms) {
    const numbers = errors.flatMap(({ number }) => (number === undefined ? [] : [number]));
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});

test("OpenSSL's results are numbered from 1 to 94 without a gap", () => {
  const numbers = foreignPrograms[0]?.errors.map(({ number }) => number ?? 0).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 94 }, (_, i) => i + 1));
  expect(opensslNumber("CERT_HAS_EXPIRED")).toBe(10);
});

test("a name that can be mistyped is one word", () => {
  expect(foreignNames()).toContain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  expect(foreignNames().filter((name) => /\s/.test(name))).toEqual([]);
});

test("hostile text never throws, and only its beginning is looked at", () => {
  const pieces = [
    "err ",
    "-",
    "0x",
    "(",
    "x509 ",
    "\0",
    "\ud800",
    "curl error ",
    "__proto__ ",
    "9".repeat(50),
    "- ",
    "'",
  ];
  for (const piece of pieces) {
    const long = piece.repeat(200_000);
    expect(findForeign(long)).toEqual(findForeign(long.slice(0, pastedCharacters.value)));
  }
});
