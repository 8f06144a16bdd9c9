/**
 * Signatures by WebCrypto: what Project Wycheproof says of each (where its vectors lie beside the project), what OpenSSL says of
 * the same, and what is left unchecked.
 */
import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  webcrypto,
} from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { trustPorts } from "../../src/admission/index.ts";
import { DerReader } from "../../src/der/index.ts";
import type { SignatureInput } from "../../src/trust/index.ts";
import { webcryptoPorts } from "../../src/webcrypto/index.ts";
import { type HashName, readSubjectPublicKeyInfo, type SignatureScheme } from "../../src/x509/index.ts";

const ports = webcryptoPorts(webcrypto.subtle as SubtleCrypto);

interface Given {
  readonly scheme: SignatureScheme;
  readonly spki: Uint8Array;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

function inputOf({ scheme, spki, ...rest }: Given): SignatureInput {
  const { key } = readSubjectPublicKeyInfo(DerReader.over(spki));
  // Nothing is remembered between rows: the name of an algorithm is part of what is.
  const algorithm = { oid: "", name: "", scheme, der: new TextEncoder().encode(JSON.stringify(scheme)) };
  return { algorithm, spki, key, ...rest };
}

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: "spki", format: "der" }));

interface Wycheproof {
  readonly files: readonly {
    readonly file: string;
    readonly algorithm: string;
    readonly testGroups: readonly {
      readonly publicKeyDer: string;
      readonly publicKeyAsn?: string;
      readonly sha?: string;
      readonly mgfSha?: string;
      readonly sLen?: number;
      readonly tests: readonly {
        readonly tcId: number;
        readonly msg: string;
        readonly sig: string;
        readonly result: "valid" | "invalid" | "acceptable";
      }[];
    }[];
  }[];
}

type Group = Wycheproof["files"][number]["testGroups"][number];

function schemeOf(algorithm: string, { sha = "", mgfSha = "", sLen = 0 }: Group): SignatureScheme {
  const nameOf = (hash: string): HashName => hash.replace("-", "").toLowerCase() as HashName;
  switch (algorithm) {
    case "ECDSA":
      return { kind: "ecdsa", hash: nameOf(sha) };
    case "EDDSA":
      return { kind: "ed25519" };
    case "RSASSA-PSS":
      return { kind: "rsa-pss", hash: nameOf(sha), mgfHash: nameOf(mgfSha), saltBytes: sLen };
    default:
      return { kind: "rsa-pkcs1", hash: nameOf(sha) };
  }
}

/** The same key as one that is not for PSS alone, where there is one. */
function plainKey({ publicKeyDer, publicKeyAsn }: Group): Uint8Array {
  if (publicKeyAsn === undefined) return bytesOf(publicKeyDer);
  return spkiOf(createPublicKey({ key: Buffer.from(publicKeyAsn, "hex"), format: "der", type: "pkcs1" }));
}

const vectors = new URL("../../../shared/vectors/wycheproof/signatures.json.gz", import.meta.url);

