/** A verdict in sentences: who vouched for whom and where the root came from, or what stopped each path. */
import { libraryNames, renderHint, renderInstant, renderSentence, type SettingNames } from "../core/index.ts";
import type { Certificate } from "../x509/index.ts";
import { renderAnchorSource, type TrustAnchor } from "./anchor.ts";
import { isAnchorItself, wholePath } from "./path.ts";
import type { Rejection } from "./rejection.ts";
import type { Attempt, MissingIssuer, Verdict, VerifiedPath } from "./verdict.ts";

/** How a verdict is told. */
export interface Telling {
  /** What the reader calls the settings; the library's names when left out. */
  readonly names?: SettingNames;
  /** The next step, where the reader has a better one than the catalogue. */
  readonly hint?: string;
}

/** The verdict as sentences, one a line, the most important first. */
export function explainVerdict(verdict: Verdict, telling: Telling = {}): string {
  return sentencesOf(verdict, telling).join("\n");
}

function sentencesOf(verdict: Verdict, { names = libraryNames, hint }: Telling): readonly string[] {
  if (verdict.trusted) return explainPath(verdict.path);
  const { primary, tried, omitted, needs } = verdict;
  const sentences = [explainRejection(primary), hint ?? renderHint(primary, names)];
  for (const attempt of tried)
    if (tried.length > 1 || attempt.others.length > 0) sentences.push(explainAttempt(attempt));
  if (omitted > 0)
    sentences.push(`${omitted} more ${omitted === 1 ? "path was" : "paths were"} tried and failed.`);
  for (const need of needs) sentences.push(explainNeed(need));
  return sentences;
}

/** A rejection as one sentence. */
export function explainRejection(rejection: Rejection): string {
  return renderSentence(rejection);
}

function explainPath({
  certificates,
  anchor,
  names,
  at,
  profile,
  revocation,
}: VerifiedPath): readonly string[] {
  const sentences: string[] = [];
  // Nobody vouches for what is trusted itself.
  for (const { subject, issuer } of isAnchorItself(certificates, anchor) ? [] : certificates)
    sentences.push(`${nameOf(subject.display)} was vouched for by ${nameOf(issuer.display)}.`);
  sentences.push(
    `${nameOf(anchor.subject.display)} is trusted: it stands in ${renderAnchorSource(anchor.source)}.`,
  );
  const compared = names.map(({ value }) => value).join(", ");
  sentences.push(compared === "" ? "No name was compared." : `The certificate is for ${compared}.`);
  const ends = Math.min(...wholePath({ certificates, anchor }).map(({ notAfterAt }) => notAfterAt));
  sentences.push(
    `All of it holds at ${renderInstant(at)}, under profile ${profile}, and until ${renderInstant(ends)}.`,
  );
  const unchecked = revocation.filter((source) => source === "not-checked").length;
  if (unchecked > 0)
    sentences.push(`Revocation was not checked for ${unchecked} of ${revocation.length} certificates.`);
  return sentences;
}

function explainAttempt({ certificates, anchor, rejection, others }: Attempt): string {
  const reasons = [rejection, ...others].map(explainRejection).join(" ");
  return `Path ${renderPath(certificates, anchor)}: ${reasons}`;
}

function renderPath(certificates: readonly Certificate[], anchor: TrustAnchor | undefined): string {
  const steps = certificates.map(({ subject }) => nameOf(subject.display));
  if (anchor !== undefined) steps.push(`${nameOf(anchor.subject.display)} (trusted)`);
  return steps.join(" <- ");
}

function explainNeed({ issuer, urls }: MissingIssuer): string {
  const where = urls.length === 0 ? "" : `; it is published at ${urls.join(", ")}`;
  return `Needed is the certificate of ${issuer}${where}.`;
}

function nameOf(display: string): string {
  return display === "" ? "(a certificate without a name)" : display;
}
