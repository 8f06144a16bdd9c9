/**
 * Which CA certificates a bundle lacks for an endpoint: those under which the device accepts the chain as it is, the one
 * that lasts longest first; and where the root itself goes, those to which its CA is likely to move.
 */
import { anchorEnds, earliestEnd, findSpareRoots } from "../../bundle/index.ts";
import { findCandidates } from "../../device/index.ts";
import type { TrustPorts } from "../../trust/index.ts";
import type { Certificate } from "../../x509/index.ts";
import { fleetLimits } from "../limits.ts";
import type { Forecast } from "./forecast.ts";
import type { PreparedBundle } from "./prepared-bundle.ts";

export interface AdditionRequest {
  readonly name: string;
  readonly chain: readonly Certificate[];
  readonly at: number;
  /** Through when what there is serves. */
  readonly until: number;
  /** The root that goes; `undefined` where the device accepts nothing now. */
  readonly root: Certificate | undefined;
  readonly prepared: PreparedBundle;
}

export function findAdditions(request: AdditionRequest, ports: TrustPorts): Forecast["add"] {
  const { name, chain, at, until, root, prepared } = request;
  const { ready, further } = prepared;
  const setting = { profile: ready.profile, at, certificates: ready.knownRoots, ports };
  const serving = findCandidates({ name, chain }, further, setting)
    .filter(({ end }) => end.at > until)
    .toSorted((a, b) => b.end.at - a.end.at)
    .map(({ anchor }) => anchor);
  const spare = findSpareRoots({
    chosen: root === undefined ? [] : [root],
    roots: further.map(({ certificate }) => certificate),
    count: fleetLimits.additions.value,
    lasts: (certificate) => lastsBeyond(certificate, until, prepared),
  }).flatMap(({ certificate }) => further.filter((one) => one.certificate === certificate));
  const ids = new Set([...serving, ...spare.map(({ fingerprint }) => fingerprint)]);
  return [...ids].slice(0, fleetLimits.additions.value).flatMap((sha256) => {
    const found = further.find(({ fingerprint }) => fingerprint === sha256);
    return found === undefined ? [] : [{ subject: found.certificate.subject.display, sha256 }];
  });
}

function lastsBeyond(certificate: Certificate, until: number, { further }: PreparedBundle): boolean {
  const facts = further.find((one) => one.certificate === certificate);
  return facts !== undefined && (earliestEnd(anchorEnds(facts))?.at ?? 0) > until;
}
