/** What can be odd about a PEM file: its kinds, and a sentence for each. */

/** How blocks of other labels become plain ones; openssl x509 would convert the first of them alone. */
export const plainLabels =
  "openssl crl2pkcs7 -nocrl -certfile FILE | openssl pkcs7 -print_certs -out ca.pem writes plain ones";

export type PemComplaintKind =
  // The file as a whole.
  | "byte-order-mark"
  | "utf-16"
  | "url-encoded"
  | "crlf"
  | "cr-alone"
  | "no-final-newline"
  | "no-boundaries"
  | "too-long"
  // What stands between and around blocks.
  | "stray-text"
  | "glued"
  | "text-before-begin"
  | "text-after-end"
  // The form of a block.
  | "indented"
  | "indented-base64"
  | "blanks-behind-begin"
  | "blank-line"
  | "invisible"
  | "escaped-newlines"
  | "lost-newlines"
  | "quoted"
  | "header-lines"
  | "hyphens"
  | "small-letters"
  // What a block holds.
  | "openssl-label"
  | "trusted-label"
  | "pkcs7"
  | "pgp"
  | "unexpected-label"
  | "private-key"
  // What cannot be read.
  | "bad-base64"
  | "missing-end"
  | "missing-begin"
  | "wrong-end";

/** Something in a PEM file that is odd or cannot be read, and the line where it stands. */
export interface PemComplaint {
  readonly kind: PemComplaintKind;
  readonly line: number;
  /** The label that is meant, or a number with its unit; never text of the file, which may be a key or a password. */
  readonly text: string;
}

/** How much it matters: the file is damaged, other programs read it otherwise, something was passed over, or nothing. */
export type ComplaintWeight = "damage" | "trap" | "passed-over" | "harmless";

interface ComplaintKindFacts {
  readonly weight: ComplaintWeight;
  readonly says: (text: string) => string;
}

const kinds: Readonly<Record<PemComplaintKind, ComplaintKindFacts>> = {
  "missing-end": { weight: "damage", says: (text) => `a block of ${text} without its END line` },
  "wrong-end": { weight: "damage", says: (text) => `a block closed by an END line for ${text}` },
  "missing-begin": { weight: "damage", says: (text) => `an END line for ${text} without its BEGIN` },
  "bad-base64": { weight: "damage", says: (text) => `a block of ${text} that is not base64` },
  "too-long": { weight: "damage", says: (text) => `more than can be read (${text})` },
  "private-key": {
    weight: "passed-over",
    says: () => "a private key, which should not be handed around with certificates",
  },
  glued: {
    weight: "trap",
    says: () =>
      "END and BEGIN on one line, as when a file without a line end at its end is joined to another: put a line end between them, because OpenSSL reads no certificate of such a file",
  },
  "byte-order-mark": {
    weight: "trap",
    says: () =>
      "a byte order mark, for which small readers pass over the first certificate: save the file without it",
  },
  "utf-16": {
    weight: "trap",
    says: () => "UTF-16, which TLS libraries do not read: save the file as ASCII or UTF-8",
  },
  "url-encoded": {
    weight: "trap",
    says: () => "percent-encoded text, which TLS libraries do not read: decode it",
  },
  "cr-alone": {
    weight: "trap",
    says: () => "lines that end in CR alone, which TLS libraries do not read: let them end in LF",
  },
  "no-boundaries": {
    weight: "trap",
    says: () =>
      "base64 without its BEGIN and END lines, which TLS libraries do not read: put them around it, or decode it to DER",
  },
  "text-before-begin": {
    weight: "trap",
    says: () => "text before BEGIN on its line: OpenSSL passes over such a block",
  },
  "text-after-end": {
    weight: "trap",
    says: () => "text on the line of END: OpenSSL reads no certificate of such a file",
  },
  indented: {
    weight: "trap",
    says: () => "an indented BEGIN or END, which OpenSSL passes over: take out the blanks before the lines",
  },
  "indented-base64": {
    weight: "trap",
    says: () => "indented base64, which mbedTLS does not read: take out the blanks before the lines",
  },
  "blanks-behind-begin": {
    weight: "trap",
    says: () => "blanks behind BEGIN, for which mbedTLS does not read the block: take them out",
  },
  "blank-line": {
    weight: "trap",
    says: () => "a blank line within a block: OpenSSL reads no certificate of such a file",
  },
  invisible: {
    weight: "trap",
    says: () =>
      "signs that nobody sees, such as a no-break space, as a web page or a chat gives them along: TLS libraries do not read the block, take them out",
  },
  "escaped-newlines": {
    weight: "trap",
    says: () =>
      String.raw`"\n" in two characters where a line should end, as in a variable or in JSON; TLS libraries do not read that: write line ends`,
  },
  "lost-newlines": {
    weight: "trap",
    says: () =>
      "a block whose line ends are lost, as of a variable that a shell gave without quotes; TLS libraries do not read that: put BEGIN and END on lines of their own",
  },
  quoted: {
    weight: "trap",
    says: () => "lines in quotes, as in source code, which only its compiler reads",
  },
  "header-lines": { weight: "trap", says: () => "header lines inside a block, as in old encrypted files" },
  "openssl-label": {
    weight: "trap",
    says: (text) => `a block of ${text}, a label of OpenSSL's that others pass over: ${plainLabels}`,
  },
  "trusted-label": {
    weight: "trap",
    says: () => `a block of TRUSTED CERTIFICATE, which OpenSSL alone reads: ${plainLabels}`,
  },
  pkcs7: {
    weight: "trap",
    says: () =>
      "certificates in PKCS #7, which TLS libraries do not read: openssl pkcs7 -in FILE -print_certs -out ca.pem takes them out",
  },
  hyphens: {
    weight: "trap",
    says: () =>
      'a BEGIN or END line with other than five hyphens on each side, which TLS libraries do not read: write "-----BEGIN CERTIFICATE-----" and "-----END CERTIFICATE-----"',
  },
  "small-letters": {
    weight: "trap",
    says: () =>
      "a BEGIN or END line in small letters, which BearSSL reads and other TLS libraries do not: write it in capitals",
  },
  pgp: {
    weight: "trap",
    says: (text) =>
      `a block of ${text}, which has no part in TLS, and for which OpenSSL reads no certificate of the file: take it out`,
  },
  "unexpected-label": { weight: "passed-over", says: (text) => `a block of ${text}, not a certificate` },
  "stray-text": { weight: "harmless", says: () => "text outside the blocks" },
  "no-final-newline": {
    weight: "harmless",
    says: () => "no line end at the end of the file; joined to another file, it breaks",
  },
  crlf: { weight: "harmless", says: () => "line ends of CR LF, which is fine" },
};

export function weighComplaint({ kind }: Pick<PemComplaint, "kind">): ComplaintWeight {
  return kinds[kind].weight;
}

/** What is odd, as a phrase: `a block of CERTIFICATE without its END line`. */
export function describeComplaint({ kind, text }: PemComplaint): string {
  return kinds[kind].says(text);
}

/** One complaint about a PEM file as a sentence with its line. */
export function explainComplaint(complaint: PemComplaint): string {
  return `Line ${complaint.line}: ${describeComplaint(complaint)}.`;
}

const order: readonly PemComplaintKind[] = Object.keys(kinds) as PemComplaintKind[];

/** The gravest first: a missing end, which explains the rest, before all; what costs nothing last. */
export function rankComplaints(complaints: readonly PemComplaint[]): readonly PemComplaint[] {
  return complaints.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
