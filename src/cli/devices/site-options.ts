/** The flags of every command that visits sites: whom to believe, where to connect, how long to wait. */
import { DEFAULT_CIPHERS } from "node:tls";
import type { ClientOptions } from "../../client/index.ts";
import type { DeviceProfile } from "../../device/index.ts";
import type { TlsVersion } from "../../admission/index.ts";
import { asPath } from "../get/request.ts";
import { visitMs } from "../limits.ts";
import { fileName, negated, repeated, seconds, type Flag, type FlagsOf } from "../frame/flags.ts";
import { proxyFlag, resolveFlag } from "../frame/shared-flags.ts";

const forSites = [
  repeated("--roots <store>", '"mozilla" (the default), "system" or a file; may be repeated', fileName),
  negated("--no-redirects", "do not follow redirects: a device that does not will not meet them"),
  resolveFlag,
  proxyFlag,
  seconds("-m, --max-time <seconds>", `the most one site may take (default: ${visitMs.value / 1000})`),
];

/** The flags, for a command that uses CA certificates of the caller's for some purpose. */
export function siteFlags(
  purpose: string,
): readonly (Flag<{ readonly cacert?: readonly string[] }> | (typeof forSites)[number])[] {
  const words = `${purpose} the CAs of this file and no others; may be repeated`;
  return [repeated("--cacert <file>", words, fileName), ...forSites];
}

/** What was typed. Times in milliseconds. */
export type SiteFlags = FlagsOf<ReturnType<typeof siteFlags>>;

/** Where roots come from. */
export function rootSources({ cacert = [], roots = [] }: SiteFlags): readonly string[] {
  const sources = [...cacert.map(asPath), ...roots];
  return sources.length === 0 ? ["mozilla"] : sources;
}

/**
 * Options of the client that visits. It speaks the device's TLS versions and puts the device's ciphers first: servers may
 * show others another chain.
 */
export function visitOptions(
  flags: SiteFlags,
  {
    env,
    profile,
  }: { readonly env: ClientOptions["environment"]; readonly profile: DeviceProfile | undefined },
): ClientOptions {
  const { resolve, proxy, maxTime = visitMs.value } = flags;
  return {
    ...(env === undefined ? {} : { environment: env }),
    roots: rootSources(flags),
    timeouts: { totalMs: maxTime },
    ...(resolve === undefined ? {} : { resolve: Object.fromEntries(resolve) }),
    ...(proxy === undefined ? {} : { proxy: proxy === "" ? null : proxy }),
    ...versionsOf(profile),
    ...ciphersOf(profile),
  };
}

/**
 * Of two certificates a TLS 1.2 server takes the one that fits the first cipher it agrees to. The others come behind the
 * device's, so that a server that wants one of them is reached all the same.
 */
function ciphersOf(profile: DeviceProfile | undefined): { readonly ciphers?: string } {
  if (profile === undefined || profile.hello.versions.includes("TLSv1.3")) return {};
  return { ciphers: [...profile.hello.suites, DEFAULT_CIPHERS].join(":") };
}

/** TLS 1.2 and 1.3, as far as the device speaks them. */
function versionsOf(profile: DeviceProfile | undefined): {
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
} {
  if (profile === undefined) return {};
  const speaks = (version: TlsVersion): boolean => profile.hello.versions.includes(version);
  return {
    ...(speaks("TLSv1.2") ? {} : { minVersion: "TLSv1.3" as const }),
    ...(speaks("TLSv1.3") ? {} : { maxVersion: "TLSv1.2" as const }),
  };
}
