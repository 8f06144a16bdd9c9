/**
 * The CA certificates that a device needs for its sites: candidates by the device's own verdict, the smallest set, its
 * spare roots, the files, and the proof that the files do it.
 *
 * This is what `meerkat ca` reports. Nothing is dropped in silence: a site that cannot be served, and an anchor that
 * the format cannot carry, are named.
 */
import {
  asGiven,
  instant,
  listOf,
  needed,
  oneOf,
  readOptions,
  wholeNumber,
  wholeOrInfinity,
  type Checks,
  type Own,
} from "../../core/index.ts";
import {
  type BundleFile,
  type Choice,
  chooseAnchors,
  type ChosenAnchor,
  earliestEnd,
  anchorEnds,
  type End,
  findSpareRoots,
  type FormatName,
  formats,
  lookUpName,
  maxCoverNodes,
  type Omission,
  programmeDatesAge,
  type ServedSite,
} from "../../bundle/index.ts";
import type { TrustPorts } from "../../trust/index.ts";
import { type Certificate } from "../../x509/index.ts";
import { type Announced, findMissing, type MissingRoot, nameNeeds, needsOf } from "./announced.ts";
import { type CandidateSetting, findCandidates, refuseAnchor, type StoreRoot } from "./candidates.ts";
import { type Choose, chooseOneOfAName } from "./one-of-a-name.ts";
import { proveFiles, type SiteProof } from "../files/file-proof.ts";
import type { DeviceProfile } from "../profile.ts";
import { profileForFormat } from "../profiles/profile-for-format.ts";
import type { VisitedSite } from "../request.ts";
import type { DeviceVerdict } from "../verdict.ts";
import { whyUnserved } from "./unserved.ts";

/** The device, the sites it visits, and the roots to choose from. */
export interface CaRequest {
  readonly profile: DeviceProfile;
  readonly sites: readonly VisitedSite[];
  readonly roots: readonly StoreRoot[];
  readonly at: number;
  readonly untilAt: number;
  /** Roots that are wanted whatever the sites, because a service announces them. Default: none. */
  readonly announced?: readonly Announced[];
  /** Further roots for each CA. Default 0. */
  readonly redundancy?: number;
  /** Default: the device's own. */
  readonly format?: FormatName;
  readonly maxNodes?: number;
}

const caChecks: Checks<CaRequest> = {
  profile: needed(asGiven()),
  sites: needed(listOf(asGiven())),
  roots: needed(listOf(asGiven())),
  at: needed(instant),
  untilAt: needed(instant),
  announced: listOf(asGiven()),
  redundancy: wholeNumber(0),
  format: oneOf(Object.keys(formats) as FormatName[]),
  maxNodes: wholeOrInfinity(0),
};

/** One anchor of the report. */
export interface CaAnchor {
  readonly certificate: Certificate;
  readonly fingerprint: string;
  readonly bytes: number;
  /** When it ends by itself, whatever the path. */
  readonly end: End | undefined;
  readonly role:
    | { readonly kind: "chosen"; readonly sites: readonly string[]; readonly motive: ChosenAnchor["motive"] }
    /** No site that was met needs it; `by` says who announces it. */
    | { readonly kind: "announced"; readonly by: readonly string[] }
    /** A root to which this CA is likely to move; `organisation` as the chosen root names it. */
    | { readonly kind: "spare"; readonly organisation: string };
}

/** Something that will break, and what it takes away. */
export interface Break {
  readonly end: End;
  readonly sites: readonly string[];
}

/** Everything that `meerkat ca` has to say. */
export interface CaReport {
  readonly profile: DeviceProfile;
  readonly format: FormatName;
  readonly at: number;
  readonly untilAt: number;
  readonly anchors: readonly CaAnchor[];
  /** Whether no smaller set exists. */
  readonly exact: boolean;
  readonly served: readonly ServedSite[];
  /** Sites that verify under no root of the store on this device, with the device's verdict under all of them. */
  readonly unserved: readonly { readonly site: string; readonly verdict: DeviceVerdict }[];
  /** Announced roots that are not among the anchors, and why. */
  readonly missing: readonly MissingRoot[];
  readonly files: readonly BundleFile[];
  readonly omitted: readonly Omission[];
  /** Each site under the files as they were read back. */
  readonly proof: readonly SiteProof[];
  /** Bytes of the chosen anchors, and of the whole store in the same format. */
  readonly bytes: number;
  readonly storeBytes: number;
  /** What will end, the earliest first. */
  readonly breaks: readonly Break[];
  /** How old the table of root-programme dates is at `at`. */
  readonly programmeDatesAgeMs: number;
}

