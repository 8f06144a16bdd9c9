/**
 * Reads the messages that authenticate and agree on keys: Certificate, CertificateRequest, ServerKeyExchange
 * (RFC 8446 §4.3.2, §4.4; RFC 5246 §7.4).
 */
import type { CertificateRequest } from "../core/index.ts";
import { finderOf, readExtensionBlock, readNumbers, type Listed } from "./hello.ts";
import { certificateTypeName, groupName, signatureAlgorithmName } from "./names.ts";
import type { KeyExchange, SentCertificates } from "./observed.ts";
import { VectorReader } from "./vectors.ts";

/** A Certificate message: bare certificates before TLS 1.3, each with extensions in it. */
export function parseCertificateMessage(
  body: Uint8Array,
  tls13: boolean,
  listed: Listed,
  limit: number,
): SentCertificates | undefined {
  const reader = new VectorReader(body);
  if (tls13) reader.vector(1); // The context of a request after the handshake.
  const certificates = reader.vector(3);
  const list: Uint8Array[] = [];
  let count = 0;
  while (certificates.left > 0) {
    const der = certificates.vector(3).rest();
    if (tls13) readExtensionBlock(certificates.vector(2), listed);
    count++;
    if (list.length < limit && !certificates.failed) list.push(der);
  }
  return reader.failed || reader.left > 0 ? undefined : { list, count };
}

/** A CertificateRequest: RFC 8446 §4.3.2 with its extensions, or RFC 5246 §7.4.4 with three lists. */
export function parseCertificateRequest(
  body: Uint8Array,
  version: number,
  listed: Listed,
  limit: number,
): CertificateRequest | undefined {
  const reader = new VectorReader(body);
  if (version >= 0x0304) {
    reader.vector(1); // The context.
    const find = finderOf(readExtensionBlock(reader.vector(2), listed));
    const named = new VectorReader(find(47) ?? new Uint8Array(2));
    const names = readNames(named.vector(2), limit);
    const algorithms = new VectorReader(find(13) ?? new Uint8Array(2));
    const signatureAlgorithms = readAlgorithms(algorithms.vector(2), listed);
    if (reader.failed || named.failed || algorithms.failed) return undefined;
    return { ...names, signatureAlgorithms, certificateTypes: [] };
  }
  const certificateTypes = [...reader.vector(1).rest()].map(certificateTypeName);
  // TLS 1.0 and 1.1 have no list of algorithms.
  const signatureAlgorithms = version === 0x0303 ? readAlgorithms(reader.vector(2), listed) : [];
  const names = readNames(reader.vector(2), limit);
  if (reader.failed) return undefined;
  return { ...names, signatureAlgorithms, certificateTypes };
}

function readAlgorithms(list: VectorReader, listed: Listed): readonly string[] {
  return readNumbers(list, listed).map(signatureAlgorithmName);
}

function readNames(
  list: VectorReader,
  limit: number,
): Pick<CertificateRequest, "authorities" | "authoritiesLeftOut"> {
  const authorities: Uint8Array[] = [];
  let count = 0;
  while (list.left > 0) {
    const name = list.vector(2).rest();
    if (list.failed) break;
    count++;
    if (authorities.length < limit) authorities.push(name);
  }
  return { authorities, authoritiesLeftOut: count - authorities.length };
}

/** What a TLS 1.2 ServerKeyExchange names: RFC 8422 §5.4 or RFC 5246 §7.4.3, told apart by the cipher suite. */
export function parseServerKeyExchange(body: Uint8Array, suite: string): KeyExchange | undefined {
  const reader = new VectorReader(body);
  const exchange = readExchange(reader, suite);
  return reader.failed ? undefined : exchange;
}

/** How a TLS 1.2 ServerKeyExchange is signed; before, and without a certificate, nothing says so. */
export function parseExchangeSignature(
  body: Uint8Array,
  { suite, version }: { readonly suite: string; readonly version: number },
): string | undefined {
  const reader = new VectorReader(body);
  if (version !== 0x0303 || suite.includes("_anon_") || readExchange(reader, suite) === undefined)
    return undefined;
  const algorithm = reader.u16();
  return reader.failed ? undefined : signatureAlgorithmName(algorithm);
}

function readExchange(reader: VectorReader, suite: string): KeyExchange | undefined {
  if (/_ECDHE?_/.test(suite)) {
    // Only named curves are left: RFC 8422 §5.4.
    if (reader.u8() !== 3) return undefined;
    const group = groupName(reader.u16());
    reader.vector(1);
    return { kind: "group", group };
  }
  if (!/_DHE?_/.test(suite)) return undefined;
  const primeBits = bitLength(reader.vector(2).rest());
  reader.vector(2);
  reader.vector(2);
  return { kind: "dhe", primeBits };
}

function bitLength(number: Uint8Array): number {
  const first = number.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (number.length - first - 1) * 8 + (32 - Math.clz32(number[first] ?? 0));
}
