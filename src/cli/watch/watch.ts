/** `meerkat watch`: visits endpoints over time, and says what will break which bundle, when, and what to do before. */
import type { Command } from "commander";
import { renderCount } from "../../core/index.ts";
import { configJsonSchema, type Config, type Setup, Watch, WatchError } from "../../watch/index.ts";
import type { Context } from "../frame/context.ts";
import { onFlags } from "../frame/flags.ts";
import { readConfiguration } from "./configuration.ts";
import { tellBadLines } from "../survey/bad-lines.ts";
import { asCommandError } from "./failure.ts";
import { watchFlags, type WatchFlags } from "./flags.ts";
import { checkTrust, openPorts } from "./ports.ts";
import { reloadOnHangup } from "./reloading.ts";
import { defineWorker } from "./worker.ts";

export function defineWatch(command: Command, context: Context): void {
  command.addHelpText("after", notes);
  // A flag behind `worker` is the worker's.
  command.enablePositionalOptions();
  defineWorker(command.command("worker"), context);
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
Many machines, PostgreSQL and a queue: meerkat watch --config watch.yaml, and workers in each place.
SIGHUP reads the configuration and its files again. The guide has more: docs/guide/9-watch.md`;

async function runWatch(flags: WatchFlags, context: Context): Promise<void> {
  const { out, signal } = context;
  if (flags.printSchema === true) {
    out.json(configJsonSchema());
    return;
  }
  let config = await readConfiguration(flags, signal);
  if (flags.once === true && config.queue !== undefined)
    throw new WatchError("With a queue, the workers visit: --once is for one machine.");
  const ports = await openPorts(() => config, flags, context);
  if (flags.check === true) {
    const setup = await Watch.check(config, ports);
    tellBadLines(setup.bad, context.err);
    out.lines(describeSetup(setup));
    return;
  }
  const watch = await Watch.open(config, ports);
  out.lines(describeSetup(watch.setup), ...(watch.url === undefined ? [] : [`The page is at ${watch.url}`]));
  const stopListening = reloadOnHangup(context, ports.log, async () => {
    const next: Config = await readConfiguration(flags, signal);
    await checkTrust(next, context);
    await watch.reload(next);
    config = next;
  });
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
