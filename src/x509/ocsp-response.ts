/** OCSP responses: RFC 6960 §4.2. Whether one may be believed is decided in `trust`. */
import { renderHex } from "../core/index.ts";
import { DerReader, type Malformation, tag } from "../der/index.ts";
import { readAlgorithmIdentifier, readSignatureAlgorithm, type SignatureAlgorithm } from "./algorithm.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { type ExtensionField, readExtensions } from "./extension.ts";
import { maxOcspBytes } from "./limits.ts";
import { type Name, readName } from "./name.ts";
import { revocationReason, type RevocationReason } from "./revocation-list.ts";
import { renderSerial } from "./serial.ts";
import { readGeneralizedTime } from "./time.ts";

/** §4.2.1: what a response says instead of an answer, by number; 4 is not used. */
const failures = new Map<number, string>([
  [1, "malformedRequest"],
  [2, "internalError"],
  [3, "tryLater"],
  [5, "sigRequired"],
  [6, "unauthorized"],
]);

/** An OCSP response (RFC 6960 §4.2.1). Its signature is not checked by parsing it. */
export type OcspResponse =
  /** The responder did not answer; `status` is its word. */
  | { readonly kind: "failure"; readonly status: string }
  | {
      readonly kind: "answer";
      readonly tbs: Uint8Array;
      readonly responder: OcspResponder;
      readonly producedAt: number;
      readonly responses: readonly SingleResponse[];
      readonly extensions: readonly ExtensionField[];
      readonly signatureAlgorithm: SignatureAlgorithm;
      readonly signature: Uint8Array;
      /** Certificates sent along, for a delegated responder. Those that cannot be parsed are left out. */
      readonly certificates: readonly Certificate[];
    };

export type OcspResponder =
  | { readonly kind: "name"; readonly name: Name }
  /** SHA-1 of the responder's key, hexadecimal. */
  | { readonly kind: "key"; readonly keyHash: string };

/** The answer about one certificate. */
export interface SingleResponse {
  readonly id: {
    /** Object identifier of the hash. */
    readonly hashOid: string;
    /** Hashes of the issuer's name and key, hexadecimal. */
    readonly issuerNameHash: string;
    readonly issuerKeyHash: string;
    readonly serial: string;
  };
  readonly status:
    | { readonly kind: "good" }
    | { readonly kind: "revoked"; readonly revokedAt: number; readonly reason: RevocationReason }
    | { readonly kind: "unknown" };
  readonly thisUpdateAt: number;
  readonly nextUpdateAt: number | undefined;
  readonly extensions: readonly ExtensionField[];
}

/** An OCSP response, or where its bytes are malformed. */
export type ParsedOcspResponse =
  | { readonly ok: true; readonly response: OcspResponse }
  | { readonly ok: false; readonly malformation: Malformation };

const basicResponseOid = "1.3.6.1.5.5.7.48.1.1";

/** Parses an OCSPResponse, DER. Never throws. */
export function parseOcspResponse(der: Uint8Array): ParsedOcspResponse {
  if (der.length > maxOcspBytes.value) {
    return { ok: false, malformation: { reason: `longer than ${maxOcspBytes.value} bytes`, offset: 0 } };
  }
  const reader = DerReader.over(der);
  const response = readResponse(reader);
  reader.finish();
  const { malformation } = reader;
  return malformation === undefined ? { ok: true, response } : { ok: false, malformation };
}

function readResponse(reader: DerReader): OcspResponse {
  const fields = reader.enterSequence();
  const status = fields.readSmallInteger(tag.enumerated);
  if (status !== 0) {
    fields.enterOptional(0xa0);
    fields.finish();
    const word = failures.get(status);
    if (word === undefined) fields.fail(`the response status ${status} does not exist`);
    return { kind: "failure", status: word ?? String(status) };
  }
  const wrapped = fields.enter(0xa0);
  const bytes = wrapped.enterSequence();
  if (bytes.readOid() !== basicResponseOid) bytes.fail("the response is not of the basic type");
  const { offset } = bytes;
  const content = bytes.readOctetString();
  bytes.finish();
  wrapped.finish();
  fields.finish();
  const inner = DerReader.over(content);
  const answer = readBasicResponse(inner, content);
  inner.finish();
  if (inner.malformation !== undefined) reader.fail(inner.malformation.reason, offset);
  return answer;
}

