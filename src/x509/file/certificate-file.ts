/**
 * The one reader of files with certificates, in whatever clothes: PEM with everything people do to it, DER, one or
 * several, PKCS #7 in both, base64 alone. What is not read is named for what it is.
 *
 * Every byte is looked at a bounded number of times. Nothing of what is passed over is repeated.
 */
import { parseBase64 } from "../../core/index.ts";
import { DerReader, tag } from "../../der/index.ts";
import { type Certificate, parseCertificate } from "../certificate.ts";
import { maxFileCertificates, maxPemBytes } from "../limits.ts";
import { readCertificateBag } from "./certificate-bag.ts";
import type { PemComplaint } from "./complaint.ts";
import type { FileForm } from "./form.ts";
import { findForm, formOfLabel } from "./forms.ts";
import { isCertificateLabel, isPkcs7Label, parsePem, type PemBlock } from "./pem.ts";

/** A certificate and where it stood. */
export interface FoundCertificate {
  readonly certificate: Certificate;
  /** Line of its BEGIN boundary; DER has no lines. */
  readonly line: number | undefined;
}

/** Where a certificate should stand that cannot be read, and why. */
export interface DamagedCertificate {
  readonly line: number | undefined;
  readonly reason: string;
}

/** What a file holds. */
export interface CertificateFile {
  readonly certificates: readonly FoundCertificate[];
  readonly damaged: readonly DamagedCertificate[];
  /** What is odd about its text, by lines. */
  readonly complaints: readonly PemComplaint[];
  /** What it is, where it holds no certificate. */
  readonly instead: FileForm | undefined;
}

/** Reads certificates. Never throws. */
export function readCertificateFile(content: Uint8Array): CertificateFile {
  if (isDerLike(content)) return readDer(content);
  const { blocks, complaints } = parsePem(content);
  const isPlain = blocks.length === 0 && complaints.every(({ kind }) => !namesBlock.has(kind));
  const bare = isPlain ? parseBareBase64(content) : undefined;
  if (bare !== undefined) {
    return { ...readDer(bare), complaints: [...complaints.filter(isNotStray), noBoundaries] };
  }
  const found = blocks.flatMap(readBlock);
  const certificates = found.flatMap((one) => (one.certificate === undefined ? [] : [one]));
  const damaged = found.flatMap((one) => (one.reason === undefined ? [] : [one]));
  return { certificates, damaged, complaints, instead: certificates.length > 0 ? undefined : formInstead() };

  function formInstead(): FileForm | undefined {
    if (isPlain) return findForm(content);
    const other = blocks.find(({ label }) => !isCertificateLabel(label) && !isPkcs7Label(label));
    return other === undefined || damaged.length > 0 ? undefined : formOfLabel(other.label);
  }
}

/** The DER of the certificates in a PEM block: none under a label of something else. */
export function certificatesIn({ label, bytes }: Pick<PemBlock, "label" | "bytes">): readonly Uint8Array[] {
  if (isPkcs7Label(label)) return readCertificateBag(bytes, maxFileCertificates.value);
  if (!isCertificateLabel(label)) return [];
  // OpenSSL's trusted form: settings follow the certificate.
  return [label === "TRUSTED CERTIFICATE" ? firstElement(bytes) : bytes];
}

/** A SEQUENCE; in text a "0" is followed by another character. */
function isDerLike([first, second = 0x20]: Uint8Array): boolean {
  return first === tag.sequence && (second >= 0x80 || (second < 0x20 && second !== 0x0a && second !== 0x0d));
}

type Found =
  | (FoundCertificate & { readonly reason: undefined })
  | (DamagedCertificate & { readonly certificate: undefined });

function readBlock(block: PemBlock): readonly Found[] {
  return certificatesIn(block).map((der) => readOne(der, block.line));
}

function readOne(der: Uint8Array, line: number): Found {
  const parsed = parseCertificate(der);
  return parsed.ok
    ? { certificate: parsed.certificate, reason: undefined, line }
    : { certificate: undefined, reason: parsed.malformation.reason, line };
}

/** DER: a bag, or certificates one after the other. */
function readDer(content: Uint8Array): CertificateFile {
  const instead = findForm(content);
  if (instead !== undefined) return { certificates: [], damaged: [], complaints: [], instead };
  const certificates: FoundCertificate[] = [];
  const damaged: DamagedCertificate[] = [];
  const reader = DerReader.over(content);
  while (!reader.isDone && certificates.length < maxFileCertificates.value && damaged.length === 0) {
    const { offset } = reader;
    const { bytes } = reader.readElement();
    const whole = reader.malformation === undefined ? bytes : content.subarray(offset);
    for (const der of readCertificateBag(whole, maxFileCertificates.value)) {
      const parsed = parseCertificate(der);
      if (parsed.ok) certificates.push({ certificate: parsed.certificate, line: undefined });
      else {
        const { reason, offset: within } = parsed.malformation;
        damaged.push({ line: undefined, reason: `${reason} (byte ${offset + within})` });
      }
    }
  }
  return { certificates, damaged, complaints: [], instead: undefined };
}

function firstElement(der: Uint8Array): Uint8Array {
  const { bytes } = DerReader.over(der).readElement();
  return bytes.length > 0 ? bytes : der;
}

/** Complaints that say that there is a block, or was one. */
const namesBlock: ReadonlySet<PemComplaint["kind"]> = new Set([
  "missing-end",
  "missing-begin",
  "bad-base64",
  "too-long",
]);

const noBoundaries: PemComplaint = { kind: "no-boundaries", line: 1, text: "" };
const isNotStray = ({ kind }: PemComplaint): boolean => kind !== "stray-text";

function parseBareBase64(content: Uint8Array): Uint8Array | undefined {
  // "MI": 30 8x, how every certificate begins.
  if (content.length > maxPemBytes.value) return undefined;
  const text = new TextDecoder(content[1] === 0 ? "utf-16le" : "latin1").decode(content).trim();
  if (!text.startsWith("MI")) return undefined;
  const bytes = parseBase64(text);
  return bytes !== undefined && isDerLike(bytes) ? bytes : undefined;
}
