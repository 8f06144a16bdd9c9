/** `meerkat watch`: visits endpoints over time, and says what will break which bundle, when, and what to do before. */
import type { Command } from "commander";
import { compilePolicy } from "../../admission/index.ts";
import { explainUnreadable, messageOf, renderCount } from "../../core/index.ts";
import {
  configJsonSchema,
  type Config,
  readSetup,
  runLimits,
  type RunPorts,
  type Setup,
  Watch,
  WatchError,
} from "../../watch/index.ts";
import { openBundleFiles } from "../check/bundle-files.ts";
import { forecastGround } from "../devices/files/roots.ts";
import type { Context } from "../frame/context.ts";
import { readBounded } from "../frame/files.ts";
import { onFlags } from "../frame/flags.ts";
import { readSources } from "../frame/root-sources.ts";
import { askWhy } from "./ask-why.ts";
import { readConfiguration } from "./configuration.ts";
import { asCommandError } from "./failure.ts";
import { watchFlags, type WatchFlags } from "./flags.ts";
import { openLog } from "./log.ts";

export function defineWatch(command: Command, context: Context): void {
  command.addHelpText("after", notes);
  onFlags(command, watchFlags, async (flags) => {
    try {
      await runWatch(flags, context);
    } catch (error) {
      throw asCommandError(error);
    }
  });
}

const notes = `
One process, one SQLite file: meerkat watch --list endpoints.txt --bundle fs/ca.pem@mongoose-os
SIGHUP reads the configuration and its files again. The guide has more: docs/guide/9-watch.md`;

async function runWatch(flags: WatchFlags, context: Context): Promise<void> {
  const { out, err, env, signal } = context;
  if (flags.printSchema === true) {
    out.json(configJsonSchema());
    return;
  }
  let config = await readConfiguration(flags, signal);
  const sources = config.roots === undefined ? undefined : await readSources(config.roots, signal);
  const trust = sources === undefined ? {} : { roots: sources };
  const policy = compilePolicy(trust, env);
  const ports: RunPorts = {
    pathOf: (file) => file,
    readList: (path) => readList(path, signal),
    openBundle: (path) => openBundleFiles(path, signal),
    ground: forecastGround(),
    now: Date.now,
    policy,
    trust,
    environment: env,
    askWhy: (endpoint, own) => askWhy(endpoint, { config: () => config, policy, env }, own),
    log: openLog(err, flags.log),
  };
  if (flags.check === true) {
    out.lines(describeSetup(await readSetup(config, ports)));
    return;
  }
  const watch = await Watch.open(config, ports);
  out.lines(describeSetup(watch.setup), ...(watch.url === undefined ? [] : [`The page is at ${watch.url}`]));
  const reload = async (): Promise<void> => {
    try {
      const next: Config = await readConfiguration(flags, signal);
      await watch.reload(next);
      config = next;
    } catch (error) {
      const sentence = `Nothing was changed: ${messageOf(error)}`;
      ports.log({ level: "error", event: "reload-failed", sentence });
    }
  };
  const stopListening = context.onHangup(() => void reload());
  try {
    await watch.run(signal, { once: flags.once === true });
  } finally {
    stopListening();
  }
}

function describeSetup({ endpoints, bundles, bad }: Setup): string {
  const left = bad.length === 0 ? "" : `; ${renderCount(bad.length, "line")} left out`;
  const joined = bundles.length === 0 ? "" : `, joined with ${renderCount(bundles.length, "bundle")}`;
  return `${renderCount(endpoints.length, "endpoint")}${joined}${left}.`;
}

/** Within a bound, and a signal ends what may keep it waiting. @throws WatchError */
async function readList(path: string, signal: AbortSignal): Promise<string> {
  try {
    return (await readBounded(path, { most: runLimits.listBytes, signal })).toString();
  } catch (error) {
    throw new WatchError(`The list ${path} cannot be read: ${explainUnreadable(error)}.`, { cause: error });
  }
}
