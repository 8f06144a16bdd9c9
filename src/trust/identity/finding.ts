/** What can speak against a client's certificate, as data, and each as a sentence with its authority. */
import { renderInstant, renderList } from "../../core/index.ts";

/** Where a certificate stands in what the client sends. */
export type IdentityRole = "own" | "intermediate";

interface Placed {
  /** One line for its subject. */
  readonly name: string;
  readonly role: IdentityRole;
}

/** One thing that was found. `code` and the facts are API, the sentence is not. */
export type IdentityFinding =
  | { readonly code: "not-asked" }
  | { readonly code: "key-mismatch" }
  | ({ readonly code: "expired"; readonly notAfterAt: number } & Placed)
  | ({ readonly code: "not-yet-valid"; readonly notBeforeAt: number } & Placed)
  | ({ readonly code: "not-for-clients"; readonly purposes: readonly string[] } & Placed)
  | { readonly code: "cannot-sign"; readonly usages: readonly string[] }
  | { readonly code: "ca-certificate" }
  | { readonly code: "self-signed"; readonly isNamed: boolean }
  /** No signature scheme that the server asks for can be made with the key. */
  | { readonly code: "scheme-not-asked"; readonly key: string; readonly asked: readonly string[] }
  /** The server's list of certificate types has none for the key. */
  | { readonly code: "type-not-asked"; readonly key: string; readonly asked: readonly string[] }
  /** The client does not offer the key's scheme, or its curve, itself. */
  | { readonly code: "client-lacks-key"; readonly client: string; readonly key: string }
  /** Nothing in what is sent leads to a CA that the server names. */
  | {
      readonly code: "issuer-not-named";
      readonly issuers: readonly string[];
      readonly authorities: readonly string[];
    }
  /** The issuer of a certificate is not sent, though others come behind it. */
  | { readonly code: "missing-intermediate"; readonly name: string; readonly issuer: string }
  /** The issuer's name is there, on a certificate whose key did not sign. */
  | { readonly code: "not-signed-by"; readonly name: string; readonly issuer: string }
  | { readonly code: "out-of-order" }
  | { readonly code: "unrelated-certificate"; readonly names: readonly string[] }
  | { readonly code: "root-sent"; readonly name: string };

export type IdentitySeverity = "error" | "warning" | "note";

/**
 * `error`: a server or a client that follows the authority cannot take it or send it. `warning`: servers likely refuse it,
 * and some take it. `note`: no reason to refuse.
 */
export const identitySeverities: Readonly<Record<IdentityFinding["code"], IdentitySeverity>> = {
  "not-asked": "note",
  "key-mismatch": "error",
  expired: "error",
  "not-yet-valid": "error",
  "not-for-clients": "error",
  "cannot-sign": "error",
  "ca-certificate": "warning",
  "self-signed": "warning",
  "scheme-not-asked": "error",
  "type-not-asked": "warning",
  "client-lacks-key": "warning",
  "issuer-not-named": "warning",
  "missing-intermediate": "warning",
  "not-signed-by": "warning",
  "out-of-order": "warning",
  "unrelated-certificate": "note",
  "root-sent": "note",
};

/** On whose word: what is broken, or what says so. */
export const identityAuthorities: Readonly<Record<IdentityFinding["code"], string>> = {
  "not-asked": "RFC 8446 §4.3.2",
  "key-mismatch": "RFC 8446 §4.4.3",
  expired: "RFC 5280 §6.1.3 (a)(2)",
  "not-yet-valid": "RFC 5280 §6.1.3 (a)(2)",
  "not-for-clients": "RFC 5280 §4.2.1.12",
  "cannot-sign": "RFC 5280 §4.2.1.3, RFC 8446 §4.4.2.2",
  "ca-certificate": "our policy",
  "self-signed": "RFC 5280 §6.1",
  "scheme-not-asked": "RFC 8446 §4.4.2.3, RFC 5246 §7.4.6",
  "type-not-asked": "RFC 5246 §7.4.6",
  "client-lacks-key": "the device's profile",
  "issuer-not-named": "RFC 8446 §4.2.4, RFC 5246 §7.4.4",
  "missing-intermediate": "RFC 8446 §4.4.2, RFC 5246 §7.4.2",
  "not-signed-by": "RFC 5280 §6.1.3 (a)(1)",
  "out-of-order": "RFC 5246 §7.4.2",
  "unrelated-certificate": "RFC 8446 §4.4.2",
  "root-sent": "RFC 8446 §4.4.2",
};

