/** Findings about this machine: settings that have no effect, or too much of it. */
import { bracketed } from "../../core/index.ts";
import { makeFinding, type DraftFinding } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import { judgementWith } from "../results.ts";

export function localFindings(evidence: Evidence, isRefused: boolean): readonly DraftFinding[] {
  const findings: DraftFinding[] = [];
  const { local } = evidence;
  const { extraRoots } = local;
  const wouldHelp = judgementWith(
    evidence,
    (change) => change.kind === "store" && change.store === "NODE_EXTRA_CA_CERTS",
  );
  // A setting without effect is not a fault of a site that verified; it is then a note.
  const isMissed =
    extraRoots?.state === "unusable" || (extraRoots?.state === "overridden" && wouldHelp?.trusted === true);
  if (isRefused && extraRoots !== undefined && isMissed)
    findings.push(
      makeFinding("setting-without-effect", {
        certainty: "certain",
        sentence: `NODE_EXTRA_CA_CERTS names ${extraRoots.file} and has no effect: ${extraRoots.state === "unusable" ? extraRoots.ended.sentence : "other roots were given, and those are the only ones then."}`,
        evidence: ["The variable was read from the environment, and the file was tried."],
        client:
          extraRoots.state === "overridden"
            ? ({ root }) => `Give all roots in one place${bracketed(root)}; it takes several.`
            : "Correct the path (an absolute one) or the file.",
      }),
    );
  if (isRefused && local.verificationDisabled)
    findings.push(
      makeFinding("verification-disabled", {
        certainty: "certain",
        sentence:
          "NODE_TLS_REJECT_UNAUTHORIZED=0 is set: Node's own clients would connect here without a word. It has no effect on Meerkat.",
        evidence: ["The variable was read from the environment."],
      }),
    );
  return findings;
}

/** The same facts as notes, for a site that is well. */
export function localNotes({ local }: Evidence): string[] {
  const { extraRoots, verificationDisabled } = local;
  return [
    ...(verificationDisabled
      ? ["NODE_TLS_REJECT_UNAUTHORIZED=0 is set. Meerkat verifies all the same; Node's own clients do not."]
      : []),
    ...(extraRoots?.state === "unusable"
      ? [`NODE_EXTRA_CA_CERTS has no effect: ${extraRoots.ended.sentence}`]
      : []),
  ];
}
