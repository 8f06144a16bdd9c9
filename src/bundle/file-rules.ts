/** What a device makes of a CA file: of its format, of its form, and of each certificate. */
import { ownValue, renderHex } from "../core/index.ts";
import { attributeValues, type Certificate, commonNameOid, type Name, plainLabels } from "../x509/index.ts";
import type { ReadFormat, Remark } from "./bundle.ts";
import type { PemReader } from "./readers/pem-reading.ts";

/** What a reader makes of the form of a file. */
export interface FormRules {
  /** What each oddity of the file leads to: a clause. Oddities that are not named do no harm. */
  readonly minds: Readonly<Partial<Record<Remark["kind"], string>>>;
  /** The clause for an oddity of which some certificates come through all the same. */
  readonly mindsInPart?: Readonly<Partial<Record<Remark["kind"], string>>>;
  /** Its own way of reading PEM, sign by sign. */
  readonly pemReader?: PemReader;
  /** Whether text in a program's memory has to end in a NUL. */
  readonly needsNul?: boolean;
  /** Of one piece of DER: the first certificate, whatever follows it; or the one that fills it, and else none. */
  readonly derReader?: "first" | "whole";
}

/** What a device makes of a bundle's form and entries. */
export interface FileRules extends FormRules {
  /** Formats that it does not read, each with the reason and the way out: a clause. */
  readonly refusesFormats?: Readonly<Partial<Record<ReadFormat, string>>>;
  /** Whether a path may end in an intermediate that is an anchor. */
  readonly takesIntermediates: boolean;
  /** Whether an anchor's own dates count for the device. */
  readonly checksAnchorDates: boolean;
  /** Whether it goes on to another CA certificate of the name where one has ended. */
  readonly passesOverExpired?: boolean;
  /** Whether of several anchors with one name only one is ever looked at. */
  readonly firstOfNameOnly: boolean;
  /** What of the subject it looks anchors up by; the whole of it when left out. */
  readonly looksUpBy?: "common-name";
  /** Whether a file without a byte in it is to the device as if no CA had been given. */
  readonly emptyIsNone?: boolean;
  /** More than these, and the device takes none. */
  readonly maxAnchors?: number;
  /** What it costs where there is more than one: a clause. */
  readonly severalCost?: string;
  /** Whether it finds an anchor by halving the list, which has to be sorted by the DER of the names. */
  readonly searchesByHalves?: boolean;
  /** Set where one certificate that it cannot use costs it all of them: what it says then, a clause. */
  readonly takesAllOrNone?: string;
  /** Why this certificate cannot serve the device as an anchor. */
  readonly refuse?: (certificate: Certificate) => string | undefined;
  /** Why no server is accepted under this one, which is an anchor all the same. */
  readonly unfit?: (certificate: Certificate) => string | undefined;
}

/** What is generally so: for a bundle that is checked for no device in particular. */
export const generalRules: FileRules = {
  minds: {
    "no-final-newline":
      "some devices lose the last certificate (Mongoose OS, the generator of ESP certificate bundles)",
    "long-line": "some devices cannot read the certificate (Mongoose OS)",
    "byte-order-mark":
      "some devices pass over a certificate that begins there (BearSSL, Mongoose OS, the generator of ESP certificate bundles)",
    glued: "OpenSSL reads no certificate of such a file; put a line end between them",
    "text-after-end": "OpenSSL reads no certificate of such a file",
    "text-before-begin": "OpenSSL passes over the block",
    "openssl-label": `mbedTLS does not read it; ${plainLabels}`,
    "trusted-label": `OpenSSL alone reads it; ${plainLabels}`,
    indented: "OpenSSL does not read it",
    "indented-base64": "mbedTLS does not read it",
    "blanks-behind-begin": "mbedTLS does not read the block",
    invisible: "neither OpenSSL nor mbedTLS reads it",
    "small-letters": "BearSSL alone reads the block; write them in capitals",
    "blank-line": "OpenSSL reads no certificate of such a file",
    "escaped-newlines": "neither OpenSSL nor mbedTLS reads it",
    "lost-newlines": "neither OpenSSL nor mbedTLS reads it",
    quoted: "neither OpenSSL nor mbedTLS reads it",
    "cr-alone": "neither OpenSSL nor mbedTLS reads it",
    "utf-16": "neither OpenSSL nor mbedTLS reads it; save it as ASCII or UTF-8",
    "url-encoded": "neither OpenSSL nor mbedTLS reads it",
    "no-boundaries": "neither OpenSSL nor mbedTLS reads it",
    pkcs7: "TLS libraries do not read it from a CA file",
    concatenated: "mbedTLS reads the first one alone, and BearSSL none; give PEM, or a file for each",
    "no-nul":
      "mbedTLS reads PEM in memory only with a NUL behind it that is counted; put 0x00 at the end, or give DER",
  },
  takesIntermediates: true,
  checksAnchorDates: true,
  firstOfNameOnly: false,
};

/** By what the device tells anchors apart: equal for two of which it sees one. */
export function lookUpName(subject: Name, rules: Pick<FileRules, "looksUpBy">): string {
  return ownValue(rules, "looksUpBy") === "common-name"
    ? `CN ${attributeValues(subject, commonNameOid).at(-1) ?? ""}`
    : renderHex(subject.der);
}

/** No TLS library reads these from a CA file. */
const neverRead: Readonly<Partial<Record<ReadFormat, string>>> = {
  pkcs7:
    "TLS libraries read no PKCS #7 from a CA file; openssl pkcs7 -inform DER -in FILE -print_certs -out ca.pem takes the certificates out",
};

/** Why a device does not read this format; `undefined` where it does, or nothing is known. */
export function formatRefusal(
  format: ReadFormat,
  rules: Pick<FileRules, "refusesFormats">,
): string | undefined {
  const refused = ownValue(rules, "refusesFormats");
  return (refused === undefined ? undefined : ownValue(refused, format)) ?? ownValue(neverRead, format);
}
