/**
 * Reads the messages that authenticate and agree on keys: Certificate, CertificateRequest, CertificateStatus,
 * CertificateVerify, ServerKeyExchange, NewSessionTicket (RFC 8446 §4.3.2, §4.4, §4.6.1; RFC 5246 §7.4; RFC 6066 §8).
 */
import { finderOf, readExtensionBlock, readNumbers, type Extension, type Listed } from "./hello.ts";
import { certificateTypeName, groupName, signatureName } from "./names.ts";
import type { CertificateRequest, KeyExchange, SentCertificate } from "./observed.ts";
import { VectorReader } from "./vectors.ts";

export interface CertificateRead {
  readonly certificates: readonly SentCertificate[];
  readonly count: number;
}

/** A Certificate message: bare certificates before TLS 1.3, each with extensions in it. */
export function parseCertificateMessage(
  body: Uint8Array,
  tls13: boolean,
  listed: Listed,
  limit: number,
): CertificateRead | undefined {
  const reader = new VectorReader(body);
  if (tls13) reader.vector(1); // The context of a request after the handshake.
  const list = reader.vector(3);
  const certificates: SentCertificate[] = [];
  let count = 0;
  while (list.left > 0) {
    const der = list.vector(3).rest();
    const extensions = tls13 ? readExtensionBlock(list.vector(2), listed) : [];
    count++;
    if (certificates.length < limit && !list.failed) {
      certificates.push({ der, ...entryFacts(extensions) });
    }
  }
  return reader.failed || reader.left > 0 ? undefined : { certificates, count };
}

function entryFacts(extensions: readonly Extension[]): Pick<SentCertificate, "ocspResponse" | "sctList"> {
  const find = finderOf(extensions);
  const status = find(5);
  const ocspResponse = status === undefined ? undefined : parseCertificateStatus(status);
  const sctList = find(18);
  return {
    ...(ocspResponse === undefined ? {} : { ocspResponse }),
    ...(sctList === undefined ? {} : { sctList }),
  };
}

/** The OCSP response of a CertificateStatus: RFC 6066 §8; TLS 1.3 carries the same as an extension. */
export function parseCertificateStatus(body: Uint8Array): Uint8Array | undefined {
  const reader = new VectorReader(body);
  const type = reader.u8();
  const response = reader.vector(3).rest();
  return reader.failed || type !== 1 ? undefined : response;
}

/** A CertificateRequest: RFC 8446 §4.3.2 with its extensions, or RFC 5246 §7.4.4 with three lists. */
export function parseCertificateRequest(
  body: Uint8Array,
  version: number,
  listed: Listed,
  limit: number,
): Omit<CertificateRequest, "postHandshake"> | undefined {
  const reader = new VectorReader(body);
  if (version >= 0x0304) {
    reader.vector(1); // The context.
    const find = finderOf(readExtensionBlock(reader.vector(2), listed));
    const algorithms = new VectorReader(find(13) ?? new Uint8Array(2));
    const authorities = new VectorReader(find(47) ?? new Uint8Array(2));
    const read = {
      signatureAlgorithms: readNumbers(algorithms.vector(2), listed).map(signatureName),
      ...readNames(authorities.vector(2), limit),
    };
    return reader.failed || algorithms.failed || authorities.failed ? undefined : read;
  }
  const certificateTypes = [...reader.vector(1).rest()].map(certificateTypeName);
  // TLS 1.0 and 1.1 have no list of algorithms.
  const algorithms = version === 0x0303 ? readNumbers(reader.vector(2), listed) : [];
  const names = readNames(reader.vector(2), limit);
  if (reader.failed) return undefined;
  return { certificateTypes, signatureAlgorithms: algorithms.map(signatureName), ...names };
}

function readNames(
  list: VectorReader,
  limit: number,
): Pick<CertificateRequest, "authorities" | "authorityCount"> {
  const authorities: Uint8Array[] = [];
  let authorityCount = 0;
  while (list.left > 0) {
    const name = list.vector(2).rest();
    if (list.failed) break;
    authorityCount++;
    if (authorities.length < limit) authorities.push(name);
  }
  return { authorities, authorityCount };
}

/** What a TLS 1.2 ServerKeyExchange names: RFC 8422 §5.4 or RFC 5246 §7.4.3, told apart by the cipher suite. */
export function parseServerKeyExchange(
  body: Uint8Array,
  suite: string,
  version: number,
): { readonly exchange: KeyExchange; readonly signature: string | undefined } | undefined {
  const reader = new VectorReader(body);
  let exchange: KeyExchange;
  if (/_ECDHE?_/.test(suite)) {
    // Only named curves are left: RFC 8422 §5.4.
    if (reader.u8() !== 3) return undefined;
    exchange = { kind: "group", group: groupName(reader.u16()) };
    reader.vector(1);
  } else if (/_DHE?_/.test(suite)) {
    exchange = { kind: "dhe", primeBits: bitLength(reader.vector(2).rest()) };
    reader.vector(2);
    reader.vector(2);
  } else return undefined;
  const signature = version === 0x0303 && reader.left >= 2 ? signatureName(reader.u16()) : undefined;
  return reader.failed ? undefined : { exchange, signature };
}

function bitLength(number: Uint8Array): number {
  const first = number.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (number.length - first - 1) * 8 + (32 - Math.clz32(number[first] ?? 0));
}

/** The scheme of a TLS 1.3 CertificateVerify. */
export function parseCertificateVerify(body: Uint8Array): string | undefined {
  return body.length < 2 ? undefined : signatureName(new VectorReader(body).u16());
}

/** Lifetime and size of a session ticket: RFC 8446 §4.6.1, RFC 5077 §3.3. Its bytes are not kept. */
export function parseSessionTicket(
  body: Uint8Array,
  tls13: boolean,
): { readonly lifetimeS: number; readonly bytes: number } | undefined {
  const reader = new VectorReader(body);
  const lifetimeS = reader.u32();
  if (tls13) {
    reader.u32(); // Obfuscates the ticket's age.
    reader.vector(1);
  }
  const bytes = reader.vector(2).rest().length;
  return reader.failed ? undefined : { lifetimeS, bytes };
}
