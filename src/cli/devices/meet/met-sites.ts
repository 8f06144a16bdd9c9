/** What a choice of CA certificates stands on: the sites as they are met now, and the roots of the stores. */
import type { ClientOptions } from "../../../client/index.ts";
import type { DeviceProfile } from "../../../device/index.ts";
import type { Context } from "../../frame/context.ts";
import { readSources } from "../../frame/root-sources.ts";
import type { CaMaterial } from "../files/ca-choice.ts";
import type { GivenIdentity } from "./identity.ts";
import { openStoreRoots } from "../files/roots.ts";
import { rootSources, type SiteFlags } from "./site-options.ts";
import { survey } from "./survey.ts";

interface Wanted {
  readonly urls: readonly string[];
  readonly flags: SiteFlags;
  readonly profile: DeviceProfile;
  readonly clientCertificate: ClientOptions["clientCertificate"] | undefined;
  readonly given?: GivenIdentity | undefined;
}

type MetSites = Pick<
  CaMaterial,
  "sites" | "roots" | "rootSources" | "urls" | "failures" | "unanswered" | "turnedDown" | "notes"
>;

/** Opens the store, and visits the sites. */
export async function meetSites(wanted: Wanted, context: Context): Promise<MetSites> {
  const sources = rootSources(wanted.flags);
  const opened = await readSources(sources, context.signal);
  const roots = openStoreRoots(opened, context.env);
  const { sites, failures, unanswered, turnedDown, notes } = await survey(
    { ...wanted, roots: opened },
    context,
  );
  return {
    sites: sites.filter(({ verified }) => verified),
    roots,
    rootSources: sources,
    urls: wanted.urls,
    failures,
    unanswered,
    turnedDown,
    notes,
  };
}
