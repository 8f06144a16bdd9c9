/**
 * From the CA certificates of a firmware in the field to those that its sites need today: the old bundle, the new one and
 * the union of both, each with the device's verdict on every chain that was ever recorded, what the field loses, and in
 * which order the bundles go out.
 *
 * A chain counts as of the moment at which it was seen: whether a server's own certificate has ended since is the
 * server's business, and no bundle changes it.
 */
import { equalBytes, renderHex } from "../core/index.ts";
import {
  type BundleFile,
  earliestEnd,
  type End,
  type FormatName,
  formats,
  readBundle,
} from "../bundle/index.ts";
import type { TrustPorts } from "../trust/index.ts";
import type { Certificate, Name } from "../x509/index.ts";
import { checkBundle } from "./files/bundle-check.ts";
import type { CheckedSite } from "./files/site-check.ts";
import { proveFiles, type SiteProof } from "./files/file-proof.ts";
import type { DeviceProfile } from "./profile.ts";
import { profileForFormat } from "./profiles/profile-for-format.ts";
import type { VisitedSite } from "./request.ts";
import type { DeviceVerdict } from "./verdict.ts";

/** A host that showed several chains is several sites: `host` is what they have in common. */
export interface RotationSite extends VisitedSite {
  readonly host: string;
}

/** CA certificates, and the chains that they were chosen for, as these were seen at `at`. */
export interface Epoch {
  readonly at: number;
  readonly anchors: readonly Certificate[];
  readonly files: readonly BundleFile[];
  readonly sites: readonly RotationSite[];
}

export interface RotationRequest {
  readonly profile: DeviceProfile;
  readonly format: FormatName;
  /** What the firmware in the field holds, and the chains that were recorded with it. */
  readonly field: Epoch;
  /** What was met and chosen now. */
  readonly today: Epoch;
  readonly isPublic: (fingerprint: string) => boolean;
  readonly knownRoots: readonly Certificate[];
}

/** The three bundles, in the order in which a device has them. */
export const bundleNames = ["old", "union", "new"] as const;
export type BundleName = (typeof bundleNames)[number];

/** One chain under one bundle. */
export interface ChainProof extends SiteProof {
  readonly host: string;
  readonly seen: "recorded" | "today";
  readonly seenAt: number;
}

export interface RotationBundle {
  readonly name: BundleName;
  readonly anchors: readonly Certificate[];
  readonly files: readonly BundleFile[];
  readonly proof: readonly ChainProof[];
  /** The first end of a way that one of today's sites goes under it. */
  readonly end: End | undefined;
}

/** What becomes of a site for the firmware in the field, without an update. */
export type Fate =
  /** Its chain ends today in a CA certificate that the field does not hold. */
  | { readonly kind: "moved"; readonly from: Name | undefined; readonly to: Name | undefined }
  /** The device refuses it today, with the new bundle too. */
  | { readonly kind: "refused"; readonly verdict: DeviceVerdict }
  /** It verifies today by `anchor`, until `end` where one is known. */
  | { readonly kind: "verifies"; readonly anchor: Name | undefined; readonly end: End | undefined };

export interface FieldSite {
  readonly site: string;
  readonly fate: Fate;
}

export interface Rotation {
  /** The device as it is with CAs in this format. */
  readonly profile: DeviceProfile;
  readonly bundles: Readonly<Record<BundleName, RotationBundle>>;
  /** Every chain of today for the firmware in the field: the lost ones first, then by the day of their end. */
  readonly field: readonly FieldSite[];
  /** Hosts that the record has and that were not met today. */
  readonly unmet: readonly string[];
  /** The bundles to roll out, in this order; empty where the field has what it needs already. */
  readonly steps: readonly Exclude<BundleName, "old">[];
  /** Chains that the old or the new bundle serves and the union does not: then there is no union to roll out. */
  readonly clashes: readonly ChainProof[];
  /** Hosts with a recorded chain that the new bundle no longer serves: as long as one may still show it, the union stays. */
  readonly waitsFor: readonly string[];
}

/** Works the rotation out. */
export function planRotation(request: RotationRequest, ports: TrustPorts): Rotation {
  const { format, field, today } = request;
  const profile = profileForFormat(request.profile, format);
  const union = joinAnchors(field.anchors, today.anchors);
  const checked = {
    old: checkFiles(field.files, { ...request, profile }, ports),
    union: checkFiles(formats[format].write(union).files, { ...request, profile }, ports),
    new: checkFiles(today.files, { ...request, profile }, ports),
  };
  const anchors = { old: field.anchors, union, new: today.anchors };
  const bundle = (name: BundleName): RotationBundle => {
    const { files, sites } = checked[name];
    const end = earliestEnd(sites.flatMap((site) => (site.end === undefined ? [] : [site.end])));
    return {
      name,
      anchors: anchors[name],
      files,
      proof: proveChains(profile, files, { ...request, ports }),
      end,
    };
  };
  const bundles = { old: bundle("old"), union: bundle("union"), new: bundle("new") };
  const hosts = new Set(today.sites.map(({ host }) => host));
  const clashes = findClashes(bundles, profile);
  return {
    profile,
    bundles,
    field: foretell(checked.old.sites, bundles),
    unmet: [...new Set(field.sites.map(({ host }) => host))].filter((host) => !hosts.has(host)),
    steps: findSteps(bundles, clashes),
    clashes,
    waitsFor: findWaits(bundles),
  };
}

