/** A site that answered, and did not the next time, though nothing was changed that could be why. */
import { makeFinding, type DraftFinding } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import { isOfVersion } from "../http-version.ts";
import type { AttemptSeen, RequestGave } from "../observation.ts";
import { isAboutLoad } from "../reduction.ts";
import { resultsOf } from "../results.ts";
import { counts } from "./said.ts";
import { tlsWasWell } from "./well.ts";

export function describeUnsteady(answers: readonly RequestGave[], attempt: AttemptSeen): DraftFinding {
  return makeFinding("unsteady-answer", {
    certainty: "certain",
    sentence: `${attempt.host} answers the same request differently from one time to the next: ${counts(answers)}.`,
    evidence: [
      "Nothing was changed between these requests, so no field of the request is the cause.",
      ...new Set(answers.flatMap(({ ended }) => ended?.sentence ?? [])),
      ...tlsWasWell(attempt),
    ],
  });
}

/** After an answer that was well: the same request refused, or a connection that did not come about. */
export function unsteadyFindings(evidence: Evidence, attempt: AttemptSeen): readonly DraftFinding[] {
  const status = attempt.exchange?.answer?.status;
  if (status === undefined || status >= 400) return [];
  // Another version of HTTP is another matter.
  const requests = resultsOf(evidence, "request").filter(
    ({ experiment }) => !isOfVersion(experiment.changes),
  );
  const repeats = requests
    .filter(({ experiment }) => experiment.changes.length === 0)
    .flatMap(({ gave = [] }) => gave);
  if (repeats.some(isRefusal)) return [describeUnsteady([{ status, ended: undefined }, ...repeats], attempt)];
  const torn = requests.find(({ gave = [] }) => gave.some(isRefusal) && gave.some(isAnswer));
  if (torn?.gave !== undefined) return [describeUnsteady(torn.gave, attempt)];
  const lost = requests.flatMap(({ gave = [] }) => gave).find(({ ended }) => isLostConnection(ended?.stage));
  if (lost?.ended === undefined) return [];
  return [
    makeFinding("unsteady-answer", {
      certainty: "certain",
      sentence: `${attempt.host} answered ${status}, and a later connection to it failed. ${lost.ended.sentence}`,
      evidence: ["That connection ended before a request was sent, so no field of a request is the cause."],
    }),
  ];
}

/** Whether a request was refused by itself: not for load, and not by a deadline of this diagnosis's own. */
function isRefusal(gave: RequestGave): boolean {
  const { status, ended, isPassing } = gave;
  if (isPassing === true) return false;
  if (status !== undefined) return status >= 400 && !isAboutLoad(gave);
  return ended?.stage === "http" || ended?.stage === "body";
}

function isAnswer({ status }: RequestGave): boolean {
  return status !== undefined && status < 400;
}

function isLostConnection(stage: string | undefined): boolean {
  return stage === "tcp" || stage === "tls";
}
