/** What the tests of examples share: a project on the disk, the compilers and interpreters that are here, and what they say. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DeviceName, ExampleFile } from "../../src/device/index.ts";

export const run = promisify(execFile);

export async function put(directory: string, files: readonly ExampleFile[]): Promise<string> {
  for (const { path, content } of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}

export async function isHere(program: string): Promise<boolean> {
  return run(program, ["--version"]).then(
    () => true,
    () => false,
  );
}

export const textOf = ({ content }: ExampleFile): string =>
  typeof content === "string" ? content : new TextDecoder("latin1").decode(content);

/** C programs, their stubs of what is not on this machine, and flags. */
export const programs: readonly (readonly [DeviceName, source: string, stubs: string | undefined])[] = [
  ["mongoose-os", "src/main.c", "mongoose-os"],
  ["mongoose-7-openssl", "main.c", "mongoose-7"],
  ["mongoose-7-mbedtls", "main.c", "mongoose-7"],
  ["mongoose-7-builtin", "main.c", "mongoose-7"],
  ["esp-idf", "main/main.c", "esp-idf"],
  ["esp-idf-bundle", "main/main.c", "esp-idf"],
  ["zephyr", "src/main.c", "zephyr"],
  ["openssl", "main.c", undefined],
];

export const stubFolder: string = fileURLToPath(new URL("stubs/", import.meta.url));

/** What a program printed, whatever its exit status. With `loopback`, names under `.localhost` are there for it. */
export async function output(
  program: string,
  args: readonly string[],
  { cwd, loopback }: { readonly cwd: string; readonly loopback?: string },
): Promise<string> {
  const env = { ...process.env, ...(loopback !== undefined && { LD_PRELOAD: loopback }) };
  return run(program, args, { cwd, env, timeout: 120_000 }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: { stdout?: string; stderr?: string }) => (error.stdout ?? "") + (error.stderr ?? ""),
  );
}

/** RFC 6761 §6.3 gives every name under `.localhost` to loopback; not every C library does. */
export async function compileLoopback(folder: string): Promise<string> {
  const path = join(folder, "loopback.so");
  const source = fileURLToPath(new URL("harness/loopback.c", import.meta.url));
  await run("gcc", ["-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o", path, source, "-ldl"]);
  return path;
}
