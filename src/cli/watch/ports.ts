/** What a watch and its workers are given of this machine. */
import { compilePolicy } from "../../admission/index.ts";
import { explainUnreadable } from "../../core/index.ts";
import { type Config, runLimits, type RunPorts, tellLimits, WatchError } from "../../watch/index.ts";
import { openBundleFiles } from "../check/bundle-files.ts";
import { forecastGround } from "../devices/files/roots.ts";
import type { Context } from "../frame/context.ts";
import { readBounded } from "../frame/files.ts";
import { readSources } from "../frame/root-sources.ts";
import { askWhy } from "./ask-why.ts";
import type { WatchFlags } from "./flags.ts";
import { openLog } from "./log.ts";

/** A configuration with its ports. */
export interface Prepared {
  readonly config: Config;
  readonly ports: RunPorts;
  /** Has the ports ask another one from now on. */
  readonly take: (config: Config) => void;
}

/** The `place` of a command line counts before what the configuration says. */
export async function prepare(
  read: () => Promise<Config>,
  flags: Pick<WatchFlags, "log" | "config" | "list" | "place">,
  context: Pick<Context, "err" | "env" | "signal">,
): Promise<Prepared> {
  let config = await read();
  const { place } = flags;
  const placed = (): Config => (place === undefined ? config : { ...config, place });
  const ports = await openPorts(placed, flags, context);
  return { config, ports, take: (next) => void (config = next) };
}

/** `config` is asked for whenever it counts: it may be read again. */
async function openPorts(
  config: () => Config,
  { log, config: configFile, list }: Pick<WatchFlags, "log" | "config" | "list">,
  { err, env, signal }: Pick<Context, "err" | "env" | "signal">,
): Promise<RunPorts> {
  const trust = await readTrust(config(), signal);
  const policy = compilePolicy(trust, env);
  return {
    pathOf: (file) => file,
    configFile: list === undefined ? configFile : undefined,
    readList: (path) => readList(path, signal),
    openBundle: (path) => openBundleFiles(path, signal),
    ground: forecastGround(),
    now: Date.now,
    policy,
    trust,
    environment: env,
    readSecret: async (path) =>
      (await readBounded(path, { most: tellLimits.secretBytes, signal })).toString(),
    askWhy: (endpoint, own) => askWhy(endpoint, { config, policy, env }, own),
    log: openLog(err, log),
  };
}

/** Whether the roots that a configuration names can be used: they count from the next start on, which is not to fail by them. @throws HttpsError */
export async function checkTrust(
  config: Config,
  { env, signal }: Pick<Context, "env" | "signal">,
): Promise<void> {
  compilePolicy(await readTrust(config, signal), env);
}

async function readTrust({ roots }: Config, signal: AbortSignal): Promise<RunPorts["trust"]> {
  return roots === undefined ? {} : { roots: await readSources(roots, signal) };
}

/** Within a bound, and a signal ends what may keep it waiting. @throws WatchError */
async function readList(path: string, signal: AbortSignal): Promise<string> {
  try {
    return (await readBounded(path, { most: runLimits.listBytes, signal })).toString();
  } catch (error) {
    const hint = "A list is a text file with a URL or host:port a line, tags behind it.";
    throw new WatchError(`The list ${path} cannot be read: ${explainUnreadable(error)}.`, {
      hint,
      cause: error,
    });
  }
}
