/**
 * Roots that a person gave as a file or as bytes, PEM or DER. Such a setting either works or is an error that
 * says what the file is instead: an empty one, a private key, a server's own certificate.
 */
import { readFileSync, statSync } from "node:fs";
import { explainUnreadable, HttpsError, ownValue } from "../../core/index.ts";
import { parseCertificate, parsePem, type Certificate, type PemFile } from "../../x509/index.ts";
import { admissionLimits } from "../limits.ts";
import type { RootCertificate, RootOrigin } from "./source.ts";

/** @throws HttpsError `ca-file-unreadable` and all that `parseRoots` throws */
export function readRootFile(file: string, store = "file"): readonly RootCertificate[] {
  return parseRoots(readCaFile(file), { store, file });
}

/**
 * The roots in PEM or DER.
 * @throws HttpsError `ca-file-empty ca-file-private-key ca-file-only-leaf ca-file-malformed`
 */
export function parseRoots(content: Uint8Array, origin: RootOrigin): readonly RootCertificate[] {
  const file = nameOf(origin);
  const roots = looksLikeDer(content) ? parseDer(content, origin) : parsePemRoots(content, origin);
  const [first] = roots;
  if (first === undefined) throw new HttpsError("ca-file-empty", { file });
  const usable = roots.filter(({ certificate }) => canVouch(certificate));
  if (usable.length > 0) return usable;
  throw new HttpsError("ca-file-only-leaf", { file, subject: first.certificate.subject.text });
}

/** @throws HttpsError `ca-file-unreadable` */
export function readCaFile(file: string): Uint8Array {
  try {
    const { size } = statSync(file);
    if (size > admissionLimits.caFileBytes.value) {
      const reason = `it has ${size} bytes, more than the ${admissionLimits.caFileBytes.value} a CA file may have`;
      throw new HttpsError("ca-file-unreadable", { file, reason });
    }
    return readFileSync(file);
  } catch (error) {
    if (error instanceof HttpsError) throw error;
    throw new HttpsError("ca-file-unreadable", { file, reason: explainUnreadable(error) }, { cause: error });
  }
}

/**
 * Whether a certificate can be an anchor: a CA, or one that signed itself: an old root from before the CA bit, or a
 * server's own, which vouches for that server.
 *
 * DEVIATION: OpenSSL with partial chains, and Go, also take a server's certificate that a CA issued. It is refused here:
 * whoever gives one most often means its CA, and would be let down when the server renews it.
 */
function canVouch({ extensions, isSelfIssued }: Certificate): boolean {
  return isSelfIssued || extensions.value("basicConstraints")?.isCa === true;
}

function looksLikeDer(content: Uint8Array): boolean {
  return content[0] === 0x30 && content[1] !== undefined && content[1] >= 0x80;
}

function parseDer(content: Uint8Array, origin: RootOrigin): RootCertificate[] {
  const parsed = parseCertificate(content);
  if (parsed.ok) return [{ certificate: parsed.certificate, origin }];
  throw malformed(origin, 1, `${parsed.malformation.reason} (byte ${parsed.malformation.offset})`);
}

function parsePemRoots(content: Uint8Array, origin: RootOrigin): RootCertificate[] {
  const pem = parsePem(content);
  refuseDamage(pem, origin);
  const roots: RootCertificate[] = [];
  for (const { label, line, bytes } of pem.blocks) {
    if (!label.endsWith("CERTIFICATE")) continue;
    const parsed = parseCertificate(bytes);
    if (!parsed.ok) throw malformed(origin, line, parsed.malformation.reason);
    roots.push({ certificate: parsed.certificate, origin: { ...origin, line } });
  }
  return roots;
}

function refuseDamage({ complaints }: PemFile, origin: RootOrigin): void {
  for (const { kind, line, text } of complaints) {
    if (kind === "private-key") {
      throw new HttpsError("ca-file-private-key", {
        file: nameOf(origin),
        line,
      });
    }
    if (kind === "bad-base64" || kind === "missing-end" || kind === "missing-begin" || kind === "wrong-end") {
      throw malformed(origin, line, `${kind.replaceAll("-", " ")} (${text})`);
    }
  }
}

/** The file, or where else the roots are from. */
function nameOf(origin: RootOrigin): string {
  return ownValue(origin, "file") ?? `(${origin.store})`;
}

function malformed(origin: RootOrigin, line: number, reason: string): HttpsError {
  return new HttpsError("ca-file-malformed", { file: nameOf(origin), line, reason });
}
