/** What a CA says of its certificates afterwards: CRLs and OCSP responses. */
import { createHash } from "node:crypto";
import {
  writeBitString,
  writeConstructed,
  writeGeneralizedTime,
  writeInteger,
  writeNull,
  writeOctetString,
  writeOid,
  writePrimitive,
  writeSequence,
  writeTime,
} from "../../src/der/index.ts";
import { extensionOid } from "../../src/x509/index.ts";
import { daysLater, type Minted } from "./certificate.ts";
import { extension } from "./extensions.ts";
import { type Hash, makeKeys, signatureAlgorithm, signWith } from "./keys.ts";
import { distinguishedName } from "./names.ts";

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
  readonly hash?: Hash;
  /** The algorithm that the list says it is signed with; default that of the key. */
  readonly algorithm?: Uint8Array;
  /** The algorithm inside what is signed, where that is another one. */
  readonly innerAlgorithm?: Uint8Array;
  /** Extensions of every entry. */
  readonly inEntries?: readonly Uint8Array[];
}

export function mintCrl(issuer: Minted, shape: CrlShape = {}): Uint8Array {
  const { hash = "sha256" } = shape;
  const algorithm = shape.algorithm ?? signatureAlgorithm(hash);
  const serials = (shape.revoked ?? []).map(({ certificate }) => Buffer.from(certificate.serial, "hex"));
  const others = Array.from({ length: shape.fill ?? 0 }, (_, i) => Buffer.from([0x70, i >> 8, i & 0xff]));
  const inEntries = [
    ...(shape.reason === undefined
      ? []
      : [extension(extensionOid.reasonCode, false, Uint8Array.of(0x0a, 1, shape.reason))]),
    ...(shape.inEntries ?? []),
  ];
  const entries = [...others, ...serials, ...(shape.twice === true ? serials : [])].map((serial) =>
    writeSequence(
      writeInteger(serial),
      writeTime(daysLater(-2)),
      ...(inEntries.length === 0 ? [] : [writeSequence(...inEntries)]),
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
    shape.innerAlgorithm ?? algorithm,
    shape.issuerName === undefined ? issuer.subject : distinguishedName(shape.issuerName),
    writeTime(shape.thisUpdateAt ?? daysLater(-1)),
    ...(shape.nextUpdateAt === null ? [] : [writeTime(shape.nextUpdateAt ?? daysLater(6))]),
    ...(entries.length === 0 ? [] : [writeSequence(...entries)]),
    ...(extensions.length === 0 ? [] : [writeConstructed(0, writeSequence(...extensions))]),
  );
  const signer = shape.forged === true ? makeKeys() : issuer.keys;
  return writeSequence(tbs, algorithm, writeBitString(signWith(signer, hash, tbs)));
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
  /** The hash that the answer says these are made with, where that is another one. */
  readonly idHashName?: "sha1" | "sha256" | "sha384";
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
    writeSequence(writeOid(hashOids[shape.idHashName ?? idHash]), writeNull()),
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
    writeBitString(signWith(keys, signatureHash, tbs)),
    ...(shape.delegate === undefined ? [] : [writeConstructed(0, writeSequence(shape.delegate.der))]),
  );
  const bytes = writeSequence(writeOid("1.3.6.1.5.5.7.48.1.1"), writeOctetString(basic));
  return writeSequence(Uint8Array.of(0x0a, 1, 0), writeConstructed(0, bytes));
}
