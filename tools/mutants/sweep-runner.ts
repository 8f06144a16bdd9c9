/**
 * Runs each test as vitest does, and then once more with each mutant that it reached switched on. A mutant counts as
 * killed when the test fails with it and passes again without it.
 */
import { BroadcastChannel } from "node:worker_threads";
import { TestRunner } from "vitest";
import type { RunnerTestCase, RunnerTestSuite } from "vitest";
import { switchesName, type Switches } from "./schemata.ts";

/** What is told while a test file is swept. */
export type SweepWord =
  /** The sources reached these while they were loaded, when no mutant was on: a switch comes too late for them. */
  | { readonly kind: "loaded"; readonly ids: readonly number[] }
  | { readonly kind: "trying"; readonly id: number; readonly test: string }
  | { readonly kind: "killed"; readonly id: number; readonly by: string }
  /** It fails for want of an end: a trial of its own has to say. */
  | { readonly kind: "doubtful"; readonly id: number }
  /** No mutant is on. */
  | { readonly kind: "rested" }
  /** The mutant left something behind that keeps the test from passing without it. */
  | { readonly kind: "spoilt"; readonly id: number };

export const channelName = "mutants";
/** A test that takes longer is left to the trials, and so is what is left when a test has been tried for so long. */
const slowMs = 2_000;
const budgetMs = 60_000;

const switches: Switches = { active: 0, reached: new Set() };
Object.assign(globalThis, { [switchesName]: switches });

// vitest takes a runner by its default export.
// oxlint-disable-next-line import/no-default-export
export default class SweepRunner extends TestRunner {
  readonly #channel = new BroadcastChannel(channelName);
  #alive: Set<number> | undefined;
  #isSpoilt = false;

  onCollected(): void {
    if (switches.reached.size > 0) this.#tell({ kind: "loaded", ids: [...switches.reached] });
    switches.reached.clear();
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test);
    switches.reached.clear();
    const startedAt = performance.now();
    await run();
    if (performance.now() - startedAt > slowMs || this.#isSpoilt) return;
    this.#alive ??= new Set(this.injectValue("alive") as readonly number[]);
    const reached = [...this.#alive].filter((id) => switches.reached.has(id));
    if (reached.length === 0) return;
    await this.#after(test);
    // What does not pass a second time says nothing of the mutants.
    if ((await this.#attempt(test, 0)) === undefined) await this.#sweep(test, reached);
    this.#tell({ kind: "rested" });
    await this.#before(test);
  }

  async #sweep(test: RunnerTestCase, ids: readonly number[]): Promise<void> {
    const startedAt = performance.now();
    for (const id of ids) {
      if (performance.now() - startedAt > budgetMs) return;
      this.#tell({ kind: "trying", id, test: test.name });
      const failure = await this.#attempt(test, id);
      if (failure === undefined) continue;
      this.#alive?.delete(id);
      const isEndless = /timed out/i.test(failure);
      this.#tell(isEndless ? { kind: "doubtful", id } : { kind: "killed", id, by: test.name });
      if (!isEndless && (await this.#attempt(test, 0)) === undefined) continue;
      this.#isSpoilt = true;
      return this.#tell({ kind: "spoilt", id });
    }
  }

  /** What the test fails by. */
  async #attempt(test: RunnerTestCase, id: number): Promise<string | undefined> {
    switches.active = id;
    try {
      await this.#before(test);
      await TestRunner.getTestFn(test)();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      switches.active = 0;
      await this.#after(test).catch(() => {});
    }
  }

  async #before(test: RunnerTestCase): Promise<void> {
    for (const suite of suitesOf(test)) {
      for (const hook of TestRunner.getSuiteHooks(suite).beforeEach) await hook(test.context, suite);
    }
  }

  async #after(test: RunnerTestCase): Promise<void> {
    for (const suite of suitesOf(test).toReversed()) {
      for (const hook of TestRunner.getSuiteHooks(suite).afterEach) await hook(test.context, suite);
    }
  }

  #tell(word: SweepWord): void {
    // A channel between threads has no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#channel.postMessage(word);
  }
}

/** From the file's own suite inwards. */
function suitesOf(test: RunnerTestCase): readonly RunnerTestSuite[] {
  const suites: RunnerTestSuite[] = [];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) suites.unshift(suite);
  return suites[0] === test.file ? suites : [test.file, ...suites];
}
