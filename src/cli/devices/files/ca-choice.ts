/** What `meerkat ca` chooses from, whether it was visited just now or recorded in a lock, and what came of it. */
import type { FormatName } from "../../../bundle/index.ts";
import {
  chooseForDevice,
  type CaReport,
  type DeviceProfile,
  type Figure,
  findFigures,
  explainRefusal,
  presets,
  type PresetName,
  type StoreRoot,
} from "../../../device/index.ts";
import { trustPorts } from "../../../admission/index.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { nameLed, nameUrls, withShownUrls } from "../meet/shown-urls.ts";
import type { Site } from "../meet/sites.ts";
import type { FailedUrl, LostSite } from "../meet/survey-outcome.ts";
import type { SurveyNote } from "../meet/survey-notes.ts";

/** Everything that the choice depends on: equal material, equal files. */
export interface CaMaterial {
  readonly profile: DeviceProfile;
  readonly format: FormatName;
  readonly at: number;
  readonly untilAt: number;
  readonly redundancy: number;
  /** Services whose announced roots are wanted. */
  readonly presets: readonly PresetName[];
  /** Sites that were verified fully. */
  readonly sites: readonly Site[];
  readonly roots: readonly StoreRoot[];
  /** What those were read from: `mozilla`, `system`, or files as they were named; empty where a lock does not tell. */
  readonly rootSources: readonly string[];
  /** The URLs as given, and those among them that gave no answer. */
  readonly urls: readonly string[];
  readonly failures: readonly FailedUrl[];
  /** Those of which the certificates were seen and no answer came. */
  readonly unanswered: readonly FailedUrl[];
  /** Hosts with which the device has no TLS in common, whatever its CA certificates. */
  readonly turnedDown: readonly LostSite[];
  /** About what was met and what was not looked at, for whoever reads the report. */
  readonly notes: readonly SurveyNote[];
  /** The size of the whole store in this format, where `roots` is a part of it. */
  readonly storeBytes?: number;
}

export interface CaOutcome {
  readonly material: CaMaterial;
  readonly report: CaReport;
  readonly lost: readonly LostSite[];
  /** Chains that only a part of the device's offer is answered with, and that the files do not cover. */
  readonly uncovered: readonly LostSite[];
  /** Whether every URL was answered and every site verifies on the device. */
  readonly isComplete: boolean;
  /** What an incomplete outcome ends the program with. */
  readonly exitCode: number;
}

/** Whether there are files worth writing; `partial`: although not every site is served. */
export function mayBeWritten({ report, isComplete }: CaOutcome, partial: boolean): boolean {
  return report.anchors.length > 0 && (isComplete || partial);
}

/** The outcome as reports tell it: with the URLs under their names. A lock records them as they are. */
export function asReported(outcome: CaOutcome): CaOutcome {
  const { material, lost, uncovered } = outcome;
  const name = nameUrls(material.urls);
  return {
    ...outcome,
    material: withShownUrls(material, name),
    lost: nameLed(lost, name),
    uncovered: nameLed(uncovered, name),
  };
}

/** What the choice takes of the device. */
export function figuresOf({ report, material }: CaOutcome): readonly Figure[] {
  const { profile, format, anchors, proof } = report;
  const certificates = anchors.map(({ certificate }) => certificate);
  return findFigures({ profile, format, anchors: certificates, proof, chains: material.sites });
}

/** Chooses, and sorts out what could not be served. */
export function chooseFrom(material: CaMaterial): CaOutcome {
  const { storeBytes, profile, format, at, untilAt, redundancy, sites, roots } = material;
  const announced = material.presets.flatMap((name) => {
    const { title, roots: list } = presets[name];
    return list.map((root) => ({ ...root, by: title }));
  });
  const request = { profile, format, at, untilAt, redundancy, announced, sites, roots };
  const chosen = chooseForDevice(request, trustPorts);
  const report = storeBytes === undefined ? chosen : { ...chosen, storeBytes };
  const byName = new Map(sites.map((site) => [site.site, site]));
  const verdicts = [...report.unserved, ...report.proof];
  const refused = verdicts.flatMap(({ site, verdict }): LostSite[] => {
    if (verdict.accepts) return [];
    const { refusal } = verdict;
    const { urls = [] } = byName.get(site) ?? {};
    return [{ site, urls, code: refusal.code, because: explainRefusal(refusal) }];
  });
  const isMet = ({ site }: LostSite): boolean => byName.get(site)?.variant?.own !== false;
  const lost = [...material.turnedDown, ...refused.filter(isMet)];
  const uncovered = refused.filter((one) => !isMet(one));
  const isComplete = lost.length === 0 && material.failures.length === 0;
  // Of a preset, none of whose roots the store has, no site is lost.
  const isEmpty = report.anchors.length === 0;
  const code =
    material.failures[0]?.exitCode ?? (isEmpty || lost.length > 0 ? exitCode.untrusted : exitCode.ok);
  return { material, report, lost, uncovered, isComplete, exitCode: code };
}
