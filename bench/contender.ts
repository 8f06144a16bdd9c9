/** Who takes part in a scenario: a client in a worker, or a program, of this checkout or of the one that it is compared with. */
import { fork, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { curlCommand, downloadBy, getCommand, isProgram, type ClientName } from "./clients/index.ts";
import type { Programs } from "./compile.ts";
import type { Sample } from "./sample.ts";
import type { Effort, Scenario } from "./scenarios/index.ts";
import { sizedPath } from "./server/origins.ts";
import type { Ready } from "./server.ts";
import type { Task, Word } from "./worker.ts";

/** Of this checkout, or of the one that it is compared with. */
export interface Entry {
  readonly client: ClientName;
  readonly checkout: "own" | "baseline";
}

/** As the table has it: `meerkat@baseline` for another checkout's. */
export function nameOf({ client, checkout }: Entry): string {
  return checkout === "own" ? client : `${client}@baseline`;
}

/** Where the compiled programs are, a folder for files of the run, and in it the root to believe. */
export interface Places {
  readonly programs: Readonly<Partial<Record<Entry["checkout"], Programs>>>;
  readonly scratch: string;
  readonly caFile: string;
}

export interface Stage {
  readonly scenario: Scenario;
  readonly server: Ready;
  readonly places: Places;
  /** The processes that have to be let go. */
  readonly children: ChildProcess[];
}

export interface Contender {
  readonly name: string;
  readonly measure: (effort: Effort) => Promise<Sample>;
}

export async function enter(entry: Entry, stage: Stage): Promise<Contender> {
  const name = nameOf(entry);
  if (isProgram(entry.client)) return { name, measure: (effort) => download(entry, stage, effort) };
  if (isOnce(stage.scenario)) {
    const measure = async (effort: Effort): Promise<Sample> => {
      const child = await startWorker(entry, stage);
      const sample = await ask(child, effort);
      child.disconnect();
      return sample;
    };
    return { name, measure };
  }
  const child = await startWorker(entry, stage);
  return { name, measure: (effort) => ask(child, effort) };
}

/** A client that has opened its thousand connections cannot open them again. */
export function isOnce({ name }: Scenario): boolean {
  return name === "idle-1000";
}

async function download(entry: Entry, stage: Stage, { downloadBytes }: Effort): Promise<Sample> {
  const { scenario, server, places } = stage;
  const output = scenario.programs?.writeTo === "file" ? join(places.scratch, "downloaded") : "/dev/null";
  const command = entry.client === "curl" ? curlCommand : getCommand(programsOf(entry, places).meerkat);
  const url = server.origins[scenario.programs?.download ?? "kept"] + sizedPath(downloadBytes);
  const sample = await downloadBy(
    command({ url, protocol: scenario.protocol ?? "http/1.1", caFile: places.caFile, output }),
  );
  if (output !== "/dev/null") rmSync(output); // The next one begins with no file, as this one did.
  if (sample.bytes !== downloadBytes) throw new Error(`${sample.bytes} bytes came of ${downloadBytes}`);
  return sample;
}

async function startWorker(
  entry: Entry,
  { scenario, server, places, children }: Stage,
): Promise<ChildProcess> {
  const task: Task = { client: entry.client as Task["client"], scenario: scenario.name, server };
  const child = fork(join(programsOf(entry, places).bench, "worker.js"), [JSON.stringify(task)], {
    execArgv: ["--expose-gc"], // And not tsx, which this process runs under.
    // ky has no other way to be told of a CA.
    env: { ...process.env, ...(entry.client === "ky" ? { NODE_EXTRA_CA_CERTS: places.caFile } : {}) },
  });
  children.push(child);
  await nextMessage<Word>(child);
  return child;
}

function programsOf({ checkout }: Entry, { programs }: Places): Programs {
  const found = programs[checkout];
  if (found === undefined) throw new Error(`there is no ${checkout} checkout`);
  return found;
}

async function ask(child: ChildProcess, effort: Effort): Promise<Sample> {
  child.send(effort);
  const word = await nextMessage<Word>(child);
  if (word.kind === "sample") return word.sample;
  throw new Error(word.kind === "failed" ? word.reason : "the worker started anew");
}

export function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`the process ended with ${code}`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.removeListener("exit", onExit);
      resolve(message as T);
    });
  });
}
