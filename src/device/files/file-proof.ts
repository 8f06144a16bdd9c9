/** Proves files: reads them back, and lets the device verify every recorded chain with what was read. */
import { type BundleFile, readBundle } from "../../bundle/index.ts";
import type { TrustPorts } from "../../trust/index.ts";
import { anchorsOf } from "./device-anchors.ts";
import type { DeviceProfile } from "../profile.ts";
import type { VisitedSite } from "../request.ts";
import { type DeviceVerdict, refuse } from "../verdict.ts";
import { verifyOnDevice } from "../verify-as.ts";

export interface SiteProof {
  readonly site: string;
  readonly verdict: DeviceVerdict;
}

export interface ProofRequest {
  readonly profile: DeviceProfile;
  readonly files: readonly BundleFile[];
  readonly sites: readonly VisitedSite[];
  readonly at: number;
}

/** The device's verdict on each site, with the anchors that stand in the files. */
export function proveFiles(
  { profile, files, sites, at }: ProofRequest,
  ports: TrustPorts,
): readonly SiteProof[] {
  const anchors = anchorsOf(readBundle(files).entries, { store: "file" });
  // Without anchors some devices verify nobody: no proof of anything.
  if (anchors.length === 0) return sites.map(({ site }) => ({ site, verdict: noAnchors }));
  return sites.map(({ site, name, chain }) => ({
    site,
    verdict: verifyOnDevice(profile, { chain, name, at, anchors }, ports),
  }));
}

const noAnchors: DeviceVerdict = refuse({ code: "no-anchors", library: "no anchors" });
