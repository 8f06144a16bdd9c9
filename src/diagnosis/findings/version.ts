/** Findings about the version of HTTP: the same request fares otherwise over the other one. */
import { bracketed, renderWords, type Words } from "../../core/index.ts";
import type { Evidence } from "../evidence.ts";
import { makeFinding, type DraftFinding, type FindingParts } from "../finding.ts";
import { explainVersion, isOfVersion, spokenIn, versionNames } from "../http-version.ts";
import type { AttemptSeen, Ended, HttpVersion, RequestGave } from "../observation.ts";
import type { Reduction, RequestResult } from "../reduction.ts";
import { resultsOf } from "../results.ts";
import { frontRemedy } from "./front-words.ts";
import { isSilentRefusal, reductionOf } from "./reduced.ts";
import { armSentence, bodySentences, chanceSentence, counts } from "./said.ts";
import { tlsWasWell } from "./well.ts";

export const askForHttp1: Words = ({ http1 }) => `Ask for HTTP/1.1${bracketed(http1)}.`;
export const askForHttp2: Words = ({ eitherHttp }) =>
  `Let the server choose${bracketed(eitherHttp)}: it takes HTTP/2.`;
export const askInPlain: Words = ({ http2InPlain }) => `Ask for HTTP/2${bracketed(http2InPlain)}.`;

function askFor(version: HttpVersion, { scheme }: AttemptSeen): Words {
  if (version === "http/1.1") return askForHttp1;
  return scheme === "http" ? askInPlain : askForHttp2;
}

type Turned = Extract<Reduction, { readonly kind: "turned" }>;

/** What the other version made of the request, and what to do then. */
interface VersionTurned extends Turned {
  readonly other: string;
  readonly client: Words;
}

/** Where the request is answered over the other version, and over the one that was spoken is not. */
export function turnedByVersion(evidence: Evidence, attempt: AttemptSeen): VersionTurned | undefined {
  const reduction = reductionOf(evidence, attempt);
  if (reduction.kind !== "turned") return undefined;
  const [change, ...others] = reduction.changes;
  if (change?.kind !== "version" || others.length > 0) return undefined;
  return { ...reduction, other: versionNames[change.version], client: askFor(change.version, attempt) };
}

/** A refusal over one version of HTTP of what is answered over the other. */
export function versionFinding(evidence: Evidence, attempt: AttemptSeen): DraftFinding | undefined {
  const turned = turnedByVersion(evidence, attempt);
  if (turned === undefined) return undefined;
  const { before, after, isConfirmed, other, client } = turned;
  const { answer } = attempt.exchange ?? {};
  const spoken = spokenIn(attempt);
  return makeFinding("protocol-refused", {
    certainty: after.length > 1 && isConfirmed ? "certain" : "likely",
    sentence: `${attempt.host} refuses the request over ${spoken} (${outcomeOf(before[0])}), and answers the same request over ${other} (${outcomeOf(after[0])}).`,
    evidence: [
      ...turnedSentences(turned, attempt),
      ...(answer === undefined ? [] : bodySentences(answer, evidence.question)),
      ...tlsWasWell(attempt),
    ],
    client,
    server: frontRemedy(answer),
  });
}

/** What the other version gave, for an exchange that came to no answer: what it adds to what ended that. */
export function overOtherVersion(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): Partial<FindingParts> & { readonly evidence: readonly string[] } {
  const turned = turnedByVersion(evidence, attempt);
  if (turned !== undefined)
    return {
      sentence: `${ended.sentence} Over ${turned.other} the same request is answered (${outcomeOf(turned.after[0])}).`,
      evidence: turnedSentences(turned, attempt, "ended in the same way"),
      client: isAskedTooMuch(ended) ? askLess(turned.client) : turned.client,
      // What a server speaks in plain is not its fault: the caller took it to speak the other.
      ...(attempt.scheme === "http" && ended.code.startsWith("http2-") ? { server: null } : {}),
    };
  const arm = versionArm(evidence);
  return { evidence: arm === undefined ? [] : [armSentence(arm)] };
}

/** RFC 9113 §7. */
function isAskedTooMuch({ detail }: Ended): boolean {
  return (detail as { readonly errorCode?: string }).errorCode === "ENHANCE_YOUR_CALM";
}

function askLess(client: Words): Words {
  return (names) =>
    `Send fewer requests at once: the server takes these for too much load. ${renderWords(client, names)}`;
}

function turnedSentences(
  { before, after, isConfirmed, other }: VersionTurned,
  attempt: AttemptSeen,
  how?: string,
): string[] {
  return [
    `Over ${spokenIn(attempt)}: ${counts(before)}. Over ${other}: ${counts(after)}.`,
    chanceSentence(isConfirmed, how),
    ...changedSentences(attempt),
  ];
}

/** What it was that was changed, and how the first came to be spoken. */
function changedSentences({ exchange, scheme, ended }: AttemptSeen): string[] {
  if (scheme === "http") return ["The fields were the same, and the version of HTTP alone was changed."];
  const lines = exchange === undefined ? [] : [`At first ${explainVersion(exchange.version)}.`];
  // What came was HTTP, and wrong: the handshake has no part in that.
  if (ended !== undefined && !isSilentRefusal(ended)) return lines;
  return [
    ...lines,
    "The fields were the same. What is offered by ALPN was changed, and with it the version of HTTP: which of the two it hangs on cannot be told apart.",
  ];
}

/** The request over the other version, where it was made. */
export function versionArm(evidence: Evidence): RequestResult | undefined {
  return resultsOf(evidence, "request").find(
    ({ experiment, gave }) => gave !== undefined && isOfVersion(experiment.changes),
  );
}

function outcomeOf(gave: RequestGave | undefined): string {
  return String(gave?.status ?? gave?.ended?.code ?? "no answer");
}
