/**
 * Checks a fleet: every firmware with every endpoint that it talks to. An endpoint is visited once for all firmwares
 * that greet it in the same way and bring the same CAs beside the store's; what it shows is then judged under each one's
 * own CA files.
 */
import { type End, earliestEnd } from "../../../bundle/index.ts";
import { type DeviceProfile, noticesEnd } from "../../../device/index.ts";
import { renderDay } from "../../devices/dates.ts";
import { explainAsked } from "../../devices/meet/identity.ts";
import { openStoreRoots } from "../../devices/files/roots.ts";
import { type IdentityFlags, rootSources, type SiteFlags } from "../../devices/meet/site-options.ts";
import { type NameUrl, nameLed, nameUrls, withShownUrls } from "../../devices/meet/shown-urls.ts";
import { survey } from "../../devices/meet/survey.ts";
import {
  explainUnanswered,
  type FailedUrl,
  type HostAsking,
  type Survey,
} from "../../devices/meet/survey-outcome.ts";
import type { Context } from "../../frame/context.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { readSources } from "../../frame/root-sources.ts";
import { type ClientIdentity, openIdentity } from "../../identity/read.ts";
import { rootsOf } from "../bundle-files.ts";
import { type BundleRemark, check, type CheckOutcome, type SiteRemark } from "../outcome.ts";
import { type EndpointIdentity, isHurt, judgeIdentities } from "./identity.ts";
import type { Firmware } from "./manifest.ts";

/** What becomes of an endpoint, the worst first. */
export const verdicts = ["refused", "accepted-wrongly", "ends-early", "unreached", "connects"] as const;
export type FleetVerdict = (typeof verdicts)[number];

/** One endpoint for one firmware. */
export interface EndpointVerdict {
  readonly endpoint: string;
  readonly verdict: FleetVerdict;
  /** The first end of a way to any host that it leads to. */
  readonly end: End | undefined;
  /** Full sentences: one for each host, or why it was not reached. */
  readonly says: readonly string[];
  /** Full sentences about what its verdict does not cover: certificates that nobody saw, or that it is not shown. */
  readonly notes: readonly string[];
  /** A program's word for the reason: a refusal's code, an end's kind, an error's code. */
  readonly code: string | null;
  /** The certificate that the firmware shows there, at each host; empty where it has none. */
  readonly identities: readonly EndpointIdentity[];
}

/** Whether the firmware connects, and nothing speaks against the certificate that it shows. */
export function isWell({ verdict, identities }: EndpointVerdict): boolean {
  return verdict === "connects" && !identities.some(isHurt);
}

export interface FirmwareVerdict {
  readonly firmware: Firmware;
  /** The device as it is with CAs in the bundle's format. */
  readonly profile: DeviceProfile;
  /** Through when its endpoints have to be reached. */
  readonly untilAt: number;
  readonly endpoints: readonly EndpointVerdict[];
  /** What is wrong with its bundle, whoever it talks to. */
  readonly remarks: readonly BundleRemark[];
}

export interface FleetOutcome {
  /** The manifest, as it was named. */
  readonly file: string;
  readonly at: number;
  readonly firmwares: readonly FirmwareVerdict[];
  readonly exitCode: number;
}

export interface FleetSetting {
  readonly file: string;
  readonly flags: SiteFlags & IdentityFlags;
  /** The moment that bundles are looked at; now where left out. */
  readonly at: number | undefined;
  readonly horizonMs: number;
}

