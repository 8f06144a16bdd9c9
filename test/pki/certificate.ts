/**
 * A small language for certificates and chains in tests: the normal chain (root, intermediate, leaf for
 * `host.example.com`) with only that changed which a test is about.
 */
import {
  writeBitString,
  writeGeneralizedTime,
  writeConstructed,
  writeInteger,
  writeSequence,
  writeTime,
} from "../../src/der/index.ts";
import { type Certificate, parseCertificate } from "../../src/x509/index.ts";
import { extensionsOf } from "./extensions.ts";
import type { Shape } from "./shape.ts";
import { keyIdentifier, makeKeys, signatureAlgorithm, signWith, spkiOf, type Keys } from "./keys.ts";
import { distinguishedName } from "./names.ts";

/** The moment of every scenario, unless it says otherwise. */
export const noon: number = Date.UTC(2026, 0, 15, 12);
const day = 86_400_000;
export const daysLater = (days: number): number => noon + days * day;

export interface Minted {
  readonly certificate: Certificate;
  readonly der: Uint8Array;
  readonly keys: Keys;
  readonly subject: Uint8Array;
  readonly keyId: Uint8Array;
}

/** A certificate; without an issuer it signs itself. */
export function mint(shape: Shape, issuer?: Minted): Minted {
  const keys = shape.keys ?? makeKeys();
  const spki = shape.spki ?? spkiOf(keys);
  const subject = shape.subject ?? distinguishedName(shape.name ?? "nobody");
  const keyId = keyIdentifier(spki);
  const signer = shape.forged === true ? makeKeys() : (issuer?.keys ?? keys);
  const { hash = "sha256" } = shape;
  const algorithm = shape.algorithm ?? signatureAlgorithm(hash, signer);
  const time = shape.generalizedTimes === true ? writeGeneralizedTime : writeTime;
  const issuerName =
    shape.issuerName === undefined ? (issuer?.subject ?? subject) : distinguishedName(shape.issuerName);
  const tbs = writeSequence(
    ...((shape.version ?? 3) === 1 ? [] : [writeConstructed(0, writeInteger((shape.version ?? 3) - 1))]),
    writeInteger(shape.serial ?? nextSerial()),
    shape.innerAlgorithm ?? algorithm,
    issuerName,
    writeSequence(time(shape.notBeforeAt ?? daysLater(-30)), time(shape.notAfterAt ?? daysLater(60))),
    subject,
    spki,
    ...extensionsOf(shape, { own: keyId, issuer: issuer?.keyId }),
  );
  const der = writeSequence(tbs, algorithm, writeBitString(signWith(signer, hash, tbs)));
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error(`minted a malformed certificate: ${parsed.malformation.reason}`);
  return { certificate: parsed.certificate, der, keys, subject, keyId };
}

export function mintRoot(shape: Shape = {}): Minted {
  return mint({ name: "Test Root", notAfterAt: daysLater(3000), ...caShape, ...shape });
}

export function mintIntermediate(issuer: Minted, shape: Shape = {}): Minted {
  return mint({ name: "Test Intermediate", notAfterAt: daysLater(1000), ...caShape, ...shape }, issuer);
}

export function mintLeaf(issuer: Minted, shape: Shape = {}): Minted {
  return mint({ ...leafShape, ...shape }, issuer);
}

const caShape: Shape = { ca: true, usages: ["keyCertSign", "cRLSign"] };
const leafShape: Shape = {
  name: "host.example.com",
  usages: ["digitalSignature"],
  purposes: ["serverAuth"],
  names: ["dns:host.example.com"],
};

/** The normal chain, and what is changed of it. */
export interface ChainShape {
  readonly root?: Shape;
  /** `null`: the root issues the leaf. */
  readonly intermediate?: Shape | null;
  readonly leaf?: Shape;
}

export interface Chain {
  readonly root: Minted;
  readonly intermediate: Minted | undefined;
  readonly leaf: Minted;
}

export function mintChain({ root, intermediate, leaf }: ChainShape = {}): Chain {
  const top = mintRoot(root);
  const middle = intermediate === null ? undefined : mintIntermediate(top, intermediate);
  return { root: top, intermediate: middle, leaf: mintLeaf(middle ?? top, leaf) };
}

let serials = 0x1000_0000;
function nextSerial(): number {
  return serials++;
}
