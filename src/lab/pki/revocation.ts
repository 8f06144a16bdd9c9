/** Says whether a certificate was revoked: OCSP responses (RFC 6960) and CRLs (RFC 5280 §5). */
import { createHash } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AuthorityKeyIdentifier,
  CertificateList,
  CRLNumber,
  Extension,
  id_ce_authorityKeyIdentifier,
  id_ce_cRLNumber,
  KeyIdentifier,
  RevokedCertificate,
  TBSCertList,
  Time,
  Version,
} from "@peculiar/asn1-x509";
import {
  constructedTag,
  DerReader,
  primitiveTag,
  writeBitString,
  writeConstructed,
  writeElement,
  writeEnumerated,
  writeGeneralizedTime,
  writeInteger,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
} from "../../der/index.ts";
import type { Minted } from "./certificate.ts";
import { keyIdentifier } from "./key.ts";
import { buildName } from "./name.ts";
import { signatureAlgorithm, signBytes } from "./signature.ts";

const basicResponse = "1.3.6.1.5.5.7.48.1.1"; // RFC 6960 §4.2.1: id-pkix-ocsp-basic.
const sha1 = "1.3.14.3.2.26"; // RFC 3279 §2.1; the hash that CertID has nearly always used.
const keyCompromise = 1; // RFC 5280 §5.3.1: CRLReason.

/** What a responder says about one certificate. */
export type Status =
  | { readonly kind: "good" }
  | { readonly kind: "revoked"; readonly revokedAt: number }
  | { readonly kind: "unknown" };

export interface Statement {
  readonly issuer: Minted;
  /** Content bytes of the serial number. */
  readonly serial: Uint8Array;
  readonly status: Status;
  readonly thisUpdateAt: number;
  readonly nextUpdateAt: number;
  /** Who signs, when it is not the issuer. */
  readonly signer?: Minted;
}

/** A successful OCSP response with one statement in it: RFC 6960 §4.2.1. */
export function writeOcspResponse(statement: Statement): Uint8Array {
  const { issuer, signer = issuer, thisUpdateAt, nextUpdateAt } = statement;
  const data = writeSequence(
    writeConstructed(2, writeOctetString(keyIdentifier(signer.keys))),
    writeGeneralizedTime(thisUpdateAt),
    writeSequence(
      writeSequence(
        writeCertId(statement),
        writeStatus(statement.status),
        writeGeneralizedTime(thisUpdateAt),
        writeConstructed(0, writeGeneralizedTime(nextUpdateAt)),
      ),
    ),
  );
  const algorithm = new Uint8Array(AsnConvert.serialize(signatureAlgorithm(signer.keys, "sha256")));
  const signature = new Uint8Array(signBytes(data, signer.keys, "sha256"));
  const basic = writeSequence(data, algorithm, writeBitString(signature));
  return writeSequence(
    writeEnumerated(0),
    writeConstructed(0, writeSequence(writeOid(basicResponse), writeOctetString(basic))),
  );
}

/** A response that says only that the responder will not answer: RFC 6960 §2.3. */
export function writeOcspError(error: "malformedRequest" | "tryLater" | "unauthorized"): Uint8Array {
  return writeSequence(writeEnumerated({ malformedRequest: 1, tryLater: 3, unauthorized: 6 }[error]));
}

/** The serial number that an OCSP request asks about (the first, if several), or `undefined` when malformed. */
export function parseOcspRequest(bytes: Uint8Array): Uint8Array | undefined {
  const reader = DerReader.over(bytes);
  const request = reader.enterSequence().enterSequence(); // OCSPRequest, TBSRequest
  request.enterOptional(constructedTag(0)); // version
  request.enterOptional(constructedTag(1)); // requestorName
  const certId = request.enterSequence().enterSequence().enterSequence(); // requestList, Request, CertID
  certId.skip(); // hashAlgorithm
  certId.skip(); // issuerNameHash
  certId.skip(); // issuerKeyHash
  const serial = certId.readInteger();
  return reader.malformation === undefined ? serial : undefined;
}

/** A CRL of `issuer` with these serial numbers: RFC 5280 §5.1. */
export function writeCrl(
  issuer: Minted,
  revoked: readonly Uint8Array[],
  { at, nextUpdateAt }: { readonly at: number; readonly nextUpdateAt: number },
): Uint8Array {
  const extension = (extnID: string, value: unknown): Extension =>
    new Extension({ extnID, extnValue: new OctetString(AsnConvert.serialize(value)) });
  const signature = signatureAlgorithm(issuer.keys, "sha256");
  const tbsCertList = new TBSCertList({
    version: Version.v2,
    signature,
    issuer: buildName(issuer.subject),
    thisUpdate: new Time(new Date(at)),
    nextUpdate: new Time(new Date(nextUpdateAt)),
    // RFC 5280 §5.1.2.6: absent when there is none.
    ...(revoked.length > 0 && {
      revokedCertificates: revoked.map(
        (serial) =>
          new RevokedCertificate({
            userCertificate: new Uint8Array(serial).buffer,
            revocationDate: new Time(new Date(at)),
          }),
      ),
    }),
    crlExtensions: [
      extension(
        id_ce_authorityKeyIdentifier,
        new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(issuer.keys)) }),
      ),
      extension(id_ce_cRLNumber, new CRLNumber(1)),
    ],
  });
  const tbs = new Uint8Array(AsnConvert.serialize(tbsCertList));
  const list = new CertificateList({
    tbsCertList,
    signatureAlgorithm: signature,
    signature: signBytes(tbs, issuer.keys, "sha256"),
  });
  return new Uint8Array(AsnConvert.serialize(list));
}

/** RFC 6960 §4.1.1: CertID, with SHA-1 of the issuer's name and of its key. */
function writeCertId({ issuer, serial }: Statement): Uint8Array {
  const name = new Uint8Array(AsnConvert.serialize(buildName(issuer.subject)));
  return writeSequence(
    writeSequence(writeOid(sha1), writeNull()),
    writeOctetString(createHash("sha1").update(name).digest()),
    writeOctetString(keyIdentifier(issuer.keys)),
    writeInteger(serial),
  );
}

/** RFC 6960 §4.2.1: CertStatus, its choices tagged IMPLICIT. */
function writeStatus(status: Status): Uint8Array {
  switch (status.kind) {
    case "good":
      return writeElement(primitiveTag(0));
    case "revoked":
      return writeConstructed(
        1,
        writeGeneralizedTime(status.revokedAt),
        writeConstructed(0, writeEnumerated(keyCompromise)),
      );
    case "unknown":
      return writeElement(primitiveTag(2));
  }
}
