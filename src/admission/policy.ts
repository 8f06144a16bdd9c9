/**
 * Trust settings, compiled once and used for many connections: the anchors in force, OpenSSL's context, and a
 * fingerprint that tells two policies apart wherever something is kept for reuse (sessions, verdicts, connections).
 */
import { constants, createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import {
  assert,
  bare,
  canonicalHost,
  canonicalText,
  type Details,
  HttpsError,
  messageOf,
  type Own,
  ownValue,
  readOptions,
  shownWord,
} from "../core/index.ts";
import {
  isSpkiPin,
  parseCrl,
  readCertificateFile,
  writePem,
  type Certificate,
  type CertificateRevocationList,
} from "../x509/index.ts";
import { runtimeHere, type Runtime } from "../runtime/index.ts";
import type { ProfileName, RootStore, TrustAnchor, TrustNote } from "../trust/index.ts";
import {
  anchorsOf,
  isDefaultMozillas,
  openDefaultRoots,
  openRoots,
  type RootsEnvironment,
} from "./roots/index.ts";
import { checkAbilities, checkOffering } from "./abilities.ts";
import { checkCiphers } from "./check-ciphers.ts";
import { trustChecks, type ClientCertificate, type TrustOptions } from "./trust-options.ts";

/** The variables of the environment that trust may depend on. */
export interface TrustEnvironment extends RootsEnvironment {
  readonly NODE_TLS_REJECT_UNAUTHORIZED?: string | undefined;
}

/** Trust settings, compiled. */
export interface TrustPolicy {
  readonly anchors: readonly TrustAnchor[];
  readonly profile: ProfileName | undefined;
  /** By canonical host; a map, because a host may have a name that every object has. */
  readonly pins: ReadonlyMap<string, readonly string[]>;
  readonly revocation: "stapled" | "off";
  readonly crls: readonly CertificateRevocationList[];
  readonly at: number | undefined;
  readonly insecure: { readonly reason: string } | undefined;
  readonly hasClientCertificate: boolean;
  /** Those that the options give, the client's own first; none of a PKCS#12 file, which OpenSSL alone reads. */
  readonly clientCertificates: () => readonly Certificate[];
  readonly secureContext: SecureContext;
  /** The same without a client certificate, for servers that nobody vouches for. */
  readonly anonymousContext: () => SecureContext;
  /** The same roots and no client certificate, for a handshake that offers what another client would. */
  readonly contextOffering: (offer: SecureContextOptions) => SecureContext;
  /** Whose TLS the connections run in: the first key, and what of it can be seen. */
  readonly runtime: Runtime;
  /** For messages. */
  readonly offered: string;
  /** Equal for equal settings, whatever order they were made in. Holds no secret. */
  readonly fingerprint: string;
  /** Sentences for the trust report. */
  readonly notes: readonly TrustNote[];
}

/** @throws HttpsError for settings that cannot have the effect they ask for */
export function compilePolicy(
  given: TrustOptions | Own<TrustOptions>,
  environment: TrustEnvironment,
  runtime: Runtime = runtimeHere,
): TrustPolicy {
  const options = readOptions(given, trustChecks);
  checkOptions(options);
  checkAbilities(options, runtime);
  const store = openStore(options, environment, runtime);
  const crls = (options.crls ?? []).map(readCrl);
  const anonymous = { ...options, clientCertificate: undefined };
  return {
    anchors: anchorsOf(store),
    profile: options.profile,
    pins: pinsByHost(options.pins ?? {}),
    revocation: options.revocation ?? "stapled",
    crls,
    at: options.at,
    insecure: options.insecure,
    hasClientCertificate: options.clientCertificate !== undefined,
    clientCertificates: () => certificatesOf(options.clientCertificate),
    secureContext: openContext(options, store, runtime),
    anonymousContext: () => openContext(anonymous, store, runtime),
    contextOffering: (offer) => contextOffering(offer, store, runtime),
    runtime,
    offered: offeredVersions(options),
    fingerprint: fingerprintOf(options, store),
    notes: [...store.notes, ...environmentNotes(environment)],
  };
}

/** A pin that could match no connection would protect nothing, and look as if it did: it is refused. */
function pinsByHost(
  pins: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(pins).map(([key, list]) => {
      const host = canonicalHost(key);
      if (host === undefined)
        throw invalid("pins", `pins for ${JSON.stringify(key)}`, "a host alone as each name");
      return [host, list];
    }),
  );
}

