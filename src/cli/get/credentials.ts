/** Credentials and pins of the command line: `-u`, `--cert`, `--key`, `--pinnedpubkey`. */
import type { Authentication } from "../../client/index.ts";
import { explainUnreadable, HttpsError, parseUrl } from "../../core/index.ts";
import type { ClientCertificate } from "../../admission/index.ts";
import type { Context } from "../frame/context.ts";
import { CommandError } from "../frame/failure.ts";
import { readBounded } from "../frame/files.ts";
import { readPassphrase } from "../frame/passphrase.ts";
import { credentialBytes } from "../limits.ts";
import type { GetFlags } from "./flags/table.ts";
import { findLogin, type Login } from "./logins.ts";

type LoginFlags = Pick<GetFlags, "user" | "anyauth" | "digest" | "oauth2Bearer">;

/**
 * Who logs in: a token, `-u user:password`, what stands in the URL, or what a file of logins has for its host. Nothing is asked for
 * on the terminal, so that a script never hangs.
 */
export function findAuthentication(
  { user, anyauth, digest, oauth2Bearer }: LoginFlags,
  {
    host,
    login,
    logins,
  }: { readonly host: string; readonly login?: string | undefined; readonly logins: readonly Login[] },
): Authentication | undefined {
  if (oauth2Bearer !== undefined) return { scheme: "bearer", token: oauth2Bearer };
  const given = user ?? login;
  const [, name, password] = given === undefined ? [] : (/^([^:]*):?(.*)$/s.exec(given) ?? []);
  const isWhole = given?.includes(":") === true && !(user === undefined && password === "");
  const found = given !== undefined && isWhole ? undefined : findLogin(logins, host, name);
  const scheme = digest === true || anyauth === true ? "digest" : "basic";
  if (found !== undefined) return { scheme, username: found.name, password: found.password };
  if (given === undefined) {
    if (digest !== true) return undefined;
    throw new CommandError("--digest has nobody to log in.", { hint: "Add -u user:password." });
  }
  if (user !== undefined && !user.includes(":")) {
    throw new CommandError("-u holds no password, and none is asked for on the terminal.", {
      hint: "Write -u user:password.",
    });
  }
  return { scheme, username: name ?? "", password: password ?? "" };
}

type Machine = Pick<Context, "env" | "signal">;
interface CredentialFlags {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly pass?: string | undefined;
}

/** `--cert` with `--key`, or a PKCS#12 file alone. */
export async function readClientCertificate(
  flags: CredentialFlags,
  machine: Machine,
): Promise<ClientCertificate | undefined> {
  const { key } = flags;
  const { file, password } = readCertName(flags.cert);
  if (file === undefined) {
    if (key === undefined) return undefined;
    throw new CommandError("--key needs the certificate it belongs to.", { hint: "Add --cert FILE." });
  }
  const content = await readCredential(file, machine.signal);
  // What is typed behind the file is the passphrase itself, whatever it begins with.
  const pass = flags.pass ?? (password === undefined ? undefined : `pass:${password}`);
  return withKey(content, { key, pass }, machine);
}

/** curl(1), --cert: `certificate:password`, where a colon of the file's name is written `\\:`; a drive's is none. */
export function readCertName(given: string | undefined): {
  file: string | undefined;
  password: string | undefined;
} {
  if (given === undefined) return { file: undefined, password: undefined };
  const [, name = given, , password] =
    /^((?:[A-Za-z]:(?=[\\/]))?(?:[^\\:]|\\.)*)(:(.*))?$/s.exec(given) ?? [];
  return { file: name.replaceAll(/\\([\\:])/g, "$1"), password };
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
