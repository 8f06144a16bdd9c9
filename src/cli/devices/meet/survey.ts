/** Visits the URLs of a command line, and looks at what each host on the way shows to the device's hello. */
import { checkOffering, compilePolicy, type RootSource, type TrustPolicy } from "../../../admission/index.ts";
import type { ClientOptions } from "../../../client/index.ts";
import { HttpsError, requireEndpoint, shownSite } from "../../../core/index.ts";
import { type DeviceProfile, devices } from "../../../device/index.ts";
import { surveyEndpoint, surveyLimits } from "../../../survey/index.ts";
import type { Context } from "../../frame/context.ts";
import { suitSurveys } from "./engine.ts";
import { chainsOf, findUnreadable } from "./host-chains.ts";
import { type GivenIdentity, givenBy } from "./identity.ts";
import { hostsOf } from "./sites.ts";
import { type SiteFlags, visitOptions, wayOut } from "./site-options.ts";
import { StatusLine } from "./status-line.ts";
import { type Host, sumUp, type Survey } from "./survey-outcome.ts";
import { visitAll, type Visit } from "./visit.ts";
import { workThrough } from "./work-through.ts";

export interface SurveyRequest {
  readonly urls: readonly string[];
  readonly flags: SiteFlags;
  /** The device whose hello is offered; one such as Node's when left out. */
  readonly profile: DeviceProfile | undefined;
  /** By which sites verify. */
  readonly roots: readonly RootSource[];
  /** Further roots by which sites may verify, as PEM; empty for none. */
  readonly addRoots?: string;
  /** The client's certificate where its key is not given, too; or that the command tells of it by itself. */
  readonly given?: GivenIdentity | "told-elsewhere" | undefined;
  /** What is shown to a server that asks for it. */
  readonly clientCertificate?: ClientOptions["clientCertificate"] | undefined;
}

export async function survey(
  {
    urls,
    flags,
    profile,
    roots,
    addRoots = "",
    clientCertificate,
    given = givenBy(clientCertificate),
  }: SurveyRequest,
  { env, err, signal, names }: Context,
): Promise<Survey> {
  if (urls.length > 0) checkOffering();
  suitSurveys();
  const status = new StatusLine(err);
  const options = {
    ...visitOptions(flags, { env, hello: (profile ?? devices.node).hello }),
    roots,
    ...(addRoots === "" ? {} : { addRoots }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
  };
  try {
    const visits = await visitAll(urls, {
      client: options,
      follow: flags.redirects,
      signal,
      onProgress: (progress) =>
        status.show("Visiting sites", { ...progress, what: shownSite(progress.what) }),
    });
    const hosts = await lookAtHosts(visits, { options, profile, signal, status });
    return sumUp({ urls, visits, hosts, profile, given, names: names() });
  } finally {
    status.clear();
  }
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
    const { host } = endpoint;
    try {
      const surveyed = await surveyEndpoint({
        ...wayOut(endpoint, options, policy),
        hello: (profile ?? devices.node).hello,
        signal: own,
        onProgress: ({ address }) => {
          if (address !== undefined) status.detail(`${place} at ${address}`);
        },
      });
      const chains = chainsOf({ site: place, host }, surveyed, policy);
      const failure = findUnreadable(host, surveyed, policy);
      return { site: place, endpoint, urls, surveyed, chains, failure };
    } catch (error) {
      if (!(error instanceof HttpsError) || error.code === "aborted") throw error;
      return { site: place, endpoint, urls, surveyed: undefined, chains: [], failure: error };
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
