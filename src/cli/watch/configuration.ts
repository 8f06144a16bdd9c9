/** The configuration of a command line: its file, with what was typed before it. */
import { dirname, isAbsolute, resolve } from "node:path";
import {
  checkConfig,
  type Config,
  isDatabaseUrl,
  parseBundleOption,
  parseConfig,
  runLimits,
  WatchError,
} from "../../watch/index.ts";
import { readInput } from "../frame/files.ts";
import { allRoots, namedRoots } from "../frame/root-sources.ts";
import type { WatchFlags } from "./flags.ts";

/** @throws WatchError, CommandError */
export async function readConfiguration(flags: WatchFlags, signal: AbortSignal): Promise<Config> {
  const typed = typedConfig(flags);
  const { config: file } = flags;
  if (file === undefined) {
    if (flags.list === undefined)
      throw new WatchError("No endpoint is named.", {
        hint: "Name a list: meerkat watch --list endpoints.txt, or a configuration with --config.",
      });
    return checkConfig(withAdded({ endpoints: [], ...typed }, flags), "The command line");
  }
  const hint = "--config takes a YAML or JSON file.";
  const text = (await readInput(file, { most: runLimits.configBytes, hint, signal })).toString();
  const read = await parseConfig(text, file);
  // What stands in the file is named from the file's folder, what is typed from here.
  return checkConfig(withAdded({ ...placed(read, dirname(file)), ...typed }, flags), file);
}

/** Whom `--add-cacert` adds stands beside those that are named, wherever that is; beside Mozilla's where nobody is. */
function withAdded(config: Config, { addCacert }: WatchFlags): Config {
  const { roots } = config;
  return addCacert === undefined ? config : { ...config, roots: allRoots({ roots, addCacert }) ?? [] };
}

/** Where the paths of a configuration begin is settled here: they are from this folder on. */
function placed(config: Config, folder: string): Config {
  const from = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  const inPlace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inPlace);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]: [string, unknown]) => [
        name,
        name === "file" && typeof one === "string" ? from(one) : inPlace(one),
      ]),
    );
  };
  const { endpoints, store, roots } = config;
  return {
    ...(inPlace(config) as Config),
    endpoints: endpoints.map(from),
    ...(typeof store === "string" && !isDatabaseUrl(store) ? { store: from(store) } : {}),
    ...(roots === undefined
      ? {}
      : { roots: roots.map((root) => (root === "mozilla" || root === "system" ? root : from(root))) }),
  };
}

function typedConfig(flags: WatchFlags): Partial<Config> {
  const { list, bundle, store, every, listen, tokenFile, behindProxy, publicUrl, place, contact } = flags;
  const { maxTime, resolve: resolved, proxy } = flags;
  const roots = namedRoots(flags);
  const parts: Partial<Config> = {
    endpoints: list,
    bundles: bundle?.map(parseBundleOption),
    store,
    every,
    listen,
    token: tokenFile === undefined ? undefined : { file: tokenFile },
    behindProxy,
    publicUrl,
    place,
    contact,
    maxTime: maxTime !== undefined && /^\d+$/.test(maxTime) ? `${maxTime}s` : maxTime,
    roots,
    resolve: resolved === undefined ? undefined : Object.fromEntries(resolved),
    proxy: proxy === "" ? null : proxy,
  } as Partial<Config>;
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  ) as Partial<Config>;
}
