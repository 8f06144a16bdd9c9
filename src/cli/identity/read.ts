/** A client certificate as it was named on the command line: what would be sent, and its key where there is one. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, TLSSocket } from "node:tls";
import { PassThrough } from "node:stream";
import type { ClientCertificate } from "../../admission/index.ts";
import { bare } from "../../core/index.ts";
import { type Certificate, parseCertificate, readCertificateFile, writePem } from "../../x509/index.ts";
import { readCertificates } from "../certificates/read.ts";
import type { IdentityFlags } from "../devices/site-options.ts";
import { readBounded } from "../frame/files.ts";
import { readClientCertificate } from "../get/credentials.ts";

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
export async function openIdentity(flags: IdentityFlags): Promise<ClientIdentity | undefined> {
  const { cert: file, key, pass } = flags;
  if (file === undefined) {
    await readClientCertificate(flags); // Says what is wrong with a key alone.
    return undefined;
  }
  const { text, found } = await look(file);
  const isPem = text.includes("-----BEGIN ");
  if (!isPem && found.length === 0) return openPkcs12(file, flags);
  const certificates = isPem && found.length === 0 ? (await readCertificates(file)).certificates : found;
  const identity = {
    file,
    certificates: certificates.map(({ certificate }) => certificate),
    isWhole: true,
    keyMatches: undefined,
    shown: undefined,
  };
  if (key === undefined && !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return identity;
  const cert = identity.certificates.map(({ der }) => writePem("CERTIFICATE", der)).join("\n");
  const pem = key === undefined ? text : (await readBounded(key)).toString("latin1");
  const shown = { cert, key: pem, ...(pass === undefined ? {} : { passphrase: pass }) };
  const keyMatches = isPair(shown);
  return { ...identity, keyMatches, shown: keyMatches === false ? undefined : shown };
}

async function look(file: string): Promise<{
  readonly text: string;
  readonly found: ReturnType<typeof readCertificateFile>["certificates"];
}> {
  const content = await readBounded(file).catch(() => undefined);
  // What cannot be read is said as everywhere else.
  if (content === undefined) await readCertificates(file);
  const bytes = content ?? Buffer.alloc(0);
  return { text: bytes.toString("latin1"), found: readCertificateFile(bytes).certificates };
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

async function openPkcs12(file: string, flags: IdentityFlags): Promise<ClientIdentity> {
  const shown = await readClientCertificate(flags);
  const own = shown !== undefined && "pfx" in shown ? ownOf(shown) : undefined;
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
