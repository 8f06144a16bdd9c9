/** Runs scenarios: a worker for each client, a warm-up each, then rounds in which they take turns. */
import { fork, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { downloadByCurl, type ClientName, type WorkerClient } from "./clients/index.ts";
import { summarise, type Row, type Sample } from "./sample.ts";
import type { Plan } from "./plan.ts";
import type { Effort, Scenario } from "./scenarios/index.ts";
import { sizedPath } from "./server/origins.ts";
import type { Ready } from "./server.ts";
import type { Task, Word } from "./worker.ts";

/** A client that has no row, and why. */
export interface Missing {
  readonly scenario: string;
  readonly client: ClientName;
  readonly reason: string;
}

/** Where the compiled programs are, and a folder for files of the run. */
export interface Places {
  readonly programs: string;
  readonly scratch: string;
}

type Contender = { readonly name: ClientName; readonly measure: (effort: Effort) => Promise<Sample> };

export async function startServer(
  { programs }: Places,
  sizes: readonly number[],
): Promise<Ready & { readonly stop: () => void }> {
  const child = fork(join(programs, "server.js"), sizes.map(String), { execArgv: [] });
  const ready = await nextMessage<Ready>(child);
  return { ...ready, stop: () => child.disconnect() };
}

export interface Setting {
  readonly server: Ready;
  readonly places: Places;
  readonly plan: Plan;
  readonly clients: readonly ClientName[];
}

export async function runScenario(
  scenario: Scenario,
  { server, places, plan, clients }: Setting,
): Promise<{ readonly rows: readonly Row[]; readonly missing: readonly Missing[] }> {
  const children: ChildProcess[] = [];
  const reasonToLeaveOut = (name: ClientName): string | undefined =>
    scenario.without[name] ?? plan.without[name];
  const samples = new Map<ClientName, Sample[]>();
  const missing = clients.flatMap((client) => {
    const reason = reasonToLeaveOut(client);
    return reason === undefined ? [] : [{ scenario: scenario.name, client, reason }];
  });
  try {
    let contenders = await Promise.all(
      clients
        .filter((name) => reasonToLeaveOut(name) === undefined)
        .map((name) => enter(name, { scenario, server, places, children })),
    );
    const hears = (name: ClientName, outcome: Sample | string, isWarmUp: boolean): void => {
      if (typeof outcome === "string") {
        samples.delete(name);
        missing.push({ scenario: scenario.name, client: name, reason: outcome });
      } else if (!isWarmUp) {
        samples.set(name, [...(samples.get(name) ?? []), outcome]);
      }
    };
    if (!isOnce(scenario))
      contenders = await takeTurns(contenders, plan.warmUp, (...heard) => hears(...heard, true));
    for (let round = 0; round < plan.rounds; round++)
      contenders = await takeTurns(contenders, plan.effort, (...heard) => hears(...heard, false));
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
  }
  const rows = clients.flatMap((name) => {
    const own = samples.get(name);
    return own === undefined ? [] : [summarise(scenario.name, name, own)];
  });
  return { rows, missing };
}

/** One round. Gives those who are still in, in another order, so that nobody is always measured after the same other. */
async function takeTurns(
  contenders: readonly Contender[],
  effort: Effort,
  hear: (name: ClientName, outcome: Sample | string) => void,
): Promise<Contender[]> {
  const left: Contender[] = [];
  for (const contender of contenders) {
    const outcome = await contender.measure(effort).catch(reasonOf);
    hear(contender.name, outcome);
    if (typeof outcome !== "string") left.push(contender);
  }
  return [...left.slice(1), ...left.slice(0, 1)];
}

/** A client that has opened its thousand connections cannot open them again. */
function isOnce({ name }: Scenario): boolean {
  return name === "idle-1000";
}

interface Stage {
  readonly scenario: Scenario;
  readonly server: Ready;
  readonly places: Places;
  readonly children: ChildProcess[];
}

async function enter(name: ClientName, stage: Stage): Promise<Contender> {
  const { scenario, server } = stage;
  if (name === "curl") {
    const measure = ({ downloadBytes }: Effort): Promise<Sample> =>
      downloadByCurl(server.origins.kept + sizedPath(downloadBytes), server.ca);
    return { name, measure };
  }
  if (isOnce(scenario)) {
    const measure = async (effort: Effort): Promise<Sample> => {
      const child = await startWorker(name, stage);
      const sample = await ask(child, effort);
      child.disconnect();
      return sample;
    };
    return { name, measure };
  }
  const child = await startWorker(name, stage);
  return { name, measure: (effort) => ask(child, effort) };
}

async function startWorker(
  name: WorkerClient,
  { scenario, server, places, children }: Stage,
): Promise<ChildProcess> {
  const task: Task = { client: name, scenario: scenario.name, server };
  const caFile = join(places.scratch, "ca.pem");
  writeFileSync(caFile, server.ca);
  const child = fork(join(places.programs, "worker.js"), [JSON.stringify(task)], {
    execArgv: ["--expose-gc"], // And not tsx, which this process runs under.
    // ky has no other way to be told of a CA.
    env: { ...process.env, ...(name === "ky" ? { NODE_EXTRA_CA_CERTS: caFile } : {}) },
  });
  children.push(child);
  await nextMessage<Word>(child);
  return child;
}

async function ask(child: ChildProcess, effort: Effort): Promise<Sample> {
  child.send(effort);
  const word = await nextMessage<Word>(child);
  if (word.kind === "sample") return word.sample;
  throw new Error(word.kind === "failed" ? word.reason : "the worker started anew");
}

function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`the process ended with ${code}`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.removeListener("exit", onExit);
      resolve(message as T);
    });
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
