/** Files that are pipes: read to their end, and no pipe without a writer holds the program. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRootFile } from "../../src/admission/index.ts";
import { pemOf } from "../pki/index.ts";
import { mintRoot } from "../pki/today.ts";
import { meerkat } from "./transcript.ts";

let folder: string;
let pipe: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-pipes-"));
  pipe = join(folder, "pipe");
  execFileSync("bash", ["-c", 'mkfifo "$0"', pipe]);
});
afterAll(() => rm(folder, { recursive: true }));

const program = ["--import", "tsx", "src/cli/main.ts"];

/** What the program prints of a shell line in which `meerkat` is it. */
function inShell(line: string): string {
  const meerkat = `"${process.execPath}" ${program.join(" ")}`;
  return execFileSync("bash", ["-c", line.replace("meerkat", meerkat)], { encoding: "utf8" });
}

describe("a pipe", () => {
  it.each(["check", "inspect"])("is read to its end: %s", async (command) => {
    const file = join(folder, "ca.pem");
    await writeFile(file, pemOf(mintRoot("Piped")));
    expect(inShell(`meerkat ${command} <(cat "${file}")`)).toContain("Piped");
  });

  it.each<readonly [NodeJS.Signals, number]>([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ])("that gives nothing is left at %s", async (signal, exitCode) => {
    const child = spawn(process.execPath, [...program, "check", pipe], { stdio: "ignore" });
    await once(child, "spawn");
    // The writer's end can be opened only when the program has opened its own; what it gives is not the end.
    const writer = spawn("bash", ["-c", 'exec 3>"$0"; echo open; exec sleep 1000', pipe]);
    try {
      await once(writer.stdout, "data");
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([exitCode, null]);
    } finally {
      writer.kill();
      child.kill("SIGKILL");
    }
  });

  it("without a writer gives no roots, and holds nobody for long", () => {
    expect(() => readRootFile(pipe)).toThrow(/it is a pipe that gave nothing for 5000 ms/);
  });

  it("without a writer is told of, and left, whatever is read from it", async () => {
    const lines = [
      ["check", pipe],
      ["inspect", pipe],
      ["ca", "--from", pipe],
      ["ca", "--update", pipe],
      ["ca", "--verify-manifest", pipe, "--public-key", pipe],
    ];
    for (const { exitCode, stderr } of await Promise.all(lines.map((line) => meerkat(line))))
      expect({ exitCode, stderr: stderr.replaceAll(/\s+/g, " ") }).toEqual({
        exitCode: 26,
        stderr: expect.stringContaining("it is a pipe that gave nothing for 5000 ms") as string,
      });
  });

  it("with a writer is waited for, however long that takes", async () => {
    // Longer than a pipe without a writer is given.
    const script = 'exec 3>"$0"; sleep 6; printf %s "$1" >&3';
    const writer = spawn("bash", ["-c", script, pipe, pemOf(mintRoot("Slowly piped"))]);
    const { stdout } = await meerkat(["inspect", pipe]);
    writer.kill();
    expect(stdout).toContain("Slowly piped");
  });

  it("gives the roots that are written to it", () => {
    const writer = spawn("bash", ["-c", 'printf %s "$1" > "$0"', pipe, pemOf(mintRoot("Piped"))]);
    const { roots } = readRootFile(pipe);
    writer.kill();
    expect(roots.map(({ certificate }) => certificate.subject.display)).toEqual(["Piped"]);
  });
});
