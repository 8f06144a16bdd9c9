/** `--crlfile`: lists of revoked certificates, in PEM, several to a file, or one in DER. */
import { readInput } from "../../frame/files.ts";
import { CommandError } from "../../frame/failure.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { dataFileBytes } from "../../limits.ts";

const armoured = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----/g;

/** As DER. @throws CommandError for a file that cannot be read, or has none */
export async function readCrls(
  files: readonly string[],
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const lists: Uint8Array[] = [];
  for (const file of files) {
    const hint = "--crlfile takes CRLs in PEM or DER.";
    const content = await readInput(file, { what: "The CRL file", hint, most: dataFileBytes, signal });
    const found = [...content.toString("latin1").matchAll(armoured)].map(([, text = ""]) =>
      Buffer.from(text, "base64"),
    );
    if (found.length === 0 && content[0] !== 0x30)
      throw new CommandError(`The CRL file "${file}" holds no CRL.`, { hint, exitCode: exitCode.badCrl });
    lists.push(...(found.length === 0 ? [content] : found));
  }
  return lists;
}