/** How today's sites fare under the files, as the device reads them. */
function checkFiles(
  files: readonly BundleFile[],
  { profile, today: { at, sites }, isPublic, knownRoots }: RotationRequest,
  ports: TrustPorts,
): { readonly files: readonly BundleFile[]; readonly sites: readonly CheckedSite[] } {
  const bundle = readBundle(files);
  const asked = { bundle, sites, profile, fallback: profile, at, horizonMs: 0, isPublic, knownRoots };
  return { files, sites: checkBundle(asked, ports).sites };
}

/** Where one has all that the other has, it is the union as it stands. */
function joinAnchors(old: readonly Certificate[], next: readonly Certificate[]): readonly Certificate[] {
  const isIn = (list: readonly Certificate[]): ((one: Certificate) => boolean) => {
    const known = new Set(list.map(({ der }) => renderHex(der)));
    return ({ der }) => known.has(renderHex(der));
  };
  if (old.every(isIn(next))) return next;
  const isOld = isIn(old);
  return [...old, ...next.filter((one) => !isOld(one))];
}

function proveChains(
  profile: DeviceProfile,
  files: readonly BundleFile[],
  { field, today, ports }: RotationRequest & { readonly ports: TrustPorts },
): readonly ChainProof[] {
  const prove = (seen: ChainProof["seen"], { at, sites }: Epoch): readonly ChainProof[] =>
    proveFiles({ profile, files, sites, at }, ports).map((proof, i) => ({
      ...proof,
      host: sites[i]?.host ?? proof.site,
      seen,
      seenAt: at,
    }));
  return [...prove("recorded", field), ...prove("today", today)];
}

/** Each bundle's proof has the same chains in the same order. */
function findClashes(
  { old, union, new: next }: Rotation["bundles"],
  { fileRules: { maxAnchors = Infinity } }: DeviceProfile,
): readonly ChainProof[] {
  const isServed = (i: number): boolean =>
    old.proof[i]?.verdict.accepts === true || next.proof[i]?.verdict.accepts === true;
  const isTooMany = union.anchors.length > maxAnchors;
  return union.proof.filter(({ verdict }, i) => isServed(i) && (isTooMany || !verdict.accepts));
}

function findSteps(
  { old, union, new: next }: Rotation["bundles"],
  clashes: readonly ChainProof[],
): Rotation["steps"] {
  if (isSame(old.files, next.files)) return [];
  const isStep = ![old.files, next.files].some((files) => isSame(files, union.files));
  return isStep && clashes.length === 0 ? ["union", "new"] : ["new"];
}

function isSame(some: readonly BundleFile[], others: readonly BundleFile[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ path, bytes }, i) => others[i]?.path === path && equalBytes(others[i].bytes, bytes))
  );
}

function findWaits({ old, new: next }: Rotation["bundles"]): readonly string[] {
  const left = old.proof.filter(
    ({ seen, verdict }, i) =>
      seen === "recorded" && verdict.accepts && next.proof[i]?.verdict.accepts === false,
  );
  return [...new Set(left.map(({ host }) => host))];
}

function foretell(
  sites: readonly CheckedSite[],
  { old, new: next }: Rotation["bundles"],
): readonly FieldSite[] {
  const fates = sites.map(({ site, report: { device }, end }): FieldSite => {
    if (device.accepts) return { site, fate: { kind: "verifies", anchor: device.anchor?.subject, end } };
    const now = next.proof.find((one) => one.seen === "today" && one.site === site);
    if (now?.verdict.accepts !== true)
      return { site, fate: { kind: "refused", verdict: now?.verdict ?? device } };
    const before = old.proof.find(
      ({ seen, host, verdict }) => seen === "recorded" && host === now.host && verdict.accepts,
    );
    return { site, fate: { kind: "moved", from: anchorOf(before?.verdict), to: anchorOf(now.verdict) } };
  });
  return fates.toSorted((a, b) => rank(a.fate) - rank(b.fate));
}

function anchorOf(verdict: DeviceVerdict | undefined): Name | undefined {
  return verdict?.accepts === true ? verdict.anchor?.subject : undefined;
}

function rank(fate: Fate): number {
  switch (fate.kind) {
    case "refused":
    case "moved":
      return 0;
    case "verifies":
      return fate.end?.at ?? Number.MAX_VALUE; // Infinity less itself is NaN, which sorts nothing.
  }
}
