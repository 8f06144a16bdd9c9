/** Files that people give for certificates: each form is read, or named for what it is, and damage alone is damage. */
import { generateKeyPairSync } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  writeBitString,
  writeConstructed,
  writeInteger,
  writeOctetString,
  writeOid,
  writeSequence,
  writeSet,
} from "../../der/index.ts";
import { mintCrl, pemOf } from "../../../test/pki/index.ts";
import { mintRoot } from "../../../test/pki/today.ts";
import { readCertificateFile } from "./certificate-file.ts";
import { adviseForm } from "./form.ts";
import { writePem } from "./pem.ts";

const [first, second] = [mintRoot("First"), mintRoot("Second")];
const pem = pemOf(first);
const both = pemOf(first, second);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = Buffer.from(first.der).toString("base64");
const bag = writeSequence(
  writeOid("1.2.840.113549.1.7.2"),
  writeConstructed(
    0,
    writeSequence(
      writeInteger(1),
      writeSet(),
      writeSequence(writeOid("1.2.840.113549.1.7.1")),
      writeConstructed(0, first.der, second.der),
      writeSet(),
    ),
  ),
);
const trusted = Buffer.concat([first.der, writeSequence(writeSequence(writeOid("1.3.6.1.5.5.7.3.1")))]);

const subjectsOf = (content: Uint8Array | string): readonly string[] =>
  readCertificateFile(typeof content === "string" ? ascii(content) : content).certificates.map(
    ({ certificate }) => certificate.subject.display,
  );

describe("certificates are read from", () => {
  it.each<readonly [form: string, content: Uint8Array | string, count: number]>([
    ["PEM", both, 2],
    ["DER", first.der, 1],
    ["DER, one after the other", Buffer.concat([first.der, second.der]), 2],
    ["PKCS #7 in DER", bag, 2],
    ["PKCS #7 in PEM", writePem("PKCS7", bag), 2],
    ["PKCS #7 under the label CMS", writePem("CMS", bag), 2],
    ["OpenSSL's TRUSTED CERTIFICATE", writePem("TRUSTED CERTIFICATE", trusted), 1],
    ["X509 CERTIFICATE", writePem("X509 CERTIFICATE", first.der), 1],
    ["base64 alone", base64, 1],
    ["base64 alone, in lines", base64.replaceAll(/.{64}/g, "$&\r\n"), 1],
    ["base64 alone of PKCS #7", Buffer.from(bag).toString("base64"), 2],
    ["UTF-16 with its mark", Buffer.from(`\uFEFF${both}`, "utf16le"), 2],
    ["UTF-16 the other way round", Buffer.from(`\uFEFF${both}`, "utf16le").swap16(), 2],
    ["a byte order mark and PEM", `\uFEFF${both}`, 2],
    ["CR alone", both.replaceAll("\n", "\r"), 2],
    ["an environment variable with \\n in it", both.replaceAll("\n", String.raw`\n`), 2],
    ["JSON", JSON.stringify({ name: "a", ca: both }), 2],
    ["lost line ends", both.replaceAll("\n", " "), 2],
    ["lost line ends without a blank", both.replaceAll("\n", ""), 2],
    ["YAML", `ca: |\n${both.replaceAll(/^/gm, "  ")}`, 2],
    ["files joined without a line end", pem.trimEnd() + pemOf(second), 2],
    ["a dump of openssl x509 -text", `Certificate:\n    Data:\n        Version: 3 (0x2)\n${pem}`, 1],
    ["a raw string of C++", `const char* ca = R"EOF(${pem.trimEnd()})EOF";\n`, 1],
    ["strings of C", pem.trimEnd().replaceAll(/^(.*)$/gm, String.raw`"$1\n" \\`), 1],
    ["strings of JavaScript", pem.trimEnd().replaceAll(/^(.*)$/gm, String.raw`  "$1\n" +`), 1],
    ["percent-encoding", encodeURIComponent(pem).replaceAll("%2B", "+").replaceAll("%2F", "/"), 1],
    ["PEM with a NUL behind it", `${pem}\0`, 1],
  ])("%s", (_form, content, count) => {
    const file = readCertificateFile(typeof content === "string" ? ascii(content) : content);
    expect(subjectsOf(content)).toEqual(["First", "Second"].slice(0, count));
    expect({ damaged: file.damaged, instead: file.instead }).toEqual({ damaged: [], instead: undefined });
  });
});

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
const der = (type: "pkcs8" | "sec1"): Uint8Array => privateKey.export({ type, format: "der" });
const encrypted = privateKey.export({
  type: "pkcs8",
  format: "der",
  cipher: "aes-256-cbc",
  passphrase: "hush",
});
const name = writeSequence();
const request = writeSequence(
  writeSequence(
    writeInteger(0),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    writeConstructed(0),
  ),
  writeSequence(writeOid("1.2.840.10045.4.3.2")),
  writeBitString(Uint8Array.of(1)),
);
const store = writeSequence(
  writeInteger(3),
  writeSequence(writeOid("1.2.840.113549.1.7.1"), writeConstructed(0, writeOctetString(new Uint8Array(200)))),
);
const tar = Buffer.alloc(512);
tar.write("ca.pem");
tar.write("ustar", 257);

