/**
 * What a file is that was given for certificates and is not one: told by its first bytes or words, each with the
 * way from there to certificates. A row a form; the first that fits counts.
 */
import { derForm } from "./der-forms.ts";
import type { FileForm } from "./form.ts";

/** How much of a file is looked at. */
const headBytes = 1024;

type Row = FileForm & { readonly opening: RegExp };

const binary: readonly Row[] = [
  {
    opening: /^\x1f\x8b/,
    title: "a gzip archive",
    advice: "Unpack it: gunzip -c {} > ca.pem (or tar -xzf {}).",
  },
  { opening: /^PK[\x03\x05]/, title: "a ZIP archive", advice: "Unpack it: unzip {}." },
  { opening: /^BZh\d1AY&SY/, title: "a bzip2 archive", advice: "Unpack it: bunzip2 -c {} > ca.pem." },
  { opening: /^\xfd7zXZ\0/, title: "an xz archive", advice: "Unpack it: xz -dc {} > ca.pem." },
  { opening: /^\x28\xb5\x2f\xfd/, title: "a zstd archive", advice: "Unpack it: zstd -dc {} > ca.pem." },
  { opening: /^\x04\x22\x4d\x18/, title: "an lz4 archive", advice: "Unpack it: lz4 -dc {} > ca.pem." },
  {
    opening: /^(?:\x89PNG\r\n|\xff\xd8\xff|GIF8)/,
    title: "a picture",
    advice: "Get the certificate itself, not a picture of it.",
  },
  {
    opening: /^(?:\x7fELF|MZ|\xe9[\0-\x10][\0-\x04])/,
    title: "a program or a firmware image",
    advice: "Give the CA file that was built into it, not what it was built into.",
  },
  {
    opening: /^(?:\xff\xfe\0\0|\0\0\xfe\xff)/,
    title: "text in UTF-32",
    advice: "Write it as ASCII: iconv -f UTF-32 -t ASCII {} > ca.pem.",
  },
  { opening: /^7z\xbc\xaf/, title: "a 7-Zip archive", advice: "Unpack it: 7z x {}." },
  { opening: /^[\s\S]{257}ustar/, title: "a tar archive", advice: "Unpack it: tar -xf {}." },
  { opening: /^!<arch>\n/, title: "an ar archive", advice: "Unpack it: ar x {}." },
  {
    // RFC 5652 in BER with indefinite lengths, which DER does not have.
    opening: /^0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02/,
    title: "PKCS #7 in BER, with lengths that DER does not have",
    advice: "Write its certificates as PEM: openssl pkcs7 -inform DER -in {} -print_certs -out ca.pem.",
  },
  {
    opening: /^0\x80\x02\x01\x03/,
    title: "a PKCS #12 store",
    advice: "Write its certificates as PEM: openssl pkcs12 -in {} -nokeys -out ca.pem.",
  },
  {
    opening: /^\xfe\xed\xfe\xed/,
    title: "a Java key store (JKS)",
    advice: "Write its certificates as PEM: keytool -list -rfc -keystore {} | tr -d '\\r' > ca.pem.",
  },
  {
    opening: /^\xce\xce\xce\xce/,
    title: "a Java key store (JCEKS)",
    advice:
      "Write its certificates as PEM: keytool -list -rfc -storetype JCEKS -keystore {} | tr -d '\\r' > ca.pem.",
  },
  {
    // BKS and UBER: a version, and 20 octets of salt.
    opening: /^\0\0\0[\x01\x02]\0\0\0\x14/,
    title: "a key store of Bouncy Castle (BKS or UBER)",
    advice:
      "Write its certificates as PEM: keytool -list -rfc -storetype BKS -providerpath bcprov.jar -provider org.bouncycastle.jce.provider.BouncyCastleProvider -keystore {} | tr -d '\\r' > ca.pem.",
  },
  {
    opening: /^\0{4}CERT/,
    title: "a certificate store of Windows (SST)",
    advice: "Write its certificates to files, on Windows: certutil -split -dump {}.",
  },
  {
    opening: /^SQLite format 3\0/,
    title: "an SQLite database, such as NSS's cert9.db",
    advice: "Write a certificate as PEM: certutil -L -d FOLDER -n NAME -a > ca.pem.",
  },
  {
    opening: /^%PDF-/,
    title: "a PDF document",
    advice: "Get the certificate itself, not a document about it.",
  },
  {
    opening: /^\0{64}/,
    title: "bytes of zero, as of memory that was never written or a download that broke off",
    advice: "Fetch or write the file again.",
  },
  {
    opening: /^\xff{64}/,
    title: "erased flash, 0xFF throughout",
    advice: "Nothing was written to the partition or file: write the CA certificates to it.",
  },
  { opening: /^\s*\{\\rtf/, title: "a Rich Text document", advice: "Save it as plain text." },
];

const textual: readonly Row[] = [
  {
    opening: /^\s*<(?:!doctype html|html|head|body|script|!--)/i,
    title: "a web page",
    advice: "A server sent a page in place of the file: look at it, and fetch the file itself.",
  },
  {
    opening: /^\s*<[\s\S]{0,900}<(?:[\w-]{1,20}:)?X509Certificate>/,
    title: "XML with a certificate in base64, such as SAML metadata",
    advice: "Take the base64 between the tags of X509Certificate out into a file of its own.",
  },
  {
    opening: /^\s*<[\s\S]{0,400}<plist\b/,
    title: "a configuration profile of Apple",
    advice: "Take the base64 between <data> and </data> out into a file of its own.",
  },
  {
    opening: /^\s*<(?:\?xml|[a-z])/i,
    title: "an XML document",
    advice: "A server may have sent an error in place of the file: look at it, and fetch the file itself.",
  },
  {
    opening:
      /^\s*(?:[45]\d\d\b[: -]{0,3})?(?:404 page not found|not found|forbidden|access denied|bad gateway|gateway time-?out|service unavailable|unauthorized)\.?\s*$/i,
    title: "an error that a server sent in place of the file",
    advice: "Fetch the file itself; curl --fail does not keep such an answer.",
  },
  {
    opening: /(?:^|\n)Content-Transfer-Encoding:[ \t]{0,8}base64\b/i,
    title: "a mail or a part of one, with its head",
    advice: "Save the attachment itself, or the base64 below the head in a file of its own.",
  },
  { opening: /^HTTP\/\d/, title: "an HTTP answer with its head", advice: "Save the body alone." },
  {
    opening: /^PuTTY-User-Key-File-/,
    title: "a PuTTY private key",
    advice: "Give the CA's certificate; SSH has no part in TLS.",
    isPrivateKey: true,
  },
  {
    opening: /^(?:ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-|---- BEGIN SSH2 )/,
    title: "an SSH public key",
    advice: "Give the CA's certificate; SSH's keys have no part in TLS.",
  },
  {
    opening: /^\s*Certificate:\s{1,8}Data:/,
    title: "what openssl x509 -text -noout prints, without the certificate itself",
    advice: "Write the certificate from the file that was printed: openssl x509 -in FILE -out ca.pem.",
  },
  {
    opening: /(?:^|\n)-----BEGIN PGP /,
    title: "a PGP key or message",
    advice: "Give a certificate; PGP has no part in TLS.",
  },
  {
    opening: /^version https:\/\/git-lfs/,
    title: "a pointer of Git LFS in place of the file",
    advice: "Fetch the file: git lfs pull.",
  },
  {
    opening: /(?:^|\n)\s{0,8}(?:BEGINDATA|CKA_CLASS )/,
    title: "NSS's certdata.txt",
    advice: "Convert it with curl's mk-ca-bundle.pl, or take https://curl.se/ca/cacert.pem.",
  },
  {
    // Hyphens that are too few, or that a word processor made dashes of (in UTF-8, or in Windows-1252).
    opening: /(?:^|\n)\s{0,8}(?:-|\xe2\x80[\x90-\x95]|[\x96\x97]){1,12} ?BEGIN [A-Z0-9 ]{0,40}CERTIFICATE/,
    title: "PEM whose BEGIN line does not have five hyphens on each side",
    advice: 'Write "-----BEGIN CERTIFICATE-----" and "-----END CERTIFICATE-----", with hyphens.',
  },
  {
    opening: /\[[^\]\n]{0,40}\]\s{0,40}=\s{0,40}\{\s{0,40}0x30\b/,
    title: "C source with the bytes of a certificate",
    advice: "meerkat check reads it; for other uses write the bytes to a DER file.",
  },
  {
    // "-----BEGIN" in base64.
    opening: /^\s*["']?LS0tLS1CRUdJTi/,
    title: "PEM that was put into base64 once more, as secrets of Kubernetes and of CI are",
    advice: "Decode it: base64 -d {} > ca.pem.",
  },
  {
    opening: /[:=]\s{0,8}["']?LS0tLS1CRUdJTi/,
    title: "settings with PEM in base64, such as a kubeconfig",
    advice: "Take the value out and decode it: echo VALUE | base64 -d > ca.pem.",
  },
  {
    opening: /^\s*30[ :]?8[1-3][ :]?[0-9A-Fa-f]{2}/,
    title: "the bytes of a certificate in hexadecimal",
    advice: "Make DER of it: xxd -r -p {} ca.der.",
  },
  {
    opening: /^\s*[0-9A-Fa-f]{7,8}[:\t ] {0,2}(?:30 ?8[1-3])[0-9A-Fa-f ]{10}/,
    title: "a dump of a certificate's bytes in hexadecimal, with offsets",
    advice: "Make DER of it: xxd -r {} ca.der (of what xxd wrote).",
  },
  {
    opening: /^:[0-9A-Fa-f]{10,}\s|^S[0-3][0-9A-Fa-f]{8,}\s/,
    title: "a firmware image in hexadecimal (Intel HEX or S-records)",
    advice: "Give the CA file that was built into it.",
  },
  {
    opening: /^begin(?:-base64)? [0-7]{3} \S/,
    title: "a uuencoded file",
    advice: "Decode it: uudecode -o ca.pem {}.",
  },
  {
    opening: /^\s*0:d=0\s{1,4}hl=/,
    title: "what openssl asn1parse prints, without the certificate itself",
    advice: "Write the certificate from the file that was printed: openssl x509 -in FILE -out ca.pem.",
  },
  {
    opening: /^\s*(?:sha256\/|pin-sha256[=:])/i,
    title: "the pin of a key, by which it is told from others and no chain is verified",
    advice: "Give the certificate of the CA itself; meerkat ca chooses it for a server.",
  },
  {
    opening: /^\s*https?:\/\/\S+\s*$/,
    title: "a URL in place of the file",
    advice: "Fetch what is there: curl --fail -o ca.pem URL.",
  },
  {
    opening: /^\s*(?:\.{0,2}\/)?(?:[\w.-]+\/)*[\w.-]+\.(?:pem|crt|cer|der)\s*$/,
    title: "a path in place of the file, as git writes a link where there are none",
    advice: "Give the file that it names.",
  },
  {
    opening: /^\s*MII[\w-]{60,}[=\s]*$/,
    title: "base64 in the letters of URLs, - and _, which OpenSSL and mbedTLS do not decode",
    advice: "Make DER of it: tr '_-' '/+' < {} | base64 -d > ca.der.",
  },
  {
    opening: /\basm\s{0,8}\(\s{0,8}"_binary_/,
    title: "C source that names a file which the linker embeds",
    advice: "Check that file: EMBED_TXTFILES or the linker's command says where it is.",
  },
  {
    opening:
      /(?<![0-9A-Fa-f])(?<![0-9A-Fa-f][: ])(?:[0-9A-Fa-f]{2}[: ]){19}(?:(?:[0-9A-Fa-f]{2}[: ]){12})?[0-9A-Fa-f]{2}(?![: ]?[0-9A-Fa-f])/,
    title: "a certificate's fingerprint, by which it is told from others and nothing is verified",
    advice: "Give the certificate of the CA itself; meerkat ca chooses it for a server.",
  },
  {
    opening: /^\s*[{[]/,
    title: "JSON without PEM in it",
    advice: "Take the certificate out of it, or fetch the file itself.",
  },
];

/** The archive that it is, of those that can hold PEM as it is. */
export function archiveForm(bytes: Uint8Array): FileForm | undefined {
  const form = binary.find(({ opening }) =>
    opening.test(String.fromCharCode(...bytes.subarray(0, headBytes))),
  );
  return form?.title.endsWith(" archive") === true ? form : undefined;
}

/** What the file is instead of certificates; `undefined` where it is nothing that is known. */
export function findForm(bytes: Uint8Array): FileForm | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, headBytes));
  const known = binary.find(({ opening }) => opening.test(head)) ?? derForm(bytes);
  // What stands behind DER, such as PEM, is not what the file is.
  if (known !== undefined || /^0[\x80-\xff]/.test(head)) return known;
  return textual.find(({ opening }) => opening.test(head.replace(/^\xef\xbb\xbf/, "")));
}

/** What stands in a PEM block that is not a certificate. */
const labels: readonly (FileForm & { readonly label: RegExp })[] = [
  {
    label: /^OPENSSH PRIVATE KEY$/,
    title: "an SSH private key",
    advice: "Give the CA's certificate; SSH has no part in TLS.",
    isPrivateKey: true,
  },
  {
    label: /(?:^| )PRIVATE KEY$/,
    title: "a private key",
    advice: "Give the certificate of the CA, never its key.",
    isPrivateKey: true,
  },
  {
    label: /CERTIFICATE REQUEST$/,
    title: "a request for a certificate, which no CA has signed",
    advice: "Give the certificate that the CA made of it.",
  },
  {
    label: /CRL$/,
    title: "a revocation list (CRL)",
    advice: "Give the certificate of the CA that issued it.",
  },
  {
    label: /PUBLIC KEY$/,
    title: "a public key without a certificate",
    advice: "Give the certificate that holds it; a key alone can be pinned.",
  },
  {
    label: /PARAMETERS$/,
    title: "parameters of a key exchange",
    advice: "Give the certificate of the CA.",
  },
  { label: /^PGP /, title: "a PGP key or message", advice: "Give a certificate; PGP has no part in TLS." },
];

export function formOfLabel(label: string): FileForm {
  return (
    labels.find((row) => row.label.test(label)) ?? {
      title: `a block of ${label}`,
      advice: 'A certificate stands between "-----BEGIN CERTIFICATE-----" and its END.',
    }
  );
}
