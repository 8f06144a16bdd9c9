/**
 * A firmware's client certificate at the hosts that an endpoint leads to: what the judge of `trust` has to say of it, for as
 * long as the firmware has to last. The certificate is enough for that; what its key would show is said to be left out.
 */
import type { DeviceProfile } from "../../../device/index.ts";
import type { IdentityFinding, IdentityVerdict } from "../../../trust/index.ts";
import { adviseIdentities, explainIdentity, identitySeverities } from "../../../trust/index.ts";
import { renderDay } from "../../devices/dates.ts";
import type { HostAsking } from "../../devices/meet/survey-outcome.ts";
import type { ClientIdentity } from "../../identity/read.ts";
import { judgeFor } from "../../identity/report.ts";

/** What was found about it; one that ends too early can work today. */
export type FleetFinding = IdentityFinding | { readonly code: "ends-early"; readonly at: number };

/** The certificate at one host. */
export interface EndpointIdentity {
  /** The host and port that asks; `undefined` where none was reached, and the certificate is judged by itself. */
  readonly site: string | undefined;
  readonly identity: ClientIdentity;
  readonly verdict: IdentityVerdict;
  readonly findings: readonly FleetFinding[];
}

/** For reports, wherever a certificate was judged without its key. */
export const unjudgedWithoutKey =
  "Judged without its key: whether the key belongs to the certificate, and what the server makes of it, `meerkat inspect --cert FILE --key FILE ENDPOINT` tells.";

export interface JudgedFor {
  readonly identity: ClientIdentity;
  readonly profile: DeviceProfile;
  readonly at: number;
  readonly untilAt: number;
}

/** Judges it at every host; by itself where no host was met. */
export function judgeIdentities(
  asking: readonly HostAsking[],
  { identity, profile, at, untilAt }: JudgedFor,
): readonly EndpointIdentity[] {
  const unknown = { site: undefined, asked: undefined, version: undefined };
  return (asking.length === 0 ? [unknown] : asking).flatMap(({ site, asked, version }) => {
    const verdict = judgeFor(identity, { asked, version, at, profile });
    if (verdict === undefined) return [];
    const isEarly = verdict.untilAt > at && verdict.untilAt <= untilAt && verdict.outlook !== "not-asked";
    const early = isEarly ? [{ code: "ends-early", at: verdict.untilAt } as const] : [];
    return [{ site, identity, verdict, findings: [...verdict.findings, ...early] }];
  });
}

export function severityOfFinding({ code }: FleetFinding): "error" | "warning" | "note" {
  return code === "ends-early" ? "warning" : identitySeverities[code];
}

/** Whether something is more than a note. */
export function isHurt({ findings }: EndpointIdentity): boolean {
  return findings.some((finding) => severityOfFinding(finding) !== "note");
}

/** Full sentences: what was found, and what to do about it. */
export function explainFinding(finding: FleetFinding, untilAt: number): string {
  if (finding.code !== "ends-early")
    return [explainIdentity(finding), ...adviseIdentities([finding])].join(" ");
  return `Its chain is good until ${renderDay(finding.at)}, and has to last through ${renderDay(untilAt)}.`;
}

/** One line for each finding, with the file and where it counts. */
export function tellIdentity(
  { site, identity: { file }, findings }: EndpointIdentity,
  untilAt: number,
): readonly string[] {
  const place = site === undefined ? "" : ` at ${site}`;
  return findings.map(
    (finding) =>
      `client certificate ${file}${place}: ${severityOfFinding(finding)}: ${explainFinding(finding, untilAt)}`,
  );
}
