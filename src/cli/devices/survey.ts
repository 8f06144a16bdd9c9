/** Visits the URLs of a command line, and looks at what each host on the way shows to the device's hello. */
import { compilePolicy, type TrustPolicy } from "../../admission/index.ts";
import { chooseProxy, type ClientOptions } from "../../client/index.ts";
import {
  HttpsError,
  requireEndpoint,
  requireUrl,
  type Endpoint,
  type SettingNames,
} from "../../core/index.ts";
import { type DeviceProfile, devices } from "../../device/index.ts";
import { surveyEndpoint, surveyLimits, wholeOffer, type Surveyed } from "../../survey/index.ts";
import type { Context } from "../frame/context.ts";
import { exitCodeOf, type Failure, describeFailure } from "../frame/failure.ts";
import { visitMs } from "../limits.ts";
import { chainsOf, type HostChain } from "./host-chains.ts";
import { explainIdentity } from "./identity.ts";
import { hostsOf, placeOf, sitesOf, type Site } from "./sites.ts";
import { type SiteFlags, visitOptions } from "./site-options.ts";
import { StatusLine } from "./status-line.ts";
import { turnedDown, type TurnedDown } from "./turned-down.ts";
import { visitAll, type Visit } from "./visit.ts";
import { workThrough } from "./work-through.ts";