/** Chooses, writes, and proves. */
export function chooseForDevice(given: CaRequest, ports: TrustPorts): CaReport {
  const asked = readOptions(given, caChecks);
  const format = asked.format ?? asked.profile.formats[0];
  const profile = profileForFormat(asked.profile, format);
  const request = { ...asked, profile };
  const { sites, at, untilAt } = request;
  const writer = formats[format];
  const usable = request.roots.filter(
    ({ certificate }) => refuseAnchor(profile, format, certificate) === undefined,
  );
  const certificates = request.roots.map(({ certificate }) => certificate);
  const setting = { usable, certificates, format, ports };
  const choice = chooseRoots(request, setting);
  const anchors = [
    ...describeChosen(choice, usable, sites),
    ...describeSpares(request, { usable, format, choice }),
  ];
  const written = writer.write(anchors.map(({ certificate }) => certificate));
  const made = { ...request, ...setting, choice };
  const isServed = ({ site }: VisitedSite): boolean => !choice.unserved.includes(site);
  return {
    profile,
    format,
    at,
    untilAt,
    anchors,
    exact: choice.exact,
    served: choice.served.filter(({ site }) => sites.some((met) => met.site === site)),
    unserved: sites
      .filter((site) => !isServed(site))
      .map((visited) => ({ site: visited.site, verdict: whyUnserved(visited, made) })),
    missing: findMissing(asked.announced ?? [], request.roots, { profile, format }),
    ...written,
    proof: proveFiles({ profile, files: written.files, sites: sites.filter(isServed), at }, ports),
    bytes: anchors.reduce((sum, anchor) => sum + anchor.bytes, 0),
    storeBytes: usable.reduce((sum, { certificate }) => sum + writer.sizeOf(certificate), 0),
    breaks: findBreaks(choice.served),
    programmeDatesAgeMs: programmeDatesAge(at),
  };
}

interface ChoiceSetting {
  /** Roots that the device and the format can carry. */
  readonly usable: readonly StoreRoot[];
  readonly format: FormatName;
}

function chooseRoots(
  request: Own<CaRequest>,
  { usable, certificates, format, ports }: ChoiceSetting & Pick<CandidateSetting, "certificates" | "ports">,
): Choice {
  const { untilAt, announced = [] } = request;
  const { maxNodes = maxCoverNodes.value } = request;
  const choose: Choose = (sites, costs, limits) => chooseAnchors({ sites, costs, untilAt, ...limits });
  const sites = request.sites.map((visited) => ({
    site: visited.site,
    candidates: findCandidates(visited, usable, { ...request, certificates, ports }),
  }));
  const costs = usable.map(({ certificate, fingerprint }) => ({
    anchor: fingerprint,
    bytes: formats[format].sizeOf(certificate),
  }));
  const needs = [...sites, ...needsOf(announced, usable)];
  const { fileRules } = request.profile;
  if (!fileRules.firstOfNameOnly) return nameNeeds(choose(needs, costs, { maxNodes }), announced);
  const names = new Map(
    usable.map(({ fingerprint, certificate }) => [fingerprint, lookUpName(certificate.subject, fileRules)]),
  );
  const nameOf = (anchor: string): string => names.get(anchor) ?? anchor;
  return nameNeeds(chooseOneOfAName({ sites: needs, costs, untilAt, nameOf }, choose, maxNodes), announced);
}

function describeChosen(
  choice: Choice,
  usable: readonly StoreRoot[],
  met: readonly VisitedSite[],
): readonly CaAnchor[] {
  return choice.anchors.flatMap(({ anchor, bytes, sites, motive }) => {
    const root = usable.find(({ fingerprint }) => fingerprint === anchor);
    if (root === undefined) return [];
    const isMet = met.some(({ site }) => sites.includes(site));
    return [
      describe(root, bytes, isMet ? { kind: "chosen", sites, motive } : { kind: "announced", by: sites }),
    ];
  });
}

function describeSpares(
  { profile, sites, untilAt, redundancy = 0 }: Own<CaRequest>,
  { usable, format, choice }: ChoiceSetting & { readonly choice: Choice },
): readonly CaAnchor[] {
  const rootOf = (certificate: Certificate): StoreRoot | undefined =>
    usable.find((root) => root.certificate === certificate);
  const chosen = describeChosen(choice, usable, sites).map(({ certificate }) => certificate);
  const { fileRules } = profile;
  const nameOf = ({ subject }: Certificate): string => lookUpName(subject, fileRules);
  const taken = new Set(fileRules.firstOfNameOnly ? chosen.map(nameOf) : []);
  const spares = findSpareRoots({
    chosen,
    roots: usable.map(({ certificate }) => certificate).filter((root) => !taken.has(nameOf(root))),
    count: redundancy,
    ...(fileRules.firstOfNameOnly && { nameOf }),
    lasts: (certificate) => (endOf(rootOf(certificate))?.at ?? 0) >= untilAt,
  });
  return spares.flatMap(({ certificate, organisation }) => {
    const root = rootOf(certificate);
    const bytes = formats[format].sizeOf(certificate);
    return root === undefined ? [] : [describe(root, bytes, { kind: "spare", organisation })];
  });
}

function endOf(root: StoreRoot | undefined): End | undefined {
  return root === undefined ? undefined : earliestEnd(anchorEnds(root));
}

function describe(root: StoreRoot, bytes: number, role: CaAnchor["role"]): CaAnchor {
  return { certificate: root.certificate, fingerprint: root.fingerprint, bytes, end: endOf(root), role };
}

/** Sites by the day on which their last way ends. */
function findBreaks(served: readonly ServedSite[]): readonly Break[] {
  const breaks = new Map<string, { end: End; sites: Set<string> }>();
  for (const { site, end } of served) {
    const key = `${end.at} ${JSON.stringify(end.reason)}`;
    const known = breaks.get(key) ?? { end, sites: new Set() };
    // A service's announced roots bear its name, each of them.
    known.sites.add(site);
    breaks.set(key, known);
  }
  return [...breaks.values()]
    .map(({ end, sites }) => ({ end, sites: [...sites] }))
    .toSorted((a, b) => a.end.at - b.end.at);
}