/** A store, and whether what the runtime believes by default is still Mozilla's list. */
interface OpenedStore extends RootStore {
  readonly isRuntimesOwn: () => boolean;
}

function openStore(
  { roots, addRoots }: Own<TrustOptions>,
  environment: TrustEnvironment,
  runtime: Runtime,
): OpenedStore {
  const isRuntimesOwn = (): boolean => isDefaultMozillas(environment, runtime);
  const base = roots === undefined ? openDefaultRoots(environment, runtime) : openRoots(roots, environment);
  if (addRoots === undefined) return { ...base, isRuntimesOwn };
  const more = openRoots(addRoots, environment);
  return { roots: [...base.roots, ...more.roots], notes: [...base.notes, ...more.notes], isRuntimesOwn };
}

function openContext(options: Own<TrustOptions>, store: OpenedStore, runtime: Runtime): SecureContext {
  const { minVersion = "TLSv1.2", maxVersion = "TLSv1.3", ciphers, clientCertificate } = options;
  // RFC 9325 §3.5: what was admitted is one handshake; in TLS 1.2 a second one could show another certificate.
  const secureOptions = constants.SSL_OP_NO_RENEGOTIATION;
  const versions = { minVersion, maxVersion };
  const settings = bare<SecureContextOptions>({
    ...versions,
    secureOptions,
    ciphers,
    ...rootSettings(store),
  });
  if (ciphers !== undefined) checkCiphers(ciphers, settings, runtime);
  if (clientCertificate === undefined) return createSecureContext(settings);
  checkCredentials(clientCertificate);
  try {
    const context = createSecureContext(bare({ ...settings, ...nodeCredentials(clientCertificate) }));
    checkPair(clientCertificate);
    return context;
  } catch (error) {
    throw new HttpsError("client-certificate-unusable", explainRefusal(error, clientCertificate), {
      cause: error,
    });
  }
}

function contextOffering(offer: SecureContextOptions, store: OpenedStore, runtime: Runtime): SecureContext {
  checkOffering(runtime);
  return createSecureContext(bare({ ...offer, ...rootSettings(store) }));
}

/** Node's own list needs no copy: it is the default, and shared by all contexts, where nobody changed that. */
function rootSettings({ roots, isRuntimesOwn }: OpenedStore): SecureContextOptions {
  if (roots.every(({ origin }) => origin.store === "mozilla") && isRuntimesOwn()) return {};
  return {
    ca: roots.map(({ certificate }) => writePem("CERTIFICATE", certificate.der)),
    // An anchor need not be self-signed: RFC 5280 §6.1.1 (d).
    allowPartialTrustChain: true,
  };
}

/** What a client certificate is made of, as far as it is PEM. */
export function certificatesOf(given: ClientCertificate | undefined): readonly Certificate[] {
  if (given === undefined || !("cert" in given)) return [];
  const content = typeof given.cert === "string" ? Buffer.from(given.cert) : given.cert;
  return readCertificateFile(content).certificates.map(({ certificate }) => certificate);
}

type Unusable = Details["client-certificate-unusable"];

