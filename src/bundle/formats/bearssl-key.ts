/** Keys as BearSSL holds them: RSA as modulus and exponent, elliptic ones as a curve's number and a point. */
import { DerReader } from "../../der/index.ts";
import type { Certificate, SubjectPublicKeyInfo } from "../../x509/index.ts";

/** A public key in BearSSL's terms (bearssl_x509.h, br_x509_pkey). */
export type BearsslKey =
  | { readonly kind: "rsa"; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  /** RFC 8422 §5.1.1 number of the curve. */
  | {
      readonly kind: "ec";
      readonly curve: 23 | 24 | 25;
      readonly curveName: string;
      readonly point: Uint8Array;
    };

const curves = {
  "P-256": [23, "secp256r1"],
  "P-384": [24, "secp384r1"],
  "P-521": [25, "secp521r1"],
} as const;

/** BearSSL's buffers end at 4096 bits (BR_X509_BUFSIZE_KEY, BR_X509_BUFSIZE_SIG of 512 bytes). */
export const maxBearsslRsaBits = 4096;

/** The key in BearSSL's terms; `undefined` for a kind it does not know. */
export function bearsslKey({ key, keyBytes }: SubjectPublicKeyInfo): BearsslKey | undefined {
  if (key.kind === "ec" && isKnownCurve(key.curve)) {
    const [curve, curveName] = curves[key.curve];
    return { kind: "ec", curve, curveName, point: keyBytes };
  }
  if (key.kind !== "rsa" || key.isPssOnly) return undefined;
  const pair = DerReader.over(keyBytes).enterSequence();
  const modulus = stripSign(pair.readInteger());
  const exponent = stripSign(pair.readInteger());
  return { kind: "rsa", modulus, exponent };
}

function isKnownCurve(curve: string): curve is keyof typeof curves {
  return Object.hasOwn(curves, curve);
}

function stripSign(integer: Uint8Array): Uint8Array {
  return integer[0] === 0 ? integer.subarray(1) : integer;
}

/** Why BearSSL cannot use this certificate's key as an anchor. */
export function refuseForBearssl({ spki }: Certificate): string | undefined {
  const key = bearsslKey(spki);
  if (key === undefined) return `BearSSL knows no key of the kind ${spki.text}`;
  if (key.kind === "rsa" && key.modulus.length * 8 > maxBearsslRsaBits) {
    return `BearSSL takes RSA keys up to ${maxBearsslRsaBits} bits, and this one is ${spki.text}`;
  }
  return undefined;
}
