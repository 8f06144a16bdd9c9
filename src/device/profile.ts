/** What is known of a device's TLS, as data: what it speaks, what it checks, what it needs, how it takes its CAs. */
import type { FileRules, FormatName, ReadFormat } from "../bundle/index.ts";
import type { Hello } from "../core/index.ts";
import type { BearsslOptions } from "./strategies/bearssl.ts";
import type { EspBundleOptions } from "./strategies/esp-bundle.ts";
import type { MbedtlsOptions } from "./strategies/mbedtls.ts";
import type { ModdableOptions } from "./strategies/moddable.ts";
import type { MongooseBuiltinOptions } from "./strategies/mongoose-builtin.ts";
import type { OpensslOptions } from "./strategies/openssl.ts";

/** Every device's name, in the order of tables. */
export const deviceNames = [
  "mongoose-os",
  "mongoose-7-openssl",
  "mongoose-7-mbedtls",
  "mongoose-7-builtin",
  "esp-idf",
  "esp-idf-bundle",
  "esp-idf-6",
  "esp-idf-6-bundle",
  "arduino-esp32",
  "arduino-esp8266",
  "micropython",
  "zephyr",
  "zephyr-4.4",
  "moddable",
  "node",
  "openssl",
  "python",
] as const;

/** The devices that there are profiles of. */
export type DeviceName = (typeof deviceNames)[number];

/** Which library's way a device goes, with that device's settings. */
export type Strategy =
  | { readonly kind: "mbedtls"; readonly options: MbedtlsOptions }
  | { readonly kind: "esp-bundle"; readonly options: EspBundleOptions }
  | { readonly kind: "bearssl"; readonly options: BearsslOptions }
  | { readonly kind: "openssl"; readonly options: OpensslOptions }
  | { readonly kind: "moddable"; readonly options: ModdableOptions }
  | { readonly kind: "mongoose-builtin"; readonly options: MongooseBuiltinOptions };

/** What a check can be: made, not made, made in part (`note` says how). */
export interface CheckFact {
  readonly made: "yes" | "no" | "partly";
  readonly note?: string;
}

/** The checks of a full validation. */
export const checkNames = [
  "signatures",
  "dates",
  "anchorDates",
  "hostName",
  "addresses",
  "basicConstraints",
  "pathLength",
  "keyUsage",
  "purpose",
  "nameConstraints",
  "criticalExtensions",
  "weakHashes",
  "weakKeys",
  "revocation",
] as const;
export type CheckName = (typeof checkNames)[number];

/** For people: what a check is about. */
export const checkTitles: Readonly<Record<CheckName, string>> = {
  signatures: "the signatures on the server's certificates",
  dates: "whether the server's certificates are expired, or not valid yet",
  anchorDates: "whether its own CA certificates are expired",
  hostName: "whether the certificate is for the host's name",
  addresses: "whether the certificate is for an IP address, when the URL has one",
  basicConstraints: "whether every signer is marked as a CA",
  pathLength: "how many CAs may stand below another",
  keyUsage: "what a key may be used for (keyUsage)",
  purpose: "whether the certificate is for TLS servers (extendedKeyUsage)",
  nameConstraints: "whether a CA is restricted to certain names (nameConstraints)",
  criticalExtensions: "critical extensions that it does not understand",
  weakHashes: "signatures with SHA-1 or older",
  weakKeys: "keys that are too weak",
  revocation: "whether a certificate has been revoked",
};

/** How the profile is known. */
export interface Confirmation {
  /** Whether the library was run beside it, or its source was read. */
  readonly how: "run" | "read";
  /** Which library, and which version of it: `mbedTLS 3.6.6`. */
  readonly version: string;
  /** The day, as `2026-11-29`. */
  readonly on: string;
}

/** A device's first message, and where it is known from. */
export interface DeviceHello extends Hello {
  /** Suites that it offers and no OpenSSL does, by their names in the IANA registry. */
  readonly beyondOpenssl: readonly string[];
  /** Whether the host is sent: `always`, an address too; `names` alone; `when-set`, as the program says. */
  readonly serverName: "always" | "names" | "when-set";
  /** With what it refuses RSA-PSS in TLS 1.2, which it has offered for 1.3 alone; `undefined` where it does not. */
  readonly refusesPssInTls12: string | undefined;
  readonly sources: readonly string[];
}

/** What a format changes of a profile. */
export type FormatChanges = Partial<
  Pick<DeviceProfile, "title" | "strategy" | "checks" | "pathBuilding" | "fileRules" | "confirmation">
>;

/** What a device's TLS library does and does not do, with how we know. */
export interface DeviceProfile {
  readonly name: DeviceName;
  /** For people: `Mongoose OS 2.x`. */
  readonly title: string;
  /** `mbedTLS (Mongoose OS fork of 2.x)` */
  readonly library: string;
  /** On a computer memory is no matter. */
  readonly runsOn: "computer" | "device";
  readonly confirmation: Confirmation;
  readonly strategy: Strategy;
  readonly hello: DeviceHello;
  /** Largest plaintext records, received and sent. */
  readonly records: { readonly inBytes: number; readonly outBytes: number; readonly note?: string };
  /** Memory for one connection, where it is published; bytes. */
  readonly memory: {
    readonly heapBytes?: number;
    readonly stackBytes?: number;
    readonly note: string;
    /** Why its CA certificates take no heap, where they take none: a clause. */
    readonly anchorsNotHeld?: string;
  };
  /** How long a handshake takes, where whoever makes the device says it: a clause. Single users' timings do not count. */
  readonly handshakeTime?: string;
  /** How it looks for a path: one sentence. */
  readonly pathBuilding: string;
  readonly checks: Readonly<Record<CheckName, CheckFact>>;
  readonly clock: { readonly needed: boolean; readonly note: string };
  /** What happens when the program gives no CA. */
  readonly withoutCa: {
    readonly behaviour: "unverified" | "refuses" | "default-store";
    readonly note: string;
  };
  /** The format to write by default, then others that it takes. */
  readonly formats: readonly [FormatName, ...FormatName[]];
  readonly fileRules: FileRules;
  /** What is otherwise with CAs in a certain format, which can bring a verification of its own. */
  readonly inFormat?: Readonly<Partial<Record<FormatName | ReadFormat, FormatChanges>>>;
  /** Where the facts come from. */
  readonly sources: readonly string[];
}