/** What can be seen before OpenSSL looks, whose words for it name neither file nor cause. */
function checkCredentials(credentials: ClientCertificate): void {
  checkShape(credentials);
  if ("pfx" in credentials) return;
  const [cert, key] = [credentials.cert, credentials.key].map(textOf) as [string, string];
  const detail = ((): Unusable | undefined => {
    if (!holdsKey(key)) {
      if (holdsKey(cert) && !holdsCertificate(cert))
        return {
          problem: "swapped",
          reason: "the certificate stands as the key, and the key as the certificate",
        };
      const what = cert === key ? "it" : "the key given";
      return {
        problem: "no-key",
        reason: `${what} holds ${holdsCertificate(key) ? "a certificate and " : ""}no private key`,
      };
    }
    if (!holdsCertificate(cert)) {
      return { problem: "no-certificate", reason: "what is given as the certificate holds none" };
    }
    return isEncrypted(key) && credentials.passphrase === undefined
      ? { problem: "passphrase", reason: "its key is encrypted, and no passphrase is given" }
      : undefined;
  })();
  if (detail !== undefined) throw new HttpsError("client-certificate-unusable", detail);
}

/** From JavaScript anything may come. */
function checkShape(given: unknown): void {
  const expected = "{ cert, key } as PEM text or bytes, not paths, or { pfx } as bytes";
  if (typeof given !== "object" || given === null) {
    throw invalid("clientCertificate", `a value of type ${given === null ? "null" : typeof given}`, expected);
  }
  const parts: Readonly<Record<string, unknown>> = { ...given };
  if ("pfx" in parts) {
    if (parts["pfx"] instanceof Uint8Array) return;
    throw invalid(
      "clientCertificate.pfx",
      `a value of type ${typeof parts["pfx"]}`,
      "the bytes of a PKCS#12 file, not its path",
    );
  }
  for (const name of ["cert", "key"]) {
    const value = parts[name];
    const option = `clientCertificate.${name}`;
    if (value === undefined) throw invalid(option, "nothing", "PEM text or bytes, not a path");
    if (typeof value !== "string" && !(value instanceof Uint8Array))
      throw invalid(option, `a value of type ${typeof value}`, "PEM text or bytes, not a path");
    if (!textOf(value).includes("-----BEGIN "))
      throw invalid(
        option,
        `${typeof value === "string" ? "text" : "bytes"} without a PEM boundary`,
        "PEM text or bytes, not a path",
      );
  }
}

function textOf(content: string | Uint8Array): string {
  return typeof content === "string" ? content : Buffer.from(content).toString("latin1");
}

/** RFC 7468 §10, §11; and the labels of OpenSSL's older forms (`RSA PRIVATE KEY`, `EC PRIVATE KEY`). */
function holdsKey(pem: string): boolean {
  return /-----BEGIN (?:[A-Z0-9]+ )?PRIVATE KEY-----/.test(pem);
}

/** RFC 7468 §11; RFC 1421 §4.6.1.1 for the older forms. */
function isEncrypted(pem: string): boolean {
  return /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem);
}

function holdsCertificate(pem: string): boolean {
  return /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(pem);
}

/**
 * A key of another kind than the certificate's: OpenSSL keeps a place for each kind, and so has a key without a
 * certificate and a certificate without a key, of which it says nothing.
 */
function checkPair(credentials: ClientCertificate): void {
  if ("pfx" in credentials) return;
  const key = createPrivateKey({ key: textOf(credentials.key), passphrase: credentials.passphrase });
  if (!new X509Certificate(textOf(credentials.cert)).checkPrivateKey(key))
    throw new Error("key type mismatch");
}

