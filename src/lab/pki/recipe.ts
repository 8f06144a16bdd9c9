/** What the lab asks of a certificate: anything, also what no CA may issue. */
import type { KeyPair } from "./key.ts";

/** A name as its attributes in order, one to each relative distinguished name. */
export type Subject = readonly (readonly [attribute: "C" | "O" | "OU" | "CN", text: string])[];

/** The hash of a signature. */
export type Hash = "sha1" | "sha256" | "sha384" | "sha512";

/** What a certificate shall say. */
export interface Recipe {
  readonly subject: Subject;
  readonly notBeforeAt: number;
  readonly notAfterAt: number;
  /** Made fresh, on P-256, when left out. */
  readonly keys?: KeyPair;
  /** Subject alternative names: `dns:a.example`, `ip:127.0.0.1`. No extension when empty. */
  readonly names?: readonly string[];
  /** Basic constraints with cA true, critical; `false` leaves the extension out. */
  readonly ca?: { readonly pathLength?: number } | false;
  /** Which usages the key has; the usual ones of a CA or a server when left out. */
  readonly keyUsage?: number;
  /** OIDs; no extension when empty. */
  readonly extendedKeyUsage?: readonly string[];
  readonly nameConstraints?: {
    readonly permitted?: readonly string[];
    readonly excluded?: readonly string[];
    readonly critical: boolean;
  };
  /** Where the issuer's certificate, its OCSP responder and its CRL are published. */
  readonly published?: { readonly issuer?: string; readonly ocsp?: string; readonly crl?: string };
  /** The issuer's signature's hash; SHA-256 when left out. */
  readonly hash?: Hash;
  /** The last word on the bytes that are signed. */
  readonly amend?: (tbs: Uint8Array) => Uint8Array;
  /** Further extensions, value in DER. */
  readonly extensions?: readonly {
    readonly oid: string;
    readonly critical: boolean;
    readonly value: Uint8Array;
  }[];
}
