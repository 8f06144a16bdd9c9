/** A client certificate as it was named on the command line: what would be sent, and its key where there is one. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, TLSSocket } from "node:tls";
import { PassThrough } from "node:stream";
import type { ClientCertificate } from "../../admission/index.ts";
import { bare } from "../../core/index.ts";
import { type Certificate, parseCertificate, readCertificateFile, writePem } from "../../x509/index.ts";
import { certificatesIn } from "../certificates/read.ts";
import type { IdentityFlags } from "../devices/meet/site-options.ts";
import type { Context } from "../frame/context.ts";
import { readInput } from "../frame/files.ts";
import { readPassphrase } from "../frame/passphrase.ts";
import { readClientCertificate, readCredential, withKey } from "../get/credentials.ts";
import { credentialBytes } from "../limits.ts";

type Machine = Pick<Context, "env" | "signal">;

export interface ClientIdentity {
  /** As it was named. */
  readonly file: string;
  /** Its own first. Of a PKCS#12 file its own alone: OpenSSL keeps the others to itself. */
  readonly certificates: readonly Certificate[];
  readonly isWhole: boolean;
  /** Whether the key is that of the certificate; `undefined` without a key, or where it is not known. */
  readonly keyMatches: boolean | undefined;
  /** With its key; `undefined` where there is none, or it is another's. */
  readonly shown: ClientCertificate | undefined;
}

/** `--cert`, `--key` and `--pass`. Throws a `CommandError`, or the `HttpsError` of a certificate that cannot be used. */
export async function openIdentity(
  flags: IdentityFlags,
  machine: Machine,
): Promise<ClientIdentity | undefined> {
  const { cert: file, key, pass } = flags;
  if (file === undefined) {
    await readClientCertificate(flags, machine); // Says what is wrong with a key alone.
    return undefined;
  }
  const content = await readInput(file, {
    most: credentialBytes,
    signal: machine.signal,
    hint: "Relative paths start at the working directory.",
  });
  const text = content.toString("latin1");
  const found = readCertificateFile(content).certificates;
  const isPem = text.includes("-----BEGIN ");
  if (!isPem && found.length === 0) return pkcs12(file, await withKey(content, flags, machine));
  const certificates = isPem && found.length === 0 ? certificatesIn(file, content).certificates : found;
  const identity = {
    file,
    certificates: certificates.map(({ certificate }) => certificate),
    isWhole: true,
    keyMatches: undefined,
    shown: undefined,
  };
  if (key === undefined && !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return identity;
  const cert = identity.certificates.map(({ der }) => writePem("CERTIFICATE", der)).join("\n");
  const pem = key === undefined ? text : (await readCredential(key, machine.signal)).toString("latin1");
  const passphrase =
    pass === undefined ? undefined : await readPassphrase(pass, { flag: "--pass", ...machine });
  const shown = { cert, key: pem, ...(passphrase === undefined ? {} : { passphrase }) };
  const keyMatches = isPair(shown);
  return { ...identity, keyMatches, shown: keyMatches === false ? undefined : shown };
}

/** What OpenSSL cannot read as a key is left to the policy, which says why. */
function isPair({
  cert,
  key,
  passphrase,
}: Extract<ClientCertificate, { readonly cert: unknown }>): boolean | undefined {
  try {
    const parsed = createPrivateKey(bare({ key: String(key), passphrase }));
    return new X509Certificate(String(cert)).checkPrivateKey(parsed);
  } catch {
    return undefined;
  }
}

function pkcs12(file: string, shown: ClientCertificate): ClientIdentity {
  const own = "pfx" in shown ? ownOf(shown) : undefined;
  const certificates = own === undefined ? [] : [own];
  return { file, certificates, isWhole: false, keyMatches: undefined, shown };
}

/** The certificate that OpenSSL would show; `undefined` where the file cannot be used, which the policy says. */
function ownOf({
  pfx,
  passphrase,
}: Extract<ClientCertificate, { readonly pfx: unknown }>): Certificate | undefined {
  const stream = new PassThrough();
  try {
    const secureContext = createSecureContext(bare({ pfx: Buffer.from(pfx), passphrase }));
    const socket = new TLSSocket(stream, bare({ secureContext }));
    const own = socket.getX509Certificate();
    socket.destroy();
    const parsed = own && parseCertificate(own.raw);
    return parsed?.ok === true ? parsed.certificate : undefined;
  } catch {
    return undefined;
  } finally {
    stream.destroy();
  }
}
