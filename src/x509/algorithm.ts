/**
 * Signature algorithms: RFC 3279, RFC 4055, RFC 5758, RFC 8410.
 *
 * Names what a certificate claims; which of them count is decided by the profiles of `trust`.
 */
import { DerReader, tag } from "../der/index.ts";

export type HashName = "md2" | "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512";

/** What a signature was made with. */
export type SignatureScheme =
  | { readonly kind: "rsa-pkcs1"; readonly hash: HashName }
  | {
      readonly kind: "rsa-pss";
      readonly hash: HashName;
      readonly mgfHash: HashName;
      readonly saltBytes: number;
    }
  | { readonly kind: "ecdsa"; readonly hash: HashName }
  | { readonly kind: "ed25519" }
  | { readonly kind: "ed448" }
  /**
   * Another algorithm, or a known one with parameters it must not have; `reason` says which. `keyName`: what the keys that make
   * such signatures are called, where that is known.
   */
  | { readonly kind: "unsupported"; readonly reason: string; readonly keyName?: string };

/** A signature's algorithm, parameters included (RFC 5280 §4.1.1.2). */
export interface SignatureAlgorithm {
  readonly oid: string;
  /** For people: `ecdsa-with-SHA256`, or the dotted form. */
  readonly name: string;
  readonly scheme: SignatureScheme;
  /** The whole AlgorithmIdentifier. */
  readonly der: Uint8Array;
}

/** An algorithm and the DER of its parameters, as they stand. */
export interface AlgorithmIdentifier {
  readonly oid: string;
  /** Whole element; `undefined` where it is left out. */
  readonly parameters: Uint8Array | undefined;
  readonly der: Uint8Array;
  readonly offset: number;
}

const pkcs1: Readonly<Record<string, readonly [string, HashName]>> = {
  "1.2.840.113549.1.1.2": ["md2WithRSAEncryption", "md2"],
  "1.2.840.113549.1.1.4": ["md5WithRSAEncryption", "md5"],
  "1.2.840.113549.1.1.5": ["sha1WithRSAEncryption", "sha1"],
  "1.3.14.3.2.29": ["sha1WithRSASignature", "sha1"],
  "1.2.840.113549.1.1.14": ["sha224WithRSAEncryption", "sha224"],
  "1.2.840.113549.1.1.11": ["sha256WithRSAEncryption", "sha256"],
  "1.2.840.113549.1.1.12": ["sha384WithRSAEncryption", "sha384"],
  "1.2.840.113549.1.1.13": ["sha512WithRSAEncryption", "sha512"],
};

const ecdsa: Readonly<Record<string, readonly [string, HashName]>> = {
  "1.2.840.10045.4.1": ["ecdsa-with-SHA1", "sha1"],
  "1.2.840.10045.4.3.1": ["ecdsa-with-SHA224", "sha224"],
  "1.2.840.10045.4.3.2": ["ecdsa-with-SHA256", "sha256"],
  "1.2.840.10045.4.3.3": ["ecdsa-with-SHA384", "sha384"],
  "1.2.840.10045.4.3.4": ["ecdsa-with-SHA512", "sha512"],
};

const others: Readonly<Record<string, string>> = {
  "1.2.840.10040.4.3": "dsa-with-SHA1",
  "2.16.840.1.101.3.4.3.1": "dsa-with-SHA224",
  "2.16.840.1.101.3.4.3.2": "dsa-with-SHA256",
  "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
  "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
  "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
};

/** What `SubjectKey` of another kind is named, of those that sign by an algorithm of `others`. */
function keyNameOf(algorithm: string): string {
  return algorithm.startsWith("dsa-") ? "DSA" : algorithm;
}

const hashes: Readonly<Record<string, HashName>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.4": "sha224",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

const pssOid = "1.2.840.113549.1.1.10";

