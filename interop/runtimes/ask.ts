/** Has requests made on a runtime, and reads what came of them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ask, Told } from "./ask-program.ts";
import { run } from "./binaries.ts";

export async function askOn(
  command: readonly string[] | undefined,
  asks: readonly Ask[],
  more: Readonly<Record<string, string>> = {},
): Promise<Told[][]> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-runtimes-"));
  try {
    const path = join(folder, "asks.json");
    writeFileSync(path, JSON.stringify(asks));
    const { stdout, stderr, exitCode } = await run(command, ["interop/runtimes/ask-program.ts", path], more);
    if (exitCode !== 0) throw new Error(`it ended with ${exitCode}: ${stderr}`);
    return JSON.parse(stdout) as Told[][];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One request. */
export async function askOneOn(command: readonly string[] | undefined, ask: Ask): Promise<Told> {
  const [[told] = []] = await askOn(command, [ask]);
  if (told === undefined) throw new Error("it told nothing");
  return told;
}
