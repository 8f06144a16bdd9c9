/**
 * First flights written by hand, for what OpenSSL will no longer speak: the client refuses them before
 * any key is agreed, so nothing after them is needed. RFC 5246 §6.2.1, §7.4; RFC 6101 for SSLv3.
 */
import { randomBytes } from "node:crypto";
import { concatBytes } from "../../core/index.ts";
import type { Hello } from "./client-hello.ts";

/** ProtocolVersion values. */
export const ssl30 = 0x0300;
export const tls12 = 0x0303;

const contentTypes = { alert: 21, handshake: 22 } as const; // RFC 5246 §6.2.1.
const handshakeTypes = {
  serverHello: 2,
  certificate: 11,
  serverKeyExchange: 12,
  serverHelloDone: 14,
} as const; // §7.4.

export interface ServerHello {
  readonly version: number;
  readonly cipherSuite: number;
  /** Chosen by the caller where something else is signed together with it. */
  readonly random?: Uint8Array;
  /** Whether the renegotiation_info extension is there (RFC 5746 §3.6). */
  readonly secureRenegotiation: boolean;
}

/** A record with one or more handshake messages in it. */
export function writeHandshakeRecord(version: number, ...messages: readonly Uint8Array[]): Uint8Array {
  return writeRecord(contentTypes.handshake, version, concatBytes(messages));
}

/** A fatal alert in a record of its own: RFC 5246 §7.2. */
export function writeAlertRecord(version: number, alert: number): Uint8Array {
  return writeRecord(contentTypes.alert, version, Uint8Array.of(2, alert));
}

export function writeServerHello({
  version,
  cipherSuite,
  random,
  secureRenegotiation,
}: ServerHello): Uint8Array {
  // RFC 5746 §3.6: on a first handshake, an empty renegotiated_connection.
  const extensions = secureRenegotiation ? vector16(Uint8Array.of(0xff, 0x01, 0, 1, 0)) : new Uint8Array(0);
  return writeMessage(
    handshakeTypes.serverHello,
    uint16(version),
    random ?? randomBytes(32),
    Uint8Array.of(0), // No session identifier: nothing to resume.
    uint16(cipherSuite),
    Uint8Array.of(0), // Compression: none.
    extensions,
  );
}

/** A Certificate message of TLS 1.2: RFC 5246 §7.4.2. */
export function writeCertificates(certificates: readonly Uint8Array[]): Uint8Array {
  return writeMessage(handshakeTypes.certificate, vector24(concatBytes(certificates.map(vector24))));
}

/** RFC 5246 §7.4.3: the parameters of an ephemeral Diffie-Hellman exchange, and the signature over them. */
export interface DhExchange {
  readonly prime: Uint8Array;
  readonly generator: number;
  readonly publicValue: Uint8Array;
}

/** The ServerDHParams, which the signature also covers. */
export function writeDhParameters({ prime, generator, publicValue }: DhExchange): Uint8Array {
  return concatBytes([vector16(prime), vector16(Uint8Array.of(generator)), vector16(publicValue)]);
}

/** A ServerKeyExchange whose signature is rsa_pkcs1_sha256 (0x0401). */
export function writeServerKeyExchange(parameters: Uint8Array, signature: Uint8Array): Uint8Array {
  return writeMessage(handshakeTypes.serverKeyExchange, parameters, uint16(0x0401), vector16(signature));
}

export function writeServerHelloDone(): Uint8Array {
  return writeMessage(handshakeTypes.serverHelloDone);
}

/** What RFC 5246 §7.4.3 signs: both randoms, then the parameters. */
export function signedParameters(hello: Hello, serverRandom: Uint8Array, parameters: Uint8Array): Uint8Array {
  return concatBytes([hello.random, serverRandom, parameters]);
}

function writeMessage(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes([Uint8Array.of(type), vector24(concatBytes(parts))]);
}

function writeRecord(type: number, version: number, content: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(type), uint16(version), vector16(content)]);
}

function vector16(content: Uint8Array): Uint8Array {
  return concatBytes([uint16(content.length), content]);
}

function vector24(content: Uint8Array): Uint8Array {
  return concatBytes([
    Uint8Array.of(content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff),
    content,
  ]);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
