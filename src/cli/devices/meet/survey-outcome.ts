/** What a survey of sites comes to: the sites that were met, what failed and why, and what is to be said of the rest. */
import {
  type HttpsError,
  requireEndpoint,
  spokenSite,
  type Endpoint,
  type SettingNames,
} from "../../../core/index.ts";
import type { DeviceProfile } from "../../../device/index.ts";
import type { Meeting, Surveyed } from "../../../survey/index.ts";
import { exitCodeOf, type Failure, describeFailure } from "../../frame/failure.ts";
import type { HostChain } from "./host-chains.ts";
import type { GivenIdentity } from "./identity.ts";
import { placeOf, sitesOf, type Site } from "./sites.ts";
import { notesOf, sayEnd, type SurveyNote } from "./survey-notes.ts";
import { turnedDown, type TurnedDown } from "./turned-down.ts";
import type { Visit } from "./visit.ts";

export interface Survey {
  readonly urls: readonly string[];
  readonly sites: readonly Site[];
  /** URLs that gave no answer or led to a chain that is not good, and why. */
  readonly failures: readonly FailedUrl[];
  /** URLs whose host was met within TLS and spoke no HTTP, and how that ended. */
  readonly unanswered: readonly FailedUrl[];
  /** Hosts, or addresses of theirs, with which the device has no TLS in common. */
  readonly turnedDown: readonly LostSite[];
  /** What each host that showed a chain asks of its clients' certificates. */
  readonly asking: readonly HostAsking[];
  /** What only a part of the device's offer would meet, and what was not looked at. */
  readonly notes: readonly SurveyNote[];
}

/** In the first handshake that showed a chain, or in an ordinary client's where the device's hello was turned down. */
export interface HostAsking extends Pick<Meeting, "asked" | "version"> {
  readonly site: string;
  /** The URLs given that led to it. */
  readonly urls: readonly string[];
}

export interface FailedUrl {
  readonly url: string;
  readonly exitCode: number;
  readonly error: Pick<Failure, "code" | "message" | "hint">;
}

/** A site that the device does not reach whatever CA certificates it has, or with those chosen; and why not. */
export interface LostSite {
  readonly site: string;
  readonly urls: readonly string[];
  readonly code: string;
  /** A clause that goes on after "because". */
  readonly because: string;
}

/** What one host showed, or why that is not known. */
export interface Host {
  /** As reports name it: two protocols at one port are two. */
  readonly site: string;
  readonly endpoint: Endpoint;
  readonly urls: readonly string[];
  readonly surveyed: Surveyed | undefined;
  readonly chains: readonly HostChain[];
  /** Why nothing is known of it, or why one of its certificates cannot be read. */
  readonly failure: HttpsError | undefined;
}

interface Parts {
  readonly urls: readonly string[];
  readonly visits: readonly Visit[];
  readonly hosts: readonly Host[];
  readonly profile: DeviceProfile | undefined;
  /** The client certificate that was given, unless the command tells of it by itself. */
  readonly given: GivenIdentity | "told-elsewhere" | undefined;
  readonly names: SettingNames;
}

/** Sorts out what the visits and the looks at hosts came to. */
export function sumUp({ urls, visits, hosts, profile, given, names }: Parts): Survey {
  const answered = visits.filter((visit) => !isUnanswered(visit, hosts) && !isToldOf(visit, hosts, profile));
  const unanswered = visits.filter((visit) => isUnanswered(visit, hosts));
  const told = ({ url, failure }: Visit): readonly FailedUrl[] =>
    failure === undefined ? [] : [failureOf(url, failure.error, names)];
  const sites = hosts.flatMap(({ endpoint, urls: led, chains }) => sitesOf(endpoint, led, chains));
  const failed = answered.flatMap(told);
  return {
    urls,
    sites,
    failures: [...failed, ...hosts.flatMap((host) => failuresOf(host, { failed, names, sites, profile }))],
    unanswered: unanswered.flatMap(told),
    turnedDown: hosts.flatMap((host) => turnedDownOf(host, profile)),
    asking: hosts.flatMap(askingOf),
    notes: hosts.flatMap(({ surveyed, ...host }) => {
      if (surveyed === undefined) return [];
      const downs = turnedDownAt(surveyed, profile).map(({ address }) => address);
      return notesOf({ ...host, surveyed, turnedDownAt: downs }, { sites, profile, given });
    }),
  };
}

function askingOf({ site, urls, surveyed }: Host): readonly HostAsking[] {
  const { meetings = [], ordinary = [] } = surveyed ?? {};
  const own = [...meetings, ...ordinary].find(({ chain }) => chain.length > 0) ?? ordinary[0];
  return own === undefined ? [] : [{ site, urls, asked: own.asked, version: own.version }];
}

