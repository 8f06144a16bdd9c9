/** Key pairs of the lab: elliptic ones are made on the spot, in well under a millisecond. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** RFC 8422 §5.1.1 names of the curves, by which Node knows them too. */
export type Curve = "P-256" | "P-384" | "P-521";

/** A fresh key pair on `curve`. */
export function generateKeyPair(curve: Curve = "P-256"): KeyPair {
  return generateKeyPairSync("ec", { namedCurve: curve });
}