describe("named for what it is, with the way to certificates, is", () => {
  it.each<readonly [title: RegExp, content: Uint8Array | string, advice: RegExp]>([
    [/^a PKCS #12 store$/, store, /openssl pkcs12 -in ca\.file -nokeys -out ca\.pem/],
    [/^a PKCS #12 store$/, Uint8Array.of(0x30, 0x80, 2, 1, 3, 0x30, 0x80), /openssl pkcs12/],
    [
      /PKCS #7 in BER/,
      Buffer.concat([Uint8Array.of(0x30, 0x80), writeOid("1.2.840.113549.1.7.2")]),
      /openssl pkcs7 -inform DER/,
    ],
    [/\(JKS\)/, Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2), /keytool -list -rfc -keystore ca\.file/],
    [/\(JCEKS\)/, Uint8Array.of(0xce, 0xce, 0xce, 0xce, 0, 0, 0, 2), /-storetype JCEKS/],
    [/Windows/, Buffer.from("\0\0\0\0CERT"), /certutil/],
    [/SQLite/, "SQLite format 3\0", /certutil -L/],
    [/base64 once more/, Buffer.from(pem).toString("base64"), /base64 -d ca\.file > ca\.pem/],
    [
      /settings with PEM in base64/,
      `clusters:\n- cluster:\n    certificate-authority-data: ${Buffer.from(pem).toString("base64")}\n`,
      /echo VALUE \| base64 -d/,
    ],
    [/gzip/, gzipSync(pem), /gunzip/],
    [/ZIP/, Buffer.from("PK\x03\x04\x14\0"), /unzip ca\.file/],
    [/bzip2/, "BZh91AY&SY", /bunzip2/],
    [/xz/, Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), /xz -dc/],
    [/zstd/, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), /zstd -dc/],
    [/7-Zip/, Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), /7z x/],
    [/tar archive/, tar, /tar -xf/],
    [/ar archive/, "!<arch>\nca.der/", /ar x/],
    [/PDF/, "%PDF-1.7", /certificate itself/],
    [/Rich Text/, String.raw`{\rtf1\ansi -----BEGIN`, /plain text/],
    [/web page/, "<!DOCTYPE html><title>404</title>", /fetch the file itself/],
    [/web page/, "\uFEFF\n<html lang=en>", /fetch the file itself/],
    [/XML/, "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", /fetch the file itself/],
    [/SAML/, "<EntityDescriptor>\n<ds:X509Certificate>MIIB</ds:X509Certificate>", /X509Certificate out/],
    [/profile of Apple/, "<?xml version='1.0'?>\n<plist version='1.0'><data>MIIB</data></plist>", /<data>/],
    [/error that a server sent/, "404: Not Found", /curl --fail/],
    [/error that a server sent/, "Access Denied\n", /the file itself/],
    [/a mail/, "Content-Type: x\nContent-Transfer-Encoding: base64\n\nMIIB\n", /attachment/],
    [/linker embeds/, 'extern const char a[] asm("_binary_ca_pem_start");', /EMBED_TXTFILES/],
    [/fingerprint/, `SHA1: ${"AA:".repeat(19)}AA\n`, /certificate of the CA/],
    [/fingerprint/, `char fp[] = "${"5f ".repeat(31)}5f";`, /certificate of the CA/],
    [/bytes of zero/, new Uint8Array(512), /again/],
    [/erased flash/, new Uint8Array(512).fill(0xff), /partition/],
    [/HTTP answer/, "HTTP/1.1 200 OK\r\n\r\n", /body/],
    [/PuTTY/, "PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 8\n", /SSH/],
    [/SSH public key/, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@host", /SSH/],
    [/SSH public key/, "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", /SSH/],
    [/SSH private key/, writePem("OPENSSH PRIVATE KEY", Uint8Array.of(1, 2, 3)), /SSH/],
    [/-text -noout/, "Certificate:\n    Data:\n        Version: 3 (0x2)\n", /openssl x509 -in FILE -out/],
    [/Git LFS/, "version https://git-lfs.github.com/spec/v1\noid sha256:00\n", /git lfs pull/],
    [/certdata/, "# a licence\nBEGINDATA\nCKA_CLASS CK_OBJECT_CLASS\n", /mk-ca-bundle/],
    [/five hyphens/, "----BEGIN CERTIFICATE----\nMIIB\n----END CERTIFICATE----\n", /hyphens/],
    [/five hyphens/, "\u2014\u2014BEGIN CERTIFICATE\u2014\u2014\nMIIB\n", /hyphens/],
    [/C source/, "const unsigned char ca[] = {\n0x30, 0x82, 0x01 };", /meerkat check/],
    [/hexadecimal/, "308201a5308201", /xxd -r -p ca\.file/],
    [/JSON/, '{"error":"not found"}', /fetch the file itself/],
    [/^a private key$/, privateKey.export({ type: "sec1", format: "pem" }), /never its key/],
    [/^a private key$/, rsa.export({ type: "pkcs1", format: "pem" }), /never its key/],
    [/^a private key in DER$/, der("pkcs8"), /never its key/],
    [/^a private key in DER$/, der("sec1"), /never its key/],
    [/^a private key in DER$/, rsa.export({ type: "pkcs1", format: "der" }), /never its key/],
    [/^a private key in DER$/, Buffer.from(der("pkcs8")).toString("base64"), /never its key/],
    [/^an encrypted private key in DER$/, encrypted, /never its key/],
    [/^a public key/, publicKey.export({ type: "spki", format: "pem" }), /pinned/],
    [/^a public key in DER/, publicKey.export({ type: "spki", format: "der" }), /pinned/],
    [/^a request/, writePem("CERTIFICATE REQUEST", request), /made of it/],
    [/^a request .* in DER/, request, /made of it/],
    [/^a revocation list/, writePem("X509 CRL", mintCrl(first)), /issued it/],
    [/^a revocation list .* in DER/, mintCrl(first), /issued it/],
    [/^parameters/, writePem("DH PARAMETERS", Uint8Array.of(1)), /certificate of the CA/],
    [/^a PGP/, writePem("PGP PUBLIC KEY BLOCK", Uint8Array.of(1)), /PGP/],
    [/^a block of ATTRIBUTE/, writePem("ATTRIBUTE THING", Uint8Array.of(1)), /BEGIN CERTIFICATE/],
  ])("%s", (title, content, advice) => {
    const file = readCertificateFile(typeof content === "string" ? ascii(content) : content);
    expect(file.instead?.title).toMatch(title);
    expect(file).toMatchObject({ certificates: [], damaged: [] });
    expect(file.instead && adviseForm(file.instead, "ca.file")).toMatch(advice);
  });
});

