/**
 * Whether a client's certificate can work with a server: what the server asked for (RFC 8446 §4.3.2, RFC 5246 §7.4.4)
 * against what the client would send (RFC 8446 §4.4.2).
 *
 * The server decides by itself, and by more than it says: what is found is told, and nothing is promised.
 */
import type { CertificateRequest, Hello, HelloVersion } from "../../core/index.ts";
import {
  type Certificate,
  equalNames,
  type Name,
  parseName,
  purposeOid,
  renderPurpose,
} from "../../x509/index.ts";
import { maxPathCertificates } from "../limits.ts";
import type { TrustPorts } from "../ports.ts";
import { type IdentityFinding, identitySeverities } from "./finding.ts";
import { certificateTypeOf, groupOf, signsWith } from "./schemes.ts";

export interface IdentityRequest {
  /** What the client has to send, in that order, its own first. */
  readonly certificates: readonly Certificate[];
  /** Whether nothing else is sent: of a PKCS#12 file the first alone may be known. */
  readonly isWhole: boolean;
  readonly at: number;
  /** Whether the key belongs to the first of them; `undefined` where no key is at hand. */
  readonly keyMatches: boolean | undefined;
  /** What the server asks; `undefined` where that is not known. */
  readonly asked: CertificateRequest | "not-asked" | undefined;
  /** The version in which it asked. */
  readonly version: HelloVersion | undefined;
  /** Who is to show it, where that is not the program itself. */
  readonly client: IdentityClient | undefined;
}

/** A client as far as it matters for its certificate. */
export interface IdentityClient extends Pick<Hello, "signatureAlgorithms" | "groups"> {
  readonly title: string;
  /** What of a file: every certificate, the first alone, or which releases send the first alone (`a Mongoose that is older than 7.23 likely`). */
  readonly sends:
    | { readonly kind: "all" }
    | { readonly kind: "first" }
    | { readonly kind: "newer"; readonly older: string };
}

/**
 * `not-asked`: it is not sent. `unusable`: it cannot be sent, or breaks a rule. `likely-refused`: servers as a rule refuse
 * it. `nothing-against`: as far as can be seen from outside.
 */
export type IdentityOutlook = "not-asked" | "unusable" | "likely-refused" | "nothing-against";

export interface IdentityVerdict {
  readonly outlook: IdentityOutlook;
  readonly findings: readonly IdentityFinding[];
  /** When the first certificate of its chain ends. */
  readonly untilAt: number;
}

/** Judges. `undefined` where there is no certificate. */
export function judgeIdentity(
  request: IdentityRequest,
  ports: Pick<TrustPorts, "verifySignature">,
): IdentityVerdict | undefined {
  const [own] = request.certificates;
  if (own === undefined) return undefined;
  const given = request.certificates.slice(0, maxPathCertificates.value);
  const whole = chainOf(given, ports);
  const isAlone = request.client?.sends.kind === "first";
  const sent = isAlone ? given.slice(0, 1) : given;
  const chain = isAlone ? chainOf(sent, ports) : whole;
  const findings = [
    ...judgeAsking(own, request),
    ...judgeOwn(own, request),
    ...chain.certificates.flatMap((certificate) => judgeEach(certificate, chain, request.at)),
    ...judgeOrder(chain, sent),
    ...judgeNames({ chain, whole, sent }, request),
  ];
  const dated = chain.certificates.filter((one) => one === own || one !== chain.root);
  const untilAt = Math.min(...dated.map(({ notAfterAt }) => notAfterAt));
  return { outlook: outlookOf(findings, request), findings, untilAt };
}

function outlookOf(findings: readonly IdentityFinding[], { asked }: IdentityRequest): IdentityOutlook {
  const severities = findings.map(({ code }) => identitySeverities[code]);
  if (severities.includes("error")) return "unusable";
  if (asked === "not-asked") return "not-asked";
  return severities.includes("warning") ? "likely-refused" : "nothing-against";
}

