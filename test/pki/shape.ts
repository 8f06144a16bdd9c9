/** What a test can say of a certificate. */
import type { KeyUsage, purposeOid } from "../../src/x509/index.ts";
import type { Hash, Keys } from "./keys.ts";

/** What may be said of a certificate. `null` leaves an extension out. */
export interface Shape {
  readonly name?: string;
  readonly subject?: Uint8Array;
  readonly issuerName?: string;
  readonly version?: number;
  readonly serial?: number | Uint8Array;
  readonly notBeforeAt?: number;
  readonly notAfterAt?: number;
  /** Times as GeneralizedTime, which before 2050 they may not be. */
  readonly generalizedTimes?: boolean;
  readonly keys?: Keys;
  readonly spki?: Uint8Array;
  readonly ca?: boolean | null;
  readonly caCritical?: boolean;
  readonly pathLength?: number;
  readonly usages?: readonly KeyUsage[] | null;
  /** By name, or by identifier. */
  readonly purposes?: readonly (keyof typeof purposeOid | `${number}.${string}`)[] | null;
  readonly purposesCritical?: boolean;
  readonly names?: readonly string[] | null;
  readonly namesCritical?: boolean;
  readonly permit?: readonly string[];
  readonly exclude?: readonly string[];
  readonly constraintsCritical?: boolean;
  readonly policies?: readonly string[];
  readonly mappings?: readonly (readonly [string, string])[];
  readonly requireExplicitPolicy?: number;
  readonly inhibitPolicyMapping?: number;
  readonly policyConstraintsCritical?: boolean;
  readonly inhibitAnyPolicy?: number;
  readonly inhibitAnyPolicyCritical?: boolean;
  readonly subjectKeyId?: Uint8Array | null;
  readonly authorityKeyId?: Uint8Array | null;
  readonly extra?: readonly Uint8Array[];
  readonly hash?: Hash;
  /** Signs with a key that is not the issuer's. */
  readonly forged?: boolean;
  readonly innerAlgorithm?: Uint8Array;
  /** What both fields say of the signature, which is made as ever. */
  readonly algorithm?: Uint8Array;
}
