/**
 * What the PEM readers of devices make of a file that is not plain: mbedTLS's (pem.c: it looks for BEGIN and a line
 * end behind it, then for END, wherever they stand), OpenSSL's (pem_lib.c: by whole lines, and a bad END ends it all),
 * and that of gen_crt_bundle.py (by whole lines, which Python read with any line ends).
 */
import type { FormRules } from "../../bundle/index.ts";

type Kinds = NonNullable<FormRules["loses"]>;

/** Each oddity with what it costs, and one clause for all of them. */
function minding(loses: Kinds, clause: (kind: string) => string): FormRules {
  return { loses, minds: Object.fromEntries(Object.keys(loses).map((kind) => [kind, clause(kind)])) };
}

const wholeFile: Kinds = { "utf-16": "all", "url-encoded": "all", "no-boundaries": "all" };
const unlined: Kinds = {
  "escaped-newlines": "block",
  "lost-newlines": "block",
  quoted: "block",
  pkcs7: "block",
};

const advice: Readonly<Record<string, string>> = {
  "escaped-newlines": "; write line ends",
  "lost-newlines": "; BEGIN and END need lines of their own (in C, write \\n at the end of each string)",
  "openssl-label": "; openssl x509 -in FILE -out ca.pem writes a plain one",
  pkcs7: "; openssl pkcs7 -in FILE -print_certs -out ca.pem takes the certificates out",
  indented: "; take out the blanks",
  glued: "; put a line end between them",
  "utf-16": "; save it as ASCII",
};

export const mbedtlsPem: FormRules = minding(
  {
    ...wholeFile,
    ...unlined,
    "cr-alone": "all",
    indented: "block",
    "openssl-label": "block",
    "wrong-end": "block",
    "missing-end": "block",
  },
  (kind) => `mbedTLS does not read it${advice[kind] ?? ""}`,
);

const opensslEnds: ReadonlySet<string> = new Set([
  "bad-base64",
  "missing-end",
  "wrong-end",
  "glued",
  "text-after-end",
]);

/** X509_load_cert_file reads all of a file or, where one block is bad, nothing. */
export const opensslPem: FormRules = minding(
  {
    ...wholeFile,
    ...unlined,
    "cr-alone": "all",
    indented: "block",
    "text-before-begin": "block",
    "byte-order-mark": "block",
    "bad-base64": "all",
    "missing-end": "all",
    "wrong-end": "all",
    glued: "all",
    "text-after-end": "all",
  },
  (kind) =>
    opensslEnds.has(kind)
      ? `OpenSSL reads no certificate of such a file${advice[kind] ?? ""}`
      : `OpenSSL passes over it${advice[kind] ?? ""}`,
);

/** Node reads a CA certificate after the other, and stops without a word where it cannot. */
export const nodePem: FormRules = {
  loses: {
    ...opensslPem.loses,
    "bad-base64": "after",
    "missing-end": "after",
    "wrong-end": "from",
    glued: "from",
    "text-after-end": "from",
  },
  minds: {
    ...opensslPem.minds,
    ...Object.fromEntries(
      Array.from(opensslEnds, (kind) => [
        kind,
        `Node reads no certificate from there on${advice[kind] ?? ""}`,
      ]),
    ),
  },
};

export const espGeneratorPem: FormRules = minding(
  {
    ...wholeFile,
    ...unlined,
    indented: "block",
    "openssl-label": "block",
    "text-before-begin": "block",
    "byte-order-mark": "block",
    glued: "all",
    "text-after-end": "block",
    "no-final-newline": "last",
  },
  (kind) =>
    kind === "no-final-newline"
      ? "gen_crt_bundle.py loses the last certificate"
      : `gen_crt_bundle.py does not read it${advice[kind] ?? ""}`,
);