/** Whether its key can make a signature that the server takes. */
function judgeAsking(
  own: Certificate,
  { asked, version, client }: IdentityRequest,
): readonly IdentityFinding[] {
  const { key, text } = own.spki;
  const signs = signsWith(key, version);
  const findings: IdentityFinding[] = [];
  if (asked === "not-asked") findings.push({ code: "not-asked" });
  else if (asked !== undefined) {
    const { signatureAlgorithms, certificateTypes } = asked;
    const type = certificateTypeOf(key);
    if (signs !== undefined && signatureAlgorithms.length > 0 && !signatureAlgorithms.some(signs))
      findings.push({ code: "scheme-not-asked", key: text, asked: signatureAlgorithms });
    else if (type !== undefined && certificateTypes.length > 0 && !certificateTypes.includes(type))
      findings.push({ code: "type-not-asked", key: text, asked: certificateTypes });
  }
  if (client !== undefined && !offersKey(own, client, signs))
    findings.push({ code: "client-lacks-key", client: client.title, key: text });
  return findings;
}

/** A client signs with what it can also verify: libraries build both from one list. Without a list nothing is known. */
function offersKey(
  own: Certificate,
  { signatureAlgorithms, groups }: NonNullable<IdentityRequest["client"]>,
  signs: ((scheme: string) => boolean) | undefined,
): boolean {
  const group = groupOf(own.spki.key);
  if (group !== undefined && groups.length > 0 && !groups.includes(group)) return false;
  return signs === undefined || signatureAlgorithms.length === 0 || signatureAlgorithms.some(signs);
}

function judgeOwn(own: Certificate, { keyMatches }: IdentityRequest): readonly IdentityFinding[] {
  const findings: IdentityFinding[] = [];
  if (keyMatches === false) findings.push({ code: "key-mismatch" });
  const usages = own.extensions.value("keyUsage");
  if (usages !== undefined && !usages.includes("digitalSignature"))
    findings.push({ code: "cannot-sign", usages });
  if (own.extensions.value("basicConstraints")?.isCa === true) findings.push({ code: "ca-certificate" });
  return findings;
}

/** Dates and purposes, which count for every certificate on the way to the server's CA. */
function judgeEach(
  certificate: Certificate,
  { certificates: [own], root }: Chain,
  at: number,
): readonly IdentityFinding[] {
  const { notBeforeAt, notAfterAt, subject, extensions } = certificate;
  const isOwn = certificate === own;
  // RFC 5280 §6.1.1 (d): of a root its name and its key count.
  if (!isOwn && certificate === root) return [];
  const placed = { name: subject.display, role: isOwn ? "own" : "intermediate" } as const;
  const findings: IdentityFinding[] = [];
  if (at > notAfterAt) findings.push({ code: "expired", notAfterAt, ...placed });
  if (at < notBeforeAt) findings.push({ code: "not-yet-valid", notBeforeAt, ...placed });
  if (!isForClients(certificate)) {
    const purposes = (extensions.value("extendedKeyUsage") ?? []).map(renderPurpose);
    findings.push({ code: "not-for-clients", purposes, ...placed });
  }
  return findings;
}

/** Whether the extended key usage, if there is one, lets a certificate be a client's: RFC 5280 §4.2.1.12. */
function isForClients({ extensions }: Pick<Certificate, "extensions">): boolean {
  const purposes = extensions.value("extendedKeyUsage");
  return (
    purposes === undefined || purposes.includes(purposeOid.clientAuth) || purposes.includes(purposeOid.any)
  );
}

interface Chain {
  /** From the client's own to the last whose issuer is not there, or to a root. */
  readonly certificates: readonly Certificate[];
  /** One of the issuer's name that did not sign the last. */
  readonly namesake: Certificate | undefined;
  /** The last, where it is signed by its own key. */
  readonly root: Certificate | undefined;
}

/** Follows issuers from the first certificate on, whatever the order in which they stand. */
function chainOf(sent: readonly Certificate[], ports: Pick<TrustPorts, "verifySignature">): Chain {
  const certificates = sent.slice(0, 1);
  for (;;) {
    const last = certificates.at(-1);
    if (last === undefined) return { certificates, namesake: undefined, root: undefined };
    if (last.isSelfIssued && isSignedBy(last, last, ports))
      return { certificates, namesake: undefined, root: last };
    const namesakes = sent.filter(
      (other) => !certificates.includes(other) && equalNames(other.subject, last.issuer),
    );
    const issuer = namesakes.find((other) => isSignedBy(last, other, ports));
    if (issuer === undefined) return { certificates, namesake: namesakes[0], root: undefined };
    certificates.push(issuer);
  }
}

