/** A watch that runs in this process, as its command starts it: what it logs, and what it is told by signals. */
import { Readable, Writable } from "node:stream";
import { runCli } from "../../src/cli/index.ts";

export interface LogEntry {
  readonly level: string;
  readonly event: string;
  readonly message: string;
}

type Environment = Readonly<Record<string, string>>;

const commands = {
  watch: ["watch", "--listen", "127.0.0.1:0"],
  worker: ["watch", "worker"],
} as const;

export class RunningWatch {
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Set<() => void>();
  readonly entries: LogEntry[] = [];
  readonly exitCode: Promise<number>;
  #stdout = "";

  /** `kind`: the watch itself, or a worker of it. */
  constructor(
    args: readonly string[],
    { kind = "watch", env = {} }: { readonly kind?: keyof typeof commands; readonly env?: Environment } = {},
  ) {
    const collect = (take: (text: string) => void): Writable =>
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          take(chunk.toString());
          for (const look of this.#waiting) look();
          done();
        },
      });
    this.exitCode = runCli({
      argv: [...commands[kind], "--log", "json", ...args],
      stdin: Readable.from([]),
      stdout: collect((text) => (this.#stdout += text)),
      stderr: collect((text) => {
        for (const line of text.split("\n").filter((one) => one.startsWith("{")))
          this.entries.push(JSON.parse(line) as LogEntry);
      }),
      env,
      signal: this.#stop.signal,
      onHangup: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
    });
  }

  /** The first log line of this kind, or the next one behind those that were taken. */
  async logged(event: string, count = 1): Promise<LogEntry> {
    return this.#until(() => this.entries.filter((entry) => entry.event === event)[count - 1]);
  }

  /** Where the page is. */
  async url(): Promise<string> {
    return this.#until(() => /^The page is at (\S+)$/m.exec(this.#stdout)?.[1]);
  }

  /** Waits for what the program prints. */
  async said(pattern: RegExp): Promise<string> {
    return this.#until(() => pattern.exec(this.#stdout)?.[0]);
  }

  hangUp(): void {
    for (const listener of this.#listeners) listener();
  }

  async stop(): Promise<number> {
    this.#stop.abort(143);
    return this.exitCode;
  }

  /** Ends when it is there; a watch that ended before is an error. */
  async #until<T>(find: () => T | undefined): Promise<T> {
    const found = find();
    if (found !== undefined) return found;
    return new Promise<T>((resolve, reject) => {
      const look = (): void => {
        const value = find();
        if (value === undefined) return;
        this.#waiting.delete(look);
        resolve(value);
      };
      this.#waiting.add(look);
      void this.exitCode.then((code) =>
        reject(new Error(`The watch ended with ${code}: ${JSON.stringify(this.entries)}`)),
      );
    });
  }
}
