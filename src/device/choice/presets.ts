/**
 * Services for devices that announce the roots of their servers: which these are, where that is written, and when it was
 * read. A device that carries them is ready for certificates that nobody has met yet. What a service does not write down
 * is not here.
 */

export type PresetName = "aws-iot" | "azure-iot-hub" | "google-cloud";

export interface Preset {
  readonly name: PresetName;
  readonly title: string;
  readonly roots: readonly AnnouncedRoot[];
  readonly sources: readonly string[];
  /** `2026-11-29`: when the sources were read. */
  readonly readOn: string;
  /** What the service says besides; a sentence. */
  readonly note: string;
}

export interface AnnouncedRoot {
  readonly name: string;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
}

export const presets: Readonly<Record<PresetName, Preset>> = {
  "aws-iot": {
    name: "aws-iot",
    title: "AWS IoT Core",
    roots: [
      {
        name: "Amazon Root CA 1",
        fingerprint: "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
      },
      {
        name: "Amazon Root CA 2",
        fingerprint: "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
      },
      {
        name: "Amazon Root CA 3",
        fingerprint: "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
      },
      {
        name: "Amazon Root CA 4",
        fingerprint: "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
      },
      {
        name: "Starfield Services Root Certificate Authority - G2",
        fingerprint: "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
      },
    ],
    sources: ["https://docs.aws.amazon.com/iot/latest/developerguide/server-authentication.html"],
    readOn: "2026-11-29",
    note: "Amazon Root CA 2 and 4 are reserved for future use; Starfield's root signs the four across, for clients that need it.",
  },
  "azure-iot-hub": {
    name: "azure-iot-hub",
    title: "Azure IoT Hub",
    roots: [
      {
        name: "DigiCert Global Root G2",
        fingerprint: "cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f",
      },
      {
        name: "Microsoft RSA Root Certificate Authority 2017",
        fingerprint: "c741f70f4b2a8d88bf2e71c14122ef53ef10eba0cfa5e64cfa20f418853073e0",
      },
    ],
    sources: [
      "https://learn.microsoft.com/en-us/azure/iot-hub/migrate-tls-certificate",
      "https://learn.microsoft.com/en-us/azure/iot-hub/iot-hub-tls-support",
    ],
    readOn: "2026-11-29",
    note: "The second is for the day on which the first is retired unexpectedly; the sovereign clouds have other roots.",
  },
  "google-cloud": {
    name: "google-cloud",
    title: "Google Cloud",
    roots: [
      {
        name: "GTS Root R1",
        fingerprint: "d947432abde7b7fa90fc2e6b59101b1280e0e1c7e4e40fa3c6887fff57a7f4cf",
      },
      {
        name: "GTS Root R2",
        fingerprint: "8d25cd97229dbf70356bda4eb3cc734031e24cf00fafcfd32dc76eb5841c7ea8",
      },
      {
        name: "GTS Root R3",
        fingerprint: "34d8a73ee208d9bcdb0d956520934b4e40e69482596e8b6f73c8426b010a6f48",
      },
      {
        name: "GTS Root R4",
        fingerprint: "349dfa4058c5e263123b398ae795573c4e1313c83fe68f93556cd5e8031b3c7d",
      },
      {
        name: "GlobalSign ECC Root CA - R4",
        fingerprint: "b085d70b964f191a73e4af0d54ae7a0e07aafdaf9b71dd0862138ab7325a24a2",
      },
    ],
    sources: [
      "https://pki.goog/repository/",
      "https://developers.google.com/public-key-infrastructure/faq/connecting-to-google",
    ],
    readOn: "2026-11-29",
    note: "These are Google's own roots. Google asks for more: that a device trust every CA of https://pki.goog/roots.pem and take the list anew twice a year.",
  },
};

export const presetNames = Object.keys(presets) as readonly PresetName[];

export function isPresetName(text: string): text is PresetName {
  return Object.hasOwn(presets, text);
}
