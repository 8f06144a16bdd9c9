/** `meerkat watch worker`: visits what the queue of a place gives it. As many of them as one likes; each may come and go. */
import type { Command } from "commander";
import { askMany, type Config, PlaceWorker } from "../../watch/index.ts";
import type { Context } from "../frame/context.ts";
import { type FlagsOf, needed, onFlags, text, toggle } from "../frame/flags.ts";
import { readConfiguration } from "./configuration.ts";
import { asCommandError } from "./failure.ts";
import { configFlag, logFlag } from "./flags.ts";
import { checkTrust, prepare } from "./ports.ts";
import { tellOfQueue } from "./queue-said.ts";
import { reloadOnHangup } from "./reloading.ts";
import { anyEndings, serverEndings } from "../frame/exit-codes.ts";
import { endsWith } from "../frame/help.ts";
import { unlessStopped } from "./starting.ts";

const workerFlags = [
  needed(configFlag("the configuration of the watch, with its queue and its store")),
  needed(text("--place <name>", "the network that this machine is in, one of the configuration's places")),
  toggle("--check", "read and check everything, and end"),
  logFlag,
] as const;

export function defineWorker(command: Command, context: Context): void {
  command.summary("visit from a place what a queue of work gives it");
  command.description("Visit from a place what a queue of work gives it; as many workers as a place needs.");
  command.addHelpText("after", notes);
  endsWith(command, context, {
    ...anyEndings,
    ...serverEndings,
    0: "it was stopped, or what --check was to do is done",
    2: "usage, or what is configured cannot be used",
    4: true,
    60: "the certificate of its own database is not trusted",
  });
  onFlags(command, workerFlags, async (flags) => {
    try {
      await visitFrom(flags, context);
    } catch (error) {
      throw asCommandError(error);
    }
  });
}

const notes = `
Endpoints and bundles come from the store. SIGTERM gives back what is not visited yet; SIGHUP reads the configuration again.`;

async function visitFrom(flags: FlagsOf<typeof workerFlags>, context: Context): Promise<void> {
  const { out, signal } = context;
  const { place } = flags;
  const read = (): Promise<Config> => readConfiguration({ config: flags.config }, signal);
  if (flags.check === true) {
    const { config, ports } = await prepare(read, flags, context);
    await PlaceWorker.check(config, ports, place);
    tellOfQueue(await askMany(config, ports), context.err);
    out.lines(`A worker in ${place} has what it needs.`);
    return;
  }
  const started = await unlessStopped(signal, async () => {
    const { config, ports, take } = await prepare(read, flags, context);
    return { ports, take, worker: await PlaceWorker.open(config, ports, { place, signal }) };
  });
  if (started === undefined) return;
  const { ports, take, worker } = started;
  out.lines(`Visits from ${place}.`);
  const stopListening = reloadOnHangup(context, ports.log, async () => {
    const next = await read();
    await checkTrust(next, context);
    take(next);
    worker.reload(next);
  });
  try {
    await worker.run(signal);
  } finally {
    stopListening();
  }
}
