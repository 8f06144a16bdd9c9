/**
 * Whether a server is likely to take the client's certificate, in one sentence: what the judge of `trust` has to say of it,
 * as far as the server's request for one shows.
 */
import { certificatesOf, type ClientCertificate, trustPorts } from "../../../admission/index.ts";
import type { CertificateRequest, HelloVersion } from "../../../core/index.ts";
import { type DeviceProfile, identityClientOf } from "../../../device/index.ts";
import {
  adviseIdentities,
  clauseOfIdentity,
  explainIdentity,
  type IdentityFinding,
  identitySeverities,
  judgeIdentity,
} from "../../../trust/index.ts";
import { type Certificate, type Name, parseName } from "../../../x509/index.ts";
import { renderDay } from "../dates.ts";

const mostNamed = 3;

export interface Asking {
  /** The host and port that asks. */
  readonly authority: string;
  readonly asked: CertificateRequest;
  readonly version: HelloVersion | undefined;
}

/** Who is asked. */
interface Asker {
  readonly chain: GivenIdentity | undefined;
  readonly profile: DeviceProfile | undefined;
  readonly at: number;
  /** Where a certificate is named. */
  readonly setting?: string;
}

/** The client certificate that was given; its own first, and none where that is not known (PKCS#12). */
export type GivenIdentity = readonly Certificate[];

/** Of what was given to be shown. */
export function givenBy(shown: ClientCertificate | undefined): GivenIdentity | undefined {
  return shown === undefined ? undefined : certificatesOf(shown);
}

/** That a certificate is asked for and, where one is given, whether it can be the one, for the device if there is one. */
export function explainAsked(
  { authority, asked, version }: Asking,
  { chain, profile, at, setting = "--cert" }: Asker,
): string {
  const names = asked.authorities.map(parseName);
  const asks = `${authority} asks its clients for a certificate${renderIssuers(names.filter((name) => name !== undefined))}`;
  if (chain === undefined)
    return `${asks}, and none was given (${setting}). Its own came with the handshake all the same.`;
  const [own] = chain;
  const client = profile && identityClientOf(profile);
  const usual = { isWhole: true, keyMatches: undefined, client } as const;
  const verdict = judgeIdentity({ ...usual, certificates: chain, at, asked, version }, trustPorts);
  // What a PKCS #12 file holds is behind its passphrase.
  if (own === undefined || verdict === undefined)
    return `${asks}. Whether it takes the one that was given was not looked at.`;
  const kept = verdict.findings.filter(({ code }) => code === "chain-kept-back").map(explainIdentity);
  const against = verdict.findings.filter(({ code }) => identitySeverities[code] !== "note");
  const faults = against.map((finding) => clauseOf(finding, chain));
  const subject = own.subject.display || "the one that was given";
  if (faults.length > 0)
    return [
      `${asks}, and likely does not take ${subject}: ${faults.join("; ")}.`,
      ...adviseIdentities(against),
      ...kept,
    ].join(" ");
  const isSeen =
    names.length > 0 && names.every((name) => name !== undefined) && asked.authoritiesLeftOut === 0;
  const issued = isSeen ? "was issued under what it names, " : "";
  const well = `${asks}; ${subject} ${issued}is for clients, and is valid until ${renderDay(own.notAfterAt)}.`;
  return [well, ...kept].join(" ");
}

function renderIssuers(names: readonly Name[]): string {
  if (names.length === 0) return "";
  const more = names.length - mostNamed;
  const shown = names.slice(0, mostNamed).map(({ display }) => display || "a CA without a name");
  return ` from ${more > 0 ? `${shown.join(", ")} or ${more} more` : shown.join(" or ")}`;
}

/** As elsewhere, but for the names, which stand in the sentence already. */
function clauseOf(finding: IdentityFinding, chain: readonly Certificate[]): string {
  if (finding.code !== "issuer-not-named") return clauseOfIdentity(finding);
  const along = chain.length > 1 ? "and neither is that of what is sent along" : "and nothing is sent along";
  return `its issuer ${chain[0]?.issuer.display || "without a name"} is not among those, ${along}`;
}
