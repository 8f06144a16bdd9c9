/** Whole certificates: what is read from real ones, what is refused, and how much is taken. */
import { createHash, X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { describe, expect, test } from "vitest";
import {
  DerReader,
  writeBitString,
  writeConstructed,
  writeElement,
  writeInteger,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
  writeTime,
} from "../der/index.ts";
import {
  extensionNames,
  fingerprint,
  isSpkiPin,
  maxCertificateBytes,
  maxCrlBytes,
  maxExtensions,
  maxOcspBytes,
  parseCertificate,
  parseCrl,
  parseOcspResponse,
  parsePem,
  spkiPin,
} from "./index.ts";

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const roots = rootCertificates.map((pem) => ({
  pem,
  der: parsePem(pem).blocks[0]?.bytes ?? new Uint8Array(0),
}));

const algorithm = writeSequence(writeOid("1.2.840.113549.1.1.11"), writeNull());
const validity = writeSequence(writeTime(0), writeTime(0));
const key = writeSequence(writeSequence(writeOid("1.3.101.112")), writeBitString(new Uint8Array(32)));

interface Parts {
  readonly version?: Uint8Array;
  readonly key?: Uint8Array;
  readonly validity?: Uint8Array;
  readonly after?: readonly Uint8Array[];
  readonly signature?: Uint8Array;
}

/** A certificate nobody signed, with parts of choice. */
function build(parts: Parts = {}): Uint8Array {
  const tbs = writeSequence(
    parts.version ?? writeConstructed(0, writeInteger(2)),
    writeInteger(7),
    algorithm,
    writeSequence(),
    parts.validity ?? validity,
    writeSequence(),
    parts.key ?? key,
    ...(parts.after ?? []),
  );
  return writeSequence(tbs, algorithm, parts.signature ?? writeBitString(Uint8Array.of(1, 2)));
}

const reasonOf = (der: Uint8Array): string | undefined => {
  const parsed = parseCertificate(der);
  return parsed.ok ? undefined : parsed.malformation.reason;
};

const extension = (oid: string): Uint8Array => writeSequence(writeOid(oid), writeOctetString(writeNull()));
const extensions = (count: number): Uint8Array =>
  writeConstructed(3, writeSequence(...Array.from({ length: count }, (_, i) => extension(`1.2.3.${i}`))));

describe("the roots that Node carries", () => {
  test("are all read as node:crypto reads them", () => {
    for (const { pem, der } of roots) {
      const theirs = new X509Certificate(pem);
      const parsed = parseCertificate(der);
      if (!parsed.ok) throw new Error(`${theirs.subject}: ${parsed.malformation.reason}`);
      const { certificate } = parsed;
      expect({
        serial: certificate.serial.toUpperCase().replace(/^0+(?=.)/, ""),
        from: certificate.notBeforeAt,
        to: certificate.notAfterAt,
        spki: Buffer.from(certificate.spki.der),
        fingerprint: fingerprint(certificate, sha256),
        isCa: certificate.extensions.value("basicConstraints")?.isCa,
      }).toEqual({
        serial: theirs.serialNumber.replace(/^0+(?=.)/, ""),
        from: Date.parse(theirs.validFrom),
        to: Date.parse(theirs.validTo),
        spki: theirs.publicKey.export({ format: "der", type: "spki" }),
        fingerprint: theirs.fingerprint256.replaceAll(":", "").toLowerCase(),
        isCa: theirs.ca,
      });
    }
    expect(roots.length).toBeGreaterThan(100);
  });

  test("have no extension that cannot be read", () => {
    for (const { der } of roots) {
      const parsed = parseCertificate(der);
      for (const name of extensionNames) {
        expect(parsed.ok && parsed.certificate.extensions.get(name)?.malformation).toBeFalsy();
      }
    }
  });

  test("say what key they have", () => {
    for (const { der } of roots) {
      const parsed = parseCertificate(der);
      expect(parsed.ok && parsed.certificate.spki.text).toMatch(
        /^(RSA (2048|3072|4096)|EC P-(256|384|521))$/,
      );
    }
  });
});

describe("a certificate is refused", () => {
  test.each<readonly [law: string, parts: Parts, reason: RegExp]>([
    ["with a version that does not exist", { version: writeConstructed(0, writeInteger(3)) }, /version 4/],
    [
      "with an extension twice",
      { after: [writeConstructed(3, writeSequence(extension("1.2.3"), extension("1.2.3")))] },
      /stands twice/,
    ],
    ["with an empty list of extensions", { after: [writeConstructed(3, writeSequence())] }, /empty/],
    ["with something behind its extensions", { after: [extensions(1), writeNull()] }, /bytes follow/],
    [
      "with a signature of a part of a byte",
      { signature: writeBitString(Uint8Array.of(2), 1) },
      /whole number of bytes/,
    ],
    [
      "with an RSA key that is none",
      {
        key: writeSequence(
          writeSequence(writeOid("1.2.840.113549.1.1.1"), writeNull()),
          writeBitString(Uint8Array.of(5, 0)),
        ),
      },
      /public key cannot be read/,
    ],
    ["with one date", { validity: writeSequence(writeTime(0)) }, /missing/],
    [
      "with three dates",
      { validity: writeSequence(writeTime(0), writeTime(0), writeTime(0)) },
      /bytes follow/,
    ],
  ])("%s", (_, parts, reason) => {
    expect(reasonOf(build())).toBeUndefined();
    expect(reasonOf(build(parts))).toMatch(reason);
  });

  test("cut anywhere", () => {
    const der = roots[0]?.der ?? build();
    for (let length = 0; length < der.length; length++)
      expect(reasonOf(der.subarray(0, length))).toBeDefined();
  });

  test("with a byte too many", () => {
    expect(reasonOf(Uint8Array.of(...build(), 0))).toMatch(/bytes follow/);
  });
});

describe("limits", () => {
  const filled = (length: number): Uint8Array => writeElement(0x04, new Uint8Array(length - 6));

  test("a certificate may be as large as the limit and no larger", () => {
    expect(reasonOf(filled(maxCertificateBytes.value))).toMatch(/expected an element/);
    expect(reasonOf(new Uint8Array(maxCertificateBytes.value + 1))).toMatch(/longer than/);
  });

  test("a certificate may have as many extensions as the limit and no more", () => {
    expect(reasonOf(build({ after: [extensions(maxExtensions.value)] }))).toBeUndefined();
    expect(reasonOf(build({ after: [extensions(maxExtensions.value + 1)] }))).toMatch(
      /more than 256 extensions/,
    );
  });

  test("a CRL and an OCSP response may not be larger than theirs", () => {
    const crl = parseCrl(new Uint8Array(maxCrlBytes.value + 1));
    const ocsp = parseOcspResponse(new Uint8Array(maxOcspBytes.value + 1));
    expect(crl.ok || crl.malformation.reason).toMatch(/longer than/);
    expect(ocsp.ok || ocsp.malformation.reason).toMatch(/longer than/);
    const fits = parseOcspResponse(filled(maxOcspBytes.value));
    expect(fits.ok || fits.malformation.reason).toMatch(/expected an element/);
  });
});

test("a malformed extension says where its bytes are in the certificate", () => {
  const list = writeSequence(
    writeSequence(writeOid("2.5.29.19"), writeOctetString(Uint8Array.of(0x30, 3, 1, 1, 1))),
  );
  const der = build({ after: [writeConstructed(3, list)] });
  const parsed = parseCertificate(der);
  const malformation = parsed.ok
    ? parsed.certificate.extensions.get("basicConstraints")?.malformation
    : undefined;
  expect(malformation?.reason).toBe("basicConstraints: BOOLEAN is neither 00 nor FF");
  expect(der[malformation?.offset ?? 0]).toBe(1);
});

test("a pin is the hash of the whole public key", () => {
  const [first] = roots;
  const parsed = parseCertificate(first?.der ?? build());
  if (!parsed.ok) throw new Error("malformed");
  const pin = spkiPin(parsed.certificate, sha256);
  expect(pin).toBe(`sha256/${createHash("sha256").update(parsed.certificate.spki.der).digest("base64")}`);
  expect([isSpkiPin(pin), isSpkiPin(pin.slice(0, -1)), isSpkiPin(`SHA256/${pin.slice(7)}`)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("signature algorithms are told apart by their parameters", () => {
  const pss = writeSequence(
    writeOid("1.2.840.113549.1.1.10"),
    writeSequence(
      writeConstructed(0, writeSequence(writeOid("2.16.840.1.101.3.4.2.1"), writeNull())),
      writeConstructed(
        1,
        writeSequence(
          writeOid("1.2.840.113549.1.1.8"),
          writeSequence(writeOid("2.16.840.1.101.3.4.2.1"), writeNull()),
        ),
      ),
      writeConstructed(2, writeInteger(32)),
    ),
  );
  const schemeOf = (identifier: Uint8Array): unknown => {
    const parsed = parseCertificate(
      writeSequence(
        DerReader.over(build()).enterSequence().readElement().bytes,
        identifier,
        writeBitString(Uint8Array.of(1)),
      ),
    );
    return parsed.ok ? parsed.certificate.signatureAlgorithm.scheme : parsed.malformation;
  };
  expect(schemeOf(pss)).toEqual({ kind: "rsa-pss", hash: "sha256", mgfHash: "sha256", saltBytes: 32 });
  expect(schemeOf(algorithm)).toEqual({ kind: "rsa-pkcs1", hash: "sha256" });
  expect(schemeOf(writeSequence(writeOid("1.2.840.10045.4.3.2")))).toEqual({ kind: "ecdsa", hash: "sha256" });
  expect(schemeOf(writeSequence(writeOid("1.2.840.10045.4.3.2"), writeNull()))).toMatchObject({
    kind: "unsupported",
  });
  expect(schemeOf(writeSequence(writeOid("1.3.101.112")))).toEqual({ kind: "ed25519" });
});
