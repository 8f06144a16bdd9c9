/** The certificates of bundles and devices: valid today, so that real clients take them too. */
import {
  writeBitString,
  writeConstructed,
  writeInteger,
  writeNull,
  writeOid,
  writeSequence,
} from "../../src/der/index.ts";
import { keyUsageNames, type KeyUsage } from "../../src/x509/index.ts";
import {
  extension,
  generalName,
  makeKeys,
  mint as mintShape,
  type Hash,
  type Keys,
  type Minted,
} from "../pki/index.ts";

export { makeKeys as ecKeys, pemOf, rsaKeys, type Keys, type Minted } from "../pki/index.ts";
export { generalName as writeGeneralName } from "../pki/index.ts";

export const dayMs = 86_400_000;
export const yearMs: number = 365 * dayMs;

/** The moment that the tests' certificates are made around: today's midnight, so that real clients take them too. */
export const now: number = Math.floor(Date.now() / dayMs) * dayMs;

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
  readonly hash?: Hash;
  /** `{ oid, critical, value }` of further extensions. */
  readonly extensions?: readonly (readonly [oid: string, critical: boolean, value: Uint8Array])[];
  readonly withKeyIdentifiers?: boolean;
  readonly version?: 1 | 3;
  /** A public key to be claimed instead of the keys' own. */
  readonly spki?: Uint8Array;
}

export const serverAuth = "1.3.6.1.5.5.7.3.1";
export const clientAuth = "1.3.6.1.5.5.7.3.2";

/** A certificate of the recipe, for five years unless it says otherwise. */
export function mint(recipe: Recipe, issuer?: Minted): Minted {
  const {
    keys = makeKeys(),
    ca = false,
    names = [],
    purposes = [],
    extensions = [],
    version,
    spki,
    hash,
  } = recipe;
  const usages = recipe.keyUsage === undefined ? (ca === false ? [0] : [5, 6]) : recipe.keyUsage;
  return mintShape(
    {
      name: recipe.name,
      keys,
      notBeforeAt: recipe.notBeforeAt ?? now - yearMs,
      notAfterAt: recipe.notAfterAt ?? now + 5 * yearMs,
      usages: usages && usages.map((bit) => keyUsageNames[bit] as KeyUsage),
      ...(ca === false ? {} : { ca: true }),
      ...(typeof ca === "object" ? { pathLength: ca.pathLength } : {}),
      ...(names.length === 0 ? {} : { names }),
      ...(recipe.withKeyIdentifiers === false ? { subjectKeyId: null, authorityKeyId: null } : {}),
      ...(version === undefined ? {} : { version }),
      ...(spki === undefined ? {} : { spki }),
      ...(hash === undefined ? {} : { hash }),
      extra: [
        ...(purposes.length === 0
          ? []
          : [extension("2.5.29.37", false, writeSequence(...purposes.map(writeOid)))]),
        ...extensions.map(([oid, critical, value]) => extension(oid, critical, value)),
      ],
    },
    issuer,
  );
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

/** The value of a nameConstraints extension that permits these names alone. */
export function writePermitted(...names: readonly string[]): Uint8Array {
  return writeSequence(writeConstructed(0, ...names.map((name) => writeSequence(generalName(name)))));
}

/** An RSA public key of any size, to which nobody has the private one. */
export function writeRsaKey(modulusBits: number): Uint8Array {
  const modulus = new Uint8Array(modulusBits / 8).fill(0xc5);
  const pair = writeSequence(writeInteger(modulus), writeInteger(65_537));
  return writeSequence(writeSequence(writeOid("1.2.840.113549.1.1.1"), writeNull()), writeBitString(pair));
}