function readBasicResponse(reader: DerReader, content: Uint8Array): OcspResponse {
  const outer = reader.enterSequence();
  const start = outer.offset;
  const data = outer.enterSequence();
  const tbs = content.subarray(start, outer.offset);
  const version = data.enterOptional(0xa0);
  if (version !== undefined && version.readSmallInteger() !== 0) version.fail("the version is not 1");
  const responder = readResponder(data);
  const producedAt = readGeneralizedTime(data);
  const list = data.enterSequence();
  const responses: SingleResponse[] = [];
  while (!list.isDone) responses.push(readSingleResponse(list));
  const extensions = readOptionalExtensions(data);
  data.finish();
  const signatureAlgorithm = readSignatureAlgorithm(outer);
  const { bytes: signature } = outer.readBitString();
  const certificates: Certificate[] = [];
  const wrapped = outer.enterOptional(0xa0);
  const sequence = wrapped?.enterSequence();
  if (sequence !== undefined) {
    while (!sequence.isDone) {
      const parsed = parseCertificate(sequence.readElement().bytes);
      if (parsed.ok) certificates.push(parsed.certificate);
    }
  }
  wrapped?.finish();
  outer.finish();
  return {
    kind: "answer",
    tbs,
    responder,
    producedAt,
    responses,
    extensions,
    signatureAlgorithm,
    signature,
    certificates,
  };
}

function readResponder(data: DerReader): OcspResponder {
  const byName = data.enterOptional(0xa1);
  if (byName !== undefined) {
    const name = readName(byName);
    byName.finish();
    return { kind: "name", name };
  }
  const byKey = data.enter(0xa2);
  const keyHash = renderHex(byKey.readOctetString());
  byKey.finish();
  return { kind: "key", keyHash };
}

function readSingleResponse(list: DerReader): SingleResponse {
  const fields = list.enterSequence();
  const id = fields.enterSequence();
  const hashOid = readAlgorithmIdentifier(id).oid;
  const issuerNameHash = renderHex(id.readOctetString());
  const issuerKeyHash = renderHex(id.readOctetString());
  const serial = renderSerial(id.readInteger());
  id.finish();
  const status = readStatus(fields);
  const thisUpdateAt = readGeneralizedTime(fields);
  const next = fields.enterOptional(0xa0);
  const nextUpdateAt = next === undefined ? undefined : readGeneralizedTime(next);
  next?.finish();
  const extensions = readOptionalExtensions(fields);
  fields.finish();
  return {
    id: { hashOid, issuerNameHash, issuerKeyHash, serial },
    status,
    thisUpdateAt,
    nextUpdateAt,
    extensions,
  };
}

function readStatus(fields: DerReader): SingleResponse["status"] {
  const revoked = fields.enterOptional(0xa1);
  if (revoked !== undefined) {
    const revokedAt = readGeneralizedTime(revoked);
    const wrapped = revoked.enterOptional(0xa0);
    const reason = wrapped === undefined ? 0 : wrapped.readSmallInteger(tag.enumerated);
    wrapped?.finish();
    revoked.finish();
    return { kind: "revoked", revokedAt, reason: revocationReason(reason) ?? "unspecified" };
  }
  const found = fields.peekTag();
  if (fields.readContent(found === 0x82 ? 0x82 : 0x80).length > 0) fields.fail("a status has content");
  return { kind: found === 0x82 ? "unknown" : "good" };
}

function readOptionalExtensions(fields: DerReader): readonly ExtensionField[] {
  const wrapped = fields.enterOptional(0xa1);
  if (wrapped === undefined) return [];
  const extensions = readExtensions(wrapped.enterSequence());
  wrapped.finish();
  return extensions;
}
