/** A checked fleet as data: what `check --fleet --json` prints. */
import { type End, explainAuditFinding } from "../../../bundle/index.ts";
import { type DeviceProfile, explainEndFor } from "../../../device/index.ts";
import { describeIdentity } from "../../identity/report.ts";
import { type FirmwareVerdict, type FleetOutcome, isWell } from "./fleet.ts";
import { type EndpointIdentity, unjudgedWithoutKey } from "./identity.ts";
import { renderIso } from "../../devices/dates.ts";

export function describeFleet({ file, at, firmwares, exitCode }: FleetOutcome): object {
  return {
    schema: 1,
    ok: exitCode === 0,
    exitCode,
    manifest: file,
    at: renderIso(at),
    firmwares: firmwares.map(describeFirmware),
  };
}

function describeFirmware({ firmware, profile, untilAt, endpoints, remarks }: FirmwareVerdict): object {
  const { name, paths, bundle, count } = firmware;
  return {
    name,
    device: profile.name,
    bundle: { paths, format: bundle.format, bytes: bundle.bytes, entries: bundle.entries.length },
    count: count ?? null,
    until: renderIso(untilAt),
    ok: endpoints.every(isWell),
    endpoints: endpoints.map(({ endpoint, verdict, code, end, says, notes, identities }) => ({
      endpoint,
      verdict,
      code,
      ...describeEnd(end, profile),
      says,
      notes,
      identities: identities.map((one) => describeAt(one, untilAt)),
    })),
    findings: remarks.map(({ finding }) => ({ ...finding, says: explainAuditFinding(finding) })),
  };
}

/** As `check --cert --json` has it, with what the firmware's last day adds and what a key would add. */
function describeAt({ site, identity, verdict, findings }: EndpointIdentity, untilAt: number): object {
  return {
    site: site ?? null,
    ...describeIdentity(identity, verdict),
    endsEarly: findings.some(({ code }) => code === "ends-early"),
    lastsThrough: renderIso(untilAt),
    ...(identity.keyMatches === undefined ? { unjudged: unjudgedWithoutKey } : {}),
  };
}

function describeEnd(end: End | undefined, profile: DeviceProfile): object {
  if (end === undefined) return { lastsUntil: null };
  return { lastsUntil: renderIso(end.at), reason: end.reason.kind, lasts: explainEndFor(profile, end) };
}
