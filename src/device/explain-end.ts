/** When an anchor ends for a certain device: a certificate's own end is none for one that never looks at dates. */
import { type End, explainEnd, explainEndOfDay } from "../bundle/index.ts";
import { renderInstant } from "../core/index.ts";
import type { DeviceProfile } from "./profile.ts";

/** Whether the device stops connecting at this end by itself. Programmes' dates bind the CA, so they always count. */
export function noticesEnd({ checks }: Pick<DeviceProfile, "checks">, { reason }: End): boolean {
  switch (reason.kind) {
    case "not-after":
      return checks.anchorDates.made !== "no";
    case "cross-sign":
      return checks.dates.made !== "no";
    case "retired":
    case "distrusted-after":
      return true;
  }
}

/** One clause: `until 2036-11-19, when its certificate ends`, or that the device does not notice it. */
export function explainEndFor(profile: Pick<DeviceProfile, "checks"> | undefined, end: End): string {
  if (profile === undefined || noticesEnd(profile, end)) return explainEnd(end);
  const day = renderInstant(end.at).slice(0, 10);
  return `${explainEndOfDay(end)} ${day}, ${unnoticed}`;
}

/** The same where the day stands beside it. */
export function explainEndOfDayFor(profile: Pick<DeviceProfile, "checks"> | undefined, end: End): string {
  const event = explainEndOfDay(end);
  return profile === undefined || noticesEnd(profile, end) ? event : `${event}, ${unnoticed}`;
}

const unnoticed = "which this device does not notice";
