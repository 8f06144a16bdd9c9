/** The subject's public key: RFC 5280 §4.1.2.7, RFC 3279 §2.3, RFC 5480, RFC 8410. */
import { renderHex, type KeyType } from "../core/index.ts";
import { DerReader, tag } from "../der/index.ts";
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from "./algorithm.ts";

/** What kind of key it is, as far as its strength depends on it. */
export type SubjectKey =
  | {
      readonly kind: "rsa";
      readonly modulusBits: number;
      readonly exponent: string;
      readonly isPssOnly: boolean;
    }
  | {
      readonly kind: "ec";
      /** `P-256`, `P-384`, `P-521`, the dotted form of another named curve, or `explicit` (RFC 5480 §2.1.1). */
      readonly curve: string;
    }
  | { readonly kind: "ed25519" }
  | { readonly kind: "ed448" }
  | { readonly kind: "other"; readonly name: string };

export interface SubjectPublicKeyInfo {
  /** The whole SubjectPublicKeyInfo: what pins are made of. */
  readonly der: Uint8Array;
  readonly oid: string;
  readonly key: SubjectKey;
  /** Content of the subjectPublicKey BIT STRING: what key identifiers are made of (RFC 5280 §4.2.1.2). */
  readonly keyBytes: Uint8Array;
  /** For people: `RSA 2048`, `EC P-256`, `Ed25519`. */
  readonly text: string;
}

const curves: Readonly<Record<string, string>> = {
  "1.2.840.10045.3.1.7": "P-256",
  "1.3.132.0.34": "P-384",
  "1.3.132.0.35": "P-521",
  "1.2.840.10045.3.1.1": "P-192",
  "1.3.132.0.33": "P-224",
  "1.3.132.0.10": "secp256k1",
  "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
  "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
  "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
};

const otherNames: Readonly<Record<string, string>> = {
  "1.2.840.10040.4.1": "DSA",
  "1.2.840.10046.2.1": "Diffie-Hellman",
  "1.3.101.110": "X25519",
  "1.3.101.111": "X448",
  "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
  "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
  "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
};

/** Takes a SubjectPublicKeyInfo from a reader. */
export function readSubjectPublicKeyInfo(reader: DerReader): SubjectPublicKeyInfo {
  const element = reader.readElement();
  if (element.tag !== tag.sequence) reader.fail("a public key is not a SEQUENCE", element.offset);
  const inner = DerReader.over(element.bytes).enterSequence();
  const algorithm = readAlgorithmIdentifier(inner);
  const { bytes: keyBytes } = inner.readBitString();
  inner.finish();
  const key = readKey(algorithm, keyBytes);
  if (key === undefined) inner.fail("the public key cannot be read", algorithm.offset);
  const fault = inner.malformation;
  if (fault !== undefined) reader.fail(fault.reason, element.offset + fault.offset);
  const known = key ?? { kind: "other", name: algorithm.oid };
  return { der: element.bytes, oid: algorithm.oid, key: known, keyBytes, text: renderKey(known) };
}

/** For people: `RSA 2048`, `EC P-256`, `Ed25519`. */
export function renderKey(key: SubjectKey): string {
  switch (key.kind) {
    case "rsa":
      return `RSA ${key.modulusBits}`;
    case "ec":
      return `EC ${key.curve}`;
    case "ed25519":
      return "Ed25519";
    case "ed448":
      return "Ed448";
    case "other":
      return key.name;
  }
}

function readKey({ oid, parameters }: AlgorithmIdentifier, keyBytes: Uint8Array): SubjectKey | undefined {
  switch (oid) {
    case "1.2.840.113549.1.1.1":
      return readRsaKey(keyBytes, false);
    case "1.2.840.113549.1.1.10":
      return readRsaKey(keyBytes, true);
    case "1.2.840.10045.2.1":
      return { kind: "ec", curve: curveName(parameters) };
    case "1.3.101.112":
      return { kind: "ed25519" };
    case "1.3.101.113":
      return { kind: "ed448" };
    default:
      return { kind: "other", name: otherNames[oid] ?? oid };
  }
}

/** RFC 3279 §2.3.1: RSAPublicKey ::= SEQUENCE { modulus, publicExponent }. */
function readRsaKey(keyBytes: Uint8Array, isPssOnly: boolean): SubjectKey | undefined {
  const reader = DerReader.over(keyBytes);
  const pair = reader.enterSequence();
  const modulus = pair.readInteger();
  const exponent = pair.readInteger();
  pair.finish();
  reader.finish();
  const first = modulus[0] ?? 0x80;
  if (reader.malformation !== undefined || first >= 0x80 || (exponent[0] ?? 0x80) >= 0x80) return undefined;
  const significant = first === 0 ? modulus.subarray(1) : modulus;
  const modulusBits = significant.length * 8 - Math.clz32(significant[0] ?? 0) + 24;
  return { kind: "rsa", modulusBits, exponent: renderHex(exponent).replace(/^0+(?=.)/, ""), isPssOnly };
}

/** RFC 5480 §2.1.1: a named curve; anything else defines its own, the door of CVE-2020-0601. */
function curveName(parameters: Uint8Array | undefined): string {
  if (parameters?.[0] !== tag.oid) return "explicit";
  const oid = DerReader.over(parameters).readOid();
  return curves[oid] ?? oid;
}

/** The kind of the key, where it is one of those of which servers hold a certificate each. */
export function keyTypeOf({ key }: SubjectPublicKeyInfo): KeyType | undefined {
  if (key.kind === "ec") return "ECDSA";
  return key.kind === "rsa" ? "RSA" : undefined;
}
