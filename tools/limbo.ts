/** Cases in x509-limbo's schema: what they ask, and the engine's answer. */
import { webcrypto } from "node:crypto";
import { trustPorts } from "../src/admission/index.ts";
import {
  anchorFromCertificate,
  explainRejection,
  type PeerName,
  type ProfileName,
  type Verdict,
  verify,
  verifyAsync,
  type VerifyRequest,
} from "../src/trust/index.ts";
import { webcryptoPorts } from "../src/webcrypto/index.ts";
import {
  type Certificate,
  type CertificateRevocationList,
  type KeyUsage,
  keyUsageNames,
  parseCertificate,
  parseCrl,
  parsePem,
  purposeOid,
} from "../src/x509/index.ts";

interface LimboName {
  /** `DNS`, `IP`, or the e-mail form. */
  readonly kind: string;
  readonly value: string;
}

/** What a runner needs of a case; https://x509-limbo.com/schema has the whole. */
export interface LimboCase {
  readonly id: string;
  readonly features?: readonly string[];
  readonly validation_kind: "SERVER" | "CLIENT";
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time?: string | null;
  readonly key_usage?: readonly string[];
  readonly extended_key_usage?: readonly string[];
  readonly expected_result: "SUCCESS" | "FAILURE";
  readonly expected_peer_name?: LimboName | null;
  readonly expected_peer_names?: readonly LimboName[] | null;
  readonly max_chain_depth?: number | null;
  readonly crls?: readonly string[] | null;
}

export interface LimboFile {
  readonly testcases: readonly LimboCase[];
}

export interface Answer {
  readonly result: "SUCCESS" | "FAILURE";
  /** The rejection's code and sentence; empty on success. */
  readonly why: string;
}

/** Profile `webpki` for cases written for it, `rfc5280` for all others. */
export function profileOf(id: string): ProfileName {
  return /^(?:webpki|online)::/.test(id) ? "webpki" : "rfc5280";
}

/** The engine's answer; `now` serves cases that name no moment. */
export function answerCase(limbo: LimboCase, now: number): Answer {
  const request = requestOf(limbo, now);
  return "result" in request ? request : answerOf(verify(request, trustPorts));
}

/** The same by WebCrypto's signatures. */
export async function answerByWebcrypto(limbo: LimboCase, now: number): Promise<Answer> {
  const request = requestOf(limbo, now);
  if ("result" in request) return request;
  return answerOf(await verifyAsync(request, webcryptoPorts(webcrypto.subtle as SubtleCrypto)));
}

function answerOf(verdict: Verdict): Answer {
  if (verdict.trusted) return { result: "SUCCESS", why: "" };
  return { result: "FAILURE", why: `${verdict.primary.code}: ${explainRejection(verdict.primary)}` };
}

function requestOf(limbo: LimboCase, now: number): VerifyRequest | Answer {
  const leaf = readCertificate(limbo.peer_certificate);
  if (typeof leaf === "string") return { result: "FAILURE", why: `malformed leaf: ${leaf}` };
  const crls = readCrls(limbo.crls ?? []);
  return {
    leaf,
    intermediates: limbo.untrusted_intermediates.map(readCertificate).filter(isCertificate),
    anchors: limbo.trusted_certs
      .map(readCertificate)
      .filter(isCertificate)
      .map((certificate) => anchorFromCertificate(certificate, { store: "file" })),
    names: readNames(limbo),
    at: limbo.validation_time ? Date.parse(limbo.validation_time) : now,
    purpose: limbo.validation_kind === "CLIENT" ? "client" : "server",
    profile: profileOf(limbo.id),
    ...readPurposes(limbo),
    keyUsages: (limbo.key_usage ?? []).filter(isKeyUsage),
    ...(typeof limbo.max_chain_depth === "number" ? { maxDepth: limbo.max_chain_depth } : {}),
    ...(crls.length > 0 ? { crls } : {}),
  };
}

function readPurposes({ extended_key_usage }: LimboCase): { readonly extendedKeyUsages?: readonly string[] } {
  if (extended_key_usage === undefined || extended_key_usage.length === 0) return {};
  const oids: Readonly<Record<string, string>> = {
    ...purposeOid,
    OCSPSigning: purposeOid.ocspSigning,
    anyExtendedKeyUsage: purposeOid.any,
  };
  return { extendedKeyUsages: extended_key_usage.map((purpose) => oids[purpose] ?? purpose) };
}

function readNames({ expected_peer_name, expected_peer_names }: LimboCase): readonly PeerName[] {
  const names = [...(expected_peer_names ?? [])];
  if (expected_peer_name) names.push(expected_peer_name);
  return names.map(({ kind, value }) => ({
    kind: kind === "DNS" ? "dns" : kind === "IP" ? "ip" : "email",
    value,
  }));
}

function readCertificate(pem: string): Certificate | string {
  const [block] = parsePem(pem).blocks;
  if (block === undefined) return "no PEM block";
  const parsed = parseCertificate(block.bytes);
  return parsed.ok ? parsed.certificate : parsed.malformation.reason;
}

/** Bytes that are no CRL by RFC 5280 §5.1 are none: a user is told when they are read, and nothing is decided by them. */
function readCrls(pems: readonly string[]): readonly CertificateRevocationList[] {
  const crls: CertificateRevocationList[] = [];
  for (const pem of pems) {
    const [block] = parsePem(pem, ["X509 CRL"]).blocks;
    const parsed = block && parseCrl(block.bytes);
    if (parsed?.ok === true) crls.push(parsed.crl);
  }
  return crls;
}

function isCertificate(read: Certificate | string): read is Certificate {
  return typeof read !== "string";
}

function isKeyUsage(usage: string): usage is KeyUsage {
  return (keyUsageNames as readonly string[]).includes(usage);
}
