/** Reads certificates from a file or from stdin, in whatever form, keeping what is odd about the file beside what can be used. */
import {
  adviseForm,
  type DamagedCertificate,
  explainComplaint,
  type FoundCertificate,
  maxPemBytes,
  rankComplaints,
  readCertificateFile,
  weighComplaint,
} from "../../x509/index.ts";
import type { Context } from "../frame/context.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { readInput, readStdin } from "../frame/files.ts";
import { CommandError } from "../frame/failure.ts";

/** What a file holds. */
export interface CertificateFile {
  readonly certificates: readonly FoundCertificate[];
  /** What is odd about the file, a sentence each, with the line. */
  readonly oddities: readonly string[];
}

/** What stands for stdin among the names of files. */
export const stdinName = "-";

/** Reads `file`; for `-` stdin, where that is given. Throws a `CommandError` when it cannot be read or holds no certificate that can be. */
export async function readCertificates(
  file: string,
  {
    stdin,
    signal,
    hint = "Relative paths start at the working directory.",
  }: Pick<Context, "signal"> & Partial<Pick<Context, "stdin">> & { readonly hint?: string | undefined },
): Promise<CertificateFile> {
  const bounds = { most: maxPemBytes, hint, signal };
  return file === stdinName && stdin !== undefined
    ? certificatesIn("(stdin)", await readStdin(stdin, { ...bounds, hint: "Give it one file." }))
    : certificatesIn(file, await readInput(file, bounds));
}

/** The same of what was read from `file`. */
export function certificatesIn(file: string, content: Uint8Array): CertificateFile {
  const { certificates, complaints, damaged, instead } = readCertificateFile(content);
  const oddities = [...rankComplaints(complaints).map(explainComplaint), ...damaged.map(explainDamage)];
  if (certificates.length > 0) return { certificates, oddities };
  const refused = exitCode.readFailed;
  if (instead !== undefined) {
    const hint = adviseForm(instead, file);
    throw new CommandError(`"${file}" holds no certificate: it is ${instead.title}.`, {
      hint,
      exitCode: refused,
    });
  }
  const grave = rankComplaints(complaints).find((complaint) => weighComplaint(complaint) === "damage");
  const hint =
    (grave === undefined ? damaged.map(explainDamage)[0] : explainComplaint(grave)) ??
    'A PEM certificate begins with "-----BEGIN CERTIFICATE-----"; DER begins with the byte 0x30.';
  throw new CommandError(`"${file}" holds no certificate that can be read.`, { hint, exitCode: refused });
}

function explainDamage({ line, reason }: DamagedCertificate): string {
  return line === undefined
    ? `As DER it is damaged: ${reason}.`
    : `Line ${line}: a certificate that is damaged: ${reason}.`;
}
