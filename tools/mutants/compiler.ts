/** Which mutants the compiler refuses: nobody can make such a change by mistake, whatever the tests say. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyMutant, type Mutant } from "./mutant.ts";

/**
 * Compiles the mutants all at once, each as a file of its own beside the one it is of, in a copy of the source. What a
 * mutant does to those who import it is not seen: it may be refused all the same, and is not counted as such.
 */
export async function findRefused(
  root: string,
  sources: ReadonlyMap<string, string>,
  mutants: readonly Mutant[],
): Promise<ReadonlySet<Mutant>> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-mutants-"));
  try {
    cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
    for (const name of ["package.json", "tsconfig.json"]) cpSync(join(root, name), join(folder, name));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const copies = new Map(
      mutants.map((mutant, at) => [mutant.file.replace(/\.ts$/, `.mutant${at}.ts`), mutant]),
    );
    for (const [path, mutant] of copies) {
      writeFileSync(join(folder, path), applyMutant(sources.get(mutant.file) ?? "", mutant));
    }
    // A name that is left without use says nothing of the mutant.
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
    const config = { extends: "./tsconfig.json", compilerOptions, include: [], files: [...copies.keys()] };
    writeFileSync(join(folder, "tsconfig.mutants.json"), JSON.stringify(config));
    const complaints = await compile(join(root, "node_modules/.bin/tsc"), folder);
    const refused = [...complaints.matchAll(/^(src\/\S+?\.mutant\d+\.ts)\(/gm)].map(([, path = ""]) =>
      copies.get(path),
    );
    return new Set(refused.filter((mutant) => mutant !== undefined));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(command: string, cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      command,
      ["--noEmit", "--pretty", "false", "-p", "tsconfig.mutants.json"],
      { cwd, maxBuffer: 256 * 1_048_576 },
      (_, stdout) => resolve(stdout),
    );
  });
}
