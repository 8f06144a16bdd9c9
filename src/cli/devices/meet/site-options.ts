/** The flags of every command that visits sites: whom to believe, where to connect, how long to wait. */
import { DEFAULT_CIPHERS } from "node:tls";
import type { TrustPolicy } from "../../../admission/index.ts";
import { chooseProxy, type ClientOptions } from "../../../client/index.ts";
import { type Endpoint, type Hello, requireUrl } from "../../../core/index.ts";
import type { EndpointRequest } from "../../../survey/index.ts";
import { visitMs } from "../../limits.ts";
import { fileName, negated, repeated, seconds, type Flag, type FlagsOf } from "../../frame/flags.ts";
import { passFile } from "../../frame/overwriting.ts";
import { allRoots } from "../../frame/root-sources.ts";
import {
  addCacertFlag,
  certFlag,
  keyFlag,
  passFlag,
  proxyFlag,
  resolveFlag,
  rootsFlag,
} from "../../frame/shared-flags.ts";

/** The way to a site, and the time for it. */
export const wayFlags = [
  resolveFlag,
  proxyFlag,
  seconds("-m, --max-time <seconds>", `the most one site may take (default: ${visitMs.value / 1000})`),
];

const forSites = [
  addCacertFlag,
  rootsFlag,
  negated("--no-redirects", "do not follow redirects: a device that does not will not meet them"),
  ...wayFlags,
];

/** The flags, for a command that uses CA certificates of the caller's for some purpose. */
export function siteFlags(
  purpose: string,
): readonly (Flag<{ readonly cacert?: readonly string[] }> | (typeof forSites)[number])[] {
  const words = `${purpose} the CAs of this file and no others; may be repeated`;
  return [repeated("--cacert <file>", words, fileName), ...forSites];
}

/** What is shown to a site that wants a certificate of its client. */
export const identityFlags = [certFlag, keyFlag, passFlag] as const;
export type IdentityFlags = FlagsOf<typeof identityFlags>;

/** What was typed. Times in milliseconds. */
export type SiteFlags = FlagsOf<ReturnType<typeof siteFlags>>;

/** Where roots come from: stores, and files by their names. */
export function rootSources(flags: SiteFlags): readonly string[] {
  return allRoots(flags) ?? ["mozilla"];
}

/**
 * Options of the client that visits, and of the policy by which what is shown is judged. The client names the device's
 * suites first, so that of several certificates it is shown the device's own; the others come behind, so that it gets on
 * where the device would not.
 */
export function visitOptions(
  flags: SiteFlags,
  { env, hello }: { readonly env: ClientOptions["environment"]; readonly hello: Hello },
): ClientOptions {
  return {
    ...(env === undefined ? {} : { environment: env }),
    ...wayOptions(flags),
    ciphers: [...hello.suites, DEFAULT_CIPHERS].join(":"),
    ...(hello.versions.includes("TLSv1.3") ? {} : { maxVersion: "TLSv1.2" }),
  };
}

/** The way, as options of a client. */
export function wayOptions({
  resolve,
  proxy,
  maxTime = visitMs.value,
}: FlagsOf<typeof wayFlags>): Pick<ClientOptions, "timeouts" | "resolve" | "proxy"> {
  return {
    timeouts: { totalMs: maxTime },
    ...(resolve === undefined ? {} : { resolve: Object.fromEntries(resolve) }),
    ...(proxy === undefined ? {} : { proxy: proxy === "" ? null : proxy }),
  };
}

/** The same for one endpoint's handshakes. Its proxy is that of web sites, whatever is spoken. @throws HttpsError */
export function wayOut(
  { authority, host, port, startTls }: Endpoint,
  { environment = {}, proxy, resolve, timeouts }: ClientOptions,
  policy: TrustPolicy,
): Omit<EndpointRequest, "signal"> {
  const target = requireUrl(`https://${authority}/`);
  return {
    host,
    port,
    startTls,
    policy,
    addressRules: { resolve, lookup: undefined, family: undefined },
    proxy: chooseProxy({ target, option: proxy, environment, policy: () => policy }).proxy,
    totalMs: timeouts?.totalMs ?? visitMs.value,
  };
}

/** The files that these flags name, all of which are read. */
export function filesNamed({
  cacert = [],
  addCacert = [],
  roots = [],
  cert,
  key,
  pass,
}: Partial<SiteFlags & IdentityFlags>): readonly (string | undefined)[] {
  return [...cacert, ...addCacert, ...roots, cert, key, passFile(pass)];
}