export interface Survey {
  readonly urls: readonly string[];
  readonly sites: readonly Site[];
  /** URLs that gave no answer or led to a chain that is not good, and why. */
  readonly failures: readonly FailedUrl[];
  /** URLs whose host was met within TLS and spoke no HTTP, and how that ended. */
  readonly unanswered: readonly FailedUrl[];
  /** Hosts, or addresses of theirs, with which the device has no TLS in common. */
  readonly turnedDown: readonly LostSite[];
  /** Sentences about what only a part of the device's offer would meet, and what was not looked at. */
  readonly notes: readonly string[];
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

export interface SurveyRequest {
  readonly urls: readonly string[];
  readonly flags: SiteFlags;
  /** The device whose hello is offered; one such as Node's when left out. */
  readonly profile: DeviceProfile | undefined;
  /** Further roots by which sites may verify, as PEM; empty for none. */
  readonly addRoots?: string;
  /** What is shown to a server that asks for it. */
  readonly clientCertificate?: ClientOptions["clientCertificate"] | undefined;
}

export async function survey(
  { urls, flags, profile, addRoots = "", clientCertificate }: SurveyRequest,
  { env, err, signal, names }: Context,
): Promise<Survey> {
  const status = new StatusLine(err);
  const options = {
    ...visitOptions(flags, { env, hello: (profile ?? devices.node).hello }),
    ...(addRoots === "" ? {} : { addRoots }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
  };
  try {
    const visits = await visitAll(urls, {
      client: options,
      follow: flags.redirects,
      signal,
      onProgress: (progress) => status.show("Visiting sites", progress),
    });
    const hosts = await lookAtHosts(visits, { options, profile, signal, status });
    const told = sum({ urls, visits, hosts, profile, names: names() });
    const asked = hosts.flatMap((host) => explainAsking(host, clientCertificate));
    return { ...told, notes: [...told.notes, ...asked] };
  } finally {
    status.clear();
  }
}

/** What one host showed, or why that is not known. */
interface Host {
  readonly authority: string;
  readonly endpoint: Endpoint;
  readonly urls: readonly string[];
  readonly surveyed: Surveyed | undefined;
  readonly chains: readonly HostChain[];
  readonly failure: HttpsError | undefined;
}

interface LookSettings {
  readonly options: ClientOptions;
  readonly profile: DeviceProfile | undefined;
  readonly signal: AbortSignal;
  readonly status: StatusLine;
}

async function lookAtHosts(
  visits: readonly Visit[],
  { options, profile, signal, status }: LookSettings,
): Promise<readonly Host[]> {
  const hosts = hostsOf(visits);
  const policy = policyOf(options);
  const work = {
    atOnce: surveyLimits.surveysAtOnce.value,
    signal,
    onProgress: status.shower("Looking at certificates"),
  };
  return workThrough([...hosts.keys()], work, async (place, own): Promise<Host> => {
    const { endpoint, urls } = hosts.get(place) ?? { endpoint: requireEndpoint(place), urls: [] };
    const { authority, host, port, startTls } = endpoint;
    // The way out is that of web sites, whatever is spoken.
    const target = requireUrl(`https://${authority}/`);
    const totalMs = options.timeouts?.totalMs ?? visitMs.value;
    const { environment = {}, proxy, resolve } = options;
    try {
      const surveyed = await surveyEndpoint({
        host,
        port,
        startTls,
        hello: (profile ?? devices.node).hello,
        policy,
        addressRules: { resolve, lookup: undefined, family: undefined },
        proxy: chooseProxy({ target, option: proxy, environment, policy: () => policy }).proxy,
        signal: own,
        totalMs,
        onProgress: ({ address }) => {
          if (address !== undefined) status.detail(`${authority} at ${address}`);
        },
      });
      const chains = chainsOf(endpoint, surveyed, policy);
      return { authority, endpoint, urls, surveyed, chains, failure: undefined };
    } catch (error) {
      if (!(error instanceof HttpsError) || error.code === "aborted") throw error;
      return { authority, endpoint, urls, surveyed: undefined, chains: [], failure: error };
    }
  });
}

/** Whom to believe; what is offered is the survey's affair, which shows no certificate: here it is only read. */
function policyOf(options: ClientOptions): TrustPolicy {
  const { environment = {}, roots = "mozilla", addRoots, clientCertificate } = options;
  return compilePolicy(
    {
      roots,
      ...(addRoots === undefined ? {} : { addRoots }),
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
    },
    environment,
  );
}

interface Parts {
  readonly urls: readonly string[];
  readonly visits: readonly Visit[];
  readonly hosts: readonly Host[];
  readonly profile: DeviceProfile | undefined;
  readonly names: SettingNames;
}

function sum({ urls, visits, hosts, profile, names }: Parts): Survey {
  const answered = visits.filter((visit) => !isUnanswered(visit, hosts) && !isToldOf(visit, hosts, profile));
  const unanswered = visits.filter((visit) => isUnanswered(visit, hosts));
  const told = ({ url, failure }: Visit): readonly FailedUrl[] =>
    failure === undefined ? [] : [failureOf(url, failure.error, names)];
  const sites = hosts.flatMap(({ authority, urls: led, chains }) => sitesOf(authority, led, chains));
  const failed = answered.flatMap(told);
  return {
    urls,
    sites,
    failures: [...failed, ...hosts.flatMap((host) => failuresOf(host, { failed, names, sites, profile }))],
    unanswered: unanswered.flatMap(told),
    turnedDown: hosts.flatMap((host) => turnedDownOf(host, profile)),
    notes: hosts.flatMap((host) => notesOf(host, { sites, profile })),
  };
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
  const { authority, urls, surveyed, chains, failure } = host;
  const url = urls.find((one) => !failed.some((known) => known.url === one));
  if (url === undefined) return [];
  const bad = chains.flatMap(({ chain, refusal, variant }) => {
    if (refusal === undefined || !variant.own) return [];
    const { site = authority } = sites.find((one) => one.chain === chain) ?? {};
    const told = failureOf(url, refusal, names);
    return [{ ...told, error: { ...told.error, message: `${site}: ${told.error.message}` } }];
  });
  if (chains.length > 0 || turnedDownAt(surveyed, profile).length > 0) return bad;
  const error = failure ?? surveyed?.meetings[0]?.error ?? surveyed?.unreached[0]?.error;
  return error === undefined ? bad : [...bad, failureOf(url, error, names)];
}

function turnedDownAt(
  surveyed: Surveyed | undefined,
  profile: DeviceProfile | undefined,
): readonly TurnedDown[] {
  return surveyed === undefined ? [] : turnedDown(surveyed, profile);
}

function turnedDownOf(
  { authority, urls, surveyed, chains }: Host,
  profile: DeviceProfile | undefined,
): readonly LostSite[] {
  const downs = turnedDownAt(surveyed, profile);
  const [first] = downs;
  if (first === undefined) return [];
  // Where no address takes the hello, the host is one loss and not several.
  if (chains.length === 0) return [{ site: authority, urls, code: first.code, because: first.because }];
  return downs.map(({ address, code, because }) => ({
    site: address === undefined ? authority : `${authority} at ${address}`,
    urls,
    code,
    because,
  }));
}

function notesOf(
  { authority, surveyed, chains }: Host,
  { sites, profile }: { readonly sites: readonly Site[]; readonly profile: DeviceProfile | undefined },
): readonly string[] {
  const narrow = chains.flatMap(({ chain, refusal, variant }): string[] => {
    if (refusal === undefined || variant.own) return [];
    const { site = authority } = sites.find((one) => one.chain === chain) ?? {};
    return [`${site} is met only by a part of what the device offers, and is not good: ${refusal.message}`];
  });
  narrow.push(...noteSignature(authority, surveyed, profile));
  const left = surveyed?.leftOut ?? 0;
  if (left === 0) return narrow;
  const count = left === 1 ? "1 address" : `${left} addresses`;
  return [...narrow, `${count} of ${authority} ${left === 1 ? "was" : "were"} not looked at.`];
}

/** A web site that answers in words, and not by ending the handshake, has told nothing yet. */
function explainAsking({ endpoint, surveyed }: Host, shown: ClientOptions["clientCertificate"]): string[] {
  const { authorities } = surveyed?.meetings.find(({ offered }) => offered === wholeOffer) ?? {};
  if (authorities === undefined) return [];
  return [explainIdentity({ authority: endpoint.authority, authorities }, shown, Date.now())];
}

/** mbedTLS 3 with TLS 1.3 in it offers RSA-PSS and does not take it in TLS 1.2; without TLS 1.3 it does not offer it. */
function noteSignature(
  authority: string,
  surveyed: Surveyed | undefined,
  profile: DeviceProfile | undefined,
): readonly string[] {
  const library = profile?.hello.refusesPssInTls12;
  const met = surveyed?.meetings.find(
    ({ offered, signature = "" }) => offered === wholeOffer && signature.startsWith("rsa_pss"),
  );
  if (profile === undefined || library === undefined || met === undefined) return [];
  return [
    `${authority} speaks TLS 1.2 and signs with ${met.signature}, which ${profile.title} offers and then refuses (${library}): build its library without TLS 1.3, or have the server speak 1.3.`,
  ];
}

/** Where it would have led on to is not known. */
export function explainUnanswered({ url, error }: FailedUrl): string {
  return `${url} was met within TLS and gave no HTTP answer: ${error.message} For its own certificates that is enough; whether it would lead on to another host is not known.`;
}

function failureOf(url: string, failure: HttpsError, names: SettingNames): FailedUrl {
  const { code, message, hint } = describeFailure(failure, names);
  return {
    url,
    exitCode: exitCodeOf(failure),
    error: { code, message, ...(hint === undefined ? {} : { hint }) },
  };
}
