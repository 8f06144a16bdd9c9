/**
 * What the PEM readers of devices make of a file that is not plain: mbedTLS's (pem.c: it looks for BEGIN and a line
 * end behind it, then for END, wherever they stand), OpenSSL's (pem_lib.c: by whole lines, and a bad END ends it all),
 * that of gen_crt_bundle.py (by whole lines, which Python read with any line ends; each piece goes to pyca/cryptography,
 * whose reader takes the first block of it), BearSSL's (pemdec.t0: a CR stays in the label, and any error ends it all),
 * and Mongoose OS's (x509_crt.c of its mbedTLS: by lines without the blanks around them, one that is not base64 ends the
 * block), and what Mongoose 7 makes of a text before mbedTLS sees it. The generator's (over cryptography 48) and BearSSL's
 * (0.6) were tried, Mongoose's were read.
 */
import { type FormRules, pemReaders } from "../../bundle/index.ts";
import { plainLabels } from "../../x509/index.ts";

type Kind = keyof FormRules["minds"];

/** One clause for each of the oddities. */
function clausesFor(kinds: readonly Kind[], clause: (kind: Kind) => string): FormRules["minds"] {
  return Object.fromEntries(kinds.map((kind) => [kind, clause(kind)]));
}

/** What no library reads, but that BearSSL minds no small letters. */
const broken: readonly Kind[] = [
  "utf-16",
  "url-encoded",
  "no-boundaries",
  "hyphens",
  "small-letters",
  "escaped-newlines",
  "lost-newlines",
  "invisible",
  "quoted",
  "pkcs7",
];

const advice: Readonly<Record<string, string>> = {
  hyphens: "; write five on each side",
  "small-letters": "; write them in capitals",
  pgp: "; take it out",
  "escaped-newlines": "; write line ends",
  "lost-newlines": "; BEGIN and END need lines of their own (in C, write \\n at the end of each string)",
  "openssl-label": `; ${plainLabels}`,
  "trusted-label": `; ${plainLabels}`,
  crlf: "; tr -d '\\r' < FILE > ca.pem lets lines end in LF",
  "cr-alone": "; tr '\\r' '\\n' < FILE > ca.pem lets lines end in LF",
  pkcs7: "; openssl pkcs7 -in FILE -print_certs -out ca.pem takes the certificates out",
  indented: "; take out the blanks",
  "indented-base64": "; take out the blanks",
  "blanks-behind-begin": "; take out the blanks",
  "blank-line": "; take it out",
  invisible: "; take them out",
  glued: "; put a line end between them",
  "utf-16": "; iconv -f UTF-16 -t ASCII FILE > ca.pem writes ASCII",
  "no-boundaries": "; base64 -d FILE > ca.der decodes it to DER",
};

export const mbedtlsPem: FormRules = {
  pemReader: pemReaders.mbedtls,
  derReader: "first",
  // mbedtls_x509_crt_parse takes what has no NUL for DER.
  needsNul: true,
  minds: {
    ...clausesFor(
      [
        ...broken,
        "cr-alone",
        "indented-base64",
        "blanks-behind-begin",
        "openssl-label",
        "trusted-label",
        "wrong-end",
        "missing-end",
        "header-lines",
      ],
      (kind) => `mbedTLS does not read it${advice[kind] ?? ""}`,
    ),
    concatenated: "mbedTLS reads the first certificate of DER and passes over what follows; give PEM",
    "no-nul":
      "mbedTLS takes it for DER and reads nothing (-0x2180); put 0x00 at the end, and count it, or give DER",
  },
  // It takes what stands before the next END line that fits for one block.
  mindsInPart: clausesFor(["wrong-end", "missing-end", "missing-begin"], () => "mbedTLS stumbles over it"),
};

const opensslEnds: readonly Kind[] = [
  "bad-base64",
  "missing-end",
  "wrong-end",
  "glued",
  "text-after-end",
  "blank-line",
  "header-lines",
  "pgp",
];
const opensslPasses: readonly Kind[] = [...broken, "cr-alone", "indented", "text-before-begin"];

/** X509_load_cert_crl_file reads all of a file or, where one block is bad, nothing. */
export const opensslPem: FormRules = {
  pemReader: pemReaders.openssl,
  minds: {
    ...clausesFor(opensslPasses, (kind) => `OpenSSL passes over it${advice[kind] ?? ""}`),
    ...clausesFor(opensslEnds, (kind) => `OpenSSL reads no certificate of such a file${advice[kind] ?? ""}`),
  },
  mindsInPart: clausesFor(opensslEnds, (kind) => `OpenSSL stumbles over it${advice[kind] ?? ""}`),
};