export async function checkFleet(
  firmwares: readonly Firmware[],
  setting: FleetSetting,
  context: Context,
): Promise<FleetOutcome> {
  const visitedAt = Date.now();
  const at = setting.at ?? visitedAt;
  // For firmwares of which the manifest names none.
  const given = await openIdentity(setting.flags, context);
  const visited = await visitFor(firmwares, { flags: setting.flags, given }, context);
  const judged = visited.map(({ firmware, survey: met }): FirmwareVerdict => {
    const { horizonMs } = setting;
    const { profile, bundle, paths } = firmware;
    const path = paths.join(", ");
    const outcome = check({
      path,
      bundle,
      profile,
      at,
      visitedAt,
      horizonMs,
      presets: [],
      survey: met,
      identity: undefined,
    });
    const untilAt = firmware.untilAt ?? at + horizonMs;
    return {
      firmware,
      profile: outcome.material.profile ?? profile,
      untilAt,
      endpoints: firmware.endpoints.map((endpoint) => {
        const identity = firmware.identities.get(endpoint) ?? given;
        const asking = met.asking.filter(({ urls }) => urls.includes(endpoint));
        const identities =
          identity === undefined ? [] : judgeIdentities(asking, { identity, profile, at, untilAt });
        const wanting = identity === undefined ? asking.flatMap((one) => tellWanting(one, profile, at)) : [];
        const verdict = judge(endpoint, outcome, untilAt);
        return { ...verdict, identities, notes: [...verdict.notes, ...wanting] };
      }),
      remarks: outcome.remarks,
    };
  });
  return { file: setting.file, at, firmwares: judged, exitCode: codeOf(judged, visited) };
}

/** Servers may show another chain to another greeting, so devices that greet alike share a visit and others do not. */
function greetingOf({ hello }: DeviceProfile): string {
  return JSON.stringify(hello);
}

/** That the host wants a certificate, where nobody named one. */
function tellWanting(
  { site: authority, asked, version }: HostAsking,
  profile: DeviceProfile,
  at: number,
): readonly string[] {
  if (asked === undefined || asked === "not-asked") return [];
  const setting = "clientCertificate in the manifest";
  return [explainAsked({ authority, asked, version }, { chain: undefined, profile, at, setting })];
}

interface Visiting {
  readonly flags: SiteFlags;
  readonly given: ClientIdentity | undefined;
}

async function visitFor(
  firmwares: readonly Firmware[],
  { flags, given }: Visiting,
  context: Context,
): Promise<readonly Visited[]> {
  const roots = await readSources(rootSources(flags), context.signal);
  const store = new Set(openStoreRoots(roots, context.env).map(({ fingerprint }) => fingerprint));
  const groups = new Map<string, Group>();
  const members = firmwares.map((firmware) => {
    const { profile, bundle, endpoints } = firmware;
    // A CA of another firmware's would let this one's endpoint be trusted, and its redirects be followed.
    const addRoots = rootsOf(bundle, store);
    const key = JSON.stringify([greetingOf(profile), addRoots]);
    const group = groups.get(key) ?? { profile, addRoots, urls: new Set() };
    groups.set(key, group);
    for (const endpoint of endpoints) group.urls.add(endpoint);
    return { firmware, group };
  });
  const surveys = new Map<Group, Survey>();
  for (const group of groups.values()) {
    const { profile, addRoots, urls } = group;
    surveys.set(
      group,
      await survey(
        {
          urls: [...urls],
          flags,
          profile,
          roots,
          addRoots,
          clientCertificate: given?.shown,
          given: "told-elsewhere",
        },
        context,
      ),
    );
  }
  const name = nameUrls(firmwares.flatMap(({ endpoints }) => endpoints));
  return members.map(({ firmware, group }) => ({
    firmware: withNames(firmware, name),
    survey: pick(surveys.get(group), { endpoints: firmware.endpoints, name }),
  }));
}

/** From here on a firmware's endpoints are called as reports call them, each by a name of its own. */
function withNames(firmware: Firmware, name: NameUrl): Firmware {
  const identities = [...firmware.identities].map(([endpoint, one]) => [name(endpoint), one] as const);
  return { ...firmware, endpoints: firmware.endpoints.map(name), identities: new Map(identities) };
}

/** Firmwares for which the same visits do. */
interface Group {
  readonly profile: DeviceProfile;
  readonly addRoots: string;
  readonly urls: Set<string>;
}

/** A firmware, and what was met of its own endpoints. */
interface Visited {
  readonly firmware: Firmware;
  readonly survey: Survey;
}

interface Picked {
  readonly endpoints: readonly string[];
  readonly name: NameUrl;
}

