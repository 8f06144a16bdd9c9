/** Whose clock is right: this machine's against the Date of an answer. */
import { renderInstant, renderSpan } from "../../core/index.ts";
import { parseHttpDate } from "../../http1/index.ts";
import { makeFinding, type DraftFinding } from "../finding.ts";
import { clockCauseMs } from "../limits.ts";
import type { Evidence } from "../evidence.ts";
import type { AnswerSeen, Ended, TrustSeen } from "../observation.ts";
import { judgementWith, resultsOf } from "../results.ts";

export interface ServerClock {
  /** By the Date of the answer. */
  readonly at: number;
  /** How far this machine is ahead of it; behind when negative. */
  readonly skewMs: number;
  /** Whether the answer came over a connection that was verified. */
  readonly isVerified: boolean;
}

/** The server's clock, by the main answer or by that of the unverified attempt. */
export function serverClock(evidence: Evidence): ServerClock | undefined {
  const main = evidence.attempts.at(-1)?.exchange?.answer;
  if (main !== undefined) return clockOf(main, evidence, true);
  const unverified = resultsOf(evidence, "unverified").find(({ gave }) => gave !== undefined)?.gave;
  const answer = unverified?.exchange?.answer;
  return answer === undefined ? undefined : clockOf(answer, evidence, false);
}

function clockOf(answer: AnswerSeen, { local }: Evidence, isVerified: boolean): ServerClock | undefined {
  const date = answer.fields.find(([name]) => name.toLowerCase() === "date")?.[1];
  const at = date === undefined ? undefined : parseHttpDate(date, local.at);
  if (at === undefined) return undefined;
  // A Date has whole seconds; what is within them is no difference.
  const difference = answer.receivedAt - at;
  return { at, skewMs: Math.abs(difference) < 2_000 ? 0 : difference, isVerified };
}

/** The clock as the cause of a refusal for dates. */
export function clockFindings(
  evidence: Evidence,
  trust: TrustSeen,
  { code }: Ended,
): readonly DraftFinding[] {
  if (code !== "expired" && code !== "not-yet-valid") return [];
  const clock = serverClock(evidence);
  if (clock === undefined || Math.abs(clock.skewMs) < clockCauseMs.value) return [];
  const judged = judgementWith(evidence, ({ kind }) => kind === "clock");
  if (judged?.trusted !== true) return [];
  const way = clock.skewMs > 0 ? "ahead of" : "behind";
  return [
    makeFinding("clock-wrong", {
      certainty: "likely",
      sentence: `This machine's clock (${renderInstant(evidence.local.at)}) is ${renderSpan(Math.abs(clock.skewMs))} ${way} the server's; by the server's clock the certificate of ${trust.name} is valid.`,
      evidence: [
        `The server's Date was ${renderInstant(clock.at)}.`,
        "Judged at that moment, the chain is verified.",
        "That Date came over a connection that was not verified, so it is a hint and no proof.",
      ],
    }),
  ];
}
