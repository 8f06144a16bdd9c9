/** Runs the program in this process, as a transcript: what it is given, and all it says. */
import { Readable, Writable } from "node:stream";
import { runCli, type OutputStream } from "../../src/cli/index.ts";
import { withTime } from "./allowed-time.ts";
import { expectEnding } from "./endings.ts";
import { expectDocumented } from "./documented.ts";

export interface Transcript {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether both outputs are terminals. */
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
  /** Called with each piece of stdout as it comes. */
  readonly onStdout?: (text: string) => void;
}

/** The program's exit code and its two outputs for one command line. */
export async function meerkat(argv: readonly string[], setting: Setting = {}): Promise<Transcript> {
  const stdout = collect(setting, setting.onStdout);
  const stderr = collect(setting);
  const exitCode = await runCli({
    argv: withTime(argv),
    stdin: Readable.from(setting.stdin === undefined ? [] : [Buffer.from(setting.stdin)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: setting.env ?? {},
    signal: setting.signal ?? new AbortController().signal,
  });
  expectDocumented(argv, stdout.text());
  await expectEnding(argv, exitCode);
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function collect(
  { terminal = false }: Setting,
  onText?: (text: string) => void,
): { readonly stream: OutputStream; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      onText?.(chunk.toString());
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY: terminal }), text: () => Buffer.concat(chunks).toString() };
}
