/** A server's certificate that was never issued: to see what is made of its issuer. */
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
} from "../der/index.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { commonNameOid } from "./name.ts";
import { extensionOid, purposeOid } from "./oids.ts";

/** The base point of P-256 (SEC 2 §2.4.2): a point that is on the curve. */
const somePoint = hexOctets(
  "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" +
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
);

function hexOctets(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[\da-f]{2}/gi) ?? [], (octet) => Number.parseInt(octet, 16));
}

/** A server's certificate in good form, in the name of this issuer; its signature is none. */
export function leafUnder(issuer: Certificate, host: string): Certificate | undefined {
  const algorithm =
    issuer.spki.key.kind === "rsa"
      ? writeSequence(writeOid("1.2.840.113549.1.1.11"), writeNull())
      : writeSequence(writeOid("1.2.840.10045.4.3.2"));
  const tbs = writeSequence(
    writeConstructed(0, writeInteger(2)),
    writeInteger(1),
    algorithm,
    issuer.subject.der,
    writeSequence(writeTime(issuer.notBeforeAt), writeTime(issuer.notAfterAt)),
    nameOf(host),
    writeSequence(
      writeSequence(writeOid("1.2.840.10045.2.1"), writeOid("1.2.840.10045.3.1.7")),
      writeBitString(somePoint),
    ),
    writeConstructed(3, writeSequence(...extensionsUnder(issuer, host))),
  );
  const parsed = parseCertificate(writeSequence(tbs, algorithm, writeBitString(Uint8Array.of(0))));
  return parsed.ok ? parsed.certificate : undefined;
}

function nameOf(commonName: string): Uint8Array {
  return writeSequence(writeSet(writeSequence(writeOid(commonNameOid), writeUtf8String(commonName))));
}

function extensionsUnder(issuer: Certificate, host: string): readonly Uint8Array[] {
  const keyId = issuer.extensions.value("subjectKeyIdentifier");
  return [
    extension(extensionOid.subjectKeyIdentifier, writeOctetString(somePoint.slice(0, 20))),
    ...(keyId === undefined
      ? []
      : [extension(extensionOid.authorityKeyIdentifier, writeSequence(writePrimitive(0, hexOctets(keyId))))]),
    extension(extensionOid.keyUsage, writeNamedBits([0]), true),
    extension(extensionOid.extendedKeyUsage, writeSequence(writeOid(purposeOid.serverAuth))),
    extension(extensionOid.subjectAltName, writeSequence(writePrimitive(2, new TextEncoder().encode(host)))),
  ];
}

function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  return writeSequence(writeOid(oid), ...(critical ? [writeBoolean(true)] : []), writeOctetString(value));
}
