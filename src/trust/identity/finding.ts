/** What can speak against a client's certificate, as data: how much each weighs, and on whose authority. */

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
      /** Who sends the first certificate alone, so that an intermediate in the file would not help. */
      readonly alone?: string;
    }
  /** The server names no CA at all: whom it takes shows only when the certificate is shown. */
  | { readonly code: "issuers-untold"; readonly issuer: string }
  /** The intermediates that lead to a CA that the server names are in the file, and the client does not send them. */
  | {
      readonly code: "chain-not-sent";
      readonly client: string;
      readonly issuers: readonly string[];
      readonly authorities: readonly string[];
    }
  /** The client does not send the intermediates in the file, and nobody knows whether the server has them. */
  | { readonly code: "chain-kept-back"; readonly client: string; readonly issuers: readonly string[] }
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
  "issuers-untold": "note",
  "chain-not-sent": "warning",
  "chain-kept-back": "note",
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
  "issuers-untold": "RFC 8446 §4.2.4, RFC 5246 §7.4.4",
  "chain-not-sent": "RFC 8446 §4.4.2.3, RFC 5246 §7.4.6, the device's profile",
  "chain-kept-back": "RFC 8446 §4.4.2, the device's profile",
  "missing-intermediate": "RFC 8446 §4.4.2, RFC 5246 §7.4.2",
  "not-signed-by": "RFC 5280 §6.1.3 (a)(1)",
  "out-of-order": "RFC 5246 §7.4.2",
  "unrelated-certificate": "RFC 8446 §4.4.2",
  "root-sent": "RFC 8446 §4.4.2",
};
