/** Credentials and pins of the command line: `-u`, `--cert`, `--key`, `--pinnedpubkey`. */
import type { Authentication } from "../../client/index.ts";
import { explainUnreadable, HttpsError, parseUrl } from "../../core/index.ts";
import type { ClientCertificate } from "../../admission/index.ts";
import type { Context } from "../frame/context.ts";
import { CommandError } from "../frame/failure.ts";
import { readBounded } from "../frame/files.ts";
import { readPassphrase } from "../frame/passphrase.ts";
import { credentialBytes } from "../limits.ts";
import type { GetFlags } from "./flags.ts";

/** `-u user:password`. Nothing is asked for on the terminal, so that a script never hangs. */
export function parseUser({ user, digest }: GetFlags): Authentication | undefined {
  if (user === undefined) {
    if (digest !== true) return undefined;
    throw new CommandError("--digest has nobody to log in.", { hint: "Add -u user:password." });
  }
  const colon = user.indexOf(":");
  if (colon === -1) {
    throw new CommandError("-u holds no password, and none is asked for on the terminal.", {
      hint: "Write -u user:password.",
    });
  }
  const scheme = digest === true ? "digest" : "basic";
  return { scheme, username: user.slice(0, colon), password: user.slice(colon + 1) };
}

type Machine = Pick<Context, "env" | "signal">;
type CredentialFlags = Pick<GetFlags, "cert" | "key" | "pass">;

/** `--cert` with `--key`, or a PKCS#12 file alone. */
export async function readClientCertificate(
  flags: CredentialFlags,
  machine: Machine,
): Promise<ClientCertificate | undefined> {
  const { cert, key } = flags;
  if (cert === undefined) {
    if (key === undefined) return undefined;
    throw new CommandError("--key needs the certificate it belongs to.", { hint: "Add --cert FILE." });
  }
  return withKey(await readCredential(cert, machine.signal), flags, machine);
}

/** What the file of `--cert` holds, with what else is needed. A file that is a pipe can be read only once. */
export async function withKey(
  content: Buffer,
  { key, pass }: CredentialFlags,
  machine: Machine,
): Promise<ClientCertificate> {
  const passphrase =
    pass === undefined ? {} : { passphrase: await readPassphrase(pass, { flag: "--pass", ...machine }) };
  if (!content.includes("-----BEGIN ")) return { pfx: content, ...passphrase };
  // curl(1), --key: without it, the key is in the file of the certificate.
  return {
    cert: content,
    key: key === undefined ? content : await readCredential(key, machine.signal),
    ...passphrase,
  };
}

/** @throws HttpsError `client-certificate-unusable` */
export async function readCredential(file: string, signal: AbortSignal): Promise<Buffer> {
  let content: Buffer;
  try {
    content = await readBounded(file, { most: credentialBytes, signal });
  } catch (error) {
    const reason = `"${file}" cannot be read: ${explainUnreadable(error)}`;
    throw new HttpsError("client-certificate-unusable", { reason, problem: "unreadable" }, { cause: error });
  }
  if (content.length > 0) return content;
  throw new HttpsError("client-certificate-unusable", { reason: `"${file}" is empty` });
}

/** The keys of the URL's host. */
export function pinsOf(url: string, pins: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const reading = parseUrl(url);
  return reading.ok ? { [reading.target.host]: pins } : {}; // The client says what is wrong with the URL.
}
