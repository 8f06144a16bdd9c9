/**
 * A root programme's date for the root that the path relies on. An ordinary client goes on, and browsers of the programme do
 * not: so it is said before anybody else says it. What follows from a schedule alone is likely, and never more than a notice.
 */
import { anchorEnds, type End, programmeDatesSource } from "../../bundle/index.ts";
import { renderSpan } from "../../core/index.ts";
import type { Concern, Severity } from "../alert.ts";
import { rank } from "../alerts.ts";
import type { ShownFact } from "../history.ts";
import type { Situation } from "../situation.ts";
import type { Rule } from "./rule.ts";
import { sayDay, saySeen, sayWhen } from "./wording.ts";

export const programmeDate: Rule = {
  title: "A root programme's date is near or was reached",
  authority:
    "Mozilla Root Store Policy §7.4 with its transition schedule, and the distrust-after dates of NSS (certdata.txt).",
  check(situation) {
    const byRoot = new Map<string, ShownFact[]>();
    for (const fact of situation.seen) {
      const { verdict } = fact.value;
      if (!verdict.trusted || verdict.root === undefined) continue;
      byRoot.set(verdict.root, [...(byRoot.get(verdict.root) ?? []), fact]);
    }
    return [...byRoot].flatMap(([root, facts]) => {
      const [worst] = datesOf(root, facts, situation).toSorted(
        (a, b) => rank(b.severity) - rank(a.severity) || a.end.at - b.end.at,
      );
      return worst === undefined ? [] : [explain(root, worst, situation)];
    });
  },
};

interface Dated {
  readonly end: ProgrammeEnd;
  readonly severity: Severity;
  readonly facts: readonly ShownFact[];
}

/** An end that a programme sets, and not a certificate's notAfter. */
interface ProgrammeEnd {
  readonly at: number;
  readonly kind: "named" | "removed" | "schedule" | "distrusted-after";
}

function datesOf(root: string, facts: readonly ShownFact[], situation: Situation): readonly Dated[] {
  const { knownRoots, isPublic, settings } = situation;
  const certificate = knownRoots.get(root);
  if (certificate === undefined) return [];
  return anchorEnds({ certificate, fingerprint: root, isPublic: isPublic(root) })
    .flatMap(programmeEndOf)
    .filter(({ kind }) => kind !== "schedule" || settings.likely)
    .flatMap((end) => {
      const late = facts.filter(({ value }) => value.leaf.notBeforeAt > end.at);
      const concerned = end.kind === "distrusted-after" && late.length > 0 ? late : facts;
      const severity = severityOf(end, late.length > 0, situation);
      return severity === undefined ? [] : [{ end, severity, facts: concerned }];
    });
}

function programmeEndOf({ at, reason }: End): readonly ProgrammeEnd[] {
  switch (reason.kind) {
    case "not-after":
    case "cross-sign":
      return [];
    case "retired":
      return [{ at, kind: reason.basis }];
    case "distrusted-after":
      return [{ at, kind: "distrusted-after" }];
  }
}

function severityOf(
  { at, kind }: ProgrammeEnd,
  isIssuedLater: boolean,
  { now, settings: { bundleLeadMs } }: Situation,
): Severity | undefined {
  const left = at - now;
  if (left >= bundleLeadMs.warning) return undefined;
  switch (kind) {
    case "schedule":
      return "notice";
    case "named":
    case "removed":
      return left < bundleLeadMs.critical ? "warning" : "notice";
    case "distrusted-after":
      return isIssuedLater ? "warning" : "notice";
  }
}

function explain(root: string, { end, severity, facts }: Dated, { endpoint, now }: Situation): Concern {
  const [first] = facts;
  const verdict = first?.value.verdict;
  const name = verdict?.trusted === true ? verdict.anchor : root;
  const { at, kind } = end;
  return {
    rule: "programme-date",
    subject: root,
    severity,
    dueAt: at > now ? at : undefined,
    sentence: `${endpoint.name} relies on the root ${name}, ${clauses[kind](at, now)}`,
    evidence: [
      `The root's certificate has the SHA-256 ${root}.`,
      `The programme's dates were taken from their sources on ${sayDay(programmeDatesSource.takenAt)}, ${renderSpan(Math.max(0, now - programmeDatesSource.takenAt))} ago.`,
      saySeen(facts),
    ],
    remedy:
      "Take the next certificate from a CA that issues under a newer root, and see to it that the devices' bundles hold that root before it is installed.",
    sure: kind === "schedule" ? "likely" : "certain",
  };
}

const clauses: Readonly<Record<ProgrammeEnd["kind"], (at: number, now: number) => string>> = {
  named: (at, now) =>
    at > now
      ? `which Mozilla no longer takes for websites from ${sayDay(at)} on, ${sayWhen(at, now)}.`
      : `which Mozilla has not taken for websites since ${sayDay(at)}.`,
  removed: (at) => `which had left Mozilla's store by ${sayDay(at)}.`,
  schedule: (at, now) =>
    at > now
      ? `which Mozilla's schedule likely retires on ${sayDay(at)}, ${sayWhen(at, now)}, by the age of its key.`
      : `which Mozilla's schedule has likely retired since ${sayDay(at)}, by the age of its key.`,
  "distrusted-after": (at) => `of which Mozilla believes no certificate that was issued after ${sayDay(at)}.`,
};