describe.skipIf(!existsSync(vectors))("the vectors of Project Wycheproof", () => {
  test("a signature is believed where it is valid, and no other, by WebCrypto and by OpenSSL", async () => {
    const { files } = JSON.parse(gunzipSync(readFileSync(vectors)).toString("utf8")) as Wycheproof;
    const wrong: unknown[] = [];
    const count = { valid: 0, invalid: 0, acceptable: 0 };
    for (const { file, algorithm, testGroups } of files) {
      for (const group of testGroups) {
        const [scheme, spki] = [schemeOf(algorithm, group), plainKey(group)];
        for (const { tcId, msg, sig, result } of group.tests) {
          const input = inputOf({ scheme, spki, data: bytesOf(msg), signature: bytesOf(sig) });
          const answers = [await ports.verifySignature(input), trustPorts.verifySignature(input)];
          count[result]++;
          // What is "acceptable" may be taken by one and not by another.
          const meant = result === "acceptable" ? answers[1] : result === "valid";
          if (answers.some((holds) => holds !== meant)) wrong.push([file, tcId, result, ...answers]);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(count.valid).toBeGreaterThan(500);
    expect(count.invalid).toBeGreaterThan(500);
  });
});

const data = new TextEncoder().encode("to be signed");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pssPadding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

const made = (
  keys: { readonly publicKey: KeyObject },
  scheme: SignatureScheme,
  signature: Buffer,
): Given => ({
  scheme,
  spki: spkiOf(keys.publicKey),
  data,
  signature: new Uint8Array(signature),
});
const ecdsa = (namedCurve: string, hash: HashName): Given => {
  const keys = generateKeyPairSync("ec", { namedCurve });
  return made(keys, { kind: "ecdsa", hash }, sign(hash, data, keys.privateKey));
};
const pkcs1 = (hash: HashName): Given =>
  made(rsa, { kind: "rsa-pkcs1", hash }, sign(hash, data, rsa.privateKey));
const pss = (mgfHash: HashName, saltBytes = 32): Given =>
  made(
    rsa,
    { kind: "rsa-pss", hash: "sha256", mgfHash, saltBytes },
    sign("sha256", data, { key: rsa.privateKey, ...pssPadding }),
  );
const edwards = (kind: "ed25519" | "ed448"): Given => {
  const keys = kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ed448");
  return made(keys, { kind }, sign(null, data, keys.privateKey));
};

const hashes = ["sha1", "sha256", "sha384", "sha512"] as const;
const curves = ["P-256", "P-384", "P-521"] as const;
const checked: readonly (readonly [name: string, given: Given])[] = [
  ...hashes.map((hash) => [`RSA PKCS #1 with ${hash}`, pkcs1(hash)] as const),
  ["RSA-PSS", pss("sha256")],
  ...curves.flatMap((curve) =>
    hashes.map((hash) => [`ECDSA on ${curve} with ${hash}`, ecdsa(curve, hash)] as const),
  ),
  ["Ed25519", edwards("ed25519")],
];

describe.each(checked)("%s", (_name, given) => {
  const ask = (change: Partial<Given>): Promise<boolean | undefined> =>
    ports.verifySignature(inputOf({ ...given, ...change }));

  test("is believed", async () => {
    expect(await ask({})).toBe(true);
  });

  test("is not, over other data, or with a bit changed, or cut", async () => {
    const changed = given.signature.map((byte, i) => (i === given.signature.length - 1 ? byte ^ 1 : byte));
    expect(await ask({ data: given.data.slice(1) })).toBe(false);
    expect(await ask({ signature: changed })).toBe(false);
    expect(await ask({ signature: given.signature.slice(0, -1) })).toBe(false);
    expect(await ask({ signature: new Uint8Array() })).toBe(false);
  });
});

const unchecked: readonly (readonly [name: string, given: Given])[] = [
  ["RSA PKCS #1 with SHA-224", pkcs1("sha224")],
  ["RSA PKCS #1 with MD5", pkcs1("md5")],
  ["RSA-PSS with two hashes", pss("sha512")],
  ["ECDSA with SHA-224", ecdsa("P-256", "sha224")],
  ["ECDSA on brainpoolP256r1", ecdsa("brainpoolP256r1", "sha256")],
  ["ECDSA on secp256k1", ecdsa("secp256k1", "sha256")],
  ["an algorithm without a name here", { ...pkcs1("sha256"), scheme: { kind: "unsupported", reason: "it" } }],
];

test.each(unchecked)("%s cannot be checked, which is neither true nor false", async (_name, given) => {
  expect(await ports.verifySignature(inputOf(given))).toBeUndefined();
});

test("a key for PSS alone cannot be used", async () => {
  const keys = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
  const signature = sign("sha256", data, { key: keys.privateKey, ...pssPadding });
  const scheme = { kind: "rsa-pss", hash: "sha256", mgfHash: "sha256", saltBytes: 32 } as const;
  expect(await ports.verifySignature(inputOf(made(keys, scheme, signature)))).toBeUndefined();
});

test("a salt of another length is not the one that was signed with", async () => {
  expect(await ports.verifySignature(inputOf(pss("sha256", 20)))).toBe(false);
});

test("a WebCrypto that lacks an algorithm leaves it unchecked", async () => {
  const without = {
    importKey: () => Promise.reject(new DOMException("not here", "NotSupportedError")),
  } as unknown as SubtleCrypto;
  expect(await webcryptoPorts(without).verifySignature(inputOf(edwards("ed25519")))).toBeUndefined();
});
