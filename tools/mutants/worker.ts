/** A process that runs tests and tells what comes of them; it is ended when it falls silent. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";

export class Worker<Question extends object, Word> {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async open<Question extends object, Word>(file: string): Promise<Worker<Question, Word>> {
    const child = fork(file, {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
    await once(child, "message");
    return new Worker(child);
  }

  get isAlive(): boolean {
    return this.#child.connected && this.#child.exitCode === null;
  }

  /**
   * Asks, and hears every word until `listen` gives the outcome. What is silent for longer than `patienceMs` says, or
   * ends, is given up.
   */
  ask<Outcome>(question: Question, listener: Listener<Word, Outcome>): Promise<Outcome> {
    const child = this.#child;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer);
        child.removeListener("message", onWord).removeListener("exit", onExit);
        resolve(outcome);
      };
      const wait = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          this.end();
          settle(listener.onSilence("it went on for ever"));
        }, listener.patienceMs());
      };
      const onWord = (word: Word): void => {
        const outcome = listener.listen(word);
        if (outcome === undefined) wait();
        else settle(outcome);
      };
      const onExit = (): void => settle(listener.onSilence("the process ended"));
      child.on("message", onWord).on("exit", onExit);
      child.send(question);
      wait();
    });
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }
}

export interface Listener<Word, Outcome> {
  readonly listen: (word: Word) => Outcome | undefined;
  readonly onSilence: (why: string) => Outcome;
  readonly patienceMs: () => number;
}
