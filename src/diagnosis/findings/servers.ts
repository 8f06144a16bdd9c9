/** Servers behind one name that differ: the chains of all connections of a diagnosis, held against each other. */
import { makeFinding, type DraftFinding } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, TrustSeen } from "../observation.ts";
import { resultsOf } from "../results.ts";

/** One connection whose server showed a chain that was judged. */
interface Meeting {
  readonly where: string;
  readonly trusted: boolean;
  readonly code: string | undefined;
  readonly leaf: string | undefined;
  /** `false` where it came to no chain. */
  readonly isMet?: boolean;
}

export function serverFindings(evidence: Evidence, attempt: AttemptSeen): readonly DraftFinding[] {
  const meetings = meetingsOf(evidence, attempt);
  const trusted = meetings.filter((meeting) => meeting.trusted);
  const refused = meetings.filter((meeting) => !meeting.trusted);
  if (trusted.length === 0 || refused.length === 0) return [];
  const codes = [...new Set(refused.map(({ code }) => code ?? "refused"))].join(", ");
  // What this diagnosis did not wait for may have come later.
  const isSeen = refused.some(({ code }) => code?.endsWith("-timeout") !== true);
  return [
    makeFinding("servers-differ", {
      certainty: isSeen ? "certain" : "likely",
      sentence: `Servers behind ${attempt.host} ${isSeen ? "" : "likely "}differ: of ${meetings.length} connections ${trusted.length} met a chain that is trusted, and ${refused.length} did not (${codes}).`,
      evidence: meetings.map(describeMeeting),
    }),
  ];
}

function describeMeeting({ where, trusted, code, leaf, isMet = true }: Meeting): string {
  const which = leaf === undefined ? "" : `, the certificate with the SHA-256 ${leaf.slice(0, 16)}...`;
  return `${where}: ${trusted ? "trusted" : `${isMet ? "refused as " : ""}${code ?? "not trusted"}`}${which}.`;
}

function meetingsOf(evidence: Evidence, attempt: AttemptSeen): readonly Meeting[] {
  const address = attempt.reach?.proxy === undefined ? attempt.reach?.connected : undefined;
  const at = address === undefined ? "" : ` (${address})`;
  const { trust, ended, tls } = attempt;
  const meetings: Meeting[] = [];
  if (trust !== undefined) meetings.push(...byVerdict(`The first connection${at}`, trust));
  else if (tls !== undefined && ended !== undefined)
    meetings.push(failed(`The first connection${at}`, ended.code));
  else return [];
  for (const { gave } of resultsOf(evidence, "unverified"))
    if (gave?.trust !== undefined)
      meetings.push(...byVerdict(`The connection that verifies nothing${at}`, gave.trust));
  for (const { experiment, gave } of resultsOf(evidence, "reach")) {
    const where = `A connection to ${experiment.address}`;
    const { leaf, trusted, ended } = gave?.met ?? {};
    if (trusted !== undefined) meetings.push({ where, trusted, code: ended?.code, leaf });
    // Without its certificate a client may well be refused; and what was not waited for is a note.
    else if (ended?.stage === "tls" && evidence.question.hasClientCertificate !== true)
      meetings.push(failed(where, ended.code));
  }
  // Requests go over connections that were admitted; what keeps one from being so is its server's chain.
  for (const { gave = [] } of resultsOf(evidence, "request"))
    for (const { ended } of gave)
      if (ended?.stage === "trust")
        meetings.push({
          where: `A later connection${at}`,
          trusted: false,
          code: ended.code,
          leaf: undefined,
        });
  return meetings;
}

function failed(where: string, code: string): Meeting {
  return { where, trusted: false, code, leaf: undefined, isMet: false };
}

/** By the engine's verdict: pins and OpenSSL's say are not a matter of which server it is. */
function byVerdict(where: string, { verdict, chain }: TrustSeen): readonly Meeting[] {
  if (verdict === undefined) return [];
  const code = verdict.trusted ? undefined : verdict.primary.code;
  return [{ where, trusted: verdict.trusted, code, leaf: chain[0]?.fingerprint }];
}
