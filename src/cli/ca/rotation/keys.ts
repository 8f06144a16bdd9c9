/**
 * The keys of a manifest's signature: Ed25519 (RFC 8032), the private one as PKCS#8, the public one as SPKI, in PEM
 * (RFC 8410). What is said of a file that is something else never holds anything of its content.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { exitCode } from "../../frame/exit-codes.ts";
import type { Context } from "../../frame/context.ts";
import { CommandError } from "../../frame/failure.ts";
import { readInput } from "../../frame/files.ts";
import { readPassphrase } from "../../frame/passphrase.ts";
import { signKeyBytes } from "../../limits.ts";

const makeKey = "`openssl genpkey -algorithm ed25519 -out sign.pem` makes one.";
const makePublic = "`openssl pkey -in sign.pem -pubout -out public.pem` makes it of the private key.";

/** The user's private key. `givenPass`: where its passphrase is, where it is encrypted. */
export async function readSignKey(
  file: string,
  givenPass: string | undefined,
  machine: Pick<Context, "env" | "signal">,
): Promise<KeyObject> {
  const hint = `--sign-key takes an Ed25519 private key, PEM (PKCS#8). ${makeKey}`;
  const text = await readPem(file, hint, machine.signal);
  const label = findLabel(text);
  const other = text.length === 0 ? "is empty" : notPrivate(label);
  if (other !== undefined) throw unusable(file, other, hint);
  const pass =
    givenPass === undefined
      ? undefined
      : await readPassphrase(givenPass, { flag: "--sign-pass", ...machine });
  if (label === "ENCRYPTED PRIVATE KEY" && pass === undefined)
    throw unusable(
      file,
      "is encrypted, and no passphrase is given",
      "Give its passphrase with --sign-pass file:PATH.",
    );
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: text, format: "pem", ...(pass === undefined ? {} : { passphrase: pass }) });
  } catch {
    // OpenSSL's own words name its functions, and nothing that the reader can change.
    throw label === "ENCRYPTED PRIVATE KEY"
      ? unusable(file, "cannot be decrypted with the passphrase of --sign-pass", "Is it the right one?")
      : unusable(file, "cannot be read as a key: its content is damaged", hint);
  }
  return checkType(file, key, hint);
}

/** The key that a manifest's reader holds. A private key is refused: whoever only checks has no business with it. */
export async function readPublicKey(file: string, signal: AbortSignal): Promise<KeyObject> {
  const hint = `--public-key takes an Ed25519 public key, PEM. ${makePublic}`;
  const text = await readPem(file, hint, signal);
  const label = findLabel(text);
  if (text.length === 0) throw unusable(file, "is empty", hint);
  if (label?.endsWith("PRIVATE KEY") === true)
    throw unusable(file, "is a private key, and whoever checks a signature needs the public one", makePublic);
  if (label !== "PUBLIC KEY") throw unusable(file, notPem(label), hint);
  let key: KeyObject;
  try {
    key = createPublicKey({ key: text, format: "pem" });
  } catch {
    throw unusable(file, "cannot be read as a key: its content is damaged", hint);
  }
  return checkType(file, key, hint);
}

async function readPem(file: string, hint: string, signal: AbortSignal): Promise<string> {
  return (await readInput(file, { what: "The key", hint, most: signKeyBytes, signal })).toString("latin1");
}

function findLabel(text: string): string | undefined {
  return /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)?.[1];
}

/** Labels of PEM (RFC 7468 §10, §11, §13, and programs' own) that a private key in PKCS#8 does not have. */
const otherLabels: ReadonlyMap<string, string> = new Map([
  ["PUBLIC KEY", "is a public key, and only the private one can sign"],
  ["RSA PRIVATE KEY", "is an RSA key, and the signature is Ed25519"],
  ["EC PRIVATE KEY", "is an ECDSA key, and the signature is Ed25519"],
  ["OPENSSH PRIVATE KEY", "is a key in OpenSSH's own form, which is not PKCS#8"],
]);

function notPrivate(label: string | undefined): string | undefined {
  if (label === "PRIVATE KEY" || label === "ENCRYPTED PRIVATE KEY") return undefined;
  return otherLabels.get(label ?? "") ?? notPem(label);
}

function notPem(label: string | undefined): string {
  return label === undefined ? "is not PEM" : `is not a key of this kind (its label is ${label})`;
}

function checkType(file: string, key: KeyObject, hint: string): KeyObject {
  if (key.asymmetricKeyType === "ed25519") return key;
  const kind = (key.asymmetricKeyType ?? "unknown").toUpperCase();
  throw unusable(file, `is a key of another kind (${kind}), and the signature is Ed25519`, hint);
}

function unusable(file: string, what: string, hint: string): CommandError {
  return new CommandError(`The key "${file}" ${what}.`, { hint, exitCode: exitCode.readFailed });
}
