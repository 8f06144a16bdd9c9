/** A checked fleet as data: what `check --fleet --json` prints. */
import { type End, explainAuditFinding } from "../../../bundle/index.ts";
import { type DeviceProfile, explainEndFor } from "../../../device/index.ts";
import type { FirmwareVerdict, FleetOutcome } from "./fleet.ts";
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
    ok: endpoints.every(({ verdict }) => verdict === "connects"),
    endpoints: endpoints.map(({ endpoint, verdict, code, end, says, notes }) => ({
      endpoint,
      verdict,
      code,
      ...describeEnd(end, profile),
      says,
      notes,
    })),
    findings: remarks.map(({ finding }) => ({ ...finding, says: explainAuditFinding(finding) })),
  };
}

function describeEnd(end: End | undefined, profile: DeviceProfile): object {
  if (end === undefined) return { lastsUntil: null };
  return { lastsUntil: renderIso(end.at), reason: end.reason.kind, lasts: explainEndFor(profile, end) };
}