it("a name that a shell would take apart is not written into a command", () => {
  for (const file of ["a b.p12", "$(reboot).p12", "-rf", "a;b", undefined]) {
    expect(adviseForm({ advice: "unzip {}." }, file)).toBe("unzip FILE.");
  }
});

describe("damage is told of where there is damage", () => {
  it.each<readonly [what: string, content: Uint8Array | string]>([
    ["DER that was cut", first.der.slice(0, -3)],
    ["a second certificate that was cut", Buffer.concat([first.der, second.der.slice(0, -3)])],
    ["a certificate in PEM that was cut", writePem("CERTIFICATE", first.der.slice(0, -3))],
    ["PKCS #7 that was cut", bag.slice(0, -20)],
  ])("%s", (_what, content) => {
    const file = readCertificateFile(typeof content === "string" ? ascii(content) : content);
    expect(file.damaged).toHaveLength(1);
    expect(file.instead).toBeUndefined();
  });

  it("and in no text that nothing is known of", () => {
    for (const text of ["", "hello\n", "0\n"]) {
      expect(readCertificateFile(ascii(text))).toMatchObject({
        certificates: [],
        damaged: [],
        instead: undefined,
      });
    }
  });
});

it("what is passed over is not repeated, be it a key or a password", () => {
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const body = key.split("\n").slice(1, -2);
  const files = [
    `${key}${pem}`,
    `password=hush ${pem}`,
    body.join("\n"),
    `${pem}${body.join("\n")}`,
    key.replaceAll("\n", " "),
  ];
  for (const text of files) {
    const said = JSON.stringify(readCertificateFile(ascii(text)).complaints);
    for (const secret of ["hush", ...body.map((line) => line.slice(0, 12))])
      expect(said).not.toContain(secret);
  }
});

it("no bytes make the reader throw", () => {
  const parts = fc.constantFrom(
    ...'-----BEGIN CERTIFICATE-----|-----END CERTIFICATE-----|\\n|\r|\n|"|MIIB|PK\x03\x04|0\x80|0\x82\x01|\0|<html|\uFEFF|%20'.split(
      "|",
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(parts, { maxLength: 30 }).map((list) => Buffer.from(list.join(""), "latin1")),
      ),
      (bytes) => {
        readCertificateFile(bytes);
      },
    ),
  );
});
