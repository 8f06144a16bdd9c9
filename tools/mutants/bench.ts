/** Tries mutants one by one: each has the tests loaded anew, and the first that turns red ends it. */
import { fileURLToPath } from "node:url";
import { applyMutant, type Mutant } from "./mutant.ts";
import type { Question, Word } from "./trial.ts";
import { Worker } from "./worker.ts";

const trialFile = fileURLToPath(new URL("./trial.ts", import.meta.url));
/** A test file may take so many times as long as it does without a mutant, and so much longer. */
const patience = { factor: 5, moreMs: 20_000, unknownMs: 300_000 };
/** A single test that waits for what a mutant keeps from coming. */
const testLimitMs = 10_000;

export type Outcome =
  { readonly kind: "killed"; readonly test: string; readonly by: string } | { readonly kind: "survived" };

/** Knows how long tests take, and what they killed before. */
export class Bench {
  readonly #root: string;
  readonly #sources: ReadonlyMap<string, string>;
  readonly #durations = new Map<string, number>();
  /** By source file, by test file. */
  readonly #kills = new Map<string, Map<string, number>>();
  readonly #idle: Worker<Question, Word>[] = [];

  constructor(root: string, sources: ReadonlyMap<string, string>) {
    this.#root = root;
    this.#sources = sources;
  }

  /** Runs tests without a mutant; gives those that fail, which could kill nothing. */
  async measure(test: string): Promise<string | undefined> {
    const outcome = await this.#ask({ tests: [test], testLimitMs: 60_000 });
    return outcome.kind === "killed" ? outcome.by : undefined;
  }

  async try(mutant: Mutant, tests: readonly string[]): Promise<Outcome> {
    const source = this.#sources.get(mutant.file) ?? "";
    const outcome = await this.#ask({
      file: this.#root + mutant.file,
      source: applyMutant(source, mutant),
      tests: this.#ordered(mutant.file, tests),
      testLimitMs,
    });
    if (outcome.kind === "killed") this.note(mutant, outcome.test);
    return outcome;
  }

  /** Remembers which test killed a mutant: it is likely to kill the next of the same file. */
  note({ file }: Mutant, test: string): void {
    const kills = this.#killsOf(file);
    kills.set(test, (kills.get(test) ?? 0) + 1);
  }

  close(): void {
    for (const worker of this.#idle.splice(0)) worker.end();
  }

  async #ask(question: Question): Promise<Outcome> {
    const worker = this.#idle.pop() ?? (await Worker.open<Question, Word>(trialFile));
    const tests = question.tests.map((test) => this.#root + test);
    let test = question.tests[0] ?? "";
    const outcome = await worker.ask<Outcome>(
      { ...question, tests },
      {
        listen: (word) => {
          if (word.kind === "began") test = word.test.slice(this.#root.length);
          else if (word.kind === "killed") return { kind: "killed", test, by: word.by };
          else if (word.kind === "survived") return word;
          else if (question.file === undefined) this.#durations.set(test, word.ms);
          return undefined;
        },
        onSilence: (by) => ({ kind: "killed", test, by }),
        patienceMs: () => {
          const usual = this.#durations.get(test);
          return usual === undefined ? patience.unknownMs : usual * patience.factor + patience.moreMs;
        },
      },
    );
    if (worker.isAlive) this.#idle.push(worker);
    return outcome;
  }

  /** Those of the file's own name first, then those that killed most, then the quick ones. */
  #ordered(file: string, tests: readonly string[]): readonly string[] {
    const own = `/${file.split("/").at(-1)?.replace(/\.ts$/, ".test.ts")}`;
    const kills = this.#killsOf(file);
    const rank = (test: string): number => (kills.get(test) ?? 0) + (test.endsWith(own) ? 1_000_000 : 0);
    const time = (test: string): number => this.#durations.get(test) ?? Infinity;
    return tests.toSorted((a, b) => rank(b) - rank(a) || time(a) - time(b));
  }

  #killsOf(file: string): Map<string, number> {
    let kills = this.#kills.get(file);
    if (kills === undefined) this.#kills.set(file, (kills = new Map()));
    return kills;
  }
}
