/** Mints certificates for the tests of bundles and devices: a recipe in, a signed certificate out. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  writeBitString,
  writeBoolean,
  writeConstructed,
  writeInteger,
  writeNamedBits,
  writeNull,
  writeOctetString,
  writeOid,
  writePrimitive,
  writeSequence,
  writeSet,
  writeTime,
  writeUtf8String,
} from "../../src/der/index.ts";
import { type Certificate, parseCertificate, parseIpAddress } from "../../src/x509/index.ts";

export const dayMs = 86_400_000;
export const yearMs: number = 365 * dayMs;

/** The moment that the tests' certificates are made around: today's midnight, so that real clients take them too. */
export const now: number = Math.floor(Date.now() / dayMs) * dayMs;

export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface Recipe {
  readonly name: string;
  readonly keys?: Keys;
  readonly notBeforeAt?: number;
  readonly notAfterAt?: number;
  readonly ca?: boolean | { readonly pathLength: number };
  /** `dns:a.example`, `ip:127.0.0.1`. */
  readonly names?: readonly string[];
  /** Bits of keyUsage; `undefined` for the usual ones, `null` for none. */
  readonly keyUsage?: readonly number[] | null;
  readonly purposes?: readonly string[];
  readonly hash?: "sha1" | "sha256" | "sha384" | "sha512";
  /** `{ oid, critical, value }` of further extensions. */
  readonly extensions?: readonly (readonly [oid: string, critical: boolean, value: Uint8Array])[];
  readonly withKeyIdentifiers?: boolean;
  readonly version?: 1 | 3;
  /** A public key to be claimed instead of the keys' own. */
  readonly spki?: Uint8Array;
}

export interface Minted {
  readonly certificate: Certificate;
  readonly der: Uint8Array;
  readonly keys: Keys;
  readonly name: Uint8Array;
}

export function ecKeys(namedCurve = "P-256"): Keys {
  return generateKeyPairSync("ec", { namedCurve });
}

const rsaCache = new Map<string, Keys>();

/** RSA keys, the same for the same size and number: making them is slow. */
export function rsaKeys(modulusLength = 2048, number = 0): Keys {
  const known = rsaCache.get(`${modulusLength}/${number}`);
  const keys = known ?? generateKeyPairSync("rsa", { modulusLength });
  rsaCache.set(`${modulusLength}/${number}`, keys);
  return keys;
}

export const serverAuth = "1.3.6.1.5.5.7.3.1";
export const clientAuth = "1.3.6.1.5.5.7.3.2";

let serial = 1;

export function mint(recipe: Recipe, issuer?: Minted): Minted {
  const keys = recipe.keys ?? ecKeys();
  const signer = issuer?.keys ?? keys;
  const name = writeName(recipe.name);
  const { hash = "sha256", notBeforeAt = now - yearMs, notAfterAt = now + 5 * yearMs } = recipe;
  const algorithm = writeAlgorithm(signer, hash);
  const tbs = writeSequence(
    ...(recipe.version === 1 ? [] : [writeConstructed(0, writeInteger(2))]),
    writeInteger(0x1000 + serial++),
    algorithm,
    issuer?.name ?? name,
    writeSequence(writeTime(notBeforeAt), writeTime(notAfterAt)),
    name,
    recipe.spki ?? spkiOf(keys),
    ...(recipe.version === 1 ? [] : [writeConstructed(3, writeExtensions(recipe, keys, issuer))]),
  );
  const der = writeSequence(tbs, algorithm, writeBitString(sign(hash, tbs, signer.privateKey)));
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error(`minted what cannot be parsed: ${parsed.malformation.reason}`);
  return { certificate: parsed.certificate, der, keys, name };
}

export function mintRoot(name: string, changes: Partial<Recipe> = {}): Minted {
  return mint({ name, ca: true, notAfterAt: now + 10 * yearMs, ...changes });
}

export function mintLeaf(host: string, issuer: Minted, changes: Partial<Recipe> = {}): Minted {
  return mint(
    { name: host, names: [`dns:${host}`], purposes: [serverAuth], notAfterAt: now + 90 * dayMs, ...changes },
    issuer,
  );
}

