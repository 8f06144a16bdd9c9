/** Sweeps one test file after another, in a process of its own which vitest stays loaded in. */
import { fileURLToPath } from "node:url";
import { BroadcastChannel } from "node:worker_threads";
import { createVitest, type Vitest } from "vitest/node";
import { channelName, type SweepWord } from "./sweep-runner.ts";

export interface SweepQuestion {
  /** Given once: the sources with their switches, by absolute path. */
  readonly sources?: Readonly<Record<string, string>>;
  readonly test: string;
  readonly alive: readonly number[];
}

export type StageWord = SweepWord | { readonly kind: "over" };

declare module "vitest" {
  interface ProvidedContext {
    /** Numbers of the mutants that nothing has killed yet. */
    readonly alive: readonly number[];
  }
}

const sources = new Map<string, string>();

async function sweep(vitest: Vitest, question: SweepQuestion): Promise<void> {
  for (const [file, source] of Object.entries(question.sources ?? {})) sources.set(file, source);
  vitest.state.filesMap.clear();
  const [project] = vitest.projects;
  if (project === undefined) throw new Error("vitest has no project");
  project.provide("alive", question.alive);
  await vitest.runTestSpecifications([project.createSpecification(question.test)]);
  // What was said in the thread comes first.
  setTimeout(() => process.send?.({ kind: "over" } satisfies StageWord), 20);
}

const channel = new BroadcastChannel(channelName);
channel.onmessage = (message: unknown): void =>
  void process.send?.((message as { readonly data: SweepWord }).data);

const stage = await createVitest(
  "test",
  {
    watch: false,
    pool: "threads",
    maxWorkers: 1,
    isolate: false,
    runner: fileURLToPath(new URL("./sweep-runner.ts", import.meta.url)),
    testTimeout: 5_000,
    hookTimeout: 60_000,
    reporters: [{}],
    silent: true,
  },
  { plugins: [{ name: "mutants", enforce: "pre", transform: (_code, id) => sources.get(id) }] },
);
process.on("message", (question: SweepQuestion) => {
  sweep(stage, question).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit());
process.send?.({ kind: "ready" });