/** What no handshake shows of the server's own mind. */
export const unseenOfIdentity =
  "Not to be seen from outside: whether the server knows this device (a registration, a policy, a name it is mapped to), whether it holds the certificate for revoked, and which rules of its own it adds.";

/** A full sentence, without the authority. */
export function explainIdentity(finding: IdentityFinding): string {
  switch (finding.code) {
    case "not-asked":
      return "The server did not ask for a certificate in the handshake, so none is sent; it may ask later, for some paths.";
    case "key-mismatch":
      return "The key does not belong to the certificate: nobody can prove with it that the certificate is theirs.";
    case "expired":
      return `${subjectOf(finding)} expired on ${renderInstant(finding.notAfterAt)}.`;
    case "not-yet-valid":
      return `${subjectOf(finding)} is valid from ${renderInstant(finding.notBeforeAt)} only.`;
    case "not-for-clients":
      return `${subjectOf(finding)} is not for TLS clients: its extended key usage has ${renderList(finding.purposes) || "nothing"} and not clientAuth.`;
    case "cannot-sign":
      return `Its key may not sign a handshake: its key usage has ${renderList(finding.usages) || "nothing"} and not digitalSignature.`;
    case "ca-certificate":
      return "It is the certificate of a CA: servers may refuse a CA's as a client's, and its key signs more than handshakes.";
    case "self-signed":
      return finding.isNamed
        ? "It is self-signed, and the server names it: it works where the server holds this very certificate."
        : "It is self-signed: it works only where the server holds this very certificate.";
    case "scheme-not-asked":
      return `The server takes no signature that its key (${finding.key}) can make: it asks for ${renderList(finding.asked)}. A client then sends no certificate.`;
    case "type-not-asked":
      return `The server does not ask for certificates with such a key (${finding.key}): it asks for ${renderList(finding.asked)}.`;
    case "client-lacks-key":
      return `${finding.client} likely cannot sign with its key (${finding.key}): its own first message does not offer it.`;
    case "issuer-not-named":
      return `Likely refused: the server asks for a certificate that leads to ${orList(finding.authorities)}, and what is sent names ${orList(finding.issuers)} as issuer. An intermediate that leads there may be missing in the file, and a server may accept it all the same.`;
    case "missing-intermediate":
      return `The issuer of "${finding.name}", "${finding.issuer}", is not in the file, though other certificates are: the chain has a gap.`;
    case "not-signed-by":
      return `"${finding.name}" names "${finding.issuer}" as its issuer, and the certificate of that name in the file did not sign it.`;
    case "out-of-order":
      return "The certificates stand out of order: each should be followed by the one that signed it.";
    case "unrelated-certificate":
      return `Not part of its chain, and sent along: ${renderList(finding.names)}.`;
    case "root-sent":
      return `The root "${finding.name}" is in the file: it may be left out, a server that trusts it has it.`;
  }
}

function subjectOf({ name, role }: Placed): string {
  return role === "own" ? "It" : `Its intermediate "${name}"`;
}

const namesShown = 3; // A list of a hundred CAs would bury the sentence.

function orList(names: readonly string[]): string {
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : "";
  return `${names
    .slice(0, namesShown)
    .map((name) => `"${name}"`)
    .join(" or ")}${more}`;
}
