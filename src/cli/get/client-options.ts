/** From flags to the options of a client: whom to trust, which way to go, how long to wait. */
import { DEFAULT_CIPHERS } from "node:tls";
import type { ClientOptions, Environment } from "../../client/index.ts";
import { CommandError } from "../frame/failure.ts";
import { readAddedRoots, readNamedRoots } from "../frame/root-sources.ts";
import { pinsOf, readClientCertificate } from "./credentials.ts";
import type { GetFlags } from "./flags/table.ts";
import { protocolAsked } from "./protocol.ts";
import { proxyOptions } from "./send/proxy.ts";
import { readCrls } from "./send/crls.ts";

/** `why` has most of them, and another --json. */
type WayFlags = Omit<GetFlags, "json">;

/** What is typed, and where. */
export interface Typed {
  readonly flags: WayFlags;
  readonly env: Environment;
  /** Ends the reading of files. */
  readonly signal: AbortSignal;
}

/** curl(1), --max-redirs. */
const usualRedirects = 50;

/** Options of a client that lives for one command line, whatever it is asked for. */
export async function lineOptions({ flags, env, signal }: Typed): Promise<ClientOptions> {
  const { insecureBecause, userAgent, resolve, unixSocket } = flags;
  const roots = await readNamedRoots(flags, signal);
  const addRoots = await readAddedRoots(flags, signal);
  const crls = flags.crlfile === undefined ? undefined : await readCrls(flags.crlfile, signal);
  return {
    ...proxyOptions(flags, env),
    // curl asks for no coding unless it is told to, and hands out what comes.
    decompress: flags.compressed === true,
    timeouts: timeoutsOf(flags),
    // curl follows redirects only when it is told to.
    redirects: flags.location === true ? (flags.maxRedirs ?? usualRedirects) : 0,
    ...(roots === undefined ? {} : { roots }),
    ...(addRoots === undefined ? {} : { addRoots }),
    ...(crls === undefined ? {} : { crls }),
    ...(insecureBecause === undefined ? {} : { insecure: { reason: insecureBecause } }),
    ...(userAgent === undefined ? {} : { userAgent: userAgent === "" ? null : userAgent }),
    ...(resolve === undefined ? {} : { resolve: Object.fromEntries(resolve) }),
    ...(unixSocket === undefined ? {} : { socketPath: unixSocket }),
    ...familyOf(flags),
    ...versionsOf(flags),
    ...ciphersOf(flags),
    ...(flags.allow === undefined ? {} : { allow: flags.allow }),
  };
}

/** What is said of one origin alone: its keys, the certificate that is shown to it, the version of HTTP. */
export async function originOptions(
  url: string,
  { flags, env, signal }: Typed,
): Promise<Pick<ClientOptions, "pins" | "protocol" | "clientCertificate">> {
  const clientCertificate = await readClientCertificate(flags, { env, signal });
  return {
    protocol: protocolAsked(flags, url),
    ...(flags.pinnedpubkey === undefined ? {} : { pins: pinsOf(url, flags.pinnedpubkey) }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
  };
}

function familyOf({ ipv4, ipv6 }: WayFlags): Pick<ClientOptions, "family"> {
  if (ipv4 === true && ipv6 === true)
    throw new CommandError("-4 and -6 cannot stand together.", { hint: "Leave both out for either." });
  return ipv4 === true ? { family: 4 } : ipv6 === true ? { family: 6 } : {};
}

/** TLS 1.2 is the least that is ever spoken: flags that ask for an older one or a newer get a newer. */
function versionsOf({ tlsMax, ...flags }: WayFlags): Pick<ClientOptions, "minVersion" | "maxVersion"> {
  const only13 = flags["tlsv1.3"] === true;
  if (only13 && tlsMax === "1.2")
    throw new CommandError("--tlsv1.3 and --tls-max 1.2 leave no version of TLS.", {
      hint: "Leave one of them out.",
    });
  return {
    ...(only13 ? { minVersion: "TLSv1.3" } : {}),
    ...(tlsMax === "1.2" ? { maxVersion: "TLSv1.2" } : {}),
  };
}

/** Node has one list for both; what is not named of the two stays as it is. */
function ciphersOf({ ciphers, tls13Ciphers }: WayFlags): Pick<ClientOptions, "ciphers"> {
  if (ciphers === undefined && tls13Ciphers === undefined) return {};
  const usual = DEFAULT_CIPHERS.split(":");
  const ofUsual = (isNew: boolean): readonly string[] =>
    usual.filter((name) => name.startsWith("TLS_") === isNew);
  const listed = (given: string): readonly string[] => given.split(/[:, ]+/).filter((name) => name !== "");
  const newer = tls13Ciphers === undefined ? ofUsual(true) : listed(tls13Ciphers);
  const older = ciphers === undefined ? ofUsual(false) : listed(ciphers);
  return { ciphers: [...newer, ...older].join(":") };
}

function timeoutsOf({ maxTime, connectTimeout }: WayFlags): NonNullable<ClientOptions["timeouts"]> {
  return {
    // curl: 0 is for no limit, and for the usual ones.
    ...(maxTime === undefined || maxTime === 0 ? {} : { totalMs: maxTime }),
    // Each phase's own limit gives way, so that a longer one can be asked for.
    ...(connectTimeout === undefined || connectTimeout === 0
      ? {}
      : {
          openMs: connectTimeout,
          dnsMs: connectTimeout,
          connectMs: connectTimeout,
          proxyMs: connectTimeout,
          tlsMs: connectTimeout,
        }),
  };
}

/** Both, for whoever asks for one URL. */
export async function clientOptions(typed: Typed & { readonly url: string }): Promise<ClientOptions> {
  return { ...(await lineOptions(typed)), ...(await originOptions(typed.url, typed)) };
}