/** Node reads a CA certificate after the other, and stops without a word where it cannot. */
export const nodePem: FormRules = {
  pemReader: pemReaders.node,
  minds: {
    ...opensslPem.minds,
    ...clausesFor(opensslEnds, (kind) => `Node reads no certificate from there on${advice[kind] ?? ""}`),
  },
  mindsInPart: clausesFor(opensslEnds, (kind) => `Node stumbles over it${advice[kind] ?? ""}`),
};

const generatorStops: readonly Kind[] = ["bad-base64", "missing-end", "wrong-end", "blank-line"];
const generatorLosesNext: readonly Kind[] = ["glued", "text-after-end"];

export const espGeneratorPem: FormRules = {
  pemReader: pemReaders["esp-generator"],
  derReader: "whole",
  minds: {
    ...clausesFor(
      [...broken, "indented", "openssl-label", "trusted-label", "text-before-begin", "byte-order-mark"],
      (kind) => `gen_crt_bundle.py does not read it${advice[kind] ?? ""}`,
    ),
    ...clausesFor(generatorStops, () => 'gen_crt_bundle.py stops with "Invalid certificate"'),
    ...clausesFor(
      generatorLosesNext,
      (kind) => `gen_crt_bundle.py loses the next certificate${advice[kind] ?? ""}`,
    ),
    "no-final-newline": "gen_crt_bundle.py loses the last certificate",
    concatenated: 'gen_crt_bundle.py stops with "Invalid certificate"; give PEM, or a file for each',
    "trailing-bytes": 'gen_crt_bundle.py stops with "Invalid certificate"',
  },
};

const bearsslEnds: readonly Kind[] = ["bad-base64", "missing-end", "header-lines", "pgp"];

export const bearsslPem: FormRules = {
  pemReader: pemReaders.bearssl,
  derReader: "whole",
  minds: {
    ...clausesFor(
      [
        ...broken.filter((kind) => kind !== "small-letters"),
        "cr-alone",
        "crlf",
        "indented",
        "blanks-behind-begin",
        "trusted-label",
        "text-before-begin",
        "byte-order-mark",
      ],
      (kind) => `BearSSL does not read it${advice[kind] ?? ""}`,
    ),
    ...clausesFor(bearsslEnds, () => "BearSSL takes no certificate of such a file"),
    glued: "BearSSL passes over the certificate behind it; put a line end between them",
    concatenated: "X509List takes DER of one certificate and no more; give PEM, or append each by itself",
    "trailing-bytes": "X509List takes DER of one certificate and nothing behind it",
  },
  mindsInPart: clausesFor(
    [...bearsslEnds, "glued"],
    (kind) => `BearSSL stumbles over it${advice[kind] ?? ""}`,
  ),
};

const mongooseOsClauses: FormRules["minds"] = {
  "long-line": "the scanner takes lines of 126 characters at most, so the certificate is lost",
  "no-final-newline":
    "the scanner passes over a last line without a newline, so the last certificate is lost",
  glued: "the scanner loses both certificates; put a line end between them",
  "missing-end": "the scanner loses the certificate behind it too",
};

export const mongooseOsPem: FormRules = {
  pemReader: pemReaders["mongoose-os"],
  minds: {
    ...clausesFor(
      [
        ...broken,
        "cr-alone",
        "openssl-label",
        "trusted-label",
        "text-before-begin",
        "text-after-end",
        "byte-order-mark",
        "header-lines",
        "wrong-end",
      ],
      (kind) => `Mongoose OS does not read it${advice[kind] ?? ""}`,
    ),
    ...mongooseOsClauses,
  },
};

/** Mongoose 7 gives its CA certificates to mbedTLS with the NUL counted where they begin with a hyphen. */
export const mongoose7MbedtlsPem: FormRules = {
  ...mbedtlsPem,
  pemReader: pemReaders["mongoose-7-mbedtls"],
};

const builtinMinds: readonly Kind[] = [
  ...broken.filter((kind) => kind !== "lost-newlines"),
  "bad-base64",
  "missing-end",
  "wrong-end",
  "header-lines",
  "openssl-label",
  "trusted-label",
];

/** Mongoose's own TLS: blanks and line ends do not count, all else does. */
export const mongooseBuiltinPem: FormRules = {
  pemReader: pemReaders["mongoose-builtin"],
  derReader: "first",
  minds: {
    ...clausesFor(builtinMinds, (kind) => `Mongoose does not read it${advice[kind] ?? ""}`),
    concatenated: "Mongoose reads the first certificate of DER alone; give PEM",
  },
};
