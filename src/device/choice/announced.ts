/**
 * Roots that a service announces, in the choice of anchors: each is a need that it alone serves, so that the search finds
 * the smallest set that holds them all, and gives a site the announced root where that does.
 */
import {
  anchorEnds,
  type Choice,
  type ChosenAnchor,
  earliestEnd,
  type FormatName,
  type SiteNeed,
} from "../../bundle/index.ts";
import { refuseAnchor, type StoreRoot } from "./candidates.ts";
import type { DeviceProfile } from "../profile.ts";

/** A root that is wanted without a site that was met. */
export interface Announced {
  /** SHA-256, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** The root's name, for a report where the store lacks it. */
  readonly name: string;
  /** Who announces it: `AWS IoT Core`. */
  readonly by: string;
}

/** A root that is announced and not among the files, and why. */
export interface MissingRoot extends Announced {
  /** A clause that goes on after "because". */
  readonly because: string;
}

/** What stands for a site in the choice; no site's name begins like this. */
function needName({ fingerprint, by }: Announced): string {
  return `\0${fingerprint} ${by}`;
}

/** The needs that announced roots are. */
export function needsOf(announced: readonly Announced[], usable: readonly StoreRoot[]): readonly SiteNeed[] {
  return announced.flatMap((one): SiteNeed[] => {
    const root = usable.find(({ fingerprint }) => fingerprint === one.fingerprint);
    const end = root && earliestEnd(anchorEnds(root));
    return end === undefined ? [] : [{ site: needName(one), candidates: [{ anchor: one.fingerprint, end }] }];
  });
}

/** The choice with those who announce in place of the needs; each once. */
export function nameNeeds(choice: Choice, announced: readonly Announced[]): Choice {
  if (announced.length === 0) return choice;
  const names = new Map(announced.map((one) => [needName(one), one.by]));
  const named = (sites: readonly string[]): readonly string[] => [
    ...new Set(sites.map((site) => names.get(site) ?? site)),
  ];
  const motiveOf = (motive: ChosenAnchor["motive"]): ChosenAnchor["motive"] =>
    motive.kind === "cheapest" ? motive : { ...motive, sites: named(motive.sites) };
  return {
    ...choice,
    anchors: choice.anchors.map((anchor) => ({
      ...anchor,
      sites: named(anchor.sites),
      motive: motiveOf(anchor.motive),
    })),
    served: choice.served.map((one) => ({ ...one, site: names.get(one.site) ?? one.site })),
  };
}

/** Announced roots that the store, the device or the format does not have. */
export function findMissing(
  announced: readonly Announced[],
  roots: readonly StoreRoot[],
  { profile, format }: { readonly profile: DeviceProfile; readonly format: FormatName },
): readonly MissingRoot[] {
  return announced.flatMap((one): MissingRoot[] => {
    const root = roots.find(({ fingerprint }) => fingerprint === one.fingerprint);
    if (root === undefined) return [{ ...one, because: "the store does not have it" }];
    const because = refuseAnchor(profile, format, root.certificate);
    return because === undefined ? [] : [{ ...one, because }];
  });
}
