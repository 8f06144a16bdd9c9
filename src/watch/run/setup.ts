/**
 * What a configuration comes to: endpoints, bundles, and decisions by its rules. Everything is read and checked before
 * anything of it takes effect, so that a reload with a fault in it changes nothing.
 */
import { trustPorts } from "../../admission/index.ts";
import type { BundleFile } from "../../bundle/index.ts";
import {
  bundleOfFiles,
  decide,
  type Decision,
  type EndpointHistory,
  type ForecastGround,
  prepareBundle,
  type Visit,
  type WatchedBundle,
  type WatchedEndpoint,
} from "../../fleet/index.ts";
import { fingerprint } from "../../x509/index.ts";
import type { NamedBundle } from "../config/bundle-option.ts";
import type { Config } from "../config/schema.ts";
import { settingsOf } from "../config/settings.ts";
import { type BadLine, explainEmpty, type ListText, parseLists } from "../list/index.ts";
import { WatchError } from "../watch-error.ts";

/** What is needed of the world around. */
export interface SetupPorts {
  /** Where a path of the configuration leads. */
  readonly pathOf: (file: string) => string;
  /** Reads a list, within a bound. */
  readonly readList: (path: string) => Promise<string>;
  /** Reads the files of CA certificates in any format, one or a folder. */
  readonly openBundle: (path: string) => Promise<readonly BundleFile[]>;
  readonly ground: ForecastGround;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Setup {
  readonly endpoints: readonly WatchedEndpoint[];
  /** Lines of the lists that are left out. */
  readonly bad: readonly BadLine[];
  readonly bundles: readonly WatchedBundle[];
  readonly decide: (history: EndpointHistory, visit: Visit) => Decision;
}

/** @throws WatchError */
export async function readSetup(config: Config, ports: SetupPorts): Promise<Setup> {
  const texts = await Promise.all(config.endpoints.map((file) => readList(file, ports)));
  const list = parseLists(texts);
  const empty = explainEmpty(list, texts);
  if (empty !== undefined)
    throw new WatchError(empty, { hint: "A list has a URL or host:port a line, tags behind it." });
  const bundles = await readBundles(config.bundles ?? [], ports);
  return { ...list, bundles, decide: decisionsBy(config, bundles, ports) };
}

/** Decisions by a configuration's rules, for bundles that may come from a store. */
export function decisionsBy(
  config: Pick<Config, "every" | "rules">,
  bundles: readonly WatchedBundle[],
  { ground, now }: Pick<SetupPorts, "ground" | "now">,
): Setup["decide"] {
  const settings = settingsOf(config);
  const prepared = bundles.map((bundle) => prepareBundle(bundle, ground, trustPorts));
  const { isPublic } = ground;
  const knownRoots = new Map(ground.knownRoots.map((root) => [fingerprint(root, trustPorts.sha256), root]));
  return (history, visit) =>
    decide({ history, visit, bundles: prepared, knownRoots, isPublic, settings, now: now() }, trustPorts);
}

async function readList(file: string, { pathOf, readList: read }: SetupPorts): Promise<ListText> {
  return { file, text: await read(pathOf(file)) };
}

/** The bundles that are named, each once. @throws WatchError */
export async function readBundles(
  named: readonly NamedBundle[],
  ports: Pick<SetupPorts, "pathOf" | "openBundle">,
): Promise<readonly WatchedBundle[]> {
  const bundles = await Promise.all(named.map((bundle) => readWatchedBundle(bundle, ports)));
  return [...new Map(bundles.map((bundle) => [bundle.id, bundle])).values()];
}

async function readWatchedBundle(
  { file, device, label = file }: NamedBundle,
  { pathOf, openBundle }: Pick<SetupPorts, "pathOf" | "openBundle">,
): Promise<WatchedBundle> {
  const bundle = bundleOfFiles({ label, device, files: await openBundle(pathOf(file)) }, trustPorts.sha256);
  if (bundle.bundle.entries.some(({ kind }) => kind !== "unreadable")) return bundle;
  throw new WatchError(`The bundle ${file} holds no CA certificate that can be read.`, {
    hint: `meerkat check ${file} says what is in it.`,
  });
}
