/** The client certificate of an example: read from a file, and shown to the site while it is visited if its key is there. */
import type { ClientCertificate } from "../../admission/index.ts";
import { type Certificate, readCertificateFile } from "../../x509/index.ts";
import type { Context } from "../frame/context.ts";
import { CommandError } from "../frame/failure.ts";
import { readInput } from "../frame/files.ts";
import { credentialBytes } from "../limits.ts";
import { readClientCertificate, withKey } from "../get/credentials.ts";

export interface ProjectIdentity {
  /** Its own first. */
  readonly certificates: readonly Certificate[];
  /** With the key; `undefined` where none was given. */
  readonly shown: ClientCertificate | undefined;
}

/** `--cert` and `--key`. */
export async function readIdentity(
  { cert, key }: { readonly cert?: string; readonly key?: string },
  machine: Pick<Context, "env" | "signal">,
): Promise<ProjectIdentity | undefined> {
  const keyFlag = key === undefined ? {} : { key };
  if (cert === undefined) {
    await readClientCertificate(keyFlag, machine); // Says what is wrong with a key alone.
    return undefined;
  }
  const content = await readInput(cert, {
    what: "The client certificate",
    most: credentialBytes,
    hint: "--cert takes a PEM file.",
    signal: machine.signal,
  });
  const text = content.toString("latin1");
  const certificates = readCertificateFile(content).certificates.map(({ certificate }) => certificate);
  if (certificates.length === 0 || !text.includes("-----BEGIN "))
    throw new CommandError(`The client certificate of an example is PEM, and "${cert}" has none.`, {
      hint: "openssl pkcs12 -in FILE -nokeys -out client.pem takes it out of a PKCS#12 file.",
    });
  const hasKey = key !== undefined || /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
  const shown = hasKey ? await withKey(content, keyFlag, machine) : undefined;
  return { certificates, shown };
}

export function subjectOf({ certificates }: ProjectIdentity): string {
  return certificates[0]?.subject.display ?? "";
}
