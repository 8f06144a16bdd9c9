/**
 * Asks the CA whether a certificate was revoked, at the URLs that stand in the certificate: OCSP (RFC 6960), and the
 * CRL where that says nothing. What comes back is believed only as far as the engine finds its signature in order.
 */
import type { RevocationAnswer, TrustSeen } from "../diagnosis/index.ts";
import { writeInteger, writeNull, writeOctetString, writeOid, writeSequence } from "../der/index.ts";
import type { VerifiedPath, VerifyRequest } from "../trust/index.ts";
import { parseCrl, parseOcspResponse, parsePem, type Certificate } from "../x509/index.ts";
import { trustPorts, type TrustPolicy } from "../admission/index.ts";
import { fetchPlain, type FetchRules } from "./fetch-plain.ts";
import { judge } from "./judge.ts";

export interface RevocationQuestion extends FetchRules {
  readonly trust: TrustSeen;
  readonly policy: TrustPolicy;
}

/** What the CA says of the leaf; empty where the certificate names no place to ask. Never rejects. */
export async function askRevocation(question: RevocationQuestion): Promise<readonly RevocationAnswer[]> {
  const { trust, namedBy, addressRules, signal } = question;
  if (trust.verdict?.trusted !== true) return [];
  const { path } = trust.verdict;
  const [leaf] = path.certificates;
  if (leaf === undefined) return [];
  const answers: RevocationAnswer[] = [];
  for (const source of ["OCSP", "CRL"] as const) {
    const url = source === "OCSP" ? ocspUrl(leaf) : crlUrl(leaf);
    if (url === undefined || answers.some(({ says }) => says !== "unknown")) continue;
    const body =
      source === "OCSP"
        ? { bytes: writeOcspRequest(leaf, path), type: "application/ocsp-request" }
        : undefined;
    const fetched = await fetchPlain({ url, namedBy, addressRules, signal, body });
    const read = source === "OCSP" ? readResponse : readList;
    answers.push({ source, url, ...(fetched.ok ? read(fetched.bytes, question) : unknown(fetched.reason)) });
  }
  return answers;
}

/** What one source says of the leaf. */
type Word = Pick<RevocationAnswer, "says" | "reason" | "rejection">;

function unknown(reason: string): Word {
  return { says: "unknown", reason, rejection: undefined };
}

function readResponse(bytes: Uint8Array, question: RevocationQuestion): Word {
  const parsed = parseOcspResponse(bytes);
  if (!parsed.ok) return unknown(`the response is damaged (${parsed.malformation.reason})`);
  return wordOf({ ocsp: parsed.response }, question, "it is good");
}

function readList(bytes: Uint8Array, question: RevocationQuestion): Word {
  const der = bytes[0] === 0x30 ? bytes : parsePem(bytes).blocks[0]?.bytes;
  if (der === undefined) return unknown("it is not a CRL");
  const parsed = parseCrl(der);
  if (!parsed.ok) return unknown(`the list is damaged (${parsed.malformation.reason})`);
  return wordOf({ crls: [parsed.crl] }, question, "it is not on the list");
}

/** What the engine makes of the chain with this beside it. */
function wordOf(
  told: Pick<VerifyRequest, "ocsp" | "crls">,
  { trust, policy }: RevocationQuestion,
  reason: string,
): Word {
  const good: Word = { says: "good", reason, rejection: undefined };
  const verdict = judge(trust, policy, told);
  if (verdict.trusted) return good;
  const { primary } = verdict;
  if (primary.code === "revoked")
    return { says: "revoked", reason: primary.detail.reason, rejection: primary };
  if (primary.code !== "revocation-unknown") return unknown(primary.code);
  // What was asked is about the leaf; that nothing speaks of the intermediates is not a word against it.
  return primary.detail.role === "leaf" ? unknown(primary.detail.reason) : good;
}

function ocspUrl(leaf: Certificate): string | undefined {
  const access = leaf.extensions.value("authorityInfoAccess") ?? [];
  for (const { method, location } of access)
    if (method === "1.3.6.1.5.5.7.48.1" && location.kind === "uri") return location.value;
  return undefined;
}

function crlUrl(leaf: Certificate): string | undefined {
  for (const { name } of leaf.extensions.value("crlDistributionPoints") ?? []) {
    if (name?.kind !== "full") continue;
    for (const place of name.names)
      if (place.kind === "uri" && place.value.startsWith("http:")) return place.value;
  }
  return undefined;
}

/** RFC 6960 §4.1.1, with SHA-1 in the CertID, which is what responders know (RFC 5019 §2.1.1). */
function writeOcspRequest(leaf: Certificate, path: VerifiedPath): Uint8Array {
  const issuer = path.certificates[1] ?? path.anchor;
  const certId = writeSequence(
    writeSequence(writeOid("1.3.14.3.2.26"), writeNull()),
    writeOctetString(trustPorts.sha1(issuer.subject.der)),
    writeOctetString(trustPorts.sha1(issuer.spki.keyBytes)),
    writeInteger(Buffer.from(leaf.serial.length % 2 === 0 ? leaf.serial : `0${leaf.serial}`, "hex")),
  );
  return writeSequence(writeSequence(writeSequence(writeSequence(certId))));
}
