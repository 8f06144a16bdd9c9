/**
 * Whether a server is likely to take the client's certificate, in one sentence: what the judge of `trust` has to say of it,
 * as far as the server's request for one shows.
 */
import { type ClientCertificate, trustPorts } from "../../admission/index.ts";
import type { CertificateRequest, HelloVersion } from "../../core/index.ts";
import {
  explainIdentity,
  type IdentityFinding,
  identitySeverities,
  judgeIdentity,
} from "../../trust/index.ts";
import { type Certificate, type Name, parseName, readCertificateFile } from "../../x509/index.ts";
import { renderDay } from "./dates.ts";

const mostNamed = 3;

export interface Asking {
  /** The host and port that asks. */
  readonly authority: string;
  readonly asked: CertificateRequest;
  readonly version: HelloVersion | undefined;
}

/** That a certificate is asked for and, where one is given, whether it can be the one. */
export function explainAsked(
  { authority, asked, version }: Asking,
  shown: ClientCertificate | undefined,
  at: number,
): string {
  const names = asked.authorities.map(parseName);
  const asks = `${authority} asks its clients for a certificate${renderIssuers(names.filter((name) => name !== undefined))}`;
  if (shown === undefined)
    return `${asks}, and none was given (--cert). Its own came with the handshake all the same.`;
  const chain = chainOf(shown);
  const [own] = chain;
  const usual = { isWhole: true, keyMatches: true, client: undefined } as const;
  const verdict = judgeIdentity({ ...usual, certificates: chain, at, asked, version }, trustPorts);
  // What a PKCS #12 file holds is behind its passphrase.
  if (own === undefined || verdict === undefined)
    return `${asks}. Whether it takes the one that was given was not looked at.`;
  const faults = verdict.findings
    .filter(({ code }) => identitySeverities[code] !== "note")
    .map((finding) => clauseOf(finding, chain));
  const subject = own.subject.display || "the one that was given";
  if (faults.length > 0) return `${asks}, and likely does not take ${subject}: ${faults.join("; ")}.`;
  const isSeen =
    names.length > 0 && names.every((name) => name !== undefined) && asked.authoritiesLeftOut === 0;
  const issued = isSeen ? "was issued under what it names, " : "";
  return `${asks}; ${subject} ${issued}is for clients, and is valid until ${renderDay(own.notAfterAt)}.`;
}

function renderIssuers(names: readonly Name[]): string {
  if (names.length === 0) return "";
  const more = names.length - mostNamed;
  const shown = names.slice(0, mostNamed).map(({ display }) => display || "a CA without a name");
  return ` from ${more > 0 ? `${shown.join(", ")} or ${more} more` : shown.join(" or ")}`;
}

/** Its own first, then what is sent along with it. */
function chainOf(shown: ClientCertificate): readonly Certificate[] {
  if (!("cert" in shown)) return [];
  const content = typeof shown.cert === "string" ? Buffer.from(shown.cert) : shown.cert;
  return readCertificateFile(content).certificates.map(({ certificate }) => certificate);
}

/** The days, and the names that stand in the sentence already, shorter than they are said alone. */
function clauseOf(finding: IdentityFinding, chain: readonly Certificate[]): string {
  const short = shortClauseOf(finding, chain);
  if (short !== undefined) return short;
  const sentence = explainIdentity(finding);
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, "")}`;
}

function shortClauseOf(finding: IdentityFinding, chain: readonly Certificate[]): string | undefined {
  if ("role" in finding && finding.role !== "own") return undefined;
  if (finding.code === "expired") return `it expired on ${renderDay(finding.notAfterAt)}`;
  if (finding.code === "not-yet-valid") return `it is valid from ${renderDay(finding.notBeforeAt)} only`;
  if (finding.code === "not-for-clients") return "its extended key usage does not have clientAuth";
  if (finding.code === "cannot-sign") return "its key usage does not have digitalSignature";
  if (finding.code !== "issuer-not-named") return undefined;
  const along = chain.length > 1 ? "and neither is that of what is sent along" : "and nothing is sent along";
  return `its issuer ${chain[0]?.issuer.display || "without a name"} is not among those, ${along}`;
}
