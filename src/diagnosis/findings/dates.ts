/** Findings about certificates out of their time: whose clock is right, and who has to act. */
import { renderSpan, type CertificateRole } from "../../core/index.ts";
import type { Evidence } from "../evidence.ts";
import type { FindingParts } from "../finding.ts";
import type { AttemptSeen, TrustSeen } from "../observation.ts";
import { serverClock, type ServerClock } from "./clock.ts";
import { explainOwnRoot } from "./own-root.ts";

/** Less is within what a Date and a slow answer differ by. */
const agreementMs = 60_000;

export function explainDates(
  evidence: Evidence,
  { ended }: AttemptSeen,
  trust: TrustSeen,
): Partial<FindingParts> {
  const { role } = (ended?.detail ?? {}) as { readonly role?: CertificateRole };
  const clock = serverClock(evidence);
  const isExpired = ended?.code === "expired";
  const isExcluded = clock !== undefined && !couldCause(clock, isExpired);
  const lines = [
    clock === undefined
      ? "The server's own clock is not known: no answer with a Date came."
      : `This machine's clock and the server's Date differ by ${renderSpan(Math.abs(clock.skewMs))}: ${isExcluded ? "the clock is not the cause" : "see whether the clock is right"}.`,
  ];
  const ofOwnRoot = ended && explainOwnRoot(evidence, trust, { ended, lines, isExcluded });
  if (ofOwnRoot !== undefined) return ofOwnRoot;
  const isIntermediate = role === "intermediate";
  return {
    evidence: lines,
    ...(isExcluded
      ? {
          client: `None that is safe: ${isExpired ? "the server" : "the server's operator"} has to ${whatToDo(isExpired, isIntermediate)}.`,
        }
      : {}),
    ...(isIntermediate
      ? {
          server: "Send the current intermediate: the CA publishes it, and renewing usually brings it along.",
        }
      : {}),
  };
}

function whatToDo(isExpired: boolean, isIntermediate: boolean): string {
  if (isIntermediate) return "send the current intermediate";
  return isExpired ? "show a renewed certificate" : "use one whose validity has begun, or wait until it has";
}

/** Whether it is off by enough, and in the direction in which it would make a certificate that is in order look so. */
function couldCause({ skewMs }: ServerClock, isExpired: boolean): boolean {
  return isExpired ? skewMs >= agreementMs : skewMs <= -agreementMs;
}
