/** Reads certificates from a file, PEM or DER, keeping what is odd about the file beside what can be used. */
import {
  maxPemBytes,
  parseCertificate,
  parsePem,
  type Certificate,
  type PemComplaint,
  type PemComplaintKind,
} from "../../x509/index.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { readInput } from "../frame/files.ts";
import { CommandError } from "../frame/failure.ts";

/** A certificate and where it stood. */
export interface FoundCertificate {
  readonly certificate: Certificate;
  /** Line of its BEGIN boundary; `undefined` in DER and from a server. */
  readonly line?: number;
}

/** What a file holds. */
export interface CertificateFile {
  readonly certificates: readonly FoundCertificate[];
  /** What is odd about the file, a sentence each, with the line. */
  readonly oddities: readonly string[];
}

/** Reads `file`. Throws a `CommandError` when it cannot be read or holds no certificate that can be. */
export async function readCertificates(
  file: string,
  hintToUnreadable = "Relative paths start at the working directory.",
): Promise<CertificateFile> {
  const content = await readInput(file, { most: maxPemBytes, hint: hintToUnreadable });
  const found = content[0] === 0x30 ? fromDer(content) : fromPem(content);
  if (found.certificates.length > 0) return found;
  const hint =
    found.oddities[0] ??
    'A PEM certificate begins with "-----BEGIN CERTIFICATE-----"; DER begins with byte 30.';
  throw new CommandError(`"${file}" holds no certificate that can be read.`, {
    hint,
    exitCode: exitCode.readFailed,
  });
}

function fromDer(content: Uint8Array): CertificateFile {
  const parsed = parseCertificate(content);
  if (parsed.ok) return { certificates: [{ certificate: parsed.certificate }], oddities: [] };
  const { reason, offset } = parsed.malformation;
  return { certificates: [], oddities: [`As DER it is damaged at byte ${offset}: ${reason}.`] };
}

function fromPem(content: Uint8Array): CertificateFile {
  const { blocks, complaints: found } = parsePem(content);
  const certificates: FoundCertificate[] = [];
  const oddities = found.toSorted((a, b) => weight(a) - weight(b)).map(explainComplaint);
  for (const { label, line, bytes } of blocks) {
    if (!label.endsWith("CERTIFICATE")) continue;
    const parsed = parseCertificate(bytes);
    if (parsed.ok) certificates.push({ certificate: parsed.certificate, line });
    else oddities.push(`Line ${line}: a certificate that is damaged: ${parsed.malformation.reason}.`);
  }
  return { certificates, oddities };
}

const complaints: Readonly<Record<PemComplaintKind, (text: string) => string>> = {
  "byte-order-mark": () => "a byte order mark, which many readers stumble over",
  crlf: () => "line ends of CR LF, which is fine",
  "no-final-newline": () => "no line end at the end of the file; joined to another file, it breaks",
  "stray-text": (text) => `text outside the blocks ("${text}")`,
  "unexpected-label": (text) => `a block of ${text}, not a certificate`,
  "private-key": () => "a private key, which should not be handed around with certificates",
  "header-lines": () => "header lines inside a block, as in old encrypted files",
  "bad-base64": () => "a block that is not base64",
  "missing-end": (text) => `a block of ${text} without its END line`,
  "missing-begin": (text) => `an END line for ${text} without its BEGIN`,
  "wrong-end": (text) => `a block closed by an END line for ${text}`,
  "too-long": (text) => `more than can be read (${text})`,
};

/** What costs a certificate comes before what costs nothing; a missing end, which explains the rest, before all. */
const gravest: readonly PemComplaintKind[] = [
  "missing-end",
  "wrong-end",
  "missing-begin",
  "bad-base64",
  "too-long",
  "private-key",
];

function weight({ kind }: PemComplaint): number {
  const place = gravest.indexOf(kind);
  return place === -1 ? gravest.length : place;
}

/** One complaint about a PEM file as a sentence with its line. */
export function explainComplaint({ kind, line, text }: PemComplaint): string {
  return `Line ${line}: ${complaints[kind](text)}.`;
}
