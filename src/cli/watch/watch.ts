/** `meerkat watch`: visits endpoints over time, and says what will break which bundle, when, and what to do before. */
import type { Command } from "commander";
import { renderCount } from "../../core/index.ts";
import { askMany, configJsonSchema, type Config, type Setup, Watch, WatchError } from "../../watch/index.ts";
import type { Context } from "../frame/context.ts";
import { onFlags } from "../frame/flags.ts";
import { readConfiguration } from "./configuration.ts";
import { tellBadLines } from "../survey/bad-lines.ts";
import { asCommandError } from "./failure.ts";
import { tellOfQueue } from "./queue-said.ts";
import { watchFlags, type WatchFlags } from "./flags.ts";
import { checkTrust, prepare, type Prepared } from "./ports.ts";
import { reloadOnHangup } from "./reloading.ts";
import { unlessStopped } from "./starting.ts";
import { anyEndings, serverEndings } from "../frame/exit-codes.ts";
import { endsWith } from "../frame/help.ts";
import { defineWorker } from "./worker.ts";

export function defineWatch(command: Command, context: Context): void {
  command.addHelpText("after", notes);
  endsWith(command, context, {
    ...anyEndings,
    ...serverEndings,
    0: "it was stopped, or what --once and --check were to do is done",
    2: "usage, or what is configured cannot be used",
    4: true,
    60: "the certificate of its own database is not trusted",
  });
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
  const read = async (): Promise<Config> => {
    const config = await readConfiguration(flags, signal);
    if (flags.once === true && config.queue !== undefined)
      throw new WatchError("With a queue, the workers visit: --once is for one machine.");
    return config;
  };
  if (flags.check === true) {
    const { config, ports } = await prepare(read, flags, context);
    const setup = await Watch.check(config, ports);
    tellBadLines(setup.bad, context.err);
    tellOfQueue(await askMany(config, ports), context.err);
    out.lines(describeSetup(setup));
    return;
  }
  // Whoever visits once by a timer comes again.
  const ending = flags.once === true ? undefined : signal;
  const start = async (): Promise<Omit<Prepared, "config"> & { readonly watch: Watch }> => {
    const { config, ports, take } = await prepare(read, flags, context);
    return { ports, take, watch: await Watch.open(config, ports, ending) };
  };
  // Whoever waits for one visit of everything is to know that there was none.
  const started = await (flags.once === true ? start() : unlessStopped(signal, start));
  if (started === undefined) return;
  const { ports, take, watch } = started;
  out.lines(describeSetup(watch.setup), ...(watch.url === undefined ? [] : [`The page is at ${watch.url}`]));
  const stopListening = reloadOnHangup(context, ports.log, async () => {
    const next = await readConfiguration(flags, signal);
    await checkTrust(next, context);
    await watch.reload(next);
    take(next);
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