function isSignedBy(
  { signatureAlgorithm: algorithm, tbs: data, signature }: Certificate,
  { spki }: Certificate,
  { verifySignature }: Pick<TrustPorts, "verifySignature">,
): boolean {
  return verifySignature({ algorithm, spki: spki.der, key: spki.key, data, signature }) === true;
}

function judgeOrder(
  { certificates, namesake, root }: Chain,
  sent: readonly Certificate[],
): readonly IdentityFinding[] {
  const findings: IdentityFinding[] = [];
  const last = certificates.at(-1);
  if (last === undefined) return findings;
  const rest = sent.filter((one) => !certificates.includes(one));
  const gap = { name: last.subject.display, issuer: last.issuer.display };
  if (namesake !== undefined) findings.push({ code: "not-signed-by", ...gap });
  else if (rest.length > 0 && root === undefined) findings.push({ code: "missing-intermediate", ...gap });
  else if (rest.length > 0)
    findings.push({ code: "unrelated-certificate", names: rest.map(({ subject }) => subject.display) });
  const places = certificates.map((one) => sent.indexOf(one));
  if (places.some((place, i) => i > 0 && place < (places[i - 1] ?? 0)))
    findings.push({ code: "out-of-order" });
  if (certificates.length > 1 && root !== undefined)
    findings.push({ code: "root-sent", name: root.subject.display });
  return findings;
}

interface Chains {
  readonly chain: Chain;
  /** With what the client has and does not send. */
  readonly whole: Chain;
  readonly sent: readonly Certificate[];
}

/** RFC 8446 §4.2.4: a certificate should lead to one of the names. An empty list asks for any. */
function judgeNames(chains: Chains, { asked, isWhole, client }: IdentityRequest): readonly IdentityFinding[] {
  const { certificates, root } = chains.chain;
  const [own] = certificates;
  if (own === undefined) return [];
  const request = asked === "not-asked" ? undefined : asked;
  const names = request?.authorities.map(parseName) ?? [];
  const named = names.filter((name) => name !== undefined);
  // One that was not read may be the one.
  const isListed =
    isWhole && named.length > 0 && named.length === names.length && request?.authoritiesLeftOut === 0;
  const leads = ({ issuer }: Certificate): boolean => named.some((name) => equalNames(name, issuer));
  if (own === root) return [{ code: "self-signed", isNamed: leads(own) }];
  const kept = asked === "not-asked" || leads(own) ? [] : keptBack(chains, client);
  // What servers do not put in order themselves, they may find among all that came.
  const shown = [...certificates, ...chains.sent];
  if (request?.authorities.length === 0 && request.authoritiesLeftOut === 0) {
    const last = certificates.at(-1) ?? own;
    return [{ code: "issuers-untold", issuer: last.issuer.display }, ...kept];
  }
  if (!isListed || shown.some(leads)) return kept;
  const authorities = textsOf(named);
  const [first] = kept;
  if (client?.sends.kind === "first" && first !== undefined && chains.whole.certificates.some(leads))
    return [{ ...first, code: "chain-not-sent", authorities }];
  const alone = client?.sends.kind === "first" ? { alone: client.title } : {};
  const issuers = textsOf(shown.map(({ issuer }) => issuer));
  return [{ code: "issuer-not-named", issuers, authorities, ...alone }];
}

/** The intermediates of the file that the client, or releases of it, do not send. */
function keptBack(
  { whole }: Chains,
  client: IdentityClient | undefined,
): readonly Extract<IdentityFinding, { readonly code: "chain-kept-back" }>[] {
  const behind = whole.certificates.slice(1).filter((one) => one !== whole.root);
  if (client === undefined || client.sends.kind === "all" || behind.length === 0) return [];
  const who = client.sends.kind === "newer" ? client.sends.older : client.title;
  const issuers = behind.map(({ subject }) => subject.display);
  return [{ code: "chain-kept-back", client: who, issuers }];
}

function textsOf(names: readonly Name[]): readonly string[] {
  return [...new Set(names.map(({ text }) => text))];
}