/** Takes an AlgorithmIdentifier (RFC 5280 §4.1.1.2). */
export function readAlgorithmIdentifier(reader: DerReader): AlgorithmIdentifier {
  const element = reader.readElement();
  if (element.tag !== tag.sequence) reader.fail("an algorithm identifier is not a SEQUENCE", element.offset);
  const inner = DerReader.over(element.bytes).enterSequence();
  const oid = inner.readOid();
  const parameters = inner.isDone ? undefined : inner.readElement().bytes;
  inner.finish();
  const fault = inner.malformation;
  if (fault !== undefined) reader.fail(fault.reason, element.offset + fault.offset);
  return { oid, parameters, der: element.bytes, offset: element.offset };
}

/** Takes the algorithm of a signature. */
export function readSignatureAlgorithm(reader: DerReader): SignatureAlgorithm {
  const identifier = readAlgorithmIdentifier(reader);
  const { oid, der } = identifier;
  const name = pkcs1[oid]?.[0] ?? ecdsa[oid]?.[0] ?? others[oid] ?? plainNames[oid] ?? oid;
  return { oid, name, scheme: scheme(identifier), der };
}

const plainNames: Readonly<Record<string, string>> = {
  [pssOid]: "RSASSA-PSS",
  "1.3.101.112": "Ed25519",
  "1.3.101.113": "Ed448",
};

function scheme({ oid, parameters }: AlgorithmIdentifier): SignatureScheme {
  const rsaHash = pkcs1[oid]?.[1];
  // RFC 4055 §5: NULL; RFC 4055 §2.1 has implementations accept that it is left out, too.
  if (rsaHash !== undefined) {
    return parameters === undefined || isNull(parameters)
      ? { kind: "rsa-pkcs1", hash: rsaHash }
      : { kind: "unsupported", reason: "parameters that RSA PKCS#1 signatures do not have" };
  }
  if (oid === pssOid) return pssScheme(parameters);
  const ecdsaHash = ecdsa[oid]?.[1];
  const isEdwards = oid === "1.3.101.112" || oid === "1.3.101.113";
  if (ecdsaHash === undefined && !isEdwards) {
    const known = others[oid];
    return known === undefined
      ? { kind: "unsupported", reason: `algorithm ${oid}` }
      : { kind: "unsupported", reason: known, keyName: keyNameOf(known) };
  }
  // RFC 5758 §3.2, RFC 8410 §3: parameters are left out.
  if (parameters !== undefined) {
    return { kind: "unsupported", reason: "parameters where the algorithm has none" };
  }
  if (ecdsaHash !== undefined) return { kind: "ecdsa", hash: ecdsaHash };
  return { kind: oid === "1.3.101.112" ? "ed25519" : "ed448" };
}

function isNull(parameters: Uint8Array): boolean {
  return parameters.length === 2 && parameters[0] === tag.null;
}

/** RFC 4055 §3.1: every field has a default, those of SHA-1. */
function pssScheme(parameters: Uint8Array | undefined): SignatureScheme {
  const unsupported = { kind: "unsupported", reason: "RSASSA-PSS parameters that cannot be read" } as const;
  if (parameters === undefined) return unsupported;
  const reader = DerReader.over(parameters);
  const fields = reader.enterSequence();
  const hash = readHash(fields.enterOptional(0xa0)) ?? "sha1";
  const mask = fields.enterOptional(0xa1);
  const mgf = mask?.enterSequence();
  const mgfOid = mgf?.readOid();
  const mgfHash = readHash(mgf) ?? "sha1";
  const saltBytes = fields.enterOptional(0xa2)?.readSmallInteger() ?? 20;
  const trailer = fields.enterOptional(0xa3)?.readSmallInteger() ?? 1;
  mgf?.finish();
  mask?.finish();
  fields.finish();
  reader.finish();
  if (reader.malformation !== undefined || hash === "unknown" || mgfHash === "unknown") return unsupported;
  if ((mgfOid !== undefined && mgfOid !== "1.2.840.113549.1.1.8") || trailer !== 1) return unsupported;
  return { kind: "rsa-pss", hash, mgfHash, saltBytes };
}

function readHash(reader: DerReader | undefined): HashName | "unknown" | undefined {
  if (reader === undefined) return undefined;
  const { oid, parameters } = readAlgorithmIdentifier(reader);
  return parameters === undefined || isNull(parameters) ? (hashes[oid] ?? "unknown") : "unknown";
}
