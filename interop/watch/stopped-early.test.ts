/**
 * Workers, and watches, that are stopped at moments of their start that a seed chooses: each ends in order, with 0 and without a word,
 * and whoever comes next has everything to visit.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { manyMoments } from "../../test/watch/many-moments.ts";
import type { RunningWatch } from "../../test/watch/running.ts";
import { hasPostgres, hasRedis } from "./databases.ts";
import {
  begin,
  expectPolite,
  type Field,
  hire,
  layOut,
  programFile,
  seeded,
  untilVisited,
  workerArguments,
} from "./field.ts";

const queues = [
  { queue: "redis", isThere: hasRedis && hasPostgres, seed: 21 },
  { queue: "postgres", isThere: hasPostgres, seed: 22 },
] as const;

interface Ending {
  readonly what: string;
  readonly exitCode: number;
  /** What it said that is worse than information. */
  readonly complaints: readonly string[];
}

async function stoppedAfter(ms: number, what: "watch" | "worker", field: Field): Promise<Ending> {
  const running = what === "watch" ? begin(field) : hire(field);
  await pause(ms);
  const exitCode = await running.stop();
  const complaints = running.entries.filter(({ level }) => level !== "info").map(({ message }) => message);
  return { what: `a ${what} after ${Math.round(ms)} ms`, exitCode, complaints };
}

/** How long a worker takes until it visits, once everything is loaded and the databases are made ready. */
async function startMsOf(field: Field): Promise<number> {
  let startMs = 0;
  for (let start = 0; start < 2; start++) {
    const beganAt = performance.now();
    const worker: RunningWatch = hire(field);
    await worker.said(/^Visits from /m);
    startMs = performance.now() - beganAt;
    expect(await worker.stop()).toBe(0);
  }
  return startMs;
}

/** The program as a process, which sends itself SIGTERM as soon as it waits for it: then nothing else of it is loaded. */
async function stoppedAtOnce(field: Field): Promise<unknown> {
  const atOnce = `process.on("newListener", (event) => {
    if (event === "SIGTERM") queueMicrotask(() => process.kill(process.pid, "SIGTERM"));
  });`;
  const child = fork(programFile, workerArguments(field), {
    env: { ...process.env, ...field.env },
    execArgv: ["--import", "tsx", "--import", `data:text/javascript,${encodeURIComponent(atOnce)}`],
    stdio: "ignore",
  });
  const [exitCode, signal] = (await once(child, "exit")) as readonly unknown[];
  return { exitCode, signal };
}

describe.each(queues)("with a queue on $queue", ({ queue, isThere, seed }) => {
  it.skipIf(!isThere)(
    "whatever is stopped while it starts ends in order, and leaves everything to whoever comes next",
    async () => {
      const field = await layOut({ queue, networks: 4, addresses: 4, names: 2 });
      const random = seeded(seed);
      const startMs = await startMsOf(field);
      const endings: Ending[] = [];
      for (let moment = 0; moment < manyMoments(12); moment++) {
        const [early, late] = [random() * startMs, random() * startMs * 2];
        endings.push(
          ...(await Promise.all([stoppedAfter(early, "worker", field), stoppedAfter(late, "worker", field)])),
          await stoppedAfter(early, "watch", field),
        );
      }
      expect(endings).toEqual(endings.map(({ what }) => ({ what, exitCode: 0, complaints: [] })));
      expect(await stoppedAtOnce(field)).toEqual({ exitCode: 0, signal: null });
      const [watch, worker] = [begin(field), hire(field)];
      await untilVisited(field);
      expect(new Set(field.sites.names)).toEqual(new Set(field.names));
      expectPolite(field);
      expect(await Promise.all([watch.stop(), worker.stop()])).toEqual([0, 0]);
      await field.close();
    },
    300_000,
  );
});
