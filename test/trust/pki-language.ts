/**
 * A small language for certificates and chains in tests: a scenario is the normal chain (root, intermediate, leaf
 * for `host.example.com`) with only that changed which a test is about.
 *
 * Names are written `dns:`, `ip:`, `email:`, `uri:`, `dir:` (a common name), `other:` (a type identifier).
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  constructedTag,
  writeBitString,
  writeBoolean,
  writeConstructed,
  writeElement,
  writeGeneralizedTime,
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
import { trustPorts } from "../../src/net/index.ts";
import {
  type AnchorSource,
  anchorFromCertificate,
  type ProfileName,
  type Verdict,
  verify,
  type VerifyRequest,
} from "../../src/trust/index.ts";
import {
  type Certificate,
  extensionOid,
  type KeyUsage,
  keyUsageNames,
  parseCertificate,
  parseIpAddress,
  purposeOid,
} from "../../src/x509/index.ts";

/** The moment of every scenario, unless it says otherwise. */
export const noon: number = Date.UTC(2026, 0, 15, 12);
const day = 86_400_000;
export const daysLater = (days: number): number => noon + days * day;

export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** What may be said of a certificate. `null` leaves an extension out. */
export interface Shape {
  readonly name?: string;
  readonly subject?: Uint8Array;
  readonly issuerName?: string;
  readonly version?: number;
  readonly serial?: number | Uint8Array;
  readonly notBeforeAt?: number;
  readonly notAfterAt?: number;
  readonly keys?: Keys;
  readonly spki?: Uint8Array;
  readonly ca?: boolean | null;
  readonly caCritical?: boolean;
  readonly pathLength?: number;
  readonly usages?: readonly KeyUsage[] | null;
  readonly purposes?: readonly (keyof typeof purposeOid)[] | null;
  readonly purposesCritical?: boolean;
  readonly names?: readonly string[] | null;
  readonly namesCritical?: boolean;
  readonly permit?: readonly string[];
  readonly exclude?: readonly string[];
  readonly constraintsCritical?: boolean;
  readonly policies?: readonly string[];
  readonly mappings?: readonly (readonly [string, string])[];
  readonly requireExplicitPolicy?: number;
  readonly inhibitAnyPolicy?: number;
  readonly policyConstraintsCritical?: boolean;
  readonly subjectKeyId?: Uint8Array | null;
  readonly authorityKeyId?: Uint8Array | null;
  readonly extra?: readonly Uint8Array[];
  readonly hash?: "sha256" | "sha1";
  /** Signs with a key that is not the issuer's. */
  readonly forged?: boolean;
  readonly innerAlgorithm?: Uint8Array;
}

export interface Minted {
  readonly certificate: Certificate;
  readonly der: Uint8Array;
  readonly keys: Keys;
  readonly subject: Uint8Array;
  readonly keyId: Uint8Array;
}

