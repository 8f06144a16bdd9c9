/** The roots under which a device and a full validation accept a site, each with the day on which that ends. */
import { type AnchorFacts, type Candidate, type FormatName, formats, pathEnd } from "../../bundle/index.ts";
import {
  anchorFromCertificate,
  peerNameOf,
  type TrustAnchor,
  type TrustPorts,
  verify,
} from "../../trust/index.ts";
import { type Certificate, equalNames } from "../../x509/index.ts";
import type { DeviceProfile } from "../profile.ts";
import type { VisitedSite } from "../request.ts";
import { verifyOnDevice } from "../verify-as.ts";

/** A root that may be chosen, and where it is from. */
export interface StoreRoot extends AnchorFacts {
  readonly anchor: TrustAnchor;
}

/** By which device and when, and the roots that are known. */
export interface CandidateSetting {
  readonly profile: DeviceProfile;
  readonly at: number;
  readonly certificates: readonly Certificate[];
  readonly ports: TrustPorts;
}

/** Roots under which the device accepts the site *and* a full validation does. */
export function findCandidates(
  { name, chain }: Pick<VisitedSite, "name" | "chain">,
  roots: readonly StoreRoot[],
  { profile, at, certificates, ports }: CandidateSetting,
): readonly Candidate[] {
  return roots.flatMap((root): Candidate[] => {
    if (!chain.some((certificate) => equalNames(certificate.issuer, root.certificate.subject))) return [];
    const request = { chain, name, at, anchors: [root.anchor] };
    if (!verifyOnDevice(profile, request, ports).accepts) return [];
    const path = findPath({ name, chain }, root, { at, ports });
    if (path === undefined) return [];
    return [{ anchor: root.fingerprint, end: pathEnd({ certificates: path, anchor: root }, certificates) }];
  });
}

/** The path by which a full validation accepts the site under this root. */
export function findPath(
  { name, chain }: Pick<VisitedSite, "name" | "chain">,
  { anchor }: StoreRoot,
  { at, ports }: Pick<CandidateSetting, "at" | "ports">,
): readonly Certificate[] | undefined {
  const [leaf, ...intermediates] = chain;
  if (leaf === undefined) return undefined;
  const full = verify({ leaf, intermediates, anchors: [anchor], names: [peerNameOf(name)], at }, ports);
  return full.trusted ? full.path.certificates : undefined;
}

/** Why a root cannot be an anchor for this device in this format. */
export function refuseAnchor(
  profile: DeviceProfile,
  format: FormatName,
  certificate: Certificate,
): string | undefined {
  return formats[format].refuse(certificate) ?? profile.fileRules.refuse?.(certificate);
}

/** A root of a store, ready to be chosen. `isPublic`: whether the programmes' dates speak of it. */
export function storeRoot(
  certificate: Certificate,
  {
    fingerprint,
    isPublic,
    store,
  }: { readonly fingerprint: string; readonly isPublic: boolean; readonly store: string },
): StoreRoot {
  // A public root is held to the public rules in whichever store it was found.
  const anchor = anchorFromCertificate(certificate, { store }, { inProgramme: isPublic });
  return { certificate, fingerprint, isPublic, anchor };
}
