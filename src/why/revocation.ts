/**
 * Asks the CA whether a certificate was revoked, at the URLs that stand in the certificate: OCSP (RFC 6960), and the
 * CRL where that says nothing. What comes back is believed only as far as the engine finds its signature in order.
 */
import type { RevocationAnswer, TrustSeen } from "../diagnosis/index.ts";
import { writeInteger, writeNull, writeOctetString, writeOid, writeSequence } from "../der/index.ts";
import type { VerifiedPath } from "../trust/index.ts";
import { parseCrl, parseOcspResponse, parsePem, type Certificate } from "../x509/index.ts";
import { trustPorts, type TrustPolicy } from "../admission/index.ts";
import { fetchPlain } from "./fetch-plain.ts";
import { judge } from "./judge.ts";

export interface RevocationQuestion {
  readonly trust: TrustSeen;
  readonly policy: TrustPolicy;
  /** The address of the server that shows the certificate. */
  readonly namedBy: string | undefined;
  readonly signal: AbortSignal;
}

/** What the CA says of the leaf; empty where the certificate names no place to ask. Never rejects. */
export async function askRevocation(question: RevocationQuestion): Promise<readonly RevocationAnswer[]> {
  const { verdict } = question.trust;
  if (verdict?.trusted !== true) return [];
  const [leaf] = verdict.path.certificates;
  if (leaf === undefined) return [];
  const ocsp = ocspUrl(leaf);
  const answers: RevocationAnswer[] = [];
  if (ocsp !== undefined) answers.push(await askResponder(question, ocsp, { leaf, path: verdict.path }));
  const crl = crlUrl(leaf);
  if (crl !== undefined && answers.every(({ says }) => says === "unknown"))
    answers.push(await askList(question, crl));
  return answers;
}

interface Issued {
  readonly leaf: Certificate;
  readonly path: VerifiedPath;
}

async function askResponder(
  { trust, policy, namedBy, signal }: RevocationQuestion,
  url: string,
  issued: Issued,
): Promise<RevocationAnswer> {
  const bytes = writeOcspRequest(issued);
  const type = "application/ocsp-request";
  const fetched = await fetchPlain({ url, namedBy, signal, body: { bytes, type } });
  const unknown = (reason: string): RevocationAnswer => ({
    source: "OCSP",
    url,
    says: "unknown",
    reason,
    rejection: undefined,
  });
  if (!fetched.ok) return unknown(fetched.reason);
  const parsed = parseOcspResponse(fetched.bytes);
  if (!parsed.ok) return unknown(`the response is damaged (${parsed.malformation.reason})`);
  const verdict = judge(trust, policy, { ocsp: parsed.response });
  if (verdict.trusted)
    return { source: "OCSP", url, says: "good", reason: "it is good", rejection: undefined };
  const { primary } = verdict;
  if (primary.code === "revoked")
    return { source: "OCSP", url, says: "revoked", reason: primary.detail.reason, rejection: primary };
  return unknown(primary.code === "revocation-unknown" ? primary.detail.reason : primary.code);
}

async function askList(
  { trust, policy, namedBy, signal }: RevocationQuestion,
  url: string,
): Promise<RevocationAnswer> {
  const answer = (says: RevocationAnswer["says"], reason: string): RevocationAnswer => ({
    source: "CRL",
    url,
    says,
    reason,
    rejection: undefined,
  });
  const fetched = await fetchPlain({ url, namedBy, signal });
  if (!fetched.ok) return answer("unknown", fetched.reason);
  const der = fetched.bytes[0] === 0x30 ? fetched.bytes : parsePem(fetched.bytes).blocks[0]?.bytes;
  const parsed = der === undefined ? undefined : parseCrl(der);
  if (parsed === undefined) return answer("unknown", "it is not a CRL");
  if (!parsed.ok) return answer("unknown", `the list is damaged (${parsed.malformation.reason})`);
  const verdict = judge(trust, policy, { crls: [parsed.crl] });
  if (verdict.trusted) return answer("good", "it is not on the list");
  const { primary } = verdict;
  if (primary.code === "revoked") return { ...answer("revoked", primary.detail.reason), rejection: primary };
  if (primary.code !== "revocation-unknown") return answer("unknown", primary.code);
  // The list is the leaf's; that none was given for the intermediates is not a word against the leaf.
  return primary.detail.role === "leaf"
    ? answer("unknown", primary.detail.reason)
    : answer("good", "it is not on the list");
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
function writeOcspRequest({ leaf, path }: Issued): Uint8Array {
  const issuer = path.certificates[1] ?? path.anchor;
  const certId = writeSequence(
    writeSequence(writeOid("1.3.14.3.2.26"), writeNull()),
    writeOctetString(trustPorts.sha1(issuer.subject.der)),
    writeOctetString(trustPorts.sha1(issuer.spki.keyBytes)),
    writeInteger(Buffer.from(leaf.serial.length % 2 === 0 ? leaf.serial : `0${leaf.serial}`, "hex")),
  );
  return writeSequence(writeSequence(writeSequence(writeSequence(certId))));
}
