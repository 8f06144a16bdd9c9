/** A process that runs the program's command lines, one after the other, as its parent asks: each in its own folder. */
import { Readable, Writable } from "node:stream";
import { runCli, type OutputStream } from "../../src/cli/index.ts";

export interface CommandLine {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** In base64. */
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface CommandEnd {
  readonly exitCode: number;
  /** In base64. */
  readonly stdout: string;
  readonly stderr: string;
}

process.on("message", (line: CommandLine) => void answer(line));
process.send?.("ready");

async function answer({ argv, cwd, stdin, env }: CommandLine): Promise<void> {
  process.chdir(cwd);
  const [stdout, stderr] = [collect(), collect()];
  const bytes = Buffer.from(stdin, "base64");
  const exitCode = await runCli({
    argv,
    stdin: Readable.from(bytes.length === 0 ? [] : [bytes]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    signal: new AbortController().signal,
  });
  const end: CommandEnd = {
    exitCode,
    stdout: stdout.bytes().toString("base64"),
    stderr: stderr.bytes().toString(),
  };
  process.send?.(end);
}

function collect(): { readonly stream: OutputStream; readonly bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}