export function makeKeys(): Keys {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** A certificate; without an issuer it signs itself. */
export function mint(shape: Shape, issuer?: Minted): Minted {
  const keys = shape.keys ?? makeKeys();
  const spki = shape.spki ?? new Uint8Array(keys.publicKey.export({ format: "der", type: "spki" }));
  const subject = shape.subject ?? distinguishedName(shape.name ?? "nobody");
  const keyId = createHash("sha1").update(spki).digest().subarray(0, 20);
  const signer = shape.forged === true ? makeKeys() : (issuer?.keys ?? keys);
  const algorithm = signatureAlgorithm(shape.hash ?? "sha256");
  const issuerName =
    shape.issuerName === undefined ? (issuer?.subject ?? subject) : distinguishedName(shape.issuerName);
  const tbs = writeSequence(
    ...((shape.version ?? 3) === 1 ? [] : [writeConstructed(0, writeInteger((shape.version ?? 3) - 1))]),
    writeInteger(shape.serial ?? nextSerial()),
    shape.innerAlgorithm ?? algorithm,
    issuerName,
    writeSequence(
      writeTime(shape.notBeforeAt ?? daysLater(-30)),
      writeTime(shape.notAfterAt ?? daysLater(60)),
    ),
    subject,
    spki,
    ...extensionsOf(shape, keyId, issuer),
  );
  const signature = sign(shape.hash ?? "sha256", tbs, { key: signer.privateKey, dsaEncoding: "der" });
  const der = writeSequence(tbs, algorithm, writeBitString(signature));
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

/** The normal chain, and what a test changes of it. */
export interface Scenario {
  readonly root?: Shape;
  /** `null`: the root issues the leaf. */
  readonly intermediate?: Shape | null;
  readonly leaf?: Shape;
  readonly profile?: ProfileName;
  readonly ask?: Partial<VerifyRequest>;
  /** The anchor's source; default a file. */
  readonly source?: AnchorSource;
  readonly sendIntermediate?: boolean;
}

export interface Chain {
  readonly root: Minted;
  readonly intermediate: Minted | undefined;
  readonly leaf: Minted;
}

export function mintChain({ root, intermediate, leaf }: Scenario = {}): Chain {
  const top = mintRoot(root);
  const middle = intermediate === null ? undefined : mintIntermediate(top, intermediate);
  return { root: top, intermediate: middle, leaf: mintLeaf(middle ?? top, leaf) };
}

/** The verdict on a scenario. */
export function judge(scenario: Scenario = {}): Verdict {
  return judgeChain(mintChain(scenario), scenario);
}

export function judgeChain({ root, intermediate, leaf }: Chain, scenario: Scenario = {}): Verdict {
  const sent =
    intermediate === undefined || scenario.sendIntermediate === false ? [] : [intermediate.certificate];
  return ask(leaf, {
    intermediates: sent,
    anchors: [anchorFromCertificate(root.certificate, scenario.source ?? { store: "file" })],
    // The laws are those of rfc5280 unless a row names another profile.
    profile: scenario.profile ?? "rfc5280",
    ...scenario.ask,
  });
}

/** The engine's verdict on a leaf, with nothing but what is given. */
export function ask(leaf: Minted, request: Partial<VerifyRequest>): Verdict {
  return verify(
    {
      leaf: leaf.certificate,
      intermediates: [],
      anchors: [],
      names: [{ kind: "dns", value: "host.example.com" }],
      at: noon,
      ...request,
    },
    trustPorts,
  );
}

/** `trusted`, or the code of the headline. */
export function outcome(verdict: Verdict): string {
  return verdict.trusted ? "trusted" : verdict.primary.code;
}

export function anchorOf(minted: Minted, store = "file"): ReturnType<typeof anchorFromCertificate> {
  return anchorFromCertificate(minted.certificate, { store });
}

/** An extension as it stands in a certificate. */
export function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  return writeSequence(writeOid(oid), ...(critical ? [writeBoolean(true)] : []), writeOctetString(value));
}

export function distinguishedName(commonName: string): Uint8Array {
  if (commonName === "") return writeSequence();
  return writeSequence(writeSet(writeSequence(writeOid("2.5.4.3"), writeUtf8String(commonName))));
}

/** A GeneralName from `kind:value`; addresses may have `/` and a mask. */
export function generalName(text: string): Uint8Array {
  const [kind = "", ...rest] = text.split(":");
  const value = rest.join(":");
  const ascii = new TextEncoder().encode(value);
  switch (kind) {
    case "dns":
      return writePrimitive(2, ascii);
    case "email":
      return writePrimitive(1, ascii);
    case "uri":
      return writePrimitive(6, ascii);
    case "ip":
      return writePrimitive(7, addressBytes(value));
    case "dir":
      return writeConstructed(4, distinguishedName(value));
    case "other":
      return writeConstructed(0, writeOid(value), writeConstructed(0, writeNull()));
    default:
      throw new Error(`no name form ${kind}`);
  }
}

export function signatureAlgorithm(hash: "sha256" | "sha1"): Uint8Array {
  return writeSequence(writeOid(hash === "sha256" ? "1.2.840.10045.4.3.2" : "1.2.840.10045.4.1"));
}

/** A CRL of an issuer; every field can be set. */
export interface CrlShape {
  readonly revoked?: readonly Minted[];
  readonly reason?: number;
  readonly thisUpdateAt?: number;
  readonly nextUpdateAt?: number | null;
  readonly number?: "plain" | "critical" | null;
  readonly scope?: Uint8Array;
  readonly extra?: readonly Uint8Array[];
  readonly forged?: boolean;
  readonly twice?: boolean;
  /** So many other serial numbers besides. */
  readonly fill?: number;
  readonly issuerName?: string;
}

export function mintCrl(issuer: Minted, shape: CrlShape = {}): Uint8Array {
  const algorithm = signatureAlgorithm("sha256");
  const serials = (shape.revoked ?? []).map(({ certificate }) => Buffer.from(certificate.serial, "hex"));
  const others = Array.from({ length: shape.fill ?? 0 }, (_, i) => Buffer.from([0x70, i >> 8, i & 0xff]));
  const entries = [...others, ...serials, ...(shape.twice === true ? serials : [])].map((serial) =>
    writeSequence(
      writeInteger(serial),
      writeTime(daysLater(-2)),
      ...(shape.reason === undefined
        ? []
        : [writeSequence(extension(extensionOid.reasonCode, false, Uint8Array.of(0x0a, 1, shape.reason)))]),
    ),
  );
  const number = extension(extensionOid.crlNumber, shape.number === "critical", writeInteger(7));
  const extensions = [
    ...(shape.number === null ? [] : [number]),
    ...(shape.scope === undefined
      ? []
      : [extension(extensionOid.issuingDistributionPoint, true, shape.scope)]),
    ...(shape.extra ?? []),
  ];
  const tbs = writeSequence(
    writeInteger(1),
    algorithm,
    shape.issuerName === undefined ? issuer.subject : distinguishedName(shape.issuerName),
    writeTime(shape.thisUpdateAt ?? daysLater(-1)),
    ...(shape.nextUpdateAt === null ? [] : [writeTime(shape.nextUpdateAt ?? daysLater(6))]),
    ...(entries.length === 0 ? [] : [writeSequence(...entries)]),
    ...(extensions.length === 0 ? [] : [writeConstructed(0, writeSequence(...extensions))]),
  );
  const signer = shape.forged === true ? makeKeys() : issuer.keys;
  return writeSequence(tbs, algorithm, writeBitString(sign("sha256", tbs, signer.privateKey)));
}

export interface OcspShape {
  readonly status?: "good" | "revoked" | "unknown";
  readonly thisUpdateAt?: number;
  readonly nextUpdateAt?: number | null;
  /** Signs in the issuer's place, and sends its certificate along. */
  readonly delegate?: Minted;
  readonly about?: Minted;
  readonly forged?: boolean;
  readonly critical?: boolean;
  readonly criticalInAnswer?: boolean;
  /** What the answer says its certificate's issuer is, where that is not who issued it. */
  readonly idIssuer?: { readonly subject?: Uint8Array; readonly keyBytes?: Uint8Array };
  readonly idHash?: "sha1" | "sha256" | "sha384";
  /** How the responder is named; default by its key. */
  readonly responder?: "key" | "name";
  /** Who is named as the responder, where that is not who signs. */
  readonly named?: Minted;
  readonly hash?: "sha256" | "sha1";
}

const hashOids = {
  sha1: "1.3.14.3.2.26",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
};

const unknownCritical = [writeConstructed(1, writeSequence(extension("1.2.3.4", true, writeNull())))];

/** An OCSP response about `subject` by its issuer. */
export function mintOcsp(subject: Minted, issuer: Minted, shape: OcspShape = {}): Uint8Array {
  const about = (shape.about ?? subject).certificate;
  const { idHash = "sha1", idIssuer = {}, hash: signatureHash = "sha256" } = shape;
  const hash = (bytes: Uint8Array): Uint8Array => createHash(idHash).update(bytes).digest();
  const sha1 = (bytes: Uint8Array): Uint8Array => createHash("sha1").update(bytes).digest();
  const id = writeSequence(
    writeSequence(writeOid(hashOids[idHash]), writeNull()),
    writeOctetString(hash(idIssuer.subject ?? issuer.subject)),
    writeOctetString(hash(idIssuer.keyBytes ?? issuer.certificate.spki.keyBytes)),
    writeInteger(Buffer.from(about.serial, "hex")),
  );
  const statuses = {
    good: writePrimitive(0, new Uint8Array(0)),
    revoked: writeConstructed(1, writeGeneralizedTime(daysLater(-2))),
    unknown: writePrimitive(2, new Uint8Array(0)),
  };
  const next = shape.nextUpdateAt === undefined ? daysLater(3) : shape.nextUpdateAt;
  const single = writeSequence(
    id,
    statuses[shape.status ?? "good"],
    writeGeneralizedTime(shape.thisUpdateAt ?? daysLater(-1)),
    ...(next === null ? [] : [writeConstructed(0, writeGeneralizedTime(next))]),
    ...(shape.criticalInAnswer === true ? unknownCritical : []),
  );
  const signer = shape.delegate ?? issuer;
  const extensions = shape.critical === true ? unknownCritical : [];
  const named = shape.named ?? signer;
  const tbs = writeSequence(
    shape.responder === "name"
      ? writeConstructed(1, named.subject)
      : writeConstructed(2, writeOctetString(sha1(named.certificate.spki.keyBytes))),
    writeGeneralizedTime(shape.thisUpdateAt ?? daysLater(-1)),
    writeSequence(single),
    ...extensions,
  );
  const keys = shape.forged === true ? makeKeys() : signer.keys;
  const basic = writeSequence(
    tbs,
    signatureAlgorithm(signatureHash),
    writeBitString(sign(signatureHash, tbs, keys.privateKey)),
    ...(shape.delegate === undefined ? [] : [writeConstructed(0, writeSequence(shape.delegate.der))]),
  );
  const bytes = writeSequence(writeOid("1.3.6.1.5.5.7.48.1.1"), writeOctetString(basic));
  return writeSequence(Uint8Array.of(0x0a, 1, 0), writeConstructed(0, bytes));
}

function extensionsOf(shape: Shape, keyId: Uint8Array, issuer: Minted | undefined): readonly Uint8Array[] {
  if ((shape.version ?? 3) < 3) return [];
  const list = [
    ...basicExtensions(shape),
    ...nameExtensions(shape),
    ...policyExtensions(shape),
    ...keyIdExtensions(shape, keyId, issuer),
    ...(shape.extra ?? []),
  ];
  return list.length === 0 ? [] : [writeConstructed(3, writeSequence(...list))];
}

function basicExtensions(shape: Shape): readonly Uint8Array[] {
  const list: Uint8Array[] = [];
  const { ca, usages, purposes } = shape;
  if (ca !== undefined && ca !== null) {
    const value = writeSequence(
      ...(ca ? [writeBoolean(true)] : []),
      ...(shape.pathLength === undefined ? [] : [writeInteger(shape.pathLength)]),
    );
    list.push(extension(extensionOid.basicConstraints, shape.caCritical ?? true, value));
  }
  if (usages) {
    const bits = usages.map((usage) => keyUsageNames.indexOf(usage));
    list.push(extension(extensionOid.keyUsage, true, writeNamedBits(bits)));
  }
  if (purposes) {
    const value = writeSequence(...purposes.map((purpose) => writeOid(purposeOid[purpose])));
    list.push(extension(extensionOid.extendedKeyUsage, shape.purposesCritical ?? false, value));
  }
  return list;
}

function nameExtensions(shape: Shape): readonly Uint8Array[] {
  const list: Uint8Array[] = [];
  const { names, permit, exclude } = shape;
  if (names) {
    const value = writeSequence(...names.map(generalName));
    list.push(extension(extensionOid.subjectAltName, shape.namesCritical ?? false, value));
  }
  if (permit !== undefined || exclude !== undefined) {
    const subtrees = (number: number, bases: readonly string[] | undefined): readonly Uint8Array[] =>
      bases === undefined
        ? []
        : [writeElement(constructedTag(number), ...bases.map((base) => writeSequence(generalName(base))))];
    const value = writeSequence(...subtrees(0, permit), ...subtrees(1, exclude));
    list.push(extension(extensionOid.nameConstraints, shape.constraintsCritical ?? true, value));
  }
  return list;
}

function policyExtensions(shape: Shape): readonly Uint8Array[] {
  const list: Uint8Array[] = [];
  if (shape.policies !== undefined) {
    const value = writeSequence(...shape.policies.map((oid) => writeSequence(writeOid(oid))));
    list.push(extension(extensionOid.certificatePolicies, false, value));
  }
  if (shape.mappings !== undefined) {
    const value = writeSequence(
      ...shape.mappings.map(([from, to]) => writeSequence(writeOid(from), writeOid(to))),
    );
    list.push(extension(extensionOid.policyMappings, true, value));
  }
  if (shape.requireExplicitPolicy !== undefined) {
    const value = writeSequence(writePrimitive(0, Uint8Array.of(shape.requireExplicitPolicy)));
    list.push(extension(extensionOid.policyConstraints, shape.policyConstraintsCritical ?? true, value));
  }
  if (shape.inhibitAnyPolicy !== undefined) {
    list.push(extension(extensionOid.inhibitAnyPolicy, true, writeInteger(shape.inhibitAnyPolicy)));
  }
  return list;
}

function keyIdExtensions(shape: Shape, keyId: Uint8Array, issuer: Minted | undefined): readonly Uint8Array[] {
  const list: Uint8Array[] = [];
  const own = shape.subjectKeyId === undefined ? keyId : shape.subjectKeyId;
  const above = shape.authorityKeyId === undefined ? issuer?.keyId : shape.authorityKeyId;
  if (own !== null) list.push(extension(extensionOid.subjectKeyIdentifier, false, writeOctetString(own)));
  if (above !== null && above !== undefined) {
    list.push(extension(extensionOid.authorityKeyIdentifier, false, writeSequence(writePrimitive(0, above))));
  }
  return list;
}

function addressBytes(text: string): Uint8Array {
  const parts = text.split("/").map((part) => parseIpAddress(part));
  return Buffer.concat(parts.map((part) => part ?? Buffer.alloc(0)));
}

let serials = 0x1000_0000;
function nextSerial(): number {
  return serials++;
}
