/** Holds every command of every test to the exit codes that its help lists. */
import { Readable, Writable } from "node:stream";
import { expect } from "vitest";
import { runCli } from "../../src/cli/index.ts";

const known = new Map<string, ReadonlySet<number>>();

/** Fails the test where a command ended with a number that its `--help` does not list. */
export async function expectEnding([name = ""]: readonly string[], exitCode: number): Promise<void> {
  if (!/^[a-z]+$/.test(name) || name === "help") return;
  const listed = known.get(name) ?? (await listedBy(name));
  known.set(name, listed);
  // An unknown command has no help.
  if (listed.size > 0)
    expect([...listed], `meerkat ${name} ended with ${exitCode}, which its help does not list`).toContain(
      exitCode,
    );
}

async function listedBy(name: string): Promise<ReadonlySet<number>> {
  const chunks: Buffer[] = [];
  const collected = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
  await runCli({
    argv: [name, "--help"],
    stdin: Readable.from([]),
    stdout: Object.assign(collected, { isTTY: false }),
    stderr: Object.assign(nothing, { isTTY: false }),
    env: {},
    signal: new AbortController().signal,
  });
  const [, list = ""] = /^Exit codes [^\n]*\n((?: {2}.*\n)*)/m.exec(Buffer.concat(chunks).toString()) ?? [];
  return new Set([...list.matchAll(/^ {2}(\d+) /gm)].map(([, number]) => Number(number)));
}
