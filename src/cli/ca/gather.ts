/** What `meerkat ca` chooses from: the sites as they are met now, and the roots of the stores. */
import type { FormatName } from "../../bundle/index.ts";
import { type DeviceProfile, devices, type PresetName } from "../../device/index.ts";
import type { CaMaterial } from "../devices/files/ca-choice.ts";
import { addYears } from "../devices/dates.ts";
import { formatFor } from "../devices/files/device-option.ts";
import { meetSites } from "../devices/meet/met-sites.ts";
import type { IdentityFlags, SiteFlags } from "../devices/meet/site-options.ts";
import { collectUrls } from "../devices/meet/targets.ts";
import type { Context } from "../frame/context.ts";
import { readClientCertificate } from "../get/credentials.ts";
import { CommandError } from "../frame/failure.ts";

/** What of the command line decides what is visited and chosen from. */
export interface GatherFlags extends SiteFlags, IdentityFlags {
  readonly for?: DeviceProfile;
  readonly format?: FormatName;
  readonly from?: string;
  readonly until?: number;
  readonly redundancy?: number;
  readonly preset?: readonly PresetName[];
}

const defaultYears = 2; // What a device in the field should outlast without an update.

/** Visits the sites and opens the store. */
export async function gather(
  typed: readonly string[],
  flags: GatherFlags,
  context: Context,
): Promise<CaMaterial> {
  const profile = flags.for ?? devices.node;
  const format = formatFor(profile, flags.format);
  const urls = await collectUrls(typed, { file: flags.from, signal: context.signal });
  const presets = [...new Set(flags.preset)];
  if (urls.length === 0 && presets.length === 0) {
    throw new CommandError("No site is named.", {
      hint: "`meerkat ca https://example.com/ --for DEVICE`, or --from FILE with one URL a line.",
    });
  }
  const at = Date.now();
  const untilAt = flags.until ?? addYears(at, defaultYears);
  if (untilAt <= at) {
    throw new CommandError("--until is in the past.", { hint: "It takes a day that is still to come." });
  }
  const clientCertificate = await readClientCertificate(flags, context);
  const met = await meetSites({ urls, flags, profile, clientCertificate }, context);
  return { profile, format, at, untilAt, redundancy: flags.redundancy ?? 0, presets, ...met };
}