/** What a broker, a mail server or a server that wants a client's certificate ends a GET, or its handshake, with. */
const silences: ReadonlySet<HttpsError["code"]> = new Set([
  "empty-response",
  "not-http",
  "head-truncated",
  "client-certificate-required",
  "tls-alert",
  "handshake-closed",
  "handshake-reset",
]);

/** Whether the certificates of the host that gave no answer are known and good all the same. */
function isUnanswered({ failure }: Visit, hosts: readonly Host[]): boolean {
  if (failure === undefined) return false;
  const own = hostAt(failure.at, hosts)?.chains.filter(({ variant }) => variant.own) ?? [];
  const good = own.filter(({ refusal }) => refusal === undefined);
  if (silences.has(failure.error.code)) return good.length > 0;
  // The client was shown a chain that the device does not meet.
  return failure.error.stage === "trust" && good.length > 0 && good.length === own.length;
}

/** Whether it failed with a server that the device cannot speak with either, which is said by itself. */
function isToldOf({ failure }: Visit, hosts: readonly Host[], profile: DeviceProfile | undefined): boolean {
  if (failure?.error.stage !== "tls") return false;
  return turnedDownAt(hostAt(failure.at, hosts)?.surveyed, profile).length > 0;
}

function hostAt(url: string, hosts: readonly Host[]): Host | undefined {
  const place = placeOf(requireEndpoint(url));
  return hosts.find((one) => placeOf(one.endpoint) === place);
}

interface Told {
  /** What the visits told already. */
  readonly failed: readonly FailedUrl[];
  readonly names: SettingNames;
  readonly sites: readonly Site[];
  readonly profile: DeviceProfile | undefined;
}

/** Why a host's certificates are not known, or one of its chains is not good, where no visit has told of it. */
function failuresOf(host: Host, { failed, names, sites, profile }: Told): readonly FailedUrl[] {
  const { site: hostName, urls, surveyed, chains, failure } = host;
  const url = urls.find((one) => !failed.some((known) => known.url === one));
  if (url === undefined) return [];
  const bad = chains.flatMap(({ chain, refusal, variant }) => {
    if (refusal === undefined || !variant.own) return [];
    const { site = hostName } = sites.find((one) => one.chain === chain) ?? {};
    const told = failureOf(url, refusal, names);
    return [{ ...told, error: { ...told.error, message: `${site}: ${told.error.message}` } }];
  });
  if (failure !== undefined) return [...bad, failureOf(url, failure, names)];
  if (chains.length > 0 || turnedDownAt(surveyed, profile).length > 0) return bad;
  const silent = [...(surveyed?.meetings ?? []), ...(surveyed?.unreached ?? [])];
  const [error] = silent.flatMap((one) => one.error ?? []);
  if (error === undefined) return bad;
  const told = failureOf(url, error, names);
  return [...bad, { ...told, error: { ...told.error, message: sayAll(told.error.message, silent) } }];
}

/** What was met at the first of several addresses, and then what at the others. */
function sayAll(message: string, silent: readonly Pick<Meeting, "address" | "error">[]): string {
  const [first, ...others] = silent;
  const more = others.flatMap(({ address, error }) =>
    address === undefined || error === undefined ? [] : [` ${address}: ${sayEnd(error)}.`],
  );
  if (first?.address === undefined || more.length === 0) return message;
  return `No address showed certificates. ${first.address}: ${message}${more.join("")}`;
}

function turnedDownAt(
  surveyed: Surveyed | undefined,
  profile: DeviceProfile | undefined,
): readonly TurnedDown[] {
  return surveyed === undefined ? [] : turnedDown(surveyed, profile);
}

function turnedDownOf(
  { site, urls, surveyed }: Host,
  profile: DeviceProfile | undefined,
): readonly LostSite[] {
  const downs = turnedDownAt(surveyed, profile);
  const [first] = downs;
  if (first === undefined) return [];
  const { meetings = [], unreached = [], leftOut = [] } = surveyed ?? {};
  const places = new Set([...meetings, ...unreached, ...leftOut].map(({ address }) => address));
  const isAlike = downs.every(({ because }) => because === first.because);
  // Where every address turns the hello down in the same words, the host is one loss and not several.
  if (downs.length === places.size && isAlike)
    return [{ site, urls, code: first.code, because: first.because }];
  return downs.map(({ address, code, because }) => ({
    site: address === undefined ? site : `${site} at ${address}`,
    urls,
    code,
    because,
  }));
}

/** Where it would have led on to is not known. */
export function explainUnanswered({ url, error }: FailedUrl): string {
  return `${spokenSite(url)} was met within TLS and gave no HTTP answer: ${error.message} For its own certificates that is enough; whether it would lead on to another host is not known.`;
}

function failureOf(url: string, failure: HttpsError, names: SettingNames): FailedUrl {
  const { code, message, hint } = describeFailure(failure, names);
  return {
    url,
    exitCode: exitCodeOf(failure),
    error: { code, message, ...(hint === undefined ? {} : { hint }) },
  };
}
