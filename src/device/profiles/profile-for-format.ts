/** The form in which a device holds its CAs can decide how it looks for a path: the profile with that taken in. */
import { type FormatName, formatRefusal, type ReadFormat } from "../../bundle/index.ts";
import type { DeviceProfile, Strategy } from "../profile.ts";
import { devices } from "./profiles.ts";

/** The profile as it is with CAs that are written in this format. */
export function profileForFormat(profile: DeviceProfile, format: FormatName | ReadFormat): DeviceProfile {
  const { strategy } = profile;
  // setCACertBundle, esp_crt_bundle_set: a certificate bundle brings its own verification.
  const isBundle = format === "esp-bundle" || format === "esp-bundle-5.3";
  if (strategy.kind === "mbedtls" && isBundle && formatRefusal(format, profile.fileRules) === undefined) {
    const bundled: Strategy = {
      kind: "esp-bundle",
      options: {
        mbedtls: strategy.options,
        crossSigned: false,
        pkcs1Alone: profile.name === "esp-idf-6",
      },
    };
    const { checks, pathBuilding, fileRules, confirmation } =
      devices[profile.name === "esp-idf-6" ? "esp-idf-6-bundle" : "esp-idf-bundle"];
    return { ...profile, strategy: bundled, checks, pathBuilding, fileRules, confirmation };
  }
  if (profile.name === "esp-idf-bundle" && format === "esp-bundle")
    return { ...profile, title: "ESP-IDF 5.4 and later with its certificate bundle" };
  // Older firmware reads the older layout alone, and is meant where that is asked for.
  if (profile.name === "esp-idf-bundle" && format === "esp-bundle-5.3") {
    const { [format]: _older, ...refusesFormats } = profile.fileRules.refusesFormats ?? {};
    const title = "ESP-IDF through 5.3 with its certificate bundle";
    return { ...profile, title, fileRules: { ...profile.fileRules, refusesFormats } };
  }
  // CertStore answers a name with the first certificate under it alone.
  if (strategy.kind === "bearssl" && format === "certs-ar") {
    const first: Strategy = { kind: "bearssl", options: { ...strategy.options, firstOfName: true } };
    // Each member is a list of its own.
    const { takesAllOrNone: _lists, ...fileRules } = profile.fileRules;
    return { ...profile, strategy: first, fileRules: { ...fileRules, firstOfNameOnly: true } };
  }
  return profile;
}