function writeName(commonName: string): Uint8Array {
  return writeSequence(writeSet(writeSequence(writeOid("2.5.4.3"), writeUtf8String(commonName))));
}

function writeExtensions(recipe: Recipe, keys: Keys, issuer: Minted | undefined): Uint8Array {
  const { ca = false, names = [], purposes = [], withKeyIdentifiers = true } = recipe;
  const list: Uint8Array[] = [];
  const add = (oid: string, critical: boolean, value: Uint8Array): void => {
    list.push(
      writeSequence(writeOid(oid), ...(critical ? [writeBoolean(true)] : []), writeOctetString(value)),
    );
  };
  if (ca !== false) {
    const pathLength = ca === true ? [] : [writeInteger(ca.pathLength)];
    add("2.5.29.19", true, writeSequence(writeBoolean(true), ...pathLength));
  }
  const keyUsage = recipe.keyUsage === undefined ? (ca === false ? [0] : [5, 6]) : recipe.keyUsage;
  if (keyUsage !== null) add("2.5.29.15", true, writeNamedBits(keyUsage));
  if (purposes.length > 0) add("2.5.29.37", false, writeSequence(...purposes.map(writeOid)));
  if (names.length > 0) add("2.5.29.17", false, writeSequence(...names.map(writeGeneralName)));
  if (withKeyIdentifiers) {
    add("2.5.29.14", false, writeOctetString(keyIdentifier(keys)));
    if (issuer !== undefined) {
      add("2.5.29.35", false, writeSequence(writePrimitive(0, keyIdentifier(issuer.keys))));
    }
  }
  for (const [oid, critical, value] of recipe.extensions ?? []) add(oid, critical, value);
  return writeSequence(...list);
}

const encoder = new TextEncoder();

/** A general name, also as the base of a constraint (`dns:.example.com`). */
export function writeGeneralName(text: string): Uint8Array {
  const [kind, value] = [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)];
  if (kind === "ip") return writePrimitive(7, parseIpAddress(value) ?? new Uint8Array(0));
  return writePrimitive(2, encoder.encode(value));
}

/** The value of a nameConstraints extension that permits these names alone. */
export function writePermitted(...names: readonly string[]): Uint8Array {
  return writeSequence(writeConstructed(0, ...names.map((name) => writeSequence(writeGeneralName(name)))));
}

/** An RSA public key of any size, to which nobody has the private one. */
export function writeRsaKey(modulusBits: number): Uint8Array {
  const modulus = new Uint8Array(modulusBits / 8).fill(0xc5);
  const pair = writeSequence(writeInteger(modulus), writeInteger(65_537));
  return writeSequence(writeSequence(writeOid("1.2.840.113549.1.1.1"), writeNull()), writeBitString(pair));
}

function spkiOf(keys: Keys): Uint8Array {
  return new Uint8Array(keys.publicKey.export({ type: "spki", format: "der" }));
}

function keyIdentifier(keys: Keys): Uint8Array {
  return new Uint8Array(createHash("sha1").update(spkiOf(keys)).digest());
}

const rsaOids = { sha1: 5, sha256: 11, sha384: 12, sha512: 13 } as const;
const ecdsaOids = { sha1: "1", sha256: "3.2", sha384: "3.3", sha512: "3.4" } as const;

function writeAlgorithm(signer: Keys, hash: keyof typeof rsaOids): Uint8Array {
  return signer.privateKey.asymmetricKeyType === "rsa"
    ? writeSequence(writeOid(`1.2.840.113549.1.1.${rsaOids[hash]}`), writeNull())
    : writeSequence(writeOid(`1.2.840.10045.4.${ecdsaOids[hash]}`));
}

/** The certificates as one PEM text. */
export function pemOf(...minted: readonly Minted[]): string {
  return minted
    .map(
      ({ der }) =>
        `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
          .toString("base64")
          .match(/.{1,64}/g)
          ?.join("\n")}\n-----END CERTIFICATE-----\n`,
    )
    .join("");
}
