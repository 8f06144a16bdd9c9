/** Reads ClientHello, ServerHello, HelloRetryRequest and EncryptedExtensions: RFC 8446 §4.1, §4.3.1. */
import { equalBytes } from "../core/index.ts";
import { cipherSuiteName, groupName, signatureAlgorithmName, versionName } from "./names.ts";
import type { Choice, ClientHello } from "./observed.ts";
import { VectorReader } from "./vectors.ts";

/** A list of `Observed`, and whether the limit cut it. */
export interface Listed {
  readonly limit: number;
  leftOut: number;
}

/** An extension as it stood: RFC 8446 §4.2. */
export interface Extension {
  readonly type: number;
  readonly body: Uint8Array;
}

export interface ClientHelloRead {
  readonly random: Uint8Array;
  readonly facts: Omit<ClientHello, "recordBytes" | "segmentsAtLeast">;
}

export type ServerHelloRead =
  | { readonly kind: "retry"; readonly facts: Choice }
  | {
      readonly kind: "hello";
      readonly random: Uint8Array;
      readonly version: number;
      readonly suite: string;
      readonly alpn: string | undefined;
      readonly facts: Choice;
    };

/** The body of a ClientHello, or `undefined` when it is malformed. */
export function parseClientHello(body: Uint8Array, listed: Listed): ClientHelloRead | undefined {
  const reader = new VectorReader(body);
  const legacyVersion = reader.u16();
  const random = reader.take(32);
  reader.vector(1); // The session identifier.
  const suites = readNumbers(reader.vector(2), listed);
  reader.vector(1); // Compression methods.
  const extensions = readExtensions(reader, listed);
  if (reader.failed || extensions === undefined) return undefined;
  const find = finderOf(extensions);
  const inner = (type: number, prefix: 1 | 2): number[] => {
    const found = find(type);
    return found === undefined ? [] : readNumbers(new VectorReader(found).vector(prefix), listed);
  };
  const versions = inner(43, 1);
  return {
    random,
    facts: {
      versions: (versions.length > 0 ? versions : [legacyVersion]).map(versionName),
      cipherSuites: suites.map(cipherSuiteName),
      alpn: protocolsOf(find(16), listed),
      groups: inner(10, 2).map(groupName),
      signatureAlgorithms: inner(13, 2).map(signatureAlgorithmName),
    },
  };
}

/** The body of a ServerHello, which may be a HelloRetryRequest, or `undefined` when it is malformed. */
export function parseServerHello(body: Uint8Array, listed: Listed): ServerHelloRead | undefined {
  const reader = new VectorReader(body);
  const legacyVersion = reader.u16();
  const random = reader.take(32);
  reader.vector(1); // The session identifier.
  const suite = cipherSuiteName(reader.u16());
  reader.u8(); // The compression method.
  const extensions = readExtensions(reader, listed);
  if (reader.failed || extensions === undefined) return undefined;
  const find = finderOf(extensions);
  const version = numberOf(find(43)) ?? legacyVersion;
  const share = numberOf(find(51));
  const chosen: Choice = {
    version: versionName(version),
    cipherSuite: suite,
    ...(share === undefined ? {} : { group: groupName(share) }),
  };
  if (equalBytes(random, retryRandom)) return { kind: "retry", facts: chosen };
  const [alpn] = protocolsOf(find(16), listed);
  return { kind: "hello", random, version, suite, alpn, facts: chosen };
}

/** The body of EncryptedExtensions, or `undefined` when it is malformed. */
export function parseEncryptedExtensions(
  body: Uint8Array,
  listed: Listed,
): { readonly alpn: string | undefined } | undefined {
  const extensions = readExtensions(new VectorReader(body), listed);
  if (extensions === undefined) return undefined;
  const [alpn] = protocolsOf(finderOf(extensions)(16), listed);
  return { alpn };
}

/** The extensions that end a message; none at all is allowed before TLS 1.3 (RFC 5246 §7.4.1.4). */
function readExtensions(reader: VectorReader, listed: Listed): Extension[] | undefined {
  const extensions = reader.left > 0 ? readExtensionBlock(reader.vector(2), listed) : [];
  return reader.failed || reader.left > 0 ? undefined : extensions;
}

/** Extensions to the end of `block`. */
export function readExtensionBlock(block: VectorReader, listed: Listed): Extension[] {
  const extensions: Extension[] = [];
  while (block.left > 0) {
    const extension = { type: block.u16(), body: block.vector(2).rest() };
    if (extensions.length < listed.limit) extensions.push(extension);
    else listed.leftOut++;
  }
  return extensions;
}

/** Finds the body of the first extension of a type. */
export function finderOf(extensions: readonly Extension[]): (type: number) => Uint8Array | undefined {
  return (type) => extensions.find((extension) => extension.type === type)?.body;
}

/** Two-byte numbers to the end of `reader`. */
export function readNumbers(reader: VectorReader, listed: Listed): number[] {
  const numbers: number[] = [];
  while (reader.left > 0) {
    const number = reader.u16();
    if (reader.failed) break;
    if (numbers.length < listed.limit) numbers.push(number);
    else listed.leftOut++;
  }
  return numbers;
}

/** SHA-256 of "HelloRetryRequest": RFC 8446 §4.1.3. */
const retryRandom: Uint8Array = Buffer.from(
  "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c",
  "hex",
);

function numberOf(body: Uint8Array | undefined): number | undefined {
  return body === undefined || body.length < 2 ? undefined : new VectorReader(body).u16();
}

/** RFC 7301 §3.1. */
function protocolsOf(body: Uint8Array | undefined, listed: Listed): string[] {
  const protocols: string[] = [];
  const list = new VectorReader(body ?? new Uint8Array(2)).vector(2);
  while (list.left > 0) {
    const protocol = Buffer.from(list.vector(1).rest()).toString("latin1");
    if (list.failed) break;
    if (protocols.length < listed.limit) protocols.push(protocol);
    else listed.leftOut++;
  }
  return protocols;
}
