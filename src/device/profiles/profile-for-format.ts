/** The form in which a device holds its CAs can decide how it looks for a path: the profile with that taken in. */
import type { FormatName, ReadFormat } from "../../bundle/index.ts";
import { ownValue } from "../../core/index.ts";
import type { DeviceProfile } from "../profile.ts";

/** The profile as it is with CAs that are written in this format. */
export function profileForFormat(profile: DeviceProfile, format: FormatName | ReadFormat): DeviceProfile {
  const changes = ownValue(ownValue(profile, "inFormat") ?? {}, format);
  return changes === undefined ? profile : { ...profile, ...changes };
}
