/** The report of `meerkat check` as data: what `--json` prints. */
import type { End } from "../../bundle/index.ts";
import { type DeviceProfile, explainEndFor } from "../../device/index.ts";
import { describeIdentity } from "../identity/report.ts";
import type { CheckOutcome } from "./outcome.ts";
import { renderIso } from "../devices/dates.ts";

export function describeCheck({
  material,
  remarks,
  sites,
  identities,
  notes,
  timeline,
  unknown,
  exitCode,
}: CheckOutcome): object {
  const { path, bundle, profile, at, visitedAt } = material;
  return {
    schema: 1,
    ok: exitCode === 0,
    exitCode,
    bundle: { path, format: bundle.format, bytes: bundle.bytes, entries: bundle.entries.length },
    device: profile?.name ?? null,
    at: renderIso(at),
    visitedAt: renderIso(visitedAt),
    findings: remarks.map(({ finding, says }) => ({ ...finding, says })),
    sites: sites.map(({ end, ...site }) => ({
      ...site,
      variant: material.survey.sites.find((known) => known.site === site.site)?.variant ?? null,
      ...describeEnd(end, profile),
    })),
    identities: identities.map(({ site, verdict }) => ({
      site,
      ...(material.identity === undefined ? {} : describeIdentity(material.identity, verdict)),
    })),
    failures: unknown,
    unanswered: material.survey.unanswered,
    unseen: material.survey.notes.flatMap(({ unseen }) => unseen),
    notes: notes.map(({ says }) => says),
    timeline: timeline.map(({ subject, place, end }) => ({ subject, place, ...describeEnd(end, profile) })),
  };
}

function describeEnd(end: End | undefined, profile: DeviceProfile | undefined): object {
  if (end === undefined) return { lastsUntil: null };
  return { lastsUntil: renderIso(end.at), reason: end.reason.kind, lasts: explainEndFor(profile, end) };
}
