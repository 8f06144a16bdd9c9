/** The options of every command that visits sites: whom to believe, where to connect, how long to wait. */
import type { Command } from "commander";
import { Option } from "commander";
import type { ClientOptions } from "../../client/index.ts";
import type { DeviceProfile } from "../../device/index.ts";
import type { TlsVersion } from "../../admission/index.ts";
import { asPath, parseResolve } from "../get/request.ts";
import { visitMs } from "../limits.ts";
import { repeatedOption, secondsOption } from "../frame/options.ts";

/** What was typed. Times in milliseconds. */
export interface SiteFlags {
  readonly cacert?: readonly string[];
  readonly roots?: readonly string[];
  readonly resolve?: readonly string[];
  readonly proxy?: string;
  readonly maxTime?: number;
  /** `false` with `--no-redirects`. */
  readonly redirects: boolean;
}

/** Declares the options on `command`. */
export function addSiteOptions(command: Command, purpose: string): Command {
  return command
    .addOption(
      repeatedOption("--cacert <file>", `${purpose} the CAs of this file and no others; may be repeated`),
    )
    .addOption(
      repeatedOption("--roots <store>", '"mozilla" (the default), "system" or a file; may be repeated'),
    )
    .addOption(
      new Option("--no-redirects", "do not follow redirects: a device that does not will not meet them"),
    )
    .addOption(
      repeatedOption("--resolve <host:port:address>", "connect to this address for that host and port"),
    )
    .addOption(new Option("-x, --proxy <url>", "go through this proxy"))
    .addOption(
      secondsOption(
        "-m, --max-time <seconds>",
        `the most one site may take (default: ${visitMs.value / 1000})`,
      ),
    );
}

/** Where roots come from. */
export function rootSources({ cacert = [], roots = [] }: SiteFlags): readonly string[] {
  const sources = [...cacert.map(asPath), ...roots];
  return sources.length === 0 ? ["mozilla"] : sources;
}

/** Options of the client that visits. It speaks the device's TLS versions: servers may show others another chain. */
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
    ...(resolve === undefined ? {} : { resolve: Object.fromEntries(resolve.map(parseResolve)) }),
    ...(proxy === undefined ? {} : { proxy: proxy === "" ? null : proxy }),
    ...versionsOf(profile),
  };
}

/** TLS 1.2 and 1.3, as far as the device speaks them. */
function versionsOf(profile: DeviceProfile | undefined): {
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
} {
  if (profile === undefined) return {};
  const speaks = (version: TlsVersion): boolean => profile.versions.includes(version);
  return {
    ...(speaks("TLSv1.2") ? {} : { minVersion: "TLSv1.3" as const }),
    ...(speaks("TLSv1.3") ? {} : { maxVersion: "TLSv1.2" as const }),
  };
}
