/** What `meerkat ca` chooses from, whether it was visited just now or recorded in a lock, and what came of it. */
import type { FormatName } from "../../bundle/index.ts";
import {
  chooseForDevice,
  type CaReport,
  type DeviceProfile,
  explainRefusal,
  type StoreRoot,
} from "../../device/index.ts";
import { trustPorts } from "../../admission/index.ts";
import { exitCode } from "../frame/exit-codes.ts";
import type { Site } from "./sites.ts";
import type { FailedUrl } from "./survey.ts";

/** Everything that the choice depends on: equal material, equal files. */
export interface CaMaterial {
  readonly profile: DeviceProfile;
  readonly format: FormatName;
  readonly at: number;
  readonly untilAt: number;
  readonly redundancy: number;
  /** Sites that were verified fully. */
  readonly sites: readonly Site[];
  readonly roots: readonly StoreRoot[];
  /** The URLs as given, and those among them that gave no answer. */
  readonly urls: readonly string[];
  readonly failures: readonly FailedUrl[];
  /** Those of which the certificates were seen and no answer came. */
  readonly unanswered: readonly FailedUrl[];
  /** The size of the whole store in this format, where `roots` is a part of it. */
  readonly storeBytes?: number;
}

/** A site that the device will not verify with the files, and why not. */
export interface LostSite {
  readonly site: string;
  readonly urls: readonly string[];
  readonly code: string;
  /** A clause that goes on after "because". */
  readonly because: string;
}

export interface CaOutcome {
  readonly material: CaMaterial;
  readonly report: CaReport;
  readonly lost: readonly LostSite[];
  /** Whether every URL was answered and every site verifies on the device. */
  readonly isComplete: boolean;
  /** What an incomplete outcome ends the program with. */
  readonly exitCode: number;
}

/** Chooses, and sorts out what could not be served. */
export function chooseFrom(material: CaMaterial): CaOutcome {
  const { storeBytes, profile, format, at, untilAt, redundancy, sites, roots } = material;
  const request = { profile, format, at, untilAt, redundancy, sites, roots };
  const chosen = chooseForDevice(request, trustPorts);
  const report = storeBytes === undefined ? chosen : { ...chosen, storeBytes };
  const urlsOf = (site: string): readonly string[] =>
    material.sites.find((known) => known.site === site)?.urls ?? [];
  const verdicts = [...report.unserved, ...report.proof];
  const lost = verdicts.flatMap(({ site, verdict }): LostSite[] => {
    if (verdict.accepts) return [];
    const { refusal } = verdict;
    return [{ site, urls: urlsOf(site), code: refusal.code, because: explainRefusal(refusal) }];
  });
  const isComplete = lost.length === 0 && material.failures.length === 0;
  const code = material.failures[0]?.exitCode ?? (lost.length > 0 ? exitCode.untrusted : exitCode.ok);
  return { material, report, lost, isComplete, exitCode: code };
}
