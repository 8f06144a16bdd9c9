/**
 * One trial after another in a process of its own, which vitest stays loaded in: a source file is served to the tests
 * with a mutant in it, and written nowhere. The first test that turns red ends the trial.
 */
import { createVitest, type Vitest } from "vitest/node";

/** What a trial is about. Without `file` it is the source as it stands. */
export interface Question {
  readonly file?: string;
  readonly source?: string;
  /** Test files, in the order they are tried in. */
  readonly tests: readonly string[];
  readonly testLimitMs: number;
}

/** What comes of it: a word when a test file begins, and the outcome. */
export type Word =
  | { readonly kind: "began"; readonly test: string }
  | { readonly kind: "passed"; readonly test: string; readonly ms: number }
  | { readonly kind: "killed"; readonly test: string; readonly by: string }
  | { readonly kind: "survived" };

class Theatre {
  readonly #vitest: Vitest;
  readonly #stage: Stage;

  constructor(vitest: Vitest, stage: Stage) {
    this.#vitest = vitest;
    this.#stage = stage;
  }

  async play({ file, source, tests, testLimitMs }: Question, tell: (word: Word) => void): Promise<void> {
    this.#put(file === undefined || source === undefined ? undefined : { file, source });
    for (const test of tests) {
      tell({ kind: "began", test });
      const startedAt = performance.now();
      const by = await this.#run(test, testLimitMs);
      if (by !== undefined) return tell({ kind: "killed", test, by });
      tell({ kind: "passed", test, ms: performance.now() - startedAt });
    }
    tell({ kind: "survived" });
  }

  #put(scene: Scene | undefined): void {
    const before = this.#stage.scene;
    this.#stage.scene = scene;
    for (const file of new Set([before?.file, scene?.file]))
      if (file !== undefined) this.#vitest.invalidateFile(file);
  }

  /** The name of what turned red. */
  async #run(test: string, testLimitMs: number): Promise<string | undefined> {
    const vitest = this.#vitest;
    vitest.state.filesMap.clear();
    vitest.config.testTimeout = testLimitMs;
    vitest.config.hookTimeout = testLimitMs;
    const [project] = vitest.projects;
    if (project === undefined) throw new Error("vitest has no project");
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications([
      project.createSpecification(test),
    ]);
    for (const module of testModules) {
      for (const failed of module.children.allTests("failed")) return failed.fullName;
      if (!module.ok()) return `${module.moduleId}: ${module.errors()[0]?.message ?? "a hook failed"}`;
    }
    const [unhandled] = unhandledErrors;
    return unhandled === undefined
      ? undefined
      : unhandled instanceof Error
        ? unhandled.message
        : "something was thrown and not caught";
  }
}

interface Scene {
  readonly file: string;
  readonly source: string;
}

/** What stands there now. */
interface Stage {
  scene: Scene | undefined;
}

async function openTheatre(): Promise<Theatre> {
  const stage: Stage = { scene: undefined };
  const swap = {
    name: "mutant",
    enforce: "pre" as const,
    transform: (_code: string, id: string) => (id === stage.scene?.file ? stage.scene.source : undefined),
  };
  const vitest = await createVitest(
    "test",
    { watch: false, pool: "threads", maxWorkers: 1, isolate: false, bail: 1, reporters: [{}], silent: true },
    { plugins: [swap] },
  );
  return new Theatre(vitest, stage);
}

const theatre = await openTheatre();
process.on("message", (question: Question) => {
  theatre
    .play(question, (word) => process.send?.(word))
    .catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
});
process.on("disconnect", () => process.exit());
process.send?.({ kind: "ready" });