/** What OpenSSL, or Node before it, means by its refusal. */
function explainRefusal(error: unknown, credentials: ClientCertificate): Unusable {
  const words = messageOf(error);
  const missing = credentials.passphrase === undefined;
  if (/key (?:values|type) mismatch/i.test(words))
    return { problem: "mismatch", reason: "the key does not belong to the certificate" };
  if ("pfx" in credentials) {
    if (/mac verify failure/i.test(words))
      return {
        problem: "passphrase",
        reason: `the passphrase of the PKCS#12 file is ${missing ? "missing" : "wrong"}`,
      };
    // Node's words for ciphers that OpenSSL's default provider does not load.
    if (/unsupported/i.test(words)) return { problem: "retired", reason: words };
  } else if (/bad decrypt|bad password read/i.test(words)) {
    return { problem: "passphrase", reason: "the passphrase of the key is wrong" };
  } else if (/unsupported/i.test(words) && isEncrypted(textOf(credentials.key))) {
    // One wrong passphrase of 256 gives what ends like a key, and is none.
    return {
      problem: "passphrase",
      reason: "the passphrase of the key is wrong, or OpenSSL does not have the key's cipher",
    };
  }
  return { reason: words };
}

function nodeCredentials(credentials: ClientCertificate): SecureContextOptions {
  const { passphrase } = credentials;
  if ("pfx" in credentials) return { pfx: Buffer.from(credentials.pfx), passphrase };
  return { cert: Buffer.from(credentials.cert), key: Buffer.from(credentials.key), passphrase };
}

function readCrl(der: Uint8Array): CertificateRevocationList {
  const parsed = parseCrl(der);
  if (parsed.ok) return parsed.crl;
  throw invalid("crls", `a CRL that is damaged (${parsed.malformation.reason})`, "CRLs in DER");
}

function checkOptions({ pins = {}, insecure, minVersion, maxVersion }: Own<TrustOptions>): void {
  for (const [host, list] of Object.entries(pins)) {
    const wrong = list.find((pin) => !isSpkiPin(pin));
    if (list.length === 0) throw invalid("pins", `no pin for ${host}`, "at least one pin a host");
    if (wrong !== undefined)
      throw invalid("pins", JSON.stringify(shownWord(wrong)), '"sha256/" and the base64 of 32 bytes');
  }
  if (insecure !== undefined && (typeof insecure.reason !== "string" || insecure.reason.trim() === "")) {
    throw invalid(
      "insecure",
      "no reason",
      "{ reason } with the reason why nobody needs to vouch for the server",
    );
  }
  if (minVersion === "TLSv1.3" && maxVersion === "TLSv1.2") {
    throw invalid("minVersion", "a version above maxVersion", "one that is not above it");
  }
}

function invalid(option: string, value: string, expected: string): HttpsError {
  return new HttpsError("option-invalid", { option, value, expected });
}

function offeredVersions({ minVersion = "TLSv1.2", maxVersion = "TLSv1.3" }: Own<TrustOptions>): string {
  return minVersion === maxVersion ? minVersion : `${minVersion} to ${maxVersion}`;
}

function environmentNotes(environment: TrustEnvironment): readonly TrustNote[] {
  if (ownValue(environment, "NODE_TLS_REJECT_UNAUTHORIZED") !== "0") return [];
  const sentence =
    "NODE_TLS_REJECT_UNAUTHORIZED=0 is set and has no effect here: certificates are verified all the same.";
  return [{ about: "environment", sentence }];
}

function fingerprintOf(options: Own<TrustOptions>, store: RootStore): string {
  const hash = createHash("sha256");
  const {
    profile,
    pins = {},
    revocation,
    insecure,
    minVersion,
    maxVersion,
    ciphers,
    clientCertificate,
  } = options;
  const plain = [profile, pins, revocation, insecure !== undefined, minVersion, maxVersion, ciphers];
  const text = canonicalText(plain);
  assert(text !== undefined, "what is checked is text, or made of text");
  hash.update(text);
  const part = (content: string | Uint8Array): void => {
    hash.update(`${content.length}:`).update(content);
  };
  for (const { certificate } of store.roots) part(certificate.der);
  for (const crl of options.crls ?? []) part(crl);
  if (clientCertificate !== undefined) {
    hash.update("client");
    if ("pfx" in clientCertificate) part(clientCertificate.pfx);
    else [clientCertificate.cert, clientCertificate.key].forEach(part);
  }
  return hash.digest("hex");
}
