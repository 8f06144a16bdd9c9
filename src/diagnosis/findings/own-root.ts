/** Findings about a root of this client's that is out of its dates: the server's side is not the one to mend. */
import { adviseReplacing, ownValue, type Details } from "../../core/index.ts";
import type { Attempt } from "../../trust/index.ts";
import type { Evidence } from "../evidence.ts";
import type { FindingParts } from "../finding.ts";
import type { Ended, TrustSeen } from "../observation.ts";
import { adviseStore } from "./missing-issuer.ts";

interface Dates {
  readonly ended: Ended;
  /** What is known of the clocks. */
  readonly lines: readonly string[];
  /** Whether the clock is known not to be the cause. */
  readonly isExcluded: boolean;
}

/** `undefined`: what is out of its dates is the server's. */
export function explainOwnRoot(
  evidence: Evidence,
  { verdict }: TrustSeen,
  { ended: { code, detail, hint }, lines, isExcluded }: Dates,
): Partial<FindingParts> | undefined {
  const known = detail as Details["expired"];
  const ownRoot = ownValue(known, "ownRoot");
  if (ownRoot === undefined) return undefined;
  const { subject } = known;
  const tried = verdict?.trusted === false ? verdict.tried : [];
  const newer = tried.map(newerRoot(subject)).find((name) => name !== undefined);
  const isClock = code === "not-yet-valid" && !isExcluded;
  return {
    evidence: [
      `It is "${subject}", a root from ${ownRoot.place}: this client's own, not one that the server has to renew.`,
      ...(newer === undefined
        ? []
        : [
            `The server also sends "${newer}", issued by "${subject}": likely the CA's newer root, signed by the old one.`,
          ]),
      ...lines,
    ],
    client: isClock
      ? hint
      : (names) =>
          `${adviseReplacing({ subject, ownRoot }, names)}${newer === undefined ? "" : ` The current one is likely "${newer}", in the form that it signed itself.`}`,
    server: null,
    // Another store that has a root which would do says more.
    ...adviseStore(evidence),
  };
}

/** A CA certificate that the expired root issued and that issued another one: so a root stands that was signed across. */
function newerRoot(subject: string) {
  return ({ anchor, certificates, rejection }: Attempt): string | undefined =>
    anchor?.subject.display === subject && rejection.code === "expired" && certificates.length > 2
      ? certificates.at(-1)?.subject.display
      : undefined;
}