/** What of a survey is about these endpoints, with every URL under its name. */
function pick(all: Survey | undefined, { endpoints, name }: Picked): Survey {
  const isMeant = ({ url }: FailedUrl): boolean => endpoints.includes(url);
  const leadsFrom = ({ urls }: { readonly urls: readonly string[] }): boolean =>
    urls.some((url) => endpoints.includes(url));
  const own = {
    urls: endpoints,
    sites: all?.sites.filter(leadsFrom) ?? [],
    turnedDown: all?.turnedDown.filter(leadsFrom) ?? [],
    asking: nameLed(all?.asking.filter(leadsFrom) ?? [], name),
    notes: all?.notes.filter(leadsFrom) ?? [],
    failures: all?.failures.filter(isMeant) ?? [],
    unanswered: all?.unanswered.filter(isMeant) ?? [],
  };
  return withShownUrls(own, name);
}

function judge(
  endpoint: string,
  outcome: CheckOutcome,
  untilAt: number,
): Omit<EndpointVerdict, "identities"> {
  const { sites, unknown, material } = outcome;
  const { profile } = material;
  const failure = unknown.find(({ url }) => url === endpoint);
  const own = sites.filter(({ urls }) => urls.includes(endpoint));
  const judged = own.map((site) => ({ site, verdict: judgeSite(site, profile, untilAt) }));
  const all = [
    ...judged.map(({ verdict }) => verdict),
    ...(failure === undefined ? [] : ["unreached" as const]),
  ];
  const verdict = verdicts.find((one) => all.includes(one)) ?? "unreached";
  const worst = judged.find((one) => one.verdict === verdict);
  const end = earliestEnd(own.flatMap((site) => (site.end === undefined ? [] : [site.end])));
  return {
    endpoint,
    verdict,
    end,
    says: [
      ...judged
        // What decides comes first: a build server shows the first sentence alone.
        .toSorted((a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict))
        .map(({ site, verdict: one }) => tell(site, one, untilAt)),
      ...(failure === undefined ? [] : [failure.error.message]),
    ],
    notes: [
      ...outcome.notes.filter(({ urls }) => urls.includes(endpoint)).map(({ says }) => says),
      ...material.survey.unanswered.filter(({ url }) => url === endpoint).map(explainUnanswered),
    ],
    code: verdict === "unreached" ? (failure?.error.code ?? null) : codeOfSite(worst?.site, verdict),
  };
}

function judgeSite(
  { connects, end }: SiteRemark,
  profile: DeviceProfile | undefined,
  untilAt: number,
): FleetVerdict {
  switch (connects) {
    case "no":
      return "refused";
    case "wrongly":
      return "accepted-wrongly";
    case "ends":
      return "ends-early";
    case "yes": {
      const isEnd = end !== undefined && end.at <= untilAt;
      return isEnd && (profile === undefined || noticesEnd(profile, end)) ? "ends-early" : "connects";
    }
  }
}

function codeOfSite(site: SiteRemark | undefined, verdict: FleetVerdict): string | null {
  return verdict === "ends-early" ? (site?.end?.reason.kind ?? null) : (site?.code ?? null);
}

function tell({ site, says }: SiteRemark, verdict: FleetVerdict, untilAt: number): string {
  const early = verdict === "ends-early" ? ` It has to last through ${renderDay(untilAt)}.` : "";
  return `${site}: ${says}${early}`;
}

/** A site that is not trusted first, then one that could not be asked, then a bundle or a client certificate that is wrong. */
function codeOf(firmwares: readonly FirmwareVerdict[], visited: readonly Visited[]): number {
  const all = firmwares.flatMap(({ endpoints }) => endpoints);
  if (all.some(({ verdict }) => verdict !== "connects" && verdict !== "unreached")) return exitCode.untrusted;
  for (const [i, { endpoints }] of firmwares.entries()) {
    const unreached = endpoints.find(({ verdict }) => verdict === "unreached")?.endpoint;
    if (unreached === undefined) continue;
    const failure = visited[i]?.survey.failures.find(({ url }) => url === unreached);
    return failure?.exitCode ?? exitCode.failed;
  }
  const isBroken = firmwares.some(({ remarks }) =>
    remarks.some(({ finding }) => finding.severity === "error"),
  );
  return isBroken || !all.every(isWell) ? exitCode.failed : exitCode.ok;
}
