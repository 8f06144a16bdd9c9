/** Runs scenarios: a process for each client, a warm-up each, then rounds in which they take turns. */
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Programs } from "./compile.ts";
import { enter, isOnce, nameOf, nextMessage, type Contender, type Entry, type Places } from "./contender.ts";
import { figuresOf, type Figures, type Row, type Sample } from "./sample.ts";
import type { Plan } from "./plan.ts";
import { whyLeftOut, type Effort, type Scenario } from "./scenarios/index.ts";
import type { Ready } from "./server.ts";

/** A client that has no row, and why. */
export interface Missing {
  readonly scenario: string;
  readonly client: string;
  readonly reason: string;
}

export async function startServer(
  { bench }: Programs,
  sizes: readonly number[],
): Promise<Ready & { readonly stop: () => void }> {
  const child = fork(join(bench, "server.js"), sizes.map(String), { execArgv: [] });
  const ready = await nextMessage<Ready>(child);
  return { ...ready, stop: () => child.disconnect() };
}

export interface Setting {
  readonly server: Ready;
  readonly places: Places;
  readonly plan: Plan;
  readonly entries: readonly Entry[];
}

export async function runScenario(
  scenario: Scenario,
  { server, places, plan, entries }: Setting,
): Promise<{ readonly rows: readonly Row[]; readonly missing: readonly Missing[] }> {
  const children: ChildProcess[] = [];
  const reasonToLeaveOut = ({ client }: Entry): string | undefined =>
    whyLeftOut(scenario, client) ?? plan.without[client];
  const found = new Map<string, Figures[]>();
  const missing = entries.flatMap((entry) => {
    const reason = reasonToLeaveOut(entry);
    return reason === undefined ? [] : [{ scenario: scenario.name, client: nameOf(entry), reason }];
  });
  try {
    let contenders = await Promise.all(
      entries
        .filter((entry) => reasonToLeaveOut(entry) === undefined)
        .map((entry) => enter(entry, { scenario, server, places, children })),
    );
    const hears = (name: string, outcome: Sample | string, isWarmUp: boolean): void => {
      if (typeof outcome === "string") {
        found.delete(name);
        missing.push({ scenario: scenario.name, client: name, reason: outcome });
      } else if (!isWarmUp) {
        found.set(name, [...(found.get(name) ?? []), figuresOf(outcome)]);
      }
    };
    if (!isOnce(scenario))
      contenders = await takeTurns(contenders, plan.warmUp, (...heard) => hears(...heard, true));
    for (let round = 0; round < plan.rounds; round++)
      contenders = await takeTurns(contenders, plan.effort, (...heard) => hears(...heard, false));
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
  }
  const rows = entries.flatMap((entry) => {
    const rounds = found.get(nameOf(entry));
    return rounds === undefined ? [] : [{ scenario: scenario.name, client: nameOf(entry), rounds }];
  });
  return { rows, missing };
}

/** One round. Gives those who are still in, in another order, so that nobody is always measured after the same other. */
async function takeTurns(
  contenders: readonly Contender[],
  effort: Effort,
  hear: (name: string, outcome: Sample | string) => void,
): Promise<Contender[]> {
  const left: Contender[] = [];
  for (const contender of contenders) {
    const outcome = await contender.measure(effort).catch(reasonOf);
    hear(contender.name, outcome);
    if (typeof outcome !== "string") left.push(contender);
  }
  return [...left.slice(1), ...left.slice(0, 1)];
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
